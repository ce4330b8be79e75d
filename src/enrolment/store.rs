//! SQL of enrolments.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::{
    Enrolment,
    folding::{folded, name_key},
};
use crate::{
    base::{EnrolmentId, SessionId, Timestamp},
    db::{DbError, Tx},
    exec, fetch, fetch_among,
};

/// Adds a candidate's place; a second place of the same person is a duplicate.
pub async fn add_enrolment(tx: &mut Tx, place: &Enrolment, at: Timestamp) -> Result<(), DbError> {
    exec!(
        tx,
        "INSERT INTO enrolment (id, centre_id, session_id, family_name, given_names, birth_date,
                                name_key, email, external_id, extra_numerator, extra_denominator,
                                version, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        place.id,
        place.centre,
        place.session,
        &place.family_name,
        &place.given_names,
        place.birth_date,
        name_key(&place.family_name, &place.given_names),
        &place.email,
        &place.external_id,
        place.extra_time.numerator,
        place.extra_time.denominator,
        place.version,
        at,
    )?;
    Ok(())
}

/// The places of a session, by family name, as people read them.
pub async fn list_of_session(tx: &mut Tx, session: SessionId) -> Result<Vec<Enrolment>, DbError> {
    let mut places = fetch!(
        tx,
        fetch_all,
        Enrolment,
        "SELECT id, centre_id, session_id, family_name, given_names, birth_date, email,
                external_id, extra_numerator, extra_denominator, version
           FROM enrolment WHERE session_id = $1",
        session,
    )?;
    places.sort_by_cached_key(|place| {
        let names = (folded(&place.family_name), folded(&place.given_names));
        (names, place.birth_date, place.id)
    });
    Ok(places)
}

/// The place of a person in a session, by [`name_key`] and birth date.
pub async fn find_match(
    tx: &mut Tx,
    session: SessionId,
    key: &str,
    birth_date: NaiveDate,
) -> Result<Option<Enrolment>, DbError> {
    fetch!(
        tx,
        fetch_optional,
        Enrolment,
        "SELECT id, centre_id, session_id, family_name, given_names, birth_date, email,
                external_id, extra_numerator, extra_denominator, version
           FROM enrolment WHERE session_id = $1 AND name_key = $2 AND birth_date = $3",
        session,
        key,
        birth_date,
    )
}

/// A place by its id.
pub async fn find_enrolment(tx: &mut Tx, id: EnrolmentId) -> Result<Option<Enrolment>, DbError> {
    fetch!(
        tx,
        fetch_optional,
        Enrolment,
        "SELECT id, centre_id, session_id, family_name, given_names, birth_date, email,
                external_id, extra_numerator, extra_denominator, version
           FROM enrolment WHERE id = $1",
        id,
    )
}

/// Stores a corrected place.
pub async fn put_enrolment(tx: &mut Tx, place: &Enrolment) -> Result<(), DbError> {
    exec!(
        tx,
        "UPDATE enrolment SET family_name = $2, given_names = $3, birth_date = $4, name_key = $5,
                email = $6, external_id = $7, extra_numerator = $8, extra_denominator = $9,
                version = $10
          WHERE id = $1",
        place.id,
        &place.family_name,
        &place.given_names,
        place.birth_date,
        name_key(&place.family_name, &place.given_names),
        &place.email,
        &place.external_id,
        place.extra_time.numerator,
        place.extra_time.denominator,
        place.version,
    )?;
    Ok(())
}

/// Removes a place. Returns whether it was there.
pub async fn remove_enrolment(
    tx: &mut Tx,
    session: SessionId,
    id: EnrolmentId,
) -> Result<bool, DbError> {
    let rows = exec!(tx, "DELETE FROM enrolment WHERE session_id = $1 AND id = $2", session, id)?;
    Ok(rows == 1)
}

/// How many are enrolled in each of these sessions that has anybody.
pub async fn count_of_sessions(
    tx: &mut Tx,
    sessions: impl IntoIterator<Item = SessionId>,
) -> Result<HashMap<SessionId, i64>, DbError> {
    let counts: Vec<(SessionId, i64)> = fetch_among!(
        tx,
        (SessionId, i64),
        "SELECT session_id, COUNT(*) FROM enrolment WHERE session_id ",
        Ids(sessions),
        " GROUP BY session_id",
    )?;
    Ok(counts.into_iter().collect())
}
