//! What staff do to attempts: one, a selection or the room, each decided for itself.

use std::collections::BTreeSet;

use super::{
    Error, Stored, record,
    rules::{Attempt, AttemptState, Command, Refusal, State},
    store,
};
use crate::{
    agreement,
    app::App,
    base::{AttemptId, EnrolmentId, SessionId, Timestamp},
    db::{DbError, Tx},
    journal::Actor,
    people::{self, Subject},
    session::{self, Session, SessionState, scheme_of},
};

/// What became of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// Where it was carried out, or had been already.
    pub done: Vec<AttemptId>,
    /// Where a rule said no.
    pub refused: Vec<Refused>,
}

/// A rule said no to one of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The attempt.
    pub attempt: AttemptId,
    /// Why.
    pub why: Refusal,
    /// Where it stands.
    pub state: AttemptState,
}

/// Carries out a command of staff on each of `attempts`, which must be of an open session.
pub async fn command(
    app: &App,
    actor: Actor,
    session: SessionId,
    command: &Command,
    attempts: &[AttemptId],
) -> Result<Done, Error> {
    let moment = agreement::before_sealing(app).await?;
    let mut tx = app.db.begin().await?;
    let session = session::lock(&mut tx, session).await?.ok_or(Error::NoSession)?;
    let now = agreement::instant(app, &mut tx, moment).await?;
    if session.state != SessionState::Open {
        return Err(Refusal::SessionNotOpen.into());
    }
    let mut outcome = Done { done: Vec::new(), refused: Vec::new() };
    let once: BTreeSet<_> = attempts.iter().copied().collect();
    for id in once {
        let found = store::lock_attempt(&mut tx, id).await?;
        let mut stored =
            found.filter(|stored| stored.session == session.id).ok_or(Error::NoAttempt)?;
        record::settle(app, &mut tx, &mut stored, now).await?;
        let before = stored.attempt.clone();
        match record::carry_out(&mut tx, &mut stored, command, actor, now).await {
            Ok(_) => {
                free_seats(&mut tx, id, command, &before).await?;
                outcome.done.push(id);
            }
            Err(Error::Refused(why)) => {
                let state = stored.attempt.state.name();
                outcome.refused.push(Refused { attempt: id, why, state });
            }
            Err(failed) => return Err(failed),
        }
    }
    tx.commit().await?;
    app.bell.ring(session.id);
    Ok(outcome)
}

/// Ends the sign-ins of an attempt, which stood `before`, that go with a command. What has ended may be
/// looked at from anywhere: when it goes on, it goes on where it was.
async fn free_seats(
    tx: &mut Tx,
    id: AttemptId,
    command: &Command,
    before: &Attempt,
) -> Result<(), DbError> {
    let subject = Subject::Attempt(id);
    match command {
        Command::NewDevice => people::remove_sign_ins(tx, subject).await.map(drop),
        Command::Reopen { .. } if before.state.name().has_ended() => {
            people::remove_sign_ins_after(tx, subject, before.since).await.map(drop)
        }
        Command::Reopen { .. }
        | Command::CheckIn
        | Command::MarkAbsent
        | Command::Reinstate { .. }
        | Command::Admit
        | Command::Hold { .. }
        | Command::Release { .. }
        | Command::Extend { .. }
        | Command::Terminate { .. }
        | Command::Withdraw { .. }
        | Command::StartPart { .. }
        | Command::FinishPart { .. }
        | Command::DeadlineReached
        | Command::CorrectClock { .. }
        | Command::Seal
        | Command::Void { .. } => Ok(()),
    }
}

/// An attempt over which a session cannot close.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blocker {
    /// The attempt.
    pub attempt: AttemptId,
    /// Where it stands.
    pub state: AttemptState,
}

/// Those over which a session cannot close.
pub async fn list_blockers(tx: &mut Tx, session: SessionId) -> Result<Vec<Blocker>, DbError> {
    let all = store::list_attempts(tx, session).await?;
    let blocking =
        all.iter().map(|stored| Blocker { attempt: stored.id, state: stored.attempt.state.name() });
    Ok(blocking.filter(|blocker| blocker.state.blocks_closing()).collect())
}

/// Seals every attempt of a session that closes, and who did not come is absent; seals nothing while there are blockers, and
/// returns them. `session` must be locked by the caller, who also rings the bell.
pub async fn seal_all(
    app: &App,
    tx: &mut Tx,
    session: &Session,
    actor: Actor,
    now: Timestamp,
) -> Result<Vec<Blocker>, Error> {
    let mut all = Vec::new();
    for listed in store::list_attempts(tx, session.id).await? {
        let mut stored = store::lock_attempt(tx, listed.id).await?.ok_or(Error::NoAttempt)?;
        record::settle(app, tx, &mut stored, now).await?;
        if stored.attempt.state == State::Enrolled {
            record::carry_out(tx, &mut stored, &Command::MarkAbsent, actor, now).await?;
        }
        all.push(stored);
    }
    let blockers = list_blockers(tx, session.id).await?;
    if blockers.is_empty() {
        for stored in &mut all {
            record::carry_out(tx, stored, &Command::Seal, actor, now).await?;
        }
    }
    Ok(blockers)
}

/// Lets sealed attempts count for nothing, as the jury's minutes of this digest say. The session must
/// be locked by the caller, who also rings the bell.
pub async fn void_all(
    tx: &mut Tx,
    attempts: &[AttemptId],
    minutes: &str,
    actor: Actor,
    now: Timestamp,
) -> Result<(), Error> {
    let void = Command::Void { minutes: minutes.to_owned() };
    for attempt in attempts {
        let mut stored = store::lock_attempt(tx, *attempt).await?.ok_or(Error::NoAttempt)?;
        record::carry_out(tx, &mut stored, &void, actor, now).await?;
    }
    Ok(())
}

/// Adds an attempt for each enrolment of a session that has not closed. Seeds come from chance.
pub async fn add_attempts(
    app: &App,
    tx: &mut Tx,
    session: &Session,
    enrolments: &[EnrolmentId],
    now: Timestamp,
) -> Result<Vec<AttemptId>, DbError> {
    let scheme = scheme_of(tx, session).await?;
    let parts = i32::try_from(scheme.parts.len()).expect("a scheme has a few parts");
    let mut added = Vec::with_capacity(enrolments.len());
    for &enrolment in enrolments {
        let stored = Stored {
            id: app.chance.id(now),
            session: session.id,
            enrolment,
            version: 1,
            seed: i64::from_le_bytes(app.chance.bytes()) & i64::MAX,
            attempt: Attempt::new(parts, now),
        };
        store::add_attempt(tx, session.centre, &stored).await?;
        added.push(stored.id);
    }
    Ok(added)
}
