//! Instants in the database: the clock of its server, where there is one, and how a whole table of them
//! is moved.

use super::{Connection, DbError, Tx};
use crate::base::Timestamp;

/// What a database server says of its own clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct ServerClock {
    /// What it shows at this instant, also within a transaction.
    pub now: Timestamp,
    /// When the server began, which no step of its clock changes.
    pub began_at: Timestamp,
}

impl Tx {
    /// The clock of the database server; an embedded file has none but the machine's.
    pub async fn server_clock(&mut self) -> Result<Option<ServerClock>, DbError> {
        let Connection::Postgres(connection, care) = self.connection() else { return Ok(None) };
        let asked = "SELECT clock_timestamp() AS now, pg_postmaster_start_time() AS began_at";
        care.over(sqlx::query_as(asked).fetch_one(connection)).await.map(Some)
    }
}

/// `shift!(tx, "table", by, "column", "another")`: moves every instant of these columns by whole
/// seconds, in one statement, and returns how many rows it moved.
///
/// Nobody else writes in the table until the commit: rows are met in no order that others could keep,
/// too. A file has one writer anyway; its instants are texts, whose fraction and zone stay as they are.
#[macro_export]
macro_rules! shift {
    (@text $column:literal) => {
        concat!(
            $column, " = strftime('%Y-%m-%dT%H:%M:%S', substr(", $column,
            ", 1, 19), $1 || ' seconds') || substr(", $column, ", 20)"
        )
    };
    (@native $column:literal) => {
        concat!($column, " = ", $column, " + CAST($1 AS BIGINT) * INTERVAL '1 second'")
    };
    ($tx:expr, $table:literal, $by:expr, $first:literal $(, $column:literal)*) => {
        match $tx.connection() {
            $crate::db::Connection::Sqlite(c, care) => {
                let sent = sqlx::query(concat!(
                    "UPDATE ", $table, " SET ", $crate::shift!(@text $first)
                    $(, ", ", $crate::shift!(@text $column))*
                ));
                care.over(sent.bind($by.num_seconds()).execute(c)).await
                    .map(|done| done.rows_affected())
            }
            $crate::db::Connection::Postgres(c, care) => {
                let alone = sqlx::query(concat!(
                    "LOCK TABLE ", $table, " IN SHARE ROW EXCLUSIVE MODE"
                ));
                care.over(alone.execute(&mut *c)).await?;
                let sent = sqlx::query(concat!(
                    "UPDATE ", $table, " SET ", $crate::shift!(@native $first)
                    $(, ", ", $crate::shift!(@native $column))*
                ));
                care.over(sent.bind($by.num_seconds()).execute(c)).await
                    .map(|done| done.rows_affected())
            }
        }
    };
}
