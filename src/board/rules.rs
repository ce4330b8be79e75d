//! What the board concludes and accepts: presence, categories, texts.
//!
//! Source: `docs/ARCHITECTURE.md`, "The attempt machine".

use chrono::Duration;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    base::{Timestamp, prose},
    session::SessionState,
};

/// A device heard no longer ago than this is online.
const ONLINE: Duration = Duration::seconds(8);
/// A device heard no longer ago than this is unstable; beyond, it is offline.
const UNSTABLE: Duration = Duration::seconds(20);
/// The longest note of an incident, in characters.
pub const LONGEST_NOTE: usize = 4000;
/// The longest notice, in characters.
pub const LONGEST_NOTICE: usize = 1000;

/// Whether a candidate's device is heard. It never changes the attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Nobody has entered.
    None,
    /// Heard within 8 seconds.
    Online,
    /// Heard within 20 seconds.
    Unstable,
    /// Not heard for longer.
    Offline,
}

/// The presence of a device last heard at `last_seen`.
pub fn presence(entered: bool, last_seen: Option<Timestamp>, now: Timestamp) -> Presence {
    if !entered {
        return Presence::None;
    }
    match last_seen.map(|seen| now - seen) {
        Some(silence) if silence <= ONLINE => Presence::Online,
        Some(silence) if silence <= UNSTABLE => Presence::Unstable,
        Some(_) | None => Presence::Offline,
    }
}

/// Why the board said no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A notice says nothing.
    #[error("a notice needs a text")]
    TextRequired,
    /// A text is longer than anyone reads.
    #[error("the text has more than {0} characters")]
    TextTooLong(usize),
    /// The session has not opened.
    #[error("the session is not open")]
    SessionNotOpen,
    /// The session has closed.
    #[error("the session is closed")]
    SessionClosed,
}

impl Refusal {
    /// The code that never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TextRequired => "text_required",
            Self::TextTooLong(_) => "text_too_long",
            Self::SessionNotOpen => "session_not_open",
            Self::SessionClosed => "session_closed",
        }
    }
}

/// What only an open session takes: notices, closing.
pub fn accept_in_session(state: SessionState) -> Result<(), Refusal> {
    match state {
        SessionState::Open => Ok(()),
        SessionState::Planned => Err(Refusal::SessionNotOpen),
        SessionState::Closed | SessionState::Validated => Err(Refusal::SessionClosed),
    }
}

/// The note of an incident, trimmed; it may be empty, and incidents may happen before the opening.
pub fn accept_incident(state: SessionState, note: &str) -> Result<String, Refusal> {
    match state {
        SessionState::Planned | SessionState::Open => {}
        SessionState::Closed | SessionState::Validated => return Err(Refusal::SessionClosed),
    }
    accept_text(note, LONGEST_NOTE)
}

/// The text of a notice, trimmed.
pub fn accept_notice(state: SessionState, text: &str) -> Result<String, Refusal> {
    accept_in_session(state)?;
    let text = accept_text(text, LONGEST_NOTICE)?;
    if text.is_empty() { Err(Refusal::TextRequired) } else { Ok(text) }
}

/// A text without blanks around it, short enough.
pub fn accept_text(text: &str, longest: usize) -> Result<String, Refusal> {
    let text = prose(text);
    if text.chars().count() > longest { Err(Refusal::TextTooLong(longest)) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn after(seconds: i64) -> Presence {
        let seen: Timestamp = "2027-03-01T09:00:00Z".parse().unwrap();
        presence(true, Some(seen), seen + Duration::seconds(seconds))
    }

    #[test]
    fn a_device_is_unstable_after_eight_seconds_and_offline_after_twenty() {
        assert_eq!([after(0), after(8)], [Presence::Online; 2]);
        assert_eq!([after(9), after(20)], [Presence::Unstable; 2]);
        assert_eq!(after(21), Presence::Offline);
    }

    #[test]
    fn nobody_is_present_before_entering() {
        let now = "2027-03-01T09:00:00Z".parse().unwrap();
        assert_eq!(presence(false, Some(now), now), Presence::None);
        assert_eq!(presence(true, None, now), Presence::Offline);
    }

    #[test]
    fn a_notice_says_something_in_an_open_session() {
        assert_eq!(accept_notice(SessionState::Open, " go \n"), Ok("go".to_owned()));
        assert_eq!(accept_notice(SessionState::Open, " "), Err(Refusal::TextRequired));
        assert_eq!(accept_notice(SessionState::Planned, "go"), Err(Refusal::SessionNotOpen));
        let long = "é".repeat(LONGEST_NOTICE + 1);
        let refused = accept_notice(SessionState::Open, &long);
        assert_eq!(refused, Err(Refusal::TextTooLong(LONGEST_NOTICE)));
    }

    #[test]
    fn a_closed_session_takes_no_incident() {
        assert_eq!(accept_incident(SessionState::Closed, ""), Err(Refusal::SessionClosed));
        assert_eq!(accept_incident(SessionState::Planned, " x "), Ok("x".to_owned()));
    }

    #[test]
    fn every_category_is_read_back_from_its_word() {
        for category in crate::journal::IncidentCategory::ALL {
            assert_eq!(category.as_str().parse(), Ok(category));
        }
    }

    proptest! {
        #[test]
        fn longer_silence_never_looks_better(a in 0..60_i64, b in 0..60_i64) {
            let rank = |presence| match presence {
                Presence::Online => 0,
                Presence::Unstable => 1,
                Presence::Offline => 2,
                Presence::None => 3,
            };
            prop_assert!(rank(after(a.min(b))) <= rank(after(a.max(b))));
        }
    }
}
