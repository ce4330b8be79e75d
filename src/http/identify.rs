//! The first step of every request: its line of the table, and who is asking.

use std::sync::Arc;

use axum::{
    extract::{MatchedPath, Request, State},
    http::HeaderMap,
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{
    asking::{Asking, PERSON_COOKIE, SEAT_COOKIE, token},
    problem::Problem,
    rights::{Acting, Line},
    serve::Guest,
};
use crate::{
    app::App,
    people::{self, Holder},
};

/// Finds the line of a route and who is asking, and refuses whoever has to be signed in and is not.
pub async fn identify(
    State(app): State<App>,
    matched: MatchedPath,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(line) = Line::of(request.method(), matched.as_str()) else {
        return Problem::forbidden().into_response();
    };
    let asking = match read(&app, request.headers()).await {
        Ok(asking) => asking,
        Err(problem) => return problem.into_response(),
    };
    if asking.is_known()
        && let Some(guest) = request.extensions().get::<Arc<Guest>>()
    {
        guest.is_known();
    }
    let acting = line.acts(&asking);
    if acting.is_none() && !line.is_open() {
        return Problem::not_signed_in().into_response();
    }
    let extensions = request.extensions_mut();
    extensions.insert(line);
    extensions.insert(Acting(acting));
    extensions.insert(asking.clone());
    let mut response = next.run(request).await;
    response.extensions_mut().insert(asking); // for the log
    response
}

/// Reads both cookies.
async fn read(app: &App, headers: &HeaderMap) -> Result<Asking, Problem> {
    let mut asking = Asking::default();
    if let Some(Holder::Person(id)) = holder(app, headers, PERSON_COOKIE).await? {
        asking.person = people::rights(app, id).await?;
    }
    if let Some(Holder::Seat(seat)) = holder(app, headers, SEAT_COOKIE).await? {
        asking.seat = Some(seat);
    }
    Ok(asking)
}

async fn holder(app: &App, headers: &HeaderMap, name: &str) -> Result<Option<Holder>, Problem> {
    match token(headers, name) {
        Some(token) => Ok(people::who(app, &token).await?),
        None => Ok(None),
    }
}
