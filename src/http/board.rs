//! The live board: what invigilators see, ask for and do.

use axum::{extract::State, http::HeaderMap, response::IntoResponse};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    asking::{PERSON_COOKIE, token},
    body::{Json, Query},
    clock::ClockAlarm,
    papers::{LangQuery, pdf},
    problem::Problem,
    scope::Staff,
    sessions::{SchemePart, SessionDetail, scheme_parts},
};
use crate::{
    app::{App, Ticket},
    attempt::{Blocker, rules::AttemptState},
    base::{AttemptId, Language},
    board::{self, Incident, IncidentCategory, Notice, Row},
    people::tickets,
    session::RefusedAtDoor,
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(show_board))
        .routes(routes!(write_incident))
        .routes(routes!(post_notice))
        .routes(routes!(close_session))
        .routes(routes!(session_minutes))
        .routes(routes!(board_ticket))
}

/// Everything the board shows.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Board)]
pub struct BoardBody {
    session: SessionDetail,
    seq: i64,
    server_now: DateTime<Utc>,
    parts: Vec<SchemePart>,
    rows: Vec<Row>,
    incidents: Vec<Incident>,
    notices: Vec<Notice>,
    /// Entries with the session's code that match nobody.
    entries_refused: Option<RefusedAtDoor>,
    blockers: Vec<BlockerBody>,
    /// The server's clock was set and nobody has accepted it: nothing new begins.
    clock: Option<ClockAlarm>,
}

/// An attempt over which the session cannot close.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Blocker)]
pub struct BlockerBody {
    attempt_id: AttemptId,
    state: AttemptState,
}

impl From<Blocker> for BlockerBody {
    fn from(blocker: Blocker) -> Self {
        Self { attempt_id: blocker.attempt, state: blocker.state }
    }
}

/// An irregularity to write down.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IncidentBody {
    attempt_id: Option<AttemptId>,
    category: IncidentCategory,
    note: String,
}

/// What to tell the room or one candidate.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeBody {
    attempt_id: Option<AttemptId>,
    text: String,
}

/// What is remarked when a session closes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseBody {
    comment: String,
}

/// What opens a socket within fifteen seconds, as long as the sign-in lasts with which it was drawn.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Ticket)]
pub struct TicketBody {
    /// The ticket.
    pub ticket: String,
}

/// The board of a session
#[utoipa::path(get, path = "/api/v1/sessions/{session}/board",
    params(("session" = String, Path)), responses((status = 200, body = BoardBody),
        (status = 404, description = "no_such_session")))]
async fn show_board(State(app): State<App>, staff: Staff) -> Result<Json<BoardBody>, Problem> {
    let board = board::board(&app, staff.session()).await?;
    Ok(Json(BoardBody {
        session: SessionDetail::load(&app, &staff.access).await?,
        seq: board.seq,
        server_now: board.now,
        parts: scheme_parts(&board.scheme),
        rows: board.rows,
        incidents: board.incidents,
        notices: board.notices,
        entries_refused: board.entries_refused,
        blockers: board.blockers.into_iter().map(BlockerBody::from).collect(),
        clock: ClockAlarm::of(&app),
    }))
}

/// Write an incident down
#[utoipa::path(post, path = "/api/v1/sessions/{session}/incidents",
    params(("session" = String, Path)), request_body = IncidentBody,
    responses((status = 200, body = Incident), (status = 409, description = "session_closed")))]
async fn write_incident(
    State(app): State<App>,
    staff: Staff,
    Json(body): Json<IncidentBody>,
) -> Result<Json<Incident>, Problem> {
    let what = (body.category, body.note.as_str());
    let (person, session) = (staff.person(), staff.session());
    Ok(Json(board::write_incident(&app, person, session, body.attempt_id, what).await?))
}

/// Tell the room, or one candidate
#[utoipa::path(post, path = "/api/v1/sessions/{session}/notices",
    params(("session" = String, Path)), request_body = NoticeBody,
    responses((status = 200, body = Notice), (status = 409, description = "session_not_open")))]
async fn post_notice(
    State(app): State<App>,
    staff: Staff,
    Json(body): Json<NoticeBody>,
) -> Result<Json<Notice>, Problem> {
    let (person, session) = (staff.person(), staff.session());
    Ok(Json(board::post_notice(&app, person, session, body.attempt_id, &body.text).await?))
}

/// Close the session and sign its minutes
#[utoipa::path(post, path = "/api/v1/sessions/{session}/close",
    params(("session" = String, Path)), request_body = CloseBody,
    responses((status = 200, body = SessionDetail),
        (status = 409, description = "session_has_blockers (with blockers)")))]
async fn close_session(
    State(app): State<App>,
    staff: Staff,
    Json(body): Json<CloseBody>,
) -> Result<Json<SessionDetail>, Problem> {
    board::close(&app, staff.person(), staff.session(), &body.comment).await?;
    Ok(Json(SessionDetail::load(&app, &staff.access).await?))
}

/// The signed minutes
#[utoipa::path(get, path = "/api/v1/sessions/{session}/minutes.pdf",
    params(("session" = String, Path), ("lang" = Option<Language>, Query)),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>),
        (status = 404, description = "no_such_minutes")))]
async fn session_minutes(
    State(app): State<App>,
    staff: Staff,
    Query(LangQuery { lang }): Query<LangQuery>,
) -> Result<impl IntoResponse, Problem> {
    let session = staff.access.session();
    let bytes = board::minutes_pdf(&app, session, lang.unwrap_or(session.language)).await?;
    Ok(pdf("minutes", bytes))
}

/// A ticket for the live board
#[utoipa::path(post, path = "/api/v1/sessions/{session}/socket-ticket",
    params(("session" = String, Path)), responses((status = 200, body = TicketBody)))]
async fn board_ticket(
    State(app): State<App>,
    staff: Staff,
    headers: HeaderMap,
) -> Result<Json<TicketBody>, Problem> {
    let token = token(&headers, PERSON_COOKIE).ok_or_else(Problem::not_signed_in)?;
    let ticket = Ticket::Board { session: staff.session(), person: staff.person() };
    Ok(Json(TicketBody { ticket: tickets::draw(&app, &token, ticket).await? }))
}

impl From<board::Error> for Problem {
    fn from(error: board::Error) -> Self {
        match error {
            board::Error::NoSession => Self::not_found("session"),
            board::Error::NoAttempt => Self::not_found("attempt"),
            board::Error::NoMinutes => Self::not_found("minutes"),
            board::Error::Blocked(blockers) => {
                let detail = format!("{} candidates have not finished", blockers.len());
                let blockers: Vec<_> = blockers.into_iter().map(BlockerBody::from).collect();
                Self::refused("session_has_blockers", detail).with("blockers", blockers)
            }
            board::Error::Refused(why) => Self::refused(why.code(), why),
            board::Error::Attempt(cause) => cause.into(),
            board::Error::Draw(cause) => Self::internal(&cause),
            board::Error::Db(cause) => Self::database(&cause),
        }
    }
}
