//! The description of the API, and the routes that tell whether the server is well.

use axum::{extract::State, http::StatusCode};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    api,
    body::Json,
    describe,
    live::{LiveMessage, LiveSaid},
    problem::{Problem, ProblemBody},
};
use crate::{
    app::{App, Disagreement},
    base::Language,
    db::Readiness,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Jurat",
        description = "Certification sessions, from enrolment to a certificate that anyone can \
            check. Ids are opaque strings; instants are RFC 3339 in UTC; durations are whole \
            seconds (`_s`). Every member of a body is there; what is absent is `null`. Errors are \
            application/problem+json; their codes are listed in docs/API.md. Every request that \
            is not a GET carries `X-Jurat: 1`, and where somebody has to be signed in `X-Jurat-For`: \
            `per_…` or `att_…;epoch=N`, which a GET may carry too; every answer carries `X-Jurat: 1`. \
            A POST may carry an `Idempotency-Key`, under which it is done once."
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

/// Whether the server takes work.
#[derive(Debug, Serialize, ToSchema)]
struct ReadinessBody {
    /// Whether it does.
    ready: bool,
    /// What keeps it from it: `database_silent`, `disk_full`, `disk_failed`, `writer_failed`,
    /// `little_room`, `writes_wait`; empty when it is ready.
    causes: Vec<&'static str>,
    /// Room on the disk of the embedded database, bytes; null with a server.
    free_bytes: Option<u64>,
    /// How long the oldest write has waited, milliseconds.
    oldest_write_ms: u64,
    /// How far the wall clock lies after the agreed instant, while they disagree; null otherwise. What
    /// runs goes on and is served, so the server is ready.
    clock_difference_s: Option<i64>,
}

impl ReadinessBody {
    fn of(found: &Readiness, clock: Option<Disagreement>) -> Self {
        Self {
            ready: found.causes.is_empty(),
            causes: found.causes.iter().map(|cause| cause.word()).collect(),
            free_bytes: found.free,
            oldest_write_ms: u64::try_from(found.oldest_write.as_millis()).unwrap_or(u64::MAX),
            clock_difference_s: clock.map(|alarm| alarm.difference_s),
        }
    }
}

/// Whether the database takes writes
#[utoipa::path(get, path = "/readyz", responses((status = 200, body = ReadinessBody),
    (status = 503, description = "unavailable; the problem has the members of the body for 200 too")))]
async fn readyz(State(app): State<App>) -> Result<Json<ReadinessBody>, Problem> {
    let found = ReadinessBody::of(&app.db.readiness().await, app.alarm.current());
    if found.ready { Ok(Json(found)) } else { Err(Problem::not_ready(&found)) }
}
