//! How an attempt ends, and how one that has ended goes on.

use super::{Attempt, LARGEST_EXTENSION_S, Refusal, SealCause, State, What, words::Happened};

pub(super) fn terminate(a: &Attempt, reason: String) -> Happened {
    match a.state {
        State::Running { .. } | State::Held { .. } | State::Break { .. } => {
            let on_break = a.state.open_part().is_none();
            Ok(ended(a, What::Terminated { on_break, reason }))
        }
        State::Terminated { .. } => Ok(vec![]),
        State::Enrolled
        | State::Absent
        | State::CheckedIn
        | State::Admitted
        | State::Submitted { .. }
        | State::Withdrawn { .. }
        | State::Sealed { .. }
        | State::Voided { .. } => Err(a.wrong_state()),
    }
}

pub(super) fn withdraw(a: &Attempt, reason: String) -> Happened {
    match a.state {
        State::CheckedIn
        | State::Admitted
        | State::Running { .. }
        | State::Held { .. }
        | State::Break { .. } => Ok(ended(a, What::Withdrawn { reason })),
        State::Withdrawn { .. } => Ok(vec![]),
        State::Enrolled
        | State::Absent
        | State::Submitted { .. }
        | State::Terminated { .. }
        | State::Sealed { .. }
        | State::Voided { .. } => Err(a.wrong_state()),
    }
}

/// An open part is sealed before the attempt ends.
fn ended(a: &Attempt, end: What) -> Vec<What> {
    let open = a.state.open_part();
    let sealed = open.map(|part| What::PartSealed { part, cause: SealCause::Ended });
    sealed.into_iter().chain([end]).collect()
}

pub(super) fn seal(a: &Attempt) -> Happened {
    match a.state {
        State::Absent
        | State::Submitted { .. }
        | State::Terminated { .. }
        | State::Withdrawn { .. } => Ok(vec![What::Sealed]),
        State::Sealed { .. } | State::Voided { .. } => Ok(vec![]),
        State::Enrolled
        | State::CheckedIn
        | State::Admitted
        | State::Running { .. }
        | State::Held { .. }
        | State::Break { .. } => Err(a.wrong_state()),
    }
}

pub(super) fn void(a: &Attempt, minutes: &str) -> Happened {
    match a.state {
        State::Sealed { .. } => Ok(vec![What::Voided { minutes: minutes.to_owned() }]),
        State::Voided { .. } => Ok(vec![]),
        State::Enrolled
        | State::Absent
        | State::CheckedIn
        | State::Admitted
        | State::Running { .. }
        | State::Held { .. }
        | State::Break { .. }
        | State::Submitted { .. }
        | State::Terminated { .. }
        | State::Withdrawn { .. } => Err(a.wrong_state()),
    }
}

/// A part that was sealed stands on hold again since it was sealed, with `seconds` more. What was ended
/// in a break goes back to the break.
pub(super) fn reopen(a: &Attempt, seconds: i64, reason: String) -> Happened {
    if !(0..=LARGEST_EXTENSION_S).contains(&seconds) {
        return Err(Refusal::ExtensionOutOfRange);
    }
    // no clock ran: there is nothing to add to
    if let State::Terminated { part, on_break: true } = a.state {
        return Ok(vec![What::Reopened { part, seconds: 0, reason }]);
    }
    let left_s = a.left_if_reopened().ok_or_else(|| a.wrong_state())?;
    if left_s + seconds == 0 {
        return Err(Refusal::DeadlineWouldPass);
    }
    Ok(vec![What::Reopened { part: a.state.part(), seconds, reason }])
}
