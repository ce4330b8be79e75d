//! SQL of the replies kept under an `Idempotency-Key`.

use super::replies::{Keyed, Reply};
use crate::{
    base::Timestamp,
    db::{DbError, Tx},
    exec, fetch,
};

#[derive(sqlx::FromRow)]
struct Row {
    request_digest: Vec<u8>,
    status: Option<i32>,
    content_type: String,
    body: Vec<u8>,
}

/// Takes a key; returns whether it was free.
pub async fn add_reply(tx: &mut Tx, request: &Keyed, at: Timestamp) -> Result<bool, DbError> {
    let rows = exec!(
        tx,
        "INSERT INTO reply (subject_id, idempotency_key, request_digest, content_type, body,
                            created_at)
         VALUES ($1, $2, $3, '', $4, $5)
         ON CONFLICT (subject_id, idempotency_key) DO NOTHING",
        request.subject,
        &request.key,
        &request.digest,
        Vec::<u8>::new(),
        at,
    )?;
    Ok(rows == 1)
}

/// The digest of the first request with this key, and its reply once there is one.
pub async fn find_reply(
    tx: &mut Tx,
    request: &Keyed,
) -> Result<Option<(Vec<u8>, Option<Reply>)>, DbError> {
    let row = fetch!(
        tx,
        fetch_optional,
        Row,
        "SELECT request_digest, status, content_type, body FROM reply
          WHERE subject_id = $1 AND idempotency_key = $2",
        request.subject,
        &request.key,
    )?;
    Ok(row.map(|Row { request_digest, status, content_type, body }| {
        let status = status.and_then(|status| u16::try_from(status).ok());
        (request_digest, status.map(|status| Reply { status, content_type, body }))
    }))
}

/// Keeps the reply.
pub async fn put_reply(tx: &mut Tx, request: &Keyed, reply: &Reply) -> Result<(), DbError> {
    exec!(
        tx,
        "UPDATE reply SET status = $3, content_type = $4, body = $5
          WHERE subject_id = $1 AND idempotency_key = $2",
        request.subject,
        &request.key,
        i32::from(reply.status),
        &reply.content_type,
        &reply.body,
    )?;
    Ok(())
}

/// Gives a key back.
pub async fn remove_reply(tx: &mut Tx, request: &Keyed) -> Result<(), DbError> {
    exec!(
        tx,
        "DELETE FROM reply WHERE subject_id = $1 AND idempotency_key = $2",
        request.subject,
        &request.key,
    )?;
    Ok(())
}
