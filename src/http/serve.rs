//! The listener: time-outs for slow headers, an end that lets requests finish.

use std::{
    net::{SocketAddr, TcpListener},
    panic::AssertUnwindSafe,
    time::Duration,
};

use axum_server::Handle;
use futures_util::FutureExt;
use hyper_util::rt::TokioTimer;
use tokio::{
    signal::unix::{SignalKind, signal},
    task::JoinHandle,
    time::timeout,
};

use super::router;
use crate::{
    app::{App, Ending},
    certificate, journal, people, session,
};

/// A client must have sent its headers by then.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);
/// Requests and sockets get this time at the end.
const DRAIN: Duration = Duration::from_secs(10);

/// What a defect ended begins anew after this time.
const BEGIN_ANEW: Duration = Duration::from_secs(1);

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
    Ok(Server { listener, address })
}

impl Server {
    /// Serves until `end`, and does by the clock what nobody asks for. At the end it takes nothing
    /// new, sends the sockets away, lets requests finish, and leaves nothing half done: when this
    /// returns, the database may be closed.
    ///
    /// # Errors
    /// [`ServeError::Listener`].
    pub async fn run(
        self,
        app: App,
        end: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServeError> {
        let mut server = axum_server::from_tcp(self.listener).map_err(ServeError::Listener)?;
        server
            .http_builder()
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADERS_WITHIN)
            .keep_alive(true);
        let handle = Handle::new();
        tokio::spawn(drain(end, handle.clone(), app.ending.clone()));
        let at_work = [
            tireless(app.clone(), session::keep_sweeping),
            tireless(app.clone(), people::keep_tidy),
            tireless(app.clone(), certificate::work),
            tireless(app.clone(), |app| journal::keep_looking(app.db, app.bell)),
        ];
        let service = router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
        let outcome = server.handle(handle).serve(service).await;
        if outcome.is_ok() {
            let _ = timeout(DRAIN, app.ending.all_gone()).await;
        }
        for task in at_work {
            task.abort();
            let _ = task.await;
        }
        app.answers.settle().await;
        outcome.map_err(ServeError::Listener)
    }
}

/// Begins `work` anew when a defect ends it: a deadline is still a deadline.
fn tireless<F>(app: App, work: impl Fn(App) -> F + Send + 'static) -> JoinHandle<()>
where
    F: Future<Output = ()> + Send + 'static,
{
    tokio::spawn(async move {
        loop {
            if AssertUnwindSafe(work(app.clone())).catch_unwind().await.is_err() {
                tracing::error!("what is done by the clock panicked; it begins anew");
            }
            tokio::time::sleep(BEGIN_ANEW).await;
        }
    })
}

/// At the end, lets running requests finish and sends the sockets away.
async fn drain(end: impl Future<Output = ()>, handle: Handle<SocketAddr>, ending: Ending) {
    end.await;
    handle.graceful_shutdown(Some(DRAIN));
    ending.tell();
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
