//! Writing down what happened to an attempt: its row, its ledger, its parts, the journal.

use serde_json::{Value, json};

use super::{
    Error, Stored, answer_store, ledger_store, part_store,
    rules::{self, Command, Event, What},
    sheet, store,
};
use crate::{
    agreement,
    app::App,
    base::{AttemptId, Moment, Timestamp},
    db::{DbError, Tx},
    journal::{self, Actor},
    session::{self, Session},
};

/// Locks the session of an attempt and the attempt, in this order, and seals a part whose time is
/// over. The instant returned is that of `moment`.
pub(super) async fn open(
    app: &App,
    tx: &mut Tx,
    attempt: AttemptId,
    moment: Moment,
) -> Result<(Session, Stored, Timestamp), Error> {
    let session = store::find_session_of(tx, attempt).await?.ok_or(Error::NoAttempt)?;
    let session = session::lock(tx, session).await?.ok_or(Error::NoSession)?;
    let mut stored = store::lock_attempt(tx, attempt).await?.ok_or(Error::NoAttempt)?;
    let now = agreement::instant(app, tx, moment).await?;
    settle(app, tx, &mut stored, now).await?;
    Ok((session, stored, now))
}

/// Seals a part whose time is over, at its deadline, when nothing more can be on its way. Returns
/// whether it did.
pub(super) async fn settle(
    app: &App,
    tx: &mut Tx,
    stored: &mut Stored,
    now: Timestamp,
) -> Result<bool, Error> {
    if stored.attempt.over_since(now - agreement::settling(&app.db)).is_none() {
        return Ok(false);
    }
    carry_out(tx, stored, &Command::DeadlineReached, Actor::System, now).await
}

/// Decides and writes down. Returns whether anything happened.
pub(super) async fn carry_out(
    tx: &mut Tx,
    stored: &mut Stored,
    command: &Command,
    actor: Actor,
    now: Timestamp,
) -> Result<bool, Error> {
    let events = rules::decide(&stored.attempt, command, now)?;
    for event in &events {
        stored.attempt = rules::apply(stored.attempt.clone(), event);
        let body = write_particulars(tx, stored, event, actor).await?;
        let entry = journal::Entry {
            session: stored.session,
            at: now,
            actor,
            kind: kind(&event.what),
            attempt: Some(stored.id),
            body,
        };
        journal::append(tx, &entry).await?;
    }
    if !events.is_empty() {
        stored.version += 1;
        store::put_attempt(tx, stored).await?;
    }
    Ok(!events.is_empty())
}

/// The word of the journal.
fn kind(what: &What) -> &'static str {
    match what {
        What::CheckedIn => "attempt_checked_in",
        What::MarkedAbsent => "attempt_marked_absent",
        What::Reinstated { .. } => "attempt_reinstated",
        What::Admitted => "attempt_admitted",
        What::BreakOverrun { .. } => "break_overrun",
        What::PartStarted { .. } => "part_started",
        What::Held { .. } => "attempt_held",
        What::Released { .. } => "attempt_released",
        What::Extended { .. } => "clock_extended",
        What::ClockCorrected { .. } => "clock_corrected",
        What::PartSealed { .. } => "part_sealed",
        What::Terminated { .. } => "attempt_terminated",
        What::Withdrawn { .. } => "attempt_withdrawn",
        What::DeviceChanged => "device_changed",
        What::Sealed => "attempt_sealed",
        What::Voided { .. } => "attempt_voided",
    }
}

/// Writes ledger and part, and returns what the journal says of the event.
async fn write_particulars(
    tx: &mut Tx,
    stored: &Stored,
    event: &Event,
    actor: Actor,
) -> Result<Value, DbError> {
    let attempt = &stored.attempt;
    let deadline = attempt.deadline();
    let part = attempt.state.part();
    Ok(match &event.what {
        What::CheckedIn | What::MarkedAbsent | What::Admitted => json!({}),
        What::Reinstated { reason } | What::Terminated { reason } | What::Withdrawn { reason } => {
            json!({ "reason": reason })
        }
        What::BreakOverrun { seconds } => json!({ "seconds": seconds }),
        What::PartStarted { part, allowed_s } => {
            add_line(tx, stored, actor, "").await?;
            json!({ "part": part, "allowed_s": allowed_s, "deadline": deadline })
        }
        What::Held { reason } => {
            add_line(tx, stored, actor, reason).await?;
            json!({ "part": part, "reason": reason })
        }
        What::Released { credit } => {
            add_line(tx, stored, actor, "").await?;
            json!({ "part": part, "credit": credit, "deadline": deadline })
        }
        What::Extended { seconds, reason } => {
            add_line(tx, stored, actor, reason).await?;
            json!({ "part": part, "seconds": seconds, "reason": reason, "deadline": deadline })
        }
        What::ClockCorrected { shift_s } => {
            add_line(tx, stored, actor, "").await?;
            json!({ "part": part, "seconds": shift_s, "deadline": deadline })
        }
        What::PartSealed { part, cause } => {
            let (digest, answers) = seal_part(tx, stored.id, *part, event.at).await?;
            json!({ "part": part, "cause": cause, "sealed_at": event.at,
                    "digest": hex::encode(digest), "answers": answers })
        }
        What::DeviceChanged => json!({ "epoch": attempt.epoch }),
        What::Sealed => json!({ "ended": attempt.state.ended() }),
        What::Voided { minutes } => json!({ "minutes": minutes }),
    })
}

async fn add_line(tx: &mut Tx, stored: &Stored, actor: Actor, reason: &str) -> Result<(), DbError> {
    let clock = (stored.id, stored.attempt.state.part());
    ledger_store::add_clock_entry(tx, clock, &stored.attempt.ledger, actor, reason).await
}

/// Closes the answer sheet of a part. Returns its digest and how many items are answered.
async fn seal_part(
    tx: &mut Tx,
    attempt: AttemptId,
    part: i32,
    at: Timestamp,
) -> Result<([u8; 32], usize), DbError> {
    let answers = answer_store::list_current_answers(tx, attempt, part).await?;
    let digest = sheet::digest(attempt, part, &answers);
    part_store::put_part_sealed(tx, (attempt, part), at, &digest).await?;
    Ok((digest, sheet::answered(&answers)))
}
