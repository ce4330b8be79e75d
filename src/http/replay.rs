//! `Idempotency-Key`: the same POST sent again gets the same answer and is not done again.

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use tracing::Instrument;

use super::{asking::Asking, problem::Problem};
use crate::{
    app::App,
    people::replies::{self, Keyed, Known, Reply},
};

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The largest request or reply that is kept, bytes; a list of candidates is the largest.
const LIMIT: usize = 5 * 1024 * 1024;

/// What these tell is told once: it must not be found in the database.
pub const TOLD_ONCE: [&str; 5] = [
    "/api/v1/invitations",
    "/api/v1/centres",
    "/api/v1/centres/{centre}/invitations",
    "/api/v1/attempt/socket-ticket",
    "/api/v1/sessions/{session}/socket-ticket",
];

/// Replays what was answered before, for those who are signed in and send a key.
pub async fn replay(
    State(app): State<App>,
    matched: MatchedPath,
    request: Request,
    next: Next,
) -> Response {
    if TOLD_ONCE.contains(&matched.as_str()) {
        return next.run(request).await;
    }
    let asking = request.extensions().get::<Asking>();
    let subject = asking.and_then(|asking| {
        asking.person.as_ref().map(|person| person.person.0).or(asking.seat.map(|seat| seat.0))
    });
    let key = request.headers().get(KEY).and_then(|key| key.to_str().ok()).map(str::to_owned);
    match (subject, key) {
        (Some(subject), Some(key)) if request.method() == Method::POST => {
            once(&app, subject, &key, request, next).await.unwrap_or_else(Problem::into_response)
        }
        _ => next.run(request).await,
    }
}

async fn once(
    app: &App,
    subject: uuid::Uuid,
    key: &str,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    if key.is_empty() || key.len() > 200 {
        return Err(Problem::unreadable("bad_idempotency_key", "a key has 1 to 200 characters"));
    }
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, LIMIT).await.map_err(|_| Problem::too_large())?;
    let path = parts.uri.to_string();
    let keyed =
        Keyed::new(subject, key, [parts.method.as_str().as_bytes(), path.as_bytes(), &body]);
    match replies::take(app, &keyed).await? {
        Known::New => {
            let request = Request::from_parts(parts, Body::from(body));
            to_its_end(app.clone(), keyed, request, next).await
        }
        Known::Running => Err(Problem::refused("still_running", "this request is being done")),
        Known::InDoubt => Err(Problem::refused(
            "in_doubt",
            "the server was stopped during this request; look whether it was done",
        )),
        Known::Other => {
            Err(Problem::refused("key_reused", "this key was used for another request"))
        }
        Known::Replied(reply) => Ok(again(reply)),
    }
}

/// Goes on though the caller leaves, so that the reply is there when the request is sent again.
async fn to_its_end(
    app: App,
    keyed: Keyed,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let stay = app.ending.stay();
    let work = async move {
        let _stay = stay;
        let response = next.run(request).await;
        kept(&app, &keyed, response).await
    };
    tokio::spawn(work.in_current_span())
        .await
        .unwrap_or_else(|cut_off| Err(Problem::internal(&cut_off)))
}

/// Keeps an answer that is final; one that failed may be tried again under the same key.
async fn kept(app: &App, keyed: &Keyed, response: Response) -> Result<Response, Problem> {
    let (parts, body) = response.into_parts();
    if parts.status.is_server_error() || parts.status == StatusCode::TOO_MANY_REQUESTS {
        replies::forget(app, keyed).await?;
        return Ok(Response::from_parts(parts, body));
    }
    let body: Bytes = to_bytes(body, usize::MAX).await.map_err(|e| Problem::internal(&e))?;
    let media = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let reply = Reply {
        status: parts.status.as_u16(),
        content_type: media.unwrap_or_default().to_owned(),
        body: body.to_vec(),
    };
    replies::keep(app, keyed, &reply).await?;
    Ok(Response::from_parts(parts, Body::from(body)))
}

fn again(reply: Reply) -> Response {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::OK);
    let mut response = (status, reply.body).into_response();
    let headers = response.headers_mut();
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    match HeaderValue::from_str(&reply.content_type) {
        Ok(media) if !media.is_empty() => headers.insert(header::CONTENT_TYPE, media),
        Ok(_) | Err(_) => headers.remove(header::CONTENT_TYPE),
    };
    response
}
