//! What may be done to a clock that runs or stands.

use chrono::Duration;

use super::{Attempt, LARGEST_EXTENSION_S, Refusal, State, What, words::Happened};
use crate::base::Timestamp;

pub(super) fn hold(a: &Attempt, reason: String, now: Timestamp) -> Happened {
    if a.state.is_held() {
        return Ok(vec![]);
    }
    let deadline = a.coming_deadline().ok_or_else(|| a.wrong_state())?;
    if now >= deadline {
        Err(Refusal::TooLate { deadline })
    } else {
        Ok(vec![What::Held { reason }])
    }
}

pub(super) fn release(a: &Attempt, credit: bool, now: Timestamp) -> Happened {
    if !a.state.is_held() {
        return Err(a.wrong_state());
    }
    if !credit && a.deadline().is_some_and(|deadline| deadline <= now) {
        return Err(Refusal::DeadlineWouldPass);
    }
    Ok(vec![What::Released { credit }])
}

pub(super) fn extend(a: &Attempt, seconds: i64, reason: String, now: Timestamp) -> Happened {
    if a.state.open_part().is_none() {
        return Err(a.wrong_state());
    }
    let clock_reads = if a.state.is_held() { a.since } else { now };
    if seconds == 0 || seconds.abs() > LARGEST_EXTENSION_S {
        return Err(Refusal::ExtensionOutOfRange);
    }
    let moved = a.deadline().map(|deadline| deadline + Duration::seconds(seconds));
    if moved.is_some_and(|deadline| deadline <= clock_reads) {
        return Err(Refusal::DeadlineWouldPass);
    }
    Ok(vec![What::Extended { seconds, reason }])
}

/// A clock that runs, stands or measures a break goes with the agreed instant, and so does one that may
/// run again.
pub(super) fn correct_clock(a: &Attempt, shift_s: i64) -> Vec<What> {
    match a.state {
        State::Running { .. }
        | State::Held { .. }
        | State::Break { .. }
        | State::Submitted { .. }
        | State::Terminated { .. } => {
            vec![What::ClockCorrected { shift_s }]
        }
        State::Enrolled
        | State::Absent
        | State::CheckedIn
        | State::Admitted
        | State::Withdrawn { .. }
        | State::Sealed { .. }
        | State::Voided { .. } => vec![],
    }
}
