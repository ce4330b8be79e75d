//! The socket: it tells what was written, after the commit; it never asks.
//!
//! A socket is opened from our own page with a ticket, and what the ticket stands for is looked up before
//! anything is told. It follows the journal of its session by number, whenever the bell rings: an idle
//! one asks the database for its right only.

mod line;
mod standing;
mod feed;

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::{
        State,
        ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    },
    http::{HeaderMap, header},
    response::Response,
};
use serde::Deserialize;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    asking::{Candidate, PERSON_COOKIE, SEAT_COOKIE, token},
    board::TicketBody,
    body::{Json, Query},
    problem::Problem,
    security,
};
use crate::{
    app::{App, Place, Stay, Ticket},
    attempt,
    people::{Token, tickets},
};

use feed::Feed;
use line::{Closing, Line, PROTOCOL, limited};
use standing::{Depth, Standing, Stop};

pub use feed::LiveMessage;
pub use line::Said as LiveSaid;

/// What happens within a tick is told together.
const TICK: Duration = Duration::from_millis(250);
/// What could not be told is tried again after this time.
const AGAIN: Duration = Duration::from_secs(1);
/// Every so many seconds the other side is asked whether it is there.
const PING_S: u64 = 5;

/// Routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(live)).routes(routes!(seat_ticket))
}

/// The ticket that opens the socket.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct TicketQuery {
    ticket: String,
}

/// A ticket for the candidate's socket
#[utoipa::path(post, path = "/api/v1/attempt/socket-ticket",
    responses((status = 200, body = TicketBody)))]
async fn seat_ticket(
    State(app): State<App>,
    candidate: Candidate,
    headers: HeaderMap,
) -> Result<Json<TicketBody>, Problem> {
    let token = token(&headers, SEAT_COOKIE).ok_or_else(Problem::not_signed_in)?;
    let session = attempt::snapshot(&app, candidate.attempt).await?.stored.session;
    let Candidate { attempt, epoch } = candidate;
    let ticket = Ticket::Seat { session, attempt, epoch };
    Ok(Json(TicketBody { ticket: tickets::draw(&app, &token, ticket).await? }))
}

/// The socket that tells; sub-protocol jurat.v1
///
/// It tells `LiveMessage` and hears `LiveSaid`. It closes with 4001 when the sign-in has ended, 4003
/// when the right was lost, 4008 when what is told piles up, 4009 when another device took the seat,
/// 4012 when the server ends, 1008 when more is said or opened than a page does.
#[utoipa::path(get, path = "/api/v1/live", params(TicketQuery),
    responses((status = 101), (status = 403, description = "cross_site, ticket_refused"),
        (status = 422, description = "not_a_socket")))]
async fn live(
    State(app): State<App>,
    headers: HeaderMap,
    Query(TicketQuery { ticket }): Query<TicketQuery>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    if !is_our_page(&app, &headers) {
        return Err(Problem::cross_site());
    }
    let not_a_socket = |why: &str| Problem::unreadable("not_a_socket", why);
    let upgrade = limited(upgrade.map_err(|refused| not_a_socket(&refused.body_text()))?);
    if upgrade.selected_protocol().is_none() {
        return Err(not_a_socket(&format!("the sub-protocol is {PROTOCOL}")));
    }
    let found = redeemed(&app, &headers, &ticket).await?;
    let (ticket, token) = found.ok_or_else(Problem::ticket_refused)?;
    let (sockets, stay) = (app.sockets.clone(), app.ending.stay());
    let standing = Standing::new(app, ticket, token);
    match standing.look(Depth::Opening).await {
        Ok(()) => {}
        Err(Stop::Close(_)) => return Err(Problem::ticket_refused()),
        Err(Stop::Failed(problem)) => return Err(problem),
    }
    Ok(upgrade.on_upgrade(move |socket| async move {
        attend(Line::new(socket), Feed::new(standing), (sockets.open(ticket), stay)).await;
    }))
}

/// The ticket, when it was drawn with one of the sign-ins that the request holds, and that sign-in.
async fn redeemed(
    app: &App,
    headers: &HeaderMap,
    text: &str,
) -> Result<Option<(Ticket, Token)>, Problem> {
    for token in [PERSON_COOKIE, SEAT_COOKIE].into_iter().filter_map(|name| token(headers, name)) {
        if let Some(ticket) = tickets::read(app, &token, text).await? {
            return Ok(Some((ticket, token)));
        }
    }
    Ok(None)
}

/// A browser always says where a socket is opened from; nothing and `null` are no page of ours.
fn is_our_page(app: &App, headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(header::HOST).unwrap_or_default();
    text(header::ORIGIN)
        .is_some_and(|origin| security::is_same(origin, &app.config.public_url, host))
}

async fn attend(mut line: Line, mut feed: Feed, (place, mut stay): (Place, Stay)) {
    let standing = feed.standing().clone();
    let told = tokio::select! {
        told = follow(&mut line, &mut feed) => told,
        why = standing.ended() => Err(why),
        () = place.needed() => Err(Closing::TooMany),
        () = stay.told() => Err(Closing::Draining),
    };
    match told {
        Err(why) => line.close(why).await,
        Ok(never) => match never {},
    }
}

async fn follow(line: &mut Line, feed: &mut Feed) -> Result<Infallible, Closing> {
    let mut bell = feed.bell();
    feed.heard();
    // who cannot be told where things stand comes back
    feed.hello(line).await.map_err(|stop| match stop {
        Stop::Close(why) => why,
        Stop::Failed(_) => Closing::Overflow,
    })?;
    let mut seconds = interval(Duration::from_secs(1));
    seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut told_at, mut due, mut second) = (Instant::now(), None, 0_u64);
    loop {
        tokio::select! {
            heard = line.hear() => {
                heard?;
                feed.heard();
            }
            Ok(()) = bell.changed(), if due.is_none() => due = Some(told_at + TICK),
            () = sleep_until(due.unwrap_or(told_at)), if due.is_some() => {
                told_at = Instant::now();
                due = or_later(&feed.tell(line).await)?;
            }
            _ = seconds.tick() => {
                second += 1;
                line.second()?;
                if second.is_multiple_of(PING_S) {
                    line.ping().await?;
                }
                if feed.presence_changed() || feed.alarm_changed() {
                    due.get_or_insert(Instant::now());
                }
            }
        }
    }
}

/// When to look again at what failed now.
fn or_later(told: &Result<(), Stop>) -> Result<Option<Instant>, Closing> {
    match told {
        Ok(()) => Ok(None),
        Err(Stop::Failed(_)) => Ok(Some(Instant::now() + AGAIN)),
        Err(Stop::Close(why)) => Err(*why),
    }
}
