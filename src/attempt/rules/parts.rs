//! How a part begins and how it is over.

use super::{Attempt, Refusal, SealCause, State, What, words::Happened};
use crate::{attempt::clock, base::Timestamp};

/// What a break that lasted too long leaves behind. It takes nothing from the part: people decide.
pub(super) fn overrun(a: &Attempt, break_s: i64, now: Timestamp) -> Option<What> {
    let seconds = clock::whole_seconds(a.break_until(break_s)?, now);
    (seconds > 0).then_some(What::BreakOverrun { seconds })
}

pub(super) fn start_part(a: &Attempt, part: i32, started: What, overrun: Option<What>) -> Happened {
    match a.state {
        State::Admitted if part == 1 => Ok(vec![started]),
        State::Break { after } if part == after + 1 => {
            Ok(overrun.into_iter().chain([started]).collect())
        }
        State::Running { part: running } if part == running => Ok(vec![]),
        State::Held { part: held } if part == held => Err(Refusal::Held),
        State::Enrolled | State::Absent | State::CheckedIn => Err(Refusal::NotAdmitted),
        State::Admitted | State::Break { .. } | State::Running { .. } | State::Held { .. } => {
            Err(a.out_of_turn(part, a.wrong_state()))
        }
        State::Submitted { .. }
        | State::Terminated { .. }
        | State::Withdrawn { .. }
        | State::Sealed { .. }
        | State::Voided { .. } => Err(Refusal::PartClosed),
    }
}

pub(super) fn finish_part(a: &Attempt, part: i32, now: Timestamp) -> Happened {
    match a.state {
        State::Running { part: running } if part == running => {
            let over = a.over_since(now).is_some();
            let cause = if over { SealCause::Deadline } else { SealCause::Finished };
            Ok(vec![What::PartSealed { part, cause }])
        }
        State::Held { part: held } if part == held => Err(Refusal::Held),
        State::Enrolled | State::Absent | State::CheckedIn => Err(Refusal::NotAdmitted),
        State::Terminated { .. } | State::Withdrawn { .. } => Err(Refusal::PartClosed),
        State::Admitted
        | State::Running { .. }
        | State::Held { .. }
        | State::Break { .. }
        | State::Submitted { .. }
        | State::Sealed { .. }
        | State::Voided { .. } => {
            if part > a.state.part() {
                Err(Refusal::NotRunning)
            } else {
                Ok(vec![])
            }
        }
    }
}

pub(super) fn deadline_reached(a: &Attempt, now: Timestamp) -> Vec<What> {
    match a.over_since(now) {
        Some(_) => {
            vec![What::PartSealed { part: a.state.part(), cause: SealCause::Deadline }]
        }
        None => vec![],
    }
}
