//! Everything the API can complain about, as `application/problem+json` (RFC 9457), and the only
//! place where a cause is logged. The codes are listed in `docs/API.md` and never change.

mod features;

use std::{any::Any, fmt::Display};

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::noted::{About, Refused};
use crate::{
    app::{Busy, TooMany},
    certificate::Code,
    db::{self, DbError},
    lasting,
};

/// A refusal or failure on its way to the client.
#[derive(Debug, Clone)]
pub struct Problem {
    status: StatusCode,
    code: String,
    detail: String,
    retry_after_s: Option<i64>,
    more: Map<String, Value>,
    /// What the log tells besides; nobody else is told.
    about: Option<Box<About>>,
    in_doubt: bool,
}

/// Beside an answer that failed: nobody knows whether what was asked for was done.
#[derive(Debug, Clone, Copy)]
pub struct InDoubt;

impl Problem {
    fn new(status: StatusCode, code: &str, detail: impl Display) -> Self {
        Self {
            status,
            code: code.to_owned(),
            detail: detail.to_string(),
            retry_after_s: None,
            more: Map::new(),
            about: None,
            in_doubt: false,
        }
    }

    /// A rule said no: 409.
    pub fn refused(code: &str, detail: impl Display) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    /// The body or an address cannot be read: 422.
    pub fn unreadable(code: &str, detail: impl Display) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
    }

    /// No such thing, or its existence is not told: 404.
    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, &format!("no_such_{what}"), format!("no such {what}"))
    }

    /// A code whose check characters do not fit: 404. What may have been `meant` follows from them
    /// alone, so it tells nothing of what exists.
    pub fn mistyped_code(meant: Option<Code>) -> Self {
        let detail = "the check characters of this code do not fit";
        Self::new(StatusCode::NOT_FOUND, "mistyped_code", detail).with("meant", meant)
    }

    /// An entry that matches nobody: 404, always the same.
    pub fn entry_refused() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "entry_refused",
            "these details match no candidate of an open session",
        )
    }

    /// Nobody is signed in: 401.
    pub fn not_signed_in() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "not_signed_in", "sign in first")
    }

    /// The right is missing: 403.
    pub fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "you may not do this")
    }

    /// The request comes from another site or has no `X-Jurat`: 403.
    pub fn cross_site() -> Self {
        Self::new(StatusCode::FORBIDDEN, "cross_site", "this request did not come from our pages")
    }

    /// A write that does not say for whom it is: 428.
    pub fn addressee_needed() -> Self {
        Self::new(
            StatusCode::PRECONDITION_REQUIRED,
            "addressee_needed",
            "say in X-Jurat-For for whom this is",
        )
    }

    /// A request for somebody else than the browser stands for by now: 409.
    pub fn meant_for_another() -> Self {
        Self::refused(
            "meant_for_another",
            "the page was opened for somebody else than who is here now; nothing was changed",
        )
    }

    /// A ticket that was used, is over or was given to somebody else: 403.
    pub fn ticket_refused() -> Self {
        Self::new(StatusCode::FORBIDDEN, "ticket_refused", "ask for a new ticket")
    }

    /// Too many tries: 429 with `Retry-After`.
    pub fn too_many(limit: TooMany) -> Self {
        let mut problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", limit);
        problem.retry_after_s = Some(limit.retry_after_s);
        let about = About { limit: Some(limit.limit), ..About::default() };
        problem.about = Some(Box::new(about));
        problem
    }

    /// Too many sign in at this moment: 503 with `Retry-After`.
    pub fn busy(busy: Busy) -> Self {
        let mut problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", busy);
        problem.retry_after_s = Some(2);
        problem
    }

    /// The answers of a seat come too fast: 429 with `Retry-After`.
    pub fn too_fast(pace: TooMany) -> Self {
        let detail = "answers come faster than they are taken".to_owned();
        Self { code: "too_fast".to_owned(), detail, ..Self::too_many(pace) }
    }

    /// `If-Match` is missing where it keeps two people from undoing each other: 428.
    pub fn version_needed() -> Self {
        Self::new(
            StatusCode::PRECONDITION_REQUIRED,
            "version_needed",
            "say in If-Match which version you saw",
        )
    }

    /// It is no longer what the asker saw: 412.
    pub fn changed_meanwhile(detail: impl Display) -> Self {
        Self::new(StatusCode::PRECONDITION_FAILED, "changed_meanwhile", detail)
    }

    /// The body is larger than the route takes: 413.
    pub fn too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "the body is too large")
    }

    /// The body came too slowly: 408, and the connection is closed.
    pub fn too_slow() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "too_slow", "the body came too slowly")
    }

    /// Not now: 503 with `Retry-After`. The cause is logged.
    pub fn internal(cause: &dyn Display) -> Self {
        lasting::error("a request failed", cause);
        let mut problem = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "this cannot be done right now; try again",
        );
        problem.retry_after_s = Some(1);
        problem
    }

    /// The database failed: 503, and perhaps nobody knows whether it was done.
    pub fn database(cause: &DbError) -> Self {
        Self { in_doubt: db::is_in_doubt(cause), ..Self::internal(cause) }
    }

    /// The server takes no work: 503 with `Retry-After` and what is known of it.
    pub fn not_ready(known: &impl Serialize) -> Self {
        let mut problem = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "the server takes no work right now; `causes` says why",
        );
        problem.retry_after_s = Some(1);
        if let Ok(Value::Object(known)) = serde_json::to_value(known) {
            problem.more = known;
        }
        problem
    }

    /// Nothing new begins until somebody has looked at the clock: 503 with `Retry-After`.
    pub fn clock_disagrees(detail: impl Display) -> Self {
        let mut problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "clock_disagrees", detail);
        problem.retry_after_s = Some(10);
        problem
    }

    /// The status it is told with.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Adds a member beside the standard ones.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl serde::Serialize) -> Self {
        let value = serde_json::to_value(value).expect("a body is JSON");
        self.more.insert(name.to_owned(), value);
        self
    }
}

/// What every refusal says (RFC 9457). Some say more beside it, such as `errors` or `blockers`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// `/problems/` and a code that never changes.
    #[serde(rename = "type")]
    address: String,
    /// The name of the status.
    title: &'static str,
    /// As in the answer's head.
    status: u16,
    /// What went wrong, for the people who mend it.
    detail: String,
    #[serde(flatten)]
    #[schema(ignore)]
    more: Map<String, Value>,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let about = self.about.as_deref().copied().unwrap_or_default();
        let refused = Refused { code: self.code.clone(), about };
        let body = ProblemBody {
            address: format!("/problems/{}", self.code),
            title: self.status.canonical_reason().unwrap_or_default(),
            status: self.status.as_u16(),
            detail: self.detail,
            more: self.more,
        };
        let mut response = (self.status, axum::Json(body)).into_response();
        response.extensions_mut().insert(refused);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.in_doubt {
            response.extensions_mut().insert(InDoubt);
        }
        response
    }
}

/// No route has this address.
pub async fn no_such_page() -> Problem {
    Problem::not_found("page")
}

/// The address has no such method.
pub async fn no_such_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "no_such_method", "no such method here")
}

/// A handler panicked; the cause stays here.
#[expect(clippy::needless_pass_by_value, reason = "the shape that the layer calls")]
pub fn panicked(cause: Box<dyn Any + Send + 'static>) -> Response {
    let text = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    Problem::internal(&format!("panic: {text}")).into_response()
}
