use super::*;
use crate::base::Timestamp;

fn at(text: &str) -> Timestamp {
    format!("2027-03-01T{text}Z").parse().unwrap()
}

fn reason() -> String {
    "because".to_owned()
}

/// Does what the commands ask at their instants; each must be accepted.
fn after(commands: &[(&str, Command)]) -> Attempt {
    commands.iter().fold(Attempt::new(2, at("08:00:00")), |attempt, (time, command)| {
        let events = decide(&attempt, command, at(time)).unwrap();
        events.iter().fold(attempt, apply)
    })
}

fn admitted() -> Vec<(&'static str, Command)> {
    vec![("08:30:00", Command::CheckIn), ("08:50:00", Command::Admit)]
}

/// A part is begun, after a break of ten minutes at most.
fn start(part: i32, allowed_s: i64) -> Command {
    Command::StartPart { part, allowed_s, break_s: 600 }
}

/// Part 1 runs from 9 to 10 o'clock.
fn started() -> Vec<(&'static str, Command)> {
    let mut commands = admitted();
    commands.push(("09:00:00", start(1, 3600)));
    commands
}

fn with(mut commands: Vec<(&'static str, Command)>, more: &[(&'static str, Command)]) -> Attempt {
    commands.extend_from_slice(more);
    after(&commands)
}

fn held_at(time: &'static str) -> (&'static str, Command) {
    (time, Command::Hold { reason: reason() })
}

#[test]
fn attempt_goes_through_both_parts() {
    let attempt = with(
        started(),
        &[
            ("09:30:00", Command::FinishPart { part: 1 }),
            ("09:40:00", start(2, 600)),
            ("09:45:00", Command::FinishPart { part: 2 }),
            ("11:00:00", Command::Seal),
        ],
    );
    assert_eq!(attempt.state, State::Sealed { part: 2, ended: AttemptState::Submitted });
}

#[test]
fn a_break_that_lasted_too_long_is_told_and_costs_no_time() {
    let attempt = with(started(), &[("09:30:00", Command::FinishPart { part: 1 })]);
    let begun = |time: &str| {
        let events = decide(&attempt, &start(2, 600), at(time)).unwrap();
        let after = events.iter().fold(attempt.clone(), apply);
        (events.into_iter().map(|event| event.what).collect::<Vec<_>>(), after.deadline())
    };
    let started = What::PartStarted { part: 2, allowed_s: 600 };
    let in_time = begun("09:40:00");
    assert_eq!(in_time, (vec![started.clone()], Some(at("09:50:00"))));
    let late = begun("09:45:00.5");
    let overrun = What::BreakOverrun { seconds: 301 };
    assert_eq!(late, (vec![overrun, started], Some(at("09:55:00.5"))));
}

#[test]
fn part_two_does_not_open_before_part_one_is_sealed() {
    let attempt = with(started(), &[]);
    let refused = decide(&attempt, &start(2, 600), at("09:10:00"));
    assert_eq!(refused, Err(Refusal::WrongState { state: AttemptState::Running }));
}

#[test]
fn candidate_who_was_not_admitted_cannot_start() {
    let attempt = with(vec![], &[("08:30:00", Command::CheckIn)]);
    assert_eq!(decide(&attempt, &start(1, 600), at("09:00:00")), Err(Refusal::NotAdmitted));
}

#[test]
fn answer_counts_until_the_grace_has_passed() {
    let attempt = with(started(), &[]);
    for time in ["09:00:00", "09:59:59.999", "10:00:00", "10:00:00.001", "10:00:02"] {
        assert_eq!(accept_answer(&attempt, 1, 1, at(time)), Ok(()), "{time}");
    }
    let late = accept_answer(&attempt, 1, 1, at("10:00:02.001"));
    assert_eq!(late, Err(Refusal::TooLate { deadline: at("10:00:00") }));
}

#[test]
fn late_answer_is_told_the_same_before_and_after_the_sweep() {
    let running = with(started(), &[]);
    let swept = with(started(), &[("10:00:05", Command::DeadlineReached)]);
    let late = Err(Refusal::TooLate { deadline: at("10:00:00") });
    assert_eq!(accept_answer(&running, 1, 1, at("10:00:06")), late);
    assert_eq!(accept_answer(&swept, 1, 1, at("10:00:06")), late);
}

#[test]
fn answer_during_a_hold_is_refused() {
    let attempt = with(started(), &[held_at("09:10:00")]);
    assert_eq!(accept_answer(&attempt, 1, 1, at("09:11:00")), Err(Refusal::Held));
}

#[test]
fn answer_from_an_older_device_is_fenced_off() {
    let attempt = with(started(), &[("09:10:00", Command::NewDevice)]);
    assert_eq!(accept_answer(&attempt, 1, 1, at("09:11:00")), Err(Refusal::Fenced));
    assert_eq!(accept_answer(&attempt, 1, 2, at("09:11:00")), Ok(()));
}

#[test]
fn answer_to_a_part_that_is_not_open_is_refused() {
    let attempt = with(started(), &[]);
    assert_eq!(accept_answer(&attempt, 2, 1, at("09:11:00")), Err(Refusal::NotRunning));
    let attempt = with(started(), &[("09:30:00", Command::FinishPart { part: 1 })]);
    assert_eq!(accept_answer(&attempt, 1, 1, at("09:31:00")), Err(Refusal::PartClosed));
    assert_eq!(accept_answer(&attempt, 2, 1, at("09:31:00")), Err(Refusal::NotRunning));
}

#[test]
fn part_that_is_over_is_sealed_at_its_deadline_however_late_it_is_noticed() {
    let attempt = with(started(), &[]);
    assert_eq!(decide(&attempt, &Command::DeadlineReached, at("10:00:02")), Ok(vec![]));
    let sealed = decide(&attempt, &Command::DeadlineReached, at("10:30:00")).unwrap();
    let what = What::PartSealed { part: 1, cause: SealCause::Deadline };
    assert_eq!(sealed, [Event { at: at("10:00:00"), what }]);
}

#[test]
fn part_handed_in_within_the_grace_is_sealed_at_its_deadline() {
    let attempt = with(started(), &[]);
    let sealed = decide(&attempt, &Command::FinishPart { part: 1 }, at("10:00:01")).unwrap();
    let what = What::PartSealed { part: 1, cause: SealCause::Finished };
    assert_eq!(sealed, [Event { at: at("10:00:00"), what }]);
}

#[test]
fn held_candidate_is_not_sealed_by_the_clock() {
    let attempt = with(started(), &[held_at("09:59:59")]);
    assert_eq!(decide(&attempt, &Command::DeadlineReached, at("12:00:00")), Ok(vec![]));
}

#[test]
fn released_candidate_gets_the_held_time_back() {
    let release = Command::Release { credit: true };
    let attempt = with(started(), &[held_at("09:10:00"), ("09:25:00.5", release)]);
    assert_eq!(attempt.deadline(), Some(at("10:15:00.5")));
}

#[test]
fn hold_is_not_ended_without_credit_when_the_part_would_be_over() {
    let attempt = with(started(), &[held_at("09:10:00")]);
    let release = Command::Release { credit: false };
    assert_eq!(decide(&attempt, &release, at("10:00:00")), Err(Refusal::DeadlineWouldPass));
}

#[test]
fn release_without_a_hold_is_refused() {
    let attempt = with(started(), &[]);
    let refused = decide(&attempt, &Command::Release { credit: true }, at("09:10:00"));
    assert_eq!(refused, Err(Refusal::WrongState { state: AttemptState::Running }));
}

#[test]
fn extension_adds_and_cannot_end_the_part() {
    let extend = |seconds| Command::Extend { seconds, reason: reason() };
    let attempt = with(started(), &[("09:10:00", extend(300)), ("09:10:00", extend(300))]);
    assert_eq!(attempt.deadline(), Some(at("10:10:00")));
    assert_eq!(decide(&attempt, &extend(-1800), at("09:40:00")), Err(Refusal::DeadlineWouldPass));
    assert_eq!(decide(&attempt, &extend(0), at("09:40:00")), Err(Refusal::ExtensionOutOfRange));
}

#[test]
fn what_takes_something_away_needs_a_reason() {
    let attempt = with(started(), &[]);
    for command in [
        Command::Hold { reason: " ".to_owned() },
        Command::Extend { seconds: 60, reason: String::new() },
        Command::Terminate { reason: String::new() },
        Command::Withdraw { reason: String::new() },
        Command::Reinstate { reason: String::new() },
    ] {
        assert_eq!(decide(&attempt, &command, at("09:10:00")), Err(Refusal::ReasonRequired));
    }
}

#[test]
fn terminated_attempt_has_its_open_part_sealed() {
    let attempt = with(started(), &[]);
    let events =
        decide(&attempt, &Command::Terminate { reason: reason() }, at("09:10:00")).unwrap();
    let sealed = What::PartSealed { part: 1, cause: SealCause::Ended };
    assert_eq!(events[0], Event { at: at("09:10:00"), what: sealed });
    let attempt = events.iter().fold(attempt, apply);
    assert_eq!(attempt.state, State::Terminated { part: 1, on_break: false });
    assert_eq!(attempt.reason, "because");
}

#[test]
fn repeated_command_changes_nothing() {
    let twice = |commands: Vec<(&'static str, Command)>| {
        let (time, last) = commands.last().cloned().unwrap();
        assert_eq!(decide(&after(&commands), &last, at(time)), Ok(vec![]), "{last:?}");
    };
    twice(vec![("08:30:00", Command::CheckIn)]);
    twice(vec![("08:30:00", Command::MarkAbsent)]);
    twice(admitted());
    twice(started());
    let then = |time, command| {
        let mut commands = started();
        commands.push((time, command));
        commands
    };
    twice(then("09:10:00", Command::Hold { reason: reason() }));
    twice(then("09:10:00", Command::FinishPart { part: 1 }));
    twice(then("09:10:00", Command::Terminate { reason: reason() }));
    twice(then("09:10:00", Command::Withdraw { reason: reason() }));
    twice(vec![("08:30:00", Command::MarkAbsent), ("12:00:00", Command::Seal)]);
}

#[test]
fn session_cannot_close_over_open_work() {
    for commands in [vec![], admitted(), started()] {
        let attempt = after(&commands);
        let state = attempt.state.name();
        assert!(state.blocks_closing());
        assert_eq!(
            decide(&attempt, &Command::Seal, at("12:00:00")),
            Err(Refusal::WrongState { state })
        );
    }
}

#[test]
fn only_a_sealed_attempt_is_voided_and_it_remembers_how_it_ended() {
    let terminate = Command::Terminate { reason: reason() };
    let void = Command::Void { minutes: "5f".to_owned() };
    let ended = with(started(), &[("09:10:00", terminate)]);
    let refused = Refusal::WrongState { state: AttemptState::Terminated };
    assert_eq!(decide(&ended, &void, at("12:00:00")), Err(refused));
    let apply_all = |attempt: Attempt, command: &Command| {
        decide(&attempt, command, at("12:00:00")).unwrap().iter().fold(attempt, apply)
    };
    let voided = apply_all(apply_all(ended, &Command::Seal), &void);
    assert_eq!(voided.state, State::Voided { part: 1, ended: AttemptState::Terminated });
    assert_eq!(voided.reason, reason());
    assert_eq!(decide(&voided, &void, at("12:00:01")), Ok(vec![]));
}

#[test]
fn every_state_is_read_back_as_it_was_written() {
    for name in AttemptState::ALL {
        assert_eq!(name.as_str().parse(), Ok(name));
        let state = State::from_words(name, 1, AttemptState::Terminated, true);
        assert_eq!(
            State::from_words(state.name(), state.part(), state.ended(), state.on_break()),
            state
        );
    }
}

#[test]
fn an_exam_of_one_part_ends_with_it_and_one_of_three_goes_on() {
    let finished = |parts| {
        let mut attempt = Attempt { parts, ..with(started(), &[]) };
        for event in decide(&attempt, &Command::FinishPart { part: 1 }, at("09:30:00")).unwrap() {
            attempt = apply(attempt, &event);
        }
        attempt.state
    };
    assert_eq!(finished(1), State::Submitted { part: 1 });
    assert_eq!(finished(3), State::Break { after: 1 });
}

fn reopen(seconds: i64) -> Command {
    Command::Reopen { seconds, reason: reason() }
}

#[test]
fn a_part_that_a_mistake_sealed_stands_on_hold_since_then() {
    let sealed = with(started(), &[("09:30:00", Command::FinishPart { part: 1 })]);
    let events = decide(&sealed, &reopen(300), at("09:40:00")).unwrap();
    let reopened = events.iter().fold(sealed, apply);
    assert_eq!((reopened.state, reopened.since), (State::Held { part: 1 }, at("09:30:00")));
    assert_eq!(reopened.deadline(), Some(at("10:05:00")));
    let released = decide(&reopened, &Command::Release { credit: true }, at("09:45:00")).unwrap();
    let running = released.iter().fold(reopened, apply);
    assert_eq!(running.deadline(), Some(at("10:20:00")), "35 minutes are left");
}

#[test]
fn a_termination_is_undone_where_it_was_pronounced() {
    let terminate = || Command::Terminate { reason: reason() };
    let during = with(started(), &[("09:30:00", terminate())]);
    let events = decide(&during, &reopen(0), at("09:31:00")).unwrap();
    assert_eq!(events.iter().fold(during, apply).state, State::Held { part: 1 });
    let finish = ("09:30:00", Command::FinishPart { part: 1 });
    let on_a_break = with(started(), &[finish, ("09:31:00", terminate())]);
    let events = decide(&on_a_break, &reopen(0), at("09:32:00")).unwrap();
    assert_eq!(events.iter().fold(on_a_break, apply).state, State::Break { after: 1 });
    let held = with(
        started(),
        &[("09:30:00", Command::Hold { reason: reason() }), ("09:35:00", terminate())],
    );
    let events = decide(&held, &reopen(0), at("09:50:00")).unwrap();
    let reopened = events.iter().fold(held, apply);
    assert_eq!((reopened.since, reopened.deadline()), (at("09:30:00"), Some(at("10:00:00"))));
}

#[test]
fn what_ran_out_of_time_is_reopened_with_more_time_or_not_at_all() {
    let over = with(started(), &[("10:00:05", Command::DeadlineReached)]);
    assert_eq!(decide(&over, &reopen(0), at("10:01:00")), Err(Refusal::DeadlineWouldPass));
    assert_eq!(decide(&over, &reopen(-60), at("10:01:00")), Err(Refusal::ExtensionOutOfRange));
    assert_eq!(decide(&over, &reopen(600), at("10:01:00")).unwrap().len(), 1);
}

#[test]
fn nothing_is_reopened_after_the_session_has_closed_or_while_it_runs() {
    let (finish, seal) = (Command::FinishPart { part: 1 }, Command::Seal);
    let mut sealed = Attempt { parts: 1, ..with(started(), &[]) };
    for (command, time) in [(finish, "09:30:00"), (seal, "11:00:00")] {
        for event in decide(&sealed, &command, at(time)).unwrap() {
            sealed = apply(sealed, &event);
        }
    }
    let running = with(started(), &[]);
    for (attempt, state) in [(sealed, AttemptState::Sealed), (running, AttemptState::Running)] {
        let refused = decide(&attempt, &reopen(60), at("11:01:00"));
        assert_eq!(refused, Err(Refusal::WrongState { state }));
    }
}

#[test]
fn what_is_allowed_is_what_the_machine_would_do() {
    use Ask::{
        Admit, CheckIn, Extend, FinishPart, Hold, MarkAbsent, NewDevice, Reinstate, Release,
        Reopen, StartPart, Terminate, Withdraw,
    };
    let now = at("09:30:00");
    let staff = |attempt: &Attempt| allowed(attempt, &Ask::OF_STAFF, now);
    let candidate = |attempt: &Attempt| allowed(attempt, &Ask::OF_CANDIDATE, now);
    let enrolled = Attempt::new(2, at("08:00:00"));
    assert_eq!(staff(&enrolled), [CheckIn, MarkAbsent, NewDevice]);
    let absent = after(&[("08:30:00", Command::MarkAbsent)]);
    assert_eq!(staff(&absent), [Reinstate]);
    let running = with(started(), &[]);
    assert_eq!(staff(&running), [Hold, Extend, Terminate, Withdraw, NewDevice]);
    assert_eq!(candidate(&running), [FinishPart]);
    let held = with(started(), &[("09:10:00", Command::Hold { reason: reason() })]);
    assert_eq!(staff(&held), [Release, Extend, Terminate, Withdraw, NewDevice]);
    assert_eq!(candidate(&held), []);
    let on_a_break = with(started(), &[("09:10:00", Command::FinishPart { part: 1 })]);
    assert_eq!(staff(&on_a_break), [Terminate, Withdraw, NewDevice, Reopen]);
    assert_eq!((candidate(&on_a_break), turn(&on_a_break)), (vec![StartPart], 2));
    let admitted = after(&admitted());
    assert_eq!(staff(&admitted), [Withdraw, NewDevice]);
    assert_eq!(staff(&after(&[("08:30:00", Command::CheckIn)])), [Admit, Withdraw, NewDevice]);
}
