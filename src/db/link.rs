//! One connection to one of the two databases, and how it is made.

use std::{io::ErrorKind, time::Duration};

use sqlx::{
    Connection as _, PgConnection, SqliteConnection, postgres::PgConnectOptions, raw_sql,
    sqlite::SqliteConnectOptions,
};

use super::DbError;

/// Where a connection leads, with every setting of it.
#[derive(Debug, Clone)]
pub(super) enum Target {
    /// The embedded file.
    Sqlite(SqliteConnectOptions),
    /// A server.
    Postgres(PgConnectOptions),
}

/// A connection.
#[derive(Debug)]
pub(super) enum Link {
    /// To the embedded file.
    Sqlite(SqliteConnection),
    /// To a server.
    Postgres(PgConnection),
}

/// How long is waited for whom.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// For a connection that others use, or for its turn to be made.
    pub turn: Duration,
    /// For a new connection.
    pub connect: Duration,
    /// For an answer to one statement, a commit among them.
    pub statement: Duration,
}

impl Patience {
    /// With the writer of a file: a slow disk is no database that is away.
    pub(super) const WRITER: Self = Self::seconds(10, 10, 10);
    /// With the readers of a file.
    pub(super) const READERS: Self = Self::seconds(2, 10, 10);
    /// With a server: whoever asks is told within three seconds.
    pub(super) const SERVER: Self = Self::seconds(2, 1, 2);

    const fn seconds(turn: u64, connect: u64, statement: u64) -> Self {
        Self {
            turn: Duration::from_secs(turn),
            connect: Duration::from_secs(connect),
            statement: Duration::from_secs(statement),
        }
    }
}

impl Target {
    /// Whether it is a server, and no file of our own.
    pub(super) fn is_server(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// How a transaction that writes begins.
    pub(super) fn begin(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "BEGIN IMMEDIATE",
            Self::Postgres(_) => "BEGIN",
        }
    }

    /// What is written where nothing may change: it goes the whole way to the disk.
    pub(super) fn probe(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "PRAGMA user_version = 0",
            Self::Postgres(_) => "SELECT pg_logical_emit_message(true, 'jurat', 'ready')",
        }
    }

    /// Makes a connection within its time.
    pub(super) async fn connect(&self, limit: Duration) -> Result<Link, DbError> {
        in_time(limit, async {
            Ok(match self {
                Self::Sqlite(options) => {
                    Link::Sqlite(SqliteConnection::connect_with(options).await?)
                }
                Self::Postgres(options) => {
                    Link::Postgres(PgConnection::connect_with(options).await?)
                }
            })
        })
        .await
    }
}

impl Link {
    /// Says something that has neither values nor rows.
    pub(super) async fn say(&mut self, words: &'static str) -> Result<(), DbError> {
        match self {
            Self::Sqlite(connection) => raw_sql(words).execute(connection).await.map(drop),
            Self::Postgres(connection) => raw_sql(words).execute(connection).await.map(drop),
        }
    }

    /// Says good-bye, for which a dead one would be waited for ever.
    pub(super) async fn close(self) -> Result<(), DbError> {
        match self {
            Self::Sqlite(connection) => connection.close().await,
            Self::Postgres(connection) => connection.close().await,
        }
    }
}

/// What comes of `work`, or that it took too long.
pub(super) async fn in_time<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, DbError>>,
) -> Result<T, DbError> {
    tokio::time::timeout(limit, work).await.unwrap_or_else(|_| Err(silence()))
}

/// Nobody knows whether a commit was carried out.
#[derive(Debug, thiserror::Error)]
#[error("the database fell silent over a commit: whether it was carried out is not known")]
struct InDoubt;

/// The failure of a commit whose outcome is not known.
pub(super) fn in_doubt() -> DbError {
    DbError::Io(std::io::Error::new(ErrorKind::TimedOut, InDoubt))
}

/// Whether a failure leaves it open whether the work was done.
pub fn is_in_doubt(error: &DbError) -> bool {
    let DbError::Io(cause) = error else { return false };
    matches!(cause.get_ref(), Some(inner) if inner.is::<InDoubt>())
}

/// The failure of a database that does not answer.
pub(super) fn silence() -> DbError {
    DbError::Io(std::io::Error::new(ErrorKind::TimedOut, "the database does not answer"))
}
