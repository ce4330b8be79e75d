//! The routes that tell whether the server is well.

use axum::{extract::State, http::StatusCode};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{body::Json, problem::Problem};
use crate::{
    app::{App, Disagreement},
    db::Readiness,
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(healthz)).routes(routes!(readyz))
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
            causes: found.causes.iter().map(|cause| cause.as_str()).collect(),
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
