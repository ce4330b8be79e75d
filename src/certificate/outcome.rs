//! What a candidate may know of the jury's decision, once the panel has closed.

use super::{Error, Status, store};
use crate::{
    app::App,
    base::AttemptId,
    jury::{self, Outcome},
    scheme::Level,
    session::{self, Session},
};

/// What the panel decided of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// The outcome.
    pub outcome: Outcome,
    /// The level obtained.
    pub level: Option<Level>,
    /// The code of the certificate, once it is issued.
    pub code: Option<String>,
}

/// The decision on an attempt; nothing before the panel has closed.
pub async fn decided(
    app: &App,
    session: &Session,
    attempt: AttemptId,
) -> Result<Option<Decided>, Error> {
    let mut tx = app.db.read().await?;
    let panel = jury::find_panel_of(&mut tx, session.id).await?;
    if panel.is_none_or(|panel| panel.closed_at.is_none()) {
        return Ok(None);
    }
    let case = jury::find_case_of(&mut tx, attempt).await?;
    let Some(decision) = case.and_then(|case| case.decision) else { return Ok(None) };
    let row = store::find_by_attempt(&mut tx, attempt).await?;
    let certificate = row.map(super::Certificate::try_from).transpose()?;
    let issued = certificate.filter(|certificate| certificate.status != Status::Intended);
    let scheme = session::scheme_of(&mut tx, session).await?;
    Ok(Some(Decided {
        outcome: decision.outcome,
        level: decision.level.and_then(|id| scheme.level(&id).cloned()),
        code: issued.map(|certificate| certificate.facts.code.to_string()),
    }))
}
