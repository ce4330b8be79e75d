//! The clock: two hands of the machine, and the instant that is agreed.
//!
//! The wall clock may be set by anyone at any time. The uptime clock (`CLOCK_BOOTTIME`, which counts
//! suspension) only runs on. Time runs on by the second from an instant that was agreed once a boot,
//! so that a step of the wall clock changes nothing; what an administrator accepts of a step is a
//! [`Shift`] on top of it.

use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Duration, SubsecRound, Utc};
use rustix::time::{ClockId, clock_gettime};
use tokio::sync::watch;

use super::Timestamp;

/// An instant of the time that runs on: what no step and no acceptance ever moves. A [`Shift`] makes
/// an agreed instant of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(i64);

impl Moment {
    /// From microseconds since 1970.
    pub fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970.
    pub fn micros(self) -> i64 {
        self.0
    }
}

/// How far the agreed instant lies after the time that runs on: what administrators have accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shift {
    /// How often something was accepted; a later shift replaces an earlier one.
    pub number: i64,
    /// Everything accepted, summed up, in whole seconds.
    pub seconds: i64,
}

impl Shift {
    /// The agreed instant of a moment.
    pub fn at(self, moment: Moment) -> Timestamp {
        instant(moment.0) + Duration::seconds(self.seconds)
    }

    /// The moment of an agreed instant.
    pub fn moment(self, at: Timestamp) -> Moment {
        Moment((at - Duration::seconds(self.seconds)).timestamp_micros())
    }
}

/// Microseconds since 1970 as an instant; what no calendar holds is its end.
fn instant(micros: i64) -> Timestamp {
    DateTime::from_timestamp_micros(micros).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// What is known of the time that runs on.
#[derive(Debug, Clone, Copy)]
struct Agreed {
    /// The time that runs on, less the uptime.
    run_on_us: i64,
    /// What was accepted on top of it.
    shift: Shift,
    /// The clock that the agreed instant is held against, less the uptime; absent when it is the
    /// machine's own wall clock.
    reference_us: Option<i64>,
}

/// The two hands of a machine that a test moves.
#[derive(Debug, Clone, Copy)]
struct Hands {
    wall: Timestamp,
    uptime_us: i64,
}

#[derive(Debug, Clone)]
enum Source {
    Machine,
    Manual(Arc<watch::Sender<Hands>>),
}

/// Where the time comes from: the machine, or a hand that moves it.
#[derive(Debug, Clone)]
pub struct Clock {
    source: Source,
    boot: Arc<str>,
    agreed: Arc<RwLock<Agreed>>,
}

impl Clock {
    /// The clock of this machine. Until something else is agreed it begins with the wall clock.
    pub fn system() -> Self {
        Self::new(Source::Machine, &this_boot())
    }

    /// A clock that stands still at `start`.
    pub fn manual(start: Timestamp) -> Self {
        let hands = Hands { wall: start, uptime_us: 0 };
        Self::new(Source::Manual(Arc::new(watch::Sender::new(hands))), "manual")
    }

    fn new(source: Source, boot: &str) -> Self {
        let agreed = Agreed { run_on_us: 0, shift: Shift::default(), reference_us: None };
        let clock = Self { source, boot: boot.into(), agreed: Arc::new(RwLock::new(agreed)) };
        clock.run_on(Moment(clock.wall().timestamp_micros()), clock.uptime_us());
        clock
    }

    /// The same machine after another boot, for tests: nothing is agreed yet.
    #[must_use]
    pub fn of_boot(&self, boot: &str) -> Self {
        Self::new(self.source.clone(), boot)
    }

    /// Which boot of which machine the uptime is counted from.
    pub fn boot(&self) -> &str {
        &self.boot
    }

    /// Whether a hand moves it.
    pub fn is_manual(&self) -> bool {
        matches!(self.source, Source::Manual(_))
    }

    /// The agreed instant, cut to the microsecond: what everything is judged by.
    pub fn now(&self) -> Timestamp {
        let agreed = self.agreed();
        agreed.shift.at(Moment(self.uptime_us() + agreed.run_on_us))
    }

    /// The present moment. What is judged under a lock is read as a moment before it, and made an
    /// instant by the shift that holds there.
    pub fn moment(&self) -> Moment {
        self.moment_at(self.uptime_us())
    }

    /// The moment at another uptime of this boot.
    pub fn moment_at(&self, uptime_us: i64) -> Moment {
        Moment(uptime_us + self.agreed().run_on_us)
    }

    /// The wall clock of the machine, whatever was agreed.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    pub fn wall(&self) -> Timestamp {
        match &self.source {
            Source::Machine => Utc::now().trunc_subsecs(6),
            Source::Manual(hands) => hands.borrow().wall,
        }
    }

    /// The time since the machine booted, suspension included, in microseconds.
    pub fn uptime_us(&self) -> i64 {
        match &self.source {
            Source::Machine => {
                let uptime = clock_gettime(ClockId::Boottime);
                uptime.tv_sec * 1_000_000 + uptime.tv_nsec / 1000
            }
            Source::Manual(hands) => hands.borrow().uptime_us,
        }
    }

    /// The clock that the agreed instant is held against.
    pub fn reference(&self) -> Timestamp {
        match self.agreed().reference_us {
            Some(ahead_us) => instant(self.uptime_us() + ahead_us),
            None => self.wall(),
        }
    }

    /// How far the reference lies after the agreed instant.
    pub fn difference(&self) -> Duration {
        self.reference() - self.now()
    }

    /// What was accepted, as far as it is known here.
    pub fn shift(&self) -> Shift {
        self.agreed().shift
    }

    /// Lets time run on so that it was `moment` when the uptime was `uptime_us`.
    pub fn run_on(&self, moment: Moment, uptime_us: i64) {
        self.put(|agreed| agreed.run_on_us = moment.0 - uptime_us);
    }

    /// Another clock, which showed `reference` when the uptime was `uptime_us`, is the reference.
    pub fn refer_to(&self, reference: Timestamp, uptime_us: i64) {
        self.put(|agreed| agreed.reference_us = Some(reference.timestamp_micros() - uptime_us));
    }

    /// Takes over what was accepted, unless something later is known. Returns by how many seconds the
    /// agreed instant moved.
    pub fn take_over(&self, shift: Shift) -> i64 {
        let before = self.shift();
        if shift.number <= before.number {
            return 0;
        }
        self.put(|agreed| agreed.shift = shift);
        shift.seconds - before.seconds
    }

    fn agreed(&self) -> Agreed {
        *self.agreed.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, change: impl FnOnce(&mut Agreed)) {
        change(&mut self.agreed.write().unwrap_or_else(PoisonError::into_inner));
    }

    /// Lets time pass on a manual clock; the machine's is nobody's to move.
    pub fn advance(&self, by: Duration) {
        self.move_hands(|hands| {
            hands.wall += by;
            hands.uptime_us += by.num_microseconds().unwrap_or(0);
        });
    }

    /// Steps the wall clock of a manual clock, as somebody does who sets it; no time passes.
    pub fn step_wall(&self, by: Duration) {
        self.move_hands(|hands| hands.wall += by);
    }

    fn move_hands(&self, change: impl FnOnce(&mut Hands)) {
        if let Source::Manual(hands) = &self.source {
            hands.send_modify(change);
        }
    }

    /// Waits until `limit` of real time has passed or a manual clock was moved.
    pub async fn moved_or(&self, limit: std::time::Duration) {
        match &self.source {
            Source::Machine => tokio::time::sleep(limit).await,
            Source::Manual(hands) => {
                let mut moves = hands.subscribe();
                let _ = tokio::time::timeout(limit, moves.changed()).await;
            }
        }
    }
}

/// The boot, and the time namespace in which its uptime is counted. A machine that does not tell its
/// boots apart is taken to have just booted, each time.
fn this_boot() -> String {
    let unknown = || hex::encode(super::Chance::Os.bytes::<16>());
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id");
    let boot = boot.map_or_else(|_| unknown(), |id| id.trim().to_owned());
    let space = std::fs::read_link("/proc/self/ns/time").unwrap_or_default();
    format!("{boot} {}", space.display()).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manual() -> Clock {
        Clock::manual("2027-03-01T09:00:00Z".parse().unwrap())
    }

    #[test]
    fn time_stands_still_until_it_is_moved() {
        let clock = manual();
        let before = clock.now();
        clock.advance(Duration::seconds(5));
        assert_eq!((clock.now() - before).num_seconds(), 5);
    }

    #[test]
    fn a_step_of_the_wall_clock_moves_no_agreed_instant() {
        let clock = manual();
        let before = clock.now();
        for step in [3600, -7200] {
            clock.step_wall(Duration::seconds(step));
            assert_eq!(clock.now(), before);
        }
        clock.advance(Duration::seconds(5));
        assert_eq!(clock.now() - before, Duration::seconds(5));
        assert_eq!(clock.difference(), Duration::seconds(-3600));
    }

    #[test]
    fn what_was_accepted_moves_the_agreed_instant_once() {
        let clock = manual();
        clock.step_wall(Duration::seconds(3600));
        let shift = Shift { number: 1, seconds: 3600 };
        assert_eq!((clock.take_over(shift), clock.take_over(shift)), (3600, 0));
        assert_eq!(clock.difference(), Duration::zero());
        assert_eq!(shift.moment(clock.now()), clock.moment());
    }

    #[test]
    fn the_machine_s_time_runs_on_by_its_uptime() {
        let clock = Clock::system();
        assert!(clock.difference().abs() < Duration::seconds(1));
        assert!(clock.uptime_us() > 0 && !clock.boot().is_empty());
        let day = Clock::system();
        day.run_on(Moment(0), day.uptime_us());
        assert!(day.now() < instant(1_000_000));
    }
}
