//! SQL of limits.

use super::Limit;
use crate::{
    base::Timestamp,
    db::{DbError, Tx},
    exec, fetch, shift,
};

/// When nothing is owed any more, the past for one of whom nothing is known. Held until the commit.
pub async fn lock_tally(
    tx: &mut Tx,
    limit: &Limit,
    key_hash: &[u8],
    now: Timestamp,
) -> Result<Timestamp, DbError> {
    let (clear_at,): (Timestamp,) = fetch!(
        tx,
        fetch_one,
        (Timestamp,),
        "INSERT INTO tally (limit_name, key_hash, clear_at) VALUES ($1, $2, $3)
         ON CONFLICT (limit_name, key_hash) DO UPDATE SET clear_at = tally.clear_at
         RETURNING clear_at",
        limit.name,
        key_hash,
        now,
    )?;
    Ok(clear_at)
}

/// When nothing is owed any more; none for one of whom nothing is known.
pub async fn find_tally(
    tx: &mut Tx,
    limit: &Limit,
    key_hash: &[u8],
) -> Result<Option<Timestamp>, DbError> {
    let found: Option<(Timestamp,)> = fetch!(
        tx,
        fetch_optional,
        (Timestamp,),
        "SELECT clear_at FROM tally WHERE limit_name = $1 AND key_hash = $2",
        limit.name,
        key_hash,
    )?;
    Ok(found.map(|(clear_at,)| clear_at))
}

/// Notes when nothing will be owed any more.
pub async fn put_tally(
    tx: &mut Tx,
    limit: &Limit,
    key_hash: &[u8],
    clear_at: Timestamp,
) -> Result<(), DbError> {
    exec!(
        tx,
        "UPDATE tally SET clear_at = $3 WHERE limit_name = $1 AND key_hash = $2",
        limit.name,
        key_hash,
        clear_at,
    )?;
    Ok(())
}

/// Moves what everybody owes with an accepted step of the clock.
pub async fn shift_tallies(tx: &mut Tx, by: chrono::Duration) -> Result<u64, DbError> {
    shift!(tx, "tally", by, "clear_at")
}

/// Forgets who owes nothing any more. Returns how many.
pub async fn remove_clear(tx: &mut Tx, now: Timestamp) -> Result<u64, DbError> {
    exec!(tx, "DELETE FROM tally WHERE clear_at < $1", now)
}
