//! What a juror reads of an attempt: what happened, and each answer beside its key.

use std::collections::HashMap;

use serde_json::Value;

use crate::{
    base::{AttemptId, Timestamp},
    db::{DbError, Tx},
    item::{self, PaperItem},
    journal::{self, Written},
    people::Names,
    scheme::{Scheme, Text},
    session::{self, CurrentAnswer, PartRow, Stored},
};

/// An entry of the journal with the name of who acted; the candidate has none.
#[derive(Debug, Clone)]
pub struct TimelineEntry {
    /// The entry.
    pub written: Written,
    /// Who acted; empty for the candidate and the server.
    pub actor_name: String,
}

/// An answer as a juror reads it.
#[derive(Debug, Clone)]
pub struct JudgedAnswer {
    /// The part.
    pub part: i32,
    /// The item as the candidate saw it.
    pub item: PaperItem,
    /// The answer that counts; `null` for none.
    pub value: Value,
    /// Whether it is right.
    pub right: bool,
    /// The key, readable.
    pub key: Text,
    /// Why the key is the key.
    pub justification: Text,
    /// 1 to 4; also its points.
    pub difficulty: i32,
    /// When it was saved; absent when there is none.
    pub saved_at: Option<Timestamp>,
    /// How often it was changed, the first time counted.
    pub revisions: usize,
}

/// What happened to an attempt, in order.
pub(super) async fn timeline(
    tx: &mut Tx,
    names: &mut Names,
    attempt: AttemptId,
) -> Result<Vec<TimelineEntry>, DbError> {
    let mut timeline = Vec::new();
    for written in journal::list_of_attempt(tx, attempt).await? {
        let actor_name = names.of_actor(tx, &written.actor).await?;
        timeline.push(TimelineEntry { written, actor_name });
    }
    Ok(timeline)
}

/// The papers of an attempt as they lie before the jury: judging them needs no database.
pub(super) struct Papers {
    seed: i64,
    parts: Vec<Part>,
}

/// A part that was begun.
struct Part {
    row: PartRow,
    answers: Vec<CurrentAnswer>,
    /// How many revisions each item has.
    revisions: HashMap<String, usize>,
}

/// Loads the parts that were begun.
pub(super) async fn papers(
    tx: &mut Tx,
    scheme: &Scheme,
    stored: &Stored,
) -> Result<Papers, DbError> {
    let mut parts = Vec::new();
    for row in session::list_parts(tx, stored.id).await? {
        if scheme.part(row.part).is_none() {
            continue;
        }
        let mut revisions = HashMap::new();
        for revision in session::list_revisions(tx, stored.id, row.part).await? {
            *revisions.entry(revision.item_id).or_default() += 1;
        }
        let answers = session::list_current_answers(tx, stored.id, row.part).await?;
        parts.push(Part { row, answers, revisions });
    }
    Ok(Papers { seed: stored.seed, parts })
}

impl Papers {
    /// The answers by part and place on the paper, judged away from the threads that serve: files
    /// are made again to know their keys.
    pub(super) async fn judge(self) -> Result<Vec<JudgedAnswer>, DbError> {
        let work = move || self.parts.iter().map(|part| part.judge(self.seed)).collect();
        let judged: Result<Vec<_>, DbError> =
            tokio::task::spawn_blocking(work).await.map_err(|_| DbError::WorkerCrashed)?;
        Ok(judged?.concat())
    }
}

impl Part {
    fn judge(&self, seed: i64) -> Result<Vec<JudgedAnswer>, DbError> {
        let form = self.row.form()?;
        let mut judged = Vec::new();
        for paper in item::paper(&form, seed) {
            let entry = form.iter().find(|entry| entry.id == paper.id);
            let Some(item) = entry.and_then(|entry| item::find(&entry.id, entry.version)) else {
                continue;
            };
            let answer = self.answers.iter().find(|answer| answer.item_id == paper.id);
            let value = match answer {
                Some(answer) => serde_json::from_str(&answer.value)
                    .map_err(|cause| DbError::Decode(Box::new(cause)))?,
                None => Value::Null,
            };
            judged.push(JudgedAnswer {
                part: self.row.part,
                right: item::is_right(item, seed, &value),
                value,
                key: item::readable_key(item, seed),
                justification: item.justification.clone(),
                difficulty: item.difficulty,
                saved_at: answer.map(|answer| answer.saved_at),
                revisions: self.revisions.get(&paper.id).copied().unwrap_or_default(),
                item: paper,
            });
        }
        Ok(judged)
    }
}
