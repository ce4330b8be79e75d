//! What a failure of the database says: of one caller, of the instant, of the disk, of the line.

use sqlx::{
    error::DatabaseError,
    postgres::{PgDatabaseError, PgSeverity},
    sqlite::SqliteError,
};

use super::DbError;

/// Whom or what a failure is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// This statement, whoever sends it and whenever.
    Own,
    /// Two transactions stood in each other's way: the same is right when it is done again.
    Passing,
    /// No room for what is to be written.
    Full,
    /// The disk does not read or write.
    Disk,
    /// The database is not there, or does not answer in time.
    Away,
}

/// What `error` says.
pub(super) fn of(error: &DbError) -> Failure {
    match error {
        DbError::Database(told) => {
            if let Some(sqlite) = told.try_downcast_ref::<SqliteError>() {
                return of_sqlite(sqlite.code().and_then(|code| code.parse().ok()).unwrap_or(0));
            }
            match told.try_downcast_ref::<PgDatabaseError>() {
                Some(postgres) => of_postgres(postgres.code()),
                None => Failure::Own,
            }
        }
        DbError::Io(_)
        | DbError::Tls(_)
        | DbError::Protocol(_)
        | DbError::PoolTimedOut
        | DbError::PoolClosed
        | DbError::WorkerCrashed
        | DbError::BeginFailed => Failure::Away,
        _ => Failure::Own,
    }
}

/// Whether the connection is over with this failure.
pub(super) fn ends_the_line(error: &DbError) -> bool {
    match error {
        DbError::Database(told) => told
            .try_downcast_ref::<PgDatabaseError>()
            .is_some_and(|told| matches!(told.severity(), PgSeverity::Fatal | PgSeverity::Panic)),
        other => of(other) == Failure::Away,
    }
}

/// The lower eight bits of a result code of SQLite are its kind.
fn of_sqlite(code: i32) -> Failure {
    const BUSY: i32 = 5;
    const LOCKED: i32 = 6;
    const IOERR: i32 = 10;
    const FULL: i32 = 13;
    match code & 0xff {
        BUSY | LOCKED => Failure::Passing,
        IOERR => Failure::Disk,
        FULL => Failure::Full,
        _ => Failure::Own,
    }
}

/// The first two characters of an SQLSTATE are its class.
fn of_postgres(code: &str) -> Failure {
    match code {
        "40001" | "40P01" | "55P03" => Failure::Passing,
        "53100" => Failure::Full,
        "25P03" | "25006" => Failure::Away,
        _ if ["08", "53", "57", "58"].iter().any(|class| code.starts_with(class)) => Failure::Away,
        _ => Failure::Own,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extended_codes_of_sqlite_are_of_the_kind_that_they_extend() {
        assert_eq!(of_sqlite(778), Failure::Disk, "writing failed");
        assert_eq!(of_sqlite(1034), Failure::Disk, "flushing failed");
        assert_eq!(of_sqlite(13), Failure::Full);
        assert_eq!(of_sqlite(517), Failure::Passing, "busy, its snapshot is old");
        assert_eq!(of_sqlite(2067), Failure::Own, "a key that is there already");
    }

    #[test]
    fn a_server_that_ends_is_away_and_a_deadlock_passes() {
        assert_eq!(of_postgres("57P01"), Failure::Away);
        assert_eq!(of_postgres("57014"), Failure::Away, "the statement took too long");
        assert_eq!(of_postgres("40P01"), Failure::Passing);
        assert_eq!(of_postgres("53100"), Failure::Full);
        assert_eq!(of_postgres("23505"), Failure::Own);
    }
}
