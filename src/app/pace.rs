//! How fast a seat may save: so many answers at once, and so many a second for ever after.

use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::Duration;

use crate::base::{AttemptId, Timestamp};

/// The answers of a seat come faster than they are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many answers at once; the next is taken in {retry_after_s} seconds")]
pub struct TooFast {
    /// Seconds until the next answer is taken, at least 1.
    pub retry_after_s: i64,
}

/// The pace of every seat, in the memory of this process: flooding is what it is against.
///
/// A seat costs the same however many there are, and whoever has been silent for as long as a burst
/// takes is forgotten.
#[derive(Debug, Clone)]
pub struct Pace {
    /// One answer is earned in this time.
    each: Duration,
    /// A silent seat has earned a whole burst after this time.
    burst: Duration,
    seats: Arc<Mutex<Seats>>,
}

/// When each seat has its whole burst again; who is in neither map has it now.
#[derive(Debug, Default)]
struct Seats {
    young: HashMap<AttemptId, Timestamp>,
    old: HashMap<AttemptId, Timestamp>,
    /// When `young` began.
    since: Option<Timestamp>,
}

impl Pace {
    /// A pace of `per_s` answers a second in bursts of `burst`.
    pub fn new(per_s: NonZeroU32, burst: NonZeroU32) -> Self {
        let each = Duration::nanoseconds(1_000_000_000 / i64::from(per_s.get()));
        let burst = Duration::nanoseconds(
            (1_000_000_000 * i64::from(burst.get())) / i64::from(per_s.get()),
        );
        Self { each, burst, seats: Arc::default() }
    }

    /// Takes one answer of `seat` into account.
    ///
    /// # Errors
    /// [`TooFast`] when its burst is spent; then nothing was taken into account.
    pub fn take(&self, seat: AttemptId, now: Timestamp) -> Result<(), TooFast> {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        seats.grow_old(self.burst, now);
        let known = seats.young.get(&seat).or_else(|| seats.old.get(&seat)).copied();
        // no seat is poorer than one with an empty purse, also when the clock was put back
        let full_at = known.unwrap_or(now).clamp(now, now + self.burst);
        let debt = full_at + self.each - (now + self.burst);
        if debt > Duration::zero() {
            seats.young.insert(seat, full_at);
            let whole = debt.num_seconds() + i64::from(debt.subsec_nanos() > 0);
            return Err(TooFast { retry_after_s: whole.max(1) });
        }
        seats.young.insert(seat, full_at + self.each);
        Ok(())
    }
}

impl Seats {
    /// Forgets those who have their whole burst again.
    fn grow_old(&mut self, burst: Duration, now: Timestamp) {
        let since = *self.since.get_or_insert(now);
        if now < since || now - since >= burst {
            self.old = std::mem::take(&mut self.young);
            self.since = Some(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Chance;

    fn start() -> Timestamp {
        "2027-03-01T09:00:00Z".parse().unwrap()
    }

    fn of(per_s: u32, burst: u32) -> Pace {
        Pace::new(NonZeroU32::new(per_s).unwrap(), NonZeroU32::new(burst).unwrap())
    }

    fn taken(pace: &Pace, seat: AttemptId, tries: usize, now: Timestamp) -> usize {
        (0..tries).filter(|_| pace.take(seat, now).is_ok()).count()
    }

    #[test]
    fn a_seat_saves_sixty_at_once_and_eight_a_second_after() {
        let pace = of(8, 60);
        let (ada, grace) = (Chance::seeded(1).id(start()), Chance::seeded(2).id(start()));
        assert_eq!(taken(&pace, ada, 100, start()), 60);
        assert_eq!(pace.take(ada, start()), Err(TooFast { retry_after_s: 1 }));
        assert_eq!(taken(&pace, grace, 100, start()), 60, "each seat for itself");
        for second in 1..=20 {
            assert_eq!(taken(&pace, ada, 100, start() + Duration::seconds(second)), 8);
        }
        assert_eq!(taken(&pace, ada, 100, start() + Duration::seconds(120)), 60);
    }

    #[test]
    fn a_clock_that_was_put_back_locks_nobody_out() {
        let pace = of(8, 60);
        let ada = Chance::seeded(1).id(start());
        assert_eq!(taken(&pace, ada, 60, start()), 60);
        let before = start() - Duration::hours(1);
        assert_eq!(taken(&pace, ada, 100, before), 0);
        assert_eq!(taken(&pace, ada, 100, before + Duration::seconds(1)), 8);
    }

    #[test]
    fn silent_seats_are_forgotten() {
        let pace = of(8, 60);
        let chance = Chance::seeded(1);
        for second in 0..1000 {
            let now = start() + Duration::seconds(second);
            pace.take(chance.id(now), now).unwrap();
        }
        let seats = pace.seats.lock().unwrap();
        assert!(seats.young.len() + seats.old.len() <= 16);
    }
}
