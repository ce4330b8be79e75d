//! A decision becomes exactly one certificate, and anyone may check it.

use jurat::{
    base::SessionId,
    certificate::{self, Certificate, Reason, Status},
    document,
    journal::{self, Actor},
    jury, verify,
};

use crate::{
    both,
    support::{Answer, TestApp, judged::decided},
};

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

/// The public check as a program asks for it.
async fn json_of(app: &TestApp, code: &str) -> Answer {
    let mut anyone = app.anyone();
    let request = anyone.request(reqwest::Method::GET, &format!("/c/{code}"));
    anyone.answer(request.header("accept", "application/json")).await
}

/// A code with another last character.
fn mistyped(code: &str) -> String {
    format!("{}{}", &code[..13], if code.ends_with('0') { '1' } else { '0' })
}

both! {
    async fn each_decision_gets_exactly_one_certificate(app: TestApp) {
        let session = decided(&app.app, &[("Éléonore", "Lefèvre"), ("Zoë", "Ñuñez")]).await;
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
        let issued = |entry: &&journal::Written| entry.kind.is(journal::Kind::CertificateIssued);
        let told = entries.iter().filter(issued).count();
        assert_eq!(told, 2);
        journal::verify(session, &entries).unwrap();
    }

    async fn what_was_interrupted_after_the_intent_is_finished_with_the_same_code(app: TestApp) {
        let session = decided(&app.app, &[("Éléonore", "Lefèvre")]).await;
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
        let session = decided(&app.app, &[("Éléonore", "Lefèvre")]).await;
        let known = issued(&app, session, 1).await.remove(0);
        let code = known.facts.code.to_string();
        let page = app.anyone().get(&format!("/c/{code}?lang=fr")).await;
        let html = String::from_utf8(page.bytes.clone()).unwrap();
        assert_eq!(page.status, 200);
        for words in ["Certificat authentique", "Éléonore Lefèvre", "Avancé", "14 mars 1988"] {
            assert!(html.contains(words), "{words}: {html}");
        }
        assert!(!html.contains("<script") && !html.contains("style="), "{html}");

        app.later(15 * 60 * 60 + 30 * 60);
        let mut admin = app.admin().await;
        let path = format!("/api/v1/certificates/{}/revoke", known.id);
        let body = serde_json::json!({ "reason": "error" });
        let revoked = admin.post(&path, body.clone()).await.expect(200);
        assert_eq!(revoked["status"], "revoked");
        admin.post(&path, body).await.refused(409, "certificate_already_revoked");
        let mut anyone = app.anyone();
        let told = json_of(&app, &code.to_lowercase()).await.expect(200);
        assert_eq!((&told["status"], &told["status_reason"]), (&"revoked".into(), &"error".into()));
        let html = anyone.get(&format!("/c/{code}?lang=en")).await.bytes;
        let html = String::from_utf8(html).unwrap();
        assert!(html.contains("Revoked certificate"));
        assert!(html.contains("2 March 2027"), "half past midnight in Paris: {html}");
    }

    async fn code_nobody_has_and_certificate_not_yet_issued_look_the_same(app: TestApp) {
        let mut anyone = app.anyone();
        let unknown = certificate::Code::of_bits(12_345).to_string();
        let page = anyone.get(&format!("/c/{unknown}?lang=en")).await;
        assert_eq!(page.status, 404);
        assert!(String::from_utf8(page.bytes).unwrap().contains("No certificate has this code"));
        let page = anyone.get(&format!("/c/{}?lang=en", mistyped(&unknown))).await;
        assert!(String::from_utf8(page.bytes).unwrap().contains(&unknown), "did you mean");
        let answer = verify::certificate_by_code(&app.app, "nonsense").await.unwrap();
        assert!(matches!(answer, verify::Answer::Misread(None)));
        for _ in 0..60 {
            anyone.get(&format!("/c/{unknown}")).await;
        }
        json_of(&app, &unknown).await.refused(429, "too_many_attempts");
        let page = anyone.get(&format!("/c/{unknown}?lang=en")).await;
        assert_eq!(page.status, 429);
        let html = String::from_utf8(page.bytes).unwrap();
        assert!(html.contains("That says nothing about the certificate."));
    }

    async fn mistyped_code_is_told_apart_and_mended_without_telling_what_exists(app: TestApp) {
        let session = decided(&app.app, &[("Éléonore", "Lefèvre")]).await;
        let known = issued(&app, session, 1).await.remove(0).facts.code.to_string();
        let nobodys = certificate::Code::of_bits(12_345).to_string();
        for meant in [&known, &nobodys] {
            let problem = json_of(&app, &mistyped(meant)).await.refused(404, "mistyped_code");
            assert_eq!(problem["meant"], **meant);
        }
        let problem = json_of(&app, "ABCD").await.refused(404, "mistyped_code");
        assert_eq!(problem["meant"], serde_json::Value::Null);
        json_of(&app, &nobodys).await.refused(404, "no_such_certificate");
    }

    async fn qr_text_is_checked_without_the_server(app: TestApp) {
        let session = decided(&app.app, &[("Éléonore", "Lefèvre")]).await;
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
        assert!(matches!(verify::text(&moved, &keys), Err(verify::NoProof::Altered(_))));
        let drawing = certificate::draw(&known.facts, &proof).unwrap();
        let again = document::write_archived(&drawing).unwrap();
        assert_eq!(again, certificate::pdf(&app.app, known.id).await.unwrap());
        let by = Actor::System;
        certificate::revoke(&app.app, by, known.id, Reason::Fraud).await.unwrap();
        assert!(verify::document(&again, &keys).is_ok(), "a revocation is told online only");
    }
}
