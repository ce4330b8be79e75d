//! The server: its port, what it does by the clock, and an end that lets requests finish.

use std::{net::SocketAddr, panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt;
use tokio::{
    net::{TcpListener, TcpSocket},
    signal::unix::{SignalKind, signal},
    task::JoinHandle,
    time::timeout,
};

use super::{routes::router, serve::Door, told};
use crate::{app::App, attempt, certificate, journal, lasting, people, session};

/// Connections that wait to be let in: those of a whole school that begins at once.
const BACKLOG: u32 = 4096;
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
}

/// A server that has its port and does not serve yet.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    /// Where it listens; the port is never 0.
    pub address: SocketAddr,
}

/// Takes the port; needs the runtime.
///
/// # Errors
/// [`ServeError::Listen`] when the port is in use or forbidden.
pub fn bind(address: SocketAddr) -> Result<Server, ServeError> {
    let failed = |cause| ServeError::Listen(address, cause);
    let socket = if address.is_ipv6() { TcpSocket::new_v6() } else { TcpSocket::new_v4() }
        .map_err(failed)?;
    socket.set_reuseaddr(true).map_err(failed)?;
    socket.bind(address).map_err(failed)?;
    let listener = socket.listen(BACKLOG).map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok(Server { listener, address })
}

impl Server {
    /// Serves until `end`, and does by the clock what nobody asks for. At the end it takes nothing
    /// new, sends the sockets away, lets requests finish, and leaves nothing half done: when this
    /// returns, the database may be closed.
    pub async fn run(self, app: App, end: impl Future<Output = ()>) {
        tokio::pin!(end);
        tokio::select! {
            () = &mut end => return,
            () = agree(&app) => {}
        }
        let config = &app.config;
        let (trusted, strangers) =
            (config.trusted_proxies.clone(), config.connections_before_sign_in);
        let door = Door::new(router(app.clone()), trusted, strangers);
        let at_work = [
            tireless(app.clone(), attempt::keep_sweeping),
            tireless(app.clone(), session::keep_telling),
            tireless(app.clone(), attempt::keep_agreeing),
            tireless(app.clone(), people::keep_tidy),
            tireless(app.clone(), certificate::work),
            tireless(app.clone(), told::keep_telling),
            tireless(app.clone(), |app| journal::keep_looking(app.db, app.bell)),
        ];
        tokio::select! {
            () = &mut end => {}
            never = door.let_in(self.listener) => match never {},
        }
        app.ending.tell();
        door.close(DRAIN).await;
        let _ = timeout(DRAIN, app.ending.all_gone()).await;
        for task in at_work {
            task.abort();
            let _ = task.await;
        }
        if let Err(cause) = session::tell_refused(&app).await {
            tracing::error!(%cause, "the last refusals at doors could not be written");
        }
        app.answers.settle().await;
        told::tell_rest(&app);
    }
}

/// Nothing is served before the instant is agreed that everything is judged by.
async fn agree(app: &App) {
    while let Err(cause) = attempt::begin_clock(app).await {
        lasting::error("the clock cannot be agreed on; it is tried again", &cause);
        tokio::time::sleep(BEGIN_ANEW).await;
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
