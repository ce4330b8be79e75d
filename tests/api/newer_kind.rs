//! What a newer version wrote into a journal: shown as unknown to everybody who reads, and never skipped.

use jurat::{
    base::{AttemptId, SessionId, Timestamp},
    exec,
    journal::{self, Told},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    both,
    support::{
        TestApp,
        jury::{Jury, case_with},
        text_of,
    },
};

/// The word of a kind that this version does not know.
const WORD: &str = "something_newer";
const BODY: &str = r#"{"person":"per_x","reason":"smoke"}"#;

/// Writes an entry as a newer version would, with the hash that the chain asks for.
async fn write(app: &TestApp, session: SessionId, attempt: Option<AttemptId>) {
    let now = app.app.clock.now();
    let mut tx = app.app.db.begin().await.unwrap();
    let (seq, previous) = journal::find_head(&mut tx, session).await.unwrap();
    let hash = link((session, seq + 1), now, attempt, &previous);
    exec!(
        tx,
        "INSERT INTO journal_entry (session_id, seq, at, actor, kind, attempt_id, body, hash)
         VALUES ($1, $2, $3, 'system', $4, $5, $6, $7)",
        session,
        seq + 1,
        now,
        WORD,
        attempt,
        BODY,
        &hash,
    )
    .unwrap();
    exec!(
        tx,
        "UPDATE journal_head SET seq = $2, hash = $3 WHERE session_id = $1",
        session,
        seq + 1,
        &hash,
    )
    .unwrap();
    tx.commit().await.unwrap();
    app.app.bell.ring(session);
}

fn link(
    (session, seq): (SessionId, i64),
    at: Timestamp,
    attempt: Option<AttemptId>,
    previous: &[u8],
) -> Vec<u8> {
    let attempt = attempt.map(|id| id.to_string()).unwrap_or_default();
    let mut hash = Sha256::new_with_prefix("jurat journal v1");
    for field in [
        previous,
        session.to_string().as_bytes(),
        &seq.to_be_bytes(),
        &at.timestamp_micros().to_be_bytes(),
        b"system",
        WORD.as_bytes(),
        attempt.as_bytes(),
        BODY.as_bytes(),
    ] {
        hash.update((field.len() as u64).to_be_bytes());
        hash.update(field);
    }
    hash.finalize().to_vec()
}

async fn verifies(app: &TestApp, session: SessionId) {
    let mut tx = app.app.db.read().await.unwrap();
    let written = journal::list_after(&mut tx, session, 0, 9_999).await.unwrap();
    assert_eq!(journal::verify(session, &written), Ok(()));
    assert!(written.iter().any(|entry| entry.kind == Told::Unknown(WORD.to_owned())));
}

both! {
    async fn what_a_newer_version_wrote_is_shown_to_invigilators_and_stands_in_the_minutes(app: TestApp) {
        let mut day = app.day().await;
        day.enrol("ada").await;
        day.open().await;
        let mut ada = day.enter(&app, "ada").await;
        day.admit(&[&ada]).await;
        let session: SessionId = day.session.parse().unwrap();
        let path = day.at("/socket-ticket");
        let mut board = day.invigilator.listen(&app.url, &path).await;
        board.until(|message| message["type"] == "rows").await;
        let mut seat = ada.browser.listen(&app.url, "/api/v1/attempt/socket-ticket").await;
        seat.until(|message| message["type"] == "attempt").await;

        write(&app, session, Some(ada.attempt.parse().unwrap())).await;
        board.row(&ada.attempt, |row| row["state"] == "admitted").await;
        seat.until(|message| message["type"] == "attempt").await;
        write(&app, session, None).await;
        board.until(|message| message["type"] == "resync").await;
        day.invigilator.get(&day.at("/board")).await.expect(200);

        let told = day.invigilator.get(&day.at("/journal?after=0")).await.expect(200);
        let newer: Vec<&Value> =
            told.as_array().unwrap().iter().filter(|entry| entry["word"] == WORD).collect();
        assert_eq!(newer.len(), 2);
        assert!(newer.iter().all(|entry| entry["kind"].is_null()));
        assert_eq!(newer[0]["attempt_id"], ada.attempt);
        for part in [1, 2] {
            ada.start(part).await;
            ada.finish(part).await;
        }
        day.invigilator.post(&day.at("/close"), json!({ "comment": "" })).await.expect(200);
        for (lang, words) in [
            ("fr", "acte inconnu de cette version"),
            ("en", "act unknown to this version"),
        ] {
            let minutes = day.admin.get(&day.at(&format!("/minutes.pdf?lang={lang}"))).await;
            let text = text_of(&minutes.bytes).split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(text.contains(words) && text.contains(WORD), "{text}");
        }
        verifies(&app, session).await;
    }

    async fn a_juror_sees_that_something_happened_which_this_version_does_not_know(app: TestApp) {
        let mut jury = Jury::of(&app).await;
        let ada = jury.room.attempts["Ada"];
        write(&app, jury.room.session, Some(ada)).await;
        let panel = jury.convened().await;
        let case = case_with(&panel, &json!("expert"), "submitted").clone();
        let seen = jury.see(1, &case).await;
        let timeline = seen["timeline"].as_array().unwrap();
        let newer: Vec<&Value> = timeline.iter().filter(|event| event["word"] == WORD).collect();
        assert_eq!(newer.len(), 1);
        assert!(newer[0]["kind"].is_null(), "{}", newer[0]);
        assert_eq!(newer[0]["weighs"], true);
        assert_eq!(newer[0]["body"], json!({ "reason": "smoke" }), "no member that may name a person");
        let started = timeline.iter().find(|event| event["kind"] == "part_started").unwrap();
        assert_eq!((&started["word"], &started["weighs"]), (&json!("part_started"), &json!(false)));
        verifies(&app, jury.room.session).await;
    }
}
