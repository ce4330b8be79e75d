//! What is drawn for an attempt: reproducible from its seed and what it is for.

use sha2::{Digest, Sha256};

use crate::base::Chance;

/// A reproducible stream for one purpose.
pub(super) struct Draw(Chance);

impl Draw {
    /// The stream of `seed` for `purpose`.
    pub(super) fn new(seed: i64, purpose: &str) -> Self {
        let digest =
            Sha256::new().chain_update(seed.to_le_bytes()).chain_update(purpose).finalize();
        let mut first = [0; 8];
        first.copy_from_slice(&digest[..8]);
        Self(Chance::seeded(u64::from_le_bytes(first)))
    }

    /// A number below `bound`, which must not be 0.
    pub(super) fn below(&self, bound: usize) -> usize {
        self.0.below(u32::try_from(bound).expect("what is drawn from is short")) as usize
    }

    /// A number from `min` to `max`, both included.
    pub(super) fn between(&self, min: i64, max: i64) -> i64 {
        let width = u32::try_from(max - min + 1).expect("the check of the bank bounds a range");
        min + i64::from(self.0.below(width))
    }

    /// One of `all`, which must not be empty.
    pub(super) fn one_of<'a, T>(&self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// Puts `all` in an order where each is as likely as the others.
    pub(super) fn shuffle<T>(&self, all: &mut [T]) {
        for last in (1..all.len()).rev() {
            all.swap(last, self.below(last + 1));
        }
    }
}
