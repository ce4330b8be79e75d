//! A decision becomes exactly one certificate, and anyone may check it.

use jurat::{
    app::App,
    base::{AttemptId, CaseId, CentreId, EnrolmentId, PanelId, PersonId, SessionId},
    certificate::{self, Certificate, Reason, Status},
    db::Tx,
    document, exec,
    journal::{self, Actor},
    jury, scheme,
    verify::{self, Answer},
};

use crate::{
    both,
    support::{TestApp, morning},
};

/// A session whose panel has closed.
struct Judged {
    centre: CentreId,
    session: SessionId,
    panel: PanelId,
}

/// A closed session with one closed panel and a decided case for each name.
async fn decided(app: &TestApp, names: &[(&str, &str)]) -> SessionId {
    let mut tx = app.app.db.begin().await.unwrap();
    let judged = add_judged(&app.app, &mut tx).await;
    for (number, name) in (1_i32..).zip(names) {
        add_case(&app.app, &mut tx, &judged, number, *name).await;
    }
    tx.commit().await.unwrap();
    judged.session
}

async fn add_judged(app: &App, tx: &mut Tx) -> Judged {
    let now = morning();
    let judged = Judged {
        centre: app.chance.id(now),
        session: app.chance.id(now),
        panel: app.chance.id(now),
    };
    let person: PersonId = app.chance.id(now);
    let pix = scheme::find("pix-edu").unwrap();
    scheme::freeze(tx, pix, now).await.unwrap();
    exec!(
        tx,
        "INSERT INTO person (id, email, display_name, password_hash, created_at)
        VALUES ($1, 'p@jurat.example', 'P', 'x', $2)",
        person,
        now
    )
    .unwrap();
    exec!(
        tx,
        "INSERT INTO centre (id, name, kind, time_zone, external_id, created_at)
        VALUES ($1, 'Lycée Émilie-du-Châtelet', 'school', 'Europe/Paris', '', $2)",
        judged.centre,
        now
    )
    .unwrap();
    exec!(
        tx,
        "INSERT INTO session (centre_id, id, entry_code, scheme_id, scheme_version, place,
            room, starts_at, time_zone, state, comment, created_by, created_at)
        VALUES ($1, $2, 'K7Q2MX', $3, $4, 'Serris', 'B 204', $5, 'Europe/Paris', 'validated', '',
            $6, $5)",
        judged.centre,
        judged.session,
        &pix.id,
        &pix.version,
        now,
        person
    )
    .unwrap();
    exec!(
        tx,
        "INSERT INTO panel (id, session_id, created_at, closed_at) VALUES ($1, $2, $3, $3)",
        judged.panel,
        judged.session,
        now
    )
    .unwrap();
    judged
}

async fn add_case(app: &App, tx: &mut Tx, judged: &Judged, number: i32, name: (&str, &str)) {
    let (now, (given, family)) = (morning(), name);
    let (enrolment, attempt): (EnrolmentId, AttemptId) = (app.chance.id(now), app.chance.id(now));
    let case: CaseId = app.chance.id(now);
    exec!(
        tx,
        "INSERT INTO enrolment (id, centre_id, session_id, family_name, given_names,
            birth_date, name_key, email, external_id, extra_numerator, extra_denominator,
            created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $4, '', '', 0, 1, $7)",
        enrolment,
        judged.centre,
        judged.session,
        family,
        given,
        chrono::NaiveDate::from_ymd_opt(1988, 3, 14).unwrap(),
        now
    )
    .unwrap();
    exec!(
        tx,
        "INSERT INTO attempt (id, centre_id, session_id, enrolment_id, version, epoch,
            seed, state, ended, part, since, reason)
        VALUES ($1, $2, $3, $4, 1, 1, 7, 'sealed', 'submitted', 2, $5, '')",
        attempt,
        judged.centre,
        judged.session,
        enrolment,
        now
    )
    .unwrap();
    exec!(
        tx,
        "INSERT INTO jury_case (id, panel_id, attempt_id, number, score, proposed_level,
            outcome, level, reason, decided_at)
        VALUES ($1, $2, $3, $4, $5, 'avance', 'validated', 'avance', '', $6)",
        case,
        judged.panel,
        attempt,
        number,
        score(),
        now
    )
    .unwrap();
}

fn score() -> String {
    let part = |number: i32, framework: &str, coverage: f64| {
        let domains: Vec<_> = scheme::framework(framework)
            .unwrap()
            .domains
            .iter()
            .map(|domain| {
                let competences: Vec<_> = domain
                    .competences
                    .iter()
                    .map(|c| serde_json::json!({ "id": c.id, "title": c.title, "points": 4, "reachable": 5 }))
                    .collect();
                serde_json::json!({ "id": domain.id, "title": domain.title, "coverage": coverage,
                    "competences": competences })
            })
            .collect();
        serde_json::json!({ "part": number, "framework": framework, "coverage": coverage,
            "points": 64, "reachable": 80, "domains": domains })
    };
    let parts = [part(1, "crcn", 0.8), part(2, "crcn-edu", 0.75)];
    serde_json::json!({ "coverage": 0.775, "parts": parts }).to_string()
}

/// Waits until the server has issued all certificates of a session.
async fn issued(app: &TestApp, session: SessionId, count: usize) -> Vec<Certificate> {
    for _ in 0..300 {
        certificate::issue_pending(&app.app).await.unwrap();
        let list = certificate::list_of_session(&app.app, session).await.unwrap();
        if list.iter().filter(|c| c.status == Status::Valid).count() == count {
            return list;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the certificates were not issued");
}

both! {
    async fn each_decision_gets_exactly_one_certificate(app: TestApp) {
        let session = decided(&app, &[("Éléonore", "Lefèvre"), ("Zoë", "Ñuñez")]).await;
        let first = issued(&app, session, 2).await;
        let pdf = certificate::pdf(&app.app, first[0].id).await.unwrap();
        certificate::issue_pending(&app.app).await.unwrap();
        assert_eq!(certificate::list_of_session(&app.app, session).await.unwrap(), first);
        assert_eq!(certificate::pdf(&app.app, first[0].id).await.unwrap(), pdf);

        let keys = verify::keys(&app.app).await.unwrap();
        let claims = verify::document(&pdf, &keys).unwrap();
        assert_eq!(claims, first[0].facts.claims());
        let mut tx = app.app.db.read().await.unwrap();
        let entries = journal::list_after(&mut tx, session, 0, 100).await.unwrap();
        let told = entries.iter().filter(|entry| entry.kind == "certificate_issued").count();
        assert_eq!(told, 2);
        journal::verify(session, &entries).unwrap();
    }

    async fn what_was_interrupted_after_the_intent_is_finished_with_the_same_code(app: TestApp) {
        let session = decided(&app, &[("Éléonore", "Lefèvre")]).await;
        let mut tx = app.app.db.read().await.unwrap();
        let case = jury::list_certifiable(&mut tx, session).await.unwrap().remove(0);
        drop(tx);
        certificate::intend(&app.app, session, &case).await.unwrap();
        certificate::intend(&app.app, session, &case).await.unwrap();
        let intended = certificate::list_of_session(&app.app, session).await.unwrap().remove(0);
        let done = issued(&app, session, 1).await;
        assert_eq!((done.len(), &done[0].facts), (1, &intended.facts));
        assert!(!certificate::finish(&app.app, intended.id).await.unwrap());
    }

    async fn anyone_may_check_a_code_and_sees_a_revocation(app: TestApp) {
        let session = decided(&app, &[("Éléonore", "Lefèvre")]).await;
        let known = issued(&app, session, 1).await.remove(0);
        let code = known.facts.code.to_string();
        let page = app.anyone().get(&format!("/c/{code}?lang=fr")).await;
        let html = String::from_utf8(page.bytes.clone()).unwrap();
        assert_eq!(page.status, 200);
        for words in ["Certificat authentique", "Éléonore Lefèvre", "Avancé", "14 mars 1988"] {
            assert!(html.contains(words), "{words}: {html}");
        }
        assert!(!html.contains("<script") && !html.contains("style="), "{html}");

        let mut admin = app.admin().await;
        let path = format!("/api/v1/certificates/{}/revoke", known.id);
        let body = serde_json::json!({ "reason": "error" });
        let revoked = admin.post(&path, body.clone()).await.expect(200);
        assert_eq!(revoked["status"], "revoked");
        admin.post(&path, body).await.refused(409, "certificate_already_revoked");
        let mut anyone = app.anyone();
        let request = anyone
            .request(reqwest::Method::GET, &format!("/c/{}", code.to_lowercase()))
            .header("accept", "application/json");
        let told = anyone.answer(request).await.expect(200);
        assert_eq!((&told["status"], &told["status_reason"]), (&"revoked".into(), &"error".into()));
        let html = anyone.get(&format!("/c/{code}?lang=en")).await.bytes;
        assert!(String::from_utf8(html).unwrap().contains("Revoked certificate"));
    }

    async fn code_nobody_has_and_certificate_not_yet_issued_look_the_same(app: TestApp) {
        let mut anyone = app.anyone();
        let unknown = certificate::Code::of_bits(12_345).to_string();
        let page = anyone.get(&format!("/c/{unknown}?lang=en")).await;
        assert_eq!(page.status, 404);
        assert!(String::from_utf8(page.bytes).unwrap().contains("No certificate has this code"));
        let wrong = format!("{}{}", &unknown[..13], if unknown.ends_with('0') { '1' } else { '0' });
        let page = anyone.get(&format!("/c/{wrong}?lang=en")).await;
        assert!(String::from_utf8(page.bytes).unwrap().contains(&unknown), "did you mean");
        let answer = verify::certificate_by_code(&app.app, "nonsense").await.unwrap();
        assert!(matches!(answer, Answer::Misread(None)));
        for _ in 0..60 {
            anyone.get(&format!("/c/{unknown}")).await;
        }
        anyone.get(&format!("/c/{unknown}")).await.refused(429, "too_many_attempts");
    }

    async fn qr_text_is_checked_without_the_server(app: TestApp) {
        let session = decided(&app, &[("Éléonore", "Lefèvre")]).await;
        let known = issued(&app, session, 1).await.remove(0);
        let signer = &app.app.signer;
        let claims = known.facts.claims();
        let proof = certificate::proof::build(&claims, signer.key_id(), |b| signer.sign(b));
        let text = known.facts.qr_text(&proof);
        let set = app.anyone().get("/.well-known/jwks.json").await.expect(200).to_string();
        let keys = verify::read_key_set(&set).unwrap();
        assert_eq!(verify::text(&text, &keys), Ok(claims));
        let other = certificate::Code::of_bits(1).to_string();
        let moved = text.replace(&known.facts.code.to_string(), &other);
        assert_eq!(verify::text(&moved, &keys), Err(verify::NoProof::Altered));
        let drawn = certificate::template::Template::find("pix-edu").unwrap();
        let again = document::write_archived(&drawn.draw(&known.facts, &proof).unwrap()).unwrap();
        assert_eq!(again, certificate::pdf(&app.app, known.id).await.unwrap());
        let by = Actor::System;
        certificate::revoke(&app.app, by, known.id, Reason::Fraud).await.unwrap();
        assert!(verify::document(&again, &keys).is_ok(), "a revocation is told online only");
    }
}
