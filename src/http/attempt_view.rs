//! An attempt as its candidate sees it, over HTTP and over the socket.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::Problem;
use crate::{
    app::App,
    attempt::{
        self, PartView, Snapshot,
        rules::{Ask, AttemptState, allowed, turn},
    },
    base::AttemptId,
    board::{self, Notice},
    certificate::{self, Decided},
    jury::Outcome,
    scheme::{Level, Text},
    session::SessionState,
};

/// Everything a candidate's page shows.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AttemptView {
    attempt_id: AttemptId,
    family_name: String,
    given_names: String,
    state: AttemptState,
    /// The state before the session closed over it or the jury annulled it; until then `state` itself.
    ended: AttemptState,
    /// The part begun last; 0 before the first.
    part: i32,
    /// The part whose turn it is.
    turn: i32,
    /// What the candidate may ask now.
    allowed: Vec<Ask>,
    version: i64,
    epoch: i64,
    scheme_title: Text,
    parts: Vec<PartBody>,
    extra_time: String,
    break_s: i64,
    since: DateTime<Utc>,
    reason: String,
    server_now: DateTime<Utc>,
    place: String,
    room: String,
    starts_at: DateTime<Utc>,
    time_zone: String,
    notices: Vec<Notice>,
    result: Option<ResultBody>,
}

/// A part, begun or not.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PartView)]
pub struct PartBody {
    part: i32,
    title: Text,
    items: usize,
    answered: i64,
    /// Of the scheme.
    duration_s: i64,
    /// With extra time.
    allowed_s: i64,
    started_at: Option<DateTime<Utc>>,
    deadline: Option<DateTime<Utc>>,
    held_since: Option<DateTime<Utc>>,
    sealed_at: Option<DateTime<Utc>>,
    receipt: Option<ReceiptBody>,
}

/// For what was handed in.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Receipt)]
pub struct ReceiptBody {
    /// SHA-256 of the part's answer sheet, in hexadecimal.
    digest: String,
    /// Its first digits in groups, to be read aloud.
    short: String,
    answers: i64,
    sealed_at: DateTime<Utc>,
}

/// What the panel decided, told once it has closed.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ResultView)]
pub struct ResultBody {
    outcome: Outcome,
    level: Option<Level>,
    certificate_code: Option<String>,
}

impl From<Decided> for ResultBody {
    fn from(decided: Decided) -> Self {
        Self { outcome: decided.outcome, level: decided.level, certificate_code: decided.code }
    }
}

impl From<attempt::Receipt> for ReceiptBody {
    fn from(receipt: attempt::Receipt) -> Self {
        Self {
            digest: receipt.hex(),
            short: receipt.short(),
            answers: receipt.answers,
            sealed_at: receipt.sealed_at,
        }
    }
}

impl From<PartView> for PartBody {
    fn from(part: PartView) -> Self {
        Self {
            part: part.part,
            title: part.title,
            items: part.items,
            answered: part.answered,
            duration_s: part.duration_s,
            allowed_s: part.allowed_s,
            started_at: part.started_at,
            deadline: part.deadline,
            held_since: part.held_since,
            sealed_at: part.sealed_at,
            receipt: part.receipt.map(ReceiptBody::from),
        }
    }
}

/// What staff tell is for the room: after closing a seat sees receipts and result.
async fn notices(app: &App, snapshot: &Snapshot) -> Result<Vec<Notice>, Problem> {
    match snapshot.session.state {
        SessionState::Planned | SessionState::Open => {
            Ok(board::notices_for(app, snapshot.session.id, snapshot.stored.id).await?)
        }
        SessionState::Closed | SessionState::Validated => Ok(Vec::new()),
    }
}

/// Adds to a snapshot what other features know of the attempt.
pub async fn view(app: &App, snapshot: Snapshot) -> Result<AttemptView, Problem> {
    let notices = notices(app, &snapshot).await?;
    let decided = certificate::decided(app, &snapshot.session, snapshot.stored.id).await?;
    let Snapshot { session, enrolment, stored, scheme_title, break_s, parts, now } = snapshot;
    Ok(AttemptView {
        attempt_id: stored.id,
        family_name: enrolment.family_name,
        given_names: enrolment.given_names,
        state: stored.attempt.state.name(),
        ended: stored.attempt.state.ended(),
        part: stored.attempt.state.part(),
        turn: turn(&stored.attempt),
        allowed: allowed(&stored.attempt, &Ask::OF_CANDIDATE, now),
        version: stored.version,
        epoch: stored.attempt.epoch,
        scheme_title,
        parts: parts.into_iter().map(PartBody::from).collect(),
        extra_time: enrolment.extra_time.to_string(),
        break_s,
        since: stored.attempt.since,
        reason: stored.attempt.reason,
        server_now: now,
        place: session.place,
        room: session.room,
        starts_at: session.starts_at,
        time_zone: session.time_zone,
        notices,
        result: decided.map(ResultBody::from),
    })
}
