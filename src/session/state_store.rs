//! SQL of the end of a session.

use crate::{
    base::{PersonId, SessionId, Timestamp},
    db::{DbError, Tx},
    exec,
};

/// Closes a session.
pub async fn put_closed(
    tx: &mut Tx,
    id: SessionId,
    by: PersonId,
    at: Timestamp,
) -> Result<(), DbError> {
    exec!(
        tx,
        "UPDATE session SET state = 'closed', closed_at = $2, closed_by = $3 WHERE id = $1",
        id,
        at,
        by,
    )?;
    Ok(())
}

/// Validates a session whose jury has decided every case.
pub async fn put_validated(tx: &mut Tx, id: SessionId) -> Result<(), DbError> {
    exec!(tx, "UPDATE session SET state = 'validated' WHERE id = $1 AND state = 'closed'", id)?;
    Ok(())
}
