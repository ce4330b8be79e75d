//! Voting on a case, and the president's decision.

use super::{
    Case, Choice, Decision, Error, Outcome, Panel, Refusal, Seat, Vote, bench::Bench, rules, store,
};
use crate::{
    app::App,
    base::{CaseId, PersonId, Timestamp},
    db::{DbError, Tx},
    journal::{self, Actor, Event},
    scheme::{self, Scheme},
    session,
};

/// A case that is open, with everything that decides of it, held until the commit.
struct Open {
    panel: Panel,
    bench: Bench,
    seat: Seat,
    case: Case,
    scheme: std::sync::Arc<Scheme>,
}

async fn open(tx: &mut Tx, person: PersonId, case: CaseId) -> Result<Open, Error> {
    let panel = store::find_case(tx, case).await?.ok_or(Error::NotFound)?.panel;
    let panel = store::lock_panel(tx, panel).await?.ok_or(Error::NotFound)?;
    let case = store::find_case(tx, case).await?.ok_or(Error::NotFound)?;
    let bench = Bench::of(tx, &panel).await?;
    let seat = bench.seat_of(person)?;
    if case.decision.is_some() || panel.closed_at.is_some() {
        return Err(Refusal::AlreadyDecided.into());
    }
    let session = session::find(tx, panel.session).await?.ok_or(Error::NotFound)?;
    let scheme = session::scheme_of(tx, &session).await?;
    Ok(Open { panel, bench, seat, case, scheme })
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
    let votes = open.bench.counted(store::list_votes(&mut tx, case).await?);
    let event = Event::VoteCast { number: open.case.number, votes: votes.len() };
    tell(&mut tx, &open.panel, event, now).await?;
    let choice = rules::decided(&open.scheme.jury, &open.bench.judging(), &votes);
    if let Some(choice) = choice {
        put_decision(&mut tx, &open, &votes, &choice, now).await?;
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
    let votes = open.bench.counted(store::list_votes(&mut tx, case).await?);
    let seats = open.bench.judging();
    let choice = rules::decided_by_president(&open.scheme.jury, &seats, &votes)?;
    put_decision(&mut tx, &open, &votes, &choice, now).await?;
    tx.commit().await?;
    app.bell.ring(open.panel.session);
    Ok(())
}

/// What is decided of a case when these votes settle on `choice`.
pub(super) fn decision(
    scheme: &Scheme,
    case: &Case,
    (seats, votes): (&[Seat], &[Vote]),
    choice: &Choice,
    at: Timestamp,
) -> Decision {
    let proposed = case.proposed_level.as_deref();
    Decision {
        outcome: choice.outcome,
        level: scheme::combine(scheme, proposed, choice.level.as_deref()),
        reason: rules::reason(seats, votes, choice),
        at,
    }
}

async fn put_decision(
    tx: &mut Tx,
    open: &Open,
    votes: &[Vote],
    choice: &Choice,
    now: Timestamp,
) -> Result<(), DbError> {
    let seats = open.bench.judging();
    let decision = decision(&open.scheme, &open.case, (&seats, votes), choice, now);
    store::put_decision(tx, open.case.id, &decision).await?;
    tell(tx, &open.panel, Event::CaseDecided { number: open.case.number }, now).await
}

/// Writes what the jury did. The journal is open to the centre: no entry says who did it, what was
/// voted, or which case it is beyond its number.
pub(super) async fn tell(
    tx: &mut Tx,
    panel: &Panel,
    event: Event,
    at: Timestamp,
) -> Result<(), DbError> {
    let session = panel.session;
    let entry = journal::Entry { session, at, actor: Actor::Jury, attempt: None, event };
    journal::append(tx, &entry).await.map(|_| ())
}
