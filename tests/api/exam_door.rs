//! What is refused at the door, as those who watch are told: counted, never one by one, without names.

use jurat::{
    app::{App, Door},
    journal::{self, Kind, Written},
    session,
};
use serde_json::{Value, json};

use crate::{
    both,
    support::{TestApp, day::Day, text_of},
};

/// What somebody types who is on no list of this session.
fn stranger(day: &Day) -> Value {
    json!({ "session_code": day.entry_code, "family_name": "Mallory", "given_names": "Eve",
            "birth_date": "1990-12-10" })
}

fn ada(day: &Day) -> Value {
    json!({ "session_code": day.entry_code, "family_name": "lovelace ada", "given_names": "ada",
            "birth_date": "1990-12-10" })
}

/// The lines of the journal of one kind, and what they say.
async fn lines(app: &App, day: &Day, kind: Kind) -> Vec<(Written, Value)> {
    let session = day.session.parse().unwrap();
    let mut tx = app.db.read().await.unwrap();
    let all = journal::list_after(&mut tx, session, 0, 10_000).await.unwrap();
    let of_kind = all.into_iter().filter(|entry| entry.kind.is(kind));
    of_kind.map(|entry| (entry.clone(), serde_json::from_str(&entry.body).unwrap())).collect()
}

async fn open_day(app: &TestApp) -> Day {
    let mut day = app.day().await;
    day.enrol("ada").await;
    day.open().await;
    day
}

both! {
    async fn wrong_entries_are_a_line_a_minute_with_a_count_and_no_names(app: TestApp) {
        let mut day = open_day(&app).await;
        let (mut one, mut other) = (app.anyone(), app.anyone());
        for device in [&mut one, &mut other] {
            device.get("/api/v1/attempt").await;
        }
        one.post("/api/v1/entry", stranger(&day)).await.refused(404, "entry_refused");
        session::tell_refused(&app.app).await.unwrap();
        let told = lines(&app.app, &day, Kind::EntriesRefused).await;
        assert_eq!(told.len(), 1, "the first is told at once");
        assert_eq!((&told[0].1["count"], &told[0].0.attempt_id), (&json!(1), &None));
        for _ in 0..7 {
            one.post("/api/v1/entry", stranger(&day)).await.refused(404, "entry_refused");
            other.post("/api/v1/entry", stranger(&day)).await.refused(404, "entry_refused");
        }
        session::tell_refused(&app.app).await.unwrap();
        assert_eq!(lines(&app.app, &day, Kind::EntriesRefused).await.len(), 1);
        let board = day.invigilator.get(&day.at("/board")).await.expect(200);
        assert_eq!(board["entries_refused"]["count"], 15, "the board knows at once");
        app.later(60);
        session::tell_refused(&app.app).await.unwrap();
        session::tell_refused(&app.app).await.unwrap();
        let told = lines(&app.app, &day, Kind::EntriesRefused).await;
        assert_eq!(told.len(), 2);
        let body = &told[1].1;
        assert_eq!((&body["count"], &body["devices"]), (&json!(14), &json!(2)));
        assert_eq!((&body["total"], &body["total_devices"]), (&json!(15), &json!(2)));
        assert!(told.iter().all(|(line, _)| !line.body.to_lowercase().contains("mallory")));
        assert!(told.iter().all(|(line, _)| line.actor == "system"));
        let board = day.invigilator.get(&day.at("/board")).await.expect(200);
        assert_eq!(board["entries_refused"]["devices"], 2);
        let session = day.session.parse().unwrap();
        let mut tx = app.app.db.read().await.unwrap();
        let all = journal::list_after(&mut tx, session, 0, 10_000).await.unwrap();
        assert_eq!(journal::verify(session, &all), Ok(()));
    }

    async fn a_wrong_entry_reaches_the_board_within_seconds(app: TestApp) {
        let mut day = open_day(&app).await;
        let path = day.at("/socket-ticket");
        let mut socket = day.invigilator.listen(&app.url, &path).await;
        app.anyone().post("/api/v1/entry", stranger(&day)).await.refused(404, "entry_refused");
        let told = socket.until(|told| told["type"] == "entries_refused").await;
        assert_eq!(told["entries_refused"]["count"], 1);
    }

    async fn refused_second_devices_are_told_at_their_seat_and_the_first_goes_on(app: TestApp) {
        let mut day = open_day(&app).await;
        let mut seat = day.enter(&app, "ada").await;
        day.admit(&[&seat]).await;
        let items = seat.start(1).await;
        app.later(30);
        let mut second = app.anyone();
        for _ in 0..5 {
            second.post("/api/v1/entry", ada(&day)).await.refused(409, "already_open");
        }
        session::tell_refused(&app.app).await.unwrap();
        let board = day.invigilator.get(&day.at("/board")).await.expect(200);
        let row = &board["rows"][0];
        assert_eq!(row["second_devices"]["count"], 5);
        assert_eq!(row["second_devices"]["devices"], 1);
        assert_eq!(row["presence"], "offline", "another device is no sign of life");
        let told = lines(&app.app, &day, Kind::SecondDeviceRefused).await;
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].0.attempt_id.unwrap().to_string(), seat.attempt);
        assert_eq!(told[0].1["count"], 5);
        assert_eq!(board["entries_refused"], Value::Null);
        seat.answer(1, &items[0], json!(null)).await;
    }

    async fn what_waits_for_its_line_outlives_the_server_and_is_told_by_another(app: TestApp) {
        let mut day = open_day(&app).await;
        let mut mallory = app.anyone();
        for count in [1, 3] {
            for _ in 0..count {
                mallory.post("/api/v1/entry", stranger(&day)).await.refused(404, "entry_refused");
            }
            session::tell_refused(&app.app).await.unwrap();
        }
        let other = App { door: Door::default(), ..app.app.clone() };
        app.later(61);
        session::tell_refused(&other).await.unwrap();
        session::tell_refused(&app.app).await.unwrap();
        let counts: Vec<_> = lines(&other, &day, Kind::EntriesRefused)
            .await
            .into_iter()
            .map(|(_, body)| body["count"].clone())
            .collect();
        assert_eq!(counts, [1, 3]);
        day.invigilator.get(&day.at("/board")).await.expect(200);
    }

    async fn the_minutes_say_in_one_line_what_was_refused_for_an_hour(app: TestApp) {
        let mut day = open_day(&app).await;
        let seat = day.enter(&app, "ada").await;
        for _ in 0..20 {
            app.anyone().post("/api/v1/entry", stranger(&day)).await.refused(404, "entry_refused");
            app.anyone().post("/api/v1/entry", ada(&day)).await.refused(409, "already_open");
            app.later(61);
            session::tell_refused(&app.app).await.unwrap();
        }
        app.anyone().post("/api/v1/entry", stranger(&day)).await.refused(404, "entry_refused");
        day.command("check_in", &[&seat.attempt], "").await;
        day.command("withdraw", &[&seat.attempt], "ill").await;
        day.invigilator.post(&day.at("/close"), json!({ "comment": "" })).await.expect(200);
        let pdf = day.invigilator.get(&day.at("/minutes.pdf?lang=en")).await;
        let text = text_of(&pdf.bytes);
        assert_eq!(text.matches("second device refused").count(), 1, "{text}");
        assert_eq!(text.matches("entries refused").count(), 1, "{text}");
        let line = text.lines().find(|line| line.contains("entries refused")).unwrap();
        assert!(line.contains("21"), "what waited is told before the end: {line}");

        app.anyone().post("/api/v1/entry", stranger(&day)).await.refused(404, "entry_refused");
        app.later(61);
        session::tell_refused(&app.app).await.unwrap();
        let session = day.session.parse().unwrap();
        let mut tx = app.app.db.read().await.unwrap();
        let all = journal::list_after(&mut tx, session, 0, 10_000).await.unwrap();
        assert!(all.last().unwrap().kind.is(Kind::SessionClosed), "the minutes are signed");
    }
}
