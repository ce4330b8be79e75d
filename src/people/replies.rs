//! Replies kept under an `Idempotency-Key`: a request that is sent again is not done again.

use std::time;

use chrono::Duration;
use tokio::time::{sleep, timeout};

use super::{Error, reply_store as store};
use crate::{agreement, app::App, base::Moment, lasting};

pub use super::keyed::{Keyed, Reply};

/// A request that has not ended within this many seconds was cut off with its server.
const CUT_OFF_S: i64 = 60;
/// A key that could not be given back is tried again after this time at first, and then after twice as
/// long each time, but never after longer than [`RARELY`].
const SOON: time::Duration = time::Duration::from_millis(250);
/// So often while the database stays away.
const RARELY: time::Duration = time::Duration::from_secs(4);
/// So long at most.
const TRIED_FOR: time::Duration = time::Duration::from_mins(10);

const NOT_GIVEN_BACK: &str = "the key of a request that failed could not be given back";

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// Never seen: do the request, then [`keep`] or [`forget`]. With the moment at which it was taken.
    New(Moment),
    /// The first request with this key has not ended.
    Running,
    /// The server stopped during the first request: whether it was done is not known here.
    InDoubt,
    /// The key was used for another request.
    Other,
    /// The reply to the first request.
    Replied(Reply),
}

/// Takes the key for this request, or tells what is known of it.
pub async fn take(app: &App, request: &Keyed) -> Result<Known, Error> {
    let moment = app.clock.moment();
    let mut tx = app.db.begin().await?;
    let now = agreement::instant(app, &mut tx, moment).await?;
    let known = if store::add_reply(&mut tx, request, now).await? {
        Known::New(moment)
    } else {
        match store::find_reply(&mut tx, request).await? {
            Some(taken) if taken.digest != request.digest => Known::Other,
            Some(store::Taken { reply: Some(reply), .. }) => Known::Replied(reply),
            Some(taken) if now - taken.at > Duration::seconds(CUT_OFF_S) => Known::InDoubt,
            Some(_) | None => Known::Running,
        }
    };
    tx.commit().await?;
    Ok(known)
}

/// Keeps the reply.
pub async fn keep(app: &App, request: &Keyed, reply: &Reply) -> Result<(), Error> {
    let mut tx = app.db.begin().await?;
    store::put_reply(&mut tx, request, reply).await?;
    tx.commit().await?;
    Ok(())
}

/// Gives the key back that was taken at that moment: the request failed and may be tried again. A later
/// request under the same key keeps it.
pub async fn forget(app: &App, request: &Keyed, taken: Moment) -> Result<(), Error> {
    let mut tx = app.db.begin().await?;
    let at = agreement::instant(app, &mut tx, taken).await?;
    store::remove_reply(&mut tx, request, at).await?;
    tx.commit().await?;
    Ok(())
}

/// Gives the key back as [`forget`] could not, as soon as the database is there again; until the server
/// ends, and for some minutes at most.
pub async fn give_back(app: App, request: Keyed, taken: Moment) {
    let mut stay = app.ending.stay();
    let tries = async {
        let mut pause = SOON;
        loop {
            sleep(pause).await;
            match forget(&app, &request, taken).await {
                Ok(()) => return,
                Err(cause) => lasting::error(NOT_GIVEN_BACK, &cause),
            }
            pause = (pause * 2).min(RARELY);
        }
    };
    tokio::select! {
        () = stay.told() => {}
        _ = timeout(TRIED_FOR, tries) => {}
    }
}
