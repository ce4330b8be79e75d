//! Pools, transactions, migrations: the only place that knows which database is open.
//!
//! One SQL text serves both: `$1`, `ON CONFLICT`, `RETURNING`, sent by [`exec!`](crate::exec) and
//! [`fetch!`](crate::fetch) with native types (`Uuid`, `DateTime<Utc>`, `bool`).

mod group;
mod instant;
mod open;

use sqlx::{
    PgConnection, Postgres, Sqlite, SqliteConnection, Transaction, pool::PoolConnection,
    postgres::PgPool, sqlite::SqlitePool,
};

pub use group::{Group, JobError, Work};
pub use instant::ServerClock;
pub use open::OpenError;

/// How a database failed.
pub type DbError = sqlx::Error;

/// An open database.
#[derive(Debug, Clone)]
pub enum Db {
    /// An embedded file: one writer, several readers.
    Sqlite {
        /// Exactly one connection, always opened with `BEGIN IMMEDIATE`.
        write: SqlitePool,
        /// Connections that refuse to write.
        read: SqlitePool,
        /// Held as long as the database is open, so that a second server refuses to start.
        lock: std::sync::Arc<std::fs::File>,
    },
    /// A PostgreSQL server.
    Postgres(PgPool),
}

/// A connection or a transaction; what store functions take.
#[derive(Debug)]
pub enum Tx {
    /// Reads from the embedded file.
    SqliteRead(PoolConnection<Sqlite>),
    /// Writes to the embedded file.
    SqliteWrite(Transaction<'static, Sqlite>),
    /// Reads from the server.
    PostgresRead(PoolConnection<Postgres>),
    /// Writes to the server.
    PostgresWrite(Transaction<'static, Postgres>),
}

/// The open connection behind a [`Tx`], by database.
#[derive(Debug)]
pub enum Connection<'a> {
    /// Of the embedded file.
    Sqlite(&'a mut SqliteConnection),
    /// Of the server.
    Postgres(&'a mut PgConnection),
}

impl Db {
    /// A connection to read from, without a transaction.
    pub async fn read(&self) -> Result<Tx, DbError> {
        Ok(match self {
            Self::Sqlite { read, .. } => Tx::SqliteRead(read.acquire().await?),
            Self::Postgres(pool) => Tx::PostgresRead(pool.acquire().await?),
        })
    }

    /// A transaction to write in; what is not committed is undone when it is dropped.
    pub async fn begin(&self) -> Result<Tx, DbError> {
        Ok(match self {
            Self::Sqlite { write, .. } => {
                Tx::SqliteWrite(write.begin_with("BEGIN IMMEDIATE").await?)
            }
            Self::Postgres(pool) => Tx::PostgresWrite(pool.begin().await?),
        })
    }

    /// Whether other servers may use it at the same time.
    pub fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// Closes all connections, after those in use have come back.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { write, read, .. } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// The connection, for the macros.
    pub fn connection(&mut self) -> Connection<'_> {
        match self {
            Self::SqliteRead(connection) => Connection::Sqlite(connection),
            Self::SqliteWrite(connection) => Connection::Sqlite(connection),
            Self::PostgresRead(connection) => Connection::Postgres(connection),
            Self::PostgresWrite(connection) => Connection::Postgres(connection),
        }
    }

    /// Makes durable what was written.
    pub async fn commit(self) -> Result<(), DbError> {
        match self {
            Self::SqliteWrite(transaction) => transaction.commit().await,
            Self::PostgresWrite(transaction) => transaction.commit().await,
            Self::SqliteRead(_) | Self::PostgresRead(_) => Ok(()),
        }
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
            $crate::db::Connection::Sqlite(c) => {
                sqlx::query($sql)$(.bind($bind))*.execute(c).await.map(|done| done.rows_affected())
            }
            $crate::db::Connection::Postgres(c) => {
                sqlx::query($sql)$(.bind($bind))*.execute(c).await.map(|done| done.rows_affected())
            }
        }
    };
}

/// `fetch!(tx, fetch_one | fetch_optional | fetch_all, Row, "SQL with $1", a, b)`: rows as `Row`.
#[macro_export]
macro_rules! fetch {
    ($tx:expr, $how:ident, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $tx.connection() {
            $crate::db::Connection::Sqlite(c) => {
                sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.$how(c).await
            }
            $crate::db::Connection::Postgres(c) => {
                sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.$how(c).await
            }
        }
    };
}
