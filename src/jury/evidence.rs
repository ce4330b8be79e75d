//! What a juror reads of an attempt: what happened, and each answer beside its key.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::{
    app::App,
    attempt::{self, CurrentAnswer, PartRow, Stored},
    base::{AttemptId, Timestamp},
    db::{DbError, Tx},
    item::{self, PaperItem},
    journal::{self, Actor, Told, Written},
    people::Names,
    scheme::{Scheme, Text},
};

/// Who acted, as far as a juror is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The candidate.
    Candidate,
    /// Somebody of the room or of the platform.
    Staff,
    /// The server, by the clock.
    System,
    /// The panel.
    Jury,
}

/// What happened, with nothing in it that leads to the journal or to a person: no id, no number, no
/// hash, no code.
#[derive(Debug, Clone)]
pub struct TimelineEntry {
    /// When.
    pub at: Timestamp,
    /// Who acted.
    pub by: By,
    /// The name of who acted; empty for all but staff.
    pub actor_name: String,
    /// What it is about.
    pub kind: Told,
    /// Those particulars that are of the exam and of nothing else.
    pub body: Value,
}

/// The particulars that jurors read. Whatever else an entry holds is not theirs.
const PARTICULARS: [&str; 15] = [
    "allowed_s",
    "answers",
    "category",
    "cause",
    "credit",
    "deadline",
    "ended",
    "item",
    "note",
    "part",
    "reason",
    "revision",
    "sealed_at",
    "seconds",
    "text",
];

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
    pub revisions: i64,
}

/// What happened to an attempt, in order.
pub(super) async fn timeline(
    tx: &mut Tx,
    names: &mut Names,
    attempt: AttemptId,
) -> Result<Vec<TimelineEntry>, DbError> {
    let mut timeline = Vec::new();
    let all = journal::list_of_attempt(tx, attempt).await?;
    names.know(tx, journal::people_in(&all)).await?;
    for written in all {
        let actor_name = names.of_actor(tx, &written.actor_told()).await?;
        let by = by(&written);
        let body = particulars(&written.body);
        timeline.push(TimelineEntry { at: written.at, by, actor_name, kind: written.kind, body });
    }
    Ok(timeline)
}

fn by(written: &Written) -> By {
    let told = written.actor_told();
    let is = |actor: Actor| actor.to_string() == told;
    if written.attempt_id.is_some_and(|attempt| is(Actor::Candidate(attempt))) {
        By::Candidate
    } else if is(Actor::System) {
        By::System
    } else if is(Actor::Jury) {
        By::Jury
    } else {
        By::Staff
    }
}

fn particulars(body: &str) -> Value {
    let read: Map<String, Value> = serde_json::from_str(body).unwrap_or_default();
    read.into_iter().filter(|(name, _)| PARTICULARS.contains(&name.as_str())).collect()
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
    revisions: HashMap<String, i64>,
}

/// Loads the parts that were begun.
pub(super) async fn papers(
    tx: &mut Tx,
    scheme: &Scheme,
    stored: &Stored,
) -> Result<Papers, DbError> {
    let mut parts = Vec::new();
    for row in attempt::list_parts(tx, stored.id).await? {
        if scheme.part(row.part).is_none() {
            continue;
        }
        let revisions = attempt::count_revisions(tx, stored.id, row.part).await?;
        let revisions = revisions.into_iter().collect();
        let answers = attempt::list_current_answers(tx, stored.id, row.part).await?;
        parts.push(Part { row, answers, revisions });
    }
    Ok(Papers { seed: stored.seed, parts })
}

impl Papers {
    /// The answers by part and place on the paper, judged away from the threads that serve: files
    /// are made again to know their keys.
    pub(super) async fn judge(self, app: &App) -> Result<Vec<JudgedAnswer>, DbError> {
        let work = move || self.parts.iter().map(|part| part.judge(self.seed)).collect();
        let judged: Result<Vec<_>, DbError> = app.workshop.run(work).await;
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
