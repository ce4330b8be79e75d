//! When a session is held, and what may still be changed about it.

use chrono::{NaiveDate, NaiveTime, TimeZone};
use chrono_tz::Tz;

use super::{Session, SessionState};
use crate::{
    base::{PersonId, Timestamp},
    enrolment::{Fault, FieldFault, rules::line},
};

/// The longest name of a place or a room, characters.
const MAX_PLACE: usize = 120;
/// The longest remark, characters.
const MAX_COMMENT: usize = 1000;

/// Why a rule said no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No scheme of this name is shipped.
    #[error("no such scheme")]
    UnknownScheme,
    /// Place or room are missing, too long or hide something.
    #[error("place and room have 1 to {MAX_PLACE} characters and no control character")]
    BadPlace,
    /// The remark is too long or hides something.
    #[error("a remark has at most {MAX_COMMENT} characters and no control character")]
    BadComment,
    /// Not `YYYY-MM-DD` and `HH:MM`.
    #[error("{0:?} is not a date such as 2027-03-01 and a time such as 09:30")]
    NotATime(String),
    /// The clocks of the zone jump over this time.
    #[error("on {date} the clocks in {zone} are put forward: {time} does not exist")]
    NoSuchTime {
        /// The day.
        date: NaiveDate,
        /// The time that does not exist.
        time: NaiveTime,
        /// Where.
        zone: Tz,
    },
    /// The day is over.
    #[error("{0} is in the past")]
    InThePast(NaiveDate),
    /// Only members of the centre watch over its sessions.
    #[error("{0} is not a member of the centre")]
    NotAMember(PersonId),
    /// It has begun.
    #[error("the session is open: nobody can be removed from it")]
    SessionOpen,
    /// Candidates are in the room already.
    #[error("the session is open: its date and time stand")]
    TimeStands,
    /// The attempt was begun under these details.
    #[error("the exam has begun: the candidate's details stand")]
    ExamBegun,
    /// It is over.
    #[error("the session is closed")]
    SessionClosed,
    /// Something is wrong with a candidate.
    #[error("the candidate has errors")]
    Candidate(Vec<FieldFault>),
    /// The person has a place.
    #[error("{}", Fault::AlreadyEnrolled.reason().en)]
    Duplicate,
    /// The file or the session is not what the preview showed.
    #[error("the list is not the one that was previewed; look at it again")]
    ListChanged,
}

impl Refusal {
    /// The code of the problem, which never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownScheme => "unknown_scheme",
            Self::BadPlace => "bad_place",
            Self::BadComment => "bad_comment",
            Self::NotATime(_) => "not_a_time",
            Self::NoSuchTime { .. } => "no_such_time",
            Self::InThePast(_) => "in_the_past",
            Self::NotAMember(_) => "not_a_member",
            Self::SessionOpen => "session_open",
            Self::TimeStands => "time_stands",
            Self::ExamBegun => "exam_begun",
            Self::SessionClosed => "session_closed",
            Self::Candidate(_) => "candidate_has_errors",
            Self::Duplicate => "duplicate",
            Self::ListChanged => "list_changed",
        }
    }
}

/// The instant at which the clocks of `zone` show this date and time. An hour that happens twice is
/// taken as the first; one that does not happen is refused, and so is a day that is over.
pub fn starts_at(date: &str, time: &str, zone: Tz, now: Timestamp) -> Result<Timestamp, Refusal> {
    let instant = read(date, time, zone)?;
    let day = instant.with_timezone(&zone).date_naive();
    if day < now.with_timezone(&zone).date_naive() {
        return Err(Refusal::InThePast(day));
    }
    Ok(instant)
}

fn read(date: &str, time: &str, zone: Tz) -> Result<Timestamp, Refusal> {
    let unreadable = || Refusal::NotATime(format!("{date} {time}"));
    let is_padded = date.len() == 10 && time.len() == 5;
    let date: NaiveDate = date.parse().ok().filter(|_| is_padded).ok_or_else(unreadable)?;
    let time = NaiveTime::parse_from_str(time, "%H:%M").map_err(|_| unreadable())?;
    let instant = zone.from_local_datetime(&date.and_time(time)).earliest();
    Ok(instant.ok_or(Refusal::NoSuchTime { date, time, zone })?.to_utc())
}

/// When a session is held after its plan is changed. A day that is over may stay as it was.
pub fn moved(
    session: &Session,
    date: &str,
    time: &str,
    now: Timestamp,
) -> Result<Timestamp, Refusal> {
    let zone = session.time_zone.parse().unwrap_or(Tz::UTC);
    let stays = read(date, time, zone)? == session.starts_at;
    match session.state {
        SessionState::Planned | SessionState::Open if stays => Ok(session.starts_at),
        SessionState::Planned => starts_at(date, time, zone, now),
        SessionState::Open => Err(Refusal::TimeStands),
        SessionState::Closed | SessionState::Validated => Err(Refusal::SessionClosed),
    }
}

/// A house or a room.
pub fn check_place(text: &str) -> Result<String, Refusal> {
    line(text, MAX_PLACE).ok().filter(|place| !place.is_empty()).ok_or(Refusal::BadPlace)
}

/// A remark of several lines; may be empty.
pub fn check_comment(text: &str) -> Result<String, Refusal> {
    let text = text.trim().replace("\r\n", "\n");
    let fine = text.chars().count() <= MAX_COMMENT
        && text.lines().all(|part| line(part, MAX_COMMENT).is_ok());
    if fine { Ok(text) } else { Err(Refusal::BadComment) }
}

/// Whether somebody may be enrolled.
pub fn may_enrol(state: SessionState) -> Result<(), Refusal> {
    match state {
        SessionState::Planned | SessionState::Open => Ok(()),
        SessionState::Closed | SessionState::Validated => Err(Refusal::SessionClosed),
    }
}

/// Whether the details of somebody whose exam `has_begun`, or not, may be corrected.
pub fn may_correct(session: SessionState, has_begun: bool) -> Result<(), Refusal> {
    may_enrol(session)?;
    if has_begun { Err(Refusal::ExamBegun) } else { Ok(()) }
}

/// Whether somebody may be removed.
pub fn may_remove(state: SessionState) -> Result<(), Refusal> {
    match state {
        SessionState::Planned => Ok(()),
        SessionState::Open => Err(Refusal::SessionOpen),
        SessionState::Closed | SessionState::Validated => Err(Refusal::SessionClosed),
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::{Asia::Kolkata, Europe::Paris, Pacific::Chatham};
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn planned(date: &str, time: &str) -> Result<Timestamp, Refusal> {
        starts_at(date, time, Paris, at("2026-01-01T08:00:00Z"))
    }

    #[test]
    fn a_session_begins_when_the_centre_s_clocks_say_so() {
        assert_eq!(planned("2027-03-01", "09:30"), Ok(at("2027-03-01T08:30:00Z")));
        assert_eq!(planned("2027-07-01", "09:30"), Ok(at("2027-07-01T07:30:00Z")));
    }

    #[test]
    fn an_hour_that_the_clocks_jump_over_is_refused() {
        let refused = planned("2027-03-28", "02:30").unwrap_err();
        assert_eq!(refused.code(), "no_such_time");
        assert_eq!(
            refused.to_string(),
            "on 2027-03-28 the clocks in Europe/Paris are put forward: 02:30:00 does not exist"
        );
        assert!(planned("2027-03-28", "03:00").is_ok());
    }

    #[test]
    fn an_hour_that_happens_twice_is_taken_as_the_first() {
        assert_eq!(planned("2026-10-25", "02:30"), Ok(at("2026-10-25T00:30:00Z")));
    }

    #[test]
    fn today_may_be_planned_and_yesterday_not() {
        let now = at("2027-03-01T23:30:00Z");
        assert!(starts_at("2027-03-02", "00:10", Paris, now).is_ok());
        let past = NaiveDate::from_ymd_opt(2027, 3, 1).unwrap();
        assert_eq!(starts_at("2027-03-01", "23:00", Paris, now), Err(Refusal::InThePast(past)));
    }

    #[test]
    fn what_is_no_date_and_time_is_refused() {
        for (date, time) in [
            ("01/03/2027", "09:30"),
            ("2027-02-29", "09:30"),
            ("2027-3-1", "09:30"),
            ("2027-03-01", "24:00"),
            ("2027-03-01", "9h30"),
            ("", ""),
        ] {
            assert_eq!(planned(date, time).unwrap_err().code(), "not_a_time", "{date} {time}");
        }
    }

    #[test]
    fn details_stand_from_the_moment_the_exam_begins() {
        assert_eq!(may_correct(SessionState::Planned, false), Ok(()));
        assert_eq!(may_correct(SessionState::Open, false), Ok(()));
        assert_eq!(may_correct(SessionState::Open, true), Err(Refusal::ExamBegun));
        assert_eq!(may_correct(SessionState::Closed, false), Err(Refusal::SessionClosed));
    }

    #[test]
    fn nobody_is_removed_from_a_session_that_has_begun() {
        assert_eq!(may_remove(SessionState::Planned), Ok(()));
        assert_eq!(may_remove(SessionState::Open), Err(Refusal::SessionOpen));
        assert_eq!(may_enrol(SessionState::Open), Ok(()));
        assert_eq!(may_enrol(SessionState::Closed), Err(Refusal::SessionClosed));
    }

    proptest! {
        #[test]
        fn what_was_planned_is_what_the_clocks_show(
            day in 0..3650i64, minute in 0..1440u32, place in 0..3usize,
        ) {
            let zone = [Paris, Kolkata, Chatham][place];
            let date = NaiveDate::from_ymd_opt(2026, 1, 2).unwrap() + chrono::Duration::days(day);
            let time = format!("{:02}:{:02}", minute / 60, minute % 60);
            let now = at("2026-01-01T00:00:00Z");
            match starts_at(&date.to_string(), &time, zone, now) {
                Ok(instant) => {
                    let shown = instant.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string();
                    prop_assert_eq!(shown, format!("{date} {time}"));
                }
                Err(refused) => prop_assert_eq!(refused.code(), "no_such_time"),
            }
        }
    }
}
