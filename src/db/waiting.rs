//! Which writes wait, and since when.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// The writes that wait: for the next shared transaction, or for their turn at the writer. A turn that
/// is free is taken without a note here.
#[derive(Debug, Clone, Default)]
pub(super) struct Waiting(Arc<Mutex<Notes>>);

#[derive(Debug, Default)]
struct Notes {
    /// Tells apart what began to wait at the same instant.
    drawn: u64,
    since: BTreeSet<(Instant, u64)>,
}

/// Held by whatever waits, for as long as it does.
#[derive(Debug)]
pub(super) struct Wait {
    waiting: Waiting,
    note: (Instant, u64),
}

impl Waiting {
    /// Notes something that waits since then.
    pub(super) fn since(&self, at: Instant) -> Wait {
        let note = self.with(|notes| {
            notes.drawn += 1;
            let note = (at, notes.drawn);
            notes.since.insert(note);
            note
        });
        Wait { waiting: self.clone(), note }
    }

    /// How long the oldest has waited; nothing when none waits.
    pub(super) fn longest(&self) -> Duration {
        let oldest = self.with(|notes| notes.since.first().copied());
        oldest.map(|(since, _)| since.elapsed()).unwrap_or_default()
    }

    fn with<T>(&self, work: impl FnOnce(&mut Notes) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        self.waiting.with(|notes| notes.since.remove(&self.note));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_that_still_waits_counts_whoever_was_noted_first() {
        let waiting = Waiting::default();
        assert_eq!(waiting.longest(), Duration::ZERO);
        let now = Instant::now();
        let _young = waiting.since(now);
        let old = waiting.since(now.checked_sub(Duration::from_secs(5)).unwrap());
        let twin = waiting.since(now.checked_sub(Duration::from_secs(5)).unwrap());
        drop(old);
        assert!(waiting.longest() >= Duration::from_secs(5), "its twin waits");
        drop(twin);
        assert!(waiting.longest() < Duration::from_secs(5));
    }
}
