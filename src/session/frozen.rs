//! What was frozen for a session when it was planned.

use std::sync::Arc;

use super::Session;
use crate::{
    db::{DbError, Tx},
    scheme::{self, Scheme},
};

/// The scheme of a session in the version that was frozen for it.
pub async fn scheme_of(tx: &mut Tx, session: &Session) -> Result<Arc<Scheme>, DbError> {
    if let Some(shipped) = scheme::find_version(&session.scheme_id, &session.scheme_version) {
        return Ok(shipped);
    }
    let frozen = scheme::frozen(tx, &session.scheme_id, &session.scheme_version).await?;
    frozen.ok_or(DbError::RowNotFound)
}
