//! Closing a panel: every case is decided, the minutes are signed, what was cancelled
//! or rejected is voided, the session is validated.

use super::{
    Case, Decision, Error, Panel, PanelAccess, Refusal,
    bench::Bench,
    judge::{self, tell},
    minutes, rules,
    signed::Signed,
    store,
};
use crate::{
    app::App,
    attempt,
    base::Timestamp,
    db::{DbError, Tx},
    journal::{self, Actor, DecidedCase, Event},
    scheme::Scheme,
    session,
};

/// Closes the panel. For its president. A decision that rests on the vote of somebody who judges no
/// longer does not stand: its case is open again.
///
/// # Errors
/// [`Refusal::CasesOpenAgain`] when there was such a decision; what is open again stays so.
pub async fn close(app: &App, access: &PanelAccess) -> Result<(), Error> {
    loop {
        let now = app.clock.now();
        let prepared = prepare(app, access, now).await?;
        // once more when somebody judged meanwhile
        if close_as(app, access, prepared, now).await? {
            return Ok(());
        }
    }
}

/// The minutes of a panel as it was seen, signed before anybody is kept waiting.
struct Prepared {
    bench: Bench,
    cases: Vec<Case>,
    signed: Signed,
}

async fn prepare(
    app: &App,
    access: &PanelAccess,
    now: Timestamp,
) -> Result<Option<Prepared>, Error> {
    let mut tx = app.db.read().await?;
    let panel = store::find_panel(&mut tx, access.panel()).await?.ok_or(Error::NotFound)?;
    let cases = store::list_cases(&mut tx, panel.id).await?;
    if panel.closed_at.is_some() || cases.iter().any(|case| case.decision.is_none()) {
        return Ok(None);
    }
    let bench = Bench::of(&mut tx, &panel).await?;
    let session = session::find(&mut tx, panel.session).await?.ok_or(Error::NotFound)?;
    let facts = minutes::facts(&mut tx, &session, &panel, &bench, &cases, now).await?;
    drop(tx);
    let signed = minutes::sign(app, &facts)?;
    Ok(Some(Prepared { bench, cases, signed }))
}

/// Closes the panel with the minutes that were prepared. Returns whether it is what they tell of.
async fn close_as(
    app: &App,
    access: &PanelAccess,
    prepared: Option<Prepared>,
    now: Timestamp,
) -> Result<bool, Error> {
    let mut tx = app.db.begin().await?;
    let panel = store::lock_panel(&mut tx, access.panel()).await?.ok_or(Error::NotFound)?;
    let bench = Bench::of(&mut tx, &panel).await?;
    if !bench.seat_of(access.person())?.president {
        return Err(Error::NotPresident);
    }
    if panel.closed_at.is_some() {
        return Err(Refusal::PanelClosed.into());
    }
    let session = session::lock(&mut tx, panel.session).await?.ok_or(Error::NotFound)?;
    let scheme = session::scheme_of(&mut tx, &session).await?;
    let cases = store::list_cases(&mut tx, panel.id).await?;
    let again = open_again(&mut tx, &scheme, &panel, &bench, &cases, now).await?;
    if !again.is_empty() {
        tx.commit().await?;
        app.bell.ring(session.id);
        return Err(Refusal::CasesOpenAgain { cases: again }.into());
    }
    let open = cases.iter().filter(|case| case.decision.is_none()).count();
    if open > 0 {
        return Err(Refusal::OpenCases { open }.into());
    }
    let as_seen = |seen: &Prepared| seen.bench == bench && seen.cases == cases;
    let Some(Prepared { signed, .. }) = prepared.filter(as_seen) else { return Ok(false) };
    for seated in bench.all().iter().filter(|seated| !seated.counts) {
        store::put_not_counted(&mut tx, panel.id, seated.seat.person).await?;
    }
    store::put_closed(&mut tx, panel.id, &signed, now).await?;
    let voided: Vec<_> = decided(&cases)
        .filter(|(_, decision)| decision.outcome.voids())
        .map(|(case, _)| case.attempt)
        .collect();
    let president = Actor::Person(access.person());
    attempt::void_all(&mut tx, &voided, &signed.digest(), president, now).await?;
    session::put_validated(&mut tx, session.id).await?;
    let entry = journal::Entry {
        session: session.id,
        at: now,
        actor: president,
        attempt: None,
        event: told(&panel, signed.digest(), &cases),
    };
    journal::append(&mut tx, &entry).await?;
    tx.commit().await?;
    app.bell.ring(session.id);
    Ok(true)
}

/// The cases that are decided, with what was decided.
fn decided(cases: &[Case]) -> impl Iterator<Item = (&Case, &Decision)> {
    cases.iter().filter_map(|case| case.decision.as_ref().map(|decision| (case, decision)))
}

/// What the journal tells of a panel that closes.
fn told(panel: &Panel, minutes: String, cases: &[Case]) -> Event {
    let decided = decided(cases).map(|(case, decision)| DecidedCase {
        attempt: case.attempt,
        number: case.number,
        outcome: decision.outcome,
        level: decision.level.clone(),
    });
    Event::PanelClosed { panel: panel.id, minutes, decided: decided.collect() }
}

/// Opens those cases again whose decision is not what the votes that count settle. Returns their
/// numbers.
async fn open_again(
    tx: &mut Tx,
    scheme: &Scheme,
    panel: &Panel,
    bench: &Bench,
    cases: &[Case],
    now: Timestamp,
) -> Result<Vec<i32>, DbError> {
    let (seats, mut again) = (bench.judging(), Vec::new());
    let mut votes = bench.counted_of(store::list_votes_of_panel(tx, panel.id).await?);
    for (case, decided) in decided(cases) {
        let votes = votes.remove(&case.id).unwrap_or_default();
        let settled = rules::settled(&scheme.jury, &seats, &votes)
            .map(|choice| judge::decision(scheme, case, (&seats, &votes), &choice, decided.at));
        if settled.as_ref() != Some(decided) {
            store::remove_decision(tx, case.id).await?;
            tell(tx, panel, Event::CaseReopened { number: case.number }, now).await?;
            again.push(case.number);
        }
    }
    Ok(again)
}
