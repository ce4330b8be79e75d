//! Closing what nobody closes: a part whose time is over is sealed at its deadline.

use std::time::Duration;

use super::{Error, record, store};
use crate::{
    agreement,
    app::App,
    base::{Moment, SessionId},
    lasting, session,
};

/// How often the clock is looked at when nothing moves it.
const EVERY: Duration = Duration::from_secs(1);

/// Sweeps for ever: at once, so that a restart heals what was missed, and then every second.
pub async fn keep_sweeping(app: App) {
    loop {
        if let Err(cause) = sweep(&app).await {
            lasting::error("the sweep failed; it is tried again", &cause);
        }
        app.clock.moved_or(EVERY).await;
    }
}

/// Seals the parts whose time and grace are over. It can run twice. Returns how many it sealed.
pub async fn sweep(app: &App) -> Result<usize, Error> {
    let moment = app.clock.moment();
    let running = store::list_sessions_with_running(&mut app.db.read().await?).await?;
    let (mut sealed, mut failed) = (0, None);
    for session in running {
        match sweep_session(app, session, moment).await {
            Ok(count) => sealed += count,
            // the others' deadlines are deadlines all the same
            Err(cause) => failed = Some(cause),
        }
    }
    failed.map_or(Ok(sealed), Err)
}

/// Looks without a lock first: mostly nothing is over.
async fn sweep_session(app: &App, session: SessionId, moment: Moment) -> Result<usize, Error> {
    let mut tx = app.db.read().await?;
    let now = agreement::instant(app, &mut tx, moment).await? - agreement::settling(&app.db);
    let all = store::list_attempts(&mut tx, session).await?;
    drop(tx);
    let over: Vec<_> =
        all.iter().filter(|stored| stored.attempt.over_since(now).is_some()).collect();
    if over.is_empty() {
        return Ok(0);
    }
    // an answer that had arrived before is saved before
    app.receipts.settled(moment).await;
    let mut tx = app.db.begin().await?;
    session::lock(&mut tx, session).await?.ok_or(Error::NoSession)?;
    let now = agreement::instant(app, &mut tx, moment).await?;
    let mut sealed = 0;
    for stored in over {
        let found = store::lock_attempt(&mut tx, stored.id).await?;
        let mut stored = found.ok_or(Error::NoAttempt)?;
        sealed += usize::from(record::settle(app, &mut tx, &mut stored, now).await?);
    }
    tx.commit().await?;
    app.bell.ring(session);
    Ok(sealed)
}
