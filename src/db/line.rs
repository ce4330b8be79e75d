//! A connection while somebody uses it.
//!
//! Promises that no connection of unknown state is used again: one comes back only when its last
//! statement was answered and no transaction is open on it. In doubt it is asked to roll back, within
//! a second; what is silent is dropped without a good-bye.

use std::time::{Duration, Instant};

use tokio::{sync::OwnedSemaphorePermit, time::timeout};

use super::{
    DbError,
    failure::{self, Failure},
    link::{Link, in_doubt, in_time, silence},
    pool::{Pool, Turn},
};

/// What was left open is rolled back by then.
const UNDO: Duration = Duration::from_secs(1);

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
        self.pool.signs().count_statement();
        match timeout(self.pool.statement(), statement).await {
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
        let is_server = self.pool.target().is_server();
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
    /// A connection whose state is known, for whoever has the turn.
    fn new(pool: Pool, link: Link, turn: OwnedSemaphorePermit) -> Self {
        let care = Care { pool: pool.clone(), state: State::Free, open: false, spoiled: false };
        Self { link: Some(link), pool, turn: Some(turn), care }
    }

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
        self.say(self.pool.target().begin()).await
    }

    /// Writes what changes nothing, the whole way to the disk.
    pub(super) async fn probe(mut self) -> Result<(), DbError> {
        self.begin().await?;
        self.say(self.pool.target().probe()).await?;
        self.commit().await
    }

    /// Commits, if a transaction is open. After a failure what became of it is not known, or nothing:
    /// never told as done.
    pub(super) async fn commit(&mut self) -> Result<(), DbError> {
        if !self.care.open {
            return Ok(());
        }
        let said = self.say("COMMIT").await;
        self.care.open = said.is_err();
        said.map_err(|cause| match failure::of(&cause) {
            Failure::Away => in_doubt(),
            Failure::Own | Failure::Passing | Failure::Full | Failure::Disk => cause,
        })
    }
}

impl Pool {
    /// A connection that is known to be there; in vain for as long as the database is away.
    pub(super) async fn take(&self) -> Result<Line, DbError> {
        self.turn().await?.line().await
    }

    /// One to write on; whoever waits for it is a write that waits.
    pub(super) async fn take_to_write(&self) -> Result<Line, DbError> {
        if let Some(turn) = self.free_turn()? {
            return turn.line().await;
        }
        let waits = self.waiting().since(Instant::now());
        let turn = self.turn().await?;
        drop(waits);
        turn.line().await
    }
}

impl Turn {
    /// The connection that it is a turn for.
    pub(super) async fn line(self) -> Result<Line, DbError> {
        let link = self.pool.link().await?;
        Ok(Line::new(self.pool, link, self.permit))
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
