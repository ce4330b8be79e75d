//! Convening a panel: its seats, and a scored case for each attempt that was worked on to its end.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Case, Error, Panel, Refusal, rules, store};
use crate::{
    app::App,
    attempt::{self, PartRow, Stored, rules::AttemptState},
    base::{AttemptId, PanelId, PersonId, SessionId, Timestamp},
    centre,
    db::{DbError, Tx},
    item::{Form, draw_form, score_part},
    journal::{self, Actor},
    people::{self, Role},
    scheme::{self, Scheme, Score},
    session::{self, Session, SessionState},
};

/// Convenes the panel of a closed session. The caller runs the platform and takes no seat.
pub async fn convene(
    app: &App,
    admin: PersonId,
    session: SessionId,
    president: PersonId,
    others: &[PersonId],
) -> Result<PanelId, Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let session = session::lock(&mut tx, session).await?.ok_or(Error::NotFound)?;
    check_session(&mut tx, &session).await?;
    let scheme = session::scheme_of(&mut tx, &session).await?;
    let all: BTreeSet<_> = others.iter().copied().chain([president]).collect();
    let jurors = people::list_holding(&mut tx, all.iter().copied(), Role::Juror).await?;
    let members = centre::list_member_ids(&mut tx, session.centre).await?;
    let are_jurors = jurors.len() == all.len();
    let of_the_centre = all.iter().any(|person| members.contains(person));
    let named = (president, others);
    let seats = rules::seat(&scheme.jury, admin, named, are_jurors, of_the_centre)?;
    let panel =
        Panel { id: app.chance.id(now), session: session.id, created_at: now, closed_at: None };
    store::add_panel(&mut tx, &panel, &seats).await?;
    let cases = add_cases(app, &mut tx, &scheme, &panel, now).await?;
    let jurors: Vec<PersonId> = seats.iter().map(|seat| seat.person).collect();
    let entry = journal::Entry {
        session: session.id,
        at: now,
        actor: Actor::Person(admin),
        kind: "panel_convened",
        attempt: None,
        body: json!({ "panel": panel.id, "president": president, "jurors": jurors, "cases": cases }),
    };
    journal::append(&mut tx, &entry).await?;
    tx.commit().await?;
    app.bell.ring(session.id);
    Ok(panel.id)
}

async fn check_session(tx: &mut Tx, session: &Session) -> Result<(), Error> {
    if store::find_panel_of(tx, session.id).await?.is_some() {
        return Err(Refusal::AlreadyConvened.into());
    }
    match session.state {
        SessionState::Closed => Ok(()),
        SessionState::Planned | SessionState::Open | SessionState::Validated => {
            Err(Refusal::SessionNotClosed.into())
        }
    }
}

/// Whether an attempt comes before the jury: it was handed in, or ended by staff.
fn has_case(stored: &Stored) -> bool {
    matches!(stored.attempt.state.ended(), AttemptState::Submitted | AttemptState::Terminated)
}

/// Makes the cases, in an order that tells nothing of the list of candidates.
async fn add_cases(
    app: &App,
    tx: &mut Tx,
    scheme: &Scheme,
    panel: &Panel,
    now: Timestamp,
) -> Result<usize, Error> {
    let mut attempts = attempt::list_attempts(tx, panel.session).await?;
    attempts.retain(has_case);
    attempts.sort_by_cached_key(|_| app.chance.bytes::<8>());
    let mut parts: BTreeMap<AttemptId, Vec<PartRow>> = BTreeMap::new();
    for row in attempt::list_parts_of_session(tx, panel.session).await? {
        parts.entry(row.attempt_id).or_default().push(row);
    }
    for (number, stored) in (1..).zip(&attempts) {
        let begun = parts.get(&stored.id).map_or(&[][..], Vec::as_slice);
        let score = score(tx, scheme, stored, begun).await?;
        let case = Case {
            id: app.chance.id(now),
            panel: panel.id,
            attempt: stored.id,
            number,
            proposed_level: scheme::propose(scheme, &score).level,
            score,
            decision: None,
        };
        store::add_case(tx, &case).await?;
    }
    Ok(attempts.len())
}

/// Scores an attempt. A part that was never begun counts with the form it would have had.
async fn score(
    tx: &mut Tx,
    scheme: &Scheme,
    stored: &Stored,
    begun: &[PartRow],
) -> Result<Score, DbError> {
    let mut parts = Vec::new();
    for part in &scheme.parts {
        let row = begun.iter().find(|row| row.part == part.part);
        let form: Form = match row {
            Some(row) => row.form()?,
            None => draw_form(scheme, part.part, stored.seed),
        };
        let answers = current_answers(tx, stored.id, part.part).await?;
        parts.push(score_part(scheme, part.part, &form, stored.seed, &answers));
    }
    Ok(Score::of(parts))
}

async fn current_answers(
    tx: &mut Tx,
    attempt: AttemptId,
    part: i32,
) -> Result<BTreeMap<String, Value>, DbError> {
    let mut answers = BTreeMap::new();
    for answer in attempt::list_current_answers(tx, attempt, part).await? {
        let value = serde_json::from_str(&answer.value);
        answers.insert(answer.item_id, value.map_err(|e| DbError::Decode(Box::new(e)))?);
    }
    Ok(answers)
}
