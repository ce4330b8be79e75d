//! The clock ledger: everything that ever moved the deadline of a part, in the order it happened.
//!
//! The deadline is never stored: it is what [`deadline`] makes of the entries.
//!
//! Source: `docs/ARCHITECTURE.md`, "The attempt machine".

use chrono::Duration;

use crate::base::Timestamp;

/// How long after the deadline an answer still counts: what a packet needs to arrive.
pub const GRACE: Duration = Duration::seconds(2);

/// One line of the ledger of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// The part began, with the time allowed for it (extra time included).
    Start {
        /// When.
        at: Timestamp,
        /// Base with extra time, whole seconds, rounded up.
        allowed_s: i64,
    },
    /// The clock was stopped.
    Hold {
        /// When.
        at: Timestamp,
    },
    /// The clock goes on.
    Release {
        /// When.
        at: Timestamp,
        /// Whether the held time is given back, to the microsecond.
        credit: bool,
    },
    /// Time was added, or taken away when negative.
    Extend {
        /// When.
        at: Timestamp,
        /// How much; it adds, it never replaces.
        seconds: i64,
    },
    /// A step of the wall clock was accepted: every instant before this line lies so much later by the
    /// clock that counts from here. Nobody's time changes.
    Correction {
        /// When, by the clock that counts from here.
        at: Timestamp,
        /// How far the agreed instant moved, whole seconds; negative when it went back.
        shift_s: i64,
    },
}

impl Entry {
    /// When it was written, server time.
    pub fn at(&self) -> Timestamp {
        match *self {
            Self::Start { at, .. }
            | Self::Hold { at }
            | Self::Release { at, .. }
            | Self::Extend { at, .. }
            | Self::Correction { at, .. } => at,
        }
    }
}

/// When the part ends; absent before it began.
///
/// While the part is held this is the deadline as it stood at the hold.
pub fn deadline(ledger: &[Entry]) -> Option<Timestamp> {
    let mut deadline: Option<Timestamp> = None;
    let mut held = None;
    for entry in ledger {
        match *entry {
            Entry::Start { at, allowed_s } => deadline = Some(at + Duration::seconds(allowed_s)),
            Entry::Hold { at } => held = Some(at),
            Entry::Release { at, credit } => {
                let length = held.take().map_or_else(Duration::zero, |since| length(since, at));
                deadline = deadline.filter(|_| credit).map(|d| d + length).or(deadline);
            }
            Entry::Extend { seconds, .. } => deadline = moved(deadline, seconds),
            Entry::Correction { shift_s, .. } => {
                (deadline, held) = (moved(deadline, shift_s), moved(held, shift_s));
            }
        }
    }
    deadline
}

fn moved(at: Option<Timestamp>, seconds: i64) -> Option<Timestamp> {
    at.map(|at| at + Duration::seconds(seconds))
}

/// Since when the clock stands, by the clock that counts now; absent while it runs.
pub fn held_since(ledger: &[Entry]) -> Option<Timestamp> {
    ledger.iter().fold(None, |held, entry| match *entry {
        Entry::Hold { at } => Some(at),
        Entry::Start { .. } | Entry::Release { .. } => None,
        Entry::Extend { .. } => held,
        Entry::Correction { shift_s, .. } => moved(held, shift_s),
    })
}

/// When the part began, by the clock that counts now.
pub fn started_at(ledger: &[Entry]) -> Option<Timestamp> {
    ledger.iter().fold(None, |started, entry| match *entry {
        Entry::Start { at, .. } => Some(at),
        Entry::Hold { .. } | Entry::Release { .. } | Entry::Extend { .. } => started,
        Entry::Correction { shift_s, .. } => moved(started, shift_s),
    })
}

/// The sum of all extensions, in seconds; negative when time was taken away.
pub fn extended_s(ledger: &[Entry]) -> i64 {
    ledger
        .iter()
        .map(|entry| match *entry {
            Entry::Extend { seconds, .. } => seconds,
            Entry::Start { .. }
            | Entry::Hold { .. }
            | Entry::Release { .. }
            | Entry::Correction { .. } => 0,
        })
        .sum()
}

/// What a hold cost, in whole seconds rounded up: what the record shows, 0 only for no time.
pub fn whole_seconds(since: Timestamp, until: Timestamp) -> i64 {
    let micros = length(since, until).num_microseconds().unwrap_or(i64::MAX);
    micros / 1_000_000 + i64::from(micros % 1_000_000 != 0)
}

/// A hold never has a negative length.
fn length(since: Timestamp, until: Timestamp) -> Duration {
    (until - since).max(Duration::zero())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn started() -> Vec<Entry> {
        vec![Entry::Start { at: at("2027-03-01T09:00:00Z"), allowed_s: 3600 }]
    }

    #[test]
    fn part_that_has_not_begun_has_no_deadline() {
        assert_eq!(deadline(&[]), None);
        assert_eq!(deadline(&[Entry::Extend { at: at("2027-03-01T09:00:00Z"), seconds: 5 }]), None);
    }

    #[test]
    fn credited_hold_moves_the_deadline_by_its_exact_length() {
        let mut ledger = started();
        ledger.push(Entry::Hold { at: at("2027-03-01T09:10:00.250001Z") });
        assert_eq!(deadline(&ledger), Some(at("2027-03-01T10:00:00Z")));
        assert_eq!(held_since(&ledger), Some(at("2027-03-01T09:10:00.250001Z")));
        ledger.push(Entry::Release { at: at("2027-03-01T09:15:00.750003Z"), credit: true });
        assert_eq!(deadline(&ledger), Some(at("2027-03-01T10:05:00.500002Z")));
        assert_eq!(held_since(&ledger), None);
    }

    #[test]
    fn hold_without_credit_costs_its_time() {
        let mut ledger = started();
        ledger.push(Entry::Hold { at: at("2027-03-01T09:10:00Z") });
        ledger.push(Entry::Release { at: at("2027-03-01T09:15:00Z"), credit: false });
        assert_eq!(deadline(&ledger), Some(at("2027-03-01T10:00:00Z")));
    }

    #[test]
    fn extensions_add_up() {
        let mut ledger = started();
        ledger.push(Entry::Extend { at: at("2027-03-01T09:20:00Z"), seconds: 300 });
        ledger.push(Entry::Extend { at: at("2027-03-01T09:21:00Z"), seconds: 300 });
        ledger.push(Entry::Extend { at: at("2027-03-01T09:22:00Z"), seconds: -60 });
        assert_eq!(deadline(&ledger), Some(at("2027-03-01T10:09:00Z")));
        assert_eq!(extended_s(&ledger), 540);
    }

    #[test]
    fn a_hold_over_an_accepted_step_credits_its_real_length() {
        for shift_s in [3600, -3600] {
            let shift = Duration::seconds(shift_s);
            let mut ledger = started();
            ledger.push(Entry::Hold { at: at("2027-03-01T09:10:00Z") });
            ledger.push(Entry::Correction { at: at("2027-03-01T09:12:00Z") + shift, shift_s });
            assert_eq!(held_since(&ledger), Some(at("2027-03-01T09:10:00Z") + shift));
            let released = at("2027-03-01T09:15:00Z") + shift;
            ledger.push(Entry::Release { at: released, credit: true });
            assert_eq!(deadline(&ledger), Some(at("2027-03-01T10:05:00Z") + shift));
            assert_eq!(started_at(&ledger), Some(at("2027-03-01T09:00:00Z") + shift));
        }
    }

    #[test]
    fn part_of_an_hour_lasts_an_hour_when_the_zone_changes_its_clocks() {
        // Paris, 25 October 2026: each of the two 02:30; 28 March 2027: 01:30 to 03:30.
        for start in ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2027-03-28T00:30:00Z"] {
            let start = at(start);
            let ledger = [Entry::Start { at: start, allowed_s: 3600 }];
            assert_eq!(deadline(&ledger), Some(start + Duration::minutes(60)));
        }
    }

    fn step() -> impl Strategy<Value = (u8, i64, bool, i64)> {
        (0..4_u8, 0..600_000_000_i64, any::<bool>(), -600..600_i64)
    }

    proptest! {
        #[test]
        fn deadline_is_start_and_allowed_and_extensions_and_credited_holds(
            allowed_s in 1..20_000_i64,
            steps in prop::collection::vec(step(), 0..40),
        ) {
            let start = at("2027-03-01T09:00:00Z");
            let mut now = start;
            let mut ledger = vec![Entry::Start { at: start, allowed_s }];
            let mut expected = start + Duration::seconds(allowed_s);
            let mut held: Option<Timestamp> = None;
            for (kind, micros, credit, seconds) in steps {
                now += Duration::microseconds(micros);
                match (kind, held) {
                    (0, None) => {
                        ledger.push(Entry::Hold { at: now });
                        held = Some(now);
                    }
                    (1, Some(since)) => {
                        ledger.push(Entry::Release { at: now, credit });
                        expected += if credit { now - since } else { Duration::zero() };
                        held = None;
                    }
                    (2, _) => {
                        ledger.push(Entry::Extend { at: now, seconds });
                        expected += Duration::seconds(seconds);
                    }
                    (3, _) => {
                        let (left, shift) = (expected - now, Duration::seconds(seconds));
                        now += shift;
                        ledger.push(Entry::Correction { at: now, shift_s: seconds });
                        held = held.map(|since| since + shift);
                        expected += shift;
                        prop_assert_eq!(deadline(&ledger).unwrap() - now, left, "what remains");
                    }
                    _ => {}
                }
                prop_assert_eq!(deadline(&ledger), Some(expected));
                prop_assert_eq!(held_since(&ledger), held);
            }
        }

        #[test]
        fn whole_seconds_round_up_and_are_zero_only_for_no_time(micros in 0..10_000_000_000_i64) {
            let start = at("2027-03-01T09:00:00Z");
            let seconds = whole_seconds(start, start + Duration::microseconds(micros));
            prop_assert!(seconds * 1_000_000 >= micros && (seconds - 1) * 1_000_000 < micros);
        }
    }
}
