//! How often someone may try: one table of limits, and who owes how much.
//!
//! Owns the table `tally`. What is about an account or a seat stands in the database, so that servers
//! share it and a restart forgets nothing; what is about an address stands in the memory of a server,
//! which is bounded. The table is [`table`]; `docs/SECURITY.md` shows it to people.

mod address;
mod counts;
pub mod rate;
mod store;
pub mod shared;
mod table;

use std::{
    hash::{BuildHasher, Hash, RandomState},
    sync::Arc,
};

use chrono::Duration;

use crate::base::Timestamp;
use counts::Counts;

pub use address::Address;
pub use table::*;

/// Whose tries are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// An address (IPv6: its network of 64 bits).
    Address,
    /// A device, known by its cookie.
    Device,
    /// An account, whether it exists or not.
    Account,
    /// A seat.
    Seat,
}

impl By {
    /// The words of the documentation.
    pub fn words(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Device => "device",
            Self::Account => "account",
            Self::Seat => "seat",
        }
    }
}

/// Where it is remembered what somebody owes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// In the memory of each server.
    Server,
    /// In the database, for all servers.
    Database,
}

impl Kept {
    /// The words of the documentation.
    pub fn words(self) -> &'static str {
        match self {
            Self::Server => "each server",
            Self::Database => "database",
        }
    }
}

/// A limit: so many tries at once, and one more in each `every`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Its name in log and database; part of the key.
    pub name: &'static str,
    /// What is counted.
    pub counts: &'static str,
    /// Whose tries are counted together.
    pub by: By,
    /// Where it is remembered.
    pub kept: Kept,
    /// Tries at once.
    pub burst: u32,
    /// After this time one try comes back.
    pub every: Duration,
    /// Where it shows.
    pub told: &'static str,
    /// The settings that move it; empty for one that is fixed.
    pub set: &'static str,
}

/// Too many tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many tries; come back in {retry_after_s} seconds")]
pub struct TooMany {
    /// The name of the limit.
    pub limit: &'static str,
    /// Seconds until the next try is allowed.
    pub retry_after_s: i64,
}

impl TooMany {
    /// Whoever comes back after `wait` is allowed; part of a second is a second.
    pub fn until(limit: &Limit, wait: Duration) -> Self {
        let retry_after_s = wait.num_seconds() + i64::from(wait.subsec_nanos() > 0);
        Self { limit: limit.name, retry_after_s: retry_after_s.max(1) }
    }
}

/// Turns that are taken apart from each other; keys share one by chance, which costs a moment.
const TURNS: usize = 1 << 12;

/// The counts of this server.
#[derive(Debug, Clone)]
pub struct Limits {
    counts: Arc<Counts>,
    seed: RandomState,
    turns: Arc<[tokio::sync::Mutex<()>]>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            counts: Arc::default(),
            seed: RandomState::new(),
            turns: (0..TURNS).map(|_| tokio::sync::Mutex::default()).collect(),
        }
    }
}

impl Limits {
    /// Waits for the turn of `key`, which ends with the guard. Whoever counts a try and takes it
    /// back when it was right takes turns, so that the right ones of many at once are never in each
    /// other's way, and a thousand wrong ones at once are a thousand one after the other.
    pub async fn turn(&self, key: impl Hash) -> tokio::sync::MutexGuard<'_, ()> {
        let turn = self.seed.hash_one(key) % TURNS as u64;
        self.turns[usize::try_from(turn).expect("fewer turns than addresses")].lock().await
    }

    /// Whether one more try of `key` may be made; counts nothing.
    ///
    /// # Errors
    /// [`TooMany`] when it may not.
    pub fn look(&self, limit: &Limit, key: impl Hash, now: Timestamp) -> Result<(), TooMany> {
        let wait = |clear_at| (None, rate::wait(limit, clear_at, now));
        rate::refuse(limit, self.counts.change((limit.name, key), now, wait))
    }

    /// Whether `key` owes any try; counts nothing.
    pub fn owes(&self, limit: &Limit, key: impl Hash, now: Timestamp) -> bool {
        self.counts
            .change((limit.name, key), now, |clear_at| (None, rate::owes(limit, clear_at, now)))
    }

    /// Counts one try of `key`.
    ///
    /// # Errors
    /// [`TooMany`] when there were too many; that one is not counted.
    pub fn count(&self, limit: &Limit, key: impl Hash, now: Timestamp) -> Result<(), TooMany> {
        let count = |clear_at| match rate::wait(limit, clear_at, now) {
            Some(wait) => (None, Some(wait)),
            None => (Some(rate::charge(limit, clear_at, now)), None),
        };
        rate::refuse(limit, self.counts.change((limit.name, key), now, count))
    }

    /// Moves what everybody owes with an accepted step of the clock: nobody is free sooner or later.
    pub fn shift(&self, by: Duration) {
        self.counts.shift(by);
    }

    /// Takes back a try that was counted: it was right.
    pub fn forgive(&self, limit: &Limit, key: impl Hash, now: Timestamp) {
        let forgive = |clear_at| (Some(rate::forgive(limit, clear_at)), ());
        self.counts.change((limit.name, key), now, forgive);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_tries_too_often_waits_and_nobody_else_does() {
        let (limits, start) = (Limits::default(), "2027-03-01T09:00:00Z".parse().unwrap());
        for _ in 0..PUBLIC_CHECK_ADDRESS.burst {
            assert_eq!(limits.count(&PUBLIC_CHECK_ADDRESS, "ada", start), Ok(()));
        }
        let waits = limits.count(&PUBLIC_CHECK_ADDRESS, "ada", start).unwrap_err();
        assert_eq!(waits.retry_after_s, PUBLIC_CHECK_ADDRESS.every.num_seconds());
        assert_eq!(limits.count(&PUBLIC_CHECK_ADDRESS, "grace", start), Ok(()));
        let later = start + PUBLIC_CHECK_ADDRESS.every;
        assert_eq!(limits.look(&PUBLIC_CHECK_ADDRESS, "ada", later), Ok(()));
    }

    #[test]
    fn a_try_that_was_right_is_not_counted() {
        let (limits, now) = (Limits::default(), "2027-03-01T09:00:00Z".parse().unwrap());
        for _ in 0..1000 {
            assert_eq!(limits.count(&PUBLIC_CHECK_ADDRESS, "ada", now), Ok(()));
            limits.forgive(&PUBLIC_CHECK_ADDRESS, "ada", now);
        }
    }
}
