//! What was frozen for a session when it was planned.

use std::borrow::Cow;

use super::Session;
use crate::{
    db::{DbError, Tx},
    scheme::{self, Scheme},
};

/// The scheme of a session in the version that was frozen for it.
pub async fn scheme_of(tx: &mut Tx, session: &Session) -> Result<Cow<'static, Scheme>, DbError> {
    if let Some(shipped) = scheme::find(&session.scheme_id)
        && shipped.version == session.scheme_version
    {
        return Ok(Cow::Borrowed(shipped));
    }
    let frozen = scheme::frozen(tx, &session.scheme_id, &session.scheme_version).await?;
    Ok(Cow::Owned(frozen.ok_or(DbError::RowNotFound)?))
}
