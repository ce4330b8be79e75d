//! Who is asking: read from the cookies once, then an argument of each handler.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, StatusCode, header, request::Parts},
    response::{AppendHeaders, IntoResponse},
};

use super::problem::Problem;
use crate::{
    base::AttemptId,
    people::{self, Rights, Seat, Token},
};

/// The cookie of a person with an account.
pub const PERSON_COOKIE: &str = "__Host-jurat";
/// The cookie of a candidate at a seat.
pub const SEAT_COOKIE: &str = "__Host-jurat-seat";

/// The cookie of a device that somebody has signed in from.
pub const DEVICE_COOKIE: &str = "__Host-jurat-device";

/// Who is asking, as far as the cookies tell.
#[derive(Debug, Clone, Default)]
pub struct Asking {
    /// The person signed in.
    pub person: Option<Rights>,
    /// The seat that this device has.
    pub seat: Option<Seat>,
}

impl Asking {
    /// Whether a cookie named a sign-in or a seat that stands.
    pub fn is_known(&self) -> bool {
        self.person.is_some() || self.seat.is_some()
    }

    /// The person signed in.
    pub fn rights(&self) -> Result<&Rights, Problem> {
        self.person.as_ref().ok_or_else(Problem::not_signed_in)
    }
}

/// The token in the cookie `name`.
pub fn token(headers: &HeaderMap, name: &str) -> Option<Token> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .and_then(|(_, value)| Token::parse(value))
}

/// The `Set-Cookie` line that hands out `token`. A candidate's cookie is never sent from elsewhere.
pub fn cookie(name: &str, token: &Token) -> String {
    let same_site = if name == SEAT_COOKIE { "Strict" } else { "Lax" };
    format!("{name}={}; Path=/; Secure; HttpOnly; SameSite={same_site}", token.reveal())
}

/// The `Set-Cookie` line that lets a browser be known at its next sign-in. It outlives the sign-in and
/// opens nothing.
pub fn device_cookie(token: &Token) -> String {
    let (name, seconds) = (DEVICE_COOKIE, people::DEVICE_KNOWN.num_seconds());
    let token = token.reveal();
    format!("{name}={token}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age={seconds}")
}

/// The answer to whoever leaves: takes the cookie back, and lets the browser forget what it kept of
/// our pages. While `another` is there in the same browser, what a running page keeps stays.
pub fn left(name: &str, another: bool) -> impl IntoResponse {
    let no_cookie = format!("{name}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
    let forget = if another { "\"cache\"" } else { "\"cache\", \"storage\"" };
    let clear = HeaderName::from_static("clear-site-data");
    let headers = [(header::SET_COOKIE, no_cookie), (clear, forget.to_owned())];
    (StatusCode::NO_CONTENT, AppendHeaders(headers))
}

fn asking(parts: &Parts) -> Result<&Asking, Problem> {
    parts.extensions.get::<Asking>().ok_or_else(Problem::not_signed_in)
}

/// A person with an account.
#[derive(Debug, Clone)]
pub struct Person(pub Rights);

impl<S: Send + Sync> FromRequestParts<S> for Person {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        asking(parts)?.person.clone().map(Self).ok_or_else(Problem::not_signed_in)
    }
}

/// A candidate at a seat.
#[derive(Debug, Clone, Copy)]
pub struct Candidate {
    /// Whose seat it is; never taken from body or path.
    pub attempt: AttemptId,
    /// Of the device that has it.
    pub epoch: i64,
}

impl<S: Send + Sync> FromRequestParts<S> for Candidate {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Seat { attempt, epoch } = asking(parts)?.seat.ok_or_else(Problem::not_signed_in)?;
        Ok(Self { attempt, epoch })
    }
}
