//! The listener: time-outs for slow headers, an end that lets requests finish.

use std::{
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use axum_server::Handle;
use hyper_util::rt::TokioTimer;
use tokio::signal::unix::{SignalKind, signal};

use super::router;
use crate::{app::App, certificate, people, session};

/// A client must have sent its headers by then.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);
/// Requests that run at the end get this time.
const DRAIN: Duration = Duration::from_secs(10);

/// Why the server could not listen.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The port is taken, or not ours to take.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, std::io::Error),
    /// The listener failed while serving.
    #[error("the listener failed: {0}")]
    Listener(std::io::Error),
}

/// A server that has its port and does not serve yet.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    handle: Handle<SocketAddr>,
    /// Where it listens; the port is never 0.
    pub address: SocketAddr,
}

/// Takes the port.
///
/// # Errors
/// [`ServeError::Listen`] when the port is in use or forbidden.
pub fn bind(address: SocketAddr) -> Result<Server, ServeError> {
    let failed = |cause| ServeError::Listen(address, cause);
    let listener = TcpListener::bind(address).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok(Server { listener, handle: Handle::new(), address })
}

impl Server {
    /// What ends the server gracefully.
    pub fn handle(&self) -> Handle<SocketAddr> {
        self.handle.clone()
    }

    /// Serves until the handle says stop, and closes by the clock what nobody closes.
    ///
    /// # Errors
    /// [`ServeError::Listener`].
    pub async fn run(self, app: App) -> Result<(), ServeError> {
        let mut server = axum_server::from_tcp(self.listener).map_err(ServeError::Listener)?;
        server
            .http_builder()
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADERS_WITHIN)
            .keep_alive(true);
        let sweeper = tokio::spawn(session::keep_sweeping(app.clone()));
        let tidying = tokio::spawn(people::keep_tidy(app.clone()));
        let issuing = tokio::spawn(certificate::work(app.clone()));
        let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
        let end = server.handle(self.handle).serve(service).await;
        sweeper.abort();
        tidying.abort();
        issuing.abort();
        end.map_err(ServeError::Listener)
    }
}

/// Waits for SIGTERM or SIGINT.
///
/// # Errors
/// When the process may not wait for signals.
pub async fn told_to_end() -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        interrupted = tokio::signal::ctrl_c() => interrupted,
    }
}

/// Lets running requests finish, then ends.
pub fn drain(handle: &Handle<SocketAddr>) {
    handle.graceful_shutdown(Some(DRAIN));
}
