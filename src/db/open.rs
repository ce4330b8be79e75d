//! Opening a database: settings, lock, migrations.

use std::{fs::File, io::ErrorKind, path::Path, str::FromStr, time::Duration};

use fs4::fs_std::FileExt;
use sqlx::{
    Connection, PgConnection,
    migrate::MigrateError,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{Db, DbError, Tx};
use crate::exec;

/// A database server that is there answers by then.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address has a form that is not known.
    #[error("database address {0:?} is neither sqlite: nor postgres:")]
    Address(String),
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

impl Db {
    /// Opens `address` (`sqlite:PATH`, `postgres://…`) and brings it up to date.
    ///
    /// # Errors
    /// [`OpenError`]: unknown address, file in use or unwritable, newer database, failed migration.
    pub async fn open(address: &str) -> Result<Self, OpenError> {
        match address.split_once(':') {
            Some(("sqlite", _)) => open_sqlite(address).await,
            Some(("postgres" | "postgresql", _)) => open_postgres(address).await,
            _ => Err(OpenError::Address(address.to_owned())),
        }
    }

    /// A connection that only reads, beside a running server; nothing where no server ever ran.
    ///
    /// # Errors
    /// [`OpenError`]: unknown address, a database that cannot be reached.
    pub async fn look_into(address: &str) -> Result<Option<Tx>, OpenError> {
        let mut tx = match address.split_once(':') {
            Some(("sqlite", _)) => {
                let options = SqliteConnectOptions::from_str(address)?.pragma("query_only", "on");
                if !options.get_filename().exists() {
                    return Ok(None);
                }
                let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options);
                Tx::SqliteRead(pool.await?.acquire().await?)
            }
            Some(("postgres" | "postgresql", _)) => {
                let options = answering(address).await?;
                let pool = PgPoolOptions::new().max_connections(1).connect_with(options);
                Tx::PostgresRead(pool.await?.acquire().await?)
            }
            _ => return Err(OpenError::Address(address.to_owned())),
        };
        match exec!(tx, "SELECT 1 FROM _sqlx_migrations") {
            Ok(_) => Ok(Some(tx)),
            Err(DbError::Database(_)) => Ok(None),
            Err(failed) => Err(failed.into()),
        }
    }
}

async fn open_sqlite(address: &str) -> Result<Db, OpenError> {
    let options = SqliteConnectOptions::from_str(address)?
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(5))
        .pragma("temp_store", "memory")
        .pragma("wal_autocheckpoint", "4000")
        .pragma("journal_size_limit", "67108864");
    let lock = lock_beside(options.get_filename())?.into();
    let pool = || SqlitePoolOptions::new().idle_timeout(None).max_lifetime(None);
    let write = pool().max_connections(1).connect_with(options.clone()).await?;
    sqlx::migrate!("migrations/sqlite").run(&write).await?;
    let read_only = options.pragma("query_only", "on");
    let read = pool().max_connections(4).connect_with(read_only).await?;
    Ok(Db::Sqlite { write, read, lock })
}

/// Takes the lock file beside the database.
fn lock_beside(database: &Path) -> Result<File, OpenError> {
    let path = database.with_extension("lock");
    let shown = database.display().to_string();
    let file = File::create(&path).map_err(|cause| OpenError::Unwritable(shown.clone(), cause))?;
    match file.try_lock_exclusive() {
        Ok(true) => Ok(file),
        Ok(false) | Err(_) => Err(OpenError::InUse(shown)),
    }
}

async fn open_postgres(address: &str) -> Result<Db, OpenError> {
    let options = answering(address).await?;
    let pool = PgPoolOptions::new()
        .max_connections(16)
        .acquire_timeout(Duration::from_secs(3))
        .test_before_acquire(false)
        .connect_with(options)
        .await?;
    sqlx::migrate!("migrations/postgres").run(&pool).await?;
    Ok(Db::Postgres(pool))
}

/// How to connect to a server that answered: a pool would wait long for one that does not.
async fn answering(address: &str) -> Result<PgConnectOptions, OpenError> {
    let options = PgConnectOptions::from_str(address)?
        .application_name("jurat")
        .options([("statement_timeout", "5s")]);
    let place = || format!("{}:{}", options.get_host(), options.get_port());
    let reached = tokio::time::timeout(ANSWERS_WITHIN, PgConnection::connect_with(&options)).await;
    match reached.unwrap_or_else(|_| Err(DbError::Io(ErrorKind::TimedOut.into()))) {
        Ok(connection) => connection.close().await?,
        Err(DbError::Io(cause)) => return Err(OpenError::Unreachable(place(), cause)),
        Err(refused) => return Err(refused.into()),
    }
    Ok(options)
}
