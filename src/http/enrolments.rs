//! Enrolling candidates, one by one or by a list.

use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, State, rejection::BytesRejection},
    http::{StatusCode, header},
    response::IntoResponse,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    body::{IfMatch, Json, Path, Query, etag},
    faults::ListErrorBody,
    papers::LangQuery,
    problem::Problem,
    scope::Staff,
};
use crate::{
    app::App,
    attempt,
    attempt::{Enrolled, rules::AttemptState},
    base::{AttemptId, EnrolmentId, Language},
    enrolment::{self, CandidateList, Enrolment, Format, ListRow},
    session::enrol::{self, Written},
};

/// The largest body: more than a list may have, so that one too large is refused with its reason.
const LIST_LIMIT: usize = enrolment::MAX_BYTES + 3 * 1024 * 1024;

/// Routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    let lists = OpenApiRouter::new()
        .routes(routes!(preview_list))
        .routes(routes!(import_list))
        .layer(DefaultBodyLimit::max(LIST_LIMIT));
    OpenApiRouter::new()
        .routes(routes!(list_enrolments, enrol))
        .routes(routes!(correct_enrolment, remove_enrolment))
        .routes(routes!(list_template))
        .merge(lists)
}

/// A candidate as typed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrolmentBody {
    family_name: String,
    given_names: String,
    birth_date: String,
    email: String,
    external_id: String,
    /// A fraction such as `1/3`; empty when there is none.
    extra_time: String,
}

impl From<EnrolmentBody> for Written {
    fn from(body: EnrolmentBody) -> Self {
        let EnrolmentBody { family_name, given_names, birth_date, email, external_id, extra_time } =
            body;
        Self([family_name, given_names, birth_date, email, external_id, extra_time])
    }
}

/// A candidate of a session.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Enrolment)]
pub struct EnrolmentView {
    id: EnrolmentId,
    attempt_id: AttemptId,
    state: AttemptState,
    family_name: String,
    given_names: String,
    birth_date: String,
    email: String,
    external_id: String,
    extra_time: String,
    /// Raised by every correction; what `If-Match` names.
    version: i64,
}

impl From<Enrolled> for EnrolmentView {
    fn from(enrolled: Enrolled) -> Self {
        let Enrolled { enrolment, attempt, state } = enrolled;
        let Enrolment { id, family_name, given_names, email, external_id, version, .. } = enrolment;
        Self {
            id,
            attempt_id: attempt,
            state,
            family_name,
            given_names,
            birth_date: enrolment.birth_date.to_string(),
            email,
            external_id,
            extra_time: enrolment.extra_time.to_string(),
            version,
        }
    }
}

/// A list as it was understood; nothing is imported yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListPreview {
    digest: String,
    format: Format,
    columns: Vec<String>,
    rows: Vec<ListRowBody>,
    errors: Vec<ListErrorBody>,
    already_enrolled: usize,
}

impl ListPreview {
    fn new(digest: String, list: CandidateList) -> Self {
        Self {
            digest,
            format: list.format,
            columns: list.columns,
            rows: list.rows.into_iter().map(ListRowBody::from).collect(),
            errors: list.errors.into_iter().map(ListErrorBody::from).collect(),
            already_enrolled: list.already_enrolled,
        }
    }
}

/// A candidate of a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ListRow)]
pub struct ListRowBody {
    /// As the spreadsheet numbers it.
    row: u32,
    family_name: String,
    given_names: String,
    birth_date: String,
    email: String,
    external_id: String,
    extra_time: String,
}

impl From<ListRow> for ListRowBody {
    fn from(row: ListRow) -> Self {
        let candidate = row.candidate;
        Self {
            row: row.row,
            family_name: candidate.family_name,
            given_names: candidate.given_names,
            birth_date: candidate.birth_date.to_string(),
            email: candidate.email,
            external_id: candidate.external_id,
            extra_time: candidate.extra_time.to_string(),
        }
    }
}

/// What was imported.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListImported {
    added: usize,
}

/// The name of the file, for people only: the format is recognised by the content.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PreviewQuery {
    #[serde(default, rename = "name")]
    _name: String,
}

/// Which place of the session.
#[derive(Debug, Deserialize)]
struct EnrolmentPath {
    enrolment: EnrolmentId,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ImportQuery {
    #[serde(default, rename = "name")]
    _name: String,
    digest: String,
}

fn list_bytes(body: Result<Bytes, BytesRejection>) -> Result<Vec<u8>, Problem> {
    body.map(Vec::from).map_err(|_| Problem::too_large())
}

/// The candidates of a session
#[utoipa::path(get, path = "/api/v1/sessions/{session}/enrolments",
    params(("session" = String, Path)), responses((status = 200, body = [EnrolmentView]),
        (status = 404, description = "no_such_session")))]
async fn list_enrolments(
    State(app): State<App>,
    staff: Staff,
) -> Result<Json<Vec<EnrolmentView>>, Problem> {
    let list = attempt::list_enrolled(&app, &staff.access).await?;
    Ok(Json(list.into_iter().map(EnrolmentView::from).collect()))
}

/// Enrol a candidate
#[utoipa::path(post, path = "/api/v1/sessions/{session}/enrolments",
    params(("session" = String, Path)), request_body = EnrolmentBody, responses(
    (status = 201, body = EnrolmentView), (status = 404, description = "no_such_session"),
    (status = 409, description = "duplicate, candidate_has_errors, session_closed")))]
async fn enrol(
    State(app): State<App>,
    staff: Staff,
    Json(body): Json<EnrolmentBody>,
) -> Result<(StatusCode, Json<EnrolmentView>), Problem> {
    let enrolled = attempt::enrol(&app, &staff.access, body.into()).await?;
    Ok((StatusCode::CREATED, Json(enrolled.into())))
}

/// Correct a candidate's details until the exam begins
#[utoipa::path(put, path = "/api/v1/sessions/{session}/enrolments/{enrolment}",
    params(("session" = String, Path), ("enrolment" = String, Path),
        ("If-Match" = String, Header)),
    request_body = EnrolmentBody, responses(
    (status = 200, body = EnrolmentView, headers(("ETag" = String))),
    (status = 404, description = "no_such_session, no_such_enrolment"),
    (status = 409, description = "duplicate, candidate_has_errors, exam_begun, session_closed"),
    (status = 412, description = "changed_meanwhile"),
    (status = 428, description = "version_needed")))]
async fn correct_enrolment(
    State(app): State<App>,
    staff: Staff,
    Path(path): Path<EnrolmentPath>,
    IfMatch(version): IfMatch,
    Json(body): Json<EnrolmentBody>,
) -> Result<impl IntoResponse, Problem> {
    let enrolled =
        attempt::correct(&app, &staff.access, path.enrolment, version, body.into()).await?;
    Ok((etag(enrolled.enrolment.version), Json(EnrolmentView::from(enrolled))))
}

/// Remove a candidate before the session opens
#[utoipa::path(delete, path = "/api/v1/sessions/{session}/enrolments/{enrolment}",
    params(("session" = String, Path), ("enrolment" = String, Path)), responses((status = 204),
        (status = 404, description = "no_such_session, no_such_enrolment"),
        (status = 409, description = "session_open, session_closed")))]
async fn remove_enrolment(
    State(app): State<App>,
    staff: Staff,
    Path(path): Path<EnrolmentPath>,
) -> Result<StatusCode, Problem> {
    attempt::remove(&app, &staff.access, path.enrolment).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Look at a list of candidates before it is imported
///
/// The body is the file as it is: CSV, XLSX or ODS.
#[utoipa::path(post, path = "/api/v1/sessions/{session}/candidate-list/preview",
    params(("session" = String, Path), ("name" = Option<String>, Query)),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 200, body = ListPreview), (status = 404, description = "no_such_session"),
    (status = 422, description = "unreadable_list, list_too_large, with the reason")))]
async fn preview_list(
    State(app): State<App>,
    staff: Staff,
    _: Query<PreviewQuery>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<ListPreview>, Problem> {
    let (digest, list) = enrol::preview(&app, &staff.access, list_bytes(body)?).await?;
    Ok(Json(ListPreview::new(digest, list)))
}

/// Import the list that was looked at: all of it, or nothing
///
/// The same body, and the digest that its preview told.
#[utoipa::path(post, path = "/api/v1/sessions/{session}/candidate-list",
    params(("session" = String, Path), ("name" = Option<String>, Query),
        ("digest" = String, Query)),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 200, body = ListImported), (status = 404, description = "no_such_session"),
    (status = 409, description = "list_has_errors with errors, list_changed, session_closed"),
    (status = 422, description = "unreadable_list, list_too_large, with the reason")))]
async fn import_list(
    State(app): State<App>,
    staff: Staff,
    Query(query): Query<ImportQuery>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<ListImported>, Problem> {
    let bytes = list_bytes(body)?;
    let added = attempt::import(&app, &staff.access, bytes, &query.digest).await?;
    Ok(Json(ListImported { added }))
}

/// A list to fill in
#[utoipa::path(get, path = "/api/v1/candidate-list-template.csv",
    params(("lang" = Option<Language>, Query)),
    responses((status = 200, content_type = "text/csv", body = Vec<u8>)))]
async fn list_template(Query(LangQuery { lang }): Query<LangQuery>) -> impl IntoResponse {
    let language = lang.unwrap_or_default();
    let name = match language {
        Language::En => "candidates.csv",
        Language::Fr => "candidats.csv",
    };
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, enrolment::template(language.as_str()))
}
