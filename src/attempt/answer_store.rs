//! SQL of answers: revisions that are only ever added.

use crate::{
    base::{AttemptId, SessionId, Timestamp},
    db::{DbError, Tx},
    exec, fetch,
};

/// The newest revision of an answer.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct CurrentAnswer {
    /// The item.
    pub item_id: String,
    /// Of the device that sent it.
    pub epoch: i64,
    /// Number within item and device.
    pub revision: i64,
    /// JSON, as it was kept.
    pub value: String,
    /// When it was kept.
    pub saved_at: Timestamp,
}

/// Adds a revision, `answer.epoch` and `answer.revision` being new for the item.
pub async fn add_answer(
    tx: &mut Tx,
    (attempt, part): (AttemptId, i32),
    answer: &CurrentAnswer,
) -> Result<(), DbError> {
    exec!(
        tx,
        "INSERT INTO answer (attempt_id, part, item_id, epoch, revision, value, saved_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        attempt,
        part,
        &answer.item_id,
        answer.epoch,
        answer.revision,
        &answer.value,
        answer.saved_at,
    )?;
    put_current(tx, (attempt, part), answer).await
}

/// Lets a revision count for its item unless a later one, by (epoch, revision), counts already.
async fn put_current(
    tx: &mut Tx,
    (attempt, part): (AttemptId, i32),
    answer: &CurrentAnswer,
) -> Result<(), DbError> {
    exec!(
        tx,
        "INSERT INTO current_answer (attempt_id, part, item_id, epoch, revision, blank)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (attempt_id, part, item_id) DO UPDATE
            SET epoch = excluded.epoch, revision = excluded.revision, blank = excluded.blank
          WHERE (current_answer.epoch, current_answer.revision)
              < (excluded.epoch, excluded.revision)",
        attempt,
        part,
        &answer.item_id,
        answer.epoch,
        answer.revision,
        answer.value == "null",
    )?;
    Ok(())
}

/// One revision of an answer.
pub async fn find_answer(
    tx: &mut Tx,
    (attempt, part): (AttemptId, i32),
    item: &str,
    epoch: i64,
    revision: i64,
) -> Result<Option<CurrentAnswer>, DbError> {
    fetch!(
        tx,
        fetch_optional,
        CurrentAnswer,
        "SELECT item_id, epoch, revision, value, saved_at FROM answer
          WHERE attempt_id = $1 AND part = $2 AND item_id = $3 AND epoch = $4 AND revision = $5",
        attempt,
        part,
        item,
        epoch,
        revision,
    )
}

/// The highest revision that a device has sent for an item; 0 when none.
pub async fn find_last_revision(
    tx: &mut Tx,
    (attempt, part): (AttemptId, i32),
    item: &str,
    epoch: i64,
) -> Result<i64, DbError> {
    let (last,): (i64,) = fetch!(
        tx,
        fetch_one,
        (i64,),
        "SELECT COALESCE(MAX(revision), 0) FROM answer
          WHERE attempt_id = $1 AND part = $2 AND item_id = $3 AND epoch = $4",
        attempt,
        part,
        item,
        epoch,
    )?;
    Ok(last)
}

/// The newest revision of each item of a part, ordered by (epoch, revision), never by arrival.
pub async fn list_current_answers(
    tx: &mut Tx,
    attempt: AttemptId,
    part: i32,
) -> Result<Vec<CurrentAnswer>, DbError> {
    fetch!(
        tx,
        fetch_all,
        CurrentAnswer,
        "SELECT a.item_id, a.epoch, a.revision, a.value, a.saved_at
           FROM current_answer c JOIN answer a
             ON a.attempt_id = c.attempt_id AND a.part = c.part AND a.item_id = c.item_id
            AND a.epoch = c.epoch AND a.revision = c.revision
          WHERE c.attempt_id = $1 AND c.part = $2 ORDER BY a.item_id",
        attempt,
        part,
    )
}

/// What counts of an answer, with whose it is.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SessionAnswer {
    /// Whose.
    pub attempt_id: AttemptId,
    /// Of which part.
    pub part: i32,
    /// The item.
    pub item_id: String,
    /// JSON, as it was kept.
    pub value: String,
}

/// The newest revision of each item of every part of a session.
pub async fn list_current_answers_of_session(
    tx: &mut Tx,
    session: SessionId,
) -> Result<Vec<SessionAnswer>, DbError> {
    fetch!(
        tx,
        fetch_all,
        SessionAnswer,
        "SELECT a.attempt_id, a.part, a.item_id, a.value
           FROM attempt t JOIN current_answer c ON c.attempt_id = t.id
           JOIN answer a
             ON a.attempt_id = c.attempt_id AND a.part = c.part AND a.item_id = c.item_id
            AND a.epoch = c.epoch AND a.revision = c.revision
          WHERE t.session_id = $1",
        session,
    )
}

/// Every revision of a part, by item and in order.
pub async fn list_revisions(
    tx: &mut Tx,
    attempt: AttemptId,
    part: i32,
) -> Result<Vec<CurrentAnswer>, DbError> {
    fetch!(
        tx,
        fetch_all,
        CurrentAnswer,
        "SELECT item_id, epoch, revision, value, saved_at FROM answer
          WHERE attempt_id = $1 AND part = $2 ORDER BY item_id, epoch, revision",
        attempt,
        part,
    )
}

/// How many revisions each answered item of a part has, without what they say.
pub async fn count_revisions(
    tx: &mut Tx,
    attempt: AttemptId,
    part: i32,
) -> Result<Vec<(String, i64)>, DbError> {
    fetch!(
        tx,
        fetch_all,
        (String, i64),
        "SELECT item_id, COUNT(*) FROM answer
          WHERE attempt_id = $1 AND part = $2 GROUP BY item_id",
        attempt,
        part,
    )
}

/// How many items of a part have an answer that was not cleared.
pub async fn count_answered(tx: &mut Tx, attempt: AttemptId, part: i32) -> Result<i64, DbError> {
    let (count,): (i64,) = fetch!(
        tx,
        fetch_one,
        (i64,),
        "SELECT COUNT(*) FROM current_answer WHERE attempt_id = $1 AND part = $2 AND blank = $3",
        attempt,
        part,
        false,
    )?;
    Ok(count)
}

/// The same count for every part of a session that has answers.
pub async fn list_answered(
    tx: &mut Tx,
    session: SessionId,
) -> Result<Vec<(AttemptId, i32, i64)>, DbError> {
    fetch!(
        tx,
        fetch_all,
        (AttemptId, i32, i64),
        "SELECT t.id, c.part, COUNT(*)
           FROM current_answer c JOIN attempt t ON t.id = c.attempt_id
          WHERE t.session_id = $1 AND c.blank = $2 GROUP BY t.id, c.part",
        session,
        false,
    )
}
