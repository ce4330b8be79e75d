//! Enrolling candidates, one by one or by a list; all of a list or nothing of it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Access, Error, Refusal, note, rules};
use crate::{
    app::App,
    base::{AttemptId, EnrolmentId, SessionId, Timestamp},
    db::{DbError, Tx},
    enrolment::{self, Candidate, CandidateList, Cell, Enrolment, PersonKey},
    journal::{self, Actor, Entry},
    session::{self, Session, rules::AttemptState},
};

/// A candidate of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolled {
    /// The place.
    pub enrolment: Enrolment,
    /// The run through the exam.
    pub attempt: AttemptId,
    /// Where it stands.
    pub state: AttemptState,
}

/// A candidate as a person typed it, a text for each of [`enrolment::Column::ALL`].
#[derive(Debug, Clone)]
pub struct Written(pub [String; 6]);

/// The candidates of a session, by name.
pub async fn list_enrolled(app: &App, access: &Access) -> Result<Vec<Enrolled>, Error> {
    let mut tx = app.db.read().await?;
    let attempts = session::list_attempts(&mut tx, access.session.id).await?;
    let mut by_place: BTreeMap<EnrolmentId, (AttemptId, AttemptState)> = attempts
        .into_iter()
        .map(|stored| (stored.enrolment, (stored.id, stored.attempt.state.name())))
        .collect();
    let places = enrolment::list_of_session(&mut tx, access.session.id).await?;
    let enrolled = places.into_iter().filter_map(|enrolment| {
        let (attempt, state) = by_place.remove(&enrolment.id)?;
        Some(Enrolled { enrolment, attempt, state })
    });
    Ok(enrolled.collect())
}

/// Enrols one candidate.
pub async fn enrol(app: &App, access: &Access, written: Written) -> Result<Enrolled, Error> {
    access.to_manage()?;
    let now = app.clock.now();
    let candidate = understand(written, now)?;
    let mut tx = app.db.begin().await?;
    let session = lock_to_enrol(&mut tx, access.session.id).await?;
    let (key, birth_date) = candidate.key();
    if enrolment::find_match(&mut tx, session.id, &key, birth_date).await?.is_some() {
        return Err(Refusal::Duplicate.into());
    }
    let added = add(app, &mut tx, &session, vec![candidate], now).await?;
    note(&mut tx, &session, access.person, "candidates_enrolled", json!({ "added": 1 }), now)
        .await?;
    tx.commit().await?;
    app.bell.ring(session.id);
    added.into_iter().next().ok_or(Error::NoEnrolment)
}

fn understand(written: Written, now: Timestamp) -> Result<Candidate, Refusal> {
    let cells = written.0.map(Cell::Text);
    enrolment::rules::candidate(&cells, now.date_naive()).map_err(Refusal::Candidate)
}

/// Corrects the details of a candidate, seen as `version`, until the exam begins.
pub async fn correct(
    app: &App,
    access: &Access,
    id: EnrolmentId,
    version: i64,
    written: Written,
) -> Result<Enrolled, Error> {
    access.to_manage()?;
    let now = app.clock.now();
    let candidate = understand(written, now)?;
    let mut tx = app.db.begin().await?;
    let session = session::lock(&mut tx, access.session.id).await?.ok_or(Error::NotFound)?;
    let was = find_place(&mut tx, &session, id).await?;
    let stored = session::find_attempt_of(&mut tx, id).await?.ok_or(Error::NoEnrolment)?;
    let state = stored.attempt.state.name();
    rules::may_correct(session.state, state)?;
    if was.version != version {
        return Err(Error::ChangedMeanwhile);
    }
    let (key, birth_date) = candidate.key();
    let same = enrolment::find_match(&mut tx, session.id, &key, birth_date).await?;
    if same.is_some_and(|other| other.id != id) {
        return Err(Refusal::Duplicate.into());
    }
    let corrected = candidate.enrolled(id, session.centre, session.id);
    let enrolment = Enrolment { version: version + 1, ..corrected };
    enrolment::put_enrolment(&mut tx, &enrolment).await?;
    let entry = Entry {
        session: session.id,
        at: now,
        actor: Actor::Person(access.person),
        kind: "enrolment_corrected",
        attempt: Some(stored.id),
        body: json!({ "enrolment": id, "version": enrolment.version }),
    };
    journal::append(&mut tx, &entry).await?;
    tx.commit().await?;
    app.bell.ring(session.id);
    Ok(Enrolled { enrolment, attempt: stored.id, state })
}

async fn find_place(tx: &mut Tx, session: &Session, id: EnrolmentId) -> Result<Enrolment, Error> {
    let found = enrolment::find_enrolment(tx, id).await?;
    found.filter(|place| place.session == session.id).ok_or(Error::NoEnrolment)
}

async fn lock_to_enrol(tx: &mut Tx, id: SessionId) -> Result<Session, Error> {
    let session = session::lock(tx, id).await?.ok_or(Error::NotFound)?;
    rules::may_enrol(session.state)?;
    Ok(session)
}

/// Gives each candidate a place and an attempt, in the caller's transaction.
async fn add(
    app: &App,
    tx: &mut Tx,
    session: &Session,
    candidates: Vec<Candidate>,
    now: Timestamp,
) -> Result<Vec<Enrolled>, DbError> {
    let places: Vec<Enrolment> = candidates
        .into_iter()
        .map(|candidate| candidate.enrolled(app.chance.id(now), session.centre, session.id))
        .collect();
    for place in &places {
        enrolment::add_enrolment(tx, place, now).await?;
    }
    let ids: Vec<EnrolmentId> = places.iter().map(|place| place.id).collect();
    let attempts = session::add_attempts(app, tx, session, &ids, now).await?;
    let state = AttemptState::Enrolled;
    let enrolled = places.into_iter().zip(attempts).map(|(enrolment, attempt)| Enrolled {
        enrolment,
        attempt,
        state,
    });
    Ok(enrolled.collect())
}

/// Reads a list without importing it. Returns its digest, by which the import is sure to be of
/// what was shown here.
pub async fn preview(
    app: &App,
    access: &Access,
    bytes: Vec<u8>,
) -> Result<(String, CandidateList), Error> {
    access.to_manage()?;
    let enrolled = keys(&mut app.db.read().await?, access.session.id).await?;
    let digest = digest(&bytes);
    Ok((digest, enrolment::read_list(app, bytes, enrolled).await?))
}

/// Imports a list that was previewed as `previewed`: all of it, or nothing when anything is wrong.
/// Returns how many were enrolled.
pub async fn import(
    app: &App,
    access: &Access,
    bytes: Vec<u8>,
    previewed: &str,
) -> Result<usize, Error> {
    access.to_manage()?;
    let now = app.clock.now();
    let digest = digest(&bytes);
    if digest != previewed {
        return Err(Refusal::ListChanged.into());
    }
    let enrolled = keys(&mut app.db.read().await?, access.session.id).await?;
    // Reading may take a while: it happens before the transaction, which looks again.
    let list = enrolment::read_list(app, bytes, enrolled.clone()).await?;
    if !list.errors.is_empty() {
        return Err(Error::List(list.errors));
    }
    let mut tx = app.db.begin().await?;
    let session = lock_to_enrol(&mut tx, access.session.id).await?;
    if keys(&mut tx, session.id).await? != enrolled {
        return Err(Refusal::ListChanged.into());
    }
    let candidates: Vec<_> = list.rows.into_iter().map(|row| row.candidate).collect();
    let added = add(app, &mut tx, &session, candidates, now).await?.len();
    let body = json!({ "added": added, "list_sha256": digest });
    note(&mut tx, &session, access.person, "candidates_enrolled", body, now).await?;
    tx.commit().await?;
    app.bell.ring(session.id);
    Ok(added)
}

async fn keys(tx: &mut Tx, session: SessionId) -> Result<BTreeSet<PersonKey>, DbError> {
    let places = enrolment::list_of_session(tx, session).await?;
    Ok(places.iter().map(Enrolment::key).collect())
}

fn digest(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Takes a place back before the session opens.
pub async fn remove(app: &App, access: &Access, id: EnrolmentId) -> Result<(), Error> {
    access.to_manage()?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let session = session::lock(&mut tx, access.session.id).await?.ok_or(Error::NotFound)?;
    rules::may_remove(session.state)?;
    find_place(&mut tx, &session, id).await?;
    session::remove_attempt_of(&mut tx, id).await?;
    enrolment::remove_enrolment(&mut tx, session.id, id).await?;
    let body = json!({ "enrolment": id });
    note(&mut tx, &session, access.person, "enrolment_removed", body, now).await?;
    tx.commit().await?;
    app.bell.ring(session.id);
    Ok(())
}
