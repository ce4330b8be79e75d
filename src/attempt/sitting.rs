//! What a candidate does in the room: start a part, read the paper, hand in.

use serde_json::Value;

use super::{
    Error, Stored,
    answer_store::{self, CurrentAnswer},
    part_store, record,
    rules::{self, Ask, Command, Doing, State, seat_may},
    store,
    view::{self, Snapshot},
};
use crate::{
    agreement,
    app::App,
    base::{AttemptId, Timestamp},
    db::Tx,
    enrolment,
    item::{self, Form, GeneratedFile, PaperItem},
    journal::Actor,
    session::{self, Session, scheme_of},
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

/// Begins a part, or finds it begun, and hands out its paper. The form is what scheme and seed make of
/// it at any time; it is drawn before anybody is kept waiting. The time allowed is computed at the
/// instant at which the part begins.
pub async fn start_part(app: &App, attempt: AttemptId, part: i32) -> Result<Paper, Error> {
    app.presence.seen(attempt, app.clock.now());
    loop {
        let form = draw(app, attempt, part).await?;
        // once more for whoever was admitted in between
        if let Some(sheet) = begin(app, attempt, part, form).await? {
            return Ok(sheet.paper(app).await);
        }
    }
}

/// Begins a part with its form, or finds it begun. Nothing when it may begin and there is no form.
async fn begin(
    app: &App,
    attempt: AttemptId,
    part: i32,
    form: Option<Form>,
) -> Result<Option<Sheet>, Error> {
    let moment = agreement::before_sealing(app).await?;
    let mut tx = app.db.begin().await?;
    let (session, mut stored, now) = record::open(app, &mut tx, attempt, moment).await?;
    let (allowed_s, break_s) = time_of(&mut tx, &session, &stored, part).await?;
    seat_may(stored.attempt.state.name(), Doing::Work)?;
    let command = Command::StartPart { part, allowed_s, break_s };
    let actor = Actor::Candidate(attempt);
    let begun = record::carry_out(&mut tx, &mut stored, &command, actor, now).await?;
    if begun {
        // what is dropped here is undone
        if agreement::disagrees(app) {
            return Err(Error::ClockDisagrees);
        }
        let Some(form) = form else { return Ok(None) };
        let form = serde_json::to_string(&form).expect("a form is JSON");
        part_store::add_part(&mut tx, (attempt, part), &form, now, allowed_s).await?;
    }
    let sheet = sheet_of(&mut tx, &stored, part, now).await?;
    tx.commit().await?;
    app.bell.ring(session.id);
    Ok(Some(sheet))
}

/// The form of a part that may begin; nothing for one that has begun or may not.
async fn draw(app: &App, attempt: AttemptId, part: i32) -> Result<Option<Form>, Error> {
    let mut tx = app.db.read().await?;
    let stored = store::find_attempt(&mut tx, attempt).await?.ok_or(Error::NoAttempt)?;
    let now = app.clock.now();
    let may_begin = !rules::allowed(&stored.attempt, &[Ask::StartPart], now).is_empty();
    if !may_begin || rules::turn(&stored.attempt) != part {
        return Ok(None);
    }
    let session = session::find(&mut tx, stored.session).await?.ok_or(Error::NoSession)?;
    let scheme = scheme_of(&mut tx, &session).await?;
    drop(tx);
    scheme.part(part).ok_or(Error::NoPart)?;
    let seed = stored.seed;
    let draw = move || item::measured(item::draw_form(&scheme, part, seed), seed);
    Ok(Some(app.workshop.run(draw).await))
}

/// The time allowed for a part, extra time included, and how long the break before it may last.
async fn time_of(
    tx: &mut Tx,
    session: &Session,
    stored: &Stored,
    part: i32,
) -> Result<(i64, i64), Error> {
    let scheme = scheme_of(tx, session).await?;
    let planned = scheme.part(part).ok_or(Error::NoPart)?;
    let place = enrolment::find_enrolment(tx, stored.enrolment).await?.ok_or(Error::NoAttempt)?;
    Ok((place.extra_time.allowed_s(planned.duration_s), scheme.break_s))
}

/// The paper of the running part.
pub async fn paper(app: &App, attempt: AttemptId, part: i32) -> Result<Paper, Error> {
    let moment = app.clock.moment();
    app.presence.seen(attempt, app.clock.now());
    let mut tx = app.db.read().await?;
    let now = agreement::instant(app, &mut tx, moment).await?;
    let stored = store::find_attempt(&mut tx, attempt).await?.ok_or(Error::NoAttempt)?;
    let sheet = sheet_of(&mut tx, &stored, part, now).await?;
    drop(tx);
    Ok(sheet.paper(app).await)
}

/// What a paper is made from.
struct Sheet {
    part: i32,
    epoch: i64,
    seed: i64,
    form: Form,
    answers: Vec<CurrentAnswer>,
}

/// A paper is shown when an answer to it would be accepted.
async fn sheet_of(tx: &mut Tx, stored: &Stored, part: i32, now: Timestamp) -> Result<Sheet, Error> {
    rules::accept_answer(&stored.attempt, part, stored.attempt.epoch, now)?;
    seat_may(stored.attempt.state.name(), Doing::Work)?;
    Ok(Sheet {
        part,
        epoch: stored.attempt.epoch,
        seed: stored.seed,
        form: part_store::find_part(tx, stored.id, part).await?.ok_or(Error::NoPart)?.form()?,
        answers: answer_store::list_current_answers(tx, stored.id, part).await?,
    })
}

impl Sheet {
    async fn paper(self, app: &App) -> Paper {
        let Self { part, epoch, seed, form, answers } = self;
        let answers = answers.into_iter().map(|answer| PaperAnswer {
            value: serde_json::from_str(&answer.value).unwrap_or(Value::Null),
            item_id: answer.item_id,
            revision: answer.revision,
        });
        let answers = answers.collect();
        let items = app.workshop.run(move || item::paper(&form, seed)).await;
        Paper { part, epoch, items, answers }
    }
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
    drop(tx);
    let form = row.form()?;
    let drawn = form.iter().find(|drawn| drawn.id == item).ok_or(Error::NoItem)?;
    let asked = item::find(&drawn.id, drawn.version).ok_or(Error::NoItem)?;
    let (seed, lang) = (stored.seed, lang.to_owned());
    let made = app.workshop.run(move || item::generated_file(asked, seed, &lang)).await;
    made.ok_or(Error::NoItem)
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
