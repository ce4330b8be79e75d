//! The agreed clock for those who run the platform.

use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{body::Json, problem::Problem, scope::Admin};
use crate::{
    agreement::{self, Standing},
    app::{App, Disagreement},
    attempt,
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show_clock)).routes(routes!(accept_clock))
}

/// The server's clock was set, and nobody has accepted it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClockAlarm {
    /// Since when.
    since: DateTime<Utc>,
    /// How far the wall clock lies after the agreed instant.
    difference_s: i64,
}

impl From<Disagreement> for ClockAlarm {
    fn from(alarm: Disagreement) -> Self {
        Self { since: alarm.since, difference_s: alarm.difference_s }
    }
}

impl ClockAlarm {
    /// The alarm, if it is on.
    pub fn of(app: &App) -> Option<Self> {
        app.alarm.current().map(Self::from)
    }
}

/// Where the clocks stand.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClockStanding)]
pub struct ClockBody {
    /// What everything is judged by.
    agreed: DateTime<Utc>,
    /// The wall clock that it is held against: the database server's, where there is one, else this
    /// machine's.
    wall: DateTime<Utc>,
    /// How far the wall clock lies after the agreed instant.
    difference_s: i64,
    /// Since when they lie more than five seconds apart, so that nothing new begins.
    since: Option<DateTime<Utc>>,
    /// The wall clock of the server that answers.
    own_wall: DateTime<Utc>,
    /// How far that lies after the agreed instant.
    own_difference_s: i64,
}

impl From<Standing> for ClockBody {
    fn from(standing: Standing) -> Self {
        let Standing { agreed, wall, difference_s, since, own_wall, own_difference_s } = standing;
        Self { agreed, wall, difference_s, since, own_wall, own_difference_s }
    }
}

/// What is accepted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ClockAcceptance)]
pub struct AcceptanceBody {
    /// The difference that was seen: another one by now is refused.
    difference_s: i64,
}

/// Where the clocks stand
#[utoipa::path(get, path = "/api/v1/clock", responses((status = 200, body = ClockBody)))]
async fn show_clock(State(app): State<App>, _admin: Admin) -> Json<ClockBody> {
    Json(agreement::standing(&app).into())
}

/// Accept the wall clock as it is
///
/// The agreed instant moves, and every deadline with it: nobody's remaining time changes. Accepting
/// the same difference twice is accepting it once.
#[utoipa::path(post, path = "/api/v1/clock/acceptance", request_body = AcceptanceBody,
    responses((status = 200, body = ClockBody),
        (status = 409, description = "clock_stepped_again")))]
async fn accept_clock(
    State(app): State<App>,
    Admin(rights): Admin,
    Json(body): Json<AcceptanceBody>,
) -> Result<Json<ClockBody>, Problem> {
    let standing = attempt::accept_clock(&app, rights.person, body.difference_s).await?;
    Ok(Json(standing.into()))
}
