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
mod telling;
mod acts;
mod gather;
mod news;
mod row;
mod lines;
mod minutes_page;
mod closing;

use std::{collections::BTreeSet, sync::Arc};

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    attempt::{self, Blocker},
    base::{AttemptId, IncidentId, SessionId, Timestamp},
    db::DbError,
    document::DrawError,
    journal,
    scheme::Scheme,
    session::{self, RefusedAtDoor},
};

pub use crate::journal::IncidentCategory;
pub use closing::{close, minutes_pdf, signed_minutes};
pub use lines::{Line, journal, journal_before, journal_of_attempt};
pub use news::{MISSED_AT_MOST, News, entries_refused, head, news, presence};
pub use row::Row;
pub use rules::{Presence, Refusal};
pub use telling::{list_incidents, list_notices, notices_for, post_notice, write_incident};

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
    /// When it was looked at.
    pub now: Timestamp,
    /// What is certified.
    pub scheme: Arc<Scheme>,
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
    let now = app.clock.now();
    let mut tx = app.db.read().await?;
    let session = session::find(&mut tx, session).await?.ok_or(Error::NoSession)?;
    // the number first: what comes after it is told again, and applying twice is harmless
    let (seq, _) = journal::find_head(&mut tx, session.id).await?;
    Ok(Board {
        seq,
        now,
        scheme: session::scheme_of(&mut tx, &session).await?,
        rows: row::list(app, &mut tx, &session, None, now).await?,
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
    row::list(app, &mut tx, &session, only, app.clock.now()).await
}
