//! Lists that may grow long: a part at a time, and where the next one is (`Link`, RFC 8288).

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, Uri, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    body::{Json, Query},
    problem::Problem,
};
use crate::base::{Listed, Page};

/// The most that one answer tells.
const MOST: usize = 200;
/// As many, unless told otherwise.
const USUAL: usize = 100;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked<I> {
    limit: Option<usize>,
    after: Option<I>,
}

/// Which part of a list is asked for, with `?limit=` and `?after=`; and where.
#[derive(Debug)]
pub struct Paging<I> {
    /// The part.
    pub page: Page<I>,
    path: Uri,
}

impl<S: Send + Sync, I: DeserializeOwned> FromRequestParts<S> for Paging<I> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(asked) = Query::<Asked<I>>::from_request_parts(parts, state).await?;
        let limit = asked.limit.unwrap_or(USUAL);
        if !(1..=MOST).contains(&limit) {
            let range = format!("limit is a number from 1 to {MOST}");
            return Err(Problem::unreadable("unreadable_query", range));
        }
        Ok(Self { page: Page { after: asked.after, limit }, path: parts.uri.clone() })
    }
}

impl<I: std::fmt::Display> Paging<I> {
    /// The answer: this part, and a link to the next one when there is one.
    pub fn answer<T: Serialize>(&self, part: Listed<T>, id: impl Fn(&T) -> I) -> Response {
        let last = part.items.last().filter(|_| part.more);
        let next = last.map(|last| format!("limit={}&after={}", self.page.limit, id(last)));
        (next_link(&self.path, next), Json(part.items)).into_response()
    }
}

/// The head that leads to the next part of the list at `path`, which `query` asks for.
pub fn next_link(path: &Uri, query: Option<String>) -> HeaderMap {
    let link = query.map(|query| format!("<{}?{query}>; rel=\"next\"", path.path()));
    let link = link.map(|link| HeaderValue::from_str(&link).expect("paths and ids are ASCII"));
    link.map(|link| (header::LINK, link)).into_iter().collect()
}
