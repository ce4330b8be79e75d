//! The journal: the append-only, hash-chained record of what happened in a session.
//!
//! Owns the tables `journal_head` and `journal_entry`. Promises numbers without gaps within a
//! session, written in the caller's transaction, and told only after the commit. The bell carries
//! no data: who follows reads what was written after the last number known.

mod bell;
mod look;
mod store;

use std::collections::BTreeSet;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::base::{AttemptId, PersonId, SessionId, Timestamp};

pub use bell::Bell;
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

/// The chain does not fit at this number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the journal was changed at number {0}")]
pub struct ChainBroken(pub i64);

/// Checks that entries follow each other from number 1 and that no one was changed.
///
/// # Errors
/// [`ChainBroken`] with the first number that does not fit.
pub fn verify(session: SessionId, entries: &[Written]) -> Result<(), ChainBroken> {
    let mut previous = Vec::new();
    for (entry, expected) in entries.iter().zip(1..) {
        let hash = link(session, &previous, entry);
        if entry.seq != expected || hash != entry.hash {
            return Err(ChainBroken(expected));
        }
        previous = hash;
    }
    Ok(())
}

/// The hash of an entry: length-prefixed fields after a domain name and the previous hash.
fn link(session: SessionId, previous: &[u8], entry: &Written) -> Vec<u8> {
    let attempt = entry.attempt_id.map(|id| id.to_string()).unwrap_or_default();
    let mut hash = Sha256::new_with_prefix("jurat journal v1");
    for field in [
        previous,
        session.to_string().as_bytes(),
        &entry.seq.to_be_bytes(),
        &entry.at.timestamp_micros().to_be_bytes(),
        entry.actor.as_bytes(),
        entry.kind.as_bytes(),
        attempt.as_bytes(),
        entry.body.as_bytes(),
    ] {
        hash.update((field.len() as u64).to_be_bytes());
        hash.update(field);
    }
    hash.finalize().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Chance;

    fn chain() -> (SessionId, Vec<Written>) {
        let at = "2027-03-01T09:00:00Z".parse().unwrap();
        let session = Chance::seeded(1).id(at);
        let mut entries: Vec<Written> = Vec::new();
        for seq in 1..=3 {
            let previous = entries.last().map(|entry| entry.hash.clone()).unwrap_or_default();
            let mut entry = Written {
                seq,
                at,
                actor: "system".into(),
                kind: "notice_posted".into(),
                attempt_id: None,
                body: format!("{{\"n\":{seq}}}"),
                hash: Vec::new(),
            };
            entry.hash = link(session, &previous, &entry);
            entries.push(entry);
        }
        (session, entries)
    }

    #[test]
    fn an_untouched_journal_verifies() {
        let (session, entries) = chain();
        assert_eq!(verify(session, &entries), Ok(()));
    }

    #[test]
    fn a_changed_word_is_found_at_its_number() {
        let (session, mut entries) = chain();
        entries[1].body = "{\"n\":9}".into();
        assert_eq!(verify(session, &entries), Err(ChainBroken(2)));
    }

    #[test]
    fn a_removed_entry_is_found() {
        let (session, mut entries) = chain();
        entries.remove(1);
        assert_eq!(verify(session, &entries), Err(ChainBroken(2)));
    }
}
