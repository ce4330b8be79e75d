//! What the log tells of requests: who signed in, who was refused, which limit held somebody up. One line
//! each, without a secret and without a name: ids, the address that is counted, and the route as the table
//! writes it.

use std::time::Duration;

use axum::{
    extract::{FromRequestParts, MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};

use super::{
    asking::Asking,
    body::ClientAddress,
    noted::{About, Happened, Refused},
};
use crate::app::{Address, App};

/// How often it is looked whether floods are to be told.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Refusals that somebody who runs the server wants to know of. What happens to anybody who mistypes or
/// was away for too long is not among them.
const TOLD: [&str; 17] = [
    "addressee_needed",
    "already_open",
    "bad_credentials",
    "busy",
    "cross_site",
    "entry_refused",
    "forbidden",
    "list_has_errors",
    "list_too_large",
    "meant_for_another",
    "no_such_invitation",
    "not_your_invitation",
    "ticket_refused",
    "too_fast",
    "too_large",
    "too_many_attempts",
    "unreadable_list",
];

/// Who a line is about.
struct Line {
    route: String,
    address: Option<Address>,
    status: u16,
}

/// Tells the log what came of a request.
pub async fn tell(
    State(app): State<App>,
    path: Option<MatchedPath>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let address = ClientAddress::from_request_parts(&mut parts, &app).await;
    let address = address.ok().map(|ClientAddress(address)| address);
    let route = path.map_or_else(String::new, |path| format!("{} {}", parts.method, path.as_str()));
    let response = next.run(Request::from_parts(parts, body)).await;
    let line = Line { route, address, status: response.status().as_u16() };
    if let Some(happened) = response.extensions().get::<Happened>() {
        line.happened(&app, happened);
    }
    if let Some(refused) = response.extensions().get::<Refused>() {
        line.refused(&app, refused, response.extensions().get::<Asking>());
    }
    response
}

/// What may be absent, as the log shows it: nothing at all.
fn shown<T: std::fmt::Display>(value: Option<T>) -> Option<tracing::field::DisplayValue<T>> {
    value.map(tracing::field::display)
}

impl Line {
    fn happened(&self, app: &App, happened: &Happened) {
        let Happened { event, person } = *happened;
        if app.floods.is_told(event, app.clock.now()) {
            let (person, address) = (shown(person), shown(self.address));
            tracing::info!(event, person, address, route = self.route, "{event}");
        }
    }

    fn refused(&self, app: &App, refused: &Refused, asking: Option<&Asking>) {
        let Refused { code, about: About { limit, whose } } = refused;
        if !TOLD.contains(&code.as_str()) {
            return;
        }
        let kind = format!("{code} {}", limit.unwrap_or(self.route.as_str()));
        if app.floods.is_told(&kind, app.clock.now()) {
            let person = asking.and_then(|asking| asking.person.as_ref());
            let seat = asking.and_then(|asking| asking.seat).map(|seat| seat.attempt);
            tracing::warn!(
                event = "refused",
                code,
                limit,
                status = self.status,
                person = shown(person.map(|rights| rights.person)),
                seat = shown(seat),
                account = shown(*whose),
                address = shown(self.address),
                route = self.route,
                "refused"
            );
        }
    }
}

/// Tells once a minute how many more there were of what came in floods.
pub async fn keep_telling(app: App) {
    loop {
        tell_more(app.floods.take_over(app.clock.now()));
        app.clock.moved_or(LOOK_EVERY).await;
    }
}

/// Tells what is left when the program ends.
pub fn tell_rest(app: &App) {
    tell_more(app.floods.take_all());
}

fn tell_more(untold: Vec<(String, u64)>) {
    for (kind, count) in untold {
        tracing::warn!(event = "flood", kind, count, "more of the same within a minute");
    }
}
