//! What a centre must look like, and when an invitation holds.

use chrono::Duration;
use chrono_tz::Tz;

use super::Invitation;
use crate::{
    base::Timestamp,
    people::{self, Role},
};

/// How long an invitation can be accepted.
pub const INVITATION_HOLDS: Duration = Duration::days(7);
/// How long an accepted invitation waits for the word of whoever invites.
pub const APPLICATION_HOLDS: Duration = Duration::days(30);
/// The longest external id, characters.
const MAX_EXTERNAL_ID: usize = 100;

/// Why a rule said no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not a zone of the IANA database.
    #[error("{0:?} is not a time zone such as Europe/Paris")]
    UnknownZone(String),
    /// A name is missing or too long.
    #[error("a centre's name has 1 to 100 characters and no control character")]
    BadCentreName,
    /// The external id is too long or hides something.
    #[error("an external id has at most {MAX_EXTERNAL_ID} characters and no control character")]
    BadExternalId,
    /// A role of a centre on the platform, or the other way round.
    #[error("nobody can be invited as {} here", .0.as_str())]
    WrongRole(Role),
    /// What is said of the person is refused.
    #[error(transparent)]
    Person(#[from] people::Refusal),
    /// Whoever accepted is not called what the asker saw.
    #[error("whoever accepted is not the person you saw; look again")]
    AccountChanged,
    /// The invitation is for another address than that of who is signed in.
    #[error("this invitation is for another address than yours")]
    NotYours,
    /// Nobody has accepted, or it is settled, or too old.
    #[error("this invitation does not wait to be confirmed")]
    NothingToConfirm,
    /// The address of a newcomer has an account already, which gets nothing from what the newcomer typed.
    #[error("this address has an account: its owner accepts a new invitation while signed in")]
    HasAccount,
}

impl Refusal {
    /// The code of the problem, which never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownZone(_) => "unknown_time_zone",
            Self::BadCentreName => "bad_centre_name",
            Self::BadExternalId => "bad_external_id",
            Self::WrongRole(_) => "wrong_role",
            Self::Person(why) => why.code(),
            Self::AccountChanged => "account_changed",
            Self::NotYours => "not_your_invitation",
            Self::NothingToConfirm => "nothing_to_confirm",
            Self::HasAccount => "has_account",
        }
    }

    /// Whether the request as such is wrong, whatever the state of things.
    pub fn is_of_the_request(&self) -> bool {
        match self {
            Self::UnknownZone(_)
            | Self::BadCentreName
            | Self::BadExternalId
            | Self::WrongRole(_)
            | Self::Person(_) => true,
            Self::AccountChanged | Self::NotYours | Self::NothingToConfirm | Self::HasAccount => {
                false
            }
        }
    }
}

/// The name with single spaces.
pub fn check_name(text: &str) -> Result<String, Refusal> {
    people::check_name(text).map_err(|_| Refusal::BadCentreName)
}

/// The centre's number in another register, e.g. the UAI of a school; may be empty.
pub fn check_external_id(text: &str) -> Result<String, Refusal> {
    let id = text.trim();
    let fine = id.chars().count() <= MAX_EXTERNAL_ID && !id.chars().any(char::is_control);
    if fine { Ok(id.to_owned()) } else { Err(Refusal::BadExternalId) }
}

/// A zone of the IANA database.
pub fn check_zone(text: &str) -> Result<Tz, Refusal> {
    text.parse().map_err(|_| Refusal::UnknownZone(text.to_owned()))
}

/// Whether a role may be given in a centre, or else on the platform.
pub fn check_role(role: Role, in_a_centre: bool) -> Result<(), Refusal> {
    if role.is_of_a_centre() == in_a_centre { Ok(()) } else { Err(Refusal::WrongRole(role)) }
}

/// Whether an invitation waits at `now` for the word of whoever invites.
pub fn waits(invitation: &Invitation, now: Timestamp) -> bool {
    let fresh = |accepted_at| now < accepted_at + APPLICATION_HOLDS;
    invitation.settled_at.is_none() && invitation.accepted_at.is_some_and(fresh)
}

/// Whether an invitation can be accepted at `now`.
pub fn holds(invitation: &Invitation, now: Timestamp) -> bool {
    invitation.accepted_at.is_none()
        && invitation.settled_at.is_none()
        && now < invitation.expires_at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Chance;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn invitation() -> Invitation {
        let created_at = at("2027-03-01T09:00:00Z");
        Invitation {
            id: Chance::seeded(1).id(created_at),
            email: "ada@example.org".into(),
            role: Role::Juror,
            centre: None,
            expires_at: created_at + INVITATION_HOLDS,
            accepted_at: None,
            settled_at: None,
            person: None,
            display_name: String::new(),
        }
    }

    #[test]
    fn an_invitation_holds_for_seven_days_and_not_a_second_longer() {
        assert!(holds(&invitation(), at("2027-03-08T08:59:59Z")));
        assert!(!holds(&invitation(), at("2027-03-08T09:00:00Z")));
    }

    #[test]
    fn an_invitation_is_accepted_once() {
        let accepted_at = Some(at("2027-03-02T09:00:00Z"));
        assert!(!holds(&Invitation { accepted_at, ..invitation() }, at("2027-03-02T09:00:01Z")));
    }

    #[test]
    fn whoever_accepted_waits_for_thirty_days_and_until_it_is_settled() {
        let accepted = Invitation { accepted_at: Some(at("2027-03-02T09:00:00Z")), ..invitation() };
        assert!(!waits(&invitation(), at("2027-03-02T09:00:00Z")), "nobody has accepted");
        assert!(waits(&accepted, at("2027-04-01T08:59:59Z")));
        assert!(!waits(&accepted, at("2027-04-01T09:00:00Z")));
        let settled_at = Some(at("2027-03-03T09:00:00Z"));
        assert!(!waits(&Invitation { settled_at, ..accepted }, at("2027-03-03T09:00:00Z")));
    }

    #[test]
    fn a_juror_is_no_role_of_a_centre() {
        assert_eq!(check_role(Role::Juror, true), Err(Refusal::WrongRole(Role::Juror)));
        assert_eq!(check_role(Role::Manager, false), Err(Refusal::WrongRole(Role::Manager)));
        assert_eq!(check_role(Role::Invigilator, true), Ok(()));
        assert_eq!(check_role(Role::Admin, false), Ok(()));
    }

    #[test]
    fn a_zone_is_one_of_the_world() {
        assert_eq!(check_zone("Europe/Paris"), Ok(chrono_tz::Europe::Paris));
        for wrong in ["", "Paris", "GMT+25", "Europe/Atlantis"] {
            assert!(check_zone(wrong).is_err(), "{wrong}");
        }
    }
}
