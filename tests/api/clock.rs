//! The wall clock is set while an exam runs: nobody's time changes, everybody who must know is told,
//! and nothing new begins until an administrator has looked.

use chrono::{DateTime, Duration, Utc};
use jurat::{
    app::App,
    attempt::{self, Answer, Error, rules::Command},
    journal,
};
use serde_json::{Value, json};

use crate::{
    both,
    support::{
        Actor, TestApp,
        exam::{Candidate, Room, plausible},
    },
};

const ACCEPTANCE: &str = "/api/v1/clock/acceptance";

fn at(told: &Value) -> DateTime<Utc> {
    told.as_str().unwrap().parse().unwrap()
}

/// What a candidate still has of part 1, as the page reckons it.
async fn left(candidate: &mut Candidate) -> Duration {
    let view = candidate.view().await;
    let part = &view["parts"][0];
    let reads =
        if part["held_since"].is_null() { &view["server_now"] } else { &part["held_since"] };
    at(&part["deadline"]) - at(reads)
}

fn step(app: &TestApp, seconds: i64) {
    app.app.clock.step_wall(Duration::seconds(seconds));
}

/// What the administrator is told, once it says whether the clocks disagree.
async fn told(admin: &mut Actor, disagree: bool) -> Value {
    for _ in 0..100 {
        let told = admin.get("/api/v1/clock").await.expect(200);
        if told["since"].is_null() != disagree {
            return told;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the alarm is not {disagree}");
}

/// The same server in another process, or after another boot.
async fn another(app: &TestApp, boot: &str) -> App {
    let mut again = app.app.clone();
    again.clock = app.app.clock.of_boot(boot);
    attempt::begin_clock(&again).await.unwrap();
    again
}

/// One candidate works, one is held, one has a break: a step is accepted and nothing else changes.
async fn accept_a_step(app: TestApp, seconds: i64) {
    let room = Room::open(&app, &["Hopper", "Lovelace", "Noether"]).await;
    let mut admin = app.admin().await;
    let (mut working, items) = room.started(&app, "Hopper").await;
    let (mut held, _) = room.started(&app, "Lovelace").await;
    let (mut resting, _) = room.started(&app, "Noether").await;
    app.later(600);
    room.order(&app, Command::Hold { reason: "fire alarm".to_owned() }, "Lovelace").await;
    resting.finish(1).await.expect(200);
    app.later(300);
    let (working_left, held_left) = (left(&mut working).await, left(&mut held).await);
    let before = at(&working.view().await["server_now"]);
    // what a seat owes of its pace just now is not owed for as long as the step
    for revision in 1..=60 {
        working.save(1, &items[0], revision, plausible(&items[0], 0)).await.expect(200);
    }

    step(&app, seconds);
    assert_eq!(told(&mut admin, true).await["difference_s"], seconds);
    let other = json!({ "difference_s": seconds + 1800 });
    admin.post(ACCEPTANCE, other).await.refused(409, "clock_stepped_again");
    for _ in 0..2 {
        let body = json!({ "difference_s": seconds });
        let after = admin.post(ACCEPTANCE, body).await.expect(200);
        assert_eq!((&after["difference_s"], &after["since"]), (&json!(0), &json!(null)));
    }

    let now = at(&working.view().await["server_now"]);
    assert_eq!(now - before, Duration::seconds(seconds), "the agreed instant has moved once");
    assert_eq!(left(&mut working).await, working_left);
    assert_eq!(left(&mut held).await, held_left);
    app.later(8);
    working.save(1, &items[0], 61, plausible(&items[0], 0)).await.expect(200);
    app.later(60);
    room.order(&app, Command::Release { credit: true }, "Lovelace").await;
    assert_eq!(left(&mut held).await, held_left, "the whole hold is given back");
    resting.start(2).await;
    admin.get("/api/v1/clock").await.expect(200);

    let mut tx = app.app.db.read().await.unwrap();
    let journal = journal::list_after(&mut tx, room.session, 0, 1000).await.unwrap();
    assert_eq!(journal::verify(room.session, &journal), Ok(()));
    let corrected: Vec<_> =
        journal.iter().filter(|e| e.kind.is(journal::Kind::ClockCorrected)).collect();
    assert_eq!(corrected.iter().filter(|entry| entry.attempt_id.is_none()).count(), 1);
    assert_eq!(corrected.len(), 4, "and one for each clock that counts");
    assert!(
        journal.iter().all(|entry| !entry.kind.is(journal::Kind::BreakOverrun)),
        "the break is as long as ever"
    );

    let left = left(&mut working).await.num_seconds();
    app.later(left + 6);
    attempt::sweep(&app.app).await.unwrap();
    let part = &working.view().await["parts"][0];
    assert_eq!((&part["sealed_at"], &part["receipt"]["answers"]), (&part["deadline"], &json!(1)));
}

both! {
    async fn a_step_of_the_wall_clock_changes_nothing_for_candidates(app: TestApp) {
        let room = Room::open(&app, &["Hopper"]).await;
        let (mut candidate, items) = room.started(&app, "Hopper").await;
        for seconds in [3600, -7200] {
            step(&app, seconds);
            app.later(60);
            attempt::sweep(&app.app).await.unwrap();
            let view = candidate.view().await;
            assert_eq!(view["state"], "running");
            assert_eq!(view["parts"][0]["deadline"], "2027-03-01T09:00:00Z");
        }
        assert_eq!(candidate.view().await["server_now"], "2027-03-01T08:02:00Z");
        candidate.save(1, &items[0], 1, plausible(&items[0], 0)).await.expect(200);
        app.later(3600 - 120 + 6);
        attempt::sweep(&app.app).await.unwrap();
        let view = candidate.view().await;
        assert_eq!(view["parts"][0]["sealed_at"], "2027-03-01T09:00:00Z", "at its real end");
    }

    async fn nothing_new_begins_while_the_clocks_disagree(app: TestApp) {
        let room = Room::open(&app, &["Hopper", "Lovelace"]).await;
        let (mut running, _) = room.started(&app, "Hopper").await;
        let mut waiting = room.admitted(&app, "Lovelace").await;
        step(&app, -6);
        let refused = waiting.try_start(1).await;
        refused.refused(503, "clock_disagrees");
        assert!(refused.headers.contains_key("retry-after"));
        assert_eq!(waiting.view().await["state"], "admitted");
        running.try_start(1).await.expect(200);
        step(&app, 2);
        waiting.start(1).await;
    }

    async fn an_accepted_step_forward_changes_no_remaining_time(app: TestApp) {
        accept_a_step(app, 3600).await;
    }

    async fn an_accepted_step_back_changes_no_remaining_time(app: TestApp) {
        accept_a_step(app, -3600).await;
    }

    async fn a_hold_over_a_step_back_credits_its_real_length(app: TestApp) {
        let room = Room::open(&app, &["Hopper"]).await;
        let (mut candidate, _) = room.started(&app, "Hopper").await;
        room.order(&app, Command::Hold { reason: "fire alarm".to_owned() }, "Hopper").await;
        app.later(120);
        step(&app, -3600);
        app.later(180);
        room.order(&app, Command::Release { credit: true }, "Hopper").await;
        assert_eq!(candidate.view().await["parts"][0]["deadline"], "2027-03-01T09:05:00Z");
    }

    async fn boards_administrators_and_operators_are_told_of_a_step(app: TestApp) {
        let mut day = app.day().await;
        day.enrol("ada").await;
        day.open().await;
        let path = day.at("/socket-ticket");
        let mut board = day.invigilator.listen(&app.url, &path).await;
        board.until(|message| message["type"] == "rows").await;
        assert_eq!(day.invigilator.get(&day.at("/board")).await.expect(200)["clock"], json!(null));
        step(&app, 3600);
        let said = board.until(|message| message["type"] == "clock").await;
        assert_eq!(said["clock"]["difference_s"], 3600);
        let shown = day.invigilator.get(&day.at("/board")).await.expect(200);
        assert_eq!(shown["clock"], said["clock"]);
        let ready = app.anyone().get("/readyz").await.expect(200);
        assert_eq!((&ready["ready"], &ready["clock_difference_s"]), (&json!(true), &json!(3600)));
        day.invigilator.get("/api/v1/clock").await.refused(403, "forbidden");
        let body = json!({ "difference_s": 3600 });
        day.manager.post(ACCEPTANCE, body).await.refused(403, "forbidden");
        step(&app, -3600);
        let said = board.until(|message| message["type"] == "clock").await;
        assert_eq!(said["clock"], json!(null), "it was set right: the alarm ends by itself");
    }

    async fn a_restart_goes_on_and_only_a_boot_takes_the_wall_clock(app: TestApp) {
        let room = Room::open(&app, &["Hopper", "Lovelace"]).await;
        let (mut candidate, _) = room.started(&app, "Hopper").await;
        room.admitted(&app, "Lovelace").await;
        app.later(60);
        room.order(&app, Command::Extend { seconds: 60, reason: "late".to_owned() }, "Hopper").await;
        app.later(60);
        for seconds in [3600, -7200] {
            step(&app, seconds);
            let again = another(&app, app.app.clock.boot()).await;
            assert_eq!(again.clock.now(), app.app.clock.now(), "the same boot");
            let refused = attempt::start_part(&again, room.attempts["Lovelace"], 1).await;
            assert!(matches!(refused, Err(Error::ClockDisagrees)), "{refused:?}");
        }
        let last = another(&app, "a boot with the clock back").await;
        assert_eq!(last.clock.now().to_string(), "2027-03-01 08:01:00 UTC", "not before the last entry");
        step(&app, 5400);
        let booted = another(&app, "a boot with the clock ahead").await;
        assert_eq!(booted.clock.now(), booted.clock.wall());
        assert_eq!(candidate.view().await["state"], "running", "this server has not booted");
    }

    async fn an_answer_that_had_arrived_in_time_is_saved_before_its_part_is_sealed(app: TestApp) {
        let room = Room::open(&app, &["Hopper"]).await;
        let (mut candidate, items) = room.started(&app, "Hopper").await;
        app.later(3601);
        let receipt = app.app.receipts.take(&app.app.clock);
        app.later(60);
        let (sweeper, attempt) = (app.app.clone(), room.attempts["Hopper"]);
        let sealing = tokio::spawn(async move { attempt::sweep(&sweeper).await });
        let hasty = app.app.clone();
        let finishing = tokio::spawn(async move { attempt::finish_part(&hasty, attempt, 1).await });
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        assert!(!sealing.is_finished() && !finishing.is_finished(), "both wait for the answer");
        let answer = Answer {
            attempt,
            part: 1,
            item: items[0]["id"].as_str().unwrap().to_owned(),
            epoch: 1,
            revision: 1.try_into().unwrap(),
            value: plausible(&items[0], 0),
        };
        let saved = attempt::save_answer(&app.app, answer, receipt).await.unwrap();
        assert_eq!(saved.saved_at.to_string(), "2027-03-01 09:00:01 UTC");
        sealing.await.unwrap().unwrap();
        finishing.await.unwrap().unwrap();
        let part = &candidate.view().await["parts"][0];
        assert_eq!(part["sealed_at"], "2027-03-01T09:00:00Z");
        assert_eq!(part["receipt"]["answers"], 1);
    }

    async fn an_answer_on_its_way_while_a_step_is_accepted_is_judged_by_the_clock_that_counts(app: TestApp) {
        let room = Room::open(&app, &["Hopper"]).await;
        let (_, items) = room.started(&app, "Hopper").await;
        app.later(3590);
        let mut admin = app.admin().await;
        let in_time = app.app.receipts.take(&app.app.clock);
        app.later(60);
        let late = app.app.receipts.take(&app.app.clock);
        step(&app, -7200);
        admin.post(ACCEPTANCE, json!({ "difference_s": -7200 })).await.expect(200);
        let answer = |n: usize| Answer {
            attempt: room.attempts["Hopper"],
            part: 1,
            item: items[n]["id"].as_str().unwrap().to_owned(),
            epoch: 1,
            revision: 1.try_into().unwrap(),
            value: plausible(&items[n], 0),
        };
        let refused = attempt::save_answer(&app.app, answer(1), late).await;
        assert!(matches!(&refused, Err(Error::Refused(why)) if why.code() == "too_late"), "{refused:?}");
        let saved = attempt::save_answer(&app.app, answer(0), in_time).await.unwrap();
        assert_eq!(saved.saved_at.to_string(), "2027-03-01 06:59:50 UTC");
    }
}
