//! The connections that are there, and who may use them.
//!
//! Promises that no connection of unknown state is used again: one comes back only when its last
//! statement was answered and no transaction is open on it. In doubt it is asked to roll back, within
//! a second; what is silent is dropped without a good-bye.

use std::{
    sync::{Arc, Mutex, PoisonError, Weak},
    time::{Duration, Instant},
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time::timeout,
};

use super::{
    DbError,
    failure::{self, Failure},
    health::Health,
    link::{Link, Patience, Target, in_time, silence},
};
use crate::lasting;

/// A connection that nobody used for so long is asked before it is used.
const TRUSTED_FOR: Duration = Duration::from_secs(5);
/// One that is asked whether it is there answers by then.
const PING: Duration = Duration::from_millis(500);
/// What was left open is rolled back by then.
const UNDO: Duration = Duration::from_secs(1);
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

#[derive(Debug)]
struct Inner {
    target: Target,
    patience: Patience,
    size: u32,
    turns: Arc<Semaphore>,
    idle: Mutex<Vec<(Link, Instant)>>,
    away: watch::Sender<bool>,
    health: Arc<Health>,
}

impl Pool {
    /// At most `size` connections to `target`.
    pub(super) fn new(target: Target, size: u32, patience: Patience, health: Arc<Health>) -> Self {
        Self(Arc::new(Inner {
            target,
            patience,
            size,
            turns: Arc::new(Semaphore::new(size as usize)),
            idle: Mutex::default(),
            away: watch::Sender::new(false),
            health,
        }))
    }

    /// The same connections, as long as others keep them.
    pub(super) fn weak(&self) -> WeakPool {
        WeakPool(Arc::downgrade(&self.0))
    }

    /// A connection that is known to be there; in vain for as long as the database is away.
    pub(super) async fn take(&self) -> Result<Line, DbError> {
        let mut away = self.0.away.subscribe();
        let turn = tokio::select! {
            biased;
            _ = away.wait_for(|away| *away) => return Err(silence()),
            turn = timeout(self.0.patience.turn, self.0.turns.clone().acquire_owned()) => {
                turn.map_err(|_| DbError::PoolTimedOut)?.map_err(|_| DbError::PoolClosed)?
            }
        };
        let link = self.link().await?;
        Ok(Line {
            link: Some(link),
            pool: self.clone(),
            turn: Some(turn),
            care: Care { pool: self.clone(), state: State::Free, open: false, spoiled: false },
        })
    }

    async fn link(&self) -> Result<Link, DbError> {
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

    fn put(&self, link: Link) {
        if !self.0.turns.is_closed() {
            let mut idle = self.0.idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.push((link, Instant::now()));
        }
    }

    /// One connection has ended: those that wait may have ended with it.
    fn lost(&self) {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Nobody waits any more for a server that is away, until it is found again.
    fn falls_silent(&self) {
        self.lost();
        let is_server = matches!(self.0.target, Target::Postgres(_));
        if is_server && !self.0.away.send_replace(true) {
            lasting::error("the database does not answer; it is looked for", &silence());
            tokio::spawn(self.weak().look_for_it());
        }
    }

    /// What a failure says of the disk is looked into.
    fn note(&self, cause: &DbError) {
        if failure::of(cause) == Failure::Disk {
            self.0.health.disk_failed();
        }
    }

    /// Closes all connections, after those in use have come back.
    pub(super) async fn close(&self) {
        let all = timeout(CLOSE, self.0.turns.acquire_many(self.0.size)).await;
        self.0.turns.close();
        drop(all);
        while let Some((link, _)) = self.pop() {
            let _ = timeout(UNDO, link.close()).await;
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

/// A connection while somebody uses it.
#[derive(Debug)]
pub(super) struct Line {
    link: Option<Link>,
    pool: Pool,
    turn: Option<OwnedSemaphorePermit>,
    care: Care,
}

/// What is known of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// It has answered everything.
    Free,
    /// A statement is on its way, or was given up by whoever sent it.
    Asked,
    /// It did not answer in time, or has ended.
    Silent,
}

/// Sees to it that a connection's state is known, and that nothing waits for ever.
#[derive(Debug)]
pub struct Care {
    pool: Pool,
    state: State,
    /// Whether a transaction is open.
    open: bool,
    /// Whether the transaction was lost to a failure: it can only be rolled back.
    spoiled: bool,
}

impl Care {
    /// Sends a statement, and waits for the answer no longer than the database is given.
    ///
    /// # Errors
    /// Those of the statement; time that is over; a transaction that was lost before.
    pub async fn over<T>(
        &mut self,
        statement: impl Future<Output = Result<T, DbError>>,
    ) -> Result<T, DbError> {
        if self.spoiled {
            return Err(DbError::Protocol("the transaction was lost before".to_owned()));
        }
        if self.state == State::Silent {
            return Err(silence());
        }
        self.state = State::Asked;
        match timeout(self.pool.0.patience.statement, statement).await {
            Ok(Ok(value)) => {
                self.state = State::Free;
                Ok(value)
            }
            Ok(Err(cause)) => {
                self.failed(&cause);
                Err(cause)
            }
            Err(_) => {
                self.state = State::Silent;
                self.pool.falls_silent();
                Err(silence())
            }
        }
    }

    fn failed(&mut self, cause: &DbError) {
        self.pool.note(cause);
        let is_server = matches!(self.pool.0.target, Target::Postgres(_));
        match cause {
            DbError::RowNotFound => self.state = State::Free,
            _ if failure::ends_the_line(cause) => {
                self.state = State::Silent;
                self.pool.lost();
            }
            DbError::Database(_) => {
                self.state = State::Free;
                // PostgreSQL gives up the transaction with any failure, SQLite with those of the disk
                self.spoiled = self.open && (is_server || failure::of(cause) != Failure::Own);
            }
            // a row that cannot be read may leave others on their way
            _ => {}
        }
    }
}

impl Line {
    /// The connection, and what must be told of each statement on it.
    pub(super) fn parts(&mut self) -> (&mut Link, &mut Care) {
        (self.link.as_mut().expect("a line has its link until it is dropped"), &mut self.care)
    }

    async fn say(&mut self, words: &'static str) -> Result<(), DbError> {
        let (link, care) = self.parts();
        care.over(link.say(words)).await
    }

    /// Opens a transaction.
    pub(super) async fn begin(&mut self) -> Result<(), DbError> {
        self.care.open = true;
        self.say(self.pool.0.target.begin()).await
    }

    /// Writes what changes nothing, the whole way to the disk.
    pub(super) async fn probe(mut self) -> Result<(), DbError> {
        self.begin().await?;
        self.say(self.pool.0.target.probe()).await?;
        self.commit().await
    }

    /// Commits, if a transaction is open. After a failure what became of it is not known, or nothing:
    /// never told as done.
    pub(super) async fn commit(&mut self) -> Result<(), DbError> {
        if self.care.open {
            self.say("COMMIT").await?;
            self.care.open = false;
        }
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let Some(link) = self.link.take() else { return };
        match (self.care.state, self.care.open) {
            (State::Silent, _) => {}
            (State::Free, false) => self.pool.put(link),
            (State::Free | State::Asked, open) => {
                let turn = self.turn.take();
                if let Ok(runtime) = tokio::runtime::Handle::try_current() {
                    runtime.spawn(undo(self.pool.clone(), link, open, turn));
                }
            }
        }
    }
}

/// Brings a connection to a known state, or drops it. Its turn comes back with it.
async fn undo(pool: Pool, mut link: Link, open: bool, turn: Option<OwnedSemaphorePermit>) {
    let words = if open { "ROLLBACK" } else { "SELECT 1" };
    match in_time(UNDO, link.say(words)).await {
        Ok(()) => pool.put(link),
        // SQLite has rolled back by itself what the disk did not take
        Err(DbError::Database(_)) => {}
        Err(_) => pool.falls_silent(),
    }
    drop(turn);
}

#[cfg(test)]
mod tests;
