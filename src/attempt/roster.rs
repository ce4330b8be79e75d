//! The candidates of a session with their attempts: whoever gets a place has an attempt from then on.

use std::collections::BTreeMap;

use super::{rules::AttemptState, staff::add_attempts, store};
use crate::{
    app::App,
    base::{AttemptId, EnrolmentId, Timestamp},
    db::{DbError, Tx},
    enrolment::{self, Candidate, Enrolment},
    journal::{self, Actor, Entry, Event},
    session::{
        self, Access, Error, Session,
        enrol::{self as places, Written},
        note,
    },
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

/// The candidates of a session, by name.
pub async fn list_enrolled(app: &App, access: &Access) -> Result<Vec<Enrolled>, Error> {
    let mut tx = app.db.read().await?;
    let attempts = store::list_attempts(&mut tx, access.session().id).await?;
    let mut by_place: BTreeMap<EnrolmentId, (AttemptId, AttemptState)> = attempts
        .into_iter()
        .map(|stored| (stored.enrolment, (stored.id, stored.attempt.state.name())))
        .collect();
    let places = enrolment::list_of_session(&mut tx, access.session().id).await?;
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
    let candidate = places::understand(written, now)?;
    let mut tx = app.db.begin().await?;
    let session = places::lock_to_enrol(&mut tx, access.session().id).await?;
    places::check_single(&mut tx, session.id, &candidate, None).await?;
    let added = add(app, &mut tx, &session, vec![candidate], now).await?;
    let event = Event::CandidatesEnrolled { added: 1, list_sha256: None };
    note(&mut tx, &session, access.person(), event, now).await?;
    tx.commit().await?;
    app.bell.ring(session.id);
    added.into_iter().next().ok_or(Error::NoEnrolment)
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
    let candidate = places::understand(written, now)?;
    let mut tx = app.db.begin().await?;
    let session = session::lock(&mut tx, access.session().id).await?.ok_or(Error::NotFound)?;
    let was = places::find_place(&mut tx, &session, id).await?;
    let stored = store::find_attempt_of(&mut tx, id).await?.ok_or(Error::NoEnrolment)?;
    let state = stored.attempt.state.name();
    session::rules::may_correct(session.state, state.has_begun())?;
    if was.version != version {
        return Err(Error::ChangedMeanwhile);
    }
    places::check_single(&mut tx, session.id, &candidate, Some(id)).await?;
    let corrected = candidate.enrolled(id, session.centre, session.id);
    let enrolment = Enrolment { version: version + 1, ..corrected };
    enrolment::put_enrolment(&mut tx, &enrolment).await?;
    let entry = Entry {
        session: session.id,
        at: now,
        actor: Actor::Person(access.person()),
        attempt: Some(stored.id),
        event: Event::EnrolmentCorrected { enrolment: id, version: enrolment.version },
    };
    journal::append(&mut tx, &entry).await?;
    tx.commit().await?;
    app.bell.ring(session.id);
    Ok(Enrolled { enrolment, attempt: stored.id, state })
}

/// Gives each candidate a place and an attempt, in the caller's transaction.
async fn add(
    app: &App,
    tx: &mut Tx,
    session: &Session,
    candidates: Vec<Candidate>,
    now: Timestamp,
) -> Result<Vec<Enrolled>, DbError> {
    let places = places::add_places(app, tx, session, candidates, now).await?;
    let ids: Vec<EnrolmentId> = places.iter().map(|place| place.id).collect();
    let attempts = add_attempts(app, tx, session, &ids, now).await?;
    let state = AttemptState::Enrolled;
    let enrolled = places.into_iter().zip(attempts).map(|(enrolment, attempt)| Enrolled {
        enrolment,
        attempt,
        state,
    });
    Ok(enrolled.collect())
}

/// Imports a list that was previewed as `previewed`: all of it, or nothing when anything is wrong.
/// Returns how many were enrolled.
pub async fn import(
    app: &App,
    access: &Access,
    bytes: Vec<u8>,
    previewed: &str,
) -> Result<usize, Error> {
    let now = app.clock.now();
    let mut list = places::check_list(app, access, bytes, previewed).await?;
    let mut tx = app.db.begin().await?;
    let session = list.lock(&mut tx, access.session().id).await?;
    let candidates = std::mem::take(&mut list.candidates);
    let added = add(app, &mut tx, &session, candidates, now).await?.len();
    let event = Event::CandidatesEnrolled { added, list_sha256: Some(list.digest) };
    note(&mut tx, &session, access.person(), event, now).await?;
    tx.commit().await?;
    app.bell.ring(session.id);
    Ok(added)
}

/// Takes a place back before the session opens.
pub async fn remove(app: &App, access: &Access, id: EnrolmentId) -> Result<(), Error> {
    access.to_manage()?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let session = session::lock(&mut tx, access.session().id).await?.ok_or(Error::NotFound)?;
    session::rules::may_remove(session.state)?;
    places::find_place(&mut tx, &session, id).await?;
    store::remove_attempt_of(&mut tx, id).await?;
    enrolment::remove_enrolment(&mut tx, session.id, id).await?;
    let event = Event::EnrolmentRemoved { enrolment: id };
    note(&mut tx, &session, access.person(), event, now).await?;
    tx.commit().await?;
    app.bell.ring(session.id);
    Ok(())
}
