//! SQL of the table `scheme_version`.

use crate::{
    base::Timestamp,
    db::{DbError, Tx},
    exec, fetch,
};

use super::Scheme;

/// Keeps a version, unless it is kept already.
pub(super) async fn add_version(
    tx: &mut Tx,
    scheme: &Scheme,
    digest: &[u8],
    now: Timestamp,
) -> Result<(), DbError> {
    exec!(
        tx,
        "INSERT INTO scheme_version (scheme_id, version, document, digest, frozen_at)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (scheme_id, version) DO NOTHING",
        scheme.id.as_str(),
        scheme.version.as_str(),
        scheme.document.as_str(),
        digest,
        now,
    )?;
    Ok(())
}

/// The digest of the text of a version.
pub(super) async fn find_digest(
    tx: &mut Tx,
    id: &str,
    version: &str,
) -> Result<Option<Vec<u8>>, DbError> {
    let row = fetch!(
        tx,
        fetch_optional,
        (Vec<u8>,),
        "SELECT digest FROM scheme_version WHERE scheme_id = $1 AND version = $2",
        id,
        version,
    )?;
    Ok(row.map(|(digest,)| digest))
}

/// The text of a version.
pub(super) async fn find_document(
    tx: &mut Tx,
    id: &str,
    version: &str,
) -> Result<Option<String>, DbError> {
    let row = fetch!(
        tx,
        fetch_optional,
        (String,),
        "SELECT document FROM scheme_version WHERE scheme_id = $1 AND version = $2",
        id,
        version,
    )?;
    Ok(row.map(|(document,)| document))
}
