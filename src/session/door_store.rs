//! SQL of what is refused at the doors.

use uuid::Uuid;

use crate::{
    base::{SessionId, Timestamp},
    db::{DbError, Tx},
    exec, fetch,
};

/// What was refused at one door.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct DoorRow {
    pub kind: String,
    pub about_id: Uuid,
    pub times: i64,
    pub first_at: Timestamp,
    pub last_at: Timestamp,
    pub devices: String,
    pub waiting: i64,
    pub waiting_since: Timestamp,
    pub waiting_devices: String,
    pub told_at: Option<Timestamp>,
}

/// What was refused at the doors of a session, which is locked where it is to be changed.
pub async fn list_doors(tx: &mut Tx, session: SessionId) -> Result<Vec<DoorRow>, DbError> {
    fetch!(
        tx,
        fetch_all,
        DoorRow,
        "SELECT kind, about_id, times, first_at, last_at, devices, waiting, waiting_since,
                waiting_devices, told_at
           FROM door WHERE session_id = $1 ORDER BY kind, about_id",
        session,
    )
}

/// Sessions at whose doors something was refused that the journal has not told.
pub async fn list_sessions_waiting(tx: &mut Tx) -> Result<Vec<SessionId>, DbError> {
    let rows: Vec<(SessionId,)> = fetch!(
        tx,
        fetch_all,
        (SessionId,),
        "SELECT DISTINCT session_id FROM door WHERE waiting > 0 ORDER BY session_id",
    )?;
    Ok(rows.into_iter().map(|(session,)| session).collect())
}

/// Stores what was refused at one door.
pub async fn put_door(tx: &mut Tx, session: SessionId, row: &DoorRow) -> Result<(), DbError> {
    exec!(
        tx,
        "INSERT INTO door (session_id, kind, about_id, times, first_at, last_at, devices, waiting,
                           waiting_since, waiting_devices, told_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (session_id, kind, about_id) DO UPDATE
            SET times = excluded.times, first_at = excluded.first_at, last_at = excluded.last_at,
                devices = excluded.devices, waiting = excluded.waiting,
                waiting_since = excluded.waiting_since,
                waiting_devices = excluded.waiting_devices, told_at = excluded.told_at",
        session,
        &row.kind,
        row.about_id,
        row.times,
        row.first_at,
        row.last_at,
        &row.devices,
        row.waiting,
        row.waiting_since,
        &row.waiting_devices,
        row.told_at,
    )?;
    Ok(())
}
