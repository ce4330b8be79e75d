//! SQL of lists of panels.

use std::collections::HashSet;

use super::Panel;
use crate::{
    base::{Page, PanelId, PersonId},
    db::{DbError, Tx},
    fetch, fetch_among,
};

/// All panels, the newest first.
pub(super) async fn list_panels(tx: &mut Tx, page: Page<PanelId>) -> Result<Vec<Panel>, DbError> {
    fetch!(
        tx,
        fetch_all,
        Panel,
        "SELECT id, session_id, created_at, closed_at FROM panel
          WHERE $1 IS NULL
             OR (created_at, id) < (SELECT created_at, id FROM panel WHERE id = $1)
          ORDER BY created_at DESC, id DESC LIMIT $2",
        page.after,
        page.rows(),
    )
}

/// The panels on which a person sits, the newest first.
pub(super) async fn list_panels_of(
    tx: &mut Tx,
    person: PersonId,
    page: Page<PanelId>,
) -> Result<Vec<Panel>, DbError> {
    fetch!(
        tx,
        fetch_all,
        Panel,
        "SELECT id, session_id, created_at, closed_at FROM panel
          WHERE id IN (SELECT panel_id FROM juror WHERE person_id = $3)
            AND ($1 IS NULL
                 OR (created_at, id) < (SELECT created_at, id FROM panel WHERE id = $1))
          ORDER BY created_at DESC, id DESC LIMIT $2",
        page.after,
        page.rows(),
        person,
    )
}

/// What is counted of a panel that has cases.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub(super) struct Counts {
    pub panel_id: PanelId,
    /// How many cases it has.
    pub cases: i64,
    /// How many are decided.
    pub decided: i64,
    /// On how many the person has voted who asks.
    pub my_votes: i64,
}

/// What is counted of these panels, for a person.
pub(super) async fn list_counts(
    tx: &mut Tx,
    panels: impl IntoIterator<Item = PanelId>,
    person: PersonId,
) -> Result<Vec<Counts>, DbError> {
    fetch_among!(
        tx,
        Counts,
        "SELECT c.panel_id, COUNT(*) AS cases, COUNT(c.outcome) AS decided,
                COUNT(v.person_id) AS my_votes
           FROM jury_case c LEFT JOIN vote v ON v.case_id = c.id AND v.person_id = $2
          WHERE c.panel_id ",
        Ids(panels),
        " GROUP BY c.panel_id",
        person,
    )
}

/// Those of these panels over which a person presides.
pub(super) async fn list_presided(
    tx: &mut Tx,
    panels: impl IntoIterator<Item = PanelId>,
    person: PersonId,
) -> Result<HashSet<PanelId>, DbError> {
    let rows = fetch_among!(
        tx,
        (PanelId,),
        "SELECT panel_id FROM juror WHERE panel_id ",
        Ids(panels),
        " AND person_id = $2 AND president",
        person,
    )?;
    Ok(rows.into_iter().map(|(panel,)| panel).collect())
}
