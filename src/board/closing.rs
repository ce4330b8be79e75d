//! Closing a session; its signed minutes.

use super::{
    Error, gather,
    minutes::{self, Signed},
    minutes_page,
    rules::{self, LONGEST_NOTE},
    store,
    telling::tell,
};
use crate::{
    agreement,
    app::App,
    attempt::{self, Blocker, rules::AttemptState},
    base::{Language, PersonId, SessionId},
    db::{DbError, Tx},
    journal::{Actor, Event},
    session::{self, Session, SessionState},
};

/// Those over which a session cannot close. Who is enrolled and did not come becomes absent.
pub(super) async fn list_blockers(
    tx: &mut Tx,
    session: SessionId,
) -> Result<Vec<Blocker>, DbError> {
    let mut blockers = attempt::list_blockers(tx, session).await?;
    blockers.retain(|blocker| blocker.state != AttemptState::Enrolled);
    Ok(blockers)
}

/// Closes a session: everybody who did not come is absent, everything is sealed, the minutes are
/// signed. Closing a closed session changes nothing.
pub async fn close(
    app: &App,
    person: PersonId,
    session: SessionId,
    comment: &str,
) -> Result<Session, Error> {
    session::tell_refused(app).await?;
    let moment = agreement::before_sealing(app).await?;
    let mut tx = app.db.begin().await?;
    let mut session = session::lock(&mut tx, session).await?.ok_or(Error::NoSession)?;
    let now = agreement::instant(app, &mut tx, moment).await?;
    if matches!(session.state, SessionState::Closed | SessionState::Validated) {
        drop(tx);
        signed_minutes(app, &session).await?;
        return Ok(session);
    }
    rules::accept_in_session(session.state)?;
    let comment = rules::accept_text(comment, LONGEST_NOTE)?;
    let blockers = attempt::seal_all(app, &mut tx, &session, Actor::Person(person), now).await?;
    if !blockers.is_empty() {
        return Err(Error::Blocked(blockers));
    }
    session::tell_waiting(&mut tx, &session, now).await?;
    session::put_closed(&mut tx, session.id, person, now).await?;
    (session.state, session.closed_at) = (SessionState::Closed, Some(now));
    let event = Event::SessionClosed { comment };
    tell(&mut tx, &session, (person, None), event, now).await?;
    tx.commit().await?;
    app.bell.ring(session.id);
    signed_minutes(app, &session).await?;
    Ok(session)
}

/// The minutes of a closed session as they were signed. They are made after the closing, so that
/// nobody waits for what is gathered: nothing changes any more. Whoever asks for them first makes them
/// when whoever closed was cut off in between.
pub async fn signed_minutes(app: &App, session: &Session) -> Result<Signed, Error> {
    let mut tx = app.db.read().await?;
    if let Some(signed) = store::find_minutes(&mut tx, session.id).await? {
        return Ok(signed);
    }
    match session.state {
        SessionState::Closed | SessionState::Validated => {}
        SessionState::Planned | SessionState::Open => return Err(Error::NoMinutes),
    }
    let closing = gather::closing(&mut tx, session.id).await?.ok_or(Error::NoMinutes)?;
    let facts = gather::gather(&mut tx, session, &closing).await?;
    drop(tx);
    let signed = minutes::sign(app, &facts, closing.by, closing.at);
    let mut tx = app.db.begin().await?;
    store::add_minutes(&mut tx, session.id, &signed).await?;
    let kept = store::find_minutes(&mut tx, session.id).await?;
    tx.commit().await?;
    kept.ok_or(Error::NoMinutes)
}

/// The minutes of a closed session as PDF. They are drawn of what was signed, each time the same
/// bytes, away from the threads that serve.
pub async fn minutes_pdf(
    app: &App,
    session: &Session,
    language: Language,
) -> Result<Vec<u8>, Error> {
    let signed = signed_minutes(app, session).await?;
    let draw = move || minutes_page::draw(&signed, language.as_str());
    Ok(app.workshop.run(draw).await?)
}
