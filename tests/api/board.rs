//! The board: invigilators see and act; what may not be is refused with a code.

use jurat::{
    base::{AttemptId, Chance, SessionId, Timestamp},
    enrolment, journal,
};
use serde_json::{Value, json};

use crate::{
    both,
    support::{TestApp, text_of},
};

fn row<'a>(board: &'a Value, attempt: &str) -> &'a Value {
    let rows = board["rows"].as_array().unwrap();
    rows.iter().find(|row| row["attempt_id"] == attempt).unwrap()
}

both! {
    async fn an_invigilator_checks_in_admits_holds_releases_and_extends(app: TestApp) {
        let mut day = app.day().await;
        day.enrol("ada").await;
        day.enrol("grace").await;
        day.open().await;
        let mut ada = day.enter(&app, "ada").await;
        let path = day.at("/board");
        let board = day.invigilator.get(&path).await.expect(200);
        assert_eq!(row(&board, &ada.attempt)["presence"], "online");
        assert_eq!(row(&board, &ada.attempt)["entered"], true);
        let grace = board["rows"].as_array().unwrap().iter().find(|r| r["given_names"] == "grace");
        assert_eq!(grace.unwrap()["presence"], "none");
        assert_eq!(board["blockers"], json!([]));

        day.admit(&[&ada]).await;
        ada.start(1).await;
        let board = day.invigilator.get(&path).await.expect(200);
        assert_eq!(board["blockers"], json!([{ "attempt_id": ada.attempt, "state": "running" }]));
        let first = row(&board, &ada.attempt)["deadline"].clone();
        day.command("hold", &[&ada.attempt], "fire drill").await;
        app.later(60);
        day.command("release", &[&ada.attempt], "").await;
        let body = json!({ "command": "extend", "attempts": [ada.attempt], "seconds": 300,
            "reason": "late start" });
        day.invigilator.post(&day.at("/commands"), body).await.expect(200);
        let board = day.invigilator.get(&path).await.expect(200);
        let now = row(&board, &ada.attempt);
        let at = |value: &Value| value.as_str().unwrap().parse::<jurat::base::Timestamp>().unwrap();
        assert_eq!((at(&now["deadline"]) - at(&first)).num_seconds(), 360);
        assert_eq!(now["extended_s"], 300);
        assert_eq!(now["held_since"], Value::Null);
    }

    async fn the_room_is_terminated_at_once_and_each_refusal_has_a_reason(app: TestApp) {
        let mut day = app.day().await;
        for name in ["ada", "grace", "mary"] {
            day.enrol(name).await;
        }
        day.open().await;
        let mut ada = day.enter(&app, "ada").await;
        let mut grace = day.enter(&app, "grace").await;
        let mary = day.enter(&app, "mary").await;
        day.admit(&[&ada, &grace]).await;
        ada.start(1).await;
        grace.start(1).await;
        let all = [ada.attempt.as_str(), &grace.attempt, &mary.attempt];
        let told = day.command("terminate", &all, "power cut").await;
        let done = told["done"].as_array().unwrap();
        assert_eq!(done.len(), 2);
        assert!(done.contains(&json!(ada.attempt)) && done.contains(&json!(grace.attempt)));
        assert_eq!(told["refused"][0]["attempt_id"], mary.attempt);
        assert_eq!(told["refused"][0]["code"], "wrong_state");
        assert_eq!(told["refused"][0]["state"], "enrolled");
        let told = day.command("terminate", &[&mary.attempt], " ").await;
        assert_eq!(told["done"], json!([]));
    }

    async fn a_command_may_name_everybody_of_the_longest_list(app: TestApp) {
        let mut day = app.day().await;
        day.open().await;
        let somebody = || Chance::Os.id::<AttemptId>(Timestamp::default());
        let naming = |count| {
            let attempts: Vec<_> = std::iter::repeat_with(somebody).take(count).collect();
            json!({ "command": "check_in", "attempts": attempts })
        };
        let path = day.at("/commands");
        day.invigilator.post(&path, naming(enrolment::MAX_ROWS)).await.refused(404, "no_such_attempt");
        day.invigilator.post(&path, naming(2 * enrolment::MAX_ROWS)).await.refused(413, "too_large");
    }

    async fn of_two_contradictory_commands_one_wins(app: TestApp) {
        let mut day = app.day().await;
        day.enrol("ada").await;
        day.open().await;
        let mut ada = day.enter(&app, "ada").await;
        day.admit(&[&ada]).await;
        ada.start(1).await;
        let body = |command: &str| json!({ "command": command, "attempts": [ada.attempt],
            "reason": "both at once" });
        let path = day.at("/commands");
        let (ended, held) = tokio::join!(
            day.invigilator.post(&path, body("terminate")),
            day.manager.post(&path, body("hold")),
        );
        let (ended, held) = (ended.expect(200), held.expect(200));
        assert_eq!(ended["done"], json!([ada.attempt]), "a held attempt can be terminated too");
        if held["done"] == json!([]) {
            assert_eq!(held["refused"][0]["code"], "wrong_state");
            assert_eq!(held["refused"][0]["state"], "terminated");
        }
        let told = day.command("release", &[&ada.attempt], "").await;
        assert_eq!(told["refused"][0]["state"], "terminated");
    }

    async fn a_break_that_lasts_too_long_is_seen_and_stays_in_the_minutes(app: TestApp) {
        let mut day = app.day().await;
        day.enrol("ada").await;
        day.open().await;
        let mut ada = day.enter(&app, "ada").await;
        day.admit(&[&ada]).await;
        ada.start(1).await;
        let path = day.at("/board");
        let board = day.invigilator.get(&path).await.expect(200);
        assert_eq!(row(&board, &ada.attempt)["break_until"], Value::Null);
        ada.finish(1).await;
        let board = day.invigilator.get(&path).await.expect(200);
        assert_eq!(row(&board, &ada.attempt)["break_until"], "2027-03-01T08:10:00Z");
        app.later(912);
        let board = day.invigilator.get(&path).await.expect(200);
        assert_eq!(row(&board, &ada.attempt)["state"], "break", "people decide, not the clock");
        ada.start(2).await;
        let board = day.invigilator.get(&path).await.expect(200);
        let now = row(&board, &ada.attempt);
        assert_eq!((&now["break_until"], &now["state"]), (&Value::Null, &json!("running")));
        assert_eq!(now["deadline"], "2027-03-01T09:15:12Z", "part 2 has its whole time");
        ada.finish(2).await;
        day.invigilator.post(&day.at("/close"), json!({ "comment": "" })).await.expect(200);
        let minutes = day.invigilator.get(&day.at("/minutes.pdf?lang=en")).await;
        let text = text_of(&minutes.bytes);
        assert!(text.contains("break overrun (+5 min"), "{text}");
    }

    async fn incidents_and_notices_are_kept_with_their_author(app: TestApp) {
        let mut day = app.day().await;
        day.enrol("ada").await;
        day.invigilator
            .post(&day.at("/notices"), json!({ "attempt_id": null, "text": "too early" }))
            .await
            .refused(409, "session_not_open");
        day.open().await;
        let ada = day.enter(&app, "ada").await;
        let body = json!({ "attempt_id": ada.attempt, "category": "late", "note": " train " });
        let incident = day.invigilator.post(&day.at("/incidents"), body).await.expect(200);
        assert_eq!(incident["note"], "train");
        assert_eq!(incident["author"], "invigilator");
        let body = json!({ "attempt_id": null, "category": "magic", "note": "" });
        day.invigilator.post(&day.at("/incidents"), body).await.refused(422, "unreadable_body");
        let empty = json!({ "attempt_id": null, "text": "  " });
        day.invigilator.post(&day.at("/notices"), empty).await.refused(409, "text_required");
        for number in 1..=2 {
            let body = json!({ "attempt_id": null, "text": format!("notice {number}") });
            let notice = day.manager.post(&day.at("/notices"), body).await.expect(200);
            assert_eq!(notice["number"], number);
        }
        let board = day.invigilator.get(&day.at("/board")).await.expect(200);
        assert_eq!(board["incidents"], json!([incident]));
        assert_eq!(board["notices"].as_array().unwrap().len(), 2);
        assert_eq!(row(&board, &ada.attempt)["incidents"], 1);
    }

    async fn who_has_nothing_to_do_with_a_session_learns_nothing_of_it(app: TestApp) {
        let mut day = app.day().await;
        day.enrol("ada").await;
        day.open().await;
        let mut ada = day.enter(&app, "ada").await;
        let created = day
            .admin
            .post("/api/v1/centres", crate::support::day::centre_body("other"))
            .await
            .expect(201);
        let (mut other, _) = app.accept(&mut day.admin, &created["invitation"]).await;
        for path in ["/board", "/journal", "/minutes.pdf"] {
            other.get(&day.at(path)).await.refused(404, "no_such_session");
            ada.browser.get(&day.at(path)).await.refused(401, "not_signed_in");
        }
        other.post(&day.at("/socket-ticket"), json!({})).await.refused(404, "no_such_session");
        day.admin.get(&day.at("/board")).await.refused(403, "forbidden");
    }

    async fn closing_names_what_stands_against_it(app: TestApp) {
        let mut day = app.day().await;
        day.enrol("ada").await;
        let close = json!({ "comment": "" });
        day.manager.post(&day.at("/close"), close.clone()).await.refused(409, "session_not_open");
        day.open().await;
        let mut ada = day.enter(&app, "ada").await;
        day.admit(&[&ada]).await;
        ada.start(1).await;
        let refused = day.invigilator.post(&day.at("/close"), close).await;
        let problem = refused.refused(409, "session_has_blockers");
        let expected = json!([{ "attempt_id": ada.attempt, "state": "running" }]);
        assert_eq!(problem["blockers"], expected);
        let board = day.invigilator.get(&day.at("/board")).await.expect(200);
        assert_eq!(board["session"]["state"], "open", "nothing was closed");
        day.invigilator.get(&day.at("/minutes.pdf")).await.refused(404, "no_such_minutes");
    }

    async fn a_closed_session_has_signed_minutes_and_a_journal_that_verifies(app: TestApp) {
        let mut day = app.day().await;
        day.enrol("ada").await;
        day.enrol("grace").await;
        day.open().await;
        let mut ada = day.enter(&app, "ada").await;
        day.admit(&[&ada]).await;
        ada.start(1).await;
        day.command("hold", &[&ada.attempt], "fire drill").await;
        day.command("release", &[&ada.attempt], "").await;
        let body = json!({ "attempt_id": ada.attempt, "category": "illness", "note": "a cold" });
        day.invigilator.post(&day.at("/incidents"), body).await.expect(200);
        ada.finish(1).await;
        ada.start(2).await;
        ada.finish(2).await;
        let body = json!({ "comment": "a calm day \u{1f31e}" });
        let closed = day.invigilator.post(&day.at("/close"), body.clone()).await.expect(200);
        assert_eq!(closed["state"], "closed");
        assert!(closed["closed_at"].is_string());
        let again = day.invigilator.post(&day.at("/close"), body).await.expect(200);
        assert_eq!(again, closed);
        let board = day.invigilator.get(&day.at("/board")).await.expect(200);
        assert!(board["rows"].as_array().unwrap().iter().all(|row| row["state"] == "sealed"));

        for (lang, words) in [
            ("fr", ["Procès-verbal", "absent", "suspension", "malaise"]),
            ("en", ["Minutes of the session", "absent", "held", "illness"]),
        ] {
            let path = day.at(&format!("/minutes.pdf?lang={lang}"));
            let minutes = day.admin.get(&path).await;
            minutes.expect_pdf();
            assert_eq!(day.manager.get(&path).await.bytes, minutes.bytes, "the same each time");
            let text = text_of(&minutes.bytes);
            let known = ["Lovelace ada", "Lovelace grace", "fire drill", "a cold", "a calm day"];
            for word in words.iter().chain(&known) {
                assert!(text.contains(word), "{word:?} is missing in\n{text}");
            }
        }
        let session: SessionId = day.session.parse().unwrap();
        let mut tx = app.app.db.read().await.unwrap();
        let entries = journal::list_after(&mut tx, session, 0, 1000).await.unwrap();
        assert_eq!(journal::verify(session, &entries), Ok(()));
        let told = day.invigilator.get(&day.at("/journal?after=0")).await.expect(200);
        let last = told.as_array().unwrap().last().unwrap().clone();
        assert_eq!(last["kind"], "session_closed");
        assert_eq!(last["actor_name"], "invigilator");
        let (facts, signature): (String, Vec<u8>) = jurat::fetch!(
            tx,
            fetch_one,
            (String, Vec<u8>),
            "SELECT facts, signature FROM session_minutes WHERE session_id = $1",
            session,
        )
        .unwrap();
        let facts_json: Value = serde_json::from_str(&facts).unwrap();
        assert_eq!(facts_json["journal_hash"], last["hash"]);
        assert_eq!(facts_json["session"]["starts_at"], "2027-03-02T09:30:00+01:00");
        let key = ed25519_dalek::VerifyingKey::from_bytes(&app.app.signer.public_key()).unwrap();
        let signature = ed25519_dalek::Signature::from_slice(&signature).unwrap();
        assert!(key.verify_strict(facts.as_bytes(), &signature).is_ok());
    }

    async fn minutes_that_a_kill_kept_from_being_signed_are_signed_when_they_are_asked_for(app: TestApp) {
        let mut day = app.day().await;
        day.enrol("ada").await;
        day.open().await;
        day.invigilator.post(&day.at("/close"), json!({ "comment": "a short day" })).await.expect(200);
        let path = day.at("/minutes.pdf?lang=en");
        let minutes = day.manager.get(&path).await;
        minutes.expect_pdf();
        app.later(60);
        // as a server leaves it that ends between the closing and its minutes
        let session: SessionId = day.session.parse().unwrap();
        let mut tx = app.app.db.begin().await.unwrap();
        jurat::exec!(tx, "DELETE FROM session_minutes WHERE session_id = $1", session).unwrap();
        // and a line that a clock wrote late changes nothing in what was closed
        let event = journal::Event::ClockCorrected { seconds: 3600, clock: None };
        let (at, actor) = (app.app.clock.now(), journal::Actor::System);
        let late = journal::Entry { session, at, actor, attempt: None, event };
        journal::append(&mut tx, &late).await.unwrap();
        tx.commit().await.unwrap();
        let (invigilator, manager) = (&mut day.invigilator, &mut day.manager);
        let (one, other) = tokio::join!(invigilator.get(&path), manager.get(&path));
        assert!(one.bytes == minutes.bytes, "facts and signature are those of the closing");
        assert!(other.bytes == minutes.bytes);
    }

    async fn what_is_no_text_is_left_out_of_what_people_write(app: TestApp) {
        let mut day = app.day().await;
        day.enrol("ada").await;
        day.open().await;
        let ada = day.enter(&app, "ada").await;
        day.admit(&[&ada]).await;
        let path = day.at("/notices");
        let body = json!({ "text": "The windows\u{0} stay closed.\u{8}", "attempt_id": null });
        day.invigilator.post(&path, body).await;
        let board = day.invigilator.get(&day.at("/board")).await.expect(200).to_string();
        assert!(board.contains("The windows stay closed."), "{board}");
        let done = day.command("withdraw", &[&ada.attempt], "Ill,\u{0} went home.").await;
        assert_eq!(done["refused"], json!([]));
        let refused = day.command("withdraw", &[&ada.attempt], &"x".repeat(501)).await;
        assert_eq!(refused["refused"][0]["code"], "reason_too_long");
    }
}
