//! Taking a seat: session code, names and birth date open the exam on one device.

use chrono::NaiveDate;
use serde_json::json;

use super::{Error, SessionState, Snapshot, Stored, entry_code, rules::Refusal, store, view};
use crate::{
    app::{
        Address, App,
        limits::{ENTRY_ADDRESS, ENTRY_CODE},
    },
    base::{AttemptId, Timestamp},
    db::Tx,
    enrolment,
    journal::{self, Actor},
    people::{self, Holder, Seat, Subject, Token},
};

/// What a candidate types at the door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Door {
    /// The code of the session.
    pub session_code: String,
    /// As enrolled, whatever the accents.
    pub family_name: String,
    /// As enrolled, whatever the accents.
    pub given_names: String,
    /// Exact.
    pub birth_date: NaiveDate,
}

/// Takes the seat of an attempt. `seat` is the attempt whose seat this device has already;
/// `address` is where the request came from. A device that has the seat gets no new token.
///
/// Whatever does not match is refused in the same words, and only refusals are counted.
pub async fn enter(
    app: &App,
    door: &Door,
    seat: Option<AttemptId>,
    address: Address,
) -> Result<(Option<Token>, Snapshot), Error> {
    let now = app.clock.now();
    let code = entry_code(&door.session_code);
    let turn = app.limits.turn(&code).await;
    app.limits.count(&ENTRY_ADDRESS, address, now)?;
    app.limits.count(&ENTRY_CODE, &code, now)?;
    let found = find(&mut app.db.read().await?, &code, door).await?;
    let attempt = found.ok_or(Error::EntryRefused)?;
    app.limits.forgive(&ENTRY_ADDRESS, address, now);
    app.limits.forgive(&ENTRY_CODE, &code, now);
    drop(turn);
    app.presence.seen(attempt, now);
    take(app, attempt, seat, now).await
}

async fn find(tx: &mut Tx, code: &str, door: &Door) -> Result<Option<AttemptId>, Error> {
    let found = store::find_session_by_code(tx, code).await?;
    let Some(session) = found.filter(|session| session.state != SessionState::Planned) else {
        return Ok(None);
    };
    let key = enrolment::name_key(&door.family_name, &door.given_names);
    let place = enrolment::find_match(tx, session.id, &key, door.birth_date).await?;
    let Some(place) = place else { return Ok(None) };
    Ok(store::find_attempt_of(tx, place.id).await?.map(|stored| stored.id))
}

async fn take(
    app: &App,
    attempt: AttemptId,
    seat: Option<AttemptId>,
    now: Timestamp,
) -> Result<(Option<Token>, Snapshot), Error> {
    let mut tx = app.db.begin().await?;
    let session = store::find_session_of(&mut tx, attempt).await?.ok_or(Error::NoAttempt)?;
    let session = store::lock_session(&mut tx, session).await?.ok_or(Error::NoSession)?;
    let stored = store::lock_attempt(&mut tx, attempt).await?.ok_or(Error::NoAttempt)?;
    let subject = Subject::Attempt(attempt);
    let mut token = None;
    if seat != Some(attempt) {
        let over = stored.attempt.state.name().has_ended();
        if !over && people::is_signed_in(&mut tx, subject, now).await? {
            tell(&mut tx, &stored, "second_device_refused", now).await?;
            tx.commit().await?;
            app.bell.ring(session.id);
            return Err(Refusal::AlreadyOpen.into());
        }
        let holder = Holder::Seat(Seat { attempt, epoch: stored.attempt.epoch });
        token = Some(people::open(app, &mut tx, holder, now).await?);
        tell(&mut tx, &stored, "attempt_entered", now).await?;
    }
    let snapshot = view::of(&mut tx, session, stored, now).await?;
    tx.commit().await?;
    app.bell.ring(snapshot.session.id);
    Ok((token, snapshot))
}

async fn tell(tx: &mut Tx, stored: &Stored, kind: &str, now: Timestamp) -> Result<(), Error> {
    let entry = journal::Entry {
        session: stored.session,
        at: now,
        actor: Actor::Candidate(stored.id),
        kind,
        attempt: Some(stored.id),
        body: json!({ "epoch": stored.attempt.epoch }),
    };
    journal::append(tx, &entry).await?;
    Ok(())
}
