//! The web application: built by Vite, embedded in the binary, compressed when it was built.

use axum::{
    Router,
    extract::{Path, Request},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::problem::Problem;
use crate::app::App;

#[derive(RustEmbed)]
#[folder = "invigilator-ui/dist"]
struct Files;

/// The pages, one for a role; every address below one is the page's own affair.
const PAGES: [(&str, &str); 7] = [
    ("invitation", "index.html"),
    ("sign-in", "index.html"),
    ("admin", "admin.html"),
    ("centre", "centre.html"),
    ("invigilate", "invigilate.html"),
    ("exam", "exam.html"),
    ("jury", "jury.html"),
];

/// Routes of the pages and their files.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(|request: Request| async move { file("index.html", request.headers()) }))
        .route("/{page}", get(page))
        .route("/{page}/{*rest}", get(page_below))
        .route("/assets/{*file}", get(asset))
}

async fn page(Path(name): Path<String>, headers: HeaderMap) -> Response {
    match PAGES.iter().find(|(page, _)| *page == name) {
        Some((_, html)) => file(html, &headers),
        None => Problem::not_found("page").into_response(),
    }
}

async fn page_below(Path((name, _)): Path<(String, String)>, headers: HeaderMap) -> Response {
    page(Path(name), headers).await
}

async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    file(&format!("assets/{name}"), &headers)
}

/// A file, in brotli where it was compressed and the browser takes it.
fn file(name: &str, asked: &HeaderMap) -> Response {
    let accepted = asked.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    let takes_brotli =
        accepted.is_some_and(|list| list.split(',').any(|coding| coding.trim().starts_with("br")));
    let brotli = takes_brotli.then(|| Files::get(&format!("{name}.br"))).flatten();
    match (brotli, Files::get(name)) {
        (Some(small), Some(_)) => answer(name, small, true, asked),
        (_, Some(plain)) => answer(name, plain, false, asked),
        (_, None) => Problem::not_found("page").into_response(),
    }
}

fn answer(name: &str, file: EmbeddedFile, brotli: bool, asked: &HeaderMap) -> Response {
    let etag = format!("\"{}\"", hex::encode(&file.metadata.sha256_hash()[..16]));
    let unchanged = asked.get(header::IF_NONE_MATCH).is_some_and(|known| *known == *etag);
    let mut response = if unchanged {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        file.data.into_response()
    };
    let headers = response.headers_mut();
    let hashed = name.starts_with("assets/");
    let cache = if hashed { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(name)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(header::ETAG, HeaderValue::from_str(&etag).expect("hex is ASCII"));
    if brotli {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    response
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "json" => "application/json",
        _ => "application/octet-stream",
    }
}
