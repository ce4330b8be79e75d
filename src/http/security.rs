//! What protects every answer: headers, and the refusal of what another site sends.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::problem::Problem;
use crate::app::App;

/// The header that our own pages add to every request that changes something, and that the server
/// adds to every answer: what comes without it is not ours.
pub const MARK: HeaderName = HeaderName::from_static("x-jurat");

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; \
    frame-ancestors 'none'; base-uri 'none'; object-src 'none'; \
    require-trusted-types-for 'script'";

const ALWAYS: [(HeaderName, &str); 8] = [
    (MARK, "1"),
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()"),
    (header::STRICT_TRANSPORT_SECURITY, "max-age=63072000"),
];

/// Refuses cross-site requests and dresses every answer.
pub async fn headers(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = if is_ours(&app.config.public_url, request.method(), request.headers()) {
        next.run(request).await
    } else {
        Problem::cross_site().into_response()
    };
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Whether a request that changes something comes from our own pages or from a program: the mark
/// is there, and the browser, where one speaks, names our origin.
fn is_ours(public_url: &str, method: &Method, headers: &HeaderMap) -> bool {
    if method.is_safe() {
        return true;
    }
    let text = |name: &HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let site = text(&HeaderName::from_static("sec-fetch-site"));
    let host = text(&header::HOST).unwrap_or_default();
    let same_origin = text(&header::ORIGIN).is_none_or(|origin| is_same(origin, public_url, host));
    headers.contains_key(MARK) && same_origin && site.is_none_or(|site| site == "same-origin")
}

/// Whether an `Origin` is the public address or the very host that was asked.
pub fn is_same(origin: &str, public_url: &str, host: &str) -> bool {
    origin == public_url
        || origin.split_once("://").is_some_and(|(_, rest)| !rest.is_empty() && rest == host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    fn posted(pairs: &[(&'static str, &'static str)]) -> bool {
        is_ours("https://jurat.example", &Method::POST, &request(pairs))
    }

    #[test]
    fn our_page_may_post() {
        assert!(posted(&[("x-jurat", "1"), ("origin", "https://jurat.example")]));
        assert!(posted(&[("x-jurat", "1"), ("sec-fetch-site", "same-origin")]));
    }

    #[test]
    fn a_form_of_another_site_is_refused() {
        assert!(!posted(&[("origin", "https://evil.example")]));
        assert!(!posted(&[("x-jurat", "1"), ("origin", "https://evil.example")]));
        assert!(!posted(&[("x-jurat", "1"), ("origin", "null")]));
        assert!(!posted(&[("x-jurat", "1"), ("sec-fetch-site", "same-site")]));
        assert!(!posted(&[]));
    }
}
