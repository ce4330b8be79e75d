//! How many tries are owed: a bucket that is paid back at a constant pace (the generic cell rate
//! algorithm). Values in, values out; one instant is all that has to be remembered of anybody.

use chrono::Duration;

use super::{Limit, TooMany};
use crate::base::Timestamp;

/// Nobody can owe more than the burst. What seems to be more is from before the clock was set back: it
/// is not owed, as waiting for it would last as long as the step.
fn since_step(limit: &Limit, clear_at: Timestamp, now: Timestamp) -> Timestamp {
    if clear_at > now + limit.every * steps(limit.burst) { now } else { clear_at }
}

/// Whether anything is owed.
pub fn owes(limit: &Limit, clear_at: Timestamp, now: Timestamp) -> bool {
    since_step(limit, clear_at, now) > now
}

/// Tries owed at `now` when the last of them is paid back at `clear_at`.
pub fn owed(limit: &Limit, clear_at: Timestamp, now: Timestamp) -> u32 {
    let clear_at = since_step(limit, clear_at, now);
    let every = limit.every.num_microseconds().unwrap_or(i64::MAX);
    let left = (clear_at - now).num_microseconds().unwrap_or(0).max(0);
    u32::try_from(left.div_euclid(every) + i64::from(left % every > 0)).unwrap_or(u32::MAX)
}

/// How long until one more try may be made; nothing when it may be made now.
pub fn wait(limit: &Limit, clear_at: Timestamp, now: Timestamp) -> Option<Duration> {
    let free_from = since_step(limit, clear_at, now) - limit.every * (steps(limit.burst) - 1);
    (free_from > now).then(|| free_from - now)
}

/// When all is paid back after one more try at `now`. Tries beyond the burst, which happen when many
/// are made at once, lengthen nothing.
pub fn charge(limit: &Limit, clear_at: Timestamp, now: Timestamp) -> Timestamp {
    (since_step(limit, clear_at, now).max(now) + limit.every)
        .min(now + limit.every * steps(limit.burst))
}

/// When all is paid back after a try is taken back: it was right.
pub fn forgive(limit: &Limit, clear_at: Timestamp) -> Timestamp {
    clear_at - limit.every
}

/// No, when there is something to wait for.
///
/// # Errors
/// [`TooMany`].
pub fn refuse(limit: &Limit, wait: Option<Duration>) -> Result<(), TooMany> {
    wait.map_or(Ok(()), |wait| Err(TooMany::until(limit, wait)))
}

fn steps(tries: u32) -> i32 {
    i32::try_from(tries).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::limits::{By, Kept};

    const LIMIT: Limit = Limit {
        name: "test",
        counts: "tests",
        by: By::Address,
        kept: Kept::Server,
        burst: 3,
        every: Duration::seconds(20),
        told: "nowhere",
        set: "",
    };

    fn at(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + Duration::days(10_000) + Duration::seconds(seconds)
    }

    #[test]
    fn three_tries_are_free_and_one_comes_back_every_twenty_seconds() {
        let mut clear_at = at(-1000);
        for _ in 0..3 {
            assert_eq!(wait(&LIMIT, clear_at, at(0)), None);
            clear_at = charge(&LIMIT, clear_at, at(0));
        }
        assert_eq!(owed(&LIMIT, clear_at, at(0)), 3);
        assert_eq!(wait(&LIMIT, clear_at, at(0)), Some(Duration::seconds(20)));
        assert_eq!(wait(&LIMIT, clear_at, at(19)), Some(Duration::seconds(1)));
        assert_eq!(wait(&LIMIT, clear_at, at(20)), None);
        assert_eq!(owed(&LIMIT, clear_at, at(60)), 0);
    }

    #[test]
    fn a_thousand_tries_at_once_owe_no_more_than_the_burst() {
        let clear_at = (0..1000).fold(at(0), |clear_at, _| charge(&LIMIT, clear_at, at(0)));
        assert_eq!(owed(&LIMIT, clear_at, at(0)), 3);
    }

    #[test]
    fn what_was_owed_before_the_clock_was_set_back_is_owed_no_more() {
        let full = (0..3).fold(at(3600), |clear_at, _| charge(&LIMIT, clear_at, at(3600)));
        assert_eq!(wait(&LIMIT, full, at(0)), None);
        assert_eq!((owed(&LIMIT, full, at(0)), owes(&LIMIT, full, at(0))), (0, false));
        assert_eq!(owed(&LIMIT, charge(&LIMIT, full, at(0)), at(0)), 1);
    }

    #[test]
    fn a_right_try_is_given_back() {
        let owes_one = charge(&LIMIT, at(0), at(0));
        assert_eq!(owed(&LIMIT, forgive(&LIMIT, owes_one), at(0)), 0);
    }
}
