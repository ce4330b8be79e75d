//! Our own extractors: they refuse in problems.

use axum::{
    extract::{FromRef, FromRequest, FromRequestParts, Request, rejection},
    http::{HeaderName, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::{Serialize, de::DeserializeOwned};

use super::problem::Problem;
use crate::app::{Address, App};

/// A JSON body, read or written.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(body)) => Ok(Self(body)),
            Err(rejection::JsonRejection::BytesRejection(_)) => Err(Problem::too_large()),
            Err(refused) => Err(Problem::unreadable("unreadable_body", refused.body_text())),
        }
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// The parameters of the path.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match <axum::extract::Path<T> as FromRequestParts<S>>::from_request_parts(parts, state)
            .await
        {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(_) => Err(Problem::not_found("page")),
        }
    }
}

/// The parameters behind the question mark.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match <axum::extract::Query<T> as FromRequestParts<S>>::from_request_parts(parts, state)
            .await
        {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(refused) => Err(Problem::unreadable("unreadable_query", refused.body_text())),
        }
    }
}

/// The version that the asker saw, as an entity tag in `If-Match` (RFC 9110).
#[derive(Debug, Clone, Copy)]
pub struct IfMatch(pub i64);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let sent = parts.headers.get(header::IF_MATCH).ok_or_else(Problem::version_needed)?;
        let tag = sent.to_str().ok().and_then(|text| text.strip_prefix('"')?.strip_suffix('"'));
        // A tag that we never gave names no version that still stands.
        Ok(Self(tag.and_then(|version| version.parse().ok()).unwrap_or(0)))
    }
}

/// The head `ETag` of something at `version`.
pub fn etag(version: i64) -> [(HeaderName, String); 1] {
    [(header::ETAG, format!("\"{version}\""))]
}

/// Where the request came from, for limits: the peer or, when the peer is a proxy that we trust, whom
/// it names in `X-Forwarded-For`. `Forwarded` (RFC 7239) is not read: a proxy that does not write it
/// hands on what the client sent.
#[derive(Debug, Clone, Copy)]
pub struct ClientAddress(pub Address);

impl<S: Send + Sync> FromRequestParts<S> for ClientAddress
where
    App: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        type Peer = axum::extract::ConnectInfo<std::net::SocketAddr>;
        let peer = Peer::from_request_parts(parts, state).await;
        let peer = peer.map_err(|cause| Problem::internal(&cause))?.0.ip();
        let told = parts.headers.get_all("x-forwarded-for").iter();
        let lines = told.map(|line| line.to_str().unwrap_or_default());
        let trusted = &App::from_ref(state).config.trusted_proxies;
        Ok(Self(Address::behind(peer, lines, trusted)))
    }
}
