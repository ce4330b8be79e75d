//! SQL of the journal.

use super::{Earlier, Entry, Kind, Told, Written, chain::link};
use crate::{
    base::{AttemptId, Listed, SessionId, Timestamp},
    db::{DbError, Tx},
    exec, fetch, fetch_among,
};

/// Writes one entry in the caller's transaction and returns its number. The update of the head
/// holds other writers of the same session off until the commit, so numbers have no gaps.
pub async fn append(tx: &mut Tx, entry: &Entry) -> Result<i64, DbError> {
    let (seq, previous): (i64, Vec<u8>) = fetch!(
        tx,
        fetch_one,
        (i64, Vec<u8>),
        "INSERT INTO journal_head (session_id, seq, hash) VALUES ($1, 1, $2)
         ON CONFLICT (session_id) DO UPDATE SET seq = journal_head.seq + 1
         RETURNING seq, hash",
        entry.session,
        Vec::<u8>::new(),
    )?;
    let mut written = Written {
        seq,
        at: entry.at,
        actor: entry.actor.to_string(),
        kind: Told::Known(entry.event.kind()),
        attempt_id: entry.attempt,
        body: entry.event.body(),
        hash: Vec::new(),
    };
    written.hash = link(entry.session, &previous, &written);
    put_entry(tx, entry.session, &written).await?;
    Ok(seq)
}

async fn put_entry(tx: &mut Tx, session: SessionId, entry: &Written) -> Result<(), DbError> {
    exec!(
        tx,
        "INSERT INTO journal_entry (session_id, seq, at, actor, kind, attempt_id, body, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        session,
        entry.seq,
        entry.at,
        &entry.actor,
        entry.kind.word(),
        entry.attempt_id,
        &entry.body,
        &entry.hash,
    )?;
    exec!(tx, "UPDATE journal_head SET hash = $2 WHERE session_id = $1", session, &entry.hash)?;
    Ok(())
}

/// The last number of a session and its hash; 0 and nothing before the first entry.
pub async fn find_head(tx: &mut Tx, session: SessionId) -> Result<(i64, Vec<u8>), DbError> {
    let head = fetch!(
        tx,
        fetch_optional,
        (i64, Vec<u8>),
        "SELECT seq, hash FROM journal_head WHERE session_id = $1",
        session,
    )?;
    Ok(head.unwrap_or_default())
}

/// The last numbers of these sessions, of those that have an entry.
pub async fn list_heads(
    tx: &mut Tx,
    sessions: impl IntoIterator<Item = SessionId>,
) -> Result<Vec<(SessionId, i64)>, DbError> {
    fetch_among!(
        tx,
        (SessionId, i64),
        "SELECT session_id, seq FROM journal_head WHERE session_id ",
        Ids(sessions),
        "",
    )
}

/// When the last entry of all these sessions was written.
pub async fn find_last_instant(
    tx: &mut Tx,
    sessions: impl IntoIterator<Item = SessionId>,
) -> Result<Option<Timestamp>, DbError> {
    let last: Vec<(Timestamp,)> = fetch_among!(
        tx,
        (Timestamp,),
        "SELECT e.at FROM journal_head h
           JOIN journal_entry e ON e.session_id = h.session_id AND e.seq = h.seq
          WHERE h.session_id ",
        Ids(sessions),
        "",
    )?;
    Ok(last.into_iter().map(|(at,)| at).max())
}

/// The last entry of a kind.
pub async fn find_last_of(
    tx: &mut Tx,
    session: SessionId,
    kind: Kind,
) -> Result<Option<Written>, DbError> {
    fetch!(
        tx,
        fetch_optional,
        Written,
        "SELECT seq, at, actor, kind, attempt_id, body, hash FROM journal_entry
          WHERE session_id = $1 AND kind = $2 ORDER BY seq DESC LIMIT 1",
        session,
        kind.as_str(),
    )
}

/// What was written after number `seq`, oldest first, at most `limit` entries.
pub async fn list_after(
    tx: &mut Tx,
    session: SessionId,
    seq: i64,
    limit: i64,
) -> Result<Vec<Written>, DbError> {
    fetch!(
        tx,
        fetch_all,
        Written,
        "SELECT seq, at, actor, kind, attempt_id, body, hash FROM journal_entry
          WHERE session_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
        session,
        seq,
        limit,
    )
}

/// A page of the entries of which a column is `$1`, the newest first.
macro_rules! backwards {
    ($column:literal) => {
        concat!(
            "SELECT seq, at, actor, kind, attempt_id, body, hash FROM journal_entry WHERE ",
            $column,
            " = $1 AND seq < $2 AND kind <> $3 ORDER BY seq DESC LIMIT $4"
        )
    };
}

/// A page of a session's journal, read backwards; oldest first within the page.
pub async fn list_before(
    tx: &mut Tx,
    session: SessionId,
    earlier: &Earlier,
) -> Result<Listed<Written>, DbError> {
    let newest_first = fetch!(
        tx,
        fetch_all,
        Written,
        backwards!("session_id"),
        session,
        earlier.page.after.unwrap_or(i64::MAX),
        left_out(earlier),
        earlier.page.rows(),
    )?;
    Ok(turned(earlier.page.cut(newest_first)))
}

/// A page of what concerns one attempt, read backwards; oldest first within the page.
pub async fn list_of_attempt_before(
    tx: &mut Tx,
    attempt: AttemptId,
    earlier: &Earlier,
) -> Result<Listed<Written>, DbError> {
    let newest_first = fetch!(
        tx,
        fetch_all,
        Written,
        backwards!("attempt_id"),
        attempt,
        earlier.page.after.unwrap_or(i64::MAX),
        left_out(earlier),
        earlier.page.rows(),
    )?;
    Ok(turned(earlier.page.cut(newest_first)))
}

/// The word of the kind that a page goes without; no kind has an empty one.
fn left_out(earlier: &Earlier) -> &'static str {
    if earlier.answers { "" } else { Kind::AnswerSaved.as_str() }
}

fn turned(mut page: Listed<Written>) -> Listed<Written> {
    page.items.reverse();
    page
}

/// Everything that concerns one attempt, oldest first.
pub async fn list_of_attempt(tx: &mut Tx, attempt: AttemptId) -> Result<Vec<Written>, DbError> {
    fetch!(
        tx,
        fetch_all,
        Written,
        "SELECT seq, at, actor, kind, attempt_id, body, hash FROM journal_entry
          WHERE attempt_id = $1 ORDER BY seq",
        attempt,
    )
}
