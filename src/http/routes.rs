//! Every route, its description, and what every request goes through.

use axum::{Router, extract::DefaultBodyLimit, middleware};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    assets, attempt, board,
    body::Json,
    centres, certificates, clock, commands, describe, enrolments, health, identify, invitations,
    journal, jury, live, meant, papers, people, problem, public,
    received::{self, BODY_LIMIT},
    replay, scope, security, serve, sessions, told,
};
use crate::app::App;

/// Every route with its description.
fn api() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(describe::frame())
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
        .merge(journal::routes())
        .merge(commands::routes())
        .merge(live::routes())
        .merge(jury::routes())
        .routes(routes!(openapi))
        .merge(health::routes())
}

/// The whole application, ready to be served.
pub fn router(app: App) -> Router {
    let (routes, _) = api().split_for_parts();
    routes
        .merge(assets::routes())
        .route_layer(middleware::from_fn_with_state(app.clone(), replay::replay))
        .route_layer(middleware::from_fn_with_state(app.clone(), scope::admit))
        .route_layer(middleware::from_fn(meant::check))
        .route_layer(middleware::from_fn_with_state(app.clone(), identify::identify))
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

/// The whole description, OpenAPI 3.1.
pub fn document() -> utoipa::openapi::OpenApi {
    let mut described = api().split_for_parts().1;
    describe::complete(&mut described);
    described
}

/// The description of this API
#[utoipa::path(get, path = "/api/openapi.json", responses((status = 200, body = Object)))]
async fn openapi() -> Json<utoipa::openapi::OpenApi> {
    Json(document())
}
