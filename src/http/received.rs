//! When an answer had arrived: whole, and before anything that it may have to wait for.

use axum::{
    body::{Body, to_bytes},
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::problem::Problem;
use crate::app::App;

/// The largest body a route takes unless it says otherwise, bytes.
pub const BODY_LIMIT: usize = 64 * 1024;

/// The route of answers, as the router knows it.
const ANSWERS: &str = "/api/v1/attempt/answers/{item}";

/// Takes an answer in whole and notes the instant, by which it is judged however long the look at the
/// seat and the queue of the database take. A body that trickles gains no time.
pub async fn receive(
    State(app): State<App>,
    matched: MatchedPath,
    request: Request,
    next: Next,
) -> Response {
    if matched.as_str() != ANSWERS {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return Problem::too_large().into_response();
    };
    parts.extensions.insert(app.receipts.take(&app.clock));
    next.run(Request::from_parts(parts, Body::from(body))).await
}
