//! A session: one exam, sat by many candidates in one room at one time. Here it is planned: when and
//! where it is held, who watches, who sits, what is frozen, and its door.
//!
//! Owns the tables `session`, `session_invigilator` and `door`. Promises that the time of a session is
//! what the centre's clocks will show, and that whoever has nothing to do with a session learns nothing
//! of it, not even that it exists. How it is sat is the module `attempt`. Start reading at [`rules`].

pub mod rules;
mod store;
mod frozen;
mod note;
mod access;
mod view;
mod door_code;
mod schedule;
pub mod enrol;
pub mod papers;
mod opening;
mod door_store;
mod door;

use crate::{
    base::{CentreId, Language, SessionId, Timestamp, words},
    db::DbError,
    document::DrawError,
    enrolment::{ListError, NoList},
};

pub use access::{Access, access};
pub use door::{Doors, RefusedAtDoor, keep_telling, list_refused, tell_refused, tell_waiting};
pub use door_code::fold_code;
pub use frozen::scheme_of;
pub use note::note;
pub use opening::open;
pub use rules::Refusal;
pub use schedule::{NewSession, Plan, change, plan};
pub use store::{
    find, list_among, list_invigilators, list_open_sessions, list_sessions_by_code, lock,
    put_closed, put_validated,
};
pub use view::{Detail, Summary, detail, list_for, list_of_centre};

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

words! {
    /// Where a session stands.
    pub enum SessionState {
        /// Nobody can enter yet.
        Planned = "planned",
        /// Candidates are checked in and sit the exam.
        Open = "open",
        /// Everything is sealed.
        Closed = "closed",
        /// The jury has decided every case.
        Validated = "validated",
    }
}

/// How an operation failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such session, or none that the asker may know of.
    #[error("no such session")]
    NotFound,
    /// The asker may see this but not do it.
    #[error("only a manager of the centre may do this")]
    Forbidden,
    /// There is no such enrolment in the session.
    #[error("no such enrolment")]
    NoEnrolment,
    /// Somebody else changed it since the asker looked.
    #[error("it was changed by somebody else; look at it again")]
    ChangedMeanwhile,
    /// There is no list of candidates in the file.
    #[error(transparent)]
    NoList(#[from] NoList),
    /// A list has errors; nothing was imported.
    #[error("the list has errors; nothing was imported")]
    List(Vec<ListError>),
    /// A rule said no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A paper could not be drawn.
    #[error(transparent)]
    Draw(#[from] DrawError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}
