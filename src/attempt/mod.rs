//! An attempt: one candidate's run through the exam.
//!
//! Owns the tables `attempt`, `part`, `clock_entry`, `answer` and `current_answer`. Promises that the
//! deadline of a part is what its ledger says, that a hold costs no exam time unless somebody decides
//! so, and that what was acknowledged is never lost and never changed. Start reading at [`rules`].

pub mod clock;
pub mod rules;
mod ledger_store;
mod part_store;
mod store;
mod answer_store;
mod sheet;
mod record;
mod view;
mod entry;
mod answers;
mod sitting;
mod staff;
mod roster;
mod sweep;
mod agreed;

use crate::{
    agreement,
    app::TooMany,
    base::{AttemptId, EnrolmentId, SessionId},
    db::DbError,
    item::WrongShape,
};

pub use agreed::{accept_clock, begin_clock, keep_agreeing};
pub use answer_store::{
    CurrentAnswer, count_answered, count_revisions, list_answered, list_current_answers,
    list_current_answers_of_session, list_revisions,
};
pub use answers::{Answer, LONGEST_ANSWER, NotARevision, Revision, Saved, save_answer};
pub use entry::{Door, Visitor, enter};
pub use ledger_store::{LedgerLine, list_ledgers_of_session};
pub use part_store::{PartRow, find_part, list_parts, list_parts_of_session};
pub use roster::{Enrolled, correct, enrol, import, list_enrolled, remove};
pub use sheet::Receipt;
pub use sitting::{Paper, PaperAnswer, file, finish_part, paper, start_part};
pub use staff::{Blocker, Done, Refused, add_attempts, command, list_blockers, seal_all, void_all};
pub use store::{find_attempt as find, find_attempt_of, list_attempts};
pub use sweep::{keep_sweeping, sweep};
pub use view::{PartView, Snapshot, look_at, snapshot};

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
