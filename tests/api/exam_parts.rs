//! Exams of one, two and three parts, and what is taken back.

use jurat::{
    base::SessionId,
    exec,
    scheme::{self, Scheme},
};
use serde_json::{Value, json};

use crate::{
    both,
    support::{
        TestApp,
        day::{Day, Seat},
        exam::plausible,
    },
};

/// The same text for both databases.
const MIGRATION: &str = include_str!("../../migrations/sqlite/0008_parts.sql");

/// The shipped scheme with so many parts.
fn scheme_of(parts: usize) -> Scheme {
    let shipped = scheme::find("pix-edu").unwrap().document.clone();
    let (head, rest) = shipped.split_once("[[part]]").unwrap();
    let (parts_text, tail) = rest.split_once("[[level]]").unwrap();
    let kinds: Vec<&str> = parts_text.split("[[part]]").collect();
    let written = (1..=parts).map(|number| {
        // the teachers' part first: the floor of the policy names it
        let kind = kinds[number % 2];
        let was = if kind.contains("part = 1") { "part = 1" } else { "part = 2" };
        format!("[[part]]{}", kind.replacen(was, &format!("part = {number}"), 1))
    });
    let written: String = written.collect();
    let text = format!("{head}{written}[[level]]{tail}");
    Scheme::read(&text.replace("2026-1", &format!("of-{parts}"))).unwrap()
}

/// A day whose session has an exam of so many parts, with Ada admitted.
async fn day_of(app: &TestApp, parts: usize) -> (Day, Seat) {
    let mut day = app.day().await;
    let scheme = scheme_of(parts);
    let session: SessionId = day.session.parse().unwrap();
    let mut tx = app.app.db.begin().await.unwrap();
    scheme::freeze(&mut tx, &scheme, app.app.clock.now()).await.unwrap();
    let put = "UPDATE session SET scheme_version = $2 WHERE id = $1";
    exec!(&mut tx, put, session, &scheme.version).unwrap();
    tx.commit().await.unwrap();
    day.enrol("ada").await;
    day.open().await;
    let ada = day.enter(app, "ada").await;
    day.admit(&[&ada]).await;
    (day, ada)
}

async fn view(seat: &mut Seat) -> Value {
    seat.browser.get("/api/v1/attempt").await.expect(200)
}

fn seconds_between(from: &Value, to: &Value) -> i64 {
    let at = |value: &Value| value.as_str().unwrap().parse::<jurat::base::Timestamp>().unwrap();
    (at(to) - at(from)).num_seconds()
}

async fn sits(app: TestApp, parts: i32) {
    let (mut day, mut ada) = day_of(&app, usize::try_from(parts).unwrap()).await;
    for part in 1..=parts {
        let before = view(&mut ada).await;
        assert_eq!((&before["allowed"], &before["turn"]), (&json!(["start_part"]), &json!(part)));
        assert_eq!(before["parts"].as_array().unwrap().len(), usize::try_from(parts).unwrap());
        let items = ada.start(part).await;
        assert_eq!(view(&mut ada).await["allowed"], json!(["finish_part"]));
        ada.answer(part, &items[0], plausible(&items[0], 0)).await;
        app.later(60);
        let after = ada.finish(part).await;
        let stands = if part == parts { "submitted" } else { "break" };
        assert_eq!((&after["state"], &after["part"]), (&json!(stands), &json!(part)));
    }
    let path = format!("/api/v1/attempt/parts/{}/start", parts + 1);
    let beyond = ada.browser.post(&path, json!({})).await;
    beyond.refused(404, "no_such_part");
    assert_eq!(view(&mut ada).await["allowed"], json!([]));
    let path = day.at("/close");
    day.manager.post(&path, json!({ "comment": "" })).await.expect(200);
    let path = day.at("/minutes.pdf?lang=en");
    day.manager.get(&path).await.expect_pdf();
}

both! {
    async fn an_exam_of_one_part_ends_with_it(app: TestApp) {
        sits(app, 1).await;
    }

    async fn an_exam_of_three_parts_goes_on_to_the_third(app: TestApp) {
        sits(app, 3).await;
    }

    async fn a_part_that_was_handed_in_by_mistake_goes_on_where_it_was(app: TestApp) {
        let (mut day, mut ada) = day_of(&app, 2).await;
        let items = ada.start(1).await;
        let full = view(&mut ada).await["parts"][0]["deadline"].clone();
        app.later(600);
        ada.answer(1, &items[0], plausible(&items[0], 0)).await;
        ada.finish(1).await;
        app.later(300);
        let row = |board: &Value| board["rows"][0].clone();
        let board = day.at("/board");
        let seen = row(&day.invigilator.get(&board).await.expect(200));
        assert!(seen["allowed"].as_array().unwrap().contains(&json!("reopen")));
        let mut body = json!({ "command": "reopen", "attempts": [ada.attempt], "seconds": 120 });
        day.invigilator.post(&day.at("/commands"), body.clone()).await.expect(422);
        body["reason"] = json!("handed in by mistake");
        let done = day.invigilator.post(&day.at("/commands"), body.clone()).await.expect(200);
        assert_eq!(done["done"], json!([ada.attempt]));
        let held = view(&mut ada).await;
        assert_eq!((&held["state"], &held["part"]), (&json!("held"), &json!(1)));
        assert_eq!(held["parts"][0]["receipt"], Value::Null);
        let part = &held["parts"][0];
        let left = seconds_between(&part["held_since"], &part["deadline"]);
        assert_eq!(seen["reopened_left_s"], json!(left - 120), "told before, and then two minutes more");
        let again = day.invigilator.post(&day.at("/commands"), body).await.expect(200);
        assert_eq!(again["refused"][0]["code"], "wrong_state");
        app.later(100);
        day.command("release", &[&ada.attempt], "").await;
        let running = view(&mut ada).await;
        assert_eq!(seconds_between(&full, &running["parts"][0]["deadline"]), 300 + 100 + 120);
        ada.answer(1, &items[1], plausible(&items[1], 1)).await;
        let after = ada.finish(1).await;
        assert_eq!(after["parts"][0]["receipt"]["answers"], 2);
        ada.start(2).await;
        let journal = day.manager.get(&day.at("/journal")).await.expect(200);
        let kinds: Vec<_> = journal.as_array().unwrap().iter().map(|e| e["kind"].clone()).collect();
        assert!(kinds.contains(&json!("attempt_reopened")), "{kinds:?}");
    }

    async fn a_termination_is_taken_back_until_the_session_has_closed(app: TestApp) {
        let (mut day, mut ada) = day_of(&app, 1).await;
        ada.start(1).await;
        day.command("terminate", &[&ada.attempt], "a phone").await;
        assert_eq!(view(&mut ada).await["state"], "terminated");
        let body = json!({ "command": "reopen", "attempts": [ada.attempt], "seconds": 0,
            "reason": "it was the neighbour's phone" });
        day.invigilator.post(&day.at("/commands"), body.clone()).await.expect(200);
        assert_eq!(view(&mut ada).await["state"], "held");
        day.command("release", &[&ada.attempt], "").await;
        ada.finish(1).await;
        day.manager.post(&day.at("/close"), json!({ "comment": "" })).await.expect(200);
        day.invigilator.post(&day.at("/commands"), body).await.refused(409, "session_not_open");
        let board = day.invigilator.get(&day.at("/board")).await.expect(200);
        assert_eq!(board["rows"][0]["allowed"], json!([]));
    }

    async fn who_was_terminated_reads_so_after_closing_too(app: TestApp) {
        let (mut day, mut ada) = day_of(&app, 1).await;
        ada.start(1).await;
        day.command("terminate", &[&ada.attempt], "a phone").await;
        day.manager.post(&day.at("/close"), json!({ "comment": "" })).await.expect(200);
        let seen = view(&mut ada).await;
        assert_eq!((&seen["state"], &seen["ended"]), (&json!("sealed"), &json!("terminated")));
    }

    async fn who_looked_at_an_exam_that_had_ended_has_no_seat_when_it_goes_on(app: TestApp) {
        let (mut day, mut ada) = day_of(&app, 1).await;
        let items = ada.start(1).await;
        app.later(60);
        ada.finish(1).await;
        app.later(60);
        let mut neighbour = day.enter(&app, "ada").await;
        assert_eq!(view(&mut neighbour).await["state"], "submitted");
        let body = json!({ "command": "reopen", "attempts": [ada.attempt], "seconds": 60,
            "reason": "handed in by mistake" });
        day.invigilator.post(&day.at("/commands"), body).await.expect(200);
        day.command("release", &[&ada.attempt], "").await;
        let path = "/api/v1/attempt/parts/1/paper";
        neighbour.browser.get(path).await.expect(401);
        ada.browser.get(path).await.expect(200);
        ada.answer(1, &items[0], plausible(&items[0], 0)).await;
    }

    async fn who_was_terminated_in_a_break_before_an_upgrade_is_reopened_into_it(app: TestApp) {
        let (mut day, mut ada) = day_of(&app, 2).await;
        day.enrol("grace").await;
        let mut grace = day.enter(&app, "grace").await;
        day.admit(&[&grace]).await;
        ada.start(1).await;
        grace.start(1).await;
        ada.finish(1).await;
        day.command("terminate", &[&ada.attempt, &grace.attempt], "a power cut").await;
        // as the version before left them
        let mut tx = app.app.db.begin().await.unwrap();
        exec!(&mut tx, "UPDATE attempt SET on_break = FALSE").unwrap();
        let upgrade = &MIGRATION[MIGRATION.find("UPDATE").unwrap()..];
        assert_eq!(exec!(&mut tx, upgrade).unwrap(), 1);
        tx.commit().await.unwrap();
        let body = json!({ "command": "reopen", "attempts": [ada.attempt, grace.attempt],
            "seconds": 0, "reason": "the power is back" });
        day.invigilator.post(&day.at("/commands"), body).await.expect(200);
        assert_eq!(view(&mut ada).await["state"], "break");
        assert_eq!(view(&mut grace).await["state"], "held");
    }

    async fn a_command_says_what_it_needs_and_nothing_else(app: TestApp) {
        let (mut day, ada) = day_of(&app, 2).await;
        let path = day.at("/commands");
        let body = json!({ "command": "new_device", "attempts": [ada.attempt], "credit": true });
        day.invigilator.post(&path, body).await.expect(422);
        let body = json!({ "command": "release", "attempts": [ada.attempt] });
        day.invigilator.post(&path, body).await.expect(422);
        let body = json!({ "command": "new_device", "attempts": [ada.attempt] });
        let done = day.invigilator.post(&path, body).await.expect(200);
        assert_eq!(done["done"], json!([ada.attempt]));
    }
}
