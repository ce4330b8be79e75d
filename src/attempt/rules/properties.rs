use chrono::Duration;
use proptest::prelude::*;

use super::*;
use crate::attempt::clock::GRACE;

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
        6 => (1..=2_i32, 1..4000_i64)
            .prop_map(|(part, allowed_s)| Command::StartPart { part, allowed_s, break_s: 600 }),
        3 => (1..=2_i32).prop_map(|part| Command::FinishPart { part }),
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
            What::PartSealed { .. } => self.stop(event.at),
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
        day in day(),
        after in day(),
        shift_s in -90_000..90_000_i64,
    ) {
        let mut now = "2027-03-01T08:00:00Z".parse::<Timestamp>().unwrap();
        let mut attempt = Attempt::new(now);
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
        let open = attempt.state.open_part().is_some() || attempt.state == State::Break;
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
    fn time_in_running_never_exceeds_what_the_ledger_allows(day in day()) {
        let mut now = "2027-03-01T08:00:00Z".parse::<Timestamp>().unwrap();
        let mut attempt = Attempt::new(now);
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
    fn deadline_moves_back_only_by_a_negative_extension(day in day()) {
        let mut now = "2027-03-01T08:00:00Z".parse::<Timestamp>().unwrap();
        let mut attempt = Attempt::new(now);
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
    fn part_two_runs_only_after_part_one_was_sealed(day in day()) {
        let mut now = "2027-03-01T08:00:00Z".parse::<Timestamp>().unwrap();
        let mut attempt = Attempt::new(now);
        let mut sealed = vec![];
        for (micros, command) in day {
            now += Duration::microseconds(micros);
            for event in settle_and_decide(&attempt, &command, now) {
                match event.what {
                    What::PartSealed { part, .. } => {
                        prop_assert!(!sealed.contains(&part), "a part is sealed once");
                        sealed.push(part);
                    }
                    What::PartStarted { part: 2, .. } => prop_assert_eq!(&sealed, &[1]),
                    _ => {}
                }
                attempt = apply(attempt, &event);
            }
        }
        let open = matches!(attempt.state, State::Running { .. } | State::Held { .. });
        prop_assert_eq!(
            i32::try_from(sealed.len()).unwrap() + i32::from(open),
            attempt.state.part()
        );
    }

    #[test]
    fn attempt_that_has_ended_is_only_ever_sealed_and_then_voided(day in day(), after in day()) {
        let mut now = "2027-03-01T08:00:00Z".parse::<Timestamp>().unwrap();
        let mut attempt = Attempt::new(now);
        for (micros, command) in day.into_iter().chain(after) {
            now += Duration::microseconds(micros);
            let before = attempt.clone();
            for event in settle_and_decide(&attempt, &command, now) {
                attempt = apply(attempt, &event);
            }
            prop_assert!(attempt.epoch >= before.epoch);
            if before.state.name().has_ended() && attempt != before {
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
        day in day(),
        part in 1..=2_i32,
        epoch in 1..3_i64,
    ) {
        let mut now = "2027-03-01T08:00:00Z".parse::<Timestamp>().unwrap();
        let mut attempt = Attempt::new(now);
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
