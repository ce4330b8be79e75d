//! The live board: what invigilators see and do during a session.
//!
//! Owns the tables `incident`, `notice` and `session_minutes`. Promises that a row tells where an
//! attempt stands by its ledger, that presence never changes an attempt, and that the minutes of a
//! closed session say what the journal says and are signed. Start reading at [`rules`].

pub mod rules;
mod words;
pub mod minutes;
mod door;
mod store;
mod gather;
mod news;
mod row;
mod minutes_page;
mod closing;

use std::{borrow::Cow, collections::BTreeSet};

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    app::App,
    attempt::{self, Blocker},
    base::{AttemptId, IncidentId, PersonId, SessionId, Timestamp},
    db::{DbError, Tx},
    document::DrawError,
    journal::{self, Actor, Written},
    people::Names,
    scheme::Scheme,
    session::{self, RefusedAtDoor, Session},
};

pub use closing::{close, minutes_pdf};
pub use news::{MISSED_AT_MOST, News, entries_refused, head, news, presence};
pub use row::Row;
pub use rules::{IncidentCategory, Presence, Refusal};

/// How an operation of the board failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such session.
    #[error("no such session")]
    NoSession,
    /// No such attempt in it.
    #[error("no such attempt")]
    NoAttempt,
    /// The session has no minutes yet.
    #[error("no such minutes")]
    NoMinutes,
    /// Attempts stand against closing.
    #[error("{} candidates have not finished", .0.len())]
    Blocked(Vec<Blocker>),
    /// A rule said no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// An operation on the session failed.
    #[error(transparent)]
    Attempt(#[from] attempt::Error),
    /// The minutes could not be drawn.
    #[error(transparent)]
    Draw(#[from] DrawError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// An irregularity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Incident {
    /// Its id.
    pub id: IncidentId,
    /// The attempt it concerns; absent for the room.
    pub attempt_id: Option<AttemptId>,
    /// What kind.
    pub category: IncidentCategory,
    /// What happened; may be empty.
    pub note: String,
    /// Who wrote it down.
    pub author: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// What staff tell the room or one candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Notice {
    /// Number within the session, from 1.
    pub number: i32,
    /// For whom; absent for the room.
    pub attempt_id: Option<AttemptId>,
    /// The text.
    pub text: String,
    /// Who posted it.
    pub author: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Everything the board shows at once.
#[derive(Debug, Clone)]
pub struct Board {
    /// The last number of the journal that is in it.
    pub seq: i64,
    /// What is certified.
    pub scheme: Cow<'static, Scheme>,
    /// The candidates.
    pub rows: Vec<Row>,
    /// The incidents, oldest first.
    pub incidents: Vec<Incident>,
    /// The notices, oldest first.
    pub notices: Vec<Notice>,
    /// Entries with the session's code that match nobody.
    pub entries_refused: Option<RefusedAtDoor>,
    /// Those over which the session cannot close.
    pub blockers: Vec<Blocker>,
}

/// The board of a session.
pub async fn board(app: &App, session: SessionId) -> Result<Board, Error> {
    let mut tx = app.db.read().await?;
    let session = session::find(&mut tx, session).await?.ok_or(Error::NoSession)?;
    // the number first: what comes after it is told again, and applying twice is harmless
    let (seq, _) = journal::find_head(&mut tx, session.id).await?;
    Ok(Board {
        seq,
        scheme: session::scheme_of(&mut tx, &session).await?,
        rows: row::list(app, &mut tx, &session, None).await?,
        incidents: list_incidents(&mut tx, session.id).await?,
        notices: list_notices(&mut tx, session.id).await?,
        entries_refused: session::list_refused(&mut tx, session.id).await?.entries,
        blockers: closing::list_blockers(&mut tx, session.id).await?,
    })
}

/// The rows of some attempts of a session.
pub async fn rows(
    app: &App,
    session: SessionId,
    only: Option<&BTreeSet<AttemptId>>,
) -> Result<Vec<Row>, Error> {
    let mut tx = app.db.read().await?;
    let session = session::find(&mut tx, session).await?.ok_or(Error::NoSession)?;
    row::list(app, &mut tx, &session, only).await
}

/// What the journal of a session says after number `after`, at most `limit` entries, with the names
/// of those who acted.
pub async fn journal(
    app: &App,
    session: SessionId,
    after: i64,
    limit: i64,
) -> Result<Vec<(Written, String)>, Error> {
    let mut tx = app.db.read().await?;
    let mut names = Names::default();
    let mut told = Vec::new();
    for mut entry in journal::list_after(&mut tx, session, after, limit).await? {
        if BLIND.contains(&entry.kind.as_str()) {
            entry.actor = Actor::Jury.to_string();
        }
        let name = names.of_actor(&mut tx, &entry.actor).await?;
        told.push((entry, name));
    }
    Ok(told)
}

/// What a panel does in secret; entries written before the journal kept the secret name a juror.
const BLIND: [&str; 2] = ["vote_cast", "case_decided"];

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
        category: category.word().to_owned(),
        note,
        author,
        at: now,
    };
    store::add_incident(&mut tx, session.id, &row).await?;
    let body = json!({ "id": row.id, "category": category, "note": row.note });
    tell(&mut tx, &session, (author, attempt), "incident_written", body, now).await?;
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
    let body = json!({ "number": row.number, "text": row.text });
    tell(&mut tx, &session, (author, attempt), "notice_posted", body, now).await?;
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

async fn tell(
    tx: &mut Tx,
    session: &Session,
    (author, attempt): (PersonId, Option<AttemptId>),
    kind: &str,
    body: serde_json::Value,
    at: Timestamp,
) -> Result<i64, DbError> {
    let actor = Actor::Person(author);
    journal::append(tx, &journal::Entry { session: session.id, at, actor, kind, attempt, body })
        .await
}

/// The incidents of a session, oldest first.
pub async fn list_incidents(tx: &mut Tx, session: SessionId) -> Result<Vec<Incident>, DbError> {
    let mut names = Names::default();
    let mut all = Vec::new();
    for row in store::list_incidents(tx, session).await? {
        all.push(incident(tx, &mut names, row).await?);
    }
    Ok(all)
}

/// The notices of a session, oldest first.
pub async fn list_notices(tx: &mut Tx, session: SessionId) -> Result<Vec<Notice>, DbError> {
    let mut names = Names::default();
    let mut all = Vec::new();
    for row in store::list_notices(tx, session).await? {
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
