//! Planning sessions, and opening their doors.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{ToSchema, openapi::schema::Object};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    asking::Person,
    body::{IfMatch, Json, etag},
    centres::PersonBody,
    paging::Paging,
    problem::Problem,
    scope::{Manager, Staff},
    words,
};
use crate::{
    app::App,
    base::{CentreId, Language, PanelId, PersonId, SessionId},
    jury,
    people::Role,
    scheme::{self, Level, Scheme, Text},
    session::{self, Access, Detail, NewSession, Plan, SessionState, Summary},
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_schemes))
        .routes(routes!(list_sessions_of_centre, plan_session))
        .routes(routes!(list_sessions))
        .routes(routes!(session_detail, change_session))
        .routes(routes!(open_session))
}

/// A certification scheme.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Scheme)]
pub struct SchemeBody {
    id: String,
    version: String,
    title: Text,
    parts: Vec<SchemePart>,
    break_s: i64,
    levels: Vec<Level>,
    jury: JuryBody,
}

/// One timed part of the exam.
#[derive(Debug, Serialize, ToSchema)]
pub struct SchemePart {
    part: i32,
    title: Text,
    framework: String,
    duration_s: i64,
    items: usize,
}

/// Members of a panel, and votes before the president may decide.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SchemeJury)]
pub struct JuryBody {
    members: usize,
    quorum: usize,
}

impl From<&Scheme> for SchemeBody {
    fn from(scheme: &Scheme) -> Self {
        Self {
            id: scheme.id.clone(),
            version: scheme.version.clone(),
            title: scheme.title.clone(),
            parts: scheme_parts(scheme),
            break_s: scheme.break_s,
            levels: scheme.levels.clone(),
            jury: JuryBody { members: scheme.jury.members, quorum: scheme.jury.quorum },
        }
    }
}

/// The parts of a scheme as the API tells them.
pub fn scheme_parts(scheme: &Scheme) -> Vec<SchemePart> {
    let part = |part: &scheme::Part| SchemePart {
        part: part.part,
        title: part.title.clone(),
        framework: part.framework.clone(),
        duration_s: part.duration_s,
        items: part.items(),
    };
    scheme.parts.iter().map(part).collect()
}

/// A session to plan.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionBody {
    scheme_id: String,
    place: String,
    room: String,
    /// As 2027-03-01.
    date: String,
    /// As 09:30, by the clock of the centre.
    time: String,
    invigilators: Vec<PersonId>,
    /// Of its papers and certificates; `fr` unless told otherwise.
    #[serde(default)]
    #[schema(required)]
    language: Language,
    comment: String,
}

/// The plan of a session as it shall be from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanBody {
    place: String,
    room: String,
    /// As 2027-03-01.
    date: String,
    /// As 09:30, by the clock of the centre.
    time: String,
    invigilators: Vec<PersonId>,
    /// Of its papers and certificates.
    language: Language,
    comment: String,
}

/// A session in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionSummary {
    id: SessionId,
    centre_id: CentreId,
    centre_name: String,
    scheme_id: String,
    scheme_title: Text,
    place: String,
    room: String,
    starts_at: DateTime<Utc>,
    time_zone: String,
    state: SessionState,
    candidates: i64,
    #[schema(schema_with = my_role)]
    my_role: Role,
}

/// The roles in which one sees a session.
fn my_role() -> Object {
    words::one_of([Role::Manager, Role::Invigilator, Role::Admin])
}

impl From<Summary> for SessionSummary {
    fn from(summary: Summary) -> Self {
        let Summary { session, centre_name, scheme_title, candidates, my_role } = summary;
        Self {
            id: session.id,
            centre_id: session.centre,
            centre_name,
            scheme_id: session.scheme_id,
            scheme_title,
            place: session.place,
            room: session.room,
            starts_at: session.starts_at,
            time_zone: session.time_zone,
            state: session.state,
            candidates,
            my_role,
        }
    }
}

/// A session.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionDetail {
    #[serde(flatten)]
    summary: SessionSummary,
    entry_code: String,
    scheme_version: String,
    /// Of its papers and certificates.
    language: Language,
    comment: String,
    /// Raised by every change of the plan; what `If-Match` names.
    version: i64,
    invigilators: Vec<PersonBody>,
    opened_at: Option<DateTime<Utc>>,
    closed_at: Option<DateTime<Utc>>,
    panel_id: Option<PanelId>,
}

impl SessionDetail {
    /// The session as it stands now.
    pub async fn load(app: &App, access: &Access) -> Result<Self, Problem> {
        Self::of(app, session::detail(app, access).await?).await
    }

    /// With the panel that judges it, when there is one.
    pub async fn of(app: &App, detail: Detail) -> Result<Self, Problem> {
        let session = detail.summary.session.clone();
        let panel_id = jury::panel_of(app, session.id).await?;
        Ok(Self {
            summary: detail.summary.into(),
            entry_code: session.entry_code,
            scheme_version: session.scheme_version,
            language: session.language,
            comment: session.comment,
            version: session.version,
            invigilators: detail.invigilators.into_iter().map(PersonBody::from).collect(),
            opened_at: session.opened_at,
            closed_at: session.closed_at,
            panel_id,
        })
    }
}

/// The certification schemes
#[utoipa::path(get, path = "/api/v1/schemes", responses((status = 200, body = [SchemeBody])))]
async fn list_schemes(_: Person) -> Json<Vec<SchemeBody>> {
    Json(scheme::all().map(SchemeBody::from).collect())
}

/// The sessions of a centre
#[utoipa::path(get, path = "/api/v1/centres/{centre}/sessions",
    params(("centre" = String, Path), ("limit" = Option<u16>, Query),
        ("after" = Option<SessionId>, Query)),
    responses((status = 200, body = [SessionSummary], headers(("Link" = Option<String>))),
        (status = 404, description = "no_such_centre")))]
async fn list_sessions_of_centre(
    State(app): State<App>,
    manager: Manager,
    paging: Paging<SessionId>,
) -> Result<Response, Problem> {
    let list = session::list_of_centre(&app, &manager.scope, paging.page).await?;
    Ok(paging.answer(list.map(SessionSummary::from), |one| one.id))
}

/// Plan a session
#[utoipa::path(post, path = "/api/v1/centres/{centre}/sessions",
    params(("centre" = String, Path)), request_body = SessionBody, responses(
    (status = 201, body = SessionDetail), (status = 404, description = "no_such_centre"),
    (status = 409, description = "unknown_scheme, bad_place, bad_comment, not_a_time, \
        no_such_time, in_the_past, not_a_member")))]
async fn plan_session(
    State(app): State<App>,
    manager: Manager,
    Json(body): Json<SessionBody>,
) -> Result<(StatusCode, Json<SessionDetail>), Problem> {
    let SessionBody { scheme_id, place, room, date, time, invigilators, language, comment } = body;
    let plan = Plan { place, room, date, time, invigilators, language, comment };
    let new = NewSession { scheme_id, plan };
    let detail = session::plan(&app, &manager.scope, &new).await?;
    Ok((StatusCode::CREATED, Json(SessionDetail::of(&app, detail).await?)))
}

/// The sessions that I manage or invigilate; an administrator sees all
#[utoipa::path(get, path = "/api/v1/sessions",
    params(("limit" = Option<u16>, Query), ("after" = Option<SessionId>, Query)),
    responses((status = 200, body = [SessionSummary], headers(("Link" = Option<String>)))))]
async fn list_sessions(
    State(app): State<App>,
    Person(rights): Person,
    paging: Paging<SessionId>,
) -> Result<Response, Problem> {
    let list = session::list_for(&app, &rights, paging.page).await?;
    Ok(paging.answer(list.map(SessionSummary::from), |one| one.id))
}

/// A session
#[utoipa::path(get, path = "/api/v1/sessions/{session}", params(("session" = String, Path)),
    responses((status = 200, body = SessionDetail, headers(("ETag" = String))),
        (status = 404, description = "no_such_session")))]
async fn session_detail(
    State(app): State<App>,
    staff: Staff,
) -> Result<impl IntoResponse, Problem> {
    let detail = SessionDetail::load(&app, &staff.access).await?;
    Ok((etag(detail.version), Json(detail)))
}

/// Change the plan of a session
///
/// Room, language, remark and invigilators until it is closed; date and time until it is opened.
#[utoipa::path(put, path = "/api/v1/sessions/{session}",
    params(("session" = String, Path), ("If-Match" = String, Header)),
    request_body = PlanBody, responses(
    (status = 200, body = SessionDetail, headers(("ETag" = String))),
    (status = 404, description = "no_such_session"),
    (status = 409, description = "bad_place, bad_comment, not_a_time, no_such_time, in_the_past, \
        time_stands, session_closed, not_a_member"),
    (status = 412, description = "changed_meanwhile"),
    (status = 428, description = "version_needed")))]
async fn change_session(
    State(app): State<App>,
    staff: Staff,
    IfMatch(version): IfMatch,
    Json(body): Json<PlanBody>,
) -> Result<impl IntoResponse, Problem> {
    let PlanBody { place, room, date, time, invigilators, language, comment } = body;
    let plan = Plan { place, room, date, time, invigilators, language, comment };
    let detail = session::change(&app, &staff.access, version, &plan).await?;
    let detail = SessionDetail::of(&app, detail).await?;
    Ok((etag(detail.version), Json(detail)))
}

/// Open the door: check-in begins, and the entry code works
#[utoipa::path(post, path = "/api/v1/sessions/{session}/open", params(("session" = String, Path)),
    responses((status = 200, body = SessionDetail),
        (status = 404, description = "no_such_session"),
        (status = 409, description = "session_closed")))]
async fn open_session(
    State(app): State<App>,
    staff: Staff,
) -> Result<Json<SessionDetail>, Problem> {
    let detail = session::open(&app, &staff.access).await?;
    Ok(Json(SessionDetail::of(&app, detail).await?))
}
