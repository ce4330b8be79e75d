//! The jury: convene a panel, read its cases, vote, decide, close, read the minutes.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    asking::Person,
    body::{Json, Path, Query},
    jury_view::{CaseBody, CaseSummary, PanelBody, PanelSummary},
    paging::Paging,
    papers::{LangQuery, pdf},
    problem::Problem,
    scope::{Admin, Jury},
};
use crate::{
    app::App,
    base::{CaseId, Language, PanelId, PersonId, SessionId},
    jury::{self, Outcome},
    people::Role,
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(convene))
        .routes(routes!(panels))
        .routes(routes!(panel))
        .routes(routes!(case))
        .routes(routes!(vote))
        .routes(routes!(decide))
        .routes(routes!(close_panel))
        .routes(routes!(panel_minutes))
}

/// Who shall sit on a panel.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PanelBody)]
pub struct ConveneBody {
    president: PersonId,
    /// The others.
    jurors: Vec<PersonId>,
}

/// What a juror says of a case.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VoteBody {
    outcome: Outcome,
    level: Option<String>,
    reason: String,
}

/// Convene the panel of a closed session
///
/// Three jurors, one of them president, none a member of the centre, none who convenes them.
#[utoipa::path(post, path = "/api/v1/sessions/{session}/panel", request_body = ConveneBody,
    params(("session" = String, Path)), responses(
    (status = 200, body = PanelBody), (status = 404, description = "no_such_case"),
    (status = 409, description = "session_not_closed, panel_already_convened, wrong_panel_size, \
        juror_named_twice, convenes_oneself, not_a_juror, juror_of_the_centre")))]
async fn convene(
    State(app): State<App>,
    Admin(rights): Admin,
    Path(session): Path<SessionId>,
    Json(body): Json<ConveneBody>,
) -> Result<Json<PanelBody>, Problem> {
    let (admin, president) = (rights.person, body.president);
    let panel = jury::convene(&app, admin, session, president, &body.jurors).await?;
    let panel = jury::convened(&app, admin, panel).await?;
    Ok(Json(PanelBody::from(panel)))
}

/// The panels on which I sit; an administrator sees all
#[utoipa::path(get, path = "/api/v1/panels",
    params(("limit" = Option<u16>, Query), ("after" = Option<PanelId>, Query)),
    responses((status = 200, body = Vec<PanelSummary>, headers(("Link" = Option<String>)))))]
async fn panels(
    State(app): State<App>,
    Person(rights): Person,
    paging: Paging<PanelId>,
) -> Result<Response, Problem> {
    let all = rights.roles.contains(&Role::Admin);
    let panels = jury::panels(&app, rights.person, all, paging.page).await?;
    Ok(paging.answer(panels.map(PanelSummary::from), |one| one.id))
}

/// A panel with its cases
#[utoipa::path(get, path = "/api/v1/panels/{panel}", params(("panel" = String, Path)),
    responses((status = 200, body = PanelBody), (status = 404, description = "no_such_case"),
        (status = 409, description = "juror_of_the_centre")))]
async fn panel(State(app): State<App>, jury: Jury) -> Result<Json<PanelBody>, Problem> {
    Ok(Json(PanelBody::from(jury::panel(&app, &jury.access).await?)))
}

/// A case with all its evidence, without a name
#[utoipa::path(get, path = "/api/v1/cases/{case}", params(("case" = String, Path)),
    responses((status = 200, body = CaseBody), (status = 404, description = "no_such_case"),
        (status = 409, description = "juror_of_the_centre")))]
async fn case(
    State(app): State<App>,
    jury: Jury,
    Path(case): Path<CaseId>,
) -> Result<Json<CaseBody>, Problem> {
    Ok(Json(CaseBody::from(jury::case(&app, jury.access.person(), case).await?)))
}

/// Vote on a case, or change a vote; the votes may decide it
///
/// A reason is required unless the proposed level is validated.
#[utoipa::path(put, path = "/api/v1/cases/{case}/vote", request_body = VoteBody,
    params(("case" = String, Path)), responses(
    (status = 200, body = CaseSummary), (status = 404, description = "no_such_case"),
    (status = 409, description = "already_decided, nothing_proposed, level_needed, \
        level_not_possible, reason_required, reason_too_long, juror_of_the_centre")))]
async fn vote(
    State(app): State<App>,
    jury: Jury,
    Path(case): Path<CaseId>,
    Json(body): Json<VoteBody>,
) -> Result<Json<CaseSummary>, Problem> {
    let level = body.level.as_deref();
    jury::cast_vote(&app, jury.access.person(), case, body.outcome, level, &body.reason).await?;
    Ok(Json(CaseSummary::from(jury::case_in_list(&app, jury.access.person(), case).await?)))
}

/// Decide a case on which a quorum has voted; for the president
///
/// A case on which all have voted is decided already.
#[utoipa::path(post, path = "/api/v1/cases/{case}/decide", params(("case" = String, Path)),
    responses((status = 200, body = CaseSummary), (status = 403, description = "forbidden"), (status = 404, description = "no_such_case"),
    (status = 409, description = "already_decided, no_quorum, president_has_not_voted, juror_of_the_centre")))]
async fn decide(
    State(app): State<App>,
    jury: Jury,
    Path(case): Path<CaseId>,
) -> Result<Json<CaseSummary>, Problem> {
    jury::decide(&app, jury.access.person(), case).await?;
    Ok(Json(CaseSummary::from(jury::case_in_list(&app, jury.access.person(), case).await?)))
}

/// Close a panel whose cases are all decided; signs the minutes; for the president
///
/// Certificates are issued at once.
#[utoipa::path(post, path = "/api/v1/panels/{panel}/close", params(("panel" = String, Path)),
    responses((status = 200, body = PanelBody), (status = 403, description = "forbidden"), (status = 404, description = "no_such_case"),
    (status = 409, description = "panel_has_open_cases, panel_closed, juror_of_the_centre, \
        cases_open_again (with cases)")))]
async fn close_panel(State(app): State<App>, jury: Jury) -> Result<Json<PanelBody>, Problem> {
    jury::close(&app, &jury.access).await?;
    Ok(Json(PanelBody::from(jury::panel(&app, &jury.access).await?)))
}

/// The signed minutes of a closed panel
#[utoipa::path(get, path = "/api/v1/panels/{panel}/minutes.pdf",
    params(("panel" = String, Path), ("lang" = Option<Language>, Query)),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>), (status = 404, description = "no_such_case"),
        (status = 409, description = "juror_of_the_centre")))]
async fn panel_minutes(
    State(app): State<App>,
    jury: Jury,
    Query(LangQuery { lang }): Query<LangQuery>,
) -> Result<impl IntoResponse, Problem> {
    let bytes = jury::minutes_pdf(&app, &jury.access, lang).await?;
    Ok(pdf("jury-minutes", bytes))
}
