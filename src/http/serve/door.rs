//! Where connections come in: HTTP/1.1 alone, and no failure of accepting ends it.

use std::{
    convert::Infallible,
    io::{Error, ErrorKind},
    net::{IpAddr, SocketAddr},
    num::NonZeroUsize,
    pin::pin,
    sync::Arc,
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderValue, Request, StatusCode, header},
    response::Response,
};
use hyper::{
    body::{Body as _, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    time::{Instant, sleep},
};
use tower::Service;

use super::{
    guests::{Guest, Guests},
    pace::Arrival,
    wire::Wire,
};
use crate::app::{Ending, Stay};

/// The longest head of a request, bytes, and what is read ahead of a body.
const LONGEST_HEAD: usize = 64 * 1024;
/// What the machine does not give now is asked for again after this time.
const AGAIN: Duration = Duration::from_millis(20);
/// The same complaint is told again after this time.
const TOLD_EVERY: Duration = Duration::from_mins(1);

/// What a connection runs over.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> Stream for S {}

/// What connections need.
#[derive(Debug, Clone)]
pub struct Door {
    router: Router,
    trusted: Vec<IpAddr>,
    guests: Guests,
    open: Ending,
    http: http1::Builder,
}

impl Door {
    /// A door to `router`. Strangers beyond `strangers_at_most`, or beyond half of what the system lets
    /// this process open, make room for each other; the addresses of `trusted` proxies are not counted.
    pub fn new(router: Router, trusted: Vec<IpAddr>, strangers_at_most: NonZeroUsize) -> Self {
        let files = raise_open_files();
        let at_most = strangers_at_most.get().min(files.map_or(usize::MAX, |files| files / 2));
        tracing::info!(files, strangers = at_most, "connections");
        let mut http = http1::Builder::new();
        http.max_buf_size(LONGEST_HEAD);
        Self { router, trusted, guests: Guests::new(at_most), open: Ending::default(), http }
    }

    /// Lets people in until it is dropped.
    pub async fn let_in(&self, listener: TcpListener) -> Infallible {
        let mut told_at = None;
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => self.enter(stream, peer),
                Err(cause) if is_of_one_connection(&cause) => {}
                Err(cause) => {
                    self.guests.make_room();
                    tell_sometimes(&mut told_at, &cause);
                    sleep(AGAIN).await;
                }
            }
        }
    }

    fn enter(&self, stream: TcpStream, peer: SocketAddr) {
        // small answers go at once; where that cannot be set, they go a little later
        let _ = stream.set_nodelay(true);
        self.receive(stream, peer);
    }

    fn receive(&self, stream: impl Stream, peer: SocketAddr) {
        let visit = self.guests.welcome(self.trusted.contains(&peer.ip().to_canonical()));
        let wire = Wire::new(stream, visit);
        tokio::spawn(self.clone().attend(wire, peer, self.open.stay()));
    }

    /// Answers what comes on one connection, until it is over.
    async fn attend(self, wire: Wire<impl Stream>, peer: SocketAddr, mut stay: Stay) {
        let guest = wire.guest().clone();
        let Self { router, http, .. } = self;
        let answering = guest.clone();
        let service =
            service_fn(move |request| answer(router.clone(), answering.clone(), peer, request));
        let connection = http.serve_connection(TokioIo::new(wire), service).with_upgrades();
        let (mut connection, mut has_to_go) = (pin!(connection), pin!(guest.has_to_go()));
        tokio::select! {
            biased;
            _ = &mut connection => return,
            () = &mut has_to_go => return,
            () = stay.told() => connection.as_mut().graceful_shutdown(),
        }
        tokio::select! {
            _ = connection => {}
            () = has_to_go => {}
        }
    }

    /// Lets requests that are running finish within `drain`; then everybody goes.
    pub async fn close(&self, drain: Duration) {
        self.open.tell();
        if tokio::time::timeout(drain, self.open.all_gone()).await.is_err() {
            self.guests.send_away();
            self.open.all_gone().await;
        }
    }
}

async fn answer(
    mut router: Router,
    guest: Arc<Guest>,
    peer: SocketAddr,
    request: Request<Incoming>,
) -> Result<Response, Infallible> {
    guest.asks();
    // who says in two ways how long a body is may mean another end of it than we do
    let chunked = request.headers().contains_key(header::TRANSFER_ENCODING);
    let (mut head, body) = request.into_parts();
    let arrival = (!body.is_end_stream()).then(|| Arrival::of(Body::new(body)));
    let body = arrival.clone().map_or_else(Body::empty, Body::new);
    let asks_first = head.headers.contains_key(header::EXPECT);
    head.extensions.insert(ConnectInfo(peer));
    head.extensions.insert(guest.clone());
    if let Some(arrival) = &arrival {
        head.extensions.insert(arrival.clone());
    }
    let Ok(mut response) = router.call(Request::from_parts(head, body)).await;
    let is_read = match arrival {
        Some(arrival) => arrival.is_read(!asks_first).await,
        None => true,
    };
    if !is_read {
        guest.leaves_something_unread();
    }
    if chunked || !is_read {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    guest.is_answered(response.status() == StatusCode::SWITCHING_PROTOCOLS);
    Ok(response)
}

/// Whether a connection was lost before it was taken, which concerns nobody else.
fn is_of_one_connection(cause: &Error) -> bool {
    use ErrorKind::{
        ConnectionAborted, ConnectionRefused, ConnectionReset, HostUnreachable, Interrupted,
        NetworkUnreachable, TimedOut,
    };
    matches!(
        cause.kind(),
        ConnectionAborted
            | ConnectionRefused
            | ConnectionReset
            | HostUnreachable
            | Interrupted
            | NetworkUnreachable
            | TimedOut
    )
}

fn tell_sometimes(told_at: &mut Option<Instant>, cause: &Error) {
    if told_at.is_none_or(|at: Instant| at.elapsed() >= TOLD_EVERY) {
        *told_at = Some(Instant::now());
        tracing::error!(%cause, "no connection can be taken; who was silent for longest makes room");
    }
}

/// Lets this process open as many files and connections as the system allows it at all; returns how
/// many, if there is a limit.
fn raise_open_files() -> Option<usize> {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    if let Err(cause) = raised {
        tracing::warn!(%cause, "the number of open files stays as it is");
    }
    let current = getrlimit(Resource::Nofile).current?;
    usize::try_from(current).ok()
}

#[cfg(test)]
#[path = "door_tests.rs"]
mod tests;
