//! A session: one exam, sat by many candidates in one room at one time.
//!
//! Owns the tables `session`, `session_invigilator`, `attempt`, `part`, `clock_entry`, `answer`,
//! `current_answer` and `door`.
//! Promises that the deadline of a part is what its ledger says, that a hold costs no exam time
//! unless somebody decides so, and that what was acknowledged is never lost and never changed.
//! Start reading at [`rules`].

mod agreed;
mod answer_store;
mod answers;
pub mod clock;
mod door;
mod door_code;
mod door_store;
mod entry;
mod ledger_store;
mod part_store;
pub mod plan;
mod record;
pub mod rules;
mod sheet;
mod sitting;
mod staff;
mod state_store;
mod store;
mod sweep;
mod view;

use std::borrow::Cow;

use crate::{
    agreement,
    app::TooMany,
    base::{AttemptId, CentreId, EnrolmentId, Language, SessionId, Timestamp},
    db::{DbError, Tx},
    item::WrongShape,
    scheme::{self, Scheme},
};

pub use agreed::{accept_clock, begin_clock, keep_agreeing};
pub use answer_store::{
    CurrentAnswer, count_answered, count_revisions, list_answered, list_current_answers,
    list_revisions,
};
pub use answers::{Answer, LONGEST_ANSWER, NotARevision, Revision, Saved, save_answer};
pub use door::{
    Doors, ENTRIES_REFUSED, RefusedAtDoor, SECOND_DEVICE_REFUSED, keep_telling, list_refused,
    tell_refused, tell_waiting,
};
pub use door_code::fold_code;
pub use entry::{Door, Visitor, enter};
pub use ledger_store::{LedgerLine, list_ledgers_of_session};
pub use part_store::{PartRow, find_part, list_parts, list_parts_of_session};
pub use sheet::Receipt;
pub use sitting::{Paper, PaperAnswer, file, finish_part, paper, start_part};
pub use staff::{Blocker, Done, Refused, add_attempts, command, list_blockers, seal_all, void_all};
pub use state_store::{put_closed, put_validated};
pub use store::{
    find_attempt, find_attempt_of, find_session as find, list_attempts, list_sessions_by_code,
    lock_session as lock, remove_attempt_of,
};
pub use sweep::{keep_sweeping, sweep};
pub use view::{PartView, Snapshot, look_at, snapshot};

/// One exam in one room at one time.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// The centre it is held by.
    #[sqlx(rename = "centre_id")]
    pub centre: CentreId,
    /// What candidates enter with, as it is written on papers; [`fold_code`] compares it.
    pub entry_code: String,
    /// The scheme.
    pub scheme_id: String,
    /// The version of the scheme that was frozen for it.
    pub scheme_version: String,
    /// Where: the house.
    pub place: String,
    /// Where: the room.
    pub room: String,
    /// When it begins.
    pub starts_at: Timestamp,
    /// The zone in which its times are shown.
    pub time_zone: String,
    /// Where it stands.
    #[sqlx(try_from = "String")]
    pub state: SessionState,
    /// Of its papers and certificates.
    #[sqlx(try_from = "String")]
    pub language: Language,
    /// A remark.
    pub comment: String,
    /// Raised by every change of the plan.
    pub version: i64,
    /// When it was planned.
    pub created_at: Timestamp,
    /// When check-in began.
    pub opened_at: Option<Timestamp>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
}

/// Where a session stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SessionState {
    /// Nobody can enter yet.
    Planned,
    /// Candidates are checked in and sit the exam.
    Open,
    /// Everything is sealed.
    Closed,
    /// The jury has decided every case.
    Validated,
}

impl SessionState {
    /// The word in database and API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Validated => "validated",
        }
    }
}

/// Not the word of a state.
#[derive(Debug, thiserror::Error)]
#[error("unknown state of a session: {0:?}")]
pub struct UnknownState(String);

impl TryFrom<String> for SessionState {
    type Error = UnknownState;

    fn try_from(word: String) -> Result<Self, UnknownState> {
        [Self::Planned, Self::Open, Self::Closed, Self::Validated]
            .into_iter()
            .find(|state| state.as_str() == word)
            .ok_or(UnknownState(word))
    }
}

/// An attempt as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its id.
    pub id: AttemptId,
    /// The session it is sat in.
    pub session: SessionId,
    /// Whose it is.
    pub enrolment: EnrolmentId,
    /// Raised by every change.
    pub version: i64,
    /// What forms and files are drawn with.
    pub seed: i64,
    /// What decisions rest on.
    pub attempt: rules::Attempt,
}

/// How an operation failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such session.
    #[error("no such session")]
    NoSession,
    /// There is no such attempt in it.
    #[error("no such attempt")]
    NoAttempt,
    /// The exam has no such part.
    #[error("no such part")]
    NoPart,
    /// The item is not on the form.
    #[error("no such item")]
    NoItem,
    /// Nobody is enrolled under these details, or nobody may enter yet: one answer for all.
    #[error("these details match no candidate of an open session")]
    EntryRefused,
    /// The answer cannot be one to this item.
    #[error(transparent)]
    WrongShape(#[from] WrongShape),
    /// Too many tries.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The answers of a seat come too fast.
    #[error(transparent)]
    TooFast(TooMany),
    /// Nothing new begins while the wall clock and the agreed instant disagree.
    #[error("the server's clock was set; nothing new begins until an administrator has looked")]
    ClockDisagrees,
    /// A step of the clock cannot be accepted.
    #[error(transparent)]
    Clock(#[from] agreement::Refusal),
    /// A rule said no.
    #[error(transparent)]
    Refused(#[from] rules::Refusal),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// The scheme of a session in the version that was frozen for it.
pub async fn scheme_of(tx: &mut Tx, session: &Session) -> Result<Cow<'static, Scheme>, DbError> {
    if let Some(shipped) = scheme::find(&session.scheme_id)
        && shipped.version == session.scheme_version
    {
        return Ok(Cow::Borrowed(shipped));
    }
    let frozen = scheme::frozen(tx, &session.scheme_id, &session.scheme_version).await?;
    Ok(Cow::Owned(frozen.ok_or(DbError::RowNotFound)?))
}
