//! The journal: the append-only, hash-chained record of what happened in a session.
//!
//! Owns the tables `journal_head` and `journal_entry`. Promises numbers without gaps within a
//! session, written in the caller's transaction, and told only after the commit. The bell carries
//! no data: who follows reads what was written after the last number known.

mod chain;
mod store;
mod bell;
mod look;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::base::{AttemptId, PersonId, SessionId, Timestamp};

pub use bell::Bell;
pub use chain::{ChainBroken, verify};
pub use look::keep_looking;
pub use store::{append, find_head, find_last_instant, list_after, list_of_attempt};

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
pub struct Entry<'a> {
    /// Whose journal.
    pub session: SessionId,
    /// When it happened, by the clock of the operation.
    pub at: Timestamp,
    /// Who did it.
    pub actor: Actor,
    /// A word in the past tense, such as `attempt_held`.
    pub kind: &'a str,
    /// The attempt it concerns; absent for the room.
    pub attempt: Option<AttemptId>,
    /// The particulars.
    pub body: Value,
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
    /// A word in the past tense.
    pub kind: String,
    /// The attempt it concerns.
    pub attempt_id: Option<AttemptId>,
    /// The particulars, JSON as it was hashed.
    pub body: String,
    /// SHA-256 over the previous hash and this entry, 32 bytes.
    pub hash: Vec<u8>,
}

/// The people with an account who acted in these entries.
pub fn people_in(entries: &[Written]) -> BTreeSet<PersonId> {
    entries.iter().filter_map(|entry| entry.actor.parse().ok()).collect()
}
