//! Convening a panel: its seats, and a scored case for each attempt that was worked on to its end.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Case, Error, Panel, Refusal, rules, store};
use crate::{
    app::App,
    attempt::{self, PartRow, Stored, rules::AttemptState},
    base::{AttemptId, PanelId, PersonId, SessionId, Timestamp},
    board, centre,
    db::{DbError, Tx},
    item::{Form, draw_form, score_part},
    journal::{self, Actor, Event},
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
    let scored = score_all(app, session).await?;
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
    let cases = add_cases(app, &mut tx, &panel, scored, now).await?;
    let jurors: Vec<PersonId> = seats.iter().map(|seat| seat.person).collect();
    let entry = journal::Entry {
        session: session.id,
        at: now,
        actor: Actor::Person(admin),
        attempt: None,
        event: Event::PanelConvened { panel: panel.id, president, jurors, cases },
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

/// What an attempt brings before the jury.
struct Scored {
    attempt: AttemptId,
    score: Score,
    proposed_level: Option<String>,
}

/// Scores the attempts of a closed session, which change no more: nobody is kept waiting for it.
async fn score_all(app: &App, session: SessionId) -> Result<Vec<Scored>, Error> {
    let mut tx = app.db.read().await?;
    let session = session::find(&mut tx, session).await?.ok_or(Error::NotFound)?;
    check_session(&mut tx, &session).await?;
    drop(tx);
    // the journal goes on with the panel: what closed it is signed before
    board::signed_minutes(app, &session).await?;
    let mut tx = app.db.read().await?;
    let scheme = session::scheme_of(&mut tx, &session).await?;
    let mut attempts = attempt::list_attempts(&mut tx, session.id).await?;
    attempts.retain(has_case);
    let mut parts: BTreeMap<AttemptId, Vec<PartRow>> = BTreeMap::new();
    for row in attempt::list_parts_of_session(&mut tx, session.id).await? {
        parts.entry(row.attempt_id).or_default().push(row);
    }
    let mut answers: BTreeMap<(AttemptId, i32), Answers> = BTreeMap::new();
    for answer in attempt::list_current_answers_of_session(&mut tx, session.id).await? {
        let value = serde_json::from_str(&answer.value);
        let value = value.map_err(|cause| DbError::Decode(Box::new(cause)))?;
        let of_part = answers.entry((answer.attempt_id, answer.part)).or_default();
        of_part.insert(answer.item_id, value);
    }
    drop(tx);
    let work = move || {
        let score = |stored: &Stored| {
            let begun = parts.get(&stored.id).map_or(&[][..], Vec::as_slice);
            let score = score(&scheme, stored, begun, &answers)?;
            let proposed_level = scheme::propose(&scheme, &score).level;
            Ok(Scored { attempt: stored.id, score, proposed_level })
        };
        attempts.iter().map(score).collect()
    };
    app.workshop.run(work).await
}

/// The answers to a part, by item.
type Answers = BTreeMap<String, Value>;

/// Scores an attempt. A part that was never begun counts with the form it would have had.
fn score(
    scheme: &Scheme,
    stored: &Stored,
    begun: &[PartRow],
    answers: &BTreeMap<(AttemptId, i32), Answers>,
) -> Result<Score, Error> {
    let none = Answers::new();
    let mut parts = Vec::new();
    for part in &scheme.parts {
        let row = begun.iter().find(|row| row.part == part.part);
        let form: Form = match row {
            Some(row) => row.form()?,
            None => draw_form(scheme, part.part, stored.seed),
        };
        let answers = answers.get(&(stored.id, part.part)).unwrap_or(&none);
        parts.push(score_part(scheme, part.part, &form, stored.seed, answers));
    }
    Ok(Score::of(parts))
}

/// Makes the cases, in an order that tells nothing of the list of candidates.
async fn add_cases(
    app: &App,
    tx: &mut Tx,
    panel: &Panel,
    mut scored: Vec<Scored>,
    now: Timestamp,
) -> Result<usize, Error> {
    scored.sort_by_cached_key(|_| app.chance.bytes::<8>());
    let cases = scored.len();
    for (number, Scored { attempt, score, proposed_level }) in (1..).zip(scored) {
        let id = app.chance.id(now);
        let case =
            Case { id, panel: panel.id, attempt, number, proposed_level, score, decision: None };
        store::add_case(tx, &case).await?;
    }
    Ok(cases)
}
