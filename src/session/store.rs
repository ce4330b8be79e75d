//! SQL of sessions and of who watches over them.

use std::collections::HashSet;

use crate::{
    base::{CentreId, Page, PersonId, SessionId, Timestamp},
    db::{DbError, Tx},
    exec, fetch, fetch_among,
};

use super::Session;

/// The columns of a [`Session`].
macro_rules! session_columns {
    () => {
        "id, centre_id, entry_code, scheme_id, scheme_version, place, room, starts_at, time_zone,
         state, language, comment, version, created_at, opened_at, closed_at"
    };
}
/// A session.
pub async fn find(tx: &mut Tx, id: SessionId) -> Result<Option<Session>, DbError> {
    fetch!(
        tx,
        fetch_optional,
        Session,
        concat!("SELECT ", session_columns!(), " FROM session WHERE id = $1"),
        id,
    )
}

/// The sessions that candidates may mean with a `code`, folded. It is one, but for codes from the
/// time when both of two look-alikes were drawn.
pub async fn list_sessions_by_code(tx: &mut Tx, code: &str) -> Result<Vec<Session>, DbError> {
    fetch!(
        tx,
        fetch_all,
        Session,
        concat!("SELECT ", session_columns!(), " FROM session WHERE entry_key = $1 ORDER BY id"),
        code,
    )
}

/// A session, held until the commit. Whoever locks attempts locks their session first, so that no
/// two wait for each other.
pub async fn lock(tx: &mut Tx, id: SessionId) -> Result<Option<Session>, DbError> {
    fetch!(
        tx,
        fetch_optional,
        Session,
        concat!("UPDATE session SET state = state WHERE id = $1 RETURNING ", session_columns!()),
        id,
    )
}

/// Adds a session.
pub async fn add_session(
    tx: &mut Tx,
    session: &Session,
    created_by: PersonId,
) -> Result<(), DbError> {
    exec!(
        tx,
        "INSERT INTO session (centre_id, id, entry_code, scheme_id, scheme_version, place, room,
                              starts_at, time_zone, state, language, comment, version,
                              created_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        session.centre,
        session.id,
        &session.entry_code,
        &session.scheme_id,
        &session.scheme_version,
        &session.place,
        &session.room,
        session.starts_at,
        &session.time_zone,
        session.state.as_str(),
        session.language.as_str(),
        &session.comment,
        session.version,
        created_by,
        session.created_at,
    )?;
    Ok(())
}

/// Stores a changed plan.
pub async fn put_plan(tx: &mut Tx, session: &Session) -> Result<(), DbError> {
    exec!(
        tx,
        "UPDATE session SET place = $2, room = $3, starts_at = $4, language = $5, comment = $6,
                version = $7
          WHERE id = $1",
        session.id,
        &session.place,
        &session.room,
        session.starts_at,
        session.language.as_str(),
        &session.comment,
        session.version,
    )?;
    Ok(())
}

/// Lets a person watch over a session no longer.
pub async fn remove_invigilator(
    tx: &mut Tx,
    session: SessionId,
    person: PersonId,
) -> Result<(), DbError> {
    exec!(
        tx,
        "DELETE FROM session_invigilator WHERE session_id = $1 AND person_id = $2",
        session,
        person,
    )?;
    Ok(())
}

/// Lets a person watch over a session; twice is once.
pub async fn put_invigilator(
    tx: &mut Tx,
    session: SessionId,
    person: PersonId,
) -> Result<(), DbError> {
    exec!(
        tx,
        "INSERT INTO session_invigilator (session_id, person_id) VALUES ($1, $2)
         ON CONFLICT (session_id, person_id) DO NOTHING",
        session,
        person,
    )?;
    Ok(())
}

/// Those who watch over a session.
pub async fn list_invigilators(tx: &mut Tx, session: SessionId) -> Result<Vec<PersonId>, DbError> {
    let rows: Vec<(PersonId,)> = fetch!(
        tx,
        fetch_all,
        (PersonId,),
        "SELECT person_id FROM session_invigilator WHERE session_id = $1 ORDER BY person_id",
        session,
    )?;
    Ok(rows.into_iter().map(|(person,)| person).collect())
}

/// One page of the sessions of which a condition is true, the latest first.
macro_rules! latest_first {
    ($condition:literal) => {
        concat!(
            "SELECT ",
            session_columns!(),
            " FROM session WHERE ",
            $condition,
            " AND ($1 IS NULL
                   OR (starts_at, id) < (SELECT starts_at, id FROM session WHERE id = $1))
              ORDER BY starts_at DESC, id DESC LIMIT $2"
        )
    };
}

/// The sessions of a centre, the latest first.
pub async fn list_of_centre(
    tx: &mut Tx,
    centre: CentreId,
    page: Page<SessionId>,
) -> Result<Vec<Session>, DbError> {
    fetch!(tx, fetch_all, Session, latest_first!("centre_id = $3"), page.after, page.rows(), centre,)
}

/// The sessions of some centres, the latest first.
pub async fn list_of_centres(
    tx: &mut Tx,
    centres: impl IntoIterator<Item = CentreId>,
    page: Page<SessionId>,
) -> Result<Vec<Session>, DbError> {
    fetch_among!(
        tx,
        Session,
        concat!("SELECT ", session_columns!(), " FROM session WHERE centre_id "),
        Ids(centres),
        " AND ($2 IS NULL
               OR (starts_at, id) < (SELECT starts_at, id FROM session WHERE id = $2))
          ORDER BY starts_at DESC, id DESC LIMIT $3",
        page.after,
        page.rows(),
    )
}

/// The sessions among these.
pub async fn list_among(
    tx: &mut Tx,
    ids: impl IntoIterator<Item = SessionId>,
) -> Result<Vec<Session>, DbError> {
    fetch_among!(
        tx,
        Session,
        concat!("SELECT ", session_columns!(), " FROM session WHERE id "),
        Ids(ids),
        "",
    )
}

/// Those of these sessions that a person watches over.
pub async fn list_watched(
    tx: &mut Tx,
    person: PersonId,
    sessions: impl IntoIterator<Item = SessionId>,
) -> Result<HashSet<SessionId>, DbError> {
    let rows = fetch_among!(
        tx,
        (SessionId,),
        "SELECT session_id FROM session_invigilator WHERE session_id ",
        Ids(sessions),
        " AND person_id = $2",
        person,
    )?;
    Ok(rows.into_iter().map(|(session,)| session).collect())
}

/// The sessions that a person watches over, the latest first.
pub async fn list_of_invigilator(
    tx: &mut Tx,
    person: PersonId,
    page: Page<SessionId>,
) -> Result<Vec<Session>, DbError> {
    fetch!(
        tx,
        fetch_all,
        Session,
        latest_first!("id IN (SELECT session_id FROM session_invigilator WHERE person_id = $3)"),
        page.after,
        page.rows(),
        person,
    )
}

/// All sessions, the latest first.
pub async fn list_all(tx: &mut Tx, page: Page<SessionId>) -> Result<Vec<Session>, DbError> {
    fetch!(tx, fetch_all, Session, latest_first!("TRUE"), page.after, page.rows(),)
}

/// Notes that the door was opened.
pub async fn put_opened(tx: &mut Tx, session: SessionId, at: Timestamp) -> Result<(), DbError> {
    exec!(tx, "UPDATE session SET state = 'open', opened_at = $2 WHERE id = $1", session, at)?;
    Ok(())
}

/// The sessions that are open, in the order in which they are locked.
pub async fn list_open_sessions(tx: &mut Tx) -> Result<Vec<SessionId>, DbError> {
    let rows: Vec<(SessionId,)> = fetch!(
        tx,
        fetch_all,
        (SessionId,),
        "SELECT id FROM session WHERE state = 'open' ORDER BY id",
    )?;
    Ok(rows.into_iter().map(|(session,)| session).collect())
}

/// Closes a session.
pub async fn put_closed(
    tx: &mut Tx,
    id: SessionId,
    by: PersonId,
    at: Timestamp,
) -> Result<(), DbError> {
    exec!(
        tx,
        "UPDATE session SET state = 'closed', closed_at = $2, closed_by = $3 WHERE id = $1",
        id,
        at,
        by,
    )?;
    Ok(())
}

/// Validates a session whose jury has decided every case.
pub async fn put_validated(tx: &mut Tx, id: SessionId) -> Result<(), DbError> {
    exec!(tx, "UPDATE session SET state = 'validated' WHERE id = $1 AND state = 'closed'", id)?;
    Ok(())
}
