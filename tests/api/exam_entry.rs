//! Taking a seat.

use jurat::{
    attempt::rules::Command,
    journal::{Kind, Told},
};
use serde_json::json;

use crate::{
    both,
    support::{
        TestApp,
        exam::{Room, door},
    },
};

both! {
    async fn a_candidate_enters_with_code_names_and_birth_date(app: TestApp) {
        Room::open(&app, &["Hopper"]).await;
        let mut browser = app.anyone();
        let view = browser.post("/api/v1/entry", door("HOPPER")).await.expect(200);
        assert_eq!(view["family_name"], "Hopper");
        assert_eq!(view["state"], "enrolled");
        assert_eq!(view["parts"].as_array().unwrap().len(), 2);
        let again = browser.get("/api/v1/attempt").await.expect(200);
        assert_eq!(again, view);
    }

    async fn whatever_does_not_match_is_refused_in_the_same_words(app: TestApp) {
        let room = Room::open(&app, &["Hopper"]).await;
        let mut browser = app.anyone();
        let mut refused = Vec::new();
        for (field, wrong) in [
            ("session_code", "ZZZZ9999"),
            ("family_name", "Lovelace"),
            ("given_names", "Ada"),
            ("birth_date", "1990-05-18"),
        ] {
            let mut body = door("Hopper");
            body[field] = json!(wrong);
            let answer = browser.post("/api/v1/entry", body).await;
            refused.push(answer.refused(404, "entry_refused"));
        }
        let mut tx = app.app.db.begin().await.unwrap();
        jurat::exec!(tx, "UPDATE session SET state = 'planned' WHERE id = $1", room.session)
            .unwrap();
        tx.commit().await.unwrap();
        let early = browser.post("/api/v1/entry", door("Hopper")).await;
        refused.push(early.refused(404, "entry_refused"));
        assert!(refused.iter().all(|problem| *problem == refused[0]));
    }

    async fn the_twenty_first_wrong_entry_in_a_minute_waits(app: TestApp) {
        Room::open(&app, &["Hopper"]).await;
        let mut browser = app.anyone();
        for _ in 0..20 {
            let answer = browser.post("/api/v1/entry", door("Nobody")).await;
            answer.refused(404, "entry_refused");
        }
        let waits = browser.post("/api/v1/entry", door("Hopper")).await;
        waits.refused(429, "too_many_attempts");
        app.later(60);
        browser.post("/api/v1/entry", door("Hopper")).await.expect(200);
    }

    async fn twenty_typing_errors_at_one_seat_lock_no_neighbour_out(app: TestApp) {
        Room::open(&app, &["Hopper", "Lovelace", "Curie"]).await;
        let (mut clumsy, mut neighbour) = (app.anyone(), app.anyone());
        for browser in [&mut clumsy, &mut neighbour] {
            assert_eq!(browser.get("/api/v1/attempt").await.status, 204);
        }
        let mut waited = 0;
        for _ in 0..20 {
            let answer = clumsy.post("/api/v1/entry", door("Hoper")).await;
            waited += usize::from(answer.status == 429);
        }
        assert_eq!(waited, 10, "the device itself waits");
        let answer = clumsy.post("/api/v1/entry", door("Hopper")).await;
        answer.refused(429, "too_many_attempts");
        assert_eq!(answer.headers["retry-after"], "6");
        app.anyone().post("/api/v1/entry", door("Curie")).await.expect(200);
        neighbour.post("/api/v1/entry", door("Lovelaec")).await.refused(404, "entry_refused");
        neighbour.post("/api/v1/entry", door("Lovelace")).await.expect(200);
        app.later(6);
        clumsy.post("/api/v1/entry", door("Hopper")).await.expect(200);
    }

    async fn a_guesser_without_the_entry_page_slows_nobody_who_opened_it(app: TestApp) {
        Room::open(&app, &["Hopper"]).await;
        let mut honest = app.anyone();
        honest.get("/api/v1/attempt").await;
        for n in 0..20 {
            let mut guesser = app.anyone();
            guesser.cookies.insert("__Host-jurat-door".into(), format!("{n:064x}"));
            guesser.post("/api/v1/entry", door("Nobody")).await.refused(404, "entry_refused");
        }
        let waits = app.anyone().post("/api/v1/entry", door("Nobody")).await;
        waits.refused(429, "too_many_attempts");
        honest.post("/api/v1/entry", door("Hoper")).await.refused(404, "entry_refused");
        honest.post("/api/v1/entry", door("Hopper")).await.expect(200);
    }

    async fn a_hundred_wrong_entries_at_once_are_counted_one_by_one(app: TestApp) {
        Room::open(&app, &["Hopper"]).await;
        let mut browser = app.anyone();
        browser.get("/api/v1/attempt").await;
        let tries = (0..100).map(|_| {
            let mut browser = browser.clone();
            async move { browser.post("/api/v1/entry", door("Nobody")).await.status.as_u16() }
        });
        let told = futures_util::future::join_all(tries).await;
        assert_eq!(told.iter().filter(|status| **status == 404).count(), 10);
        assert_eq!(told.iter().filter(|status| **status == 429).count(), 90);
    }

    async fn look_alikes_are_read_as_one_and_codes_of_before_go_on_working(app: TestApp) {
        let room = Room::open(&app, &["Hopper"]).await;
        for typed in ["abcd-2345", "A8CD Z34S", "a8cd2345"] {
            let mut body = door("Hopper");
            body["session_code"] = json!(typed);
            let mut browser = app.anyone();
            browser.post("/api/v1/entry", body).await.expect(200);
            room.order(&app, Command::NewDevice, "Hopper").await;
        }
        let symbols = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
        let mut tx = app.app.db.begin().await.unwrap();
        jurat::exec!(tx, "UPDATE session SET entry_code = $2 WHERE id = $1", room.session, symbols)
            .unwrap();
        let folded = jurat::session::fold_code(symbols);
        let found = jurat::session::list_sessions_by_code(&mut tx, &folded).await.unwrap();
        assert_eq!(found.len(), 1, "the database folds as the program does");
    }

    async fn a_thousand_entries_at_once_are_answered(app: TestApp) {
        let names: Vec<String> = (0..1000).map(|n| format!("Hopper{n}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        Room::open(&app, &names).await;
        let client = app.anyone();
        let begun = std::time::Instant::now();
        let enter = async |name: &str| {
            client.clone().post("/api/v1/entry", door(name)).await.expect(200);
        };
        futures_util::future::join_all(names.iter().map(|name| enter(name))).await;
        println!("a thousand entries at once: {:.1} s", begun.elapsed().as_secs_f32());
    }

    async fn a_whole_room_enters_at_once_through_one_address(app: TestApp) {
        let names: Vec<String> = (0..200).map(|n| format!("Hopper{n}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        Room::open(&app, &names).await;
        let enter = async |name: &str| {
            app.anyone().post("/api/v1/entry", door(name)).await.expect(200);
        };
        futures_util::future::join_all(names.iter().map(|name| enter(name))).await;
    }

    async fn a_second_device_is_refused_until_the_invigilator_releases_the_seat(app: TestApp) {
        let room = Room::open(&app, &["Hopper"]).await;
        let (mut first, items) = room.started(&app, "Hopper").await;
        let mut second = app.anyone();
        second.post("/api/v1/entry", door("Hopper")).await.refused(409, "already_open");
        let again = first.browser.post("/api/v1/entry", door("Hopper")).await;
        again.expect(200);
        assert!(!again.headers.contains_key("set-cookie"), "the same device keeps its seat");

        room.order(&app, Command::NewDevice, "Hopper").await;
        let view = second.post("/api/v1/entry", door("Hopper")).await.expect(200);
        assert_eq!(view["epoch"], 2);
        assert_eq!(view["state"], "running");
        let late = first.save(1, &items[0], 1, json!(null)).await;
        late.refused(401, "not_signed_in");
        jurat::session::tell_refused(&app.app).await.unwrap();
        let kinds: Vec<_> =
            room.story(&app, "Hopper").await.into_iter().map(|entry| entry.kind).collect();
        assert!(kinds.contains(&Told::Known(Kind::SecondDeviceRefused)), "{kinds:?}");
    }

    async fn an_answer_marked_with_an_older_device_is_fenced_off(app: TestApp) {
        let room = Room::open(&app, &["Hopper"]).await;
        let (mut candidate, items) = room.started(&app, "Hopper").await;
        room.order(&app, Command::NewDevice, "Hopper").await;
        candidate.browser.post("/api/v1/entry", door("Hopper")).await.expect(200);
        candidate.save(1, &items[0], 1, json!(null)).await.refused(409, "fenced");
        candidate.epoch = 2;
        candidate.save(1, &items[0], 1, json!(null)).await.expect(200);
    }

    async fn somebody_without_a_seat_sees_no_exam(app: TestApp) {
        let mut stranger = app.anyone();
        assert_eq!(stranger.get("/api/v1/attempt").await.status, 204);
        stranger.get("/api/v1/attempt/parts/1/paper").await.refused(401, "not_signed_in");
    }

    async fn the_clock_of_the_server_can_be_asked(app: TestApp) {
        let told = app.anyone().get("/api/v1/time?c0=17").await.expect(200);
        let now = app.app.clock.now().timestamp_millis();
        assert_eq!(told, json!({ "c0": 17, "s1": now, "s2": now }));
    }
}
