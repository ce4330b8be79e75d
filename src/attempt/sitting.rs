//! What a candidate does in the room: start a part, read the paper, hand in.

use serde_json::Value;

use super::{
    Error, Stored, answer_store, part_store, record,
    rules::{self, Command, Doing, State, seat_may},
    store,
    view::{self, Snapshot},
};
use crate::{
    agreement,
    app::App,
    base::{AttemptId, Timestamp},
    db::Tx,
    enrolment,
    item::{self, GeneratedFile, PaperItem},
    journal::Actor,
    session::{Session, scheme_of},
};

/// The questions of a running part with the answers that are kept.
#[derive(Debug, Clone)]
pub struct Paper {
    /// The part.
    pub part: i32,
    /// What answers from this device are marked with.
    pub epoch: i64,
    /// The questions, in order.
    pub items: Vec<PaperItem>,
    /// The newest revision of each answer.
    pub answers: Vec<PaperAnswer>,
}

/// An answer as the paper shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct PaperAnswer {
    /// The item.
    pub item_id: String,
    /// The newest revision.
    pub revision: i64,
    /// What was answered; null when it was cleared.
    pub value: Value,
}

/// Begins a part, or finds it begun, and hands out its paper. The form is drawn at this instant,
/// and the time allowed is computed at this instant.
pub async fn start_part(app: &App, attempt: AttemptId, part: i32) -> Result<Paper, Error> {
    app.presence.seen(attempt, app.clock.now());
    let moment = agreement::before_sealing(app).await?;
    let mut tx = app.db.begin().await?;
    let (session, mut stored, now) = record::open(app, &mut tx, attempt, moment).await?;
    let Prepared { allowed_s, break_s, form } = prepare(&mut tx, &session, &stored, part).await?;
    seat_may(stored.attempt.state.name(), Doing::Work)?;
    let command = Command::StartPart { part, allowed_s, break_s };
    let actor = Actor::Candidate(attempt);
    let begun = record::carry_out(&mut tx, &mut stored, &command, actor, now).await?;
    if begun {
        // what is dropped here is undone
        if agreement::disagrees(app) {
            return Err(Error::ClockDisagrees);
        }
        part_store::add_part(&mut tx, (attempt, part), &form, now, allowed_s).await?;
    }
    let paper = paper_of(&mut tx, &stored, part, now).await?;
    tx.commit().await?;
    app.bell.ring(session.id);
    Ok(paper)
}

/// What a part begins with.
struct Prepared {
    /// The time allowed for it, extra time included.
    allowed_s: i64,
    /// How long the break before it may last.
    break_s: i64,
    /// Its form, as JSON.
    form: String,
}

async fn prepare(
    tx: &mut Tx,
    session: &Session,
    stored: &Stored,
    part: i32,
) -> Result<Prepared, Error> {
    let scheme = scheme_of(tx, session).await?;
    let planned = scheme.part(part).ok_or(Error::NoPart)?;
    let place = enrolment::find_enrolment(tx, stored.enrolment).await?.ok_or(Error::NoAttempt)?;
    let form = item::measured(item::draw_form(&scheme, part, stored.seed), stored.seed);
    Ok(Prepared {
        allowed_s: place.extra_time.allowed_s(planned.duration_s),
        break_s: scheme.break_s,
        form: serde_json::to_string(&form).expect("a form is JSON"),
    })
}

/// The paper of the running part.
pub async fn paper(app: &App, attempt: AttemptId, part: i32) -> Result<Paper, Error> {
    let moment = app.clock.moment();
    app.presence.seen(attempt, app.clock.now());
    let mut tx = app.db.read().await?;
    let now = agreement::instant(app, &mut tx, moment).await?;
    let stored = store::find_attempt(&mut tx, attempt).await?.ok_or(Error::NoAttempt)?;
    paper_of(&mut tx, &stored, part, now).await
}

/// A paper is shown when an answer to it would be accepted.
async fn paper_of(tx: &mut Tx, stored: &Stored, part: i32, now: Timestamp) -> Result<Paper, Error> {
    rules::accept_answer(&stored.attempt, part, stored.attempt.epoch, now)?;
    seat_may(stored.attempt.state.name(), Doing::Work)?;
    let form = part_store::find_part(tx, stored.id, part).await?.ok_or(Error::NoPart)?.form()?;
    let answers = answer_store::list_current_answers(tx, stored.id, part).await?;
    let answers = answers.into_iter().map(|answer| PaperAnswer {
        value: serde_json::from_str(&answer.value).unwrap_or(Value::Null),
        item_id: answer.item_id,
        revision: answer.revision,
    });
    Ok(Paper {
        part,
        epoch: stored.attempt.epoch,
        items: item::paper(&form, stored.seed),
        answers: answers.collect(),
    })
}

/// The file that a task of the running part works on.
pub async fn file(
    app: &App,
    attempt: AttemptId,
    item: &str,
    lang: &str,
) -> Result<GeneratedFile, Error> {
    let moment = app.clock.moment();
    let mut tx = app.db.read().await?;
    let now = agreement::instant(app, &mut tx, moment).await?;
    let stored = store::find_attempt(&mut tx, attempt).await?.ok_or(Error::NoAttempt)?;
    seat_may(stored.attempt.state.name(), Doing::Work)?;
    let State::Running { part } = stored.attempt.state else { return Err(Error::NoItem) };
    rules::accept_answer(&stored.attempt, part, stored.attempt.epoch, now)?;
    let row = part_store::find_part(&mut tx, attempt, part).await?.ok_or(Error::NoItem)?;
    let form = row.form()?;
    let drawn = form.iter().find(|drawn| drawn.id == item).ok_or(Error::NoItem)?;
    let asked = item::find(&drawn.id, drawn.version).ok_or(Error::NoItem)?;
    item::generated_file(asked, stored.seed, lang).ok_or(Error::NoItem)
}

/// Hands in a part. What is handed in is never changed.
pub async fn finish_part(app: &App, attempt: AttemptId, part: i32) -> Result<Snapshot, Error> {
    app.presence.seen(attempt, app.clock.now());
    let moment = agreement::before_sealing(app).await?;
    let mut tx = app.db.begin().await?;
    let (session, mut stored, now) = record::open(app, &mut tx, attempt, moment).await?;
    if !(1..=stored.attempt.parts).contains(&part) {
        return Err(Error::NoPart);
    }
    seat_may(stored.attempt.state.name(), Doing::HandIn)?;
    let command = Command::FinishPart { part };
    record::carry_out(&mut tx, &mut stored, &command, Actor::Candidate(attempt), now).await?;
    let snapshot = view::of(&mut tx, session, stored, now).await?;
    tx.commit().await?;
    app.bell.ring(snapshot.session.id);
    Ok(snapshot)
}
