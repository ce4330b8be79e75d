//! Who owes tries on this server: a table of fixed size. Looking at an entry costs the same with a
//! hundred thousand others as with none: a key can stand in eight places only, each eight have a lock of
//! their own, and where all are taken the one that owes least makes room.

use std::{
    hash::{BuildHasher, Hash, RandomState},
    sync::{Mutex, MutexGuard, PoisonError},
};

use chrono::Duration;

use crate::base::Timestamp;

/// Sets of places; a power of two.
const SETS: usize = 1 << 15;
/// Places of a set.
const PLACES: usize = 8;

/// Who, as a hash that nobody outside can foresee, and when all is paid back.
type Place = Option<(u64, Timestamp)>;

type Set = [Place; PLACES];

/// What is owed, by limit and key.
#[derive(Debug)]
pub struct Counts {
    seed: RandomState,
    sets: Box<[Mutex<Set>]>,
}

impl Default for Counts {
    fn default() -> Self {
        Self { seed: RandomState::new(), sets: (0..SETS).map(|_| Mutex::default()).collect() }
    }
}

impl Counts {
    /// Reads when all is paid back (the past for one of whom nothing is known) and writes what
    /// `change` makes of it, if anything. Nobody else changes it in between.
    pub fn change<R>(
        &self,
        key: impl Hash,
        now: Timestamp,
        change: impl FnOnce(Timestamp) -> (Option<Timestamp>, R),
    ) -> R {
        let hash = self.seed.hash_one(key);
        let mut set = self.set(hash);
        let place = set.iter().position(|place| place.is_some_and(|(other, _)| other == hash));
        let clear_at = place.and_then(|at| set[at]).map_or(now, |(_, clear_at)| clear_at);
        let (changed, result) = change(clear_at);
        if let Some(clear_at) = changed {
            let at = place.unwrap_or_else(|| owes_least(&set));
            set[at] = Some((hash, clear_at));
        }
        result
    }

    /// Moves everything by so much.
    pub fn shift(&self, by: Duration) {
        for set in &self.sets {
            let mut set = set.lock().unwrap_or_else(PoisonError::into_inner);
            set.iter_mut().flatten().for_each(|(_, clear_at)| *clear_at += by);
        }
    }

    fn set(&self, hash: u64) -> MutexGuard<'_, Set> {
        let index = usize::try_from(hash % SETS as u64).expect("fewer sets than addresses");
        self.sets[index].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn owes_least(set: &Set) -> usize {
    let owes = |at: &usize| set[*at].map(|(_, clear_at)| clear_at);
    (0..PLACES).min_by_key(owes).expect("a set has places")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn owe(counts: &Counts, key: u32, seconds: i64) {
        counts.change(key, NOW, |_| (Some(NOW + Duration::seconds(seconds)), ()));
    }

    fn read(counts: &Counts, key: u32) -> Timestamp {
        counts.change(key, NOW, |clear_at| (None, clear_at))
    }

    #[test]
    fn a_hundred_thousand_keys_are_remembered_apart() {
        let counts = Counts::default();
        (0..100_000).for_each(|key| owe(&counts, key, i64::from(key) + 1));
        let kept = (0..100_000)
            .filter(|key| read(&counts, *key) == NOW + Duration::seconds(i64::from(*key) + 1));
        assert!(kept.count() > 99_000);
    }

    #[test]
    fn who_owes_most_is_not_washed_away_by_a_flood_of_others() {
        let counts = Counts::default();
        owe(&counts, u32::MAX, 3600);
        (0..1_000_000).for_each(|key| owe(&counts, key, 3));
        assert_eq!(read(&counts, u32::MAX), NOW + Duration::seconds(3600));
    }
}
