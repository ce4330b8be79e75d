//! Whether an answer counts.

use super::{Attempt, Refusal, State};
use crate::base::Timestamp;

/// Decides whether an answer that reached the server at `now` counts.
///
/// # Errors
/// [`Refusal`]: another device has taken over, the part is not running, held, closed or over.
pub fn accept_answer(a: &Attempt, part: i32, epoch: i64, now: Timestamp) -> Result<(), Refusal> {
    if epoch != a.epoch {
        return Err(Refusal::Fenced);
    }
    match a.state {
        State::Enrolled | State::Absent | State::CheckedIn => Err(Refusal::NotAdmitted),
        State::Running { part: running } if part == running => match a.over_since(now) {
            Some(deadline) => Err(Refusal::TooLate { deadline }),
            None => Ok(()),
        },
        State::Held { part: held } if part == held => Err(Refusal::Held),
        State::Break { .. } | State::Submitted { .. } if part == a.state.part() => {
            Err(a.after_sealing())
        }
        State::Admitted | State::Break { .. } | State::Running { .. } | State::Held { .. } => {
            Err(a.out_of_turn(part, Refusal::NotRunning))
        }
        State::Submitted { .. }
        | State::Terminated { .. }
        | State::Withdrawn { .. }
        | State::Sealed { .. }
        | State::Voided { .. } => Err(Refusal::PartClosed),
    }
}
