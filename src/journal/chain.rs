//! The chain: each entry's hash holds that of the one before it.
//!
//! Format: `docs/FORMATS.md`, section 6.

use sha2::{Digest, Sha256};

use super::Written;
use crate::base::SessionId;

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
pub(super) fn link(session: SessionId, previous: &[u8], entry: &Written) -> Vec<u8> {
    let attempt = entry.attempt_id.map(|id| id.to_string()).unwrap_or_default();
    let mut hash = Sha256::new_with_prefix("jurat journal v1");
    for field in [
        previous,
        session.to_string().as_bytes(),
        &entry.seq.to_be_bytes(),
        &entry.at.timestamp_micros().to_be_bytes(),
        entry.actor.as_bytes(),
        entry.kind.word().as_bytes(),
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
    use crate::{
        base::Chance,
        journal::{Kind, Told},
    };

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
                kind: Told::Known(Kind::NoticePosted),
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
