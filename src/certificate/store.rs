//! SQL of certificates and the keys they are signed with.

use super::{Row, code::Code, proof::Key, rules::Status};
use crate::{
    base::{AttemptId, CaseId, CertificateId, SessionId, Timestamp},
    db::{DbError, Tx},
    exec, fetch,
};

/// A certificate that is to be signed.
#[derive(Debug)]
pub struct Intent {
    /// Its id.
    pub id: CertificateId,
    /// The decision it follows from.
    pub case: CaseId,
    /// The attempt.
    pub attempt: AttemptId,
    /// The session.
    pub session: SessionId,
}

/// Keeps what will be signed. Returns false when the decision has its certificate already.
///
/// # Errors
/// A duplicate when the code is taken.
pub async fn add_intent(
    tx: &mut Tx,
    intent: &Intent,
    code: Code,
    facts: &str,
    key_id: [u8; 8],
    at: Timestamp,
) -> Result<bool, DbError> {
    let rows = exec!(
        tx,
        "INSERT INTO certificate (id, code, case_id, attempt_id, session_id, facts, key_id,
                                  intended_at, status, status_at, status_reason)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'intended', $8, '')
         ON CONFLICT (case_id) DO NOTHING",
        intent.id,
        code.to_string(),
        intent.case,
        intent.attempt,
        intent.session,
        facts,
        key_id.as_slice(),
        at,
    )?;
    Ok(rows == 1)
}

/// Keeps what was signed. Returns false when another did so before.
pub async fn put_signed(
    tx: &mut Tx,
    id: CertificateId,
    key_id: [u8; 8],
    proof: &[u8],
    pdf: &[u8],
    at: Timestamp,
) -> Result<bool, DbError> {
    let rows = exec!(
        tx,
        "UPDATE certificate
            SET key_id = $2, proof = $3, pdf = $4, issued_at = $5, status = 'valid', status_at = $5
          WHERE id = $1 AND status = 'intended'",
        id,
        key_id.as_slice(),
        proof,
        pdf,
        at,
    )?;
    Ok(rows == 1)
}

/// Changes where a certificate stands.
pub async fn put_status(
    tx: &mut Tx,
    id: CertificateId,
    status: Status,
    at: Timestamp,
    reason: &str,
) -> Result<(), DbError> {
    exec!(
        tx,
        "UPDATE certificate SET status = $2, status_at = $3, status_reason = $4 WHERE id = $1",
        id,
        status.as_str(),
        at,
        reason,
    )?;
    Ok(())
}

/// A certificate.
pub async fn find_certificate(tx: &mut Tx, id: CertificateId) -> Result<Option<Row>, DbError> {
    fetch!(
        tx,
        fetch_optional,
        Row,
        "SELECT id, case_id, attempt_id, session_id, facts, issued_at, status, status_at,
                status_reason FROM certificate WHERE id = $1",
        id,
    )
}

/// A certificate, held until the commit.
pub async fn lock_certificate(tx: &mut Tx, id: CertificateId) -> Result<Option<Row>, DbError> {
    fetch!(
        tx,
        fetch_optional,
        Row,
        "UPDATE certificate SET status = status WHERE id = $1
         RETURNING id, case_id, attempt_id, session_id, facts, issued_at, status, status_at,
                   status_reason",
        id,
    )
}

/// The certificate with a code.
pub async fn find_by_code(tx: &mut Tx, code: Code) -> Result<Option<Row>, DbError> {
    fetch!(
        tx,
        fetch_optional,
        Row,
        "SELECT id, case_id, attempt_id, session_id, facts, issued_at, status, status_at,
                status_reason FROM certificate WHERE code = $1",
        code.to_string(),
    )
}

/// The certificate of an attempt.
pub async fn find_by_attempt(tx: &mut Tx, attempt: AttemptId) -> Result<Option<Row>, DbError> {
    fetch!(
        tx,
        fetch_optional,
        Row,
        "SELECT id, case_id, attempt_id, session_id, facts, issued_at, status, status_at,
                status_reason FROM certificate WHERE attempt_id = $1",
        attempt,
    )
}

/// The certificates of a session, in the order of their codes' cases.
pub async fn list_of_session(tx: &mut Tx, session: SessionId) -> Result<Vec<Row>, DbError> {
    fetch!(
        tx,
        fetch_all,
        Row,
        "SELECT id, case_id, attempt_id, session_id, facts, issued_at, status, status_at,
                status_reason FROM certificate WHERE session_id = $1 ORDER BY id",
        session,
    )
}

/// Certificates that were intended and not signed, oldest first.
pub async fn list_intended(tx: &mut Tx) -> Result<Vec<CertificateId>, DbError> {
    let rows: Vec<(CertificateId,)> = fetch!(
        tx,
        fetch_all,
        (CertificateId,),
        "SELECT id FROM certificate WHERE status = 'intended' ORDER BY intended_at, id",
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The document of an issued certificate.
pub async fn find_pdf(tx: &mut Tx, id: CertificateId) -> Result<Option<Vec<u8>>, DbError> {
    let row: Option<(Option<Vec<u8>>,)> = fetch!(
        tx,
        fetch_optional,
        (Option<Vec<u8>>,),
        "SELECT pdf FROM certificate WHERE id = $1",
        id,
    )?;
    Ok(row.and_then(|(pdf,)| pdf))
}

/// Makes a key known; one that is known stays as it was.
pub async fn add_key(tx: &mut Tx, key: Key, at: Timestamp) -> Result<(), DbError> {
    exec!(
        tx,
        "INSERT INTO signing_key (key_id, public_key, not_before) VALUES ($1, $2, $3)
         ON CONFLICT (key_id) DO NOTHING",
        key.id.as_slice(),
        key.public.as_slice(),
        at,
    )?;
    Ok(())
}

/// All keys that ever signed.
pub async fn list_keys(tx: &mut Tx) -> Result<Vec<Key>, DbError> {
    let rows: Vec<(Vec<u8>, Vec<u8>)> = fetch!(
        tx,
        fetch_all,
        (Vec<u8>, Vec<u8>),
        "SELECT key_id, public_key FROM signing_key ORDER BY not_before, key_id",
    )?;
    let key = |(id, public): (Vec<u8>, Vec<u8>)| {
        Some(Key { id: id.try_into().ok()?, public: public.try_into().ok()? })
    };
    Ok(rows.into_iter().filter_map(key).collect())
}
