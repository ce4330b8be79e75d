//! The table of limits. Each is counted for whoever makes wrong tries; right ones cost nothing.

use chrono::Duration;

use super::{By, Kept, Limit};

/// Wrong sign-ins from one address on browsers that show no mark of the sign-in page.
pub const SIGN_IN_ADDRESS: Limit = Limit {
    name: "sign_in_address",
    counts: "wrong sign-ins from clients that have not opened the sign-in page",
    by: By::Address,
    kept: Kept::Server,
    burst: 20,
    every: Duration::seconds(3),
    told: "429 `too_many_attempts`, log",
    set: "",
};

/// Wrong sign-ins from one device, on accounts that do not know it.
pub const SIGN_IN_MARK: Limit = Limit {
    name: "sign_in_mark",
    counts: "wrong sign-ins from a device that is not known to the account",
    by: By::Device,
    kept: Kept::Server,
    burst: 10,
    every: Duration::seconds(6),
    told: "429 `too_many_attempts`, log",
    set: "",
};

/// Wrong sign-ins from the devices of one address; asked of those alone who owe some.
pub const SIGN_IN_ROOM: Limit = Limit {
    name: "sign_in_room",
    counts: "wrong sign-ins from such devices that had one refused before",
    by: By::Address,
    kept: Kept::Server,
    burst: 20,
    every: Duration::seconds(3),
    told: "429 `too_many_attempts`, log",
    set: "",
};

/// Devices that open the sign-in page; one more is let in without a mark.
pub const SIGN_IN_PAGE: Limit = Limit {
    name: "sign_in_page",
    counts: "devices that open the sign-in page",
    by: By::Address,
    kept: Kept::Server,
    burst: 100,
    every: Duration::seconds(10),
    told: "nowhere: the next ones count as `sign_in_address`",
    set: "",
};

/// Wrong sign-ins to one account from devices that it does not know. Nobody is refused for it:
/// whoever is unknown waits, and is served then.
pub const SIGN_IN_ACCOUNT: Limit = Limit {
    name: "sign_in_account",
    counts: "wrong sign-ins from devices that are not known to the account; from the fourth on each \
        device or address waits for its try, 2 s to 30 s, whatever others do meanwhile",
    by: By::Account,
    kept: Kept::Database,
    burst: 8,
    every: Duration::seconds(60),
    told: "429 `too_many_attempts`, log",
    set: "",
};

/// Wrong sign-ins to one account from one device that it knows.
pub const SIGN_IN_DEVICE: Limit = Limit {
    name: "sign_in_device",
    counts: "wrong sign-ins from a device that is known to the account, on this account",
    by: By::Device,
    kept: Kept::Database,
    burst: 10,
    every: Duration::seconds(6),
    told: "429 `too_many_attempts`, log",
    set: "",
};

/// Codes of invitations that are none.
pub const INVITATION_ADDRESS: Limit = Limit {
    name: "invitation_address",
    counts: "links of invitations that do not hold",
    by: By::Address,
    kept: Kept::Server,
    burst: 30,
    every: Duration::seconds(2),
    told: "429 `too_many_attempts`, log",
    set: "",
};

/// Codes of certificates that are none.
pub const PUBLIC_CHECK_ADDRESS: Limit = Limit {
    name: "public_check_address",
    counts: "codes of certificates that do not exist",
    by: By::Address,
    kept: Kept::Server,
    burst: 60,
    every: Duration::seconds(1),
    told: "429 `too_many_attempts`, log",
    set: "",
};

/// Entries from one address that match nobody, on browsers that show no mark of the entry page.
pub const ENTRY_ADDRESS: Limit = Limit {
    name: "entry_address",
    counts: "refused entries from clients that have not opened the entry page",
    by: By::Address,
    kept: Kept::Server,
    burst: 20,
    every: Duration::seconds(3),
    told: "429 `too_many_attempts`, log, board",
    set: "",
};

/// Entries from one device that match nobody.
pub const ENTRY_DEVICE: Limit = Limit {
    name: "entry_device",
    counts: "refused entries",
    by: By::Device,
    kept: Kept::Server,
    burst: 10,
    every: Duration::seconds(6),
    told: "429 `too_many_attempts`, log, board",
    set: "",
};

/// Entries from the devices of one address that match nobody; asked of those alone who owe some.
pub const ENTRY_ROOM: Limit = Limit {
    name: "entry_room",
    counts: "refused entries from devices that had one refused before",
    by: By::Address,
    kept: Kept::Server,
    burst: 200,
    every: Duration::seconds(1),
    told: "429 `too_many_attempts`, log, board",
    set: "",
};

/// Devices that open the entry page; one more is let in without a mark.
pub const ENTRY_PAGE: Limit = Limit {
    name: "entry_page",
    counts: "devices that open the entry page",
    by: By::Address,
    kept: Kept::Server,
    burst: 1000,
    every: Duration::seconds(1),
    told: "nowhere: the next ones count as `entry_address`",
    set: "",
};

/// Answers of one seat; settings move it.
pub const ANSWERS_SEAT: Limit = Limit {
    name: "answers_seat",
    counts: "answers that are sent",
    by: By::Seat,
    kept: Kept::Server,
    burst: 60,
    every: Duration::milliseconds(125),
    told: "429 `too_fast`",
    set: "`answers_burst`, `answers_per_s`",
};

/// Every limit.
pub const TABLE: [&Limit; 13] = [
    &SIGN_IN_ADDRESS,
    &SIGN_IN_MARK,
    &SIGN_IN_ROOM,
    &SIGN_IN_PAGE,
    &SIGN_IN_ACCOUNT,
    &SIGN_IN_DEVICE,
    &INVITATION_ADDRESS,
    &PUBLIC_CHECK_ADDRESS,
    &ENTRY_ADDRESS,
    &ENTRY_DEVICE,
    &ENTRY_ROOM,
    &ENTRY_PAGE,
    &ANSWERS_SEAT,
];

impl Limit {
    /// Its line in `docs/SECURITY.md`.
    pub fn line(&self) -> String {
        let Self { name, counts, by, kept, burst, every, told, set } = self;
        let every = match every.num_milliseconds() {
            whole if whole % 1000 == 0 => format!("{} s", whole / 1000),
            part => format!("{part} ms"),
        };
        let (by, kept) = (by.words(), kept.words());
        let set = if set.is_empty() { "fixed" } else { set };
        format!(
            "| `{name}` | {counts} | {by} | {burst}, then one in {every} | {kept} | {told} | {set} |"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_shows_the_table_of_limits() {
        let document = include_str!("../../../docs/SECURITY.md");
        let section = document.split("\n## Limits\n").nth(1).unwrap().split("\n#").next().unwrap();
        let shown: Vec<&str> = section.lines().filter(|line| line.starts_with("| `")).collect();
        let table: Vec<String> = TABLE.iter().map(|limit| limit.line()).collect();
        assert_eq!(shown.join("\n"), table.join("\n"));
    }
}
