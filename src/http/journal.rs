//! The journal as staff read it: forwards after a number, or backwards from the newest entry.

use axum::{
    extract::State,
    http::Uri,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    body::{Json, Path, Query},
    paging,
    problem::Problem,
    scope::Staff,
};
use crate::{
    app::App,
    base::{AttemptId, Listed, Page},
    board::{self, Line},
    journal::{Earlier, Kind},
};

/// Entries told at once.
const PAGE: usize = 500;

/// Routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(journal)).routes(routes!(attempt_journal))
}

/// One line of the journal.
#[derive(Debug, Serialize, ToSchema)]
pub struct JournalEntry {
    seq: i64,
    at: DateTime<Utc>,
    actor: String,
    actor_name: String,
    /// What it is about; absent when a newer version wrote it.
    kind: Option<Kind>,
    /// The word of the kind, as it is stored and hashed.
    word: String,
    attempt_id: Option<AttemptId>,
    body: Value,
    hash: String,
}

impl From<Line> for JournalEntry {
    fn from((entry, actor_name): Line) -> Self {
        Self {
            seq: entry.seq,
            at: entry.at,
            actor: entry.actor,
            actor_name,
            kind: entry.kind.known(),
            word: entry.kind.into(),
            attempt_id: entry.attempt_id,
            body: serde_json::from_str(&entry.body).unwrap_or_default(),
            hash: hex::encode(entry.hash),
        }
    }
}

/// Which attempt: the session is looked at by the right.
#[derive(Debug, Deserialize)]
struct AttemptPath {
    attempt: AttemptId,
}

/// Which entries: those after a number, or the newest before one.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Which {
    /// Everything after this number, as followers read it; alone.
    after: Option<i64>,
    /// The newest before this number; absent: the newest of all.
    before: Option<i64>,
    /// Whether each saved answer is told too, when it is read backwards; not unless asked.
    answers: Option<bool>,
}

/// Which entries: the newest before a number.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Before {
    /// The newest before this number; absent: the newest of all.
    before: Option<i64>,
    /// Whether each saved answer is told too; not unless asked.
    #[serde(default)]
    answers: bool,
}

impl Before {
    fn earlier(&self) -> Earlier {
        Earlier { page: Page { after: self.before, limit: PAGE }, answers: self.answers }
    }

    /// The page, and a link to the one before it in time when there is one.
    fn answer(&self, address: &Uri, page: Listed<Line>) -> Response {
        let first = page.items.first().filter(|_| page.more).map(|(entry, _)| entry.seq);
        let answers = if self.answers { "&answers=true" } else { "" };
        let next = first.map(|seq| format!("before={seq}{answers}"));
        (paging::next_link(address, next), Json(page.map(JournalEntry::from).items)).into_response()
    }
}

/// What the journal says, at most 500 entries, oldest first: the newest, linked to those before them
#[utoipa::path(get, path = "/api/v1/sessions/{session}/journal",
    params(("session" = String, Path), Which),
    responses((status = 200, body = Vec<JournalEntry>)))]
async fn journal(
    State(app): State<App>,
    staff: Staff,
    address: Uri,
    Query(which): Query<Which>,
) -> Result<Response, Problem> {
    let Which { after, before, answers } = which;
    let Some(after) = after else {
        let before = Before { before, answers: answers.unwrap_or_default() };
        let page = board::journal_before(&app, staff.session(), &before.earlier()).await?;
        return Ok(before.answer(&address, page));
    };
    if before.is_some() || answers.is_some() {
        return Err(Problem::unreadable("unreadable_query", "after stands alone"));
    }
    let most = i64::try_from(PAGE).expect("a page is short");
    let entries = board::journal(&app, staff.session(), after, most).await?;
    let entries: Vec<_> = entries.into_iter().map(JournalEntry::from).collect();
    Ok(Json(entries).into_response())
}

/// What the journal says of one attempt: the newest 500 entries, linked to those before them
#[utoipa::path(get, path = "/api/v1/sessions/{session}/attempts/{attempt}/journal",
    params(("session" = String, Path), ("attempt" = String, Path), Before),
    responses((status = 200, body = Vec<JournalEntry>),
        (status = 404, description = "no_such_attempt")))]
async fn attempt_journal(
    State(app): State<App>,
    staff: Staff,
    address: Uri,
    Path(path): Path<AttemptPath>,
    Query(before): Query<Before>,
) -> Result<Response, Problem> {
    let page =
        board::journal_of_attempt(&app, staff.session(), path.attempt, &before.earlier()).await?;
    Ok(before.answer(&address, page))
}
