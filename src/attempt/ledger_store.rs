//! SQL of the clock ledger.

use crate::{
    attempt::clock::{self, Entry},
    base::{AttemptId, SessionId, Timestamp, words},
    db::{DbError, Tx},
    exec, fetch,
    journal::Actor,
};

/// A line of the ledger with where it belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LedgerLine {
    /// Whose clock.
    pub attempt: AttemptId,
    /// Of which part.
    pub part: i32,
    /// What happened to it.
    pub entry: Entry,
}

words! {
    /// What a line of the ledger is about.
    enum Line {
        /// A part began.
        Start = "start",
        /// Its clock stands from now on.
        Hold = "hold",
        /// It runs again.
        Release = "release",
        /// Its time was changed.
        Extend = "extend",
        /// The agreed instant moved, and this clock with it.
        Correction = "correction",
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    attempt_id: AttemptId,
    part: i32,
    kind: String,
    seconds: i64,
    at: Timestamp,
}

impl Row {
    fn into_line(self) -> Result<LedgerLine, DbError> {
        let (at, seconds) = (self.at, self.seconds);
        let entry = match self.kind.parse()? {
            Line::Start => Entry::Start { at, allowed_s: seconds },
            Line::Hold => Entry::Hold { at },
            Line::Release => Entry::Release { at, credit: seconds > 0 },
            Line::Extend => Entry::Extend { at, seconds },
            Line::Correction => Entry::Correction { at, shift_s: seconds },
        };
        Ok(LedgerLine { attempt: self.attempt_id, part: self.part, entry })
    }
}

/// Adds the last line of `ledger`, whose earlier lines are stored.
pub async fn add_clock_entry(
    tx: &mut Tx,
    (attempt, part): (AttemptId, i32),
    ledger: &[Entry],
    actor: Actor,
    reason: &str,
) -> Result<(), DbError> {
    let Some((last, earlier)) = ledger.split_last() else { return Ok(()) };
    let (kind, seconds) = match *last {
        Entry::Start { allowed_s, .. } => (Line::Start, allowed_s),
        Entry::Hold { .. } => (Line::Hold, 0),
        Entry::Release { at, credit } => {
            let since = clock::held_since(earlier).filter(|_| credit);
            (Line::Release, since.map_or(0, |since| clock::whole_seconds(since, at)))
        }
        Entry::Extend { seconds, .. } => (Line::Extend, seconds),
        Entry::Correction { shift_s, .. } => (Line::Correction, shift_s),
    };
    exec!(
        tx,
        "INSERT INTO clock_entry (attempt_id, part, number, kind, seconds, at, actor, reason)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        attempt,
        part,
        i32::try_from(ledger.len()).unwrap_or(i32::MAX),
        kind.as_str(),
        seconds,
        last.at(),
        actor.to_string(),
        reason,
    )?;
    Ok(())
}

/// The ledger of a part.
pub async fn list_ledger(tx: &mut Tx, id: AttemptId, part: i32) -> Result<Vec<Entry>, DbError> {
    let rows = fetch!(
        tx,
        fetch_all,
        Row,
        "SELECT attempt_id, part, kind, seconds, at FROM clock_entry
          WHERE attempt_id = $1 AND part = $2 ORDER BY number",
        id,
        part,
    )?;
    rows.into_iter().map(|row| row.into_line().map(|line| line.entry)).collect()
}

/// All ledgers of a session, in order within each part.
pub async fn list_ledgers_of_session(
    tx: &mut Tx,
    session: SessionId,
) -> Result<Vec<LedgerLine>, DbError> {
    let rows = fetch!(
        tx,
        fetch_all,
        Row,
        "SELECT c.attempt_id, c.part, c.kind, c.seconds, c.at
           FROM clock_entry c JOIN attempt a ON a.id = c.attempt_id
          WHERE a.session_id = $1 ORDER BY a.id, c.part, c.number",
        session,
    )?;
    rows.into_iter().map(Row::into_line).collect()
}
