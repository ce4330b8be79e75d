//! SQL of the replies kept under an `Idempotency-Key`.

use super::keyed::{Keyed, Reply};
use crate::{
    base::Timestamp,
    db::{DbError, Tx},
    exec, fetch, shift,
};

#[derive(sqlx::FromRow)]
struct Row {
    request_digest: Vec<u8>,
    status: Option<i32>,
    headers: String,
    body: Vec<u8>,
    created_at: Timestamp,
}

impl Row {
    fn into_taken(self) -> Result<Taken, DbError> {
        let Self { request_digest, status, headers, body, created_at } = self;
        let headers = serde_json::from_str(&headers).map_err(|e| DbError::Decode(Box::new(e)))?;
        let status = status.and_then(|status| u16::try_from(status).ok());
        let reply = status.map(|status| Reply { status, headers, body });
        Ok(Taken { digest: request_digest, at: created_at, reply })
    }
}

/// A key that somebody used before.
#[derive(Debug)]
pub struct Taken {
    /// Of the first request with it.
    pub digest: Vec<u8>,
    /// When that request came.
    pub at: Timestamp,
    /// What it was answered, once it was.
    pub reply: Option<Reply>,
}

/// Takes a key; returns whether it was free.
pub async fn add_reply(tx: &mut Tx, request: &Keyed, at: Timestamp) -> Result<bool, DbError> {
    let rows = exec!(
        tx,
        "INSERT INTO reply (subject_id, idempotency_key, request_digest, body, created_at)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (subject_id, idempotency_key) DO NOTHING",
        request.subject,
        &request.key,
        &request.digest,
        Vec::<u8>::new(),
        at,
    )?;
    Ok(rows == 1)
}

/// The first request with this key.
pub async fn find_reply(tx: &mut Tx, request: &Keyed) -> Result<Option<Taken>, DbError> {
    let row = fetch!(
        tx,
        fetch_optional,
        Row,
        "SELECT request_digest, status, headers, body, created_at FROM reply
          WHERE subject_id = $1 AND idempotency_key = $2",
        request.subject,
        &request.key,
    )?;
    row.map(Row::into_taken).transpose()
}

/// Keeps the reply.
pub async fn put_reply(tx: &mut Tx, request: &Keyed, reply: &Reply) -> Result<(), DbError> {
    exec!(
        tx,
        "UPDATE reply SET status = $3, headers = $4, body = $5
          WHERE subject_id = $1 AND idempotency_key = $2",
        request.subject,
        &request.key,
        i32::from(reply.status),
        serde_json::to_string(&reply.headers).expect("texts are JSON"),
        &reply.body,
    )?;
    Ok(())
}

/// Gives a key back that was taken at this very instant and has no reply.
pub async fn remove_reply(tx: &mut Tx, request: &Keyed, at: Timestamp) -> Result<(), DbError> {
    exec!(
        tx,
        "DELETE FROM reply WHERE subject_id = $1 AND idempotency_key = $2
            AND created_at = $3 AND status IS NULL",
        request.subject,
        &request.key,
        at,
    )?;
    Ok(())
}

/// Moves every key with an accepted step of the clock: what runs is in doubt after as long as ever.
pub async fn shift_replies(tx: &mut Tx, by: chrono::Duration) -> Result<u64, DbError> {
    shift!(tx, "reply", by, "created_at")
}

/// Removes the replies to requests that came before `at`. Returns how many.
pub async fn remove_replies_before(tx: &mut Tx, at: Timestamp) -> Result<u64, DbError> {
    exec!(tx, "DELETE FROM reply WHERE created_at < $1", at)
}
