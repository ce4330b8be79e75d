//! Routes, who is asking, bodies, problems, the UI's files. Handlers translate; they decide nothing.
//!
//! Start reading at [`rights`]: the one table of who may call what.

mod asking;
mod assets;
mod attempt;
mod attempt_view;
mod board;
mod body;
mod centres;
mod certificates;
mod clock;
mod commands;
mod describe;
mod enrolments;
mod invitations;
mod jury;
mod jury_view;
mod live;
mod marks;
mod meant;
mod openapi;
mod paging;
mod papers;
mod people;
mod problem;
mod public;
mod public_words;
mod received;
mod replay;
pub mod rights;
mod scope;
mod security;
mod serve;
mod sessions;
mod told;

use axum::{Router, extract::DefaultBodyLimit, middleware};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;

use crate::app::App;

pub use openapi::document;
pub use serve::{ServeError, Server, bind, told_to_end};

/// The largest body a route takes unless it says otherwise, bytes.
const BODY_LIMIT: usize = 64 * 1024;

/// Every route with its description.
fn api() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(openapi::frame())
        .merge(people::routes())
        .merge(centres::routes())
        .merge(invitations::routes())
        .merge(sessions::routes())
        .merge(papers::routes())
        .merge(enrolments::routes())
        .merge(attempt::routes())
        .merge(certificates::routes())
        .merge(clock::routes())
        .merge(public::routes())
        .merge(board::routes())
        .merge(commands::routes())
        .merge(live::routes())
        .merge(jury::routes())
        .merge(openapi::routes())
}

/// The whole application, ready to be served.
pub fn router(app: App) -> Router {
    let (routes, _) = api().split_for_parts();
    routes
        .merge(assets::routes())
        .route_layer(middleware::from_fn_with_state(app.clone(), replay::replay))
        .route_layer(middleware::from_fn_with_state(app.clone(), scope::admit))
        .route_layer(middleware::from_fn(meant::check))
        .route_layer(middleware::from_fn_with_state(app.clone(), asking::identify))
        .route_layer(middleware::from_fn_with_state(app.clone(), received::receive))
        .fallback(problem::no_such_page)
        .method_not_allowed_fallback(problem::no_such_method)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn(serve::in_time))
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(middleware::from_fn_with_state(app.clone(), security::headers))
        .layer(middleware::from_fn_with_state(app.clone(), told::tell))
        .with_state(app)
}
