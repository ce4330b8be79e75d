//! SQL of what may be certified: decided cases of closed panels.

use crate::{
    base::{AttemptId, CaseId, SessionId, Timestamp},
    db::{DbError, Tx},
    fetch,
};

/// A decided case whose level may be certified.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Certifiable {
    /// The case.
    pub id: CaseId,
    /// The attempt that was judged.
    pub attempt_id: AttemptId,
    /// Its score, JSON.
    pub score: String,
    /// The level decided.
    pub level: String,
}

/// Sessions whose panel closed at or after an instant.
pub async fn list_sessions_closed_since(
    tx: &mut Tx,
    since: Timestamp,
) -> Result<Vec<SessionId>, DbError> {
    let rows: Vec<(SessionId,)> = fetch!(
        tx,
        fetch_all,
        (SessionId,),
        "SELECT session_id FROM panel WHERE closed_at >= $1 ORDER BY closed_at",
        since,
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The cases of a session that give a level, once its panel has closed.
pub async fn list_certifiable(
    tx: &mut Tx,
    session: SessionId,
) -> Result<Vec<Certifiable>, DbError> {
    fetch!(
        tx,
        fetch_all,
        Certifiable,
        "SELECT jury_case.id, jury_case.attempt_id, jury_case.score, jury_case.level
           FROM jury_case JOIN panel ON panel.id = jury_case.panel_id
          WHERE panel.session_id = $1 AND panel.closed_at IS NOT NULL
            AND jury_case.outcome IN ('validated', 'changed') AND jury_case.level IS NOT NULL
          ORDER BY jury_case.number",
        session,
    )
}
