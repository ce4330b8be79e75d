//! What is kept for a while only: replies to requests with a key, and sign-ins that are over.

use std::time::Duration;

use super::{Error, reply_store, store};
use crate::{app::App, lasting};

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
    let removed = replies.await? + store::remove_sign_ins_over(&mut tx, now).await?;
    tx.commit().await?;
    Ok(removed)
}
