//! Hashing passwords costs 19 MiB and tens of milliseconds each: two at a time, in turns, in memory
//! that goes back to the system when nobody waits.

mod turns;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError},
};

use argon2::Block;
use tokio::sync::oneshot;

use turns::Turns;

pub use turns::Asker;

/// Hashes that are made at the same time.
const AT_ONCE: usize = 2;
/// What the memory of a hash reserves, blocks of 1 KiB, whatever it uses. From 32 MiB on glibc's
/// `malloc` always asks the system and always gives back; below, it comes to keep what was freed.
const RESERVED: usize = 33 * 1024;

type Job = Box<dyn FnOnce(&mut Memory) + Send>;

/// Too many wait already; a later try may succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many sign in at this moment")]
pub struct Busy;

/// Where a hash is made; it is used again as long as somebody waits.
#[derive(Debug, Default)]
pub struct Memory(Vec<Block>);

/// The hashes that wait, and how many hands are at work.
#[derive(Clone, Default)]
pub struct Hashes(Arc<Mutex<Bench>>);

#[derive(Default)]
struct Bench {
    turns: Turns<Job>,
    hands: usize,
}

impl Memory {
    /// So many blocks; what is in them does not matter.
    pub fn blocks(&mut self, count: usize) -> &mut [Block] {
        if self.0.len() < count {
            self.0 = Vec::with_capacity(count.max(RESERVED));
            self.0.resize(count, Block::new());
        }
        &mut self.0[..count]
    }
}

impl std::fmt::Debug for Hashes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hashes(..)")
    }
}

impl Hashes {
    /// Does `work` off the async threads when it is the asker's turn, unless nobody waits for it any more.
    ///
    /// # Errors
    /// [`Busy`] when too many wait.
    pub async fn make<T: Send + 'static>(
        &self,
        asker: &Asker,
        work: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let (tell, told) = oneshot::channel();
        let job: Job = Box::new(move |memory| {
            if !tell.is_closed() {
                let _ = tell.send(work(memory));
            }
        });
        if self.queue(asker, job) {
            let hand = self.clone();
            tokio::task::spawn_blocking(move || hand.work());
        }
        told.await.map_err(|_| Busy)
    }

    /// Queues a job; says whether another hand is needed.
    fn queue(&self, asker: &Asker, job: Job) -> bool {
        let mut bench = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // who has lost the place hears of it, as the job that would tell is dropped
        drop(bench.turns.queue(asker, job));
        let needed = bench.hands < AT_ONCE;
        bench.hands += usize::from(needed);
        needed
    }

    /// Works until nobody waits.
    fn work(&self) {
        let mut memory = Memory::default();
        while let Some(job) = self.next() {
            // a defect costs whom it concerns; the hand goes on
            let _ = catch_unwind(AssertUnwindSafe(|| job(&mut memory)));
        }
    }

    fn next(&self) -> Option<Job> {
        let mut bench = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let job = bench.turns.next();
        bench.hands -= usize::from(job.is_none());
        job
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOMENT: std::time::Duration = std::time::Duration::from_millis(10);

    #[tokio::test]
    async fn a_defect_in_one_hash_does_not_end_the_others() {
        let hashes = Hashes::default();
        for _ in 0..3 {
            let broken = hashes.make(&Asker::Operator, |_| panic!("a defect"));
            assert_eq!(broken.await, Err(Busy));
        }
        assert_eq!(hashes.make(&Asker::Operator, |_| 7).await, Ok(7));
    }

    #[tokio::test]
    async fn of_too_many_at_once_some_are_told_to_come_back_and_the_others_are_made() {
        let hashes = Hashes::default();
        let work = || hashes.make(&Asker::Operator, |_| std::thread::sleep(MOMENT));
        let made = futures_util::future::join_all((0..100).map(|_| work())).await;
        let busy = made.iter().filter(|made| **made == Err(Busy)).count();
        assert!((50..90).contains(&busy), "{busy}");
    }

    #[tokio::test]
    async fn what_nobody_waits_for_any_more_is_not_made() {
        let (hashes, made) = (Hashes::default(), Arc::new(Mutex::new(0)));
        let work = || {
            let made = made.clone();
            hashes.make(&Asker::Operator, move |_| {
                std::thread::sleep(MOMENT);
                *made.lock().unwrap() += 1;
            })
        };
        let gone = futures_util::future::join_all((0..10).map(|_| work()));
        assert!(tokio::time::timeout(MOMENT, gone).await.is_err());
        work().await.unwrap();
        assert!(*made.lock().unwrap() <= 5, "{made:?}");
    }

    #[tokio::test]
    async fn never_more_than_two_are_made_at_once() {
        let (hashes, now) = (Hashes::default(), Arc::new(Mutex::new((0, 0))));
        let count = |by: i32| {
            let now = now.clone();
            move || {
                let mut now = now.lock().unwrap();
                now.0 += by;
                now.1 = now.1.max(now.0);
            }
        };
        let work = || {
            let (begun, done) = (count(1), count(-1));
            hashes.make(&Asker::Operator, move |_| {
                begun();
                std::thread::sleep(std::time::Duration::from_millis(5));
                done();
            })
        };
        futures_util::future::join_all((0..10).map(|_| work())).await;
        assert_eq!(*now.lock().unwrap(), (0, 2));
    }
}
