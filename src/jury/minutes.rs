//! The minutes of a panel: the facts of what it decided, their signature, and the document.
//!
//! What is signed is the JSON text of [`Facts`], with Ed25519. The document is drawn from that very
//! text, which is attached to it.

use std::collections::BTreeMap;

use chrono::{NaiveDate, SecondsFormat};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Case, Error, Outcome, Panel, Seat, seat_of, store};
use crate::{
    app::App,
    base::{AttemptId, CaseId, PanelId, PersonId, SessionId, Timestamp},
    db::{DbError, Tx},
    document::{self, Attachment, Block, Column, DrawError, Paper, Table},
    enrolment, people,
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
    quorum: usize,
    cases: Vec<CaseFacts>,
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

/// The facts as they were signed.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Signed {
    /// The very text that was signed.
    pub(super) facts: String,
    /// The key.
    pub(super) key_id: Vec<u8>,
    /// Ed25519, 64 bytes.
    pub(super) signature: Vec<u8>,
}

impl Signed {
    /// SHA-256 of what was signed, in hexadecimal digits.
    pub(super) fn digest(&self) -> String {
        hex::encode(Sha256::digest(&self.facts))
    }
}

/// The minutes of a closed panel, for its jurors and whoever runs the platform.
pub async fn pdf(
    app: &App,
    person: PersonId,
    is_admin: bool,
    panel: PanelId,
    lang: &str,
) -> Result<Vec<u8>, Error> {
    let mut tx = app.db.read().await?;
    let seats = store::list_seats(&mut tx, panel).await?;
    if !is_admin && seat_of(&seats, person).is_none() {
        return Err(Error::NotFound);
    }
    let signed = store::find_minutes(&mut tx, panel).await?.ok_or(Error::NotFound)?;
    drop(tx);
    draw(signed, lang).await
}

/// Gathers the facts of a panel whose cases are all decided.
pub(super) async fn facts(
    tx: &mut Tx,
    session: &Session,
    panel: &Panel,
    seats: &[Seat],
    cases: &[Case],
    now: Timestamp,
) -> Result<Facts, DbError> {
    let scheme = session::scheme_of(tx, session).await?;
    let zone: Tz = session.time_zone.parse().unwrap_or(Tz::UTC);
    let local = |at: Timestamp| at.with_timezone(&zone).to_rfc3339_opts(SecondsFormat::Secs, false);
    let mut names = BTreeMap::new();
    for seat in seats {
        let person = people::find_person(tx, seat.person).await?;
        names.insert(seat.person, person.map(|p| p.display_name).unwrap_or_default());
    }
    let display = |president: bool| {
        seats
            .iter()
            .filter(move |seat| seat.president == president)
            .map(|seat| names[&seat.person].clone())
    };
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
        quorum: scheme.jury.quorum,
        cases: case_facts(tx, session, panel, cases, &names, local).await?,
    })
}

async fn case_facts(
    tx: &mut Tx,
    session: &Session,
    panel: &Panel,
    cases: &[Case],
    names: &BTreeMap<PersonId, String>,
    local: impl Fn(Timestamp) -> String,
) -> Result<Vec<CaseFacts>, DbError> {
    let mut candidates = BTreeMap::new();
    for place in enrolment::list_of_session(tx, session.id).await? {
        candidates.insert(place.id, place);
    }
    let mut places = BTreeMap::new();
    for stored in session::list_attempts(tx, session.id).await? {
        places.extend(candidates.remove(&stored.enrolment).map(|place| (stored.id, place)));
    }
    let mut votes: BTreeMap<CaseId, Vec<VoteFacts>> = BTreeMap::new();
    for (case, vote) in store::list_votes_of_panel(tx, panel.id).await? {
        votes.entry(case).or_default().push(VoteFacts {
            juror: names.get(&vote.juror).cloned().unwrap_or_default(),
            outcome: vote.choice.outcome,
            level: vote.choice.level,
            reason: vote.reason,
        });
    }
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
            votes: votes.remove(&case.id).unwrap_or_default(),
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

/// Draws the minutes in `lang`, away from the threads that serve.
pub(super) async fn draw(signed: Signed, lang: &str) -> Result<Vec<u8>, Error> {
    let lang = lang.to_owned();
    let drawn = tokio::task::spawn_blocking(move || draw_now(&signed, &lang)).await;
    Ok(drawn.map_err(|_| DbError::WorkerCrashed)??)
}

/// Draws the minutes from the very text that was signed.
fn draw_now(signed: &Signed, lang: &str) -> Result<Vec<u8>, DrawError> {
    let facts: Facts = serde_json::from_str(&signed.facts)
        .map_err(|cause| DrawError::Invalid(format!("minutes: {cause}")))?;
    let page = Page { facts: &facts, lang };
    let paper = Paper {
        title: page.say("Procès-verbal du jury", "Minutes of the jury"),
        subtitle: facts.scheme_title.get(lang).to_owned(),
        lang: lang.to_owned(),
        made_at: facts.made_at,
        landscape: false,
        footer: format!("{} · {}", facts.place, minute(&facts.starts_at)),
        blocks: page.blocks(signed),
    };
    document::archived(&paper, page.attachments(signed))
}

/// `2027-03-01T09:30:00+01:00` as `2027-03-01 09:30 (+01:00)`.
fn minute(at: &str) -> String {
    match (at.get(..10), at.get(11..16), at.get(19..)) {
        (Some(day), Some(time), Some(offset)) => format!("{day} {time} ({offset})"),
        _ => at.to_owned(),
    }
}

struct Page<'a> {
    facts: &'a Facts,
    lang: &'a str,
}

impl Page<'_> {
    fn say(&self, fr: &str, en: &str) -> String {
        if self.lang == "en" { en.to_owned() } else { fr.to_owned() }
    }

    fn level(&self, id: Option<&str>) -> String {
        let level = self.facts.levels.iter().find(|level| Some(level.id.as_str()) == id);
        level.map_or("—".to_owned(), |level| level.title.get(self.lang).to_owned())
    }

    fn outcome(&self, outcome: Outcome) -> String {
        match outcome {
            Outcome::Validated => self.say("Niveau validé", "Level validated"),
            Outcome::Changed => self.say("Niveau modifié", "Level changed"),
            Outcome::Refused => self.say("Refusé", "Refused"),
            Outcome::Cancelled => self.say("Annulé (technique)", "Cancelled (technical)"),
            Outcome::Rejected => self.say("Rejeté (fraude)", "Rejected (fraud)"),
        }
    }

    fn blocks(&self, signed: &Signed) -> Vec<Block> {
        let mut blocks = vec![
            Block::Facts(self.head()),
            Block::Heading(self.say("Décisions", "Decisions")),
            Block::Table(self.decisions()),
        ];
        let reasons = self.reasons();
        if !reasons.rows.is_empty() {
            blocks.push(Block::Heading(self.say("Votes et motifs", "Votes and reasons")));
            blocks.push(Block::Table(reasons));
        }
        blocks.push(Block::Heading(self.say("Signature électronique", "Electronic signature")));
        blocks.push(Block::Facts(self.signature(signed)));
        blocks
    }

    fn head(&self) -> Vec<(String, String)> {
        let facts = self.facts;
        let scheme = format!("{} ({})", facts.scheme_title.get(self.lang), facts.scheme_version);
        vec![
            (self.say("Certification", "Scheme"), scheme),
            (self.say("Lieu", "Place"), format!("{}, {}", facts.place, facts.room)),
            (self.say("Session du", "Session of"), minute(&facts.starts_at)),
            (self.say("Jury réuni le", "Panel convened"), minute(&facts.convened_at)),
            (self.say("Clos le", "Closed"), minute(&facts.closed_at)),
            (self.say("Présidence", "President"), facts.president.clone()),
            (self.say("Membres", "Members"), facts.jurors.join(", ")),
            (self.say("Quorum", "Quorum"), facts.quorum.to_string()),
            (self.say("Dossiers", "Cases"), facts.cases.len().to_string()),
        ]
    }

    fn decisions(&self) -> Table {
        let row = |case: &CaseFacts| {
            vec![
                case.number.to_string(),
                format!("{} {}", case.family_name, case.given_names),
                case.birth_date.to_string(),
                self.per_cent(case.coverage),
                self.level(case.proposed_level.as_deref()),
                self.outcome(case.outcome),
                self.level(case.level.as_deref()),
            ]
        };
        Table {
            columns: vec![
                Column::number(&self.say("N°", "No."), 0.8),
                Column::text(&self.say("Candidat", "Candidate"), 4.0),
                Column::text(&self.say("Né(e) le", "Born"), 1.8),
                Column::number(&self.say("Couv.", "Cov."), 1.4),
                Column::text(&self.say("Proposé", "Proposed"), 1.8),
                Column::text(&self.say("Décision", "Decision"), 2.4),
                Column::text(&self.say("Niveau", "Level"), 1.8),
            ],
            rows: self.facts.cases.iter().map(row).collect(),
            row_height_mm: 0.0,
        }
    }

    fn per_cent(&self, coverage: f64) -> String {
        let shown = format!("{:.1} %", coverage * 100.0);
        if self.lang == "en" { shown } else { shown.replace('.', ",") }
    }

    /// The votes that were not a plain validation of the proposal.
    fn reasons(&self) -> Table {
        let mut rows = Vec::new();
        for case in &self.facts.cases {
            for vote in &case.votes {
                if vote.outcome != Outcome::Validated || !vote.reason.is_empty() {
                    let mut says = self.outcome(vote.outcome);
                    if vote.level.is_some() {
                        says = format!("{says} : {}", self.level(vote.level.as_deref()));
                    }
                    rows.push(vec![
                        case.number.to_string(),
                        vote.juror.clone(),
                        says,
                        vote.reason.clone(),
                    ]);
                }
            }
        }
        Table {
            columns: vec![
                Column::number(&self.say("N°", "No."), 0.8),
                Column::text(&self.say("Juré", "Juror"), 3.0),
                Column::text(&self.say("Vote", "Vote"), 3.0),
                Column::text(&self.say("Motif", "Reason"), 6.0),
            ],
            rows,
            row_height_mm: 0.0,
        }
    }

    fn signature(&self, signed: &Signed) -> Vec<(String, String)> {
        let signature = hex::encode(&signed.signature);
        let (first, second) = signature.split_at(signature.len() / 2);
        vec![
            (self.say("Empreinte SHA-256", "SHA-256 digest"), signed.digest()),
            (self.say("Clé (Ed25519)", "Key (Ed25519)"), hex::encode(&signed.key_id)),
            (self.say("Signature", "Signature"), format!("{first} {second}")),
            (
                self.say("Texte signé", "Signed text"),
                self.say(
                    "joint à ce document : faits.json",
                    "attached to this document: facts.json",
                ),
            ),
        ]
    }

    fn attachments(&self, signed: &Signed) -> Vec<Attachment> {
        let attachment = |name: String, media: &str, fr: &str, en: &str, data: Vec<u8>| {
            Attachment { name, media_type: media.to_owned(), description: self.say(fr, en), data }
        };
        vec![
            attachment(
                self.say("faits.json", "facts.json"),
                "application/json",
                "Le texte signé",
                "The signed text",
                signed.facts.clone().into_bytes(),
            ),
            attachment(
                "signature.bin".to_owned(),
                "application/octet-stream",
                "La signature Ed25519 du texte",
                "The Ed25519 signature of the text",
                signed.signature.clone(),
            ),
        ]
    }
}
