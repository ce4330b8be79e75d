//! What becomes of an attempt.

use chrono::Duration;

use super::{Attempt, Event, State, What};
use crate::attempt::clock::Entry;

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
        What::PartSealed { part, .. } if *part < a.parts => {
            a.enter(State::Break { after: *part }, at, "");
        }
        What::PartSealed { part, .. } => a.enter(State::Submitted { part: *part }, at, ""),
        What::Terminated { on_break, reason } => {
            a.enter(State::Terminated { part, on_break: *on_break }, at, reason);
        }
        What::Reopened { seconds, reason, .. } => a.reopen(*seconds, at, reason),
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
