//! Certificates as they stand, and the keys that signed them.

use super::{Certificate, Code, Error, proof::Key, store};
use crate::{
    app::{App, Signer},
    base::{AttemptId, CertificateId, SessionId},
    db::{DbError, Tx},
};

/// A certificate.
pub async fn find(app: &App, id: CertificateId) -> Result<Certificate, Error> {
    let mut tx = app.db.read().await?;
    store::find_certificate(&mut tx, id).await?.ok_or(Error::NotFound)?.try_into()
}

/// The certificate with a code.
pub async fn find_by_code(app: &App, code: Code) -> Result<Certificate, Error> {
    let mut tx = app.db.read().await?;
    store::find_by_code(&mut tx, code).await?.ok_or(Error::NotFound)?.try_into()
}

/// The certificate of an attempt.
pub async fn find_by_attempt(tx: &mut Tx, attempt: AttemptId) -> Result<Certificate, Error> {
    store::find_by_attempt(tx, attempt).await?.ok_or(Error::NotFound)?.try_into()
}

/// The certificates of a session.
pub async fn list_of_session(app: &App, session: SessionId) -> Result<Vec<Certificate>, Error> {
    let mut tx = app.db.read().await?;
    let rows = store::list_of_session(&mut tx, session).await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The document of an issued certificate.
pub async fn pdf(app: &App, id: CertificateId) -> Result<Vec<u8>, Error> {
    let mut tx = app.db.read().await?;
    store::find_pdf(&mut tx, id).await?.ok_or(Error::NotFound)
}

/// All keys that ever signed, and the one that signs now.
pub async fn keys(tx: &mut Tx, signer: &Signer) -> Result<Vec<Key>, DbError> {
    let mut keys = store::list_keys(tx).await?;
    let own = Key::from(signer);
    if !keys.contains(&own) {
        keys.push(own);
    }
    Ok(keys)
}
