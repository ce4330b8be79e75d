//! A whole certification day through the API, from the centre to the employer.

use jurat::{attempt, base::AttemptId, item};
use serde_json::{Value, json};

use crate::{
    both,
    support::{
        Actor, TestApp,
        day::{Day, Seat},
        text_of,
    },
};

/// Answers the whole part, right up to this difficulty, and hands in.
async fn sit(app: &TestApp, seat: &mut Seat, part: i32, masters: i32) {
    let id: AttemptId = seat.attempt.parse().unwrap();
    let found = attempt::find(&mut app.app.db.read().await.unwrap(), id).await.unwrap();
    let seed = found.unwrap().seed;
    for shown in seat.start(part).await {
        let id = shown["id"].as_str().unwrap();
        let item = item::bank().items().iter().rfind(|item| item.id == id).unwrap();
        if item.difficulty <= masters {
            seat.answer(part, &shown, item::right_answer(item, seed)).await;
        }
    }
    seat.finish(part).await;
    app.later(8);
}

/// Opens the session, seats the candidates, lets them sit both parts, closes. Eve never comes.
async fn exam(app: &TestApp, day: &mut Day) {
    for name in ["ada", "grace", "eve"] {
        day.enrol(name).await;
    }
    day.open().await;
    let mut ada = day.enter(app, "ada").await;
    let mut grace = day.enter(app, "grace").await;
    day.admit(&[&ada, &grace]).await;
    for part in [1, 2] {
        sit(app, &mut ada, part, 4).await;
        sit(app, &mut grace, part, 1).await;
    }
    let path = day.at("/close");
    day.invigilator.post(&path, json!({ "comment": "calm" })).await.expect(200);
    let pdf = day.invigilator.get(&day.at("/minutes.pdf")).await;
    pdf.expect_pdf();
}

/// Votes as proposed, or refuses.
async fn vote(juror: &mut Actor, case: &Value) {
    let path = format!("/api/v1/cases/{}/vote", case["id"].as_str().unwrap());
    let body = if case["proposed_level"].is_null() {
        json!({ "outcome": "refused", "level": null, "reason": "below every threshold" })
    } else {
        json!({ "outcome": "validated", "level": case["proposed_level"], "reason": "" })
    };
    juror.put(&path, body).await.expect(200);
}

/// The jury decides every case and closes; where its panel is in the API, and its president.
async fn deliberate(app: &TestApp, day: &mut Day) -> (String, Actor) {
    let mut jurors = app.jurors(&mut day.admin).await;
    let ids: Vec<String> = jurors.iter().map(|(_, id)| id.clone()).collect();
    let body = json!({ "president": ids[0], "jurors": [ids[1], ids[2]] });
    let path = day.at("/panel");
    let panel = day.admin.post(&path, body).await.expect(200);
    let path = format!("/api/v1/panels/{}", panel["id"].as_str().unwrap());
    for (juror, _) in &mut jurors[..2] {
        let seen = juror.get(&path).await.expect(200);
        let cases = seen["case_list"].as_array().unwrap().clone();
        assert_eq!(cases.len(), 2, "who never came is no case: {seen}");
        assert!(!seen.to_string().contains("ovelace"), "cases have no names");
        for case in cases {
            vote(juror, &case).await;
        }
    }
    jurors[0].0.post(&format!("{path}/close"), json!({})).await.expect(200);
    let mut president = jurors.remove(0).0;
    president.get(&format!("{path}/minutes.pdf")).await.expect_pdf();
    (path, president)
}

/// The certificates of the session once all due are issued.
async fn certificates(day: &mut Day) -> Vec<Value> {
    for _ in 0..200 {
        let path = day.at("/certificates");
        let found = day.manager.get(&path).await.expect(200);
        let found = found.as_array().unwrap().clone();
        if found.iter().any(|certificate| certificate["status"] == "valid") {
            return found;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("no certificate was issued");
}

both! {
    async fn a_day_ends_with_a_certificate_that_anyone_can_check(app: TestApp) {
        let mut day = app.day().await;
        exam(&app, &mut day).await;
        deliberate(&app, &mut day).await;
        let issued = certificates(&mut day).await;
        assert_eq!(issued.len(), 1, "grace reached no level, eve never came");
        assert_eq!(issued[0]["level"]["id"], "expert");
        let id = issued[0]["id"].as_str().unwrap();
        let pdf = format!("/api/v1/certificates/{id}/certificate.pdf");
        day.manager.get(&pdf).await.expect_pdf();

        let public = format!("/c/{}", issued[0]["code"].as_str().unwrap());
        let mut employer = app.anyone();
        let page = employer.get(&public).await;
        let page = String::from_utf8(page.bytes).unwrap();
        assert!(page.contains("Lovelace ada") || page.contains("LOVELACE ADA"), "{page}");
        let mut ada = day.enter(&app, "ada").await;
        let result = ada.browser.get("/api/v1/attempt").await.expect(200)["result"].clone();
        assert_eq!(result["certificate_code"], issued[0]["code"]);
        ada.browser.get("/api/v1/attempt/certificate.pdf").await.expect_pdf();

        let path = format!("/api/v1/certificates/{id}/revoke");
        day.manager.post(&path, json!({ "reason": "error" })).await.refused(403, "forbidden");
        day.admin.post(&path, json!({ "reason": "error" })).await.expect(200);
        let request = employer.request(reqwest::Method::GET, &public);
        let told = employer.answer(request.header("accept", "application/json")).await.expect(200);
        assert_eq!(told["status"], "revoked");
    }

    async fn a_session_in_english_gives_english_papers_and_an_english_certificate(app: TestApp) {
        let mut day = app.day().await;
        day.speak("en").await;
        exam(&app, &mut day).await;
        let (panel, mut president) = deliberate(&app, &mut day).await;
        let id = certificates(&mut day).await[0]["id"].as_str().unwrap().to_owned();
        let certificate = format!("/api/v1/certificates/{id}/certificate.pdf");
        let sheet = day.at("/attendance.pdf");
        let papers = [
            (sheet.clone(), "Attendance sheet"),
            (format!("{sheet}?lang=fr"), "Feuille d’émargement"),
            (day.at("/kit.pdf"), "Invigilator’s kit"),
            (day.at("/minutes.pdf"), "Minutes of the session"),
            (day.at("/minutes.pdf?lang=fr"), "Procès-verbal de session"),
            (certificate, "Verification code"),
        ];
        for (path, words) in papers {
            let text = text_of(&day.manager.get(&path).await.bytes);
            assert!(text.contains(words), "{words}: {text}");
        }
        let text = text_of(&president.get(&format!("{panel}/minutes.pdf")).await.bytes);
        assert!(text.contains("Minutes of the jury"), "{text}");
    }

    async fn a_juror_sees_no_other_vote_before_the_decision(app: TestApp) {
        let mut day = app.day().await;
        exam(&app, &mut day).await;
        let mut jurors = app.jurors(&mut day.admin).await;
        let ids: Vec<String> = jurors.iter().map(|(_, id)| id.clone()).collect();
        let body = json!({ "president": ids[0], "jurors": [ids[1], ids[2]] });
        let path = day.at("/panel");
        let panel = day.admin.post(&path, body).await.expect(200);
        let path = format!("/api/v1/panels/{}", panel["id"].as_str().unwrap());
        let case = jurors[0].0.get(&path).await.expect(200)["case_list"][0].clone();
        let at = format!("/api/v1/cases/{}", case["id"].as_str().unwrap());
        vote(&mut jurors[0].0, &case).await;
        let seen = jurors[1].0.get(&at).await.expect(200);
        assert_eq!((&seen["votes"], &seen["my_vote"]), (&json!(1), &json!(null)));
        assert_eq!(seen["time_zone"], "Europe/Paris");
        assert_eq!(seen["all_votes"], json!([]));
        vote(&mut jurors[1].0, &case).await;
        let seen = jurors[2].0.get(&at).await.expect(200);
        assert_eq!(seen["all_votes"].as_array().unwrap().len(), 2);
        let body = json!({ "outcome": "refused", "level": null, "reason": "late" });
        jurors[2].0.put(&format!("{at}/vote"), body).await.refused(409, "already_decided");
        jurors[1].0.post(&format!("{path}/close"), json!({})).await.refused(403, "forbidden");
        let open = jurors[0].0.post(&format!("{path}/close"), json!({})).await;
        open.refused(409, "panel_has_open_cases");
        day.manager.get(&at).await.refused(404, "no_such_case");
    }
}
