//! Saving an answer: a revision that is added, never changed, and acknowledged after its commit.

use chrono::Duration;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{
    Error, Stored,
    answer_store::{self, CurrentAnswer},
    part_store,
    rules::{self, Doing, Refusal, seat_may},
    sheet, store,
};
use crate::{
    agreement,
    app::{App, Limit, Receipt, limits::ANSWERS_SEAT},
    base::{AttemptId, SessionId, Timestamp},
    config::Config,
    db::{DbError, Errand, JobError, Tx},
    item,
    journal::{self, Actor, Event},
    session,
};

/// The longest request that saves an answer, bytes.
pub const LONGEST_ANSWER: usize = 64 * 1024;

/// The number of an answer within item and device, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(try_from = "i64")]
pub struct Revision(i64);

/// Not the number of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a revision is a number from 1 to {}", Revision::LAST)]
pub struct NotARevision;

impl Revision {
    /// More than anybody types in a day, and far from where numbers end.
    pub const LAST: i64 = 1_000_000;

    /// The number itself.
    pub fn number(self) -> i64 {
        self.0
    }
}

impl TryFrom<i64> for Revision {
    type Error = NotARevision;

    fn try_from(number: i64) -> Result<Self, NotARevision> {
        if (1..=Self::LAST).contains(&number) { Ok(Self(number)) } else { Err(NotARevision) }
    }
}

/// What a candidate answered to an item.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Whose answer.
    pub attempt: AttemptId,
    /// To which part it belongs.
    pub part: i32,
    /// To which item.
    pub item: String,
    /// Of the device that sends it.
    pub epoch: i64,
    /// Number within item and device.
    pub revision: Revision,
    /// The answer; null, or nothing but blanks, clears.
    pub value: Value,
}

/// An answer that is durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Saved {
    /// The revision that was acknowledged.
    pub revision: i64,
    /// When it was kept.
    pub saved_at: Timestamp,
    /// How many items of the part are answered now.
    pub answered: i64,
}

impl JobError for Error {
    fn of_database(&self) -> Option<&DbError> {
        match self {
            Self::Db(cause) => Some(cause),
            Self::NoSession
            | Self::NoAttempt
            | Self::NoPart
            | Self::NoItem
            | Self::EntryRefused
            | Self::WrongShape(_)
            | Self::TooMany(_)
            | Self::TooFast(_)
            | Self::ClockDisagrees
            | Self::Clock(_)
            | Self::Refused(_) => None,
        }
    }
}

/// An answer on its way into the shared transaction.
struct Saving {
    app: App,
    answer: Answer,
    receipt: Receipt,
}

impl Errand for Saving {
    type Done = (SessionId, Outcome);
    type Error = Error;

    async fn session(&self, tx: &mut Tx) -> Result<SessionId, Error> {
        store::find_session_of(tx, self.answer.attempt).await?.ok_or(Error::NoAttempt)
    }

    async fn lock(tx: &mut Tx, session: SessionId) -> Result<(), DbError> {
        session::lock(tx, session).await.map(drop)
    }

    async fn run(&self, tx: &mut Tx, session: SessionId) -> Result<Self::Done, Error> {
        let outcome = save(&self.app, tx, &self.answer, &self.receipt).await?;
        Ok((session, outcome))
    }
}

/// What became of an answer that was allowed: kept as the newest, or only kept.
enum Outcome {
    Saved(Saved),
    Stale,
}

/// Saves an answer; it is durable when this returns.
///
/// A repeated request is acknowledged again. A revision that another one has overtaken is kept in
/// the history, and refused as stale. Every try counts against the pace of the seat.
///
/// It is judged by the instant at which it had arrived whole; the receipt goes with it into the queue,
/// so that whatever seals the part waits for it.
pub async fn save_answer(app: &App, answer: Answer, receipt: Receipt) -> Result<Saved, Error> {
    let now = app.clock.now();
    app.limits.count(&pace(&app.config), answer.attempt, now).map_err(Error::TooFast)?;
    app.presence.seen(answer.attempt, now);
    let saving = Saving { app: app.clone(), answer, receipt };
    let (session, outcome) = app.answers.run(saving).await?;
    app.bell.ring(session);
    match outcome {
        Outcome::Saved(saved) => Ok(saved),
        Outcome::Stale => Err(Refusal::StaleRevision.into()),
    }
}

/// How fast a seat may save.
fn pace(config: &Config) -> Limit {
    let every = 1_000_000_000 / i64::from(config.answers_per_s.get());
    let burst = config.answers_burst.get();
    Limit { burst, every: Duration::nanoseconds(every), ..ANSWERS_SEAT }
}

/// Decides before it writes: a refusal leaves the shared transaction as it was.
async fn save(
    app: &App,
    tx: &mut Tx,
    answer: &Answer,
    receipt: &Receipt,
) -> Result<Outcome, Error> {
    let stored = store::lock_attempt(tx, answer.attempt).await?.ok_or(Error::NoAttempt)?;
    seat_may(stored.attempt.state.name(), Doing::Deliver)?;
    let now = agreement::instant(app, tx, receipt.moment()).await?;
    rules::accept_answer(&stored.attempt, answer.part, answer.epoch, now)?;
    check(tx, &stored, answer).await?;
    keep(tx, &stored, answer, now).await
}

/// Whether the item is on the form and the answer has the shape of the item.
async fn check(tx: &mut Tx, stored: &Stored, answer: &Answer) -> Result<(), Error> {
    let part = part_store::find_part(tx, stored.id, answer.part).await?.ok_or(Error::NoItem)?;
    let form: item::Form = part.form()?;
    let drawn = form.iter().find(|drawn| drawn.id == answer.item).ok_or(Error::NoItem)?;
    let asked = item::find(&drawn.id, drawn.version).ok_or(Error::NoItem)?;
    Ok(item::check_shape(asked, &answer.value)?)
}

async fn keep(
    tx: &mut Tx,
    stored: &Stored,
    answer: &Answer,
    now: Timestamp,
) -> Result<Outcome, Error> {
    let (place, epoch) = ((stored.id, answer.part), answer.epoch);
    let new = CurrentAnswer {
        item_id: answer.item.clone(),
        epoch,
        revision: answer.revision.number(),
        value: if item::is_blank(&answer.value) {
            Value::Null.to_string()
        } else {
            sheet::canonical(&answer.value)
        },
        saved_at: now,
    };
    let known = answer_store::find_answer(tx, place, &answer.item, epoch, new.revision).await?;
    let saved_at = match known {
        Some(known) if known.value == new.value => known.saved_at,
        Some(_) => return Ok(Outcome::Stale),
        None => {
            let last = answer_store::find_last_revision(tx, place, &answer.item, epoch).await?;
            add(tx, stored, answer.part, &new).await?;
            if new.revision < last {
                return Ok(Outcome::Stale);
            }
            now
        }
    };
    let answered = answer_store::count_answered(tx, stored.id, answer.part).await?;
    Ok(Outcome::Saved(Saved { revision: new.revision, saved_at, answered }))
}

/// Adds a revision, and tells the journal which, without what it says.
async fn add(tx: &mut Tx, stored: &Stored, part: i32, new: &CurrentAnswer) -> Result<(), DbError> {
    answer_store::add_answer(tx, (stored.id, part), new).await?;
    let entry = journal::Entry {
        session: stored.session,
        at: new.saved_at,
        actor: Actor::Candidate(stored.id),
        attempt: Some(stored.id),
        event: Event::AnswerSaved {
            part,
            item: new.item_id.clone(),
            epoch: new.epoch,
            revision: new.revision,
            sha256: hex::encode(Sha256::digest(new.value.as_bytes())),
        },
    };
    journal::append(tx, &entry).await?;
    Ok(())
}
