//! Issuing, in an order that no interruption can spoil:
//!
//! 1. [`intend`]: what will be said is stored, with code and instant;
//! 2. lint: the whole document is drawn and verified with a key that is thrown away;
//! 3. sign and draw again: the same facts give the same bytes, however often;
//! 4. store what was signed and the journal entry in one transaction;
//! 5. tell: ring.
//!
//! Whatever was interrupted is finished by the next [`issue_pending`]. [`halt`] is where a test kills
//! the program between two of them.

use std::{sync::Arc, time::Duration};

use chrono_tz::Tz;

use super::{
    Certificate, Error,
    code::Code,
    drawn::{draw, meaning},
    facts::Facts,
    find::find,
    halt,
    proof::{self, Key},
    rules::{self, Grounds, Status},
    store::{self, Intent},
};
use crate::{
    app::{App, Signer},
    attempt,
    base::{CertificateId, SessionId, Timestamp},
    centre, db, document, enrolment,
    journal::{self, Actor, Entry, Event},
    jury::{self, Certifiable},
    lasting, scheme, session,
};

/// Between two looks for closed panels.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// A panel that closed this long before the last look is looked at again: clocks differ.
const LOOK_BACK_S: i64 = 120;

/// What a look found.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Issued {
    /// Certificates issued.
    pub issued: usize,
    /// Certificates that could not be issued; the causes are logged, they are tried again.
    pub failed: usize,
}

/// Issues for as long as the program runs.
pub async fn work(app: App) {
    let mut since = None;
    loop {
        let look = app.clock.now();
        match issue_since(&app, since).await {
            Ok(done) if done.failed == 0 => {
                since = Some(look - chrono::Duration::seconds(LOOK_BACK_S));
            }
            Ok(_) => app.clock.moved_or(Duration::from_secs(30)).await,
            Err(cause) => lasting::error("cannot look for certificates to issue", &cause),
        }
        app.clock.moved_or(LOOK_EVERY).await;
    }
}

/// Issues every certificate that is due.
pub async fn issue_pending(app: &App) -> Result<Issued, Error> {
    issue_since(app, None).await
}

async fn issue_since(app: &App, since: Option<Timestamp>) -> Result<Issued, Error> {
    let mut done = Issued::default();
    let mut tx = app.db.read().await?;
    let since = since.unwrap_or_default();
    let sessions = jury::list_sessions_closed_since(&mut tx, since).await?;
    drop(tx);
    for session in sessions {
        done.failed += intend_session(app, session).await?;
    }
    let mut tx = app.db.read().await?;
    let intended = store::list_intended(&mut tx).await?;
    drop(tx);
    for id in intended {
        match finish(app, id).await {
            Ok(true) => done.issued += 1,
            Ok(false) => {}
            Err(Error::Db(cause)) => return Err(Error::Db(cause)),
            Err(cause) => {
                tracing::error!(%cause, %id, "a certificate cannot be issued");
                done.failed += 1;
            }
        }
    }
    Ok(done)
}

/// Intends the certificates a session lacks. Returns how many could not be.
async fn intend_session(app: &App, session: SessionId) -> Result<usize, Error> {
    let mut tx = app.db.read().await?;
    let there = store::list_of_session(&mut tx, session).await?;
    let mut due = jury::list_certifiable(&mut tx, session).await?;
    drop(tx);
    due.retain(|case| there.iter().all(|row| row.case_id != case.id));
    let mut failed = 0;
    for case in due {
        match intend(app, session, &case).await {
            Ok(()) => halt::after("intend").await,
            Err(Error::Db(cause)) => return Err(Error::Db(cause)),
            Err(cause) => {
                tracing::error!(%cause, case = %case.id, "a certificate cannot be intended");
                failed += 1;
            }
        }
    }
    Ok(failed)
}

/// Stores what the certificate of a decision will say. Does nothing when that is done already.
pub async fn intend(app: &App, session: SessionId, case: &Certifiable) -> Result<(), Error> {
    let now = app.clock.now();
    let id = app.chance.id(now);
    let intent = Intent { id, case: case.id, attempt: case.attempt_id, session };
    let own = Key::from(&*app.signer);
    loop {
        let code = Code::draw(&app.chance);
        let mut tx = app.db.begin().await?;
        let facts = gather(&mut tx, app, &intent, case, code, now).await?;
        let text = serde_json::to_string(&facts).expect("facts are JSON");
        store::add_key(&mut tx, own, now).await?;
        match store::add_intent(&mut tx, &intent, code, &text, own.id, now).await {
            Ok(_) => return Ok(tx.commit().await?),
            Err(taken) if db::is_duplicate(&taken) => {}
            Err(failed) => return Err(failed.into()),
        }
    }
}

async fn gather(
    tx: &mut db::Tx,
    app: &App,
    intent: &Intent,
    case: &Certifiable,
    code: Code,
    now: Timestamp,
) -> Result<Facts, Error> {
    let broken = |what: &str| Error::Broken(intent.id, format!("no {what} of {}", case.id));
    let session = session::find(tx, intent.session).await?.ok_or_else(|| broken("session"))?;
    let attempt = attempt::find(tx, intent.attempt).await?.ok_or_else(|| broken("attempt"))?;
    let person = enrolment::find_enrolment(tx, attempt.enrolment)
        .await?
        .ok_or_else(|| broken("enrolment"))?;
    let centre = centre::find_centre(tx, session.centre).await?.ok_or_else(|| broken("centre"))?;
    let scheme = scheme::frozen(tx, &session.scheme_id, &session.scheme_version)
        .await?
        .ok_or_else(|| broken("scheme"))?;
    let score = serde_json::from_str(&case.score)
        .map_err(|cause| Error::Broken(intent.id, cause.to_string()))?;
    let grounds = Grounds {
        meaning: meaning(&scheme.certificate_template, &case.level)?,
        language: session.language,
        scheme: &scheme,
        score: &score,
        level: &case.level,
        family_name: &person.family_name,
        given_names: &person.given_names,
        birth_date: person.birth_date,
        centre_name: &centre.name,
        zone: session.time_zone.parse().unwrap_or(Tz::UTC),
        starts_at: session.starts_at,
    };
    Ok(rules::facts(&grounds, code, &app.config.public_url, now))
}

/// Lints, signs, stores and tells what was intended. Returns whether this call did it.
pub async fn finish(app: &App, id: CertificateId) -> Result<bool, Error> {
    let certificate = find(app, id).await?;
    if certificate.status != Status::Intended {
        return Ok(false);
    }
    let lint = Arc::new(Signer::throw_away(&app.chance));
    make(app, id, certificate.facts.clone(), lint).await?;
    halt::after("lint").await;
    let (proof, pdf) = make(app, id, certificate.facts.clone(), app.signer.clone()).await?;
    halt::after("sign").await;
    keep(app, &certificate, &proof, &pdf).await
}

/// Signs and draws, and makes sure that what was signed is what was meant.
async fn make(
    app: &App,
    id: CertificateId,
    facts: Facts,
    signer: Arc<Signer>,
) -> Result<(Vec<u8>, Vec<u8>), Error> {
    let work = move || {
        let claims = facts.claims();
        let proof = proof::build(&claims, signer.key_id(), |bytes| signer.sign(bytes));
        let said = proof::verify(&proof, &[Key::from(&*signer)]);
        if said.as_ref() != Ok(&claims) {
            return Err(Error::Broken(id, "what was signed does not verify".to_owned()));
        }
        let pdf = document::write_archived(&draw(&facts, &proof)?)?;
        Ok((proof, pdf))
    };
    // what panics spoils this certificate and not the task that issues
    let theirs = app.workshop.clone();
    let drawn = tokio::spawn(async move { theirs.run(work).await }).await;
    drawn.map_err(|panic| Error::Broken(id, panic.to_string()))?
}

async fn keep(
    app: &App,
    certificate: &Certificate,
    proof: &[u8],
    pdf: &[u8],
) -> Result<bool, Error> {
    let now = app.clock.now();
    let own = Key::from(&*app.signer);
    let mut tx = app.db.begin().await?;
    store::add_key(&mut tx, own, now).await?;
    if !store::put_signed(&mut tx, certificate.id, own.id, proof, pdf, now).await? {
        return Ok(false);
    }
    let entry = Entry {
        session: certificate.session,
        at: now,
        actor: Actor::System,
        attempt: Some(certificate.attempt),
        event: Event::CertificateIssued {
            code: certificate.facts.code.to_string(),
            level: certificate.facts.level.clone(),
        },
    };
    journal::append(&mut tx, &entry).await?;
    tx.commit().await?;
    halt::after("store").await;
    app.bell.ring(certificate.session);
    Ok(true)
}
