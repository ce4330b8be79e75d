//! What is kept for a while only: replies to requests with a key, sign-ins that are
//! over, devices that nobody uses, tries that are not owed any more.
//!
//! The tables are met in the order in which a sign-in meets them, so that nobody waits for each other.

use std::time::Duration;

use super::{Error, device_store, reply_store, rules, store};
use crate::{
    agreement,
    app::{App, limits::shared},
    db::{DbError, Tx},
    lasting,
};

/// How often.
const EVERY: Duration = Duration::from_hours(1);
/// How long a reply is kept under its `Idempotency-Key`, in hours.
pub const REPLIES_KEPT_H: i64 = 24;

/// Tidies up for as long as the program runs.
pub async fn keep_tidy(app: App) {
    loop {
        if let Err(cause) = tidy(&app).await {
            lasting::error("what is over could not be removed; it is tried again", &cause);
        }
        app.clock.moved_or(EVERY).await;
    }
}

/// Removes what is over. Returns how many rows.
pub async fn tidy(app: &App) -> Result<u64, Error> {
    let moment = app.clock.moment();
    let mut tx = app.db.begin().await?;
    // what an acceptance moves meanwhile would be over by the clock of before
    let now = agreement::hold_instant(app, &mut tx, moment).await?;
    let mut removed = shared::forget(&mut tx, now).await?;
    removed += device_store::remove_places_over(&mut tx, now).await?;
    removed += device_store::remove_devices_before(&mut tx, now - rules::DEVICE_KNOWN).await?;
    removed += store::remove_sign_ins_over(&mut tx, now).await?;
    let replies = now - chrono::Duration::hours(REPLIES_KEPT_H);
    removed += reply_store::remove_replies_before(&mut tx, replies).await?;
    tx.commit().await?;
    Ok(removed)
}

/// Moves all of it with an accepted step of the clock: nobody is freed, and nobody held.
pub async fn shift(tx: &mut Tx, by: chrono::Duration) -> Result<(), DbError> {
    shared::shift(tx, by).await?;
    device_store::shift_places(tx, by).await?;
    device_store::shift_devices(tx, by).await?;
    store::shift_sign_ins(tx, by).await?;
    reply_store::shift_replies(tx, by).await?;
    Ok(())
}
