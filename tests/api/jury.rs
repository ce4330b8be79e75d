//! The jury: who may sit on a panel, blind votes, decisions that stay, signed minutes.

use std::collections::{BTreeMap, BTreeSet};

use ed25519_dalek::{Signature, VerifyingKey};
use jurat::{board, centre, certificate, fetch, journal::Kind, people::Role, session};
use serde_json::{Value, json};

use crate::{
    both,
    support::{
        TestApp,
        exam::{self, Room},
        jury::{Jury, case_with, person, refused, validated},
    },
};

both! {
    async fn every_attempt_handed_in_or_ended_comes_before_the_jury_scored_and_without_a_name(app: TestApp) {
        let mut jury = Jury::of(&app).await;
        let panel = jury.convened().await;
        assert_eq!(panel["cases"], 3);
        assert_eq!(panel["quorum"], 2);
        let numbers: BTreeSet<_> =
            panel["case_list"].as_array().unwrap().iter().map(|c| c["number"].as_i64()).collect();
        assert_eq!(numbers, BTreeSet::from([Some(1), Some(2), Some(3)]));
        let ada = case_with(&panel, &json!("expert"), "submitted");
        assert_eq!(ada["score"]["coverage"], 1.0);
        assert_eq!(ada["score"]["parts"][1]["reachable"], 80);
        case_with(&panel, &Value::Null, "submitted");
        case_with(&panel, &Value::Null, "terminated");
        let mut seen = jury.see(1, ada).await;
        assert_eq!(seen["answers"].as_array().unwrap().len(), 64);
        assert!(seen["answers"].as_array().unwrap().iter().all(|a| a["right"] == true));
        assert!(seen["answers"][0]["key"]["fr"].as_str().unwrap() != "");
        assert!(seen["timeline"].as_array().unwrap().iter().any(|e| e["kind"] == "part_started"));
        // Items speak of pupils who may have any name.
        seen["answers"].take();
        let text = seen.to_string();
        assert!(!text.contains("\"Ada\"") && !text.contains("Zoé"), "{text}");
        assert!(!text.contains(&jury.room.attempts["Ada"].to_string()));
        assert_eq!(jury.jurors[1].get("/api/v1/panels").await.expect(200)[0]["cases"], 3);
    }

    async fn a_panel_of_the_wrong_people_is_refused(app: TestApp) {
        let mut jury = Jury::of(&app).await;
        let ids = jury.ids.clone();
        let (fourth, _) = person(&app, "barbara", Role::Juror).await;
        let (auditor, _) = person(&app, "vera", Role::Auditor).await;
        jury.convene(ids[0], &[ids[1], ids[2], fourth]).await.refused(409, "wrong_panel_size");
        jury.convene(ids[0], &[ids[1], ids[0]]).await.refused(409, "juror_named_twice");
        jury.convene(ids[0], &[ids[1], auditor]).await.refused(409, "not_a_juror");
        let mut tx = app.app.db.begin().await.unwrap();
        let session = session::find(&mut tx, jury.room.session).await.unwrap().unwrap();
        let now = app.app.clock.now();
        let role = Role::Invigilator;
        centre::put_member(&mut tx, session.centre, fourth, role, now).await.unwrap();
        tx.commit().await.unwrap();
        jury.convene(ids[0], &[ids[1], fourth]).await.refused(409, "juror_of_the_centre");
        jury.convened().await;
        jury.convene(ids[0], &ids[1..]).await.refused(409, "panel_already_convened");
    }

    async fn a_session_that_is_open_has_no_panel(app: TestApp) {
        let room = Room::open(&app, &["Ada"]).await;
        let (_, mut admin) = person(&app, "root", Role::Admin).await;
        let (grace, _) = person(&app, "grace", Role::Juror).await;
        let path = format!("/api/v1/sessions/{}/panel", room.session);
        let body = json!({ "president": grace, "jurors": [] });
        admin.post(&path, body).await.refused(409, "session_not_closed");
    }

    async fn nobody_sees_anothers_vote_until_the_case_is_decided(app: TestApp) {
        let mut jury = Jury::of(&app).await;
        let panel = jury.convened().await;
        let ada = case_with(&panel, &json!("expert"), "submitted");
        let after = jury.vote(1, ada, refused()).await.expect(200);
        assert_eq!(after["my_vote"]["outcome"], "refused");
        let seen = jury.see(0, ada).await;
        assert_eq!((&seen["votes"], &seen["my_vote"]), (&json!(1), &Value::Null));
        assert_eq!(seen["all_votes"], json!([]));
        assert!(!seen.to_string().contains("nothing was shown"));
        jury.vote(1, ada, validated()).await.expect(200);
        assert_eq!(jury.see(1, ada).await["votes"], 1);
        let decided = jury.vote(0, ada, validated()).await.expect(200);
        assert_eq!((&decided["outcome"], &decided["level"]), (&json!("validated"), &json!("expert")));
        assert_eq!(jury.see(2, ada).await["all_votes"].as_array().unwrap().len(), 2);
        jury.vote(2, ada, refused()).await.refused(409, "already_decided");
        jury.vote(0, ada, refused()).await.refused(409, "already_decided");
    }

    async fn the_president_decides_when_a_quorum_disagrees(app: TestApp) {
        let mut jury = Jury::of(&app).await;
        let panel = jury.convened().await;
        let ada = case_with(&panel, &json!("expert"), "submitted");
        let path = format!("/api/v1/cases/{}/decide", ada["id"].as_str().unwrap());
        let lower = json!({ "outcome": "changed", "level": "avance", "reason": "the dossier" });
        jury.vote(0, ada, lower).await.expect(200);
        jury.jurors[0].post(&path, json!({})).await.refused(409, "no_quorum");
        jury.vote(1, ada, validated()).await.expect(200);
        jury.jurors[1].post(&path, json!({})).await.refused(403, "forbidden");
        let decided = jury.jurors[0].post(&path, json!({})).await.expect(200);
        assert_eq!((&decided["outcome"], &decided["level"]), (&json!("changed"), &json!("avance")));
    }

    async fn a_vote_that_says_too_little_is_refused(app: TestApp) {
        let mut jury = Jury::of(&app).await;
        let panel = jury.convened().await;
        let bo = case_with(&panel, &Value::Null, "submitted");
        jury.vote(0, bo, validated()).await.refused(409, "nothing_proposed");
        let silent = json!({ "outcome": "refused", "level": null, "reason": " " });
        jury.vote(0, bo, silent).await.refused(409, "reason_required");
        let vague = json!({ "outcome": "changed", "level": null, "reason": "more" });
        jury.vote(0, bo, vague).await.refused(409, "level_needed");
        let unknown = json!({ "outcome": "changed", "level": "guru", "reason": "more" });
        jury.vote(0, bo, unknown).await.refused(409, "level_not_possible");
    }

    async fn a_juror_of_another_panel_sees_nothing(app: TestApp) {
        let mut jury = Jury::of(&app).await;
        let panel = jury.convened().await;
        let (_, mut other) = person(&app, "barbara", Role::Juror).await;
        let case = panel["case_list"][0]["id"].as_str().unwrap();
        other.get(&format!("/api/v1/cases/{case}")).await.refused(404, "no_such_case");
        let panel = panel["id"].as_str().unwrap();
        other.get(&format!("/api/v1/panels/{panel}")).await.refused(404, "no_such_case");
        let vote = other.put(&format!("/api/v1/cases/{case}/vote"), refused()).await;
        vote.refused(404, "no_such_case");
        assert_eq!(other.get("/api/v1/panels").await.expect(200), json!([]));
        jury.admin.get(&format!("/api/v1/cases/{case}")).await.refused(403, "forbidden");
    }

    async fn the_president_closes_what_is_decided_and_signs_the_minutes(app: TestApp) {
        let mut jury = Jury::of(&app).await;
        let panel = jury.convened().await;
        let close = format!("/api/v1/panels/{}/close", panel["id"].as_str().unwrap());
        let pdf = format!("/api/v1/panels/{}/minutes.pdf", panel["id"].as_str().unwrap());
        jury.jurors[0].post(&close, json!({})).await.refused(409, "panel_has_open_cases");
        jury.jurors[0].get(&pdf).await.refused(404, "no_such_case");
        for case in panel["case_list"].as_array().unwrap() {
            let proposed = case["proposed_level"].is_null();
            for juror in [0, 1] {
                let vote = if proposed { refused() } else { validated() };
                jury.vote(juror, case, vote).await.expect(200);
            }
        }
        jury.jurors[1].post(&close, json!({})).await.refused(403, "forbidden");
        let closed = jury.jurors[0].post(&close, json!({})).await.expect(200);
        assert_eq!(closed["decided"], 3);
        assert!(closed["closed_at"].is_string());
        jury.jurors[0].post(&close, json!({})).await.refused(409, "panel_closed");
        let minutes = jury.jurors[2].get(&format!("{pdf}?lang=en")).await;
        assert!(minutes.bytes.starts_with(b"%PDF-1.7"));
        let mut tx = app.app.db.read().await.unwrap();
        let session = session::find(&mut tx, jury.room.session).await.unwrap().unwrap();
        assert_eq!(session.state, session::SessionState::Validated);
        let (facts, signature) = fetch!(
            tx,
            fetch_one,
            (String, Vec<u8>),
            "SELECT minutes_facts, minutes_signature FROM panel WHERE session_id = $1",
            jury.room.session,
        )
        .unwrap();
        let key = VerifyingKey::from_bytes(&app.app.signer.public_key()).unwrap();
        let signature = Signature::from_slice(&signature).unwrap();
        key.verify_strict(facts.as_bytes(), &signature).unwrap();
        assert!(facts.contains("\"family_name\":\"Ada\""));
        let written = jurat::journal::list_after(&mut tx, session.id, 0, 9_999).await.unwrap();
        jurat::journal::verify(session.id, &written).unwrap();
        let count = |kind: Kind| written.iter().filter(|entry| entry.kind.is(kind)).count();
        assert_eq!((count(Kind::PanelConvened), count(Kind::VoteCast)), (1, 6));
        assert_eq!((count(Kind::CaseDecided), count(Kind::PanelClosed)), (3, 1));
    }

    async fn what_is_cancelled_or_rejected_is_voided_when_the_panel_closes(app: TestApp) {
        let mut jury = Jury::of(&app).await;
        let panel = jury.convened().await;
        let ada = case_with(&panel, &json!("expert"), "submitted").clone();
        let cy = case_with(&panel, &Value::Null, "terminated").clone();
        let bo = case_with(&panel, &Value::Null, "submitted").clone();
        let because = |outcome: &str| json!({ "outcome": outcome, "level": null, "reason": "…" });
        for (case, vote) in [(&ada, because("cancelled")), (&cy, because("rejected")), (&bo, refused())] {
            jury.vote(0, case, vote.clone()).await.expect(200);
            jury.vote(1, case, vote).await.expect(200);
        }
        let close = format!("/api/v1/panels/{}/close", panel["id"].as_str().unwrap());
        jury.jurors[0].post(&close, json!({})).await.expect(200);
        assert_eq!(jury.see(1, &cy).await["ended"], "terminated", "how it ended stays known");

        let board = board::board(&app.app, jury.room.session).await.unwrap();
        let states: BTreeMap<_, _> =
            board.rows.iter().map(|row| (row.family_name.as_str(), row.state.as_str())).collect();
        let expected = [("Ada", "voided"), ("Bo", "sealed"), ("Cy", "voided"), ("Di", "sealed")];
        assert_eq!(states, BTreeMap::from(expected));
        let story = jury.room.story(&app, "Ada").await;
        let voided = story.last().unwrap();
        assert!(voided.kind.is(Kind::AttemptVoided));
        assert!(voided.body.contains("\"minutes\":\""), "{}", voided.body);
        let mut door = app.anyone();
        let seen = door.post("/api/v1/entry", exam::door("Ada")).await.expect(200);
        assert_eq!((&seen["state"], &seen["result"]["outcome"]), (&json!("voided"), &json!("cancelled")));
        assert_eq!(seen["reason"], "", "the jury's reasons are for its minutes");

        certificate::issue_pending(&app.app).await.unwrap();
        let issued = certificate::list_of_session(&app.app, jury.room.session).await.unwrap();
        assert_eq!(issued, []);
    }

    async fn two_who_vote_at_the_same_instant_decide_once(app: TestApp) {
        let mut jury = Jury::of(&app).await;
        let panel = jury.convened().await;
        let ada = case_with(&panel, &json!("expert"), "submitted");
        let path = format!("/api/v1/cases/{}/vote", ada["id"].as_str().unwrap());
        let [first, second, _] = &mut jury.jurors[..] else { panic!() };
        let (one, two) = tokio::join!(first.put(&path, validated()), second.put(&path, validated()));
        one.expect(200);
        two.expect(200);
        assert_eq!(jury.see(2, ada).await["outcome"], "validated");
        let mut tx = app.app.db.read().await.unwrap();
        let written =
            jurat::journal::list_after(&mut tx, jury.room.session, 0, 9_999).await.unwrap();
        let decided = written.iter().filter(|entry| entry.kind.is(Kind::CaseDecided));
        assert_eq!(decided.count(), 1);
    }
}
