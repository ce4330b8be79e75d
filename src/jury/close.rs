//! Closing a panel: every case is decided, the minutes are signed, what was cancelled
//! or rejected is voided, the session is validated.

use serde_json::json;

use super::{Error, Refusal, minutes, seat_of, store};
use crate::{
    app::App,
    base::{PanelId, PersonId},
    journal::{self, Actor},
    session,
};

/// Closes the panel. For its president.
pub async fn close(app: &App, person: PersonId, panel: PanelId) -> Result<(), Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let panel = store::lock_panel(&mut tx, panel).await?.ok_or(Error::NotFound)?;
    let seats = store::list_seats(&mut tx, panel.id).await?;
    let seat = seat_of(&seats, person).ok_or(Error::NotFound)?;
    if !seat.president {
        return Err(Error::NotPresident);
    }
    if panel.closed_at.is_some() {
        return Err(Refusal::PanelClosed.into());
    }
    let session = session::lock(&mut tx, panel.session).await?.ok_or(Error::NotFound)?;
    let cases = store::list_cases(&mut tx, panel.id).await?;
    let open = cases.iter().filter(|case| case.decision.is_none()).count();
    if open > 0 {
        return Err(Refusal::OpenCases { open }.into());
    }
    let facts = minutes::facts(&mut tx, &session, &panel, &seats, &cases, now).await?;
    let signed = minutes::sign(app, &facts)?;
    store::put_closed(&mut tx, panel.id, &signed, now).await?;
    let voided: Vec<_> = cases
        .iter()
        .filter(|case| case.decision.as_ref().is_some_and(|decision| decision.outcome.voids()))
        .map(|case| case.attempt)
        .collect();
    let president = Actor::Person(person);
    session::void_all(&mut tx, &voided, &signed.digest(), president, now).await?;
    session::put_validated(&mut tx, session.id).await?;
    let decided: Vec<_> = cases
        .iter()
        .filter_map(|case| case.decision.as_ref().map(|decision| (case, decision)))
        .map(|(case, decision)| {
            json!({ "attempt": case.attempt, "number": case.number, "outcome": decision.outcome,
                    "level": decision.level })
        })
        .collect();
    let entry = journal::Entry {
        session: session.id,
        at: now,
        actor: president,
        kind: "panel_closed",
        attempt: None,
        body: json!({ "panel": panel.id, "minutes": signed.digest(), "decided": decided }),
    };
    journal::append(&mut tx, &entry).await?;
    tx.commit().await?;
    app.bell.ring(session.id);
    Ok(())
}
