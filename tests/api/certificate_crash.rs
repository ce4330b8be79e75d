//! The server is killed between every two steps of issuing: the next one finishes what was begun.

use std::time::Duration;

use jurat::{
    app::App,
    base::SessionId,
    certificate::{self, Certificate, Status, proof},
    document, journal,
};

use crate::{
    support::{
        Actor,
        judged::decided,
        process::{Data, Server, offline},
    },
    with_data,
};

/// The steps after which the server is killed, in their order.
const STEPS: [&str; 4] = ["intend", "lint", "sign", "store"];

async fn prepare(data: &Data) -> SessionId {
    let app = data.open().await;
    let session = decided(&app, &[("Éléonore", "Lefèvre"), ("Zoë", "Ñuñez")]).await;
    app.db.close().await;
    session
}

async fn all(data: &Data, session: SessionId) -> Vec<Certificate> {
    let app = data.open().await;
    let list = certificate::list_of_session(&app, session).await.unwrap();
    app.db.close().await;
    list
}

/// The bytes that follow from what was intended, whoever draws them.
fn drawn(app: &App, intended: &Certificate) -> Vec<u8> {
    let (facts, signer) = (&intended.facts, &app.signer);
    let proof = proof::build(&facts.claims(), signer.key_id(), |bytes| signer.sign(bytes));
    let drawing = certificate::draw(facts, &proof).unwrap();
    document::write_archived(&drawing).unwrap()
}

/// Waits until the public page of a certificate says that it is genuine.
async fn until_public(server: &Server, certificate: &Certificate) {
    let path = format!("/c/{}", certificate.facts.code);
    let mut anyone = Actor::new(&server.url);
    for _ in 0..50 {
        if anyone.get(&path).await.status == 200 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("the certificate was not issued");
}

/// Each certificate has the bytes that follow from its facts, and was told once.
async fn check(data: &Data, session: SessionId, intended: &[Certificate]) {
    let app = data.open().await;
    let issued = certificate::list_of_session(&app, session).await.unwrap();
    assert_eq!(issued.len(), intended.len());
    for (one, meant) in issued.iter().zip(intended) {
        assert_eq!((one.status, &one.facts), (Status::Valid, &meant.facts));
        assert_eq!(certificate::pdf(&app, one.id).await.unwrap(), drawn(&app, meant));
    }
    let mut tx = app.db.read().await.unwrap();
    let told = journal::list_after(&mut tx, session, 0, 100).await.unwrap();
    assert_eq!(journal::verify(session, &told), Ok(()));
    for one in &issued {
        let of_this = |entry: &&journal::Written| {
            entry.kind.is(journal::Kind::CertificateIssued) && entry.attempt_id == Some(one.attempt)
        };
        assert_eq!(told.iter().filter(of_this).count(), 1);
    }
}

with_data! {
    fn certificate_whose_issuing_is_killed_after_each_step_is_issued_once_as_intended(data: Data) {
        let session = offline(prepare(&data));
        let mut seen: Vec<Certificate> = Vec::new();
        for step in STEPS {
            let server = data.serve_with(&[("JURAT_HALT_AFTER", step)]);
            server.says(&format!("standing still after {step}"));
            server.kill();
            let found = offline(all(&data, session));
            let stored = step == "store";
            assert_eq!(found[0].status == Status::Valid, stored, "killed after {step}");
            for (before, after) in seen.iter().zip(&found) {
                assert_eq!(before.facts, after.facts, "killed after {step}");
            }
            seen = found;
        }
        let server = data.serve();
        offline(until_public(&server, &seen[1]));
        server.kill();
        offline(check(&data, session, &seen));
    }
}
