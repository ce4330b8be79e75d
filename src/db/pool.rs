//! The connections that are there, whose turn it is, and whether the database is there at all.

use std::{
    sync::{Arc, Mutex, PoisonError, Weak},
    time::{Duration, Instant},
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError, watch},
    time::timeout,
};

use super::{
    DbError,
    failure::{self, Failure},
    link::{Link, Patience, Target, in_time, silence},
    signs::Signs,
    waiting::Waiting,
};
use crate::lasting;

/// A connection that nobody used for so long is asked before it is used.
const TRUSTED_FOR: Duration = Duration::from_secs(5);
/// One that is asked whether it is there answers by then.
const PING: Duration = Duration::from_millis(500);
/// A connection is closed by then, or dropped.
const FAREWELL: Duration = Duration::from_secs(1);
/// Connections in use are waited for so long at the end.
const CLOSE: Duration = Duration::from_secs(5);
/// A database that is away is looked for so often.
const LOOK: Duration = Duration::from_millis(250);

/// Connections of one kind.
#[derive(Debug, Clone)]
pub(super) struct Pool(Arc<Inner>);

/// Does not keep the connections.
#[derive(Debug, Clone)]
pub(super) struct WeakPool(Weak<Inner>);

/// The right to one of the connections, which may have to be made.
#[derive(Debug)]
pub(super) struct Turn {
    pub(super) pool: Pool,
    pub(super) permit: OwnedSemaphorePermit,
}

#[derive(Debug)]
struct Inner {
    target: Target,
    patience: Patience,
    size: u32,
    turns: Arc<Semaphore>,
    idle: Mutex<Vec<(Link, Instant)>>,
    away: watch::Sender<bool>,
    signs: Signs,
}

impl Pool {
    /// At most `size` connections to `target`.
    pub(super) fn new(target: Target, size: u32, patience: Patience, signs: Signs) -> Self {
        Self(Arc::new(Inner {
            target,
            patience,
            size,
            turns: Arc::new(Semaphore::new(size as usize)),
            idle: Mutex::default(),
            away: watch::Sender::new(false),
            signs,
        }))
    }

    /// Where they lead.
    pub(super) fn target(&self) -> &Target {
        &self.0.target
    }

    /// How long is waited for an answer to one statement.
    pub(super) fn statement(&self) -> Duration {
        self.0.patience.statement
    }

    /// What is noticed on the connections.
    pub(super) fn signs(&self) -> &Signs {
        &self.0.signs
    }

    /// The same connections, as long as others keep them.
    pub(super) fn weak(&self) -> WeakPool {
        WeakPool(Arc::downgrade(&self.0))
    }

    /// The writes that wait.
    pub(super) fn waiting(&self) -> &Waiting {
        &self.0.signs.waiting
    }

    /// A turn that nobody has or waits for.
    pub(super) fn free_turn(&self) -> Result<Option<Turn>, DbError> {
        if *self.0.away.borrow() {
            return Err(silence());
        }
        match self.0.turns.clone().try_acquire_owned() {
            Ok(permit) => Ok(Some(Turn { pool: self.clone(), permit })),
            Err(TryAcquireError::NoPermits) => Ok(None),
            Err(TryAcquireError::Closed) => Err(DbError::PoolClosed),
        }
    }

    /// Waits for a turn.
    pub(super) async fn turn(&self) -> Result<Turn, DbError> {
        let mut away = self.0.away.subscribe();
        let permit = tokio::select! {
            biased;
            _ = away.wait_for(|away| *away) => return Err(silence()),
            turn = timeout(self.0.patience.turn, self.0.turns.clone().acquire_owned()) => {
                turn.map_err(|_| DbError::PoolTimedOut)?.map_err(|_| DbError::PoolClosed)?
            }
        };
        Ok(Turn { pool: self.clone(), permit })
    }

    /// A connection that is known to be there; in vain for as long as the database is away.
    pub(super) async fn link(&self) -> Result<Link, DbError> {
        while let Some((mut link, since)) = self.pop() {
            if since.elapsed() < TRUSTED_FOR {
                return Ok(link);
            }
            match in_time(PING, link.say("SELECT 1")).await {
                Ok(()) => return Ok(link),
                Err(_) => self.lost(),
            }
        }
        let made = self.0.target.connect(self.0.patience.connect).await;
        if let Err(cause) = &made {
            self.note(cause);
            // a server that says why it refuses is there
            if !matches!(cause, DbError::Database(_)) {
                self.falls_silent();
            }
        }
        made
    }

    fn pop(&self) -> Option<(Link, Instant)> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// Takes back a connection whose state is known.
    pub(super) fn put(&self, link: Link) {
        if !self.0.turns.is_closed() {
            let mut idle = self.0.idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.push((link, Instant::now()));
        }
    }

    /// One connection has ended: those that wait may have ended with it.
    pub(super) fn lost(&self) {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Nobody waits any more for a server that is away, until it is found again.
    pub(super) fn falls_silent(&self) {
        self.lost();
        if self.target().is_server() && !self.0.away.send_replace(true) {
            lasting::error("the database does not answer; it is looked for", &silence());
            tokio::spawn(self.weak().look_for_it());
        }
    }

    /// What a failure says of the disk is looked into.
    pub(super) fn note(&self, cause: &DbError) {
        if failure::of(cause) == Failure::Disk {
            self.0.signs.disk_failed();
        }
    }

    /// Closes all connections, after those in use have come back.
    pub(super) async fn close(&self) {
        let all = timeout(CLOSE, self.0.turns.acquire_many(self.0.size)).await;
        self.0.turns.close();
        drop(all);
        while let Some((link, _)) = self.pop() {
            let _ = timeout(FAREWELL, link.close()).await;
        }
    }
}

impl WeakPool {
    /// The connections, unless they are gone.
    pub(super) fn upgrade(&self) -> Option<Pool> {
        self.0.upgrade().map(Pool)
    }

    async fn look_for_it(self) {
        while let Some(pool) = self.upgrade().filter(|pool| !pool.0.turns.is_closed()) {
            if let Ok(link) = pool.0.target.connect(pool.0.patience.connect).await {
                tracing::info!("the database answers again");
                pool.put(link);
                pool.0.away.send_replace(false);
                return;
            }
            drop(pool);
            tokio::time::sleep(LOOK).await;
        }
    }
}
