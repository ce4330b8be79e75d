//! SQL of attempts.

use std::collections::HashMap;

use crate::{
    base::{AttemptId, CentreId, EnrolmentId, SessionId, Timestamp},
    db::{DbError, Tx},
    exec, fetch,
};

use super::{
    Stored,
    clock::Entry,
    ledger_store::{list_ledger, list_ledgers_of_session},
    rules::{Attempt, State},
};

/// The columns of [`AttemptRow`].
macro_rules! attempt_columns {
    () => {
        "id, session_id, enrolment_id, version, epoch, seed, state, ended, part, parts, on_break, since,
         reason"
    };
}

#[derive(sqlx::FromRow)]
struct AttemptRow {
    id: AttemptId,
    session_id: SessionId,
    enrolment_id: EnrolmentId,
    version: i64,
    epoch: i64,
    seed: i64,
    state: String,
    ended: String,
    part: i32,
    parts: i32,
    on_break: bool,
    since: Timestamp,
    reason: String,
}

impl AttemptRow {
    fn into_stored(self) -> Result<Stored, DbError> {
        let (name, ended) = (self.state.parse()?, self.ended.parse()?);
        let attempt = Attempt {
            state: State::from_words(name, self.part, ended, self.on_break),
            parts: self.parts,
            since: self.since,
            epoch: self.epoch,
            reason: self.reason,
            ledger: Vec::new(),
        };
        Ok(Stored {
            id: self.id,
            session: self.session_id,
            enrolment: self.enrolment_id,
            version: self.version,
            seed: self.seed,
            attempt,
        })
    }
}

/// Adds an attempt that nobody has touched yet.
pub async fn add_attempt(tx: &mut Tx, centre: CentreId, new: &Stored) -> Result<(), DbError> {
    let state = new.attempt.state;
    exec!(
        tx,
        "INSERT INTO attempt (id, centre_id, session_id, enrolment_id, version, epoch, seed, state,
                              ended, part, parts, on_break, since, reason)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        new.id,
        centre,
        new.session,
        new.enrolment,
        new.version,
        new.attempt.epoch,
        new.seed,
        state.name().as_str(),
        state.ended().as_str(),
        state.part(),
        new.attempt.parts,
        state.on_break(),
        new.attempt.since,
        &new.attempt.reason,
    )?;
    Ok(())
}

/// Removes the attempt of an enrolment that is taken back before the session opens.
pub async fn remove_attempt_of(tx: &mut Tx, enrolment: EnrolmentId) -> Result<u64, DbError> {
    exec!(
        tx,
        "DELETE FROM attempt WHERE enrolment_id = $1 AND state = 'enrolled' AND part = 0",
        enrolment,
    )
}

/// The session of an attempt.
pub async fn find_session_of(tx: &mut Tx, id: AttemptId) -> Result<Option<SessionId>, DbError> {
    let found: Option<(SessionId,)> = fetch!(
        tx,
        fetch_optional,
        (SessionId,),
        "SELECT session_id FROM attempt WHERE id = $1",
        id,
    )?;
    Ok(found.map(|(session,)| session))
}

/// An attempt with the ledger of the part begun last.
pub async fn find_attempt(tx: &mut Tx, id: AttemptId) -> Result<Option<Stored>, DbError> {
    let row = fetch!(
        tx,
        fetch_optional,
        AttemptRow,
        concat!("SELECT ", attempt_columns!(), " FROM attempt WHERE id = $1"),
        id,
    )?;
    with_ledger(tx, row).await
}

/// The attempt of an enrolment.
pub async fn find_attempt_of(tx: &mut Tx, id: EnrolmentId) -> Result<Option<Stored>, DbError> {
    let row = fetch!(
        tx,
        fetch_optional,
        AttemptRow,
        concat!("SELECT ", attempt_columns!(), " FROM attempt WHERE enrolment_id = $1"),
        id,
    )?;
    with_ledger(tx, row).await
}

/// An attempt, held until the commit; lock its session first.
pub async fn lock_attempt(tx: &mut Tx, id: AttemptId) -> Result<Option<Stored>, DbError> {
    let row = fetch!(
        tx,
        fetch_optional,
        AttemptRow,
        concat!(
            "UPDATE attempt SET version = version WHERE id = $1 RETURNING ",
            attempt_columns!()
        ),
        id,
    )?;
    with_ledger(tx, row).await
}

async fn with_ledger(tx: &mut Tx, row: Option<AttemptRow>) -> Result<Option<Stored>, DbError> {
    let Some(row) = row else { return Ok(None) };
    let mut stored = row.into_stored()?;
    if stored.attempt.state.part() > 0 {
        stored.attempt.ledger = list_ledger(tx, stored.id, stored.attempt.state.part()).await?;
    }
    Ok(Some(stored))
}

/// All attempts of a session, each with the ledger of the part begun last.
pub async fn list_attempts(tx: &mut Tx, session: SessionId) -> Result<Vec<Stored>, DbError> {
    let rows = fetch!(
        tx,
        fetch_all,
        AttemptRow,
        concat!("SELECT ", attempt_columns!(), " FROM attempt WHERE session_id = $1 ORDER BY id"),
        session,
    )?;
    let mut all = rows.into_iter().map(AttemptRow::into_stored).collect::<Result<Vec<_>, _>>()?;
    let mut ledgers: HashMap<(AttemptId, i32), Vec<Entry>> = HashMap::new();
    for line in list_ledgers_of_session(tx, session).await? {
        ledgers.entry((line.attempt, line.part)).or_default().push(line.entry);
    }
    for stored in &mut all {
        let ledger = ledgers.remove(&(stored.id, stored.attempt.state.part()));
        stored.attempt.ledger = ledger.unwrap_or_default();
    }
    Ok(all)
}

/// The sessions in which a clock runs.
pub async fn list_sessions_with_running(tx: &mut Tx) -> Result<Vec<SessionId>, DbError> {
    let rows: Vec<(SessionId,)> = fetch!(
        tx,
        fetch_all,
        (SessionId,),
        "SELECT DISTINCT session_id FROM attempt WHERE state = 'running'",
    )?;
    Ok(rows.into_iter().map(|(session,)| session).collect())
}

/// Stores where an attempt stands now, as its next version.
pub async fn put_attempt(tx: &mut Tx, stored: &Stored) -> Result<(), DbError> {
    let Attempt { state, since, epoch, reason, .. } = &stored.attempt;
    exec!(
        tx,
        "UPDATE attempt SET version = $2, epoch = $3, state = $4, ended = $5, part = $6, on_break = $7,
                since = $8, reason = $9 WHERE id = $1",
        stored.id,
        stored.version,
        epoch,
        state.name().as_str(),
        state.ended().as_str(),
        state.part(),
        state.on_break(),
        since,
        reason,
    )?;
    Ok(())
}
