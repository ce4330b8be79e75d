//! Saving answers: what counts, what is refused, what is kept.

use jurat::{
    attempt::{self, Revision, rules::Command},
    journal::{Kind, Written},
};
use serde_json::{Value, json};

use crate::{
    both,
    support::{
        TestApp,
        exam::{Room, plausible},
    },
};

both! {
    async fn a_saved_answer_is_on_the_paper_after_a_reload(app: TestApp) {
        let room = Room::open(&app, &["Hopper"]).await;
        let (mut candidate, items) = room.started(&app, "Hopper").await;
        assert_eq!(items.len(), 32);
        for (n, item) in items.iter().enumerate() {
            let saved = candidate.save(1, item, 1, plausible(item, n)).await.expect(200);
            assert_eq!(saved["answered"], n + 1);
        }
        let paper = candidate.paper(1).await.expect(200);
        for (n, item) in items.iter().enumerate() {
            let answers = paper["answers"].as_array().unwrap();
            let answer = answers.iter().find(|answer| answer["item_id"] == item["id"]).unwrap();
            assert_eq!(answer["value"], plausible(item, n));
        }
        assert_eq!(candidate.view().await["parts"][0]["answered"], 32);
    }

    async fn a_cleared_answer_is_no_longer_counted(app: TestApp) {
        let room = Room::open(&app, &["Hopper"]).await;
        let (mut candidate, items) = room.started(&app, "Hopper").await;
        let answer = plausible(&items[0], 0);
        assert_eq!(candidate.save(1, &items[0], 1, answer).await.expect(200)["answered"], 1);
        assert_eq!(candidate.save(1, &items[0], 2, json!(null)).await.expect(200)["answered"], 0);
    }

    async fn a_repeated_answer_is_acknowledged_again_and_kept_once(app: TestApp) {
        let room = Room::open(&app, &["Hopper"]).await;
        let (mut candidate, items) = room.started(&app, "Hopper").await;
        let answer = plausible(&items[0], 0);
        let first = candidate.save(1, &items[0], 1, answer.clone()).await.expect(200);
        app.later(5);
        let second = candidate.save(1, &items[0], 1, answer).await.expect(200);
        assert_eq!(first, second);
        assert_eq!(revisions(&app, &room).await, 1);
    }

    async fn a_revision_that_was_overtaken_is_stale_but_kept(app: TestApp) {
        let room = Room::open(&app, &["Hopper"]).await;
        let (mut candidate, items) = room.started(&app, "Hopper").await;
        let (old, new) = (plausible(&items[0], 0), plausible(&items[0], 1));
        candidate.save(1, &items[0], 5, new.clone()).await.expect(200);
        candidate.save(1, &items[0], 4, old.clone()).await.refused(409, "stale_revision");
        candidate.save(1, &items[0], 5, old).await.refused(409, "stale_revision");
        assert_eq!(revisions(&app, &room).await, 2);
        let paper = candidate.paper(1).await.expect(200);
        assert_eq!(paper["answers"][0]["value"], new);
    }

    async fn an_answer_to_another_item_or_of_another_shape_is_refused(app: TestApp) {
        let room = Room::open(&app, &["Hopper"]).await;
        let (mut candidate, items) = room.started(&app, "Hopper").await;
        let elsewhere = json!({ "id": "crcn-9.9-99" });
        candidate.save(1, &elsewhere, 1, json!("a")).await.refused(404, "no_such_item");
        candidate.save(1, &items[0], 1, json!(17)).await.refused(422, "wrong_shape");
        let body = json!({ "part": 1, "epoch": 1, "revision": 1, "value": null, "more": 1 });
        let path = format!("/api/v1/attempt/answers/{}", items[0]["id"].as_str().unwrap());
        candidate.browser.put(&path, body).await.refused(422, "unreadable_body");
        assert_eq!(revisions(&app, &room).await, 0);
    }

    async fn a_seat_saves_sixty_answers_at_once_and_eight_a_second_after(app: TestApp) {
        let room = Room::open(&app, &["Hopper", "Lovelace"]).await;
        let (mut hasty, items) = room.started(&app, "Hopper").await;
        let (mut calm, others) = room.started(&app, "Lovelace").await;
        for revision in 1..=60 {
            hasty.save(1, &items[0], revision, json!(null)).await.expect(200);
        }
        let waits = hasty.save(1, &items[0], 61, json!(null)).await;
        waits.refused(429, "too_fast");
        assert_eq!(waits.headers["retry-after"], "1");
        calm.save(1, &others[0], 1, json!(null)).await.expect(200);
        app.later(1);
        for revision in 61..=68 {
            hasty.save(1, &items[0], revision, json!(null)).await.expect(200);
        }
        let waits = hasty.save(1, &items[0], 69, json!(null)).await;
        waits.refused(429, "too_fast");
        app.later(1);
        hasty.save(1, &items[0], 69, json!(null)).await.expect(200);
        assert_eq!(revisions(&app, &room).await, 69);
    }

    async fn revisions_begin_at_one_and_end_far_from_where_numbers_do(app: TestApp) {
        let room = Room::open(&app, &["Hopper"]).await;
        let (mut candidate, items) = room.started(&app, "Hopper").await;
        for revision in [0, -1, i64::MIN, Revision::LAST + 1, i64::MAX] {
            let refused = candidate.save(1, &items[0], revision, json!(null)).await;
            refused.refused(422, "unreadable_body");
        }
        assert_eq!(revisions(&app, &room).await, 0);
        candidate.save(1, &items[0], 1, json!(null)).await.expect(200);
        candidate.save(1, &items[0], Revision::LAST, json!(null)).await.expect(200);
    }

    async fn an_answer_has_at_most_64_kib(app: TestApp) {
        let room = Room::open(&app, &["Hopper"]).await;
        let (mut candidate, items) = room.started(&app, "Hopper").await;
        let long = candidate.save(1, &items[0], 1, json!("é".repeat(32 * 1024))).await;
        long.refused(413, "too_large");
        candidate.save(1, &items[0], 1, json!(null)).await.expect(200);
        assert_eq!(revisions(&app, &room).await, 1);
    }

    async fn an_answer_counts_until_two_seconds_after_the_deadline(app: TestApp) {
        let room = Room::open(&app, &["Hopper"]).await;
        let (mut candidate, items) = room.started(&app, "Hopper").await;
        app.later(3600);
        candidate.save(1, &items[0], 1, plausible(&items[0], 0)).await.expect(200);
        app.later(2);
        candidate.save(1, &items[0], 2, plausible(&items[0], 1)).await.expect(200);
        app.later(1);
        let late = candidate.save(1, &items[0], 3, plausible(&items[0], 2)).await;
        late.refused(409, "too_late");
        attempt::sweep(&app.app).await.unwrap();
        let late = candidate.save(1, &items[0], 4, plausible(&items[0], 2)).await;
        late.refused(409, "too_late");
    }

    async fn an_answer_during_a_hold_is_refused(app: TestApp) {
        let room = Room::open(&app, &["Hopper"]).await;
        let (mut candidate, items) = room.started(&app, "Hopper").await;
        let reason = "alarm".to_owned();
        room.order(&app, Command::Hold { reason }, "Hopper").await;
        let held = candidate.save(1, &items[0], 1, json!(null)).await;
        held.refused(409, "held");
        candidate.paper(1).await.refused(409, "held");
        room.order(&app, Command::Release { credit: true }, "Hopper").await;
        candidate.save(1, &items[0], 1, json!(null)).await.expect(200);
    }

    async fn nothing_can_be_answered_before_the_candidate_is_admitted(app: TestApp) {
        let room = Room::open(&app, &["Hopper"]).await;
        let mut browser = app.anyone();
        browser.post("/api/v1/entry", crate::support::exam::door("Hopper")).await.expect(200);
        room.order(&app, Command::CheckIn, "Hopper").await;
        let start = browser.post("/api/v1/attempt/parts/1/start", json!({})).await;
        start.refused(409, "not_admitted");
        browser.get("/api/v1/attempt/parts/1/paper").await.refused(409, "not_admitted");
        let body = json!({ "part": 1, "epoch": 1, "revision": 1, "value": null });
        let answer = browser.put("/api/v1/attempt/answers/crcn-1.1-01", body).await;
        answer.refused(409, "not_admitted");
    }

    async fn the_journal_tells_which_answer_was_saved_but_not_what_it_says(app: TestApp) {
        let room = Room::open(&app, &["Hopper"]).await;
        let (mut candidate, items) = room.started(&app, "Hopper").await;
        candidate.save(1, &items[0], 1, plausible(&items[0], 0)).await.expect(200);
        let story = room.story(&app, "Hopper").await;
        let is_answer = |entry: &&Written| entry.kind.is(Kind::AnswerSaved);
        let saved = story.iter().find(is_answer).unwrap();
        let body: Value = serde_json::from_str(&saved.body).unwrap();
        assert_eq!(body["item"], items[0]["id"]);
        assert_eq!(body["sha256"].as_str().unwrap().len(), 64);
        assert!(body.get("value").is_none());
    }

    async fn the_file_of_a_task_belongs_to_the_running_part(app: TestApp) {
        let room = Room::open(&app, &["Hopper"]).await;
        let (mut candidate, items) = room.started(&app, "Hopper").await;
        let other = items.iter().find(|item| item["file"].is_null()).unwrap();
        let path = |item: &Value| format!("/api/v1/attempt/files/{}", item["id"].as_str().unwrap());
        candidate.browser.get(&path(other)).await.refused(404, "no_such_item");
        for item in items.iter().filter(|item| !item["file"].is_null()) {
            let file = candidate.browser.get(&format!("{}?lang=fr", path(item))).await;
            assert_eq!(file.status, 200);
            assert_eq!(file.bytes.len(), item["file"]["size"]);
        }
    }

    async fn answers_arriving_together_are_all_kept(app: TestApp) {
        let names: Vec<String> = (0..8).map(|n| format!("Nom{n}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let room = Room::open(&app, &names).await;
        let mut seats = Vec::new();
        for name in &names {
            seats.push(room.started(&app, name).await);
        }
        let answering = seats.into_iter().map(|(mut candidate, items)| {
            tokio::spawn(async move {
                for (n, item) in items.iter().enumerate() {
                    candidate.save(1, item, 1, plausible(item, n)).await.expect(200);
                }
                candidate.finish(1).await.expect(200)["parts"][0]["receipt"]["answers"].clone()
            })
        });
        for done in answering.collect::<Vec<_>>() {
            assert_eq!(done.await.unwrap(), 32);
        }
        let mut tx = app.app.db.read().await.unwrap();
        let told = jurat::journal::list_after(&mut tx, room.session, 0, 10_000).await.unwrap();
        assert_eq!(jurat::journal::verify(room.session, &told), Ok(()));
    }
}

async fn revisions(app: &TestApp, room: &Room) -> usize {
    let mut tx = app.app.db.read().await.unwrap();
    attempt::list_revisions(&mut tx, room.attempts["Hopper"], 1).await.unwrap().len()
}
