//! Incidents that are written down and notices that are posted, and both as they are read.

use super::{Error, Incident, IncidentCategory, Notice, rules, store};
use crate::{
    app::App,
    attempt,
    base::{AttemptId, PersonId, SessionId, Timestamp},
    db::{DbError, Tx},
    journal::{self, Actor, Event},
    people::Names,
    session::{self, Session},
};

/// Writes an incident down.
pub async fn write_incident(
    app: &App,
    author: PersonId,
    session: SessionId,
    attempt: Option<AttemptId>,
    (category, note): (IncidentCategory, &str),
) -> Result<Incident, Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let session = lock(&mut tx, session, attempt).await?;
    let note = rules::accept_incident(session.state, note)?;
    let row = store::IncidentRow {
        id: app.chance.id(now),
        attempt_id: attempt,
        category: category.as_str().to_owned(),
        note,
        author,
        at: now,
    };
    store::add_incident(&mut tx, session.id, &row).await?;
    let event = Event::IncidentWritten { id: row.id, category, note: row.note.clone() };
    tell(&mut tx, &session, (author, attempt), event, now).await?;
    let incident = incident(&mut tx, &mut Names::default(), row).await?;
    tx.commit().await?;
    app.bell.ring(session.id);
    Ok(incident)
}

/// Tells the room, or one candidate.
pub async fn post_notice(
    app: &App,
    author: PersonId,
    session: SessionId,
    attempt: Option<AttemptId>,
    text: &str,
) -> Result<Notice, Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let session = lock(&mut tx, session, attempt).await?;
    let text = rules::accept_notice(session.state, text)?;
    let mut row = store::NoticeRow { number: 0, attempt_id: attempt, text, author, at: now };
    row.number = store::add_notice(&mut tx, session.id, &row).await?;
    let event = Event::NoticePosted { number: row.number, text: row.text.clone() };
    tell(&mut tx, &session, (author, attempt), event, now).await?;
    let notice = notice(&mut tx, &mut Names::default(), row).await?;
    tx.commit().await?;
    app.bell.ring(session.id);
    Ok(notice)
}

/// Locks a session, and makes sure that an attempt is of it.
async fn lock(
    tx: &mut Tx,
    session: SessionId,
    attempt: Option<AttemptId>,
) -> Result<Session, Error> {
    let session = session::lock(tx, session).await?.ok_or(Error::NoSession)?;
    if let Some(attempt) = attempt {
        let found = attempt::find(tx, attempt).await?;
        found.filter(|stored| stored.session == session.id).ok_or(Error::NoAttempt)?;
    }
    Ok(session)
}

/// Writes into the journal what somebody did.
pub(super) async fn tell(
    tx: &mut Tx,
    session: &Session,
    (author, attempt): (PersonId, Option<AttemptId>),
    event: Event,
    at: Timestamp,
) -> Result<i64, DbError> {
    let actor = Actor::Person(author);
    journal::append(tx, &journal::Entry { session: session.id, at, actor, attempt, event }).await
}

/// The incidents of a session, oldest first.
pub async fn list_incidents(tx: &mut Tx, session: SessionId) -> Result<Vec<Incident>, DbError> {
    let mut names = Names::default();
    let mut all = Vec::new();
    let rows = store::list_incidents(tx, session).await?;
    names.know(tx, rows.iter().map(|row| row.author)).await?;
    for row in rows {
        all.push(incident(tx, &mut names, row).await?);
    }
    Ok(all)
}

/// The notices of a session, oldest first.
pub async fn list_notices(tx: &mut Tx, session: SessionId) -> Result<Vec<Notice>, DbError> {
    let mut names = Names::default();
    let mut all = Vec::new();
    let rows = store::list_notices(tx, session).await?;
    names.know(tx, rows.iter().map(|row| row.author)).await?;
    for row in rows {
        all.push(notice(tx, &mut names, row).await?);
    }
    Ok(all)
}

/// The notices that one candidate is to read: those for the room and those for this candidate.
pub async fn notices_for(
    app: &App,
    session: SessionId,
    attempt: AttemptId,
) -> Result<Vec<Notice>, Error> {
    let mut all = list_notices(&mut app.db.read().await?, session).await?;
    all.retain(|notice| notice.attempt_id.is_none_or(|only| only == attempt));
    Ok(all)
}

async fn incident(
    tx: &mut Tx,
    names: &mut Names,
    row: store::IncidentRow,
) -> Result<Incident, DbError> {
    Ok(Incident {
        id: row.id,
        attempt_id: row.attempt_id,
        category: row.category(),
        author: names.of(tx, row.author).await?,
        note: row.note,
        at: row.at,
    })
}

async fn notice(tx: &mut Tx, names: &mut Names, row: store::NoticeRow) -> Result<Notice, DbError> {
    Ok(Notice {
        number: row.number,
        attempt_id: row.attempt_id,
        author: names.of(tx, row.author).await?,
        text: row.text,
        at: row.at,
    })
}
