//! SQL of the parts of an attempt.

use crate::{
    base::{AttemptId, SessionId, Timestamp},
    db::{DbError, Tx},
    exec, fetch,
    item::Form,
};

/// A part that has begun.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PartRow {
    /// Whose.
    pub attempt_id: AttemptId,
    /// Its number, from 1.
    pub part: i32,
    /// The items drawn, JSON of [`crate::item::Form`].
    pub form: String,
    /// When it began.
    pub started_at: Timestamp,
    /// The time allowed, extra time included.
    pub allowed_s: i64,
    /// When it was sealed.
    pub sealed_at: Option<Timestamp>,
    /// SHA-256 of the answer sheet.
    pub digest: Option<Vec<u8>>,
}

impl PartRow {
    /// The items drawn, in order.
    pub fn form(&self) -> Result<Form, DbError> {
        serde_json::from_str(&self.form).map_err(|cause| DbError::Decode(Box::new(cause)))
    }
}

/// Adds a part that begins at `at`.
pub async fn add_part(
    tx: &mut Tx,
    (attempt, part): (AttemptId, i32),
    form: &str,
    at: Timestamp,
    allowed_s: i64,
) -> Result<(), DbError> {
    exec!(
        tx,
        "INSERT INTO part (attempt_id, part, form, started_at, allowed_s)
         VALUES ($1, $2, $3, $4, $5)",
        attempt,
        part,
        form,
        at,
        allowed_s,
    )?;
    Ok(())
}

/// Stores when a part was sealed, and the digest of its answer sheet.
pub async fn put_part_sealed(
    tx: &mut Tx,
    (attempt, part): (AttemptId, i32),
    at: Timestamp,
    digest: &[u8],
) -> Result<(), DbError> {
    exec!(
        tx,
        "UPDATE part SET sealed_at = $3, digest = $4 WHERE attempt_id = $1 AND part = $2",
        attempt,
        part,
        at,
        digest,
    )?;
    Ok(())
}

/// Takes back the seal of a part.
pub async fn put_part_open(tx: &mut Tx, (attempt, part): (AttemptId, i32)) -> Result<(), DbError> {
    exec!(
        tx,
        "UPDATE part SET sealed_at = NULL, digest = NULL WHERE attempt_id = $1 AND part = $2",
        attempt,
        part,
    )?;
    Ok(())
}

/// A part, when it has begun.
pub async fn find_part(tx: &mut Tx, id: AttemptId, part: i32) -> Result<Option<PartRow>, DbError> {
    fetch!(
        tx,
        fetch_optional,
        PartRow,
        "SELECT attempt_id, part, form, started_at, allowed_s, sealed_at, digest FROM part
          WHERE attempt_id = $1 AND part = $2",
        id,
        part,
    )
}

/// The parts of an attempt that have begun.
pub async fn list_parts(tx: &mut Tx, id: AttemptId) -> Result<Vec<PartRow>, DbError> {
    fetch!(
        tx,
        fetch_all,
        PartRow,
        "SELECT attempt_id, part, form, started_at, allowed_s, sealed_at, digest FROM part
          WHERE attempt_id = $1 ORDER BY part",
        id,
    )
}

/// The parts of all attempts of a session that have begun.
pub async fn list_parts_of_session(
    tx: &mut Tx,
    session: SessionId,
) -> Result<Vec<PartRow>, DbError> {
    fetch!(
        tx,
        fetch_all,
        PartRow,
        "SELECT p.attempt_id, p.part, p.form, p.started_at, p.allowed_s, p.sealed_at, p.digest
           FROM part p JOIN attempt a ON a.id = p.attempt_id
          WHERE a.session_id = $1 ORDER BY a.id, p.part",
        session,
    )
}
