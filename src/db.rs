//! Pools, transactions, migrations: the only place that knows which database is open.
//!
//! One SQL text serves both: `$1`, `ON CONFLICT`, `RETURNING`, sent by [`exec!`](crate::exec),
//! [`fetch!`](crate::fetch) and [`fetch_among!`](crate::fetch_among) with native types (`Uuid`,
//! `DateTime<Utc>`, `bool`).

mod among;
mod failure;
mod instant;
mod link;
mod waiting;
mod signs;
mod pool;
mod line;
mod file;
mod health;
mod open;
mod group;

use std::sync::Arc;

use sqlx::{PgConnection, SqliteConnection, migrate::MigrateError};

use crate::config::DatabaseAddress;
use health::Health;
use line::Line;
use link::Link;
use pool::Pool;

pub use among::{Ids, Texts};
pub use group::{Errand, Group, JobError};
pub use health::{Cause, ROOM_AT_LEAST, Readiness, WAITS_AT_MOST};
pub use instant::ServerClock;
pub use line::Care;
pub use link::is_in_doubt;

/// How a database failed.
pub type DbError = sqlx::Error;

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address has a form that is not known.
    #[error("database address {0:?} is neither sqlite: nor postgres:")]
    Address(DatabaseAddress),
    /// Another server holds the file.
    #[error("another jurat already uses {0}")]
    InUse(String),
    /// The lock beside the file cannot be made.
    #[error("cannot write beside the database file {0}: {1}")]
    Unwritable(String, std::io::Error),
    /// The database was made by a later version.
    #[error("the database is newer than this jurat (migration {0}); install the newer version")]
    Newer(i64),
    /// A migration did not run.
    #[error("cannot migrate the database: {0}")]
    Migration(MigrateError),
    /// Nobody answers at the address of the database.
    #[error("cannot reach the database at {0}: {1}")]
    Unreachable(String, std::io::Error),
    /// The database refused.
    #[error("cannot open the database: {0}")]
    Db(#[from] DbError),
}

impl From<MigrateError> for OpenError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::VersionMissing(version) => Self::Newer(version),
            other => Self::Migration(other),
        }
    }
}

/// An open database: an embedded file with one writer and several readers, or a server.
#[derive(Debug, Clone)]
pub struct Db {
    write: Pool,
    read: Pool,
    health: Arc<Health>,
    /// Closed after the connections.
    held: Option<Arc<file::Held>>,
}

/// A connection to read from, or a transaction to write in; what store functions take.
#[derive(Debug)]
pub struct Tx(Line);

/// The open connection behind a [`Tx`], by database, and who sees to its statements.
#[derive(Debug)]
pub enum Connection<'a> {
    /// Of the embedded file.
    Sqlite(&'a mut SqliteConnection, &'a mut Care),
    /// Of the server.
    Postgres(&'a mut PgConnection, &'a mut Care),
}

impl Db {
    /// A connection to read from, without a transaction.
    ///
    /// # Errors
    /// The database does not answer, or all connections are in use for too long.
    pub async fn read(&self) -> Result<Tx, DbError> {
        self.read.take().await.map(Tx)
    }

    /// A transaction to write in; what is not committed is undone when it is dropped.
    ///
    /// # Errors
    /// The database does not answer, or all connections are in use for too long.
    pub async fn begin(&self) -> Result<Tx, DbError> {
        let mut line = self.write.take_to_write().await?;
        line.begin().await?;
        Ok(Tx(line))
    }

    /// Whether it takes writes; the writer is tried at most once a second, however many ask.
    pub async fn readiness(&self) -> Readiness {
        self.health.readiness().await
    }

    /// Waits until the database is given up: its disk failed a write, and the one after it. Says why.
    pub async fn lost(&self) -> String {
        self.health.lost().await
    }

    /// Whether other servers may use it at the same time.
    pub fn is_shared(&self) -> bool {
        self.held.is_none()
    }

    /// How many statements were sent on it so far.
    pub fn statements(&self) -> u64 {
        self.health.sent()
    }

    /// Closes all connections, after those in use have come back.
    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}

impl Tx {
    /// The connection, for the macros.
    pub fn connection(&mut self) -> Connection<'_> {
        match self.0.parts() {
            (Link::Sqlite(connection), care) => Connection::Sqlite(connection, care),
            (Link::Postgres(connection), care) => Connection::Postgres(connection, care),
        }
    }

    /// Makes durable what was written.
    ///
    /// # Errors
    /// What was written is undone, or, when the database fell silent, it is not known whether it was
    /// kept: nobody may be told that it was.
    pub async fn commit(mut self) -> Result<(), DbError> {
        self.0.commit().await
    }
}

/// Whether a write failed because its key was there already.
pub fn is_duplicate(error: &DbError) -> bool {
    error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}

/// `exec!(tx, "SQL with $1", a, b)`: rows affected.
#[macro_export]
macro_rules! exec {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $tx.connection() {
            $crate::db::Connection::Sqlite(c, care) => {
                let sent = sqlx::query($sql)$(.bind($bind))*.execute(c);
                care.over(sent).await.map(|done| done.rows_affected())
            }
            $crate::db::Connection::Postgres(c, care) => {
                let sent = sqlx::query($sql)$(.bind($bind))*.execute(c);
                care.over(sent).await.map(|done| done.rows_affected())
            }
        }
    };
}

/// `fetch!(tx, fetch_one | fetch_optional | fetch_all, Row, "SQL with $1", a, b)`: rows as `Row`.
#[macro_export]
macro_rules! fetch {
    ($tx:expr, $how:ident, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $tx.connection() {
            $crate::db::Connection::Sqlite(c, care) => {
                care.over(sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.$how(c)).await
            }
            $crate::db::Connection::Postgres(c, care) => {
                care.over(sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.$how(c)).await
            }
        }
    };
}
