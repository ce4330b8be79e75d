//! The papers of the room: the sheet that candidates sign, and what an invigilator needs at hand.

use std::sync::Arc;

use super::{
    Error,
    access::Access,
    frozen::scheme_of,
    view::{Detail, detail},
};
use crate::{
    app::App,
    base::Timestamp,
    document::{self, Block, Column, Paper, Table, dates},
    enrolment::{self, Enrolment, ExtraTime},
    scheme::{Scheme, Text},
};

/// Candidates on one page of the attendance sheet.
const ROWS_A_PAGE: usize = 20;
/// The height of a row to sign in: twenty of them and the places to sign fill the first page.
const ROW_MM: f32 = 8.4;

/// What the papers are made from.
#[derive(Debug, Clone)]
pub struct Room {
    /// The session.
    pub detail: Detail,
    /// Its scheme, as frozen.
    pub scheme: Arc<Scheme>,
    /// Its candidates, by name.
    pub candidates: Vec<Enrolment>,
    /// When the paper is made.
    pub made_at: Timestamp,
}

/// The attendance sheet as a PDF.
pub async fn attendance_sheet(app: &App, access: &Access, lang: &str) -> Result<Vec<u8>, Error> {
    let (room, lang) = (load(app, access).await?, lang.to_owned());
    Ok(app.workshop.run(move || document::working(&attendance(&room, &lang))).await?)
}

/// The invigilator's kit as a PDF.
pub async fn invigilators_kit(app: &App, access: &Access, lang: &str) -> Result<Vec<u8>, Error> {
    let (room, lang) = (load(app, access).await?, lang.to_owned());
    Ok(app.workshop.run(move || document::working(&kit(&room, &lang))).await?)
}

async fn load(app: &App, access: &Access) -> Result<Room, Error> {
    let detail = detail(app, access).await?;
    let mut tx = app.db.read().await?;
    let candidates = enrolment::list_of_session(&mut tx, access.session().id).await?;
    let scheme = scheme_of(&mut tx, access.session()).await?;
    Ok(Room { detail, scheme, candidates, made_at: app.clock.now() })
}

/// The French or the English of two.
fn pick(lang: &str, fr: &str, en: &str) -> String {
    if lang == "en" { en.to_owned() } else { fr.to_owned() }
}

fn in_lang(lang: &str, text: &Text) -> String {
    pick(lang, &text.fr, &text.en)
}

impl Room {
    fn paper(&self, lang: &str, title: String, blocks: Vec<Block>) -> Paper {
        let summary = &self.detail.summary;
        let session = &summary.session;
        let made = self.told(self.made_at, lang);
        Paper {
            title,
            subtitle: format!("{} · {}", in_lang(lang, &summary.scheme_title), summary.centre_name),
            lang: lang.to_owned(),
            made_at: self.made_at,
            landscape: false,
            footer: format!(
                "{} · {} · {} {made}",
                session.place,
                session.room,
                pick(lang, "établi le", "made on")
            ),
            blocks,
        }
    }

    fn told(&self, at: Timestamp, lang: &str) -> String {
        dates::moment(&at.with_timezone(&self.zone()), lang)
    }

    fn zone(&self) -> chrono_tz::Tz {
        self.detail.summary.session.time_zone.parse().unwrap_or(chrono_tz::Tz::UTC)
    }

    /// Where, when, who watches.
    fn facts(&self, lang: &str) -> Block {
        let session = &self.detail.summary.session;
        let names: Vec<_> =
            self.detail.invigilators.iter().map(|person| person.display_name.as_str()).collect();
        let invigilators =
            if names.is_empty() { "________________".to_owned() } else { names.join(", ") };
        let start = format!("{} · {}", self.told(session.starts_at, lang), self.zone());
        Block::Facts(vec![
            (pick(lang, "Lieu", "Place"), format!("{} · {}", session.place, session.room)),
            (pick(lang, "Début", "Start"), start),
            (pick(lang, "Surveillance", "Invigilators"), invigilators),
            (pick(lang, "Inscrits", "Enrolled"), self.candidates.len().to_string()),
        ])
    }
}

/// The sheet that candidates sign: twenty on a page, each page with the facts of the session. What no
/// candidate has is no column.
pub fn attendance(room: &Room, lang: &str) -> Paper {
    let places = || room.candidates.iter();
    let with_id = places().any(|place| !place.external_id.is_empty());
    let with_time = places().any(|place| place.extra_time != ExtraTime::NONE);
    let mut columns = vec![
        Column::number("N°", 6.3),
        Column::text(&pick(lang, "Nom", "Family name"), 24.0),
        Column::text(&pick(lang, "Prénoms", "Given names"), 18.0),
        Column::text(&pick(lang, "Né(e) le", "Birth date"), 14.5),
    ];
    columns.extend(with_id.then(|| Column::text(&pick(lang, "Identifiant", "External id"), 13.0)));
    columns.extend(with_time.then(|| Column::text(&pick(lang, "Temps maj.", "Extra time"), 13.5)));
    columns.push(Column::text("Signature", 20.0));
    let row = |(place, number): (&Enrolment, usize)| {
        let mut row = vec![
            number.to_string(),
            place.family_name.clone(),
            place.given_names.clone(),
            dates::short_day(place.birth_date, lang),
        ];
        row.extend(with_id.then(|| place.external_id.clone()));
        row.extend(with_time.then(|| place.extra_time.to_string()));
        row.push(String::new());
        row
    };
    let rows: Vec<_> = places().zip(1..).map(row).collect();
    let mut blocks = Vec::new();
    for page in rows.chunks(ROWS_A_PAGE) {
        if !blocks.is_empty() {
            blocks.push(Block::NewPage);
        }
        blocks.push(room.facts(lang));
        blocks.push(table_to_sign(columns.clone(), page.to_vec()));
    }
    if blocks.is_empty() {
        blocks.push(room.facts(lang));
        blocks.push(Block::Paragraph(pick(
            lang,
            "Personne n’est encore inscrit à cette session.",
            "Nobody is enrolled in this session yet.",
        )));
    }
    blocks.push(Block::Signatures(vec![
        pick(lang, "Surveillance", "Invigilator"),
        pick(lang, "Responsable du centre", "Centre manager"),
    ]));
    room.paper(lang, pick(lang, "Feuille d’émargement", "Attendance sheet"), blocks)
}

fn table_to_sign(columns: Vec<Column>, rows: Vec<Vec<String>>) -> Block {
    Block::Table(Table { columns, rows, row_height_mm: ROW_MM })
}

/// What an invigilator needs at hand: where and when, the entry code, the ten steps of the day,
/// and the candidates with the time each of them has.
pub fn kit(room: &Room, lang: &str) -> Paper {
    let code = &room.detail.summary.session.entry_code;
    let spaced = format!("{} {}", &code[..code.len() / 2], &code[code.len() / 2..]);
    let mut blocks = vec![
        room.facts(lang),
        Block::Large(pick(lang, "Code d’accès des candidats", "Candidates’ entry code"), spaced),
        Block::Heading(pick(lang, "La journée en dix étapes", "The day in ten steps")),
    ];
    let steps = if lang == "en" { STEPS_EN } else { STEPS_FR };
    for (step, number) in steps.iter().zip(1..) {
        blocks.push(Block::Paragraph(format!("{number}. {step}")));
    }
    blocks.push(Block::NewPage);
    blocks.push(Block::Heading(pick(lang, "Candidats et temps accordé", "Candidates and time")));
    blocks.push(Block::Table(times(room, lang)));
    room.paper(lang, pick(lang, "Kit de surveillance", "Invigilator’s kit"), blocks)
}

fn times(room: &Room, lang: &str) -> Table {
    let mut columns = vec![
        Column::text(&pick(lang, "Nom", "Family name"), 22.0),
        Column::text(&pick(lang, "Prénoms", "Given names"), 20.0),
        Column::text(&pick(lang, "Né(e) le", "Birth date"), 12.0),
        Column::text(&pick(lang, "Temps maj.", "Extra time"), 11.0),
    ];
    let part = pick(lang, "Partie", "Part");
    for each in &room.scheme.parts {
        columns.push(Column::number(&format!("{part} {}", each.part), 11.0));
    }
    let row = |place: &Enrolment| {
        let mut row = vec![
            place.family_name.clone(),
            place.given_names.clone(),
            dates::short_day(place.birth_date, lang),
            place.extra_time.to_string(),
        ];
        let allowed = |extra: ExtraTime| {
            room.scheme
                .parts
                .iter()
                .map(move |part| dates::length(extra.allowed_s(part.duration_s)))
        };
        row.extend(allowed(place.extra_time));
        row
    };
    Table { columns, rows: room.candidates.iter().map(row).collect(), row_height_mm: 0.0 }
}

const STEPS_FR: [&str; 10] = [
    "Ouvrez le tableau de bord de la session une demi-heure avant le début, puis ouvrez la session.",
    "Vérifiez l’identité de chaque candidat, faites-le émarger et marquez-le présent.",
    "Chaque candidat ouvre la page d’accueil et saisit le code d’accès, ses noms et sa date de \
     naissance.",
    "Rappelez les règles : téléphones éteints, aucune communication, aucun document.",
    "Admettez les candidats : chacun démarre alors la première partie, avec son propre temps.",
    "Surveillez le tableau : une personne qui a besoin d’aide y apparaît en tête.",
    "En cas d’interruption, suspendez le temps, puis relancez-le : le temps suspendu est rendu.",
    "Notez chaque incident au moment où il arrive ; changez de poste un candidat si nécessaire.",
    "Entre les deux parties, veillez à la pause ; la seconde partie a son propre temps.",
    "Quand tous ont terminé, marquez les absents, clôturez la session et signez le procès-verbal.",
];

const STEPS_EN: [&str; 10] = [
    "Open the session’s board half an hour before the start, then open the session.",
    "Check the identity of each candidate, have them sign, and mark them as present.",
    "Each candidate opens the home page and types the entry code, their names and birth date.",
    "Recall the rules: telephones off, no talking, no documents.",
    "Admit the candidates: each then starts the first part, with their own time.",
    "Watch the board: whoever needs help stands at the top.",
    "When something interrupts, hold the clock, then release it: the held time is given back.",
    "Note each incident as it happens; move a candidate to another device when necessary.",
    "Between the two parts, watch over the break; the second part has its own time.",
    "When all have finished, mark the absent, close the session and sign the minutes.",
];

#[cfg(test)]
#[path = "papers_tests.rs"]
mod tests;
