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
    /// Raised by every new device; what comes with an older one is fenced off.
    pub epoch: i64,
    /// Why it stands there, where a reason was asked for.
    pub reason: String,
    /// The clock ledger of the part that began last.
    pub ledger: Vec<Entry>,
}

impl Attempt {
    /// An attempt nobody has touched yet.
    pub fn new(now: Timestamp) -> Self {
        Self {
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
