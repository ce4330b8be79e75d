//! Taking a seat: session code, names and birth date open the exam on one device.
//! Wrong entries cost the device they are made on ([`Stranger`]).

use chrono::NaiveDate;

use super::{
    Error, Stored,
    rules::Refusal,
    store,
    view::{self, Snapshot},
};
use crate::{
    app::{App, Knock},
    base::{AttemptId, SessionId, Timestamp},
    db::Tx,
    enrolment,
    journal::{self, Actor, Event},
    people::{self, Holder, Seat, Stranger, Subject, Token},
    session::{self, SessionState, fold_code},
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

/// Who stands at the door, as far as the request tells.
#[derive(Debug, Clone, Copy)]
pub struct Visitor {
    /// The attempt whose seat this device has already.
    pub seat: Option<AttemptId>,
    /// What is known without an entry.
    pub stranger: Stranger,
}

/// Takes the seat of an attempt. A device that has the seat gets no new token.
///
/// Whatever does not match is refused in the same words, and only refusals are counted. After the
/// session has closed the seat that is taken sees receipts and result ([`super::rules::seat_may`]).
pub async fn enter(
    app: &App,
    door: &Door,
    visitor: Visitor,
) -> Result<(Option<Token>, Snapshot), Error> {
    let now = app.clock.now();
    let turn = visitor.stranger.turn(app).await;
    visitor.stranger.may_try(app, now)?;
    let found = find(&mut app.db.read().await?, door, visitor.seat, now).await?;
    let attempt = match found {
        Found::Place(attempt) => attempt,
        Found::Nobody(session) => {
            let knock = session.map(Knock::WrongEntry);
            visitor.was_wrong(app, knock, now);
            return Err(Error::EntryRefused);
        }
        Found::Taken(session, attempt) => {
            visitor.was_wrong(app, Some(Knock::SecondDevice(session, attempt)), now);
            return Err(Refusal::AlreadyOpen.into());
        }
    };
    drop(turn);
    let token = take(app, attempt, visitor, now).await?;
    Ok((token, view::snapshot(app, attempt).await?))
}

impl Visitor {
    /// Counts a wrong try, and tells those at whose door it was.
    fn was_wrong(&self, app: &App, knock: Option<Knock>, now: Timestamp) {
        self.stranger.count(app, now);
        if let Some(knock) = knock {
            app.door.refused(knock, &self.stranger.name(), now);
        }
        let address = self.stranger.address;
        match knock {
            None => tracing::info!(%address, "an entry was refused: no open session has this code"),
            Some(Knock::WrongEntry(session)) => {
                tracing::info!(%address, %session, "an entry was refused: nobody on the list");
            }
            Some(Knock::SecondDevice(session, attempt)) => {
                tracing::info!(%address, %session, %attempt, "a second device was refused");
            }
        }
    }
}

/// Whom an entry means.
enum Found {
    /// Nobody; with the open session whose code it was.
    Nobody(Option<SessionId>),
    /// An attempt whose seat is free, or this device's own.
    Place(AttemptId),
    /// An attempt whose seat another device has.
    Taken(SessionId, AttemptId),
}

/// Codes of before may be read as one: then names and birth date decide, and what was typed exactly
/// comes first.
async fn find(
    tx: &mut Tx,
    door: &Door,
    seat: Option<AttemptId>,
    now: Timestamp,
) -> Result<Found, Error> {
    let exact = door.session_code.trim().to_ascii_uppercase();
    let mut sessions = session::list_sessions_by_code(tx, &fold_code(&door.session_code)).await?;
    sessions.retain(|session| session.state != SessionState::Planned);
    sessions.sort_by_key(|session| session.entry_code != exact);
    let key = enrolment::name_key(&door.family_name, &door.given_names);
    for session in &sessions {
        let place = enrolment::find_match(tx, session.id, &key, door.birth_date).await?;
        let Some(place) = place else { continue };
        let Some(stored) = store::find_attempt_of(tx, place.id).await? else { continue };
        return Ok(if is_taken(tx, &stored, seat, now).await? {
            Found::Taken(session.id, stored.id)
        } else {
            Found::Place(stored.id)
        });
    }
    let open = sessions.iter().find(|session| session.state == SessionState::Open);
    Ok(Found::Nobody(open.map(|session| session.id)))
}

/// Whether another device has the seat. An attempt that has ended is looked at from anywhere.
async fn is_taken(
    tx: &mut Tx,
    stored: &Stored,
    seat: Option<AttemptId>,
    now: Timestamp,
) -> Result<bool, Error> {
    if seat == Some(stored.id) || stored.attempt.state.name().has_ended() {
        return Ok(false);
    }
    Ok(people::is_signed_in(tx, Subject::Attempt(stored.id), now).await?)
}

/// Looks once more under the lock: two devices may have found the seat free.
async fn take(
    app: &App,
    attempt: AttemptId,
    visitor: Visitor,
    now: Timestamp,
) -> Result<Option<Token>, Error> {
    if visitor.seat == Some(attempt) {
        return Ok(None);
    }
    let mut tx = app.db.begin().await?;
    let session = store::find_session_of(&mut tx, attempt).await?.ok_or(Error::NoAttempt)?;
    session::lock(&mut tx, session).await?.ok_or(Error::NoSession)?;
    let stored = store::lock_attempt(&mut tx, attempt).await?.ok_or(Error::NoAttempt)?;
    if is_taken(&mut tx, &stored, visitor.seat, now).await? {
        visitor.was_wrong(app, Some(Knock::SecondDevice(session, attempt)), now);
        return Err(Refusal::AlreadyOpen.into());
    }
    let holder = Holder::Seat(Seat { attempt, epoch: stored.attempt.epoch });
    let token = people::open(app, &mut tx, holder, now).await?;
    if !stored.attempt.state.name().has_ended() {
        tell(&mut tx, &stored, now).await?;
    }
    tx.commit().await?;
    app.bell.ring(session);
    Ok(Some(token))
}

async fn tell(tx: &mut Tx, stored: &Stored, now: Timestamp) -> Result<(), Error> {
    let entry = journal::Entry {
        session: stored.session,
        at: now,
        actor: Actor::Candidate(stored.id),
        attempt: Some(stored.id),
        event: Event::AttemptEntered { epoch: stored.attempt.epoch },
    };
    journal::append(tx, &entry).await?;
    Ok(())
}
