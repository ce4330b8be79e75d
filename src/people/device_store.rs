//! SQL of the devices that people have signed in from, and of who waits for a try.

use super::Person;
use crate::{
    base::{PersonId, Timestamp},
    db::{DbError, Tx},
    exec, fetch, shift,
};

/// A place in the line before an account that is guessed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Place {
    /// From then on a try is let through.
    pub served_from: Timestamp,
    /// From then on the place is given up.
    pub served_until: Timestamp,
}

/// The account with this address, lower case, if it has signed in from this device after `since`.
pub async fn find_known(
    tx: &mut Tx,
    email: &str,
    token_hash: &[u8],
    since: Timestamp,
) -> Result<Option<Person>, DbError> {
    fetch!(
        tx,
        fetch_optional,
        Person,
        "SELECT p.id, p.email, p.display_name, p.password_hash
           FROM person p JOIN device d ON d.person_id = p.id
          WHERE p.email = $1 AND d.token_hash = $2 AND d.signed_in_at > $3",
        email,
        token_hash,
        since,
    )
}

/// Notes that a person has signed in from a device.
pub async fn put_device(
    tx: &mut Tx,
    person: PersonId,
    token_hash: &[u8],
    at: Timestamp,
) -> Result<(), DbError> {
    exec!(
        tx,
        "INSERT INTO device (person_id, token_hash, signed_in_at) VALUES ($1, $2, $3)
         ON CONFLICT (person_id, token_hash) DO UPDATE SET signed_in_at = excluded.signed_in_at",
        person,
        token_hash,
        at,
    )?;
    Ok(())
}

/// Lets a device be known under a new cookie to everybody who knew it under the old one.
pub async fn add_alias(tx: &mut Tx, old_hash: &[u8], new_hash: &[u8]) -> Result<(), DbError> {
    exec!(
        tx,
        "INSERT INTO device (person_id, token_hash, signed_in_at)
         SELECT person_id, $2, signed_in_at FROM device WHERE token_hash = $1
         ON CONFLICT (person_id, token_hash) DO NOTHING",
        old_hash,
        new_hash,
    )?;
    Ok(())
}

/// Forgets a person's devices but the `kept` that were used last.
pub async fn remove_devices_beyond(
    tx: &mut Tx,
    person: PersonId,
    kept: i64,
) -> Result<u64, DbError> {
    exec!(
        tx,
        "DELETE FROM device WHERE person_id = $1 AND token_hash NOT IN (
           SELECT token_hash FROM device WHERE person_id = $1
            ORDER BY signed_in_at DESC, token_hash LIMIT $2)",
        person,
        kept,
    )
}

/// Moves every device with an accepted step of the clock: each is known for as long as before.
pub async fn shift_devices(tx: &mut Tx, by: chrono::Duration) -> Result<u64, DbError> {
    shift!(tx, "device", by, "signed_in_at")
}

/// Forgets devices that nobody has used since `at`. Returns how many.
pub async fn remove_devices_before(tx: &mut Tx, at: Timestamp) -> Result<u64, DbError> {
    exec!(tx, "DELETE FROM device WHERE signed_in_at < $1", at)
}

/// The place of a guest before an account.
pub async fn find_place(
    tx: &mut Tx,
    account_hash: &[u8],
    guest: &str,
) -> Result<Option<Place>, DbError> {
    fetch!(
        tx,
        fetch_optional,
        Place,
        "SELECT served_from, served_until FROM waiting WHERE account_hash = $1 AND guest = $2",
        account_hash,
        guest,
    )
}

/// Gives a guest a place before an account.
pub async fn put_place(
    tx: &mut Tx,
    account_hash: &[u8],
    guest: &str,
    place: Place,
) -> Result<(), DbError> {
    exec!(
        tx,
        "INSERT INTO waiting (account_hash, guest, served_from, served_until)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (account_hash, guest) DO UPDATE
            SET served_from = excluded.served_from, served_until = excluded.served_until",
        account_hash,
        guest,
        place.served_from,
        place.served_until,
    )?;
    Ok(())
}

/// Gives up the place of a guest before an account.
pub async fn remove_place(tx: &mut Tx, account_hash: &[u8], guest: &str) -> Result<(), DbError> {
    exec!(tx, "DELETE FROM waiting WHERE account_hash = $1 AND guest = $2", account_hash, guest)?;
    Ok(())
}

/// How many have a place before an account at `now`.
pub async fn count_places(
    tx: &mut Tx,
    account_hash: &[u8],
    now: Timestamp,
) -> Result<i64, DbError> {
    let (count,): (i64,) = fetch!(
        tx,
        fetch_one,
        (i64,),
        "SELECT COUNT(*) FROM waiting WHERE account_hash = $1 AND served_until >= $2",
        account_hash,
        now,
    )?;
    Ok(count)
}

/// Moves every place with an accepted step of the clock: nobody's turn comes earlier or later.
pub async fn shift_places(tx: &mut Tx, by: chrono::Duration) -> Result<u64, DbError> {
    shift!(tx, "waiting", by, "served_from", "served_until")
}

/// Removes places that were given up. Returns how many.
pub async fn remove_places_over(tx: &mut Tx, now: Timestamp) -> Result<u64, DbError> {
    exec!(tx, "DELETE FROM waiting WHERE served_until < $1", now)
}
