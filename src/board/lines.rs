//! What the journal says, with the names of those who acted as staff may be told them.

use super::Error;
use crate::{
    app::App,
    attempt,
    base::{AttemptId, Listed, SessionId},
    db::{DbError, Tx},
    journal::{self, Earlier, Written},
    people::Names,
};

/// An entry, and the name of who acted; empty for candidates, the server and whoever sits on a jury.
pub type Line = (Written, String);

/// What the journal of a session says after number `after`, at most `limit` entries.
pub async fn journal(
    app: &App,
    session: SessionId,
    after: i64,
    limit: i64,
) -> Result<Vec<Line>, Error> {
    let mut tx = app.db.read().await?;
    let page = journal::list_after(&mut tx, session, after, limit).await?;
    Ok(named(&mut tx, page).await?)
}

/// A page of the journal of a session, read backwards.
pub async fn journal_before(
    app: &App,
    session: SessionId,
    earlier: &Earlier,
) -> Result<Listed<Line>, Error> {
    let mut tx = app.db.read().await?;
    let page = journal::list_before(&mut tx, session, earlier).await?;
    Ok(Listed { items: named(&mut tx, page.items).await?, more: page.more })
}

/// A page of what it says of one attempt, read backwards.
///
/// # Errors
/// [`Error::NoAttempt`] where the attempt is not of this session.
pub async fn journal_of_attempt(
    app: &App,
    session: SessionId,
    attempt: AttemptId,
    earlier: &Earlier,
) -> Result<Listed<Line>, Error> {
    let mut tx = app.db.read().await?;
    let found = attempt::find(&mut tx, attempt).await?;
    found.filter(|found| found.session == session).ok_or(Error::NoAttempt)?;
    let page = journal::list_of_attempt_before(&mut tx, attempt, earlier).await?;
    Ok(Listed { items: named(&mut tx, page.items).await?, more: page.more })
}

async fn named(tx: &mut Tx, page: Vec<Written>) -> Result<Vec<Line>, DbError> {
    let mut names = Names::default();
    names.know(tx, journal::people_in(&page)).await?;
    let mut told = Vec::new();
    for mut entry in page {
        entry.actor = entry.actor_told().into_owned();
        let name = names.of_actor(tx, &entry.actor).await?;
        told.push((entry, name));
    }
    Ok(told)
}
