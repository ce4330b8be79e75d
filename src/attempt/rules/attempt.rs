//! What an attempt is to the rules.

use chrono::Duration;

use super::{AttemptState, Refusal, State};
use crate::{
    attempt::clock::{self, Entry, GRACE},
    base::Timestamp,
};

/// What decisions about one attempt rest on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Where it stands.
    pub state: State,
    /// Since when it stands there.
    pub since: Timestamp,
    /// How many parts the exam has, as frozen.
    pub parts: i32,
    /// Raised by every new device; what comes with an older one is fenced off.
    pub epoch: i64,
    /// Why it stands there, where a reason was asked for.
    pub reason: String,
    /// The clock ledger of the part that began last.
    pub ledger: Vec<Entry>,
}

impl Attempt {
    /// An attempt at an exam of so many parts that nobody has touched yet.
    pub fn new(parts: i32, now: Timestamp) -> Self {
        Self {
            parts,
            state: State::Enrolled,
            since: now,
            epoch: 1,
            reason: String::new(),
            ledger: Vec::new(),
        }
    }

    /// The deadline of the part that began last.
    pub fn deadline(&self) -> Option<Timestamp> {
        clock::deadline(&self.ledger)
    }

    /// When the running part is over by the ledger and its grace has passed, its deadline.
    pub fn over_since(&self, now: Timestamp) -> Option<Timestamp> {
        self.coming_deadline().filter(|deadline| now > *deadline + GRACE)
    }

    /// The deadline that the clock runs towards; none while it stands.
    pub(super) fn coming_deadline(&self) -> Option<Timestamp> {
        self.deadline().filter(|_| self.state.is_running())
    }

    /// When the break is over that may last `break_s`; none outside of a break.
    pub fn break_until(&self, break_s: i64) -> Option<Timestamp> {
        let on_a_break = self.state.name() == AttemptState::Break;
        on_a_break.then(|| self.since + Duration::seconds(break_s))
    }

    pub(super) fn enter(&mut self, state: State, at: Timestamp, reason: &str) {
        self.state = state;
        self.since = at;
        reason.clone_into(&mut self.reason);
    }

    /// Since when the clock of the part begun last has stood: it was held, or the part was sealed.
    pub(super) fn stood_since(&self) -> Timestamp {
        let sealed_at = self.deadline().map_or(self.since, |deadline| self.since.min(deadline));
        clock::held_since(&self.ledger).unwrap_or(sealed_at)
    }

    /// What a part that may be reopened has left, in whole seconds, rounded up; none where no clock would
    /// go on.
    pub fn left_if_reopened(&self) -> Option<i64> {
        let sealed = match self.state {
            State::Terminated { on_break, .. } => !on_break,
            State::Break { .. } | State::Submitted { .. } => true,
            State::Enrolled
            | State::Absent
            | State::CheckedIn
            | State::Admitted
            | State::Running { .. }
            | State::Held { .. }
            | State::Withdrawn { .. }
            | State::Sealed { .. }
            | State::Voided { .. } => false,
        };
        let left =
            self.deadline().map(|deadline| clock::whole_seconds(self.stood_since(), deadline));
        left.filter(|_| sealed)
    }

    /// The part begun last stands on hold since its clock has stood, and nothing of its time is lost.
    pub(super) fn reopen(&mut self, seconds: i64, at: Timestamp, reason: &str) {
        match self.state {
            State::Terminated { part, on_break: true } => {
                self.enter(State::Break { after: part }, at, reason);
            }
            State::Terminated { part, on_break: false }
            | State::Break { after: part }
            | State::Submitted { part } => {
                let since = self.stood_since();
                if clock::held_since(&self.ledger).is_none() {
                    self.ledger.push(Entry::Hold { at: since });
                }
                if seconds > 0 {
                    self.ledger.push(Entry::Extend { at, seconds });
                }
                self.enter(State::Held { part }, since, reason);
            }
            State::Enrolled
            | State::Absent
            | State::CheckedIn
            | State::Admitted
            | State::Running { .. }
            | State::Held { .. }
            | State::Withdrawn { .. }
            | State::Sealed { .. }
            | State::Voided { .. } => {}
        }
    }

    /// The same answer whether or not the sweep has come by since the deadline.
    pub(super) fn after_sealing(&self) -> Refusal {
        match self.deadline() {
            Some(deadline) if deadline == self.since => Refusal::TooLate { deadline },
            Some(_) | None => Refusal::PartClosed,
        }
    }

    /// Why a part that is not at hand cannot be: `early` when its turn comes, else closed.
    pub(super) fn out_of_turn(&self, part: i32, early: Refusal) -> Refusal {
        if part > self.state.part() { early } else { Refusal::PartClosed }
    }

    pub(super) fn wrong_state(&self) -> Refusal {
        Refusal::WrongState { state: self.state.name() }
    }
}
