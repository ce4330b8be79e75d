//! Who may call what: one table, and nothing that is not in it is served.
//!
//! The table is the first wall (the role); the extractors of [`super::scope`] and the operations are the
//! second (the centre, the session, the panel).

use std::sync::Arc;

use axum::{
    extract::{MatchedPath, Request, State},
    http::Method,
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{
    asking::{Asking, identify},
    problem::Problem,
    serve::Guest,
};
use crate::{
    app::App,
    people::{Holder, Role},
};

/// One who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    /// Anyone, without a sign-in.
    Anyone,
    /// A candidate at a seat.
    Candidate,
    /// Anyone with an account.
    SignedIn,
    /// A person with this role, on the platform or in some centre.
    Holder(Role),
}

/// As whom a request acts: the person or the seat that its route is for, never the other one that
/// the browser may have beside it.
#[derive(Debug, Clone, Copy)]
pub struct Acting(pub Option<Holder>);

/// A line of the table.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    /// The method.
    pub method: &'static str,
    /// The path as the router knows it.
    pub path: &'static str,
    /// Who may call it.
    pub who: &'static [Who],
}

const fn line(method: &'static str, path: &'static str, who: &'static [Who]) -> Line {
    Line { method, path, who }
}

const ANYONE: &[Who] = &[Who::Anyone];
const SIGNED_IN: &[Who] = &[Who::SignedIn];
const ADMIN: &[Who] = &[Who::Holder(Role::Admin)];
const MANAGER: &[Who] = &[Who::Holder(Role::Manager)];
const MANAGER_OR_ADMIN: &[Who] = &[Who::Holder(Role::Manager), Who::Holder(Role::Admin)];
const STAFF: &[Who] = &[Who::Holder(Role::Manager), Who::Holder(Role::Invigilator)];
const STAFF_OR_ADMIN: &[Who] =
    &[Who::Holder(Role::Manager), Who::Holder(Role::Invigilator), Who::Holder(Role::Admin)];
const CANDIDATE: &[Who] = &[Who::Candidate];
const JUROR: &[Who] = &[Who::Holder(Role::Juror)];
const JURY: &[Who] = &[Who::Holder(Role::Juror), Who::Holder(Role::Admin)];

impl Line {
    /// As whom a route is called; `None` where nobody has to be signed in.
    pub fn acts(&self, asking: &Asking) -> Option<Holder> {
        let person = asking.person.as_ref().map(|rights| Holder::Person(rights.person));
        let seat = asking.seat.map(Holder::Seat);
        match self.who {
            [Who::Anyone] => None,
            [Who::Candidate] => seat,
            _ => person.or(seat),
        }
    }
}

/// The table.
pub const TABLE: &[Line] = &[
    // the web application and what is public
    line("GET", "/", ANYONE),
    line("GET", "/{page}", ANYONE),
    line("GET", "/{page}/{*rest}", ANYONE),
    line("GET", "/assets/{*file}", ANYONE),
    line("GET", "/healthz", ANYONE),
    line("GET", "/readyz", ANYONE),
    line("GET", "/api/openapi.json", ANYONE),
    // people
    line("POST", "/api/v1/sign-in", ANYONE),
    line("POST", "/api/v1/sign-out", ANYONE),
    line("GET", "/api/v1/me", ANYONE),
    // centres
    line("GET", "/api/v1/people", ADMIN),
    line("POST", "/api/v1/invitations", ADMIN),
    line("GET", "/api/v1/invitations/{code}", ANYONE),
    line("POST", "/api/v1/invitations/{code}/accept", ANYONE),
    line("GET", "/api/v1/centres", ADMIN),
    line("POST", "/api/v1/centres", ADMIN),
    line("GET", "/api/v1/centres/{centre}", MANAGER_OR_ADMIN),
    line("POST", "/api/v1/centres/{centre}/invitations", MANAGER_OR_ADMIN),
    // planning
    line("GET", "/api/v1/schemes", SIGNED_IN),
    line("GET", "/api/v1/centres/{centre}/sessions", MANAGER_OR_ADMIN),
    line("POST", "/api/v1/centres/{centre}/sessions", MANAGER),
    line("GET", "/api/v1/sessions", STAFF_OR_ADMIN),
    line("GET", "/api/v1/sessions/{session}", STAFF_OR_ADMIN),
    line("PUT", "/api/v1/sessions/{session}", MANAGER),
    line("POST", "/api/v1/sessions/{session}/open", STAFF),
    line("GET", "/api/v1/sessions/{session}/attendance.pdf", STAFF),
    line("GET", "/api/v1/sessions/{session}/kit.pdf", STAFF),
    // enrolment
    line("GET", "/api/v1/sessions/{session}/enrolments", MANAGER),
    line("POST", "/api/v1/sessions/{session}/enrolments", MANAGER),
    line("PUT", "/api/v1/sessions/{session}/enrolments/{enrolment}", MANAGER),
    line("DELETE", "/api/v1/sessions/{session}/enrolments/{enrolment}", MANAGER),
    line("POST", "/api/v1/sessions/{session}/candidate-list/preview", MANAGER),
    line("POST", "/api/v1/sessions/{session}/candidate-list", MANAGER),
    line("GET", "/api/v1/candidate-list-template.csv", ANYONE),
    // the candidate
    line("POST", "/api/v1/entry", ANYONE),
    line("GET", "/api/v1/attempt", ANYONE),
    line("POST", "/api/v1/attempt/leave", CANDIDATE),
    line("POST", "/api/v1/attempt/parts/{part}/start", CANDIDATE),
    line("GET", "/api/v1/attempt/parts/{part}/paper", CANDIDATE),
    line("POST", "/api/v1/attempt/parts/{part}/finish", CANDIDATE),
    line("PUT", "/api/v1/attempt/answers/{item}", CANDIDATE),
    line("GET", "/api/v1/attempt/files/{item}", CANDIDATE),
    line("GET", "/api/v1/time", ANYONE),
    // certificates
    line("GET", "/api/v1/sessions/{session}/certificates", MANAGER_OR_ADMIN),
    line("GET", "/api/v1/certificates/{certificate}/certificate.pdf", MANAGER_OR_ADMIN),
    line("POST", "/api/v1/certificates/{certificate}/revoke", ADMIN),
    line("GET", "/api/v1/attempt/certificate.pdf", CANDIDATE),
    line("GET", "/c", ANYONE),
    line("GET", "/c/{code}", ANYONE),
    line("GET", "/public/{file}", ANYONE),
    line("GET", "/.well-known/jwks.json", ANYONE),
    // the live board
    line("GET", "/api/v1/sessions/{session}/board", STAFF),
    line("POST", "/api/v1/sessions/{session}/commands", STAFF),
    line("POST", "/api/v1/sessions/{session}/incidents", STAFF),
    line("POST", "/api/v1/sessions/{session}/notices", STAFF),
    line("POST", "/api/v1/sessions/{session}/close", STAFF),
    line("GET", "/api/v1/sessions/{session}/minutes.pdf", STAFF_OR_ADMIN),
    line("GET", "/api/v1/sessions/{session}/journal", STAFF),
    line("POST", "/api/v1/sessions/{session}/socket-ticket", STAFF),
    line("POST", "/api/v1/attempt/socket-ticket", CANDIDATE),
    line("GET", "/api/v1/live", &[Who::SignedIn, Who::Candidate]),
    // the jury
    line("POST", "/api/v1/sessions/{session}/panel", ADMIN),
    line("GET", "/api/v1/panels", JURY),
    line("GET", "/api/v1/panels/{panel}", JURY),
    line("POST", "/api/v1/panels/{panel}/close", JUROR),
    line("GET", "/api/v1/panels/{panel}/minutes.pdf", JURY),
    line("GET", "/api/v1/cases/{case}", JUROR),
    line("PUT", "/api/v1/cases/{case}/vote", JUROR),
    line("POST", "/api/v1/cases/{case}/decide", JUROR),
];

/// Lets a request through when the table says so; refuses everything else.
pub async fn admit(
    State(app): State<App>,
    matched: MatchedPath,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(line) = find(request.method(), matched.as_str()) else {
        return Problem::forbidden().into_response();
    };
    let asking = match identify(&app, request.headers()).await {
        Ok(asking) => asking,
        Err(problem) => return problem.into_response(),
    };
    if asking.is_known()
        && let Some(guest) = request.extensions().get::<Arc<Guest>>()
    {
        guest.is_known();
    }
    if !line.who.iter().any(|who| asking.is(*who)) {
        return refusal(&asking, line).into_response();
    }
    let acting = Acting(line.acts(&asking));
    request.extensions_mut().insert(acting);
    request.extensions_mut().insert(asking);
    next.run(request).await
}

fn find(method: &Method, path: &str) -> Option<&'static Line> {
    let method = if method == Method::HEAD { &Method::GET } else { method };
    TABLE.iter().find(|line| line.path == path && line.method == method.as_str())
}

fn refusal(asking: &Asking, line: &Line) -> Problem {
    let known =
        if line.who == [Who::Candidate] { asking.seat.is_some() } else { asking.person.is_some() };
    if known { Problem::forbidden() } else { Problem::not_signed_in() }
}
