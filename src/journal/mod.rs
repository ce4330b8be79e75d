//! The journal: the append-only, hash-chained record of what happened in a session.
//!
//! Owns the tables `journal_head` and `journal_entry`. Promises numbers without gaps within a
//! session, written in the caller's transaction, and told only after the commit. The bell carries
//! no data: who follows reads what was written after the last number known.

mod words;
mod event;
mod flags;
mod told;
mod chain;
mod store;
mod bell;
mod look;
#[cfg(test)]
mod kinds_tests;

use std::{borrow::Cow, collections::BTreeSet};

use crate::base::{AttemptId, Page, PersonId, SessionId, Timestamp};

pub use bell::Bell;
pub use chain::{ChainBroken, verify};
pub use event::{CorrectedClock, DecidedCase, Event, Kind};
pub use flags::{Done, Reach};
pub use look::keep_looking;
pub use store::{
    append, find_head, find_last_instant, find_last_of, list_after, list_before, list_of_attempt,
    list_of_attempt_before,
};
pub use told::Told;
pub use words::{AttemptState, IncidentCategory, Outcome, RevocationReason, SealCause};

/// Who did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A person with an account.
    Person(PersonId),
    /// The candidate of an attempt.
    Candidate(AttemptId),
    /// The server, by the clock.
    System,
    /// Somebody of the panel; the journal does not say who.
    Jury,
}

impl std::fmt::Display for Actor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Person(id) => write!(f, "{id}"),
            Self::Candidate(id) => write!(f, "{id}"),
            Self::System => f.write_str("system"),
            Self::Jury => f.write_str("jury"),
        }
    }
}

/// What is to be written.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Whose journal.
    pub session: SessionId,
    /// When it happened, by the clock of the operation.
    pub at: Timestamp,
    /// Who did it.
    pub actor: Actor,
    /// The attempt it concerns; absent for the room.
    pub attempt: Option<AttemptId>,
    /// What happened.
    pub event: Event,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Written {
    /// Number within the session, from 1, without gaps.
    pub seq: i64,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it: an id, `system` or `jury`.
    pub actor: String,
    /// What it is about.
    #[sqlx(try_from = "String")]
    pub kind: Told,
    /// The attempt it concerns.
    pub attempt_id: Option<AttemptId>,
    /// The particulars, JSON as it was hashed.
    pub body: String,
    /// SHA-256 over the previous hash and this entry, 32 bytes.
    pub hash: Vec<u8>,
}

/// A page of a journal that is read backwards, from the newest entry.
#[derive(Debug, Clone)]
pub struct Earlier {
    /// The part of the list, whose order is newest first: it goes on below the number `after`.
    pub page: Page<i64>,
    /// Whether each saved answer is a line as well; of 500 lines they may be 490.
    pub answers: bool,
}

/// The people with an account who acted in these entries.
pub fn people_in(entries: &[Written]) -> BTreeSet<PersonId> {
    entries.iter().filter_map(|entry| entry.actor.parse().ok()).collect()
}

impl Written {
    /// What happened; nothing where this program does not know the kind, or not this body of it.
    pub fn event(&self) -> Option<Event> {
        Event::read(self.kind.known()?, &self.body)
    }

    /// Who did it, as it may be told. Entries of before the journal kept the secret name a juror.
    pub fn actor_told(&self) -> Cow<'_, str> {
        if self.kind.known().is_some_and(Kind::is_secret) {
            Cow::Owned(Actor::Jury.to_string())
        } else {
            Cow::Borrowed(&self.actor)
        }
    }
}
