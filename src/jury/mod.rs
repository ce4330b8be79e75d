//! The jury: what a panel of jurors decides of each finished attempt of a session.
//!
//! Owns the tables `panel`, `juror`, `jury_case` and `vote`. Promises that a juror judges nobody of
//! their own centre, also when they join it later, and sees no name and no id that leads to one;
//! that nobody sees another's vote before the case is decided, and the centre never; that a
//! decision stands on votes that count and is not changed; and that who decided what is in signed
//! minutes. Start reading at [`rules`].

pub mod rules;
mod signed;
mod store;
mod panels_store;
mod certifiable_store;
mod bench;
mod access;
mod evidence;
mod convene;
mod judge;
mod minutes;
mod close;
mod view;

use crate::{
    attempt,
    base::{AttemptId, CaseId, PanelId, SessionId, Timestamp},
    board,
    db::DbError,
    document::DrawError,
    people::NotAdmitted,
    scheme::Score,
};

pub use crate::journal::Outcome;
pub use access::{PanelAccess, access, access_to_case};
pub use bench::Seated;
pub use certifiable_store::{Certifiable, list_certifiable, list_sessions_closed_since};
pub use close::close;
pub use convene::convene;
pub use evidence::{By, JudgedAnswer, TimelineEntry};
pub use judge::{cast_vote, decide};
pub use minutes::pdf as minutes_pdf;
pub use rules::{Choice, Refusal, Seat, Standing, Vote};
pub use store::{find_case_of, find_panel_of, list_cases};
pub use view::{
    CaseDetail, CaseView, NamedVote, PanelDetail, PanelView, case, case_in_list, convened, panel,
    panel_of, panels,
};

/// A panel as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Panel {
    /// Its id.
    pub id: PanelId,
    /// The session it judges.
    #[sqlx(rename = "session_id")]
    pub session: SessionId,
    /// When it was convened.
    pub created_at: Timestamp,
    /// When it closed.
    pub closed_at: Option<Timestamp>,
}

/// A case as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// The panel it is before.
    pub panel: PanelId,
    /// The attempt it is about.
    pub attempt: AttemptId,
    /// What jurors see instead of a name.
    pub number: i32,
    /// The score of the attempt when the panel was convened.
    pub score: Score,
    /// What the policy proposes; absent: no level is reached.
    pub proposed_level: Option<String>,
    /// What was decided; absent while open.
    pub decision: Option<Decision>,
}

/// What a panel decided of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The outcome.
    pub outcome: Outcome,
    /// The level that counts; absent: none.
    pub level: Option<String>,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// How an operation of the jury failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing, or it is not for the one who asks.
    #[error("no such panel, case or session")]
    NotFound,
    /// The asker has another role before this panel.
    #[error("this is not for your role before the panel")]
    Forbidden,
    /// Only the president may do this.
    #[error("only the president may do this")]
    NotPresident,
    /// A rule said no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// An attempt cannot become what was decided of it.
    #[error(transparent)]
    Attempt(#[from] attempt::Error),
    /// The minutes of the session are not there.
    #[error(transparent)]
    Board(#[from] board::Error),
    /// The minutes could not be drawn.
    #[error(transparent)]
    Draw(#[from] DrawError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<NotAdmitted> for Error {
    fn from(why: NotAdmitted) -> Self {
        match why {
            NotAdmitted::Stranger => Self::NotFound,
            NotAdmitted::OtherRole => Self::Forbidden,
        }
    }
}
