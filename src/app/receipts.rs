//! Answers that have arrived and are not settled yet: whatever seals a part waits for those that came
//! before it.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::watch;

use crate::base::{Clock, Moment};

/// The answers of this process that are on their way, by when they had arrived whole.
#[derive(Debug, Clone, Default)]
pub struct Receipts(Arc<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    known: Mutex<Known>,
    settled: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct Known {
    last: u64,
    waiting: BTreeSet<(Moment, u64)>,
}

/// An answer that has arrived. It counts as on its way until the last copy is dropped, so it goes
/// with the work into the queue.
#[derive(Debug, Clone)]
pub struct Receipt(Arc<Place>);

#[derive(Debug)]
struct Place {
    receipts: Receipts,
    key: (Moment, u64),
}

impl Receipts {
    /// Notes that an answer has arrived whole, at this very moment.
    pub fn take(&self, clock: &Clock) -> Receipt {
        let mut known = self.known();
        known.last += 1;
        // read under the lock: who seals reads the clock first and looks here afterwards
        let key = (clock.moment(), known.last);
        known.waiting.insert(key);
        drop(known);
        Receipt(Arc::new(Place { receipts: self.clone(), key }))
    }

    /// Waits until every answer that had arrived before `moment` is settled.
    pub async fn settled(&self, moment: Moment) {
        let mut changes = self.0.settled.subscribe();
        while self.oldest().is_some_and(|oldest| oldest <= moment) {
            if changes.changed().await.is_err() {
                return;
            }
        }
    }

    fn oldest(&self) -> Option<Moment> {
        self.known().waiting.first().map(|(moment, _)| *moment)
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.0.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Receipt {
    /// When the answer had arrived whole.
    pub fn moment(&self) -> Moment {
        self.0.key.0
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.receipts.known().waiting.remove(&self.key);
        self.receipts.0.settled.send_replace(());
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn who_seals_waits_for_what_had_arrived_and_for_nothing_later() {
        let clock = Clock::manual("2027-03-01T09:00:00Z".parse().unwrap());
        let receipts = Receipts::default();
        let (earlier, copy) = (receipts.take(&clock), receipts.take(&clock));
        let queued = copy.clone();
        let sealing = clock.moment();
        clock.advance(chrono::Duration::microseconds(1));
        let _later = receipts.take(&clock);
        drop((earlier, copy));
        let moment = Duration::from_millis(20);
        assert!(timeout(moment, receipts.settled(sealing)).await.is_err(), "one is in the queue");
        let waiting = tokio::spawn({
            let receipts = receipts.clone();
            async move { receipts.settled(sealing).await }
        });
        drop(queued);
        assert!(timeout(Duration::from_secs(5), waiting).await.is_ok());
    }
}
