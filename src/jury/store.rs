//! SQL of panels, jurors, cases and votes.

use crate::{
    base::{AttemptId, CaseId, PanelId, PersonId, SessionId, Timestamp},
    db::{DbError, Tx},
    exec, fetch,
};

use super::{Case, Choice, Decision, Panel, Seat, Vote, signed::Signed};

pub(super) async fn add_panel(tx: &mut Tx, panel: &Panel, seats: &[Seat]) -> Result<(), DbError> {
    exec!(
        tx,
        "INSERT INTO panel (id, session_id, created_at) VALUES ($1, $2, $3)",
        panel.id,
        panel.session,
        panel.created_at,
    )?;
    for seat in seats {
        exec!(
            tx,
            "INSERT INTO juror (panel_id, person_id, president) VALUES ($1, $2, $3)",
            panel.id,
            seat.person,
            seat.president,
        )?;
    }
    Ok(())
}

pub(super) async fn find_panel(tx: &mut Tx, id: PanelId) -> Result<Option<Panel>, DbError> {
    fetch!(
        tx,
        fetch_optional,
        Panel,
        "SELECT id, session_id, created_at, closed_at FROM panel WHERE id = $1",
        id,
    )
}

/// The panel of a session, when it was convened.
pub async fn find_panel_of(tx: &mut Tx, session: SessionId) -> Result<Option<Panel>, DbError> {
    fetch!(
        tx,
        fetch_optional,
        Panel,
        "SELECT id, session_id, created_at, closed_at FROM panel WHERE session_id = $1",
        session,
    )
}

/// A panel, held until the commit; whoever decides of its cases holds it.
pub(super) async fn lock_panel(tx: &mut Tx, id: PanelId) -> Result<Option<Panel>, DbError> {
    fetch!(
        tx,
        fetch_optional,
        Panel,
        "UPDATE panel SET closed_at = closed_at WHERE id = $1
         RETURNING id, session_id, created_at, closed_at",
        id,
    )
}

/// The seats of a panel, the president's first, and of which the votes counted when it closed.
pub(super) async fn list_seats(tx: &mut Tx, panel: PanelId) -> Result<Vec<(Seat, bool)>, DbError> {
    let rows = fetch!(
        tx,
        fetch_all,
        (PersonId, bool, bool),
        "SELECT person_id, president, counted FROM juror
          WHERE panel_id = $1 ORDER BY president DESC, person_id",
        panel,
    )?;
    let seat = |(person, president, counted)| (Seat { person, president }, counted);
    Ok(rows.into_iter().map(seat).collect())
}

/// Keeps that the votes from a seat did not count when the panel closed.
pub(super) async fn put_not_counted(
    tx: &mut Tx,
    panel: PanelId,
    person: PersonId,
) -> Result<(), DbError> {
    exec!(
        tx,
        "UPDATE juror SET counted = FALSE WHERE panel_id = $1 AND person_id = $2",
        panel,
        person,
    )?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct CaseRow {
    id: CaseId,
    panel_id: PanelId,
    attempt_id: AttemptId,
    number: i32,
    score: String,
    proposed_level: Option<String>,
    outcome: Option<String>,
    level: Option<String>,
    reason: String,
    decided_at: Option<Timestamp>,
}

impl CaseRow {
    fn into_case(self) -> Result<Case, DbError> {
        let decision = match (self.outcome, self.decided_at) {
            (Some(word), Some(at)) => Some(Decision {
                outcome: word.parse()?,
                level: self.level,
                reason: self.reason,
                at,
            }),
            _ => None,
        };
        Ok(Case {
            id: self.id,
            panel: self.panel_id,
            attempt: self.attempt_id,
            number: self.number,
            score: serde_json::from_str(&self.score).map_err(|e| DbError::Decode(Box::new(e)))?,
            proposed_level: self.proposed_level,
            decision,
        })
    }
}

pub(super) async fn add_case(tx: &mut Tx, case: &Case) -> Result<(), DbError> {
    let score = serde_json::to_string(&case.score).map_err(|e| DbError::Encode(Box::new(e)))?;
    exec!(
        tx,
        "INSERT INTO jury_case (id, panel_id, attempt_id, number, score, proposed_level, reason)
         VALUES ($1, $2, $3, $4, $5, $6, '')",
        case.id,
        case.panel,
        case.attempt,
        case.number,
        &score,
        case.proposed_level.as_deref(),
    )?;
    Ok(())
}

/// The columns of [`CaseRow`].
macro_rules! case_columns {
    () => {
        "id, panel_id, attempt_id, number, score, proposed_level, outcome, level, reason, decided_at"
    };
}

pub(super) async fn find_case(tx: &mut Tx, id: CaseId) -> Result<Option<Case>, DbError> {
    let row = fetch!(
        tx,
        fetch_optional,
        CaseRow,
        concat!("SELECT ", case_columns!(), " FROM jury_case WHERE id = $1"),
        id,
    )?;
    row.map(CaseRow::into_case).transpose()
}

/// The case of an attempt. Its decision is to be told once its panel has closed.
pub async fn find_case_of(tx: &mut Tx, attempt: AttemptId) -> Result<Option<Case>, DbError> {
    let row = fetch!(
        tx,
        fetch_optional,
        CaseRow,
        concat!("SELECT ", case_columns!(), " FROM jury_case WHERE attempt_id = $1"),
        attempt,
    )?;
    row.map(CaseRow::into_case).transpose()
}

/// The cases of a panel by number.
pub async fn list_cases(tx: &mut Tx, panel: PanelId) -> Result<Vec<Case>, DbError> {
    let rows = fetch!(
        tx,
        fetch_all,
        CaseRow,
        concat!("SELECT ", case_columns!(), " FROM jury_case WHERE panel_id = $1 ORDER BY number"),
        panel,
    )?;
    rows.into_iter().map(CaseRow::into_case).collect()
}

/// Stores what was decided of a case that is open.
pub(super) async fn put_decision(
    tx: &mut Tx,
    case: CaseId,
    decision: &Decision,
) -> Result<(), DbError> {
    exec!(
        tx,
        "UPDATE jury_case SET outcome = $2, level = $3, reason = $4, decided_at = $5
          WHERE id = $1 AND outcome IS NULL",
        case,
        decision.outcome.as_str(),
        decision.level.as_deref(),
        &decision.reason,
        decision.at,
    )?;
    Ok(())
}

/// Opens a case again whose decision does not stand. For a panel that has not closed.
pub(super) async fn remove_decision(tx: &mut Tx, case: CaseId) -> Result<(), DbError> {
    exec!(
        tx,
        "UPDATE jury_case SET outcome = NULL, level = NULL, reason = '', decided_at = NULL
          WHERE id = $1",
        case,
    )?;
    Ok(())
}

/// Keeps a vote in the place of an earlier one of the same juror.
pub(super) async fn put_vote(
    tx: &mut Tx,
    case: CaseId,
    vote: &Vote,
    at: Timestamp,
) -> Result<(), DbError> {
    exec!(
        tx,
        "INSERT INTO vote (case_id, person_id, outcome, level, reason, at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (case_id, person_id) DO UPDATE
            SET outcome = excluded.outcome, level = excluded.level, reason = excluded.reason,
                at = excluded.at",
        case,
        vote.juror,
        vote.choice.outcome.as_str(),
        vote.choice.level.as_deref(),
        &vote.reason,
        at,
    )?;
    Ok(())
}

type VoteRow = (CaseId, PersonId, String, Option<String>, String);

fn into_vote((case, juror, word, level, reason): VoteRow) -> Result<(CaseId, Vote), DbError> {
    let choice = Choice { outcome: word.parse()?, level };
    Ok((case, Vote { juror, choice, reason }))
}

/// The votes on a case, in the order they were cast last.
pub(super) async fn list_votes(tx: &mut Tx, case: CaseId) -> Result<Vec<Vote>, DbError> {
    let rows = fetch!(
        tx,
        fetch_all,
        VoteRow,
        "SELECT case_id, person_id, outcome, level, reason FROM vote
          WHERE case_id = $1 ORDER BY at, person_id",
        case,
    )?;
    rows.into_iter().map(|row| into_vote(row).map(|(_, vote)| vote)).collect()
}

/// The votes on all cases of a panel.
pub(super) async fn list_votes_of_panel(
    tx: &mut Tx,
    panel: PanelId,
) -> Result<Vec<(CaseId, Vote)>, DbError> {
    let rows = fetch!(
        tx,
        fetch_all,
        VoteRow,
        "SELECT v.case_id, v.person_id, v.outcome, v.level, v.reason
           FROM vote v JOIN jury_case c ON c.id = v.case_id
          WHERE c.panel_id = $1 ORDER BY v.at, v.person_id",
        panel,
    )?;
    rows.into_iter().map(into_vote).collect()
}

/// Closes a panel with its signed minutes.
pub(super) async fn put_closed(
    tx: &mut Tx,
    panel: PanelId,
    signed: &Signed,
    at: Timestamp,
) -> Result<(), DbError> {
    exec!(
        tx,
        "UPDATE panel SET closed_at = $2, minutes_facts = $3, minutes_key_id = $4,
                minutes_signature = $5 WHERE id = $1",
        panel,
        at,
        &signed.facts,
        &signed.key_id,
        &signed.signature,
    )?;
    Ok(())
}

/// The signed minutes of a panel that has closed.
pub(super) async fn find_minutes(tx: &mut Tx, panel: PanelId) -> Result<Option<Signed>, DbError> {
    fetch!(
        tx,
        fetch_optional,
        Signed,
        "SELECT minutes_facts AS facts, minutes_key_id AS key_id, minutes_signature AS signature
           FROM panel WHERE id = $1 AND closed_at IS NOT NULL",
        panel,
    )
}
