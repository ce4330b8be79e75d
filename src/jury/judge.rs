//! Voting on a case, and the president's decision.

use serde_json::json;

use super::{
    Case, Choice, Decision, Error, Outcome, Panel, Refusal, Seat, Vote, rules, seat_of, store,
};
use crate::{
    app::App,
    base::{CaseId, PersonId, Timestamp},
    db::{DbError, Tx},
    journal::{self, Actor},
    scheme::{self, Scheme},
    session,
};

/// A case that is open, with everything that decides of it, held until the commit.
struct Open {
    panel: Panel,
    seats: Vec<Seat>,
    seat: Seat,
    case: Case,
    scheme: std::borrow::Cow<'static, Scheme>,
}

async fn open(tx: &mut Tx, person: PersonId, case: CaseId) -> Result<Open, Error> {
    let panel = store::find_case(tx, case).await?.ok_or(Error::NotFound)?.panel;
    let panel = store::lock_panel(tx, panel).await?.ok_or(Error::NotFound)?;
    let case = store::find_case(tx, case).await?.ok_or(Error::NotFound)?;
    let seats = store::list_seats(tx, panel.id).await?;
    let seat = seat_of(&seats, person).ok_or(Error::NotFound)?;
    if case.decision.is_some() || panel.closed_at.is_some() {
        return Err(Refusal::AlreadyDecided.into());
    }
    let session = session::find(tx, panel.session).await?.ok_or(Error::NotFound)?;
    let scheme = session::scheme_of(tx, &session).await?;
    Ok(Open { panel, seats, seat, case, scheme })
}

/// Casts a juror's vote, or changes it. The votes may decide the case.
pub async fn cast_vote(
    app: &App,
    juror: PersonId,
    case: CaseId,
    outcome: Outcome,
    level: Option<&str>,
    reason: &str,
) -> Result<(), Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let open = open(&mut tx, juror, case).await?;
    let proposed = open.case.proposed_level.as_deref();
    let (choice, reason) = rules::check_vote(&open.scheme, proposed, outcome, level, reason)?;
    store::put_vote(&mut tx, case, &Vote { juror, choice, reason }, now).await?;
    let body = json!({ "case": case, "number": open.case.number });
    tell(&mut tx, &open, "vote_cast", body, now).await?;
    let votes = store::list_votes(&mut tx, case).await?;
    if let Some(choice) = rules::decided(&open.scheme.jury, &open.seats, &votes) {
        put_decision(&mut tx, &open, &votes, &choice, "votes", now).await?;
    }
    tx.commit().await?;
    app.bell.ring(open.panel.session);
    Ok(())
}

/// Decides a case on which a quorum, but not all, have voted. For the president.
pub async fn decide(app: &App, person: PersonId, case: CaseId) -> Result<(), Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let open = open(&mut tx, person, case).await?;
    if !open.seat.president {
        return Err(Error::NotPresident);
    }
    let votes = store::list_votes(&mut tx, case).await?;
    let choice = rules::decided_by_president(&open.scheme.jury, &open.seats, &votes)?;
    put_decision(&mut tx, &open, &votes, &choice, "president", now).await?;
    tx.commit().await?;
    app.bell.ring(open.panel.session);
    Ok(())
}

async fn put_decision(
    tx: &mut Tx,
    open: &Open,
    votes: &[Vote],
    choice: &Choice,
    by: &str,
    now: Timestamp,
) -> Result<(), DbError> {
    let proposed = open.case.proposed_level.as_deref();
    let decision = Decision {
        outcome: choice.outcome,
        level: scheme::combine(&open.scheme, proposed, choice.level.as_deref()),
        reason: rules::reason(&open.seats, votes, choice),
        at: now,
    };
    store::put_decision(tx, open.case.id, &decision).await?;
    let body = json!({ "case": open.case.id, "number": open.case.number, "by": by });
    tell(tx, open, "case_decided", body, now).await
}

/// Neither entry says what was voted or decided: the journal is open to the centre.
async fn tell(
    tx: &mut Tx,
    open: &Open,
    kind: &str,
    body: serde_json::Value,
    now: Timestamp,
) -> Result<(), DbError> {
    let entry = journal::Entry {
        session: open.panel.session,
        at: now,
        actor: Actor::Person(open.seat.person),
        kind,
        attempt: None,
        body,
    };
    journal::append(tx, &entry).await.map(|_| ())
}
