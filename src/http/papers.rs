//! The papers of the room, and what all papers have in common.

use axum::{extract::State, http::header, response::IntoResponse};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{body::Query, problem::Problem, scope::Staff};
use crate::{app::App, base::Language, session};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(attendance_sheet)).routes(routes!(invigilators_kit))
}

/// In which language a document is drawn.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LangQuery {
    /// That of the session unless told otherwise.
    pub lang: Option<Language>,
}

/// A PDF that the browser shows and saves under `name`.
pub fn pdf(name: &str, bytes: Vec<u8>) -> impl IntoResponse {
    let disposition = format!("inline; filename=\"{name}.pdf\"");
    let kind = "application/pdf".to_owned();
    ([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)], bytes)
}

/// The sheet that candidates sign
#[utoipa::path(get, path = "/api/v1/sessions/{session}/attendance.pdf",
    params(("session" = String, Path), ("lang" = Option<Language>, Query)),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>),
        (status = 404, description = "no_such_session")))]
async fn attendance_sheet(
    State(app): State<App>,
    staff: Staff,
    Query(LangQuery { lang }): Query<LangQuery>,
) -> Result<impl IntoResponse, Problem> {
    let language = lang.unwrap_or(staff.access.session().language);
    let bytes = session::papers::attendance_sheet(&app, &staff.access, language.as_str()).await?;
    Ok(pdf("attendance", bytes))
}

/// What an invigilator needs at hand
#[utoipa::path(get, path = "/api/v1/sessions/{session}/kit.pdf",
    params(("session" = String, Path), ("lang" = Option<Language>, Query)),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>),
        (status = 404, description = "no_such_session")))]
async fn invigilators_kit(
    State(app): State<App>,
    staff: Staff,
    Query(LangQuery { lang }): Query<LangQuery>,
) -> Result<impl IntoResponse, Problem> {
    let language = lang.unwrap_or(staff.access.session().language);
    let bytes = session::papers::invigilators_kit(&app, &staff.access, language.as_str()).await?;
    Ok(pdf("kit", bytes))
}
