//! Certificates for those who run the session, and for their holder.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    asking::Candidate,
    body::{Json, Path},
    problem::Problem,
    scope::{Admin, Staff},
};
use crate::{
    app::App,
    base::{CertificateId, SessionId},
    certificate::{self, Certificate, Reason, Status},
    journal::Actor,
    scheme::Level,
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_certificates))
        .routes(routes!(certificate_pdf))
        .routes(routes!(revoke_certificate))
        .routes(routes!(own_certificate_pdf))
}

/// A certificate.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Certificate)]
pub struct CertificateView {
    id: CertificateId,
    code: String,
    url: String,
    family_name: String,
    given_names: String,
    level: Level,
    issued_at: Option<DateTime<Utc>>,
    status: Status,
    status_at: DateTime<Utc>,
    status_reason: String,
}

impl From<Certificate> for CertificateView {
    fn from(certificate: Certificate) -> Self {
        let facts = certificate.facts;
        Self {
            id: certificate.id,
            code: facts.code.to_string(),
            level: Level { id: facts.level.clone(), title: facts.level_title() },
            url: facts.address,
            family_name: facts.family_name,
            given_names: facts.given_names,
            issued_at: certificate.issued_at,
            status: certificate.status,
            status_at: certificate.status_at,
            status_reason: certificate.status_reason,
        }
    }
}

/// Why a certificate is taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeBody {
    reason: ReasonWord,
}

/// A class of reasons.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReasonWord {
    /// It was obtained by fraud.
    Fraud,
    /// It says something wrong.
    Error,
    /// Its holder asks for it.
    Request,
}

impl From<ReasonWord> for Reason {
    fn from(word: ReasonWord) -> Self {
        match word {
            ReasonWord::Fraud => Self::Fraud,
            ReasonWord::Error => Self::Error,
            ReasonWord::Request => Self::Request,
        }
    }
}

/// Certificates of a session
#[utoipa::path(get, path = "/api/v1/sessions/{session}/certificates",
    params(("session" = SessionId, Path)),
    responses((status = 200, body = [CertificateView]),
        (status = 404, description = "no_such_session")))]
async fn list_certificates(
    State(app): State<App>,
    staff: Staff,
) -> Result<Json<Vec<CertificateView>>, Problem> {
    let list = certificate::list_of_session(&app, staff.access.session().id).await?;
    Ok(Json(list.into_iter().map(CertificateView::from).collect()))
}

/// A certificate as PDF
#[utoipa::path(get, path = "/api/v1/certificates/{certificate}/certificate.pdf",
    params(("certificate" = CertificateId, Path)),
    responses((status = 200, content_type = "application/pdf", body = [u8]),
        (status = 404, description = "no_such_certificate")))]
async fn certificate_pdf(
    State(app): State<App>,
    _: Staff,
    Path(id): Path<CertificateId>,
) -> Result<Response, Problem> {
    let found = certificate::find(&app, id).await?;
    Ok(pdf(certificate::pdf(&app, id).await?, &found))
}

/// Takes a certificate back
#[utoipa::path(post, path = "/api/v1/certificates/{certificate}/revoke",
    params(("certificate" = CertificateId, Path)), request_body = RevokeBody,
    responses((status = 200, body = CertificateView),
        (status = 404, description = "no_such_certificate"),
        (status = 409, description = "certificate_not_issued, certificate_already_revoked")))]
async fn revoke_certificate(
    State(app): State<App>,
    Admin(rights): Admin,
    Path(id): Path<CertificateId>,
    Json(body): Json<RevokeBody>,
) -> Result<Json<CertificateView>, Problem> {
    let by = Actor::Person(rights.person);
    let revoked = certificate::revoke(&app, by, id, body.reason.into()).await?;
    Ok(Json(revoked.into()))
}

/// The certificate of the candidate at this seat
#[utoipa::path(get, path = "/api/v1/attempt/certificate.pdf",
    responses((status = 200, content_type = "application/pdf", body = [u8]),
        (status = 404, description = "no_such_certificate")))]
async fn own_certificate_pdf(
    State(app): State<App>,
    candidate: Candidate,
) -> Result<Response, Problem> {
    let mut tx = app.db.read().await.map_err(|cause| Problem::internal(&cause))?;
    let found = certificate::find_by_attempt(&mut tx, candidate.attempt).await?;
    drop(tx);
    Ok(pdf(certificate::pdf(&app, found.id).await?, &found))
}

/// A PDF that the browser shows or keeps under the code's name.
fn pdf(bytes: Vec<u8>, certificate: &Certificate) -> Response {
    let name = format!("inline; filename=\"certificate-{}.pdf\"", certificate.facts.code);
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    let name = HeaderValue::from_str(&name).expect("a code is ASCII");
    headers.insert(header::CONTENT_DISPOSITION, name);
    response
}
