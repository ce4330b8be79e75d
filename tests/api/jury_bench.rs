//! Who judges: nobody of the centre, nobody who has left, nobody chosen by themselves; and what the
//! centre and a juror never learn.

use std::collections::BTreeSet;

use jurat::{
    attempt,
    base::{CentreId, PersonId},
    board, centre, exec,
    journal::{self, Kind, Written},
    people::{self, Role},
    session,
};
use serde_json::{Value, json};

use crate::{
    both,
    support::{
        TestApp,
        jury::{Jury, case_with, person, refused, validated},
    },
};

async fn centre_of(app: &TestApp, jury: &Jury) -> CentreId {
    let mut tx = app.app.db.read().await.unwrap();
    session::find(&mut tx, jury.room.session).await.unwrap().unwrap().centre
}

/// A juror becomes a member of the centre whose candidates are judged.
async fn joins_the_centre(app: &TestApp, jury: &Jury, juror: usize) {
    let (centre, person) = (centre_of(app, jury).await, jury.ids[juror]);
    let mut tx = app.app.db.begin().await.unwrap();
    let now = app.app.clock.now();
    centre::put_member(&mut tx, centre, person, Role::Manager, now).await.unwrap();
    tx.commit().await.unwrap();
}

async fn is_a_juror_no_longer(app: &TestApp, person: PersonId) {
    let mut tx = app.app.db.begin().await.unwrap();
    let role = Role::Juror.as_str();
    exec!(tx, "DELETE FROM person_role WHERE person_id = $1 AND role = $2", person, role).unwrap();
    tx.commit().await.unwrap();
}

async fn loses_the_seat(app: &TestApp, person: PersonId) {
    let mut tx = app.app.db.begin().await.unwrap();
    exec!(tx, "DELETE FROM juror WHERE person_id = $1", person).unwrap();
    tx.commit().await.unwrap();
}

/// The first two jurors decide every case.
async fn decide_all(jury: &mut Jury, panel: &Value, jurors: [usize; 2]) {
    for case in panel["case_list"].as_array().unwrap() {
        for juror in jurors {
            let vote = if case["proposed_level"].is_null() { refused() } else { validated() };
            jury.vote(juror, case, vote).await.expect(200);
        }
    }
}

both! {
    async fn nobody_convenes_a_panel_with_themselves(app: TestApp) {
        let mut jury = Jury::of(&app).await;
        let (me, admin) = person(&app, "both", Role::Admin).await;
        let mut tx = app.app.db.begin().await.unwrap();
        people::put_role(&mut tx, me, Role::Juror, app.app.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        jury.admin = admin;
        let ids = jury.ids.clone();
        jury.convene(me, &ids[1..]).await.refused(409, "convenes_oneself");
        jury.convene(ids[0], &[ids[1], me]).await.refused(409, "convenes_oneself");
        jury.convene(ids[0], &ids[1..]).await.expect(200);
    }

    async fn a_juror_who_joins_the_centre_neither_opens_a_case_nor_votes(app: TestApp) {
        let mut jury = Jury::of(&app).await;
        let panel = jury.convened().await;
        let case = case_with(&panel, &json!("expert"), "submitted").clone();
        let path = format!("/api/v1/cases/{}", case["id"].as_str().unwrap());
        jury.jurors[1].get(&path).await.expect(200);
        joins_the_centre(&app, &jury, 1).await;
        jury.jurors[1].get(&path).await.refused(409, "juror_of_the_centre");
        jury.vote(1, &case, validated()).await.refused(409, "juror_of_the_centre");
        let panel = format!("/api/v1/panels/{}", panel["id"].as_str().unwrap());
        jury.jurors[1].get(&panel).await.refused(409, "juror_of_the_centre");
    }

    async fn who_lost_role_or_seat_finds_no_case(app: TestApp) {
        let mut jury = Jury::of(&app).await;
        let panel = jury.convened().await;
        let case = case_with(&panel, &json!("expert"), "submitted").clone();
        let path = format!("/api/v1/cases/{}", case["id"].as_str().unwrap());
        loses_the_seat(&app, jury.ids[1]).await;
        jury.jurors[1].get(&path).await.refused(404, "no_such_case");
        jury.vote(1, &case, validated()).await.refused(404, "no_such_case");
        is_a_juror_no_longer(&app, jury.ids[2]).await;
        let answer = jury.jurors[2].get(&path).await;
        assert!(answer.status == 403 || answer.status == 404, "{answer:?}");
        let answer = jury.vote(2, &case, validated()).await;
        assert!(answer.status == 403 || answer.status == 404, "{answer:?}");
        jury.vote(0, &case, validated()).await.expect(200);
        let seen = jury.see(0, &case).await;
        assert_eq!((&seen["votes"], &seen["outcome"]), (&json!(1), &Value::Null));
    }

    async fn a_vote_of_a_member_of_the_centre_is_not_counted_when_the_panel_closes(app: TestApp) {
        let mut jury = Jury::of(&app).await;
        let panel = jury.convened().await;
        decide_all(&mut jury, &panel, [0, 1]).await;
        joins_the_centre(&app, &jury, 1).await;
        let id = panel["id"].as_str().unwrap();
        let close = format!("/api/v1/panels/{id}/close");
        let told = jury.jurors[0].post(&close, json!({})).await.refused(409, "cases_open_again");
        assert_eq!(told["cases"], json!([1, 2, 3]), "the president is told which");
        let now = jury.jurors[0].get(&format!("/api/v1/panels/{id}")).await.expect(200);
        assert_eq!(now["decided"], 0);
        assert!(now["case_list"].as_array().unwrap().iter().all(|case| case["votes"] == 1));
        let standing = |now: &Value| -> BTreeSet<_> {
            let jurors = now["jurors"].as_array().unwrap().iter();
            jurors.map(|one| (one["standing"].to_string(), one["counts"] == true)).collect()
        };
        let expected = [("\"judges\"", true), ("\"of_the_centre\"", false)];
        assert_eq!(standing(&now), expected.map(|(s, c)| (s.to_owned(), c)).into());
        jury.jurors[0].post(&close, json!({})).await.refused(409, "panel_has_open_cases");

        decide_all(&mut jury, &panel, [0, 2]).await;
        let closed = jury.jurors[0].post(&close, json!({})).await.expect(200);
        assert_eq!(closed["decided"], 3);
        let pdf = jury.jurors[0].get(&format!("/api/v1/panels/{id}/minutes.pdf?lang=en")).await;
        let text = crate::support::text_of(&pdf.bytes);
        assert!(text.contains("Votes not counted") && text.contains("alan"), "{text}");
        let mut tx = app.app.db.read().await.unwrap();
        let written = journal::list_after(&mut tx, jury.room.session, 0, 9_999).await.unwrap();
        journal::verify(jury.room.session, &written).unwrap();
        let reopened = written.iter().filter(|entry| entry.kind.is(Kind::CaseReopened));
        assert_eq!(reopened.count(), 3);
    }

    async fn what_others_decided_stands_without_the_vote_that_is_not_counted(app: TestApp) {
        let mut jury = Jury::of(&app).await;
        let panel = jury.convened().await;
        decide_all(&mut jury, &panel, [0, 2]).await;
        joins_the_centre(&app, &jury, 1).await;
        let close = format!("/api/v1/panels/{}/close", panel["id"].as_str().unwrap());
        assert_eq!(jury.jurors[0].post(&close, json!({})).await.expect(200)["decided"], 3);
        // what counted when it closed counts for good
        is_a_juror_no_longer(&app, jury.ids[2]).await;
        let case = case_with(&panel, &json!("expert"), "submitted").clone();
        assert_eq!(jury.see(0, &case).await["all_votes"].as_array().unwrap().len(), 2);
    }

    async fn no_id_in_a_case_leads_to_a_person(app: TestApp) {
        let mut jury = Jury::of(&app).await;
        let session = jury.room.session;
        let (attempt, author) = (jury.room.attempts["Ada"], jury.room.invigilator);
        let mut tx = app.app.db.begin().await.unwrap();
        exec!(tx, "UPDATE session SET state = 'open' WHERE id = $1", session).unwrap();
        tx.commit().await.unwrap();
        let what = (board::IncidentCategory::Late, "ten minutes late");
        let incident =
            board::write_incident(&app.app, author, session, Some(attempt), what).await.unwrap();
        let mut tx = app.app.db.begin().await.unwrap();
        exec!(tx, "UPDATE session SET state = 'closed' WHERE id = $1", session).unwrap();
        tx.commit().await.unwrap();
        let panel = jury.convened().await;
        let case = case_with(&panel, &json!("expert"), "submitted").clone();
        jury.vote(0, &case, validated()).await.expect(200);
        jury.vote(1, &case, validated()).await.expect(200);
        let seen = jury.see(2, &case).await;
        assert_eq!(seen["incident_list"][0]["note"], "ten minutes late");
        assert!(seen["timeline"].as_array().unwrap().iter().any(|e| e["by"] == "candidate"));

        let mut tx = app.app.db.read().await.unwrap();
        let stored = attempt::find(&mut tx, attempt).await.unwrap().unwrap();
        let text = seen.to_string();
        let mut foreign: Vec<String> = vec![
            attempt.to_string(), author.to_string(), session.to_string(),
            stored.enrolment.to_string(), incident.id.to_string(),
        ];
        for entry in journal::list_of_attempt(&mut tx, attempt).await.unwrap() {
            foreign.push(hex::encode(entry.hash));
            let body: Value = serde_json::from_str(&entry.body).unwrap();
            foreign.extend(body["digest"].as_str().map(str::to_owned));
        }
        for id in foreign {
            assert!(!text.contains(&id), "{id} is in {text}");
        }
        let own = [case["id"].as_str().unwrap(), panel["id"].as_str().unwrap()];
        for prefix in ["per_", "att_", "enr_", "ses_", "cen_", "inc_", "cas_", "pan_", "crt_"] {
            for rest in text.split(&format!("\"{prefix}")).skip(1) {
                let id = format!("{prefix}{}", rest.split('"').next().unwrap());
                assert!(own.contains(&id.as_str()), "{id}");
            }
        }
    }

    async fn the_journal_of_the_centre_does_not_tell_who_voted(app: TestApp) {
        let mut jury = Jury::of(&app).await;
        let panel = jury.convened().await;
        decide_all(&mut jury, &panel, [0, 1]).await;
        let entry = journal::Entry {
            session: jury.room.session,
            at: app.app.clock.now(),
            actor: journal::Actor::Person(jury.ids[2]),
            attempt: None,
            event: journal::Event::VoteCast { number: 1, votes: 1 },
        };
        let mut tx = app.app.db.begin().await.unwrap();
        journal::append(&mut tx, &entry).await.unwrap();
        tx.commit().await.unwrap();
        let told = board::journal(&app.app, jury.room.session, 0, 9_999).await.unwrap();
        let of_the_jury = [Kind::VoteCast, Kind::CaseDecided];
        let is_theirs = |entry: &Written| of_the_jury.iter().any(|kind| entry.kind.is(*kind));
        let told: Vec<_> = told.iter().filter(|(entry, _)| is_theirs(entry)).collect();
        assert_eq!(told.len(), 10);
        for (entry, name) in told {
            assert_eq!((entry.actor.as_str(), name.as_str()), ("jury", ""));
            for juror in &jury.ids {
                assert!(!entry.body.contains(&juror.to_string()), "{}", entry.body);
            }
            for case in panel["case_list"].as_array().unwrap() {
                assert!(!entry.body.contains(case["id"].as_str().unwrap()), "{}", entry.body);
            }
            assert!(!entry.body.contains("outcome"), "{}", entry.body);
        }
    }
}
