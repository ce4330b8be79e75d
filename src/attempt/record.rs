//! Writing down what happened to an attempt: its row, its ledger, its parts, the journal.

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
    journal::{self, Actor, CorrectedClock},
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
        let begins = matches!(event.what, What::PartStarted { .. });
        let known = if begins { 0 } else { stored.attempt.ledger.len() };
        stored.attempt = rules::apply(stored.attempt.clone(), event);
        add_lines(tx, stored, known, event, actor).await?;
        let told = write_particulars(tx, stored, event).await?;
        let entry = journal::Entry {
            session: stored.session,
            at: now,
            actor,
            attempt: Some(stored.id),
            event: told,
        };
        journal::append(tx, &entry).await?;
    }
    if !events.is_empty() {
        stored.version += 1;
        store::put_attempt(tx, stored).await?;
    }
    Ok(!events.is_empty())
}

/// Writes the part, and returns what the journal says of the event.
async fn write_particulars(
    tx: &mut Tx,
    stored: &Stored,
    event: &Event,
) -> Result<journal::Event, DbError> {
    use journal::Event as Told;
    let attempt = &stored.attempt;
    let deadline = attempt.deadline();
    let part = attempt.state.part();
    Ok(match event.what.clone() {
        What::CheckedIn => Told::AttemptCheckedIn {},
        What::MarkedAbsent => Told::AttemptMarkedAbsent {},
        What::Admitted => Told::AttemptAdmitted {},
        What::Reinstated { reason } => Told::AttemptReinstated { reason },
        What::Terminated { reason, .. } => Told::AttemptTerminated { reason },
        What::Withdrawn { reason } => Told::AttemptWithdrawn { reason },
        What::BreakOverrun { seconds } => Told::BreakOverrun { seconds },
        What::PartStarted { part, allowed_s } => Told::PartStarted { part, allowed_s, deadline },
        What::Held { reason } => Told::AttemptHeld { part, reason },
        What::Released { credit } => Told::AttemptReleased { part, credit, deadline },
        What::Extended { seconds, reason } => {
            Told::ClockExtended { part, seconds, reason, deadline }
        }
        What::ClockCorrected { shift_s } => {
            let clock = Some(CorrectedClock { part, deadline });
            Told::ClockCorrected { seconds: shift_s, clock }
        }
        What::PartSealed { part, cause } => {
            let (digest, answers) = seal_part(tx, stored.id, part, event.at).await?;
            let digest = hex::encode(digest);
            Told::PartSealed { part, cause, sealed_at: event.at, digest, answers }
        }
        What::Reopened { part, seconds, reason } => {
            part_store::put_part_open(tx, (stored.id, part)).await?;
            Told::AttemptReopened { part, seconds, reason, deadline }
        }
        What::DeviceChanged => Told::DeviceChanged { epoch: attempt.epoch },
        What::Sealed => Told::AttemptSealed { ended: attempt.state.ended() },
        What::Voided { minutes } => Told::AttemptVoided { minutes },
    })
}

/// What the ledger says of an event beside its instant.
fn remark(what: &What) -> &str {
    match what {
        What::Held { reason } | What::Extended { reason, .. } | What::Reopened { reason, .. } => {
            reason
        }
        What::CheckedIn
        | What::MarkedAbsent
        | What::Reinstated { .. }
        | What::Admitted
        | What::BreakOverrun { .. }
        | What::PartStarted { .. }
        | What::Released { .. }
        | What::ClockCorrected { .. }
        | What::PartSealed { .. }
        | What::Terminated { .. }
        | What::Withdrawn { .. }
        | What::DeviceChanged
        | What::Sealed
        | What::Voided { .. } => "",
    }
}

/// Stores the lines of the ledger that `event` has added to the first `known`.
async fn add_lines(
    tx: &mut Tx,
    stored: &Stored,
    known: usize,
    event: &Event,
    actor: Actor,
) -> Result<(), DbError> {
    let (ledger, clock) = (&stored.attempt.ledger, (stored.id, stored.attempt.state.part()));
    for end in known + 1..=ledger.len() {
        let lines = &ledger[..end];
        ledger_store::add_clock_entry(tx, clock, lines, actor, remark(&event.what)).await?;
    }
    Ok(())
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
