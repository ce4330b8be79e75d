//! The description of the API, and the routes that tell whether the server is well.

use axum::{extract::State, http::StatusCode};
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    api,
    body::Json,
    describe,
    live::{LiveMessage, LiveSaid},
    problem::{Problem, ProblemBody},
};
use crate::{app::App, base::Language, fetch};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Jurat",
        description = "Certification sessions, from enrolment to a certificate that anyone can \
            check. Ids are opaque strings; instants are RFC 3339 in UTC; durations are whole \
            seconds (`_s`). Every member of a body is there; what is absent is `null`. Errors are \
            application/problem+json; their codes are listed in docs/API.md. Every request that \
            is not a GET carries `X-Jurat: 1`, and where somebody has to be signed in `X-Jurat-For`: \
            `per_…` or `att_…;epoch=N`; every answer carries `X-Jurat: 1`. A POST may carry an `Idempotency-Key`, under which \
            it is done once."
    ),
    components(schemas(Language, LiveMessage, LiveSaid, ProblemBody))
)]
struct Frame;

/// The frame that the routes are written into.
pub fn frame() -> utoipa::openapi::OpenApi {
    Frame::openapi()
}

/// The whole description, OpenAPI 3.1.
pub fn document() -> utoipa::openapi::OpenApi {
    let mut described = api().split_for_parts().1;
    describe::complete(&mut described);
    described
}

/// Routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(openapi)).routes(routes!(healthz)).routes(routes!(readyz))
}

/// The description of this API
#[utoipa::path(get, path = "/api/openapi.json", responses((status = 200, body = Object)))]
async fn openapi() -> Json<utoipa::openapi::OpenApi> {
    Json(document())
}

/// The process runs
#[utoipa::path(get, path = "/healthz", responses((status = 200)))]
async fn healthz() -> StatusCode {
    StatusCode::OK
}

/// The database answers
#[utoipa::path(get, path = "/readyz", responses((status = 200),
    (status = 503, description = "unavailable")))]
async fn readyz(State(app): State<App>) -> Result<StatusCode, Problem> {
    let mut tx = app.db.read().await.map_err(|cause| Problem::internal(&cause))?;
    let answered = fetch!(tx, fetch_one, (i64,), "SELECT CAST(1 AS BIGINT)");
    answered.map(|_| StatusCode::OK).map_err(|cause| Problem::internal(&cause))
}
