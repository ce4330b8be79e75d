//! Who may call what: one table, and nothing that is not in it is served.
//!
//! A line of the table says where a role has to be held, and which; [`super::scope`] looks whether the
//! one who asks holds it there, and the handler is given what was found. A role held elsewhere counts
//! for nothing.

use axum::http::Method;

use super::asking::Asking;
use crate::people::{Holder, Role};

/// Where the role is held that lets a request through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Nowhere: anyone may call, without a sign-in.
    Open,
    /// At the seat that the device has.
    Seat,
    /// Where a ticket leads, which [`super::live`] looks up.
    Ticket,
    /// Nowhere: anyone with an account may call.
    Account,
    /// On the platform.
    Platform,
    /// Anywhere: the answer is made of the things in which the caller holds one.
    Anywhere,
    /// In the centre `{centre}` of the path.
    Centre,
    /// In the session `{session}` of the path.
    Session,
    /// In the session in which the certificate `{certificate}` of the path was earned.
    Certificate,
    /// On the panel `{panel}` of the path.
    Panel,
    /// On the panel before which the case `{case}` of the path is.
    Case,
}

/// A line of the table.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    /// The method.
    pub method: &'static str,
    /// The path as the router knows it.
    pub path: &'static str,
    /// Where a role is to be held.
    pub scope: Scope,
    /// Which: who holds several of them there acts in the first.
    pub roles: &'static [Role],
}

impl Line {
    /// The line of a route.
    pub fn of(method: &Method, path: &str) -> Option<&'static Self> {
        let method = if method == Method::HEAD { &Method::GET } else { method };
        TABLE.iter().find(|line| line.path == path && line.method == method.as_str())
    }

    /// As whom a route is called; `None` where nobody has to be signed in.
    pub fn acts(&self, asking: &Asking) -> Option<Holder> {
        match self.scope {
            Scope::Open | Scope::Ticket => None,
            Scope::Seat => asking.seat.map(Holder::Seat),
            Scope::Account
            | Scope::Platform
            | Scope::Anywhere
            | Scope::Centre
            | Scope::Session
            | Scope::Certificate
            | Scope::Panel
            | Scope::Case => asking.person.as_ref().map(|rights| Holder::Person(rights.person)),
        }
    }

    /// Whether nobody has to be signed in.
    pub fn is_open(&self) -> bool {
        matches!(self.scope, Scope::Open | Scope::Ticket)
    }
}

/// As whom a request acts: the person or the seat that its route is for, never the other one that
/// the browser may have beside it.
#[derive(Debug, Clone, Copy)]
pub struct Acting(pub Option<Holder>);

type Roles = &'static [Role];

const ADMIN: Roles = &[Role::Admin];
const MANAGER: Roles = &[Role::Manager];
const MANAGER_OR_ADMIN: Roles = &[Role::Manager, Role::Admin];
/// Those who run the room of a session.
pub const STAFF: Roles = &[Role::Manager, Role::Invigilator];
const STAFF_OR_ADMIN: Roles = &[Role::Manager, Role::Invigilator, Role::Admin];
const JUROR: Roles = &[Role::Juror];
const JURY: Roles = &[Role::Juror, Role::Admin];

const fn open(method: &'static str, path: &'static str) -> Line {
    Line { method, path, scope: Scope::Open, roles: &[] }
}

const fn seat(method: &'static str, path: &'static str) -> Line {
    Line { method, path, scope: Scope::Seat, roles: &[] }
}

const fn ticket(method: &'static str, path: &'static str) -> Line {
    Line { method, path, scope: Scope::Ticket, roles: &[] }
}

const fn account(method: &'static str, path: &'static str) -> Line {
    Line { method, path, scope: Scope::Account, roles: &[] }
}

const fn platform(method: &'static str, path: &'static str, roles: Roles) -> Line {
    Line { method, path, scope: Scope::Platform, roles }
}

const fn anywhere(method: &'static str, path: &'static str, roles: Roles) -> Line {
    Line { method, path, scope: Scope::Anywhere, roles }
}

const fn centre(method: &'static str, path: &'static str, roles: Roles) -> Line {
    Line { method, path, scope: Scope::Centre, roles }
}

const fn session(method: &'static str, path: &'static str, roles: Roles) -> Line {
    Line { method, path, scope: Scope::Session, roles }
}

const fn certificate(method: &'static str, path: &'static str, roles: Roles) -> Line {
    Line { method, path, scope: Scope::Certificate, roles }
}

const fn panel(method: &'static str, path: &'static str, roles: Roles) -> Line {
    Line { method, path, scope: Scope::Panel, roles }
}

const fn case(method: &'static str, path: &'static str, roles: Roles) -> Line {
    Line { method, path, scope: Scope::Case, roles }
}

/// The table.
pub const TABLE: &[Line] = &[
    // the web application and what is public
    open("GET", "/"),
    open("GET", "/{page}"),
    open("GET", "/{page}/{*rest}"),
    open("GET", "/assets/{*file}"),
    open("GET", "/healthz"),
    open("GET", "/readyz"),
    open("GET", "/api/openapi.json"),
    // people
    open("POST", "/api/v1/sign-in"),
    open("POST", "/api/v1/sign-out"),
    open("GET", "/api/v1/me"),
    // the clock
    platform("GET", "/api/v1/clock", ADMIN),
    platform("POST", "/api/v1/clock/acceptance", ADMIN),
    // centres
    platform("GET", "/api/v1/people", ADMIN),
    platform("GET", "/api/v1/invitations", ADMIN),
    platform("POST", "/api/v1/invitations", ADMIN),
    open("GET", "/api/v1/invitations/{code}"),
    open("POST", "/api/v1/invitations/{code}/accept"),
    anywhere("POST", "/api/v1/invitations/{invitation}/confirm", MANAGER_OR_ADMIN),
    anywhere("POST", "/api/v1/invitations/{invitation}/refuse", MANAGER_OR_ADMIN),
    platform("GET", "/api/v1/centres", ADMIN),
    platform("POST", "/api/v1/centres", ADMIN),
    centre("GET", "/api/v1/centres/{centre}", MANAGER_OR_ADMIN),
    centre("POST", "/api/v1/centres/{centre}/invitations", MANAGER_OR_ADMIN),
    // planning
    account("GET", "/api/v1/schemes"),
    centre("GET", "/api/v1/centres/{centre}/sessions", MANAGER_OR_ADMIN),
    centre("POST", "/api/v1/centres/{centre}/sessions", MANAGER),
    anywhere("GET", "/api/v1/sessions", STAFF_OR_ADMIN),
    session("GET", "/api/v1/sessions/{session}", STAFF_OR_ADMIN),
    session("PUT", "/api/v1/sessions/{session}", MANAGER),
    session("POST", "/api/v1/sessions/{session}/open", STAFF),
    session("GET", "/api/v1/sessions/{session}/attendance.pdf", STAFF),
    session("GET", "/api/v1/sessions/{session}/kit.pdf", STAFF),
    // enrolment
    session("GET", "/api/v1/sessions/{session}/enrolments", MANAGER),
    session("POST", "/api/v1/sessions/{session}/enrolments", MANAGER),
    session("PUT", "/api/v1/sessions/{session}/enrolments/{enrolment}", MANAGER),
    session("DELETE", "/api/v1/sessions/{session}/enrolments/{enrolment}", MANAGER),
    session("POST", "/api/v1/sessions/{session}/candidate-list/preview", MANAGER),
    session("POST", "/api/v1/sessions/{session}/candidate-list", MANAGER),
    open("GET", "/api/v1/candidate-list-template.csv"),
    // the candidate
    open("POST", "/api/v1/entry"),
    open("GET", "/api/v1/attempt"),
    seat("POST", "/api/v1/attempt/leave"),
    seat("POST", "/api/v1/attempt/parts/{part}/start"),
    seat("GET", "/api/v1/attempt/parts/{part}/paper"),
    seat("POST", "/api/v1/attempt/parts/{part}/finish"),
    seat("PUT", "/api/v1/attempt/answers/{item}"),
    seat("GET", "/api/v1/attempt/files/{item}"),
    open("GET", "/api/v1/time"),
    // certificates
    session("GET", "/api/v1/sessions/{session}/certificates", MANAGER_OR_ADMIN),
    certificate("GET", "/api/v1/certificates/{certificate}/certificate.pdf", MANAGER_OR_ADMIN),
    platform("POST", "/api/v1/certificates/{certificate}/revoke", ADMIN),
    seat("GET", "/api/v1/attempt/certificate.pdf"),
    open("GET", "/c"),
    open("GET", "/c/{code}"),
    open("GET", "/public/{file}"),
    open("GET", "/.well-known/jwks.json"),
    // the live board
    session("GET", "/api/v1/sessions/{session}/board", STAFF),
    session("POST", "/api/v1/sessions/{session}/commands", STAFF),
    session("POST", "/api/v1/sessions/{session}/incidents", STAFF),
    session("POST", "/api/v1/sessions/{session}/notices", STAFF),
    session("POST", "/api/v1/sessions/{session}/close", STAFF),
    session("GET", "/api/v1/sessions/{session}/minutes.pdf", STAFF_OR_ADMIN),
    session("GET", "/api/v1/sessions/{session}/journal", STAFF),
    session("GET", "/api/v1/sessions/{session}/attempts/{attempt}/journal", STAFF),
    session("POST", "/api/v1/sessions/{session}/socket-ticket", STAFF),
    seat("POST", "/api/v1/attempt/socket-ticket"),
    ticket("GET", "/api/v1/live"),
    // the jury
    platform("POST", "/api/v1/sessions/{session}/panel", ADMIN),
    anywhere("GET", "/api/v1/panels", JURY),
    panel("GET", "/api/v1/panels/{panel}", JURY),
    panel("POST", "/api/v1/panels/{panel}/close", JUROR),
    panel("GET", "/api/v1/panels/{panel}/minutes.pdf", JURY),
    case("GET", "/api/v1/cases/{case}", JUROR),
    case("PUT", "/api/v1/cases/{case}/vote", JUROR),
    case("POST", "/api/v1/cases/{case}/decide", JUROR),
];
