//! Opening a database: settings, lock, migrations.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use sqlx::{
    ConnectOptions, Connection, Executor, PgConnection, SqliteConnection,
    postgres::PgConnectOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use super::{
    Db, DbError, OpenError, Tx, file,
    health::Health,
    link::{Patience, Target},
    pool::Pool,
    signs::Signs,
};
use crate::{config::DatabaseAddress, exec};

/// A database server that is there answers by then.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);

impl Db {
    /// Opens `address` (`sqlite:PATH`, `postgres://…`) and brings it up to date.
    ///
    /// # Errors
    /// [`OpenError`]: unknown address, file in use or unwritable, newer database, failed migration.
    pub async fn open(address: &DatabaseAddress) -> Result<Self, OpenError> {
        match address.kind() {
            "sqlite" => open_sqlite(address).await,
            "postgres" | "postgresql" => open_postgres(address).await,
            _ => Err(OpenError::Address(address.clone())),
        }
    }

    /// A connection that only reads, beside a running server; nothing where no server ever ran.
    ///
    /// # Errors
    /// [`OpenError`]: unknown address, a database that cannot be reached.
    pub async fn look_into(address: &DatabaseAddress) -> Result<Option<Tx>, OpenError> {
        let (target, patience) = match address.kind() {
            "sqlite" => {
                let options =
                    SqliteConnectOptions::from_str(address.secret())?.pragma("query_only", "on");
                if !options.get_filename().exists() {
                    return Ok(None);
                }
                (Target::Sqlite(options), Patience::READERS)
            }
            "postgres" | "postgresql" => {
                let (options, _) = answering(address).await?;
                (Target::Postgres(options), Patience::SERVER)
            }
            _ => return Err(OpenError::Address(address.clone())),
        };
        let mut tx = Tx(Pool::new(target, 1, patience, Signs::default()).take().await?);
        match exec!(tx, "SELECT 1 FROM _sqlx_migrations") {
            Ok(_) => Ok(Some(tx)),
            Err(DbError::Database(_)) => Ok(None),
            Err(failed) => Err(failed.into()),
        }
    }
}

async fn open_sqlite(address: &DatabaseAddress) -> Result<Db, OpenError> {
    let options = SqliteConnectOptions::from_str(address.secret())?
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(5))
        .pragma("temp_store", "memory")
        .pragma("wal_autocheckpoint", "4000")
        .pragma("journal_size_limit", "67108864")
        .disable_statement_logging();
    let held = file::hold(options.get_filename())?;
    let folder = options.get_filename().parent().map(folder_at);
    let mut first = SqliteConnection::connect_with(&options).await?;
    sqlx::migrate!("migrations/sqlite").run(&mut first).await?;
    first.close().await?;
    let signs = Signs::default();
    let pool =
        |options, size, patience| Pool::new(Target::Sqlite(options), size, patience, signs.clone());
    let read = pool(options.clone().pragma("query_only", "on"), 4, Patience::READERS);
    let write = pool(options, 1, Patience::WRITER);
    let health = Health::watch(&write, &signs, folder);
    Ok(Db { write, read, health, held: Some(held.into()) })
}

/// The folder that a path without one is in.
fn folder_at(parent: &Path) -> PathBuf {
    if parent.as_os_str().is_empty() { ".".into() } else { parent.to_owned() }
}

async fn open_postgres(address: &DatabaseAddress) -> Result<Db, OpenError> {
    let (options, mut first) = answering(address).await?;
    // a migration, or waiting for another server's, may last
    first.execute("SET lock_timeout = 0; SET statement_timeout = 0").await?;
    sqlx::migrate!("migrations/postgres").run(&mut first).await?;
    first.close().await?;
    let signs = Signs::default();
    let pool = Pool::new(Target::Postgres(options), 16, Patience::SERVER, signs.clone());
    let health = Health::watch(&pool, &signs, None);
    Ok(Db { write: pool.clone(), read: pool, health, held: None })
}

/// What the server is asked to end by itself when we are gone without a word: a transaction would
/// hold its locks for hours otherwise.
const WHEN_WE_ARE_GONE: [(&str, &str); 6] = [
    // somebody else's lock is no silence: told before our own patience ends
    ("lock_timeout", "1500ms"),
    ("statement_timeout", "5s"),
    ("idle_in_transaction_session_timeout", "5s"),
    ("tcp_keepalives_idle", "5"),
    ("tcp_keepalives_interval", "2"),
    ("tcp_keepalives_count", "2"),
];

/// How to connect to a server that answered, and the connection on which it did.
async fn answering(
    address: &DatabaseAddress,
) -> Result<(PgConnectOptions, PgConnection), OpenError> {
    let options = PgConnectOptions::from_str(address.secret())?
        .application_name("jurat")
        .options(WHEN_WE_ARE_GONE)
        .disable_statement_logging();
    let place = || format!("{}:{}", options.get_host(), options.get_port());
    let reached = tokio::time::timeout(ANSWERS_WITHIN, PgConnection::connect_with(&options)).await;
    match reached.unwrap_or_else(|_| Err(DbError::Io(ErrorKind::TimedOut.into()))) {
        Ok(connection) => Ok((options, connection)),
        Err(DbError::Io(cause)) => Err(OpenError::Unreachable(place(), cause)),
        Err(refused) => Err(refused.into()),
    }
}
