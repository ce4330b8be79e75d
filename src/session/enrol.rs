//! Who gets a place in a session, one by one or by a list; all of a list or nothing of it. Whoever has a
//! place has an attempt from then on, so places are given where attempts are begun: within the
//! transaction of `attempt::enrol` and its like.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::{
    Error, Session,
    access::Access,
    rules::{self, Refusal},
    store,
};
use crate::{
    app::App,
    base::{EnrolmentId, SessionId, Timestamp},
    db::{DbError, Tx},
    enrolment::{self, Candidate, CandidateList, Cell, Enrolment, PersonKey},
};

/// A candidate as a person typed it, a text for each of [`enrolment::Column::ALL`].
#[derive(Debug, Clone)]
pub struct Written(pub [String; 6]);

/// A list that was read and has no errors, before it is imported.
#[derive(Debug)]
pub struct Checked {
    /// Its candidates.
    pub candidates: Vec<Candidate>,
    /// Its digest.
    pub digest: String,
    /// Who had a place when it was read.
    enrolled: BTreeSet<PersonKey>,
}

/// The candidate that a person typed.
pub fn understand(written: Written, now: Timestamp) -> Result<Candidate, Refusal> {
    let cells = written.0.map(Cell::Text);
    enrolment::rules::candidate(&cells, now.date_naive()).map_err(Refusal::Candidate)
}

/// Refuses a candidate who has a place already, but for the place `own`.
pub async fn check_single(
    tx: &mut Tx,
    session: SessionId,
    candidate: &Candidate,
    own: Option<EnrolmentId>,
) -> Result<(), Error> {
    let (key, birth_date) = candidate.key();
    let same = enrolment::find_match(tx, session, &key, birth_date).await?;
    match same.filter(|other| Some(other.id) != own) {
        Some(_) => Err(Refusal::Duplicate.into()),
        None => Ok(()),
    }
}

/// A place in this session.
pub async fn find_place(
    tx: &mut Tx,
    session: &Session,
    id: EnrolmentId,
) -> Result<Enrolment, Error> {
    let found = enrolment::find_enrolment(tx, id).await?;
    found.filter(|place| place.session == session.id).ok_or(Error::NoEnrolment)
}

/// The session, held until the commit, when somebody may be enrolled in it.
pub async fn lock_to_enrol(tx: &mut Tx, id: SessionId) -> Result<Session, Error> {
    let session = store::lock(tx, id).await?.ok_or(Error::NotFound)?;
    rules::may_enrol(session.state)?;
    Ok(session)
}

/// Gives each candidate a place, in the caller's transaction.
pub async fn add_places(
    app: &App,
    tx: &mut Tx,
    session: &Session,
    candidates: Vec<Candidate>,
    now: Timestamp,
) -> Result<Vec<Enrolment>, DbError> {
    let places: Vec<Enrolment> = candidates
        .into_iter()
        .map(|candidate| candidate.enrolled(app.chance.id(now), session.centre, session.id))
        .collect();
    for place in &places {
        enrolment::add_enrolment(tx, place, now).await?;
    }
    Ok(places)
}

/// Reads a list without importing it. Returns its digest, by which the import is sure to be of
/// what was shown here.
pub async fn preview(
    app: &App,
    access: &Access,
    bytes: Vec<u8>,
) -> Result<(String, CandidateList), Error> {
    access.to_manage()?;
    let enrolled = keys(&mut app.db.read().await?, access.session().id).await?;
    let digest = digest(&bytes);
    Ok((digest, enrolment::read_list(app, bytes, enrolled).await?))
}

/// Reads a list that was previewed as `previewed`. It may take a while, so it comes before the
/// transaction, which [locks](Checked::lock) what was read against.
pub async fn check_list(
    app: &App,
    access: &Access,
    bytes: Vec<u8>,
    previewed: &str,
) -> Result<Checked, Error> {
    access.to_manage()?;
    let digest = digest(&bytes);
    if digest != previewed {
        return Err(Refusal::ListChanged.into());
    }
    let enrolled = keys(&mut app.db.read().await?, access.session().id).await?;
    let list = enrolment::read_list(app, bytes, enrolled.clone()).await?;
    if !list.errors.is_empty() {
        return Err(Error::List(list.errors));
    }
    let candidates = list.rows.into_iter().map(|row| row.candidate).collect();
    Ok(Checked { candidates, digest, enrolled })
}

impl Checked {
    /// The session, held until the commit, when it is the one that the list was read for.
    pub async fn lock(&self, tx: &mut Tx, session: SessionId) -> Result<Session, Error> {
        let session = lock_to_enrol(tx, session).await?;
        if keys(tx, session.id).await? != self.enrolled {
            return Err(Refusal::ListChanged.into());
        }
        Ok(session)
    }
}

async fn keys(tx: &mut Tx, session: SessionId) -> Result<BTreeSet<PersonKey>, DbError> {
    let places = enrolment::list_of_session(tx, session).await?;
    Ok(places.iter().map(Enrolment::key).collect())
}

fn digest(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
