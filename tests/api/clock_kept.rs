//! An accepted step of the clock and what is kept for a while: nobody is freed by it, and nobody held.

use std::time::Duration;

use chrono::{DateTime, Utc};
use jurat::{
    app::limits::{SIGN_IN_ACCOUNT, shared},
    attempt,
    base::PersonId,
    exec, fetch,
    people::{
        self, Holder,
        replies::{self, Keyed, Known},
    },
};
use reqwest::Method;
use serde_json::json;

use crate::{
    both,
    support::{Actor, Answer, On, PASSWORD, TestApp, start, text_of},
};

const EMAIL: &str = "admin@jurat.example";

fn wrong() -> serde_json::Value {
    json!({ "email": EMAIL, "password": "not the password" })
}

/// A wrong try from an address, by somebody who keeps no cookies.
async fn guess(app: &TestApp, address: &str) -> Answer {
    let mut stranger = app.anyone();
    let request = stranger.request(Method::POST, "/api/v1/sign-in").json(&wrong());
    stranger.answer(request.header("x-forwarded-for", address)).await
}

fn waits(answer: &Answer) -> i64 {
    answer.refused(429, "too_many_attempts");
    answer.headers["retry-after"].to_str().unwrap().parse().unwrap()
}

/// The wall clock is set, and an administrator accepts it.
async fn accept(app: &TestApp, seconds: i64) {
    app.app.clock.step_wall(chrono::Duration::seconds(seconds));
    let (id,) = {
        let mut tx = app.app.db.read().await.unwrap();
        fetch!(tx, fetch_one, (PersonId,), "SELECT id FROM person WHERE email = $1", EMAIL).unwrap()
    };
    let standing = attempt::accept_clock(&app.app, id, seconds).await.unwrap();
    assert_eq!(standing.difference_s, 0);
}

/// Every instant of what is kept for a while, in an order that no step changes.
async fn instants(app: &TestApp) -> Vec<DateTime<Utc>> {
    let mut tx = app.app.db.read().await.unwrap();
    let mut all = Vec::new();
    for sql in [
        "SELECT clear_at FROM tally ORDER BY limit_name, key_hash",
        "SELECT served_from FROM waiting ORDER BY account_hash, guest",
        "SELECT served_until FROM waiting ORDER BY account_hash, guest",
        "SELECT signed_in_at FROM device ORDER BY person_id, token_hash",
        "SELECT seen_at FROM sign_in ORDER BY token_hash",
        "SELECT expires_at FROM sign_in ORDER BY token_hash",
        "SELECT created_at FROM reply ORDER BY subject_id, idempotency_key",
    ] {
        let found = fetch!(tx, fetch_all, (DateTime<Utc>,), sql).unwrap();
        assert!(!found.is_empty(), "{sql}");
        all.extend(found.into_iter().map(|(at,)| at));
    }
    all
}

/// Somebody is guessed at, somebody waits, a request runs: a step is accepted, and all is as before.
async fn nothing_is_freed_or_held(app: TestApp, seconds: i64) {
    let mut admin = app.admin().await;
    // fractions of three kinds, which one of the two databases keeps as texts
    for (key, micros) in [(1_u8, 0), (2, 250_000), (3, 1)] {
        let mut tx = app.app.db.begin().await.unwrap();
        let at = app.app.clock.now() + chrono::Duration::microseconds(micros);
        shared::charge(&mut tx, &SIGN_IN_ACCOUNT, &[key], at).await.unwrap();
        tx.commit().await.unwrap();
    }
    for number in 0..8 {
        guess(&app, &format!("198.51.100.{number}")).await;
    }
    let waited = waits(&guess(&app, "203.0.113.1").await);
    let request = Keyed::new(Holder::Person(PersonId(uuid::Uuid::from_u128(7))), "k1", [b"x"; 3]);
    let Known::New(taken) = replies::take(&app.app, &request).await.unwrap() else {
        panic!("nobody has used this key")
    };
    let before = instants(&app).await;
    accept(&app, seconds).await;
    let by = chrono::Duration::seconds(seconds);
    let moved: Vec<_> = before.iter().map(|at| *at + by).collect();
    assert_eq!(instants(&app).await, moved);

    admin.get("/api/v1/me").await.expect(200);
    assert_eq!(waits(&guess(&app, "203.0.113.1").await), waited, "its turn comes as before");
    assert_eq!(replies::take(&app.app, &request).await.unwrap(), Known::Running);
    people::tidy(&app.app).await.unwrap();
    assert_eq!(instants(&app).await.len(), moved.len(), "nothing is over for it");
    app.later(61);
    assert_eq!(replies::take(&app.app, &request).await.unwrap(), Known::InDoubt);
    replies::forget(&app.app, &request, taken).await.unwrap();
    let again = replies::take(&app.app, &request).await.unwrap();
    assert!(matches!(again, Known::New(_)), "it is given back over the step: {again:?}");
}

/// What an address owes in the memory of the server.
async fn what_a_server_remembers_stays(app: TestApp, seconds: i64) {
    app.admin().await;
    let look = || async { app.anyone().get("/api/v1/invitations/none").await };
    let mut last = look().await;
    while last.status == 404 {
        last = look().await;
    }
    let waited = waits(&last);
    accept(&app, seconds).await;
    assert_eq!(waits(&look().await), waited);
}

both! {
    async fn a_step_forward_frees_nobody_who_waits(app: TestApp) {
        nothing_is_freed_or_held(app, 3600).await;
    }

    async fn a_step_back_holds_nobody_for_longer(app: TestApp) {
        nothing_is_freed_or_held(app, -3600).await;
    }

    async fn a_step_forward_frees_no_address_that_owes_tries(app: TestApp) {
        what_a_server_remembers_stays(app, 3600).await;
    }

    async fn a_step_back_frees_no_address_that_owes_tries(app: TestApp) {
        what_a_server_remembers_stays(app, -3600).await;
    }

    async fn the_minutes_say_in_words_how_the_clock_was_corrected(app: TestApp) {
        let mut day = app.day().await;
        day.enrol("ada").await;
        day.open().await;
        let mut ada = day.enter(&app, "ada").await;
        day.admit(&[&ada]).await;
        ada.start(1).await;
        accept(&app, 3600).await;
        accept(&app, -95).await;
        ada.finish(1).await;
        ada.start(2).await;
        ada.finish(2).await;
        day.invigilator.post(&day.at("/close"), json!({ "comment": "" })).await.expect(200);
        for (lang, lines) in [
            ("fr", [
                "10:00:00 la salle horloge du serveur avancée de 1 h 00, temps restants inchangés",
                "09:58:25 la salle horloge du serveur reculée de 1 min 35 s, temps restants inchangés",
            ]),
            ("en", [
                "10:00:00 the room server clock put forward by 1 h 00, remaining times unchanged",
                "09:58:25 the room server clock put back by 1 min 35 s, remaining times unchanged",
            ]),
        ] {
            let minutes = day.admin.get(&day.at(&format!("/minutes.pdf?lang={lang}"))).await;
            let text = text_of(&minutes.bytes);
            // who accepted it stands in the last column, beside the first line of what was done
            let words = text.split_whitespace().filter(|word| *word != "admin");
            let words = words.collect::<Vec<_>>().join(" ");
            for line in lines {
                assert_eq!(words.matches(line).count(), 1, "{line:?} in\n{text}");
            }
        }
    }
}

/// Somebody signs in anew on a browser that has a sign-in, just as a step is accepted: each holds what
/// the other wants next, unless both take it in the same order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_signs_in_and_who_accepts_a_step_never_wait_for_each_other() {
    let app = start(On::Postgres).await;
    let mut grace = app.holder("grace@jurat.example", people::Role::Juror).await;
    app.admin().await;
    let mut held = app.app.db.begin().await.unwrap();
    // the sign-in stands still between what it owed and the sign-in that it ends
    exec!(held, "SELECT token_hash FROM device ORDER BY token_hash FOR UPDATE").unwrap();
    let signing_in = tokio::spawn(async move {
        let body = json!({ "email": "grace@jurat.example", "password": PASSWORD });
        grace.post("/api/v1/sign-in", body).await.expect(200);
        grace
    });
    until_somebody_waits(&app).await;
    let accepting = async {
        accept(&app, 3600).await;
    };
    let going_on = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        held.commit().await.unwrap();
    };
    tokio::join!(accepting, going_on);
    let mut grace: Actor = signing_in.await.unwrap();
    grace.get("/api/v1/me").await.expect(200);
}

/// Waits until a transaction waits for another.
async fn until_somebody_waits(app: &TestApp) {
    for _ in 0..100 {
        let mut tx = app.app.db.read().await.unwrap();
        let (waiting,) = fetch!(
            tx,
            fetch_one,
            (i64,),
            "SELECT COUNT(*) FROM pg_stat_activity
              WHERE datname = current_database() AND wait_event_type = 'Lock'",
        )
        .unwrap();
        if waiting > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("nobody waits");
}
