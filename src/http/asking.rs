//! Who is asking: read from the cookies once, then an argument of each handler.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, StatusCode, header, request::Parts},
    response::{AppendHeaders, IntoResponse},
};

use super::{problem::Problem, rights::Who};
use crate::{
    app::App,
    base::AttemptId,
    centre,
    people::{self, Holder, Rights, Role, Seat, Token},
};

/// The cookie of a person with an account.
pub const PERSON_COOKIE: &str = "__Host-jurat";
/// The cookie of a candidate at a seat.
pub const SEAT_COOKIE: &str = "__Host-jurat-seat";

/// Who is asking, as far as the cookies tell.
#[derive(Debug, Clone, Default)]
pub struct Asking {
    /// The person signed in.
    pub person: Option<Rights>,
    /// Roles held in some centre.
    pub centre_roles: Vec<Role>,
    /// The seat that this device has.
    pub seat: Option<Seat>,
}

impl Asking {
    /// Whether a cookie named a sign-in or a seat that stands.
    pub fn is_known(&self) -> bool {
        self.person.is_some() || self.seat.is_some()
    }

    /// Whether the asker is one of those.
    pub fn is(&self, who: Who) -> bool {
        match who {
            Who::Anyone => true,
            Who::Candidate => self.seat.is_some(),
            Who::SignedIn => self.person.is_some(),
            Who::Holder(role) => {
                self.centre_roles.contains(&role)
                    || self.person.as_ref().is_some_and(|person| person.roles.contains(&role))
            }
        }
    }
}

/// Reads both cookies.
pub async fn identify(app: &App, headers: &HeaderMap) -> Result<Asking, Problem> {
    let mut asking = Asking::default();
    if let Some(Holder::Person(id)) = holder(app, headers, PERSON_COOKIE).await? {
        asking.person = people::rights(app, id).await?;
        asking.centre_roles = centre::roles(app, id).await?;
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

/// A person who runs the platform.
#[derive(Debug, Clone)]
pub struct Admin(pub Rights);

impl<S: Send + Sync> FromRequestParts<S> for Admin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Person(rights) = Person::from_request_parts(parts, state).await?;
        let admin = rights.roles.contains(&Role::Admin);
        if admin { Ok(Self(rights)) } else { Err(Problem::forbidden()) }
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
