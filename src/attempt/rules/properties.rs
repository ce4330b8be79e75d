use std::collections::BTreeSet;

use chrono::Duration;
use proptest::prelude::*;

use super::*;
use crate::{attempt::clock::GRACE, base::Timestamp};

fn command() -> impl Strategy<Value = Command> {
    let reason = || "because".to_owned();
    prop_oneof![
        2 => Just(Command::CheckIn),
        1 => Just(Command::MarkAbsent),
        1 => Just(Command::Reinstate { reason: reason() }),
        2 => Just(Command::Admit),
        4 => Just(Command::Hold { reason: reason() }),
        4 => any::<bool>().prop_map(|credit| Command::Release { credit }),
        4 => (-900..900_i64)
            .prop_map(move |seconds| Command::Extend { seconds, reason: reason() }),
        1 => Just(Command::Terminate { reason: "because".to_owned() }),
        1 => Just(Command::Withdraw { reason: "because".to_owned() }),
        1 => Just(Command::NewDevice),
        2 => (0..900_i64).prop_map(move |seconds| Command::Reopen { seconds, reason: reason() }),
        6 => (1..=3_i32, 1..4000_i64)
            .prop_map(|(part, allowed_s)| Command::StartPart { part, allowed_s, break_s: 600 }),
        3 => (1..=3_i32).prop_map(|part| Command::FinishPart { part }),
        6 => Just(Command::DeadlineReached),
        1 => Just(Command::Seal),
        1 => Just(Command::Void { minutes: "5f".to_owned() }),
    ]
}

fn day() -> impl Strategy<Value = Vec<(i64, Command)>> {
    let beginning = [(0, Command::CheckIn), (0, Command::Admit)];
    prop::collection::vec((0..900_000_000_i64, command()), 0..60)
        .prop_map(move |rest| beginning.iter().cloned().chain(rest).collect())
}

/// What an observer with a stopwatch saw of the part that runs.
#[derive(Default)]
struct Stopwatch {
    running: Duration,
    allowed: Duration,
    uncredited: Duration,
    since: Option<Timestamp>,
    held: Option<Timestamp>,
    sealed: Option<Timestamp>,
}

impl Stopwatch {
    fn see(&mut self, event: &Event) {
        match &event.what {
            What::PartStarted { allowed_s, .. } => {
                *self = Self { allowed: Duration::seconds(*allowed_s), ..Self::default() };
                self.since = Some(event.at);
            }
            What::Held { .. } => {
                self.stop(event.at);
                self.held = Some(event.at);
            }
            What::Released { credit } => {
                let held = event.at - self.held.take().unwrap();
                self.uncredited += if *credit { Duration::zero() } else { held };
                self.since = Some(event.at);
            }
            What::Extended { seconds, .. } => self.allowed += Duration::seconds(*seconds),
            What::PartSealed { .. } => {
                self.stop(event.at);
                self.sealed = Some(event.at);
            }
            What::Reopened { seconds, .. } => {
                self.held = self.held.or(self.sealed);
                self.allowed += Duration::seconds(*seconds);
            }
            What::ClockCorrected { shift_s } => self.shift(Duration::seconds(*shift_s)),
            What::CheckedIn
            | What::MarkedAbsent
            | What::Reinstated { .. }
            | What::Admitted
            | What::BreakOverrun { .. }
            | What::Terminated { .. }
            | What::Withdrawn { .. }
            | What::DeviceChanged
            | What::Sealed
            | What::Voided { .. } => {}
        }
    }

    fn shift(&mut self, by: Duration) {
        self.since = self.since.map(|since| since + by);
        self.held = self.held.map(|held| held + by);
    }

    fn stop(&mut self, at: Timestamp) {
        if let Some(since) = self.since.take() {
            self.running += at - since;
        }
    }
}

/// As the server does it: what is over is sealed first, then the command is looked at.
fn settle_and_decide(attempt: &Attempt, command: &Command, now: Timestamp) -> Vec<Event> {
    let mut events = decide(attempt, &Command::DeadlineReached, now).unwrap();
    let settled = events.iter().fold(attempt.clone(), apply);
    events.extend(decide(&settled, command, now).unwrap_or_default());
    events
}

/// What a candidate still has, at `now`, and how much of the break is over.
fn left(a: &Attempt, now: Timestamp) -> (Option<Duration>, Option<Duration>) {
    let reads = if a.state.is_held() { a.since } else { now };
    (a.deadline().map(|deadline| deadline - reads), a.break_until(600).map(|until| until - now))
}

proptest! {
    #[test]
    fn an_accepted_step_of_the_clock_changes_nobody_s_remaining_time(
        parts in 1..=3_i32,
        day in day(),
        after in day(),
        shift_s in -90_000..90_000_i64,
    ) {
        let mut now = "2027-03-01T08:00:00Z".parse::<Timestamp>().unwrap();
        let mut attempt = Attempt::new(parts, now);
        let live = |attempt: &mut Attempt, now: &mut Timestamp, day: &[(i64, Command)]| {
            for (micros, command) in day {
                *now += Duration::microseconds(*micros);
                for event in settle_and_decide(attempt, command, *now) {
                    *attempt = apply(attempt.clone(), &event);
                }
            }
        };
        live(&mut attempt, &mut now, &day);
        let (mut corrected, mut later) = (attempt.clone(), now + Duration::seconds(shift_s));
        for event in decide(&attempt, &Command::CorrectClock { shift_s }, later).unwrap() {
            corrected = apply(corrected, &event);
        }
        let open = attempt.state.open_part().is_some() || attempt.state.name() == AttemptState::Break;
        if open {
            prop_assert_eq!(left(&corrected, later), left(&attempt, now));
            let sealed = |a: &Attempt, now| decide(a, &Command::DeadlineReached, now).unwrap().len();
            prop_assert_eq!(sealed(&corrected, later), sealed(&attempt, now));
        }
        // and the rest of the day goes as it would have gone
        live(&mut attempt, &mut now, &after);
        live(&mut corrected, &mut later, &after);
        prop_assert_eq!(corrected.state, attempt.state);
        if attempt.state.open_part().is_some() {
            prop_assert_eq!(left(&corrected, later), left(&attempt, now));
        }
    }

    #[test]
    fn time_in_running_never_exceeds_what_the_ledger_allows(parts in 1..=3_i32, day in day()) {
        let mut now = "2027-03-01T08:00:00Z".parse::<Timestamp>().unwrap();
        let mut attempt = Attempt::new(parts, now);
        let mut watch = Stopwatch::default();
        for (micros, command) in day {
            now += Duration::microseconds(micros);
            for event in settle_and_decide(&attempt, &command, now) {
                watch.see(&event);
                attempt = apply(attempt, &event);
                prop_assert!(watch.running <= watch.allowed);
            }
            if let (State::Running { .. }, Some(deadline)) = (attempt.state, attempt.deadline()) {
                // Held time is credited exactly: what is left is what was not used.
                let left = watch.allowed - watch.running - watch.uncredited;
                prop_assert_eq!(deadline - watch.since.unwrap(), left);
            }
        }
    }

    #[test]
    fn deadline_moves_back_only_by_a_negative_extension(parts in 1..=3_i32, day in day()) {
        let mut now = "2027-03-01T08:00:00Z".parse::<Timestamp>().unwrap();
        let mut attempt = Attempt::new(parts, now);
        for (micros, command) in day {
            now += Duration::microseconds(micros);
            for event in settle_and_decide(&attempt, &command, now) {
                let (part, before) = (attempt.state.part(), attempt.deadline());
                attempt = apply(attempt, &event);
                let shortened = matches!(event.what, What::Extended { seconds, .. } if seconds < 0);
                if part == attempt.state.part() && !shortened {
                    prop_assert!(attempt.deadline() >= before);
                }
            }
        }
    }

    #[test]
    fn each_part_runs_only_after_the_one_before_it_was_sealed(parts in 1..=3_i32, day in day()) {
        let mut now = "2027-03-01T08:00:00Z".parse::<Timestamp>().unwrap();
        let mut attempt = Attempt::new(parts, now);
        let mut sealed = BTreeSet::new();
        for (micros, command) in day {
            now += Duration::microseconds(micros);
            for event in settle_and_decide(&attempt, &command, now) {
                let before = attempt.state;
                attempt = apply(attempt, &event);
                match event.what {
                    What::PartSealed { part, .. } => {
                        prop_assert!(sealed.insert(part), "a part that is sealed is not sealed again");
                    }
                    What::Reopened { part, .. } if !before.on_break() => {
                        prop_assert!(sealed.remove(&part), "only what was sealed is reopened");
                        prop_assert_eq!(attempt.state, State::Held { part });
                    }
                    What::PartStarted { part, .. } => {
                        prop_assert!(sealed.iter().copied().eq(1..part));
                    }
                    _ => {}
                }
            }
        }
        let open = attempt.state.open_part();
        let begun = sealed.iter().copied().chain(open).collect::<Vec<_>>();
        prop_assert_eq!(begun, (1..=attempt.state.part()).collect::<Vec<_>>());
    }

    #[test]
    fn an_exam_ends_with_its_last_part_and_not_before(parts in 1..=6_i32, by_deadline in any::<bool>()) {
        let mut now = "2027-03-01T08:00:00Z".parse::<Timestamp>().unwrap();
        let mut attempt = Attempt::new(parts, now);
        let mut does = |attempt: &mut Attempt, command: Command, after_s: i64| {
            now += Duration::seconds(after_s);
            let events = decide(attempt, &command, now).unwrap();
            assert!(!events.is_empty(), "{command:?}");
            *attempt = events.iter().fold(attempt.clone(), apply);
        };
        does(&mut attempt, Command::CheckIn, 0);
        does(&mut attempt, Command::Admit, 0);
        for part in 1..=parts {
            does(&mut attempt, Command::StartPart { part, allowed_s: 600, break_s: 600 }, 60);
            if by_deadline {
                does(&mut attempt, Command::DeadlineReached, 603);
            } else {
                does(&mut attempt, Command::FinishPart { part }, 300);
            }
            let over = part == parts;
            let stands = if over { State::Submitted { part } } else { State::Break { after: part } };
            prop_assert_eq!(attempt.state, stands);
            let next = Command::StartPart { part: parts + 1, allowed_s: 600, break_s: 600 };
            prop_assert!(decide(&attempt, &next, attempt.since).is_err());
        }
        does(&mut attempt, Command::Seal, 60);
    }

    #[test]
    fn what_is_reopened_has_the_time_that_was_left_and_what_is_added(
        parts in 1..=3_i32,
        day in day(),
        seconds in 0..900_i64,
        waits_s in 0..90_000_i64,
    ) {
        let mut now = "2027-03-01T08:00:00Z".parse::<Timestamp>().unwrap();
        let mut attempt = Attempt::new(parts, now);
        let mut watch = Stopwatch::default();
        for (micros, command) in day {
            now += Duration::microseconds(micros);
            for event in settle_and_decide(&attempt, &command, now) {
                watch.see(&event);
                attempt = apply(attempt, &event);
            }
        }
        now += Duration::seconds(waits_s);
        let was_on_break = attempt.state.on_break();
        let reopen = Command::Reopen { seconds, reason: "because".to_owned() };
        let Ok(events) = decide(&attempt, &reopen, now) else { return Ok(()) };
        let reopened = events.iter().fold(attempt, apply);
        if was_on_break {
            prop_assert_eq!(reopened.state.name(), AttemptState::Break);
            return Ok(());
        }
        let left = watch.allowed - watch.running - watch.uncredited + Duration::seconds(seconds);
        prop_assert_eq!(reopened.deadline().unwrap() - reopened.since, left);
        let release = decide(&reopened, &Command::Release { credit: true }, now).unwrap();
        let running = release.iter().fold(reopened, apply);
        prop_assert_eq!(running.deadline().unwrap() - now, left);
    }

    #[test]
    fn attempt_that_has_ended_is_only_ever_reopened_or_sealed_and_then_voided(
        parts in 1..=3_i32,
        day in day(),
        after in day(),
    ) {
        let mut now = "2027-03-01T08:00:00Z".parse::<Timestamp>().unwrap();
        let mut attempt = Attempt::new(parts, now);
        for (micros, command) in day.into_iter().chain(after) {
            now += Duration::microseconds(micros);
            let before = attempt.clone();
            for event in settle_and_decide(&attempt, &command, now) {
                attempt = apply(attempt, &event);
            }
            prop_assert!(attempt.epoch >= before.epoch);
            let reopened = matches!(command, Command::Reopen { .. });
            if reopened && before.state.name().has_ended() && attempt != before {
                let goes_on = [AttemptState::Held, AttemptState::Break];
                prop_assert!(goes_on.contains(&attempt.state.name()));
            } else if before.state.name().has_ended() && attempt != before {
                let is_sealed = before.state.name() == AttemptState::Sealed;
                let next = if is_sealed { AttemptState::Voided } else { AttemptState::Sealed };
                prop_assert_eq!(attempt.state.name(), next);
                prop_assert_eq!(attempt.state.ended(), before.state.ended());
                prop_assert_eq!(&attempt.reason, &before.reason);
            }
        }
    }

    #[test]
    fn answer_is_accepted_only_within_a_running_part_and_its_grace(
        parts in 1..=3_i32,
        day in day(),
        part in 1..=3_i32,
        epoch in 1..3_i64,
    ) {
        let mut now = "2027-03-01T08:00:00Z".parse::<Timestamp>().unwrap();
        let mut attempt = Attempt::new(parts, now);
        for (micros, command) in day {
            now += Duration::microseconds(micros);
            let in_time = attempt.deadline().is_some_and(|deadline| now <= deadline + GRACE);
            let right = attempt.state == State::Running { part } && attempt.epoch == epoch;
            let accepted = accept_answer(&attempt, part, epoch, now).is_ok();
            prop_assert_eq!(accepted, right && in_time);
            for event in settle_and_decide(&attempt, &command, now) {
                attempt = apply(attempt, &event);
            }
        }
    }
}
