//! What staff ask of attempts: one, a selection or the room.

use axum::extract::{DefaultBodyLimit, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{body::Json, problem::Problem, scope::Staff};
use crate::{
    app::App,
    attempt::{
        self,
        rules::{AttemptState, Command},
    },
    base::AttemptId,
    enrolment,
    journal::Actor,
};

/// The largest body of a command, in bytes: it may name everybody of the longest list.
const ROOM_LIMIT: usize = 64 * enrolment::MAX_ROWS;

/// Routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(command)).layer(DefaultBodyLimit::max(ROOM_LIMIT))
}

/// A command for one candidate, several, or the room, with what it needs and nothing else.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
pub enum CommandBody {
    /// The person is here and is who they say.
    CheckIn { attempts: Vec<AttemptId> },
    /// The person did not come.
    MarkAbsent { attempts: Vec<AttemptId> },
    /// The person came after all.
    Reinstate { attempts: Vec<AttemptId>, reason: String },
    /// The candidate may begin.
    Admit { attempts: Vec<AttemptId> },
    /// The clock stops.
    Hold { attempts: Vec<AttemptId>, reason: String },
    /// The clock goes on; `credit` says whether the held time is given back.
    Release { attempts: Vec<AttemptId>, credit: bool },
    /// The deadline moves by `seconds`, which may be negative.
    Extend { attempts: Vec<AttemptId>, seconds: i64, reason: String },
    /// The attempt ends.
    Terminate { attempts: Vec<AttemptId>, reason: String },
    /// The candidate gives up.
    Withdraw { attempts: Vec<AttemptId>, reason: String },
    /// Another device takes over.
    NewDevice { attempts: Vec<AttemptId> },
    /// What was sealed or terminated goes on: it stands on hold, with `seconds` more than was left.
    Reopen { attempts: Vec<AttemptId>, seconds: i64, reason: String },
}

impl CommandBody {
    fn into_command(self) -> (Command, Vec<AttemptId>) {
        match self {
            Self::CheckIn { attempts } => (Command::CheckIn, attempts),
            Self::MarkAbsent { attempts } => (Command::MarkAbsent, attempts),
            Self::Reinstate { attempts, reason } => (Command::Reinstate { reason }, attempts),
            Self::Admit { attempts } => (Command::Admit, attempts),
            Self::Hold { attempts, reason } => (Command::Hold { reason }, attempts),
            Self::Release { attempts, credit } => (Command::Release { credit }, attempts),
            Self::Extend { attempts, seconds, reason } => {
                (Command::Extend { seconds, reason }, attempts)
            }
            Self::Terminate { attempts, reason } => (Command::Terminate { reason }, attempts),
            Self::Withdraw { attempts, reason } => (Command::Withdraw { reason }, attempts),
            Self::NewDevice { attempts } => (Command::NewDevice, attempts),
            Self::Reopen { attempts, seconds, reason } => {
                (Command::Reopen { seconds, reason }, attempts)
            }
        }
    }
}

/// What became of a command, for each attempt.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommandDone {
    done: Vec<AttemptId>,
    refused: Vec<RefusedBody>,
}

/// A rule said no to one of several.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RefusedCommand)]
pub struct RefusedBody {
    attempt_id: AttemptId,
    code: &'static str,
    detail: String,
    state: AttemptState,
}

/// Command one candidate, several, or the room
///
/// Each is decided for itself: `refused` says for whom a rule said no. A row of the board tells in
/// `allowed` what the rules allow now.
#[utoipa::path(post, path = "/api/v1/sessions/{session}/commands",
    params(("session" = String, Path)), request_body = CommandBody,
    responses((status = 200, body = CommandDone), (status = 409, description = "session_not_open")))]
async fn command(
    State(app): State<App>,
    staff: Staff,
    Json(body): Json<CommandBody>,
) -> Result<Json<CommandDone>, Problem> {
    let (command, attempts) = body.into_command();
    let actor = Actor::Person(staff.person());
    let told = attempt::command(&app, actor, staff.session(), &command, &attempts).await?;
    let refused = told.refused.into_iter().map(|refused| RefusedBody {
        attempt_id: refused.attempt,
        code: refused.why.code(),
        detail: refused.why.to_string(),
        state: refused.state,
    });
    Ok(Json(CommandDone { done: told.done, refused: refused.collect() }))
}
