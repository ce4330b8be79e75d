//! Limits that stand in the database: what all servers count together.

use super::{Limit, TooMany, rate, store};
use crate::{
    base::Timestamp,
    db::{DbError, Tx},
};

/// Tries that `key_hash` owes.
pub async fn owed(
    tx: &mut Tx,
    limit: &Limit,
    key_hash: &[u8],
    now: Timestamp,
) -> Result<u32, DbError> {
    let clear_at = store::find_tally(tx, limit, key_hash).await?;
    Ok(clear_at.map_or(0, |clear_at| rate::owed(limit, clear_at, now)))
}

/// Holds what `key_hash` owes until the commit.
pub async fn lock(
    tx: &mut Tx,
    limit: &Limit,
    key_hash: &[u8],
    now: Timestamp,
) -> Result<(), DbError> {
    store::lock_tally(tx, limit, key_hash, now).await.map(drop)
}

/// Counts one try of `key_hash` in the caller's transaction, however many there were.
pub async fn charge(
    tx: &mut Tx,
    limit: &Limit,
    key_hash: &[u8],
    now: Timestamp,
) -> Result<(), DbError> {
    let clear_at = store::lock_tally(tx, limit, key_hash, now).await?;
    store::put_tally(tx, limit, key_hash, rate::charge(limit, clear_at, now)).await
}

/// Counts one try of `key_hash` in the caller's transaction. The inner result says whether it may be
/// made; one that may not is not counted.
pub async fn count(
    tx: &mut Tx,
    limit: &Limit,
    key_hash: &[u8],
    now: Timestamp,
) -> Result<Result<(), TooMany>, DbError> {
    let clear_at = store::lock_tally(tx, limit, key_hash, now).await?;
    let wait = rate::wait(limit, clear_at, now);
    if wait.is_none() {
        store::put_tally(tx, limit, key_hash, rate::charge(limit, clear_at, now)).await?;
    }
    Ok(rate::refuse(limit, wait))
}

/// Takes back a try that was counted: it was right.
pub async fn forgive(
    tx: &mut Tx,
    limit: &Limit,
    key_hash: &[u8],
    now: Timestamp,
) -> Result<(), DbError> {
    let clear_at = store::lock_tally(tx, limit, key_hash, now).await?;
    store::put_tally(tx, limit, key_hash, rate::forgive(limit, clear_at)).await
}

/// Moves what everybody owes with an accepted step of the clock: nobody is free sooner or later.
pub async fn shift(tx: &mut Tx, by: chrono::Duration) -> Result<(), DbError> {
    store::shift_tallies(tx, by).await.map(drop)
}

/// Forgets who owes nothing any more. Returns how many.
pub async fn forget(tx: &mut Tx, now: Timestamp) -> Result<u64, DbError> {
    store::remove_clear(tx, now).await
}
