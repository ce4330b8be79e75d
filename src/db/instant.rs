//! The clock of the database server, where there is one.

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
