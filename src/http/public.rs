//! The public check of a certificate: pages without script, JSON for programs, the public keys.

use std::sync::LazyLock;

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::{ToSchema, openapi::schema::Object};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    body::{ClientAddress, Json, Path, Query},
    problem::Problem,
    public_words::Words,
    words,
};
use crate::{
    app::App,
    certificate::{Certificate, Status},
    document::dates,
    scheme::{Level, Text},
    verify::{self, Answer, Known},
};

const STYLE: &str = include_str!("../../templates/public/style.css");

/// The name of the style sheet changes with its content.
static STYLE_NAME: LazyLock<String> =
    LazyLock::new(|| format!("check-{}.css", hex::encode(&Sha256::digest(STYLE)[..6])));

/// Routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(check))
        .routes(routes!(ask))
        .routes(routes!(jwks))
        .routes(routes!(style))
}

/// What anyone may know of a certificate.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicCertificate {
    code: String,
    #[schema(schema_with = public_status)]
    status: Status,
    status_at: DateTime<Utc>,
    status_reason: String,
    family_name: String,
    given_names: String,
    birth_date: NaiveDate,
    level: Level,
    scheme_title: Text,
    centre_name: String,
    issued_at: DateTime<Utc>,
}

/// Where a certificate stands that anyone may know of.
fn public_status() -> Object {
    words::one_of([Status::Valid, Status::Revoked])
}

impl From<Certificate> for PublicCertificate {
    fn from(certificate: Certificate) -> Self {
        let facts = certificate.facts;
        Self {
            code: facts.code.to_string(),
            status: certificate.status,
            status_at: certificate.status_at,
            status_reason: certificate.status_reason,
            level: Level { id: facts.level.clone(), title: facts.level_title() },
            family_name: facts.family_name,
            given_names: facts.given_names,
            birth_date: facts.birth_date,
            scheme_title: facts.scheme_title,
            centre_name: facts.centre_name,
            issued_at: facts.issued_at,
        }
    }
}

/// What the address may carry.
#[derive(Debug, Deserialize)]
struct Choice {
    lang: Option<String>,
    code: Option<String>,
}

#[derive(Template)]
#[template(path = "public/check.html")]
struct Page {
    words: &'static Words,
    title: String,
    style: &'static str,
    here: String,
    view: View,
}

enum View {
    Found(Box<Found>),
    Ask(Ask),
}

/// A certificate in the words of the page.
struct Found {
    revoked: bool,
    status_on: String,
    reason: &'static str,
    name: String,
    birth_date: String,
    level: String,
    rank: usize,
    steps: Vec<String>,
    meaning: String,
    scheme: String,
    centre: String,
    issued_on: String,
    code: String,
}

/// The form, and why it is shown again.
#[derive(Default)]
struct Ask {
    typed: String,
    unknown: bool,
    misread: bool,
    busy: bool,
    meant: Option<String>,
}

/// Whether a certificate is genuine: a page, or JSON where that is asked for
#[utoipa::path(get, path = "/c/{code}", params(("code" = String, Path)),
    responses(
        (status = 200, content((PublicCertificate = "application/json"), (String = "text/html"))),
        (status = 404, description = "no_such_certificate, mistyped_code",
            content_type = "text/html", body = String),
        (status = 429, description = "too_many_attempts",
            content_type = "text/html", body = String),
        (status = 503, description = "unavailable", content_type = "text/html", body = String)))]
async fn check(
    State(app): State<App>,
    ClientAddress(address): ClientAddress,
    Path(typed): Path<String>,
    Query(choice): Query<Choice>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let answer = verify::check(&app, address, &typed).await.map_err(Problem::from);
    let accepted = text(&headers, header::ACCEPT);
    if accepted.contains("application/json") && !accepted.contains("text/html") {
        return match answer? {
            Answer::Known(known) => {
                Ok(Json(PublicCertificate::from(known.certificate)).into_response())
            }
            Answer::Unknown => Err(Problem::not_found("certificate")),
            Answer::Misread(meant) => Err(Problem::mistyped_code(meant)),
        };
    }
    let words = Words::choose(choice.lang.as_deref(), text(&headers, header::ACCEPT_LANGUAGE));
    let here = format!("/c/{}", plain(&typed));
    let answer = match answer {
        Ok(answer) => answer,
        Err(problem) => {
            let busy = View::Ask(Ask { typed, busy: true, ..Ask::default() });
            return page(problem.status(), words, here, busy);
        }
    };
    let ask = |ask: Ask| (StatusCode::NOT_FOUND, here, View::Ask(ask));
    let (status, here, view) = match answer {
        Answer::Known(known) => {
            let here = format!("/c/{}", known.certificate.facts.code);
            (StatusCode::OK, here, View::Found(Box::new(Found::of(&known, words))))
        }
        Answer::Unknown => ask(Ask { typed, unknown: true, ..Ask::default() }),
        Answer::Misread(meant) => {
            let meant = meant.map(|code| code.to_string());
            ask(Ask { typed, misread: true, meant, ..Ask::default() })
        }
    };
    page(status, words, here, view)
}

/// The form for a code; with one, leads to its page
#[utoipa::path(get, path = "/c", params(("code" = Option<String>, Query),
    ("lang" = Option<String>, Query)), responses(
    (status = 200, content_type = "text/html", body = String), (status = 303)))]
async fn ask(Query(choice): Query<Choice>, headers: HeaderMap) -> Result<Response, Problem> {
    let words = Words::choose(choice.lang.as_deref(), text(&headers, header::ACCEPT_LANGUAGE));
    match choice.code.as_deref().map(plain).filter(|code| !code.is_empty()) {
        Some(code) => {
            let place = format!("/c/{code}?lang={}", words.lang);
            Ok(Redirect::to(&place).into_response())
        }
        None => page(StatusCode::OK, words, "/c".to_owned(), View::Ask(Ask::default())),
    }
}

/// The public keys that certificates are signed with, as a JSON Web Key Set
#[utoipa::path(get, path = "/.well-known/jwks.json", responses((status = 200, body = Object)))]
async fn jwks(State(app): State<App>) -> Result<Response, Problem> {
    let keys = verify::keys(&app).await.map_err(|cause| Problem::internal(&cause))?;
    let mut response = Json(verify::key_set(&keys)).into_response();
    let cache = HeaderValue::from_static("public, max-age=300");
    response.headers_mut().insert(header::CACHE_CONTROL, cache);
    Ok(response)
}

/// The style sheet of the public page
#[utoipa::path(get, path = "/public/{file}", params(("file" = String, Path)),
    responses((status = 200, content_type = "text/css", body = String),
        (status = 404, description = "no_such_page")))]
async fn style(Path(file): Path<String>) -> Result<Response, Problem> {
    if file != *STYLE_NAME {
        return Err(Problem::not_found("page"));
    }
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    Ok((headers, STYLE).into_response())
}

/// What was typed, as it may stand in an address.
fn plain(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_alphanumeric).take(40).collect()
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn page(
    status: StatusCode,
    words: &'static Words,
    here: String,
    view: View,
) -> Result<Response, Problem> {
    let title = match &view {
        View::Found(found) if found.revoked => format!("{} · {}", words.revoked, found.name),
        View::Found(found) => format!("{} · {}", words.genuine, found.name),
        View::Ask(ask) if ask.unknown => words.unknown.to_owned(),
        View::Ask(ask) if ask.misread => words.misread.to_owned(),
        View::Ask(ask) if ask.busy => words.busy.to_owned(),
        View::Ask(_) => words.brand.to_owned(),
    };
    let page = Page { words, title, style: &STYLE_NAME, here, view };
    let html = page.render().map_err(|cause| Problem::internal(&cause))?;
    let vary = [(header::VARY, "accept, accept-language")];
    Ok((status, vary, Html(html)).into_response())
}

impl Found {
    fn of(Known { certificate, since }: &Known, words: &Words) -> Self {
        let facts = &certificate.facts;
        let told = |text: &Text| text.get(words.lang).to_owned();
        Self {
            revoked: certificate.status == Status::Revoked,
            status_on: dates::day(*since, words.lang),
            reason: words.reason(&certificate.status_reason),
            name: facts.name(),
            birth_date: dates::day(facts.birth_date, words.lang),
            level: told(&facts.level_title()),
            rank: facts.rank(),
            steps: facts.levels.iter().map(|level| told(&level.title)).collect(),
            meaning: told(&facts.meaning),
            scheme: told(&facts.scheme_title),
            centre: facts.centre_name.clone(),
            issued_on: dates::day(facts.issued_on, words.lang),
            code: facts.code.to_string(),
        }
    }
}
