//! SQL of incidents, notices and the minutes of a session.

use super::{IncidentCategory, minutes::Signed};
use crate::{
    base::{AttemptId, IncidentId, PersonId, SessionId, Timestamp},
    db::{DbError, Tx},
    exec, fetch,
};

/// An incident as it is stored.
#[derive(Debug, sqlx::FromRow)]
pub struct IncidentRow {
    pub id: IncidentId,
    pub attempt_id: Option<AttemptId>,
    pub category: String,
    pub note: String,
    pub author: PersonId,
    pub at: Timestamp,
}

/// A notice as it is stored.
#[derive(Debug, sqlx::FromRow)]
pub struct NoticeRow {
    pub number: i32,
    pub attempt_id: Option<AttemptId>,
    pub text: String,
    pub author: PersonId,
    pub at: Timestamp,
}

impl IncidentRow {
    /// The category; a word of a newer program is read as "other".
    pub fn category(&self) -> IncidentCategory {
        self.category.parse().unwrap_or(IncidentCategory::Other)
    }
}

/// Adds an incident.
pub async fn add_incident(
    tx: &mut Tx,
    session: SessionId,
    incident: &IncidentRow,
) -> Result<(), DbError> {
    exec!(
        tx,
        "INSERT INTO incident (id, session_id, attempt_id, category, note, author, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        incident.id,
        session,
        incident.attempt_id,
        &incident.category,
        &incident.note,
        incident.author,
        incident.at,
    )?;
    Ok(())
}

/// The incidents of a session, oldest first.
pub async fn list_incidents(tx: &mut Tx, session: SessionId) -> Result<Vec<IncidentRow>, DbError> {
    fetch!(
        tx,
        fetch_all,
        IncidentRow,
        "SELECT id, attempt_id, category, note, author, at FROM incident
          WHERE session_id = $1 ORDER BY at, id",
        session,
    )
}

/// Adds a notice with the next number of its session, which must be locked. Returns the number.
pub async fn add_notice(
    tx: &mut Tx,
    session: SessionId,
    notice: &NoticeRow,
) -> Result<i32, DbError> {
    let (number,): (i32,) = fetch!(
        tx,
        fetch_one,
        (i32,),
        "INSERT INTO notice (session_id, number, attempt_id, text, author, at)
         VALUES ($1, (SELECT COALESCE(MAX(number), 0) + 1 FROM notice WHERE session_id = $1),
                 $2, $3, $4, $5)
         RETURNING number",
        session,
        notice.attempt_id,
        &notice.text,
        notice.author,
        notice.at,
    )?;
    Ok(number)
}

/// The notices of a session, oldest first.
pub async fn list_notices(tx: &mut Tx, session: SessionId) -> Result<Vec<NoticeRow>, DbError> {
    fetch!(
        tx,
        fetch_all,
        NoticeRow,
        "SELECT number, attempt_id, text, author, at FROM notice
          WHERE session_id = $1 ORDER BY number",
        session,
    )
}

/// Adds the signed minutes of a session that closes.
pub async fn add_minutes(tx: &mut Tx, session: SessionId, signed: &Signed) -> Result<(), DbError> {
    exec!(
        tx,
        "INSERT INTO session_minutes (session_id, signed_by, signed_at, facts, key_id, signature)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (session_id) DO NOTHING",
        session,
        signed.signed_by,
        signed.signed_at,
        &signed.facts,
        &signed.key_id,
        &signed.signature,
    )?;
    Ok(())
}

/// The signed minutes of a session.
pub async fn find_minutes(tx: &mut Tx, session: SessionId) -> Result<Option<Signed>, DbError> {
    fetch!(
        tx,
        fetch_optional,
        Signed,
        "SELECT signed_by, signed_at, facts, key_id, signature FROM session_minutes
          WHERE session_id = $1",
        session,
    )
}
