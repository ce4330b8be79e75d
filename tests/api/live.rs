//! The socket: who may open it and what it tells.

use jurat::{
    board::MISSED_AT_MOST,
    journal::{self, Entry, Event},
};
use serde_json::json;

use crate::{
    both,
    support::{Opening, TestApp, day::Day},
};

const PROTOCOL: Option<&str> = Some("jurat.v1");
const SEAT: &str = "/api/v1/attempt/socket-ticket";

/// Entries of the journal that another process might have written.
async fn write_without_a_ring(app: &TestApp, day: &Day, event: Event, count: i64) {
    let (at, actor) = (app.app.clock.now(), journal::Actor::System);
    let session = day.session.parse().unwrap();
    let mut tx = app.app.db.begin().await.unwrap();
    for _ in 0..count {
        let entry = Entry { session, at, actor, attempt: None, event: event.clone() };
        journal::append(&mut tx, &entry).await.unwrap();
    }
    tx.commit().await.unwrap();
}

both! {
    async fn the_board_sees_a_saved_answer_and_a_hold(app: TestApp) {
        let mut day = app.day().await;
        day.enrol("ada").await;
        day.open().await;
        let mut ada = day.enter(&app, "ada").await;
        day.admit(&[&ada]).await;
        let path = day.at("/socket-ticket");
        let mut board = day.invigilator.listen(&app.url, &path).await;
        let hello = board.until(|message| message["type"] == "hello").await;
        assert!(hello["seq"].as_i64().unwrap() > 0);
        board.row(&ada.attempt, |row| row["state"] == "admitted").await;

        let items = ada.start(1).await;
        let row = board.row(&ada.attempt, |row| row["state"] == "running").await;
        assert_eq!(row["items"], items.len());
        let item = items.iter().find(|item| item["type"] == "single_choice").unwrap();
        ada.answer(1, item, item["choices"][0]["id"].clone()).await;
        board.row(&ada.attempt, |row| row["answered"] == 1).await;

        day.command("hold", &[&ada.attempt], "fire drill").await;
        let row = board.row(&ada.attempt, |row| row["state"] == "held").await;
        assert_eq!(row["reason"], "fire drill");
        assert_eq!(row["held_since"], row["since"]);
    }

    async fn the_board_hears_of_incidents_notices_and_the_end(app: TestApp) {
        let mut day = app.day().await;
        day.enrol("ada").await;
        day.open().await;
        let path = day.at("/socket-ticket");
        let mut board = day.invigilator.listen(&app.url, &path).await;
        board.until(|message| message["type"] == "rows").await;
        let body = json!({ "attempt_id": null, "category": "environment", "note": "noise" });
        let incident = day.manager.post(&day.at("/incidents"), body).await.expect(200);
        let told = board.until(|message| message["type"] == "incident").await;
        assert_eq!(told["incident"], incident);
        let body = json!({ "attempt_id": null, "text": "Ten minutes left" });
        let notice = day.manager.post(&day.at("/notices"), body).await.expect(200);
        let told = board.until(|message| message["type"] == "notice").await;
        assert_eq!(told["notice"], notice);
        day.manager.post(&day.at("/close"), json!({ "comment": "" })).await.expect(200);
        let told = board.until(|message| message["type"] == "session").await;
        assert_eq!(told["session"]["state"], "closed");
    }

    async fn a_silent_device_turns_unstable_then_offline_on_the_board(app: TestApp) {
        let mut day = app.day().await;
        day.enrol("ada").await;
        day.open().await;
        let mut ada = day.enter(&app, "ada").await;
        let path = day.at("/socket-ticket");
        let mut board = day.invigilator.listen(&app.url, &path).await;
        board.row(&ada.attempt, |row| row["presence"] == "online").await;
        app.later(9);
        board.row(&ada.attempt, |row| row["presence"] == "unstable").await;
        app.later(12);
        board.row(&ada.attempt, |row| row["presence"] == "offline").await;
        let mut seat = ada.browser.listen(&app.url, SEAT).await;
        seat.beat().await;
        let row = board.row(&ada.attempt, |row| row["presence"] == "online").await;
        assert_eq!(row["state"], "enrolled");
    }

    async fn a_candidate_is_told_the_whole_attempt_and_what_is_announced(app: TestApp) {
        let mut day = app.day().await;
        day.enrol("ada").await;
        day.enrol("grace").await;
        day.open().await;
        let mut ada = day.enter(&app, "ada").await;
        let grace = day.enter(&app, "grace").await;
        let mut seat = ada.browser.listen(&app.url, SEAT).await;
        seat.until(|message| message["attempt"]["state"] == "enrolled").await;
        day.admit(&[&ada, &grace]).await;
        seat.until(|message| message["attempt"]["state"] == "admitted").await;
        for (attempt, text) in [(&grace.attempt, "for grace"), (&ada.attempt, "for ada")] {
            let body = json!({ "attempt_id": attempt, "text": text });
            day.invigilator.post(&day.at("/notices"), body).await.expect(200);
        }
        let told = seat.until(|message| message["type"] == "notice").await;
        assert_eq!(told["notice"]["text"], "for ada");
        let view = ada.browser.get("/api/v1/attempt").await.expect(200);
        assert_eq!(view["notices"], json!([told["notice"]]));
    }

    async fn a_socket_of_another_site_is_refused(app: TestApp) {
        let mut day = app.day().await;
        let path = day.at("/socket-ticket");
        let ticket = day.invigilator.ticket(&path).await;
        let (url, ticket) = (app.url.as_str(), ticket.as_str());
        for origin in [None, Some("null"), Some("https://evil.example")] {
            let opening = Opening { url, ticket, origin, protocol: PROTOCOL };
            let refused = day.invigilator.open_socket(opening).await.err();
            assert_eq!(refused, Some((403, "cross_site".to_owned())), "{origin:?}");
        }
        let opening = Opening { url, ticket, origin: Some(url), protocol: None };
        let refused = day.invigilator.open_socket(opening).await.err();
        assert_eq!(refused, Some((422, "not_a_socket".to_owned())));
    }

    async fn who_has_missed_too_much_is_told_to_load_again(app: TestApp) {
        let mut day = app.day().await;
        day.enrol("ada").await;
        let path = day.at("/socket-ticket");
        let mut board = day.invigilator.listen(&app.url, &path).await;
        board.until(|message| message["type"] == "rows").await;
        write_without_a_ring(&app, &day, Event::SessionOpened {}, MISSED_AT_MOST + 1).await;
        board.until(|message| message["type"] == "resync").await;
        let rows = board.until(|message| message["type"] == "rows").await;
        assert!(rows["seq"].as_i64().unwrap() > MISSED_AT_MOST, "the rows are those of now");
    }

    async fn what_was_written_without_a_ring_is_told_within_a_second_or_two(app: TestApp) {
        let mut day = app.day().await;
        day.enrol("ada").await;
        let path = day.at("/socket-ticket");
        let mut board = day.invigilator.listen(&app.url, &path).await;
        board.until(|message| message["type"] == "rows").await;
        write_without_a_ring(&app, &day, Event::SessionOpened {}, 1).await;
        board.until(|message| message["type"] == "session").await;
    }
}
