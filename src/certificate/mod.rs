//! Certificates: issue, sign, draw, revoke.
//!
//! Owns the tables `certificate` and `signing_key`. Promises exactly one certificate for each
//! decision that gives a level, the same bytes however often its making was interrupted, and that
//! nothing is signed that was not stored and drawn before. Start reading at [`rules`] and `issue`.

mod halt;
pub mod code;
pub mod proof;
pub mod facts;
pub mod rules;
mod store;
mod find;
mod outcome;
mod drawn;
mod issue;

use crate::{
    app::App,
    base::{AttemptId, CaseId, CertificateId, SessionId, Timestamp},
    db::DbError,
    document::DrawError,
    journal::{self, Actor, Entry, Event},
};

pub use crate::journal::RevocationReason as Reason;
pub use code::{Code, NotACode};
pub use drawn::{draw, meaning};
pub use facts::Facts;
pub use find::{find, find_by_attempt, find_by_code, keys, list_of_session, pdf};
pub use issue::{Issued, finish, intend, issue_pending, work};
pub use outcome::{Decided, decided};
pub use proof::Key;
pub use rules::{Refusal, Status};

/// Why an operation failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such certificate.
    #[error("no such certificate")]
    NotFound,
    /// A rule said no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It cannot be drawn as it must be.
    #[error(transparent)]
    Draw(#[from] DrawError),
    /// What was stored cannot be read, or what was signed does not verify.
    #[error("certificate {0}: {1}")]
    Broken(CertificateId, String),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// A certificate as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Its id.
    pub id: CertificateId,
    /// The decision it follows from.
    pub case: CaseId,
    /// The attempt.
    pub attempt: AttemptId,
    /// The session.
    pub session: SessionId,
    /// Everything it says.
    pub facts: Facts,
    /// When it was told.
    pub issued_at: Option<Timestamp>,
    /// Where it stands.
    pub status: Status,
    /// Since when.
    pub status_at: Timestamp,
    /// Why, for a revoked one.
    pub status_reason: String,
}

/// A certificate as a row.
#[derive(Debug, sqlx::FromRow)]
pub(in crate::certificate) struct Row {
    id: CertificateId,
    case_id: CaseId,
    attempt_id: AttemptId,
    session_id: SessionId,
    facts: String,
    issued_at: Option<Timestamp>,
    #[sqlx(try_from = "String")]
    status: Status,
    status_at: Timestamp,
    status_reason: String,
}

impl TryFrom<Row> for Certificate {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let facts = serde_json::from_str(&row.facts)
            .map_err(|cause| Error::Broken(row.id, cause.to_string()))?;
        Ok(Self {
            id: row.id,
            case: row.case_id,
            attempt: row.attempt_id,
            session: row.session_id,
            facts,
            issued_at: row.issued_at,
            status: row.status,
            status_at: row.status_at,
            status_reason: row.status_reason,
        })
    }
}

/// Takes a certificate back.
pub async fn revoke(
    app: &App,
    by: Actor,
    id: CertificateId,
    reason: Reason,
) -> Result<Certificate, Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let row = store::lock_certificate(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let status = rules::revoke(row.status)?;
    store::put_status(&mut tx, id, status, now, reason.as_str()).await?;
    let certificate: Certificate = row.try_into()?;
    let entry = Entry {
        session: certificate.session,
        at: now,
        actor: by,
        attempt: Some(certificate.attempt),
        event: Event::CertificateRevoked { code: certificate.facts.code.to_string(), reason },
    };
    journal::append(&mut tx, &entry).await?;
    tx.commit().await?;
    app.bell.ring(certificate.session);
    let status_reason = reason.as_str().to_owned();
    Ok(Certificate { status, status_at: now, status_reason, ..certificate })
}
