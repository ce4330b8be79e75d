//! The clock of the server: parts, holds, extensions, hand-in, and what closes what nobody closes.

use jurat::{
    agreement,
    attempt::{
        self,
        rules::{AttemptState, Command, Refusal},
    },
    enrolment::ExtraTime,
    journal::{Actor, Kind},
    session,
};
use serde_json::json;

use crate::{
    both,
    support::{
        TestApp,
        exam::{Room, open_room, plausible},
    },
};

fn reason() -> String {
    "fire alarm".to_owned()
}

both! {
    async fn a_candidate_sits_both_parts_and_gets_two_receipts(app: TestApp) {
        let room = Room::open(&app, &["Hopper"]).await;
        let (mut candidate, items) = room.started(&app, "Hopper").await;
        candidate.save(1, &items[0], 1, plausible(&items[0], 0)).await.expect(200);
        candidate.try_start(2).await.refused(409, "wrong_state");
        app.later(1800);
        let view = candidate.finish(1).await.expect(200);
        assert_eq!(view["state"], "break");
        let receipt = &view["parts"][0]["receipt"];
        assert_eq!(receipt["answers"], 1);
        assert_eq!(receipt["digest"].as_str().unwrap().len(), 64);
        assert_eq!(candidate.finish(1).await.expect(200), view, "handing in twice is once");

        app.later(300);
        let items = candidate.start(2).await;
        let again = candidate.start(2).await;
        assert_eq!(items, again, "the form is drawn once");
        let view = candidate.finish(2).await.expect(200);
        assert_eq!(view["state"], "submitted");
        assert_eq!(view["parts"][1]["receipt"]["answers"], 0);
        candidate.try_start(2).await.refused(409, "part_closed");
        candidate.try_start(3).await.refused(404, "no_such_part");
    }

    async fn extra_time_is_in_the_deadline_to_the_second(app: TestApp) {
        let third = ExtraTime::new(1, 3).unwrap();
        let room = open_room(&app.app, &["Hopper"], third).await;
        let (mut candidate, _) = room.started(&app, "Hopper").await;
        let view = candidate.view().await;
        assert_eq!(view["extra_time"], "1/3");
        assert_eq!(view["parts"][0]["allowed_s"], 4800);
        assert_eq!(view["parts"][0]["deadline"], "2027-03-01T09:20:00Z");
    }

    async fn a_hold_stops_the_clock_and_gives_the_time_back(app: TestApp) {
        let room = Room::open(&app, &["Hopper"]).await;
        let (mut candidate, _) = room.started(&app, "Hopper").await;
        app.later(600);
        room.order(&app, Command::Hold { reason: reason() }, "Hopper").await;
        app.later(7200);
        attempt::sweep(&app.app).await.unwrap();
        let view = candidate.view().await;
        assert_eq!((&view["state"], &view["reason"]), (&json!("held"), &json!(reason())));
        assert_eq!(view["parts"][0]["held_since"], "2027-03-01T08:10:00Z");
        room.order(&app, Command::Release { credit: true }, "Hopper").await;
        let view = candidate.view().await;
        assert_eq!(view["parts"][0]["deadline"], "2027-03-01T11:00:00Z");
        assert_eq!(view["parts"][0]["held_since"], json!(null));
    }

    async fn an_extension_adds_and_is_seen_at_once(app: TestApp) {
        let room = Room::open(&app, &["Hopper"]).await;
        let (mut candidate, _) = room.started(&app, "Hopper").await;
        for _ in 0..2 {
            let extend = Command::Extend { seconds: 300, reason: reason() };
            room.order(&app, extend, "Hopper").await;
        }
        let view = candidate.view().await;
        assert_eq!(view["parts"][0]["deadline"], "2027-03-01T09:10:00Z");
        assert_eq!(view["parts"][0]["allowed_s"], 3600);
    }

    async fn a_part_nobody_hands_in_is_sealed_at_its_deadline(app: TestApp) {
        let room = Room::open(&app, &["Hopper", "Lovelace"]).await;
        let (mut candidate, _) = room.started(&app, "Hopper").await;
        app.later(60);
        let (mut other, _) = room.started(&app, "Lovelace").await;
        app.later(3542);
        attempt::sweep(&app.app).await.unwrap();
        assert_eq!(candidate.view().await["state"], "running", "the grace has not passed");
        // where several servers share a database, a part stays open a little longer for what another
        // of them has received in time
        app.later(1 + agreement::settling(&app.app.db).num_seconds());
        for _ in 0..2 {
            attempt::sweep(&app.app).await.unwrap();
            let view = candidate.view().await;
            assert_eq!(view["state"], "break");
            assert_eq!(view["parts"][0]["sealed_at"], "2027-03-01T09:00:00Z");
        }
        app.later(1000);
        attempt::sweep(&app.app).await.unwrap();
        let view = other.view().await;
        assert_eq!(view["parts"][0]["sealed_at"], "2027-03-01T09:01:00Z");
        let story = room.story(&app, "Hopper").await;
        assert_eq!(story.iter().filter(|entry| entry.kind.is(Kind::PartSealed)).count(), 1);
    }

    async fn a_command_to_the_room_is_decided_for_each_attempt(app: TestApp) {
        let room = Room::open(&app, &["Hopper", "Lovelace"]).await;
        room.started(&app, "Hopper").await;
        let all: Vec<_> = room.attempts.values().copied().collect();
        let who = Actor::Person(room.invigilator);
        let hold = Command::Hold { reason: reason() };
        let done = attempt::command(&app.app, who, room.session, &hold, &all).await.unwrap();
        assert_eq!(done.done, [room.attempts["Hopper"]]);
        assert_eq!(done.refused.len(), 1);
        assert_eq!(done.refused[0].why, Refusal::WrongState { state: AttemptState::Enrolled });
    }

    async fn a_command_after_the_deadline_finds_the_part_sealed(app: TestApp) {
        let room = Room::open(&app, &["Hopper"]).await;
        room.started(&app, "Hopper").await;
        app.later(3606);
        let extend = Command::Extend { seconds: 300, reason: reason() };
        let done = room.command(&app, extend, "Hopper").await;
        assert_eq!(done.refused[0].why, Refusal::WrongState { state: AttemptState::Break });
    }

    async fn an_absent_candidate_who_comes_after_all_is_reinstated(app: TestApp) {
        let room = Room::open(&app, &["Hopper"]).await;
        room.order(&app, Command::MarkAbsent, "Hopper").await;
        room.order(&app, Command::Reinstate { reason: reason() }, "Hopper").await;
        room.order(&app, Command::Admit, "Hopper").await;
    }

    async fn a_terminated_attempt_keeps_its_answers_and_takes_no_more(app: TestApp) {
        let room = Room::open(&app, &["Hopper"]).await;
        let (mut candidate, items) = room.started(&app, "Hopper").await;
        candidate.save(1, &items[0], 1, plausible(&items[0], 0)).await.expect(200);
        room.order(&app, Command::Terminate { reason: reason() }, "Hopper").await;
        let view = candidate.view().await;
        assert_eq!(view["state"], "terminated");
        assert_eq!(view["parts"][0]["receipt"]["answers"], 1);
        candidate.save(1, &items[0], 2, json!(null)).await.refused(409, "part_closed");
        room.order(&app, Command::Terminate { reason: reason() }, "Hopper").await;
    }

    async fn a_session_seals_its_attempts_only_when_nobody_works(app: TestApp) {
        let room = Room::open(&app, &["Hopper", "Lovelace"]).await;
        room.order(&app, Command::MarkAbsent, "Lovelace").await;
        let (mut candidate, _) = room.started(&app, "Hopper").await;
        assert_eq!(seal(&app, &room).await, [(room.attempts["Hopper"], AttemptState::Running)]);
        candidate.finish(1).await.expect(200);
        candidate.start(2).await;
        candidate.finish(2).await.expect(200);
        assert_eq!(seal(&app, &room).await, []);
        assert_eq!(candidate.view().await["state"], "sealed");
        let mut tx = app.app.db.read().await.unwrap();
        let all = attempt::list_attempts(&mut tx, room.session).await.unwrap();
        let mut ended: Vec<_> = all.iter().map(|stored| stored.attempt.state.ended()).collect();
        ended.sort();
        assert_eq!(ended, [AttemptState::Absent, AttemptState::Submitted]);
    }
}

async fn seal(app: &TestApp, room: &Room) -> Vec<(jurat::base::AttemptId, AttemptState)> {
    let mut tx = app.app.db.begin().await.unwrap();
    let row = session::lock(&mut tx, room.session).await.unwrap().unwrap();
    let who = Actor::Person(room.invigilator);
    let now = app.app.clock.now();
    let blockers = attempt::seal_all(&app.app, &mut tx, &row, who, now).await.unwrap();
    tx.commit().await.unwrap();
    blockers.iter().map(|blocker| (blocker.attempt, blocker.state)).collect()
}
