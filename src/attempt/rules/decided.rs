//! What a command leads to.

use super::{
    Attempt, AttemptState, Command, Event, LONGEST_REASON, Refusal, What, clocks, ends, parts,
    words::Happened,
};
use crate::base::{Timestamp, prose};

/// Decides what a command leads to. A repeated command leads to nothing and is no error.
///
/// # Errors
/// [`Refusal`]: the state, the clock or a missing reason stands against it.
pub fn decide(a: &Attempt, command: &Command, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    use AttemptState::{Absent, CheckedIn, Enrolled};
    let happened = match command {
        Command::CheckIn => step(a, Enrolled, &CAME, What::CheckedIn),
        Command::MarkAbsent => step(a, Enrolled, &[Absent], What::MarkedAbsent),
        Command::Reinstate { reason } => {
            step(a, Absent, &CAME, What::Reinstated { reason: given(reason)? })
        }
        Command::Admit => step(a, CheckedIn, &CAME[1..], What::Admitted),
        Command::Hold { reason } => clocks::hold(a, given(reason)?, now),
        Command::Release { credit } => clocks::release(a, *credit, now),
        Command::Extend { seconds, reason } => clocks::extend(a, *seconds, given(reason)?, now),
        Command::Terminate { reason } => ends::terminate(a, given(reason)?),
        Command::Withdraw { reason } => ends::withdraw(a, given(reason)?),
        Command::NewDevice => new_device(a),
        Command::Reopen { seconds, reason } => ends::reopen(a, *seconds, given(reason)?),
        Command::StartPart { part, allowed_s, break_s } => {
            let started = What::PartStarted { part: *part, allowed_s: *allowed_s };
            parts::start_part(a, *part, started, parts::overrun(a, *break_s, now))
        }
        Command::FinishPart { part } => parts::finish_part(a, *part, now),
        Command::DeadlineReached => Ok(parts::deadline_reached(a, now)),
        Command::CorrectClock { shift_s } => Ok(clocks::correct_clock(a, *shift_s)),
        Command::Seal => ends::seal(a),
        Command::Void { minutes } => ends::void(a, minutes),
    }?;
    Ok(happened.into_iter().map(|what| Event { at: instant(a, &what, now), what }).collect())
}

/// The states that show that the candidate came, in the order of the day.
const CAME: [AttemptState; 6] = [
    AttemptState::CheckedIn,
    AttemptState::Admitted,
    AttemptState::Running,
    AttemptState::Held,
    AttemptState::Break,
    AttemptState::Submitted,
];

/// A running part is never sealed later than its deadline, however late it is noticed.
fn instant(a: &Attempt, what: &What, now: Timestamp) -> Timestamp {
    match what {
        What::PartSealed { .. } => a.coming_deadline().map_or(now, |deadline| deadline.min(now)),
        What::CheckedIn
        | What::MarkedAbsent
        | What::Reinstated { .. }
        | What::Admitted
        | What::BreakOverrun { .. }
        | What::PartStarted { .. }
        | What::Held { .. }
        | What::Released { .. }
        | What::Extended { .. }
        | What::ClockCorrected { .. }
        | What::Terminated { .. }
        | What::Withdrawn { .. }
        | What::DeviceChanged
        | What::Reopened { .. }
        | What::Sealed
        | What::Voided { .. } => now,
    }
}

/// One step out of `from`; nothing when it was made already.
fn step(a: &Attempt, from: AttemptState, past: &[AttemptState], what: What) -> Happened {
    let here = a.state.name();
    if here == from {
        Ok(vec![what])
    } else if past.contains(&here) {
        Ok(vec![])
    } else {
        Err(a.wrong_state())
    }
}

fn given(reason: &str) -> Result<String, Refusal> {
    let reason = prose(reason);
    match reason.chars().count() {
        0 => Err(Refusal::ReasonRequired),
        1..=LONGEST_REASON => Ok(reason),
        too_long => Err(Refusal::ReasonTooLong { too_long }),
    }
}

fn new_device(a: &Attempt) -> Happened {
    if a.state.name().blocks_closing() {
        Ok(vec![What::DeviceChanged])
    } else {
        Err(a.wrong_state())
    }
}
