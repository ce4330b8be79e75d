//! The minutes of a panel: the facts of what it decided, their signature, and the document.
//!
//! What is signed is the JSON text of [`Facts`], with Ed25519. The document is drawn from that very
//! text, which is attached to it.
//!
//! Format: `docs/FORMATS.md`, section 7.

mod page;

use std::collections::BTreeMap;

use chrono::{NaiveDate, SecondsFormat};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::{
    Case, Error, Outcome, Panel, PanelAccess, Standing, Vote,
    bench::{Bench, Seated},
    signed::Signed,
    store,
};
use crate::{
    app::App,
    attempt,
    base::{AttemptId, CaseId, Language, PanelId, PersonId, SessionId, Timestamp},
    db::{DbError, Tx},
    document::DrawError,
    enrolment,
    people::Names,
    scheme::{Level, Text},
    session::{self, Session},
};

/// The first words of the facts, so that a signature over them is good for nothing else.
pub const FORMAT: &str = "jurat panel minutes v1";

/// The facts of a deliberation. Instants carry the offset of the session's zone.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Facts {
    format: String,
    panel: PanelId,
    session: SessionId,
    place: String,
    room: String,
    starts_at: String,
    scheme: String,
    scheme_version: String,
    scheme_title: Text,
    levels: Vec<Level>,
    convened_at: String,
    closed_at: String,
    made_at: Timestamp,
    president: String,
    jurors: Vec<String>,
    /// Those of them whose votes did not count when the panel closed; minutes of before have none.
    #[serde(default)]
    not_counted: Vec<NotCounted>,
    quorum: usize,
    cases: Vec<CaseFacts>,
}

/// A member of the panel who judges no longer.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct NotCounted {
    juror: String,
    because: Standing,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct CaseFacts {
    case: CaseId,
    attempt: AttemptId,
    number: i32,
    family_name: String,
    given_names: String,
    birth_date: NaiveDate,
    coverage: f64,
    proposed_level: Option<String>,
    outcome: Outcome,
    level: Option<String>,
    reason: String,
    decided_at: String,
    votes: Vec<VoteFacts>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct VoteFacts {
    juror: String,
    outcome: Outcome,
    level: Option<String>,
    reason: String,
}

/// The minutes of a closed panel, in the language of the session unless another is asked for. They
/// are drawn of what was signed, each time the same bytes, away from the threads that serve.
pub async fn pdf(
    app: &App,
    access: &PanelAccess,
    language: Option<Language>,
) -> Result<Vec<u8>, Error> {
    let mut tx = app.db.read().await?;
    let panel = store::find_panel(&mut tx, access.panel()).await?.ok_or(Error::NotFound)?;
    let signed = store::find_minutes(&mut tx, panel.id).await?.ok_or(Error::NotFound)?;
    let session = session::find(&mut tx, panel.session).await?.ok_or(Error::NotFound)?;
    drop(tx);
    let language = language.unwrap_or(session.language);
    Ok(app.workshop.run(move || page::draw(&signed, language.as_str())).await?)
}

/// Gathers the facts of a panel whose cases are all decided.
pub(super) async fn facts(
    tx: &mut Tx,
    session: &Session,
    panel: &Panel,
    bench: &Bench,
    cases: &[Case],
    now: Timestamp,
) -> Result<Facts, DbError> {
    let scheme = session::scheme_of(tx, session).await?;
    let zone: Tz = session.time_zone.parse().unwrap_or(Tz::UTC);
    let local = |at: Timestamp| at.with_timezone(&zone).to_rfc3339_opts(SecondsFormat::Secs, false);
    let (mut known, mut names) = (Names::default(), BTreeMap::new());
    known.know(tx, bench.all().iter().map(|seated| seated.seat.person)).await?;
    for seated in bench.all() {
        names.insert(seated.seat.person, known.of(tx, seated.seat.person).await?);
    }
    let name = |seated: &Seated| names[&seated.seat.person].clone();
    let display =
        |president| bench.all().iter().filter(move |s| s.seat.president == president).map(name);
    let not_counted = bench.all().iter().filter(|seated| !seated.counts);
    Ok(Facts {
        format: FORMAT.to_owned(),
        panel: panel.id,
        session: session.id,
        place: session.place.clone(),
        room: session.room.clone(),
        starts_at: local(session.starts_at),
        scheme: scheme.id.clone(),
        scheme_version: scheme.version.clone(),
        scheme_title: scheme.title.clone(),
        levels: scheme.levels.clone(),
        convened_at: local(panel.created_at),
        closed_at: local(now),
        made_at: now,
        president: display(true).collect(),
        jurors: display(false).collect(),
        not_counted: not_counted
            .map(|seated| NotCounted { juror: name(seated), because: seated.standing })
            .collect(),
        quorum: scheme.jury.quorum,
        cases: case_facts(tx, session, (panel, bench), cases, &names, local).await?,
    })
}

async fn case_facts(
    tx: &mut Tx,
    session: &Session,
    (panel, bench): (&Panel, &Bench),
    cases: &[Case],
    names: &BTreeMap<PersonId, String>,
    local: impl Fn(Timestamp) -> String,
) -> Result<Vec<CaseFacts>, DbError> {
    let mut candidates = BTreeMap::new();
    for place in enrolment::list_of_session(tx, session.id).await? {
        candidates.insert(place.id, place);
    }
    let mut places = BTreeMap::new();
    for stored in attempt::list_attempts(tx, session.id).await? {
        places.extend(candidates.remove(&stored.enrolment).map(|place| (stored.id, place)));
    }
    let mut votes = bench.counted_of(store::list_votes_of_panel(tx, panel.id).await?);
    let vote_facts = |vote: Vote| VoteFacts {
        juror: names.get(&vote.juror).cloned().unwrap_or_default(),
        outcome: vote.choice.outcome,
        level: vote.choice.level,
        reason: vote.reason,
    };
    let mut facts = Vec::new();
    for case in cases {
        let decision = case.decision.as_ref().ok_or(DbError::RowNotFound)?;
        let place = places.get(&case.attempt).ok_or(DbError::RowNotFound)?;
        facts.push(CaseFacts {
            case: case.id,
            attempt: case.attempt,
            number: case.number,
            family_name: place.family_name.clone(),
            given_names: place.given_names.clone(),
            birth_date: place.birth_date,
            coverage: case.score.coverage,
            proposed_level: case.proposed_level.clone(),
            outcome: decision.outcome,
            level: decision.level.clone(),
            reason: decision.reason.clone(),
            decided_at: local(decision.at),
            votes: votes.remove(&case.id).into_iter().flatten().map(vote_facts).collect(),
        });
    }
    Ok(facts)
}

/// Signs the facts.
pub(super) fn sign(app: &App, facts: &Facts) -> Result<Signed, DrawError> {
    let invalid = |cause: serde_json::Error| DrawError::Invalid(format!("minutes: {cause}"));
    // A JSON value keeps its members sorted.
    let facts = serde_json::to_value(facts).map_err(invalid)?.to_string();
    Ok(Signed {
        key_id: app.signer.key_id().to_vec(),
        signature: app.signer.sign(facts.as_bytes()).to_vec(),
        facts,
    })
}
