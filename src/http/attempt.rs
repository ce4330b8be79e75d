//! What a candidate asks for: the seat, the paper, saving answers, handing in.

use std::collections::BTreeMap;

use axum::{
    Extension,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Response},
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{
    IntoParams, PartialSchema, ToSchema,
    openapi::{ObjectBuilder, OneOfBuilder, RefOr, Schema, Type},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    asking::{Asking, Candidate, SEAT_COOKIE, cookie, left, token},
    attempt_view::{AttemptView, view},
    body::{ClientAddress, Json, Path, Query},
    marks,
    problem::Problem,
};
use crate::{
    app::{App, Receipt},
    attempt::{self, Answer, Door, LONGEST_ANSWER, Revision, Visitor, rules::Refusal},
    item::PaperItem,
    people::{self, Page},
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    let answers = OpenApiRouter::new()
        .routes(routes!(put_answer))
        .layer(DefaultBodyLimit::max(LONGEST_ANSWER));
    OpenApiRouter::new()
        .routes(routes!(enter))
        .routes(routes!(attempt))
        .routes(routes!(leave))
        .routes(routes!(start_part))
        .routes(routes!(paper))
        .routes(routes!(finish_part))
        .merge(answers)
        .routes(routes!(file))
        .routes(routes!(time))
}

/// What a candidate types at the door.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EntryBody {
    session_code: String,
    family_name: String,
    given_names: String,
    birth_date: NaiveDate,
}

/// The questions of a running part, with the answers that are kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Paper)]
pub struct PaperBody {
    part: i32,
    epoch: i64,
    items: Vec<PaperItem>,
    answers: Vec<CurrentAnswer>,
}

/// The newest revision of an answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct CurrentAnswer {
    item_id: String,
    revision: i64,
    value: AnswerValue,
}

/// One revision of an answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerBody {
    part: i32,
    epoch: i64,
    #[schema(value_type = i64, minimum = 1, maximum = 1_000_000)]
    revision: Revision,
    value: AnswerValue,
}

/// How an answer looks, by the type of its item.
const SHAPES: &str = r#"By the type of the item: "b", ["a","c"], "texte", "12,5", {"total":"12"}, {"l1":"r2"}, ["c","a"]; null clears."#;

/// The value of an answer.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AnswerValue(pub Value);

impl PartialSchema for AnswerValue {
    fn schema() -> RefOr<Schema> {
        let null = ObjectBuilder::new().schema_type(Type::Null);
        let shapes = OneOfBuilder::new()
            .item(String::schema())
            .item(Vec::<String>::schema())
            .item(BTreeMap::<String, String>::schema())
            .item(null)
            .description(Some(SHAPES));
        RefOr::T(Schema::OneOf(shapes.build()))
    }
}

impl ToSchema for AnswerValue {}

/// The answer is durable.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Saved)]
pub struct SavedBody {
    revision: i64,
    saved_at: DateTime<Utc>,
    answered: i64,
}

/// The language of a file.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct FileQuery {
    /// `fr` or `en`; French when absent.
    lang: Option<String>,
}

/// The asker's clock.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct TimeQuery {
    /// When the asker asked, by its own clock, in ms.
    c0: i64,
}

/// Three clocks, in ms since 1970: the asker's when it asked, the server's on arrival and answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimeBody {
    c0: i64,
    s1: i64,
    s2: i64,
}

impl From<attempt::Paper> for PaperBody {
    fn from(paper: attempt::Paper) -> Self {
        let answers = paper.answers.into_iter().map(|answer| CurrentAnswer {
            item_id: answer.item_id,
            revision: answer.revision,
            value: AnswerValue(answer.value),
        });
        Self {
            part: paper.part,
            epoch: paper.epoch,
            items: paper.items,
            answers: answers.collect(),
        }
    }
}

/// Take a seat; whatever does not match is refused in the same words
///
/// The answer sets the cookie `__Host-jurat-seat`. A seat that is open on another device stays there
/// until the invigilator releases it with the command `new_device`.
#[utoipa::path(post, path = "/api/v1/entry", request_body = EntryBody, responses(
    (status = 200, body = AttemptView), (status = 404, description = "entry_refused"),
    (status = 409, description = "already_open"),
    (status = 429, description = "too_many_attempts")))]
async fn enter(
    State(app): State<App>,
    ClientAddress(address): ClientAddress,
    request: Request,
) -> Result<Response, Problem> {
    let asking = request.extensions().get::<Asking>();
    let seat = asking.and_then(|asking| asking.seat).map(|seat| seat.attempt);
    let stranger = marks::stranger(&app, Page::Entry, request.headers(), address).await?;
    let Json(body) =
        <Json<EntryBody> as axum::extract::FromRequest<()>>::from_request(request, &()).await?;
    let door = Door {
        session_code: body.session_code,
        family_name: body.family_name,
        given_names: body.given_names,
        birth_date: body.birth_date,
    };
    let (token, snapshot) = attempt::enter(&app, &door, Visitor { seat, stranger }).await?;
    let seat = token.map(|token| (header::SET_COOKIE, cookie(SEAT_COOKIE, &token)));
    Ok((AppendHeaders(seat), Json(view(&app, snapshot).await?)).into_response())
}

/// The attempt; any page can be built from it after a reload
///
/// Asking is a sign of life. Before the entry there is none: then the answer marks the device with the
/// cookie `__Host-jurat-door`, so that wrong entries cost this device alone.
#[utoipa::path(get, path = "/api/v1/attempt", responses((status = 200, body = AttemptView),
    (status = 204, description = "this device has no seat")))]
async fn attempt(
    State(app): State<App>,
    Extension(asking): Extension<Asking>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Some(seat) = asking.seat else {
        let mark = marks::give(&app, Page::Entry, &headers, address).await?;
        return Ok((StatusCode::NO_CONTENT, AppendHeaders(mark)).into_response());
    };
    let snapshot = attempt::snapshot(&app, seat.attempt).await?;
    Ok(Json(view(&app, snapshot).await?).into_response())
}

/// Leave the seat: this device has it no more
///
/// A sign-in to an account in the same browser goes on. The exam is not touched: whoever enters
/// again finds it as it stands.
#[utoipa::path(post, path = "/api/v1/attempt/leave", responses((status = 204)))]
async fn leave(
    State(app): State<App>,
    Extension(asking): Extension<Asking>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    if let Some(token) = token(&headers, SEAT_COOKIE) {
        people::sign_out(&app, &token).await?;
    }
    Ok(left(SEAT_COOKIE, asking.person.is_some()))
}

/// Begin a part, or find it begun
#[utoipa::path(post, path = "/api/v1/attempt/parts/{part}/start", params(("part" = i32, Path)),
    responses((status = 200, body = PaperBody),
        (status = 409, description = "not_admitted, held, part_closed, too_late, wrong_state"),
        (status = 503, description = "clock_disagrees")))]
async fn start_part(
    State(app): State<App>,
    candidate: Candidate,
    Path(part): Path<i32>,
) -> Result<Json<PaperBody>, Problem> {
    Ok(Json(attempt::start_part(&app, candidate.attempt, part).await?.into()))
}

/// The paper of the running part
#[utoipa::path(get, path = "/api/v1/attempt/parts/{part}/paper", params(("part" = i32, Path)),
    responses((status = 200, body = PaperBody),
        (status = 409, description = "not_admitted, not_running, held, part_closed, too_late")))]
async fn paper(
    State(app): State<App>,
    candidate: Candidate,
    Path(part): Path<i32>,
) -> Result<Json<PaperBody>, Problem> {
    Ok(Json(attempt::paper(&app, candidate.attempt, part).await?.into()))
}

/// Hand in a part
///
/// The answer is the break or the end, with the receipt of the part.
#[utoipa::path(post, path = "/api/v1/attempt/parts/{part}/finish", params(("part" = i32, Path)),
    responses((status = 200, body = AttemptView),
        (status = 409, description = "not_admitted, not_running, held, part_closed")))]
async fn finish_part(
    State(app): State<App>,
    candidate: Candidate,
    Path(part): Path<i32>,
) -> Result<Json<AttemptView>, Problem> {
    let snapshot = attempt::finish_part(&app, candidate.attempt, part).await?;
    Ok(Json(view(&app, snapshot).await?))
}

/// Save an answer; 200 means that it is durable
///
/// A seat saves 60 answers at once and 8 a second after, unless the server is set otherwise. A refusal
/// says in `kept` whether the answer is in the history all the same; what comes after the end is not.
#[utoipa::path(put, path = "/api/v1/attempt/answers/{item}", params(("item" = String, Path)),
    request_body = AnswerBody, responses((status = 200, body = SavedBody),
        (status = 404, description = "no_such_item"),
        (status = 409, description = "too_late, held, not_running, stale_revision, fenced, \
            part_closed, not_admitted"),
        (status = 413, description = "too_large: more than 64 KiB"),
        (status = 422, description = "wrong_shape"),
        (status = 429, description = "too_fast: come back after the seconds of Retry-After")))]
async fn put_answer(
    State(app): State<App>,
    candidate: Candidate,
    Path(item): Path<String>,
    Extension(receipt): Extension<Receipt>,
    Json(body): Json<AnswerBody>,
) -> Result<Json<SavedBody>, Problem> {
    let AnswerBody { part, epoch, revision, value: AnswerValue(value) } = body;
    let answer = Answer { attempt: candidate.attempt, part, item, epoch, revision, value };
    let saved = attempt::save_answer(&app, answer, receipt).await.map_err(not_saved)?;
    Ok(Json(SavedBody {
        revision: saved.revision,
        saved_at: saved.saved_at,
        answered: saved.answered,
    }))
}

/// Says of an answer that is refused whether it was kept, so that nothing is thrown away silently.
fn not_saved(error: attempt::Error) -> Problem {
    let kept = match &error {
        attempt::Error::Refused(Refusal::StaleRevision) => Some(true),
        // the commit failed: nobody knows before the answer is sent again
        attempt::Error::Db(_) => None,
        attempt::Error::NoSession
        | attempt::Error::NoAttempt
        | attempt::Error::NoPart
        | attempt::Error::NoItem
        | attempt::Error::EntryRefused
        | attempt::Error::WrongShape(_)
        | attempt::Error::TooMany(_)
        | attempt::Error::TooFast(_)
        | attempt::Error::ClockDisagrees
        | attempt::Error::Clock(_)
        | attempt::Error::Refused(_) => Some(false),
    };
    let problem = Problem::from(error);
    match kept {
        Some(kept) => problem.with("kept", kept),
        None => problem,
    }
}

/// The file that a task works on
#[utoipa::path(get, path = "/api/v1/attempt/files/{item}",
    params(("item" = String, Path), FileQuery),
    responses((status = 200, content_type = "*/*", body = Vec<u8>),
        (status = 404, description = "no_such_item"),
        (status = 409, description = "part_closed, too_late")))]
async fn file(
    State(app): State<App>,
    candidate: Candidate,
    Path(item): Path<String>,
    Query(query): Query<FileQuery>,
) -> Result<Response, Problem> {
    let lang = query.lang.as_deref().unwrap_or("fr");
    let file = attempt::file(&app, candidate.attempt, &item, lang).await?;
    let name: String = file.name.chars().filter(|c| c.is_ascii_graphic() && *c != '"').collect();
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""))
        .map_err(|cause| Problem::internal(&cause))?;
    let kind = HeaderValue::from_static(file.mime);
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, file.bytes).into_response())
}

/// The server's clock
#[utoipa::path(get, path = "/api/v1/time", params(TimeQuery),
    responses((status = 200, body = TimeBody)))]
async fn time(State(app): State<App>, Query(query): Query<TimeQuery>) -> Json<TimeBody> {
    let s1 = app.clock.now().timestamp_millis();
    Json(TimeBody { c0: query.c0, s1, s2: app.clock.now().timestamp_millis() })
}
