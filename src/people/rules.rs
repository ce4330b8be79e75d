//! What an account must look like, and who may try a password when.

use chrono::Duration;
use unicode_normalization::UnicodeNormalization;

use super::Role;
use crate::base::Timestamp;

/// The shortest password, characters.
const SHORTEST: usize = 12;
/// The longest password, characters.
const LONGEST: usize = 200;

/// A device is known to an account for so long after its last sign-in there.
pub const DEVICE_KNOWN: Duration = Duration::days(400);
/// Wrong tries on an account before whoever comes from an unknown device waits.
const FREE: u32 = 3;
/// The longest that anybody waits for a try.
pub const LONGEST_WAIT: Duration = Duration::seconds(30);
/// A place is kept for so long after the wait is over.
pub const PLACE_KEPT: Duration = Duration::seconds(60);

/// When somebody from an unknown device may try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// At once.
    Now,
    /// The wait is not over.
    NotBefore(Timestamp),
    /// A wait begins.
    After(Duration),
}

/// When somebody may try an account on which `owed` wrong tries were made. `place` is from when to
/// when a try would be let through, for one who has asked before: it does not move with what others do.
pub fn turn(owed: u32, place: Option<(Timestamp, Timestamp)>, now: Timestamp) -> Turn {
    // a place further ahead than anybody waits is from before the clock was set back
    match place.filter(|(from, until)| now <= *until && *from - now <= LONGEST_WAIT) {
        Some((from, _)) if now < from => Turn::NotBefore(from),
        Some(_) => Turn::Now,
        None => wait(owed).map_or(Turn::Now, Turn::After),
    }
}

/// How long one waits who has not asked before: twice as long with each wrong try.
fn wait(owed: u32) -> Option<Duration> {
    let doubled = owed.checked_sub(FREE)?;
    Some(Duration::seconds(2 << doubled.min(4)).min(LONGEST_WAIT))
}

/// Why an account is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not an e-mail address.
    #[error("{0:?} is not an e-mail address")]
    NotAnEmail(String),
    /// A name is missing or has more than 100 characters or a control character.
    #[error("a name has 1 to 100 characters and no control character")]
    BadName,
    /// The account is there already, with a password of its own.
    #[error("{0} has an account already; its name and password stay as they are")]
    HasAccount(String),
    /// The password is too short or too long.
    #[error("a password has {SHORTEST} to {LONGEST} characters")]
    BadPassword,
}

impl Refusal {
    /// The code of the problem, which never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAnEmail(_) => "not_an_email",
            Self::BadName => "bad_name",
            Self::HasAccount(_) => "has_account",
            Self::BadPassword => "bad_password",
        }
    }
}

/// Why somebody is not let through in a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAdmitted {
    /// They hold no role there: for them it does not exist.
    Stranger,
    /// They hold another role there.
    OtherRole,
}

/// As what somebody is let through who holds the roles `held` in a scope where those of `allowed` are
/// let through: the first of these that is held. What is held elsewhere is not in `held`.
pub fn admits(allowed: &[Role], held: &[Role]) -> Result<Role, NotAdmitted> {
    match allowed.iter().find(|role| held.contains(role)) {
        Some(role) => Ok(*role),
        None if held.is_empty() => Err(NotAdmitted::Stranger),
        None => Err(NotAdmitted::OtherRole),
    }
}

/// The address in lower case without surrounding blanks.
pub fn check_email(text: &str) -> Result<String, Refusal> {
    let email = text.trim().to_lowercase();
    let fine = email.len() <= 254
        && !email.chars().any(|c| c.is_control() || c.is_whitespace())
        && email.split_once('@').is_some_and(|(local, host)| {
            !local.is_empty()
                && host.contains('.')
                && !host.contains('@')
                && host.split('.').all(|label| !label.is_empty())
        });
    if fine { Ok(email) } else { Err(Refusal::NotAnEmail(text.to_owned())) }
}

/// The name with single spaces.
pub fn check_name(text: &str) -> Result<String, Refusal> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let fine = (1..=100).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fine { Ok(name) } else { Err(Refusal::BadName) }
}

/// Length alone counts; what it is made of is the person's choice.
pub fn check_password(password: &str) -> Result<(), Refusal> {
    let length = normal_form(password).chars().count();
    if (SHORTEST..=LONGEST).contains(&length) { Ok(()) } else { Err(Refusal::BadPassword) }
}

/// The one form in which a password is hashed, so that it is the same from every keyboard: every blank
/// is the plain one, and letters are composed.
///
/// Source: RFC 8265, the profile `OpaqueString`.
pub fn normal_form(password: &str) -> String {
    password.chars().map(|c| if is_blank(c) { ' ' } else { c }).nfc().collect()
}

/// Whether it is one of Unicode's space separators (category Zs).
fn is_blank(c: char) -> bool {
    matches!(
        c,
        ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_that_is_held_there_lets_through_and_none_else() {
        use Role::{Admin, Invigilator, Manager};
        assert_eq!(admits(&[Manager, Admin], &[Admin, Manager]), Ok(Manager));
        assert_eq!(admits(&[Manager, Admin], &[Invigilator, Admin]), Ok(Admin));
        assert_eq!(admits(&[Manager], &[Invigilator, Admin]), Err(NotAdmitted::OtherRole));
        assert_eq!(admits(&[Manager], &[]), Err(NotAdmitted::Stranger));
    }

    #[test]
    fn an_address_is_folded() {
        assert_eq!(check_email(" Ada@Example.ORG "), Ok("ada@example.org".into()));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["", "ada", "ada@", "@b.org", "a@b", "a@b..org", "a b@c.org", "a@b@c.org"] {
            assert!(check_email(text).is_err(), "{text}");
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + Duration::seconds(second)
    }

    #[test]
    fn whoever_is_unknown_waits_longer_with_each_wrong_try_and_at_most_half_a_minute() {
        let waits = |owed| match turn(owed, None, at(0)) {
            Turn::Now => 0,
            Turn::After(length) => length.num_seconds(),
            Turn::NotBefore(_) => panic!("nobody has asked before"),
        };
        assert_eq!(
            [0, 1, 2, 3, 4, 5, 6, 7, 8, 1000].map(waits),
            [0, 0, 0, 2, 4, 8, 16, 30, 30, 30]
        );
    }

    #[test]
    fn who_has_waited_is_served_however_much_is_guessed_meanwhile() {
        let place = Some((at(30), at(90)));
        assert_eq!(turn(1000, place, at(29)), Turn::NotBefore(at(30)));
        assert_eq!(turn(1000, place, at(30)), Turn::Now);
        assert_eq!(turn(1000, place, at(90)), Turn::Now);
        assert_eq!(turn(1000, place, at(91)), Turn::After(LONGEST_WAIT), "the place was given up");
    }

    #[test]
    fn eleven_characters_are_no_password() {
        assert_eq!(check_password("elevenchars"), Err(Refusal::BadPassword));
        assert_eq!(check_password("twelve chars"), Ok(()));
    }

    #[test]
    fn a_password_is_the_same_however_its_letters_and_blanks_are_typed() {
        let typed =
            ["caf\u{e9} \u{e0} la montagne", "cafe\u{301}\u{a0}a\u{300}\u{202f}la montagne"];
        assert_eq!(typed.map(normal_form), [typed[0]; 2]);
        // what is not the same letter stays another one
        assert_ne!(normal_form("\u{fb01}"), normal_form("fi"));
    }

    #[test]
    fn a_letter_typed_in_two_parts_counts_once() {
        assert_eq!(check_password("e\u{301}levenchars"), Err(Refusal::BadPassword));
    }
}
