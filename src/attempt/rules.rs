//! The attempt machine: what may happen to an attempt, and what becomes of it.
//!
//! [`decide`] says what a command leads to, [`apply`] what an event makes of the attempt. Both are
//! pure. Presence is not here: a lost connection changes nothing in an attempt.
//!
//! Source: the reference of the exam room, sections 2 to 5.

mod attempt;
mod seat;
mod state;
mod words;

use chrono::Duration;

use super::clock::{self, Entry};
use crate::base::{Timestamp, prose};

pub use attempt::Attempt;
pub use seat::{Doing, seat_may};
pub use state::{AttemptState, State};
pub use words::{Command, Event, Refusal, SealCause, What};

/// The part after which an attempt is handed in.
pub const LAST_PART: i32 = 2;

/// The longest reason of a command, in characters.
pub const LONGEST_REASON: usize = 500;

/// The most a part can be extended or shortened by at once, in seconds.
pub const LARGEST_EXTENSION_S: i64 = 4 * 3600;

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
        Command::Hold { reason } => hold(a, given(reason)?, now),
        Command::Release { credit } => release(a, *credit, now),
        Command::Extend { seconds, reason } => extend(a, *seconds, given(reason)?, now),
        Command::Terminate { reason } => terminate(a, given(reason)?),
        Command::Withdraw { reason } => withdraw(a, given(reason)?),
        Command::NewDevice => new_device(a),
        Command::StartPart { part, allowed_s, break_s } => {
            let started = What::PartStarted { part: *part, allowed_s: *allowed_s };
            start_part(a, *part, started, overrun(a, *break_s, now))
        }
        Command::FinishPart { part } => finish_part(a, *part, now),
        Command::DeadlineReached => Ok(deadline_reached(a, now)),
        Command::CorrectClock { shift_s } => Ok(correct_clock(a, *shift_s)),
        Command::Seal => seal(a),
        Command::Void { minutes } => void(a, minutes),
    }?;
    Ok(happened.into_iter().map(|what| Event { at: instant(a, &what, now), what }).collect())
}

type Happened = Result<Vec<What>, Refusal>;

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

fn hold(a: &Attempt, reason: String, now: Timestamp) -> Happened {
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

fn release(a: &Attempt, credit: bool, now: Timestamp) -> Happened {
    if !a.state.is_held() {
        return Err(a.wrong_state());
    }
    if !credit && a.deadline().is_some_and(|deadline| deadline <= now) {
        return Err(Refusal::DeadlineWouldPass);
    }
    Ok(vec![What::Released { credit }])
}

fn extend(a: &Attempt, seconds: i64, reason: String, now: Timestamp) -> Happened {
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

fn terminate(a: &Attempt, reason: String) -> Happened {
    match a.state {
        State::Running { .. } | State::Held { .. } | State::Break => {
            Ok(ended(a, What::Terminated { reason }))
        }
        State::Terminated { .. } => Ok(vec![]),
        State::Enrolled
        | State::Absent
        | State::CheckedIn
        | State::Admitted
        | State::Submitted
        | State::Withdrawn { .. }
        | State::Sealed { .. }
        | State::Voided { .. } => Err(a.wrong_state()),
    }
}

fn withdraw(a: &Attempt, reason: String) -> Happened {
    match a.state {
        State::CheckedIn
        | State::Admitted
        | State::Running { .. }
        | State::Held { .. }
        | State::Break => Ok(ended(a, What::Withdrawn { reason })),
        State::Withdrawn { .. } => Ok(vec![]),
        State::Enrolled
        | State::Absent
        | State::Submitted
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

fn new_device(a: &Attempt) -> Happened {
    if a.state.name().blocks_closing() {
        Ok(vec![What::DeviceChanged])
    } else {
        Err(a.wrong_state())
    }
}

/// What a break that lasted too long leaves behind. It takes nothing from the part: people decide.
fn overrun(a: &Attempt, break_s: i64, now: Timestamp) -> Option<What> {
    let seconds = clock::whole_seconds(a.break_until(break_s)?, now);
    (seconds > 0).then_some(What::BreakOverrun { seconds })
}

fn start_part(a: &Attempt, part: i32, started: What, overrun: Option<What>) -> Happened {
    match a.state {
        State::Admitted if part == 1 => Ok(vec![started]),
        State::Break if part == LAST_PART => Ok(overrun.into_iter().chain([started]).collect()),
        State::Running { part: running } if part == running => Ok(vec![]),
        State::Held { part: held } if part == held => Err(Refusal::Held),
        State::Enrolled | State::Absent | State::CheckedIn => Err(Refusal::NotAdmitted),
        State::Admitted | State::Break | State::Running { .. } | State::Held { .. } => {
            Err(a.out_of_turn(part, a.wrong_state()))
        }
        State::Submitted
        | State::Terminated { .. }
        | State::Withdrawn { .. }
        | State::Sealed { .. }
        | State::Voided { .. } => Err(Refusal::PartClosed),
    }
}

fn finish_part(a: &Attempt, part: i32, now: Timestamp) -> Happened {
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
        | State::Break
        | State::Submitted
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

fn deadline_reached(a: &Attempt, now: Timestamp) -> Vec<What> {
    match a.over_since(now) {
        Some(_) => {
            vec![What::PartSealed { part: a.state.part(), cause: SealCause::Deadline }]
        }
        None => vec![],
    }
}

/// A clock that runs, stands or measures a break goes with the agreed instant.
fn correct_clock(a: &Attempt, shift_s: i64) -> Vec<What> {
    match a.state {
        State::Running { .. } | State::Held { .. } | State::Break => {
            vec![What::ClockCorrected { shift_s }]
        }
        State::Enrolled
        | State::Absent
        | State::CheckedIn
        | State::Admitted
        | State::Submitted
        | State::Terminated { .. }
        | State::Withdrawn { .. }
        | State::Sealed { .. }
        | State::Voided { .. } => vec![],
    }
}

fn seal(a: &Attempt) -> Happened {
    match a.state {
        State::Absent | State::Submitted | State::Terminated { .. } | State::Withdrawn { .. } => {
            Ok(vec![What::Sealed])
        }
        State::Sealed { .. } | State::Voided { .. } => Ok(vec![]),
        State::Enrolled
        | State::CheckedIn
        | State::Admitted
        | State::Running { .. }
        | State::Held { .. }
        | State::Break => Err(a.wrong_state()),
    }
}

fn void(a: &Attempt, minutes: &str) -> Happened {
    match a.state {
        State::Sealed { .. } => Ok(vec![What::Voided { minutes: minutes.to_owned() }]),
        State::Voided { .. } => Ok(vec![]),
        State::Enrolled
        | State::Absent
        | State::CheckedIn
        | State::Admitted
        | State::Running { .. }
        | State::Held { .. }
        | State::Break
        | State::Submitted
        | State::Terminated { .. }
        | State::Withdrawn { .. } => Err(a.wrong_state()),
    }
}

/// What an event makes of an attempt.
pub fn apply(mut a: Attempt, event: &Event) -> Attempt {
    let (at, part) = (event.at, a.state.part());
    match &event.what {
        What::CheckedIn => a.enter(State::CheckedIn, at, ""),
        What::MarkedAbsent => a.enter(State::Absent, at, ""),
        What::Reinstated { reason } => a.enter(State::CheckedIn, at, reason),
        What::Admitted => a.enter(State::Admitted, at, ""),
        What::BreakOverrun { .. } => {}
        What::PartStarted { part, allowed_s } => {
            a.ledger = vec![Entry::Start { at, allowed_s: *allowed_s }];
            a.enter(State::Running { part: *part }, at, "");
        }
        What::Held { reason } => {
            a.ledger.push(Entry::Hold { at });
            a.enter(State::Held { part }, at, reason);
        }
        What::Released { credit } => {
            a.ledger.push(Entry::Release { at, credit: *credit });
            a.enter(State::Running { part }, at, "");
        }
        What::Extended { seconds, .. } => a.ledger.push(Entry::Extend { at, seconds: *seconds }),
        What::ClockCorrected { shift_s } => {
            a.ledger.push(Entry::Correction { at, shift_s: *shift_s });
            a.since += Duration::seconds(*shift_s);
        }
        What::PartSealed { part: LAST_PART, .. } => a.enter(State::Submitted, at, ""),
        What::PartSealed { .. } => a.enter(State::Break, at, ""),
        What::Terminated { reason } => a.enter(State::Terminated { part }, at, reason),
        What::Withdrawn { reason } => a.enter(State::Withdrawn { part }, at, reason),
        What::DeviceChanged => a.epoch += 1,
        What::Sealed => {
            let reason = std::mem::take(&mut a.reason);
            a.enter(State::Sealed { part, ended: a.state.ended() }, at, &reason);
        }
        What::Voided { .. } => {
            let reason = std::mem::take(&mut a.reason);
            a.enter(State::Voided { part, ended: a.state.ended() }, at, &reason);
        }
    }
    a
}

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
        State::Break | State::Submitted if part == a.state.part() => Err(a.after_sealing()),
        State::Admitted | State::Break | State::Running { .. } | State::Held { .. } => {
            Err(a.out_of_turn(part, Refusal::NotRunning))
        }
        State::Submitted
        | State::Terminated { .. }
        | State::Withdrawn { .. }
        | State::Sealed { .. }
        | State::Voided { .. } => Err(Refusal::PartClosed),
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
