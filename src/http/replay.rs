//! `Idempotency-Key`: the same POST sent again gets the same answer and is not done again.
//!
//! A key belongs to who acts by the route, so that nobody is told what somebody else was answered.

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use tracing::Instrument;

use super::{
    problem::{InDoubt, Problem},
    rights::Acting,
};
use crate::{
    app::App,
    base::Moment,
    people::{
        Holder,
        replies::{self, Keyed, Known, Reply},
    },
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

/// What is of one transmission, and not of the answer.
const OF_THE_TRANSMISSION: [HeaderName; 4] =
    [header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::CONNECTION, header::DATE];

/// Replays what was answered before, for those who act and send a key.
pub async fn replay(
    State(app): State<App>,
    matched: MatchedPath,
    request: Request,
    next: Next,
) -> Response {
    if TOLD_ONCE.contains(&matched.as_str()) {
        return next.run(request).await;
    }
    let acting = request.extensions().get::<Acting>().and_then(|acting| acting.0);
    let key = request.headers().get(KEY).and_then(|key| key.to_str().ok()).map(str::to_owned);
    match (acting, key) {
        (Some(acting), Some(key)) if request.method() == Method::POST => {
            once(&app, acting, &key, request, next).await.unwrap_or_else(Problem::into_response)
        }
        _ => next.run(request).await,
    }
}

async fn once(
    app: &App,
    acting: Holder,
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
    let keyed = Keyed::new(acting, key, [parts.method.as_str().as_bytes(), path.as_bytes(), &body]);
    match replies::take(app, &keyed).await? {
        Known::New(taken) => {
            let request = Request::from_parts(parts, Body::from(body));
            to_its_end(app.clone(), (keyed, taken), request, next).await
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
    (keyed, taken): (Keyed, Moment),
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let stay = app.ending.stay();
    let work = async move {
        let _stay = stay;
        let response = next.run(request).await;
        kept(&app, keyed, taken, response).await
    };
    tokio::spawn(work.in_current_span())
        .await
        .unwrap_or_else(|cut_off| Err(Problem::internal(&cut_off)))
}

/// Keeps an answer that is final; one that failed may be tried again under the same key, unless it
/// may have been done all the same: then the key stays taken, and is told as in doubt.
async fn kept(
    app: &App,
    keyed: Keyed,
    taken: Moment,
    response: Response,
) -> Result<Response, Problem> {
    let (parts, body) = response.into_parts();
    if parts.extensions.get::<InDoubt>().is_some() {
        return Ok(Response::from_parts(parts, body));
    }
    if parts.status.is_server_error() || parts.status == StatusCode::TOO_MANY_REQUESTS {
        // a key that cannot be given back now is given back later: what was answered is told all the same
        if replies::forget(app, &keyed, taken).await.is_err() {
            tokio::spawn(replies::give_back(app.clone(), keyed, taken));
        }
        return Ok(Response::from_parts(parts, body));
    }
    let body: Bytes = to_bytes(body, usize::MAX).await.map_err(|e| Problem::internal(&e))?;
    let reply = Reply {
        status: parts.status.as_u16(),
        headers: headers_of(&parts.headers),
        body: body.to_vec(),
    };
    replies::keep(app, &keyed, &reply).await?;
    Ok(Response::from_parts(parts, Body::from(body)))
}

fn headers_of(headers: &HeaderMap) -> Vec<(String, String)> {
    let lasting = headers.iter().filter(|(name, _)| !OF_THE_TRANSMISSION.contains(name));
    lasting
        .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
        .collect()
}

fn again(reply: Reply) -> Response {
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::OK);
    let headers = response.headers_mut();
    for (name, value) in reply.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse()) {
            headers.append(name, value);
        }
    }
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    response
}
