//! What is kept for a while only: replies to requests with a key, sign-ins that are
//! over, devices that nobody uses, tries that are not owed any more.

use std::time::Duration;

use super::{Error, device_store, reply_store, rules, store};
use crate::{
    app::{App, limits::shared},
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
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let replies =
        reply_store::remove_replies_before(&mut tx, now - chrono::Duration::hours(REPLIES_KEPT_H));
    let mut removed = replies.await? + store::remove_sign_ins_over(&mut tx, now).await?;
    removed += device_store::remove_places_over(&mut tx, now).await?;
    removed += device_store::remove_devices_before(&mut tx, now - rules::DEVICE_KNOWN).await?;
    removed += shared::forget(&mut tx, now).await?;
    tx.commit().await?;
    Ok(removed)
}
