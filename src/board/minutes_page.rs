//! The minutes as a document to keep: the facts that were signed, and what was signed attached.

use std::collections::HashMap;

use super::{
    minutes::{Act, CandidateFacts, Facts, Signed},
    words::{self, pick},
};
use crate::{
    base::AttemptId,
    document::{self, Attachment, Block, Column, DrawError, Paper, Table, dates},
    journal::Kind,
};

/// Draws the minutes in `lang`. What is on the pages is read from the very text that was signed.
pub fn draw(signed: &Signed, lang: &str) -> Result<Vec<u8>, DrawError> {
    let facts: Facts = serde_json::from_str(&signed.facts)
        .map_err(|cause| DrawError::Invalid(format!("minutes: {cause}")))?;
    let page = Page { facts: &facts, lang, names: names(&facts) };
    let paper = Paper {
        title: page.say("Procès-verbal de session", "Minutes of the session").to_owned(),
        subtitle: format!("{} · {}", facts.session.scheme_title.get(lang), facts.session.centre),
        lang: lang.to_owned(),
        made_at: signed.signed_at,
        landscape: false,
        footer: format!("{} · {}", facts.session.place, page.told(&facts.session.starts_at)),
        blocks: page.blocks(signed),
    };
    document::archived(&paper, attachments(signed, &page))
}

struct Page<'a> {
    facts: &'a Facts,
    lang: &'a str,
    names: HashMap<AttemptId, String>,
}

fn names(facts: &Facts) -> HashMap<AttemptId, String> {
    let named = |c: &CandidateFacts| (c.attempt, format!("{} {}", c.family_name, c.given_names));
    facts.candidates.iter().map(named).collect()
}

impl Page<'_> {
    fn say(&self, fr: &'static str, en: &'static str) -> &'static str {
        pick(self.lang, fr, en)
    }

    fn told(&self, at: &str) -> String {
        dates::signed_moment(at, self.lang)
    }

    fn who(&self, attempt: Option<AttemptId>) -> String {
        let name = attempt.and_then(|id| self.names.get(&id)).cloned();
        name.unwrap_or_else(|| self.say("la salle", "the room").to_owned())
    }

    fn blocks(&self, signed: &Signed) -> Vec<Block> {
        let mut blocks = vec![
            Block::Heading(self.say("Session", "Session").to_owned()),
            Block::Facts(self.session()),
            Block::Heading(self.say("Émargement", "Attendance").to_owned()),
            Block::Facts(self.attendance()),
            Block::Heading(self.say("Candidats", "Candidates").to_owned()),
            Block::Table(self.candidates()),
        ];
        let lists = [
            (self.say("Décisions en salle", "Decisions in the room"), self.acts()),
            (self.say("Refus à l’entrée", "Refused at the door"), self.refused()),
            (self.say("Incidents", "Incidents"), self.incidents()),
            (self.say("Annonces", "Notices"), self.notices()),
            (self.say("Reçus de remise", "Receipts"), self.receipts()),
        ];
        for (title, table) in lists {
            blocks.push(Block::Heading(title.to_owned()));
            if table.rows.is_empty() {
                blocks.push(Block::Paragraph(self.say("Néant.", "None.").to_owned()));
            } else {
                blocks.push(Block::Table(table));
            }
        }
        if !self.facts.comment.is_empty() {
            blocks.push(Block::Heading(self.say("Observations", "Remarks").to_owned()));
            blocks.push(Block::Paragraph(self.facts.comment.clone()));
        }
        blocks.push(Block::Heading(self.say("Signature", "Signature").to_owned()));
        blocks.push(Block::Facts(self.signature(signed)));
        blocks
    }

    fn session(&self) -> Vec<(String, String)> {
        let s = &self.facts.session;
        self.facts_of([
            ("Centre", "Centre", s.centre.clone()),
            ("Certification", "Scheme", {
                format!("{} ({})", s.scheme_title.get(self.lang), s.scheme_version)
            }),
            ("Lieu", "Place", format!("{}, {}", s.place, s.room)),
            ("Prévue le", "Planned for", self.told(&s.starts_at)),
            ("Ouverte le", "Opened", self.told(&s.opened_at)),
            ("Close le", "Closed", self.told(&s.closed_at)),
            ("Surveillance", "Invigilators", self.facts.invigilators.join(", ")),
        ])
    }

    fn attendance(&self) -> Vec<(String, String)> {
        let a = &self.facts.attendance;
        self.facts_of([
            ("Inscrits", "Enrolled", a.enrolled.to_string()),
            ("Présents", "Present", a.present.to_string()),
            ("Absents", "Absent", a.absent.to_string()),
            ("Copies remises", "Handed in", a.submitted.to_string()),
            ("Interrompus", "Terminated", a.terminated.to_string()),
            ("Abandons", "Withdrawn", a.withdrawn.to_string()),
        ])
    }

    fn facts_of<const N: usize>(
        &self,
        facts: [(&'static str, &'static str, String); N],
    ) -> Vec<(String, String)> {
        facts.into_iter().map(|(fr, en, fact)| (self.say(fr, en).to_owned(), fact)).collect()
    }

    fn table(&self, columns: &[(&'static str, &'static str, f32)]) -> Table {
        let columns = columns.iter().map(|(fr, en, share)| Column::text(self.say(fr, en), *share));
        Table { columns: columns.collect(), rows: Vec::new(), row_height_mm: 0.0 }
    }

    fn candidates(&self) -> Table {
        let mut table = self.table(&[
            ("Nom, prénoms", "Name", 2.65),
            ("Né(e) le", "Born", 1.65),
            ("Temps maj.", "Extra time", 1.7),
            ("Issue", "Outcome", 2.2),
            ("Partie 1", "Part 1", 2.5),
            ("Partie 2", "Part 2", 2.5),
        ]);
        table.rows = self.facts.candidates.iter().map(|c| self.candidate(c)).collect();
        table
    }

    fn candidate(&self, c: &CandidateFacts) -> Vec<String> {
        let part = |number| {
            let found = c.parts.iter().find(|part| part.part == number);
            found.map_or_else(String::new, |part| {
                format!(
                    "{}\u{a0}–\u{a0}{}",
                    dates::signed_time(&part.started_at),
                    dates::signed_time(&part.sealed_at)
                )
            })
        };
        let ended = words::ended(c.ended, self.lang);
        let colon = self.say(" : ", ": ");
        let outcome = if c.reason.is_empty() {
            ended.to_owned()
        } else {
            format!("{ended}{colon}{}", c.reason)
        };
        vec![
            format!("{} {}", c.family_name, c.given_names),
            dates::short_day(c.birth_date, self.lang),
            c.extra_time.clone(),
            outcome,
            part(1),
            part(2),
        ]
    }

    fn acts(&self) -> Table {
        let mut table = self.table(&[
            ("Heure", "Time", 1.1),
            ("Candidat", "Candidate", 2.6),
            ("Décision", "Decision", 2.4),
            ("Motif", "Reason", 3.4),
            ("Par", "By", 2.0),
        ]);
        table.rows = self.facts.acts.iter().map(|act| self.act(act)).collect();
        table
    }

    fn act(&self, act: &Act) -> Vec<String> {
        let word = words::told(&act.kind, self.lang);
        let what = match (act.seconds, act.credit) {
            (Some(seconds), _) if act.kind.is(Kind::ClockCorrected) => {
                words::clock_corrected(seconds, self.lang)
            }
            (Some(seconds), _) => {
                let sign = if seconds < 0 { "−" } else { "+" };
                format!("{word} ({sign}{})", dates::length(seconds.abs()))
            }
            (None, Some(false)) => {
                format!("{word} ({})", self.say("temps non rendu", "time not given back"))
            }
            (None, Some(true) | None) => word,
        };
        let who = self.who(act.attempt);
        vec![dates::signed_time(&act.at), who, what, act.reason.clone(), act.by.clone()]
    }

    fn refused(&self) -> Table {
        let mut table = self.table(&[
            ("De", "From", 1.1),
            ("À", "To", 1.1),
            ("Concerne", "Concerns", 2.8),
            ("Nature", "What", 3.3),
            ("Fois", "Times", 1.2),
            ("Postes", "Devices", 1.2),
        ]);
        for column in &mut table.columns[4..] {
            column.right = true;
        }
        let rows = self.facts.refused.iter().map(|refused| {
            vec![
                dates::signed_time(&refused.from),
                dates::signed_time(&refused.until),
                self.who(refused.attempt),
                words::told(&refused.kind, self.lang),
                refused.count.to_string(),
                refused.devices.to_string(),
            ]
        });
        table.rows = rows.collect();
        table
    }

    fn incidents(&self) -> Table {
        let mut table = self.table(&[
            ("Heure", "Time", 1.1),
            ("Concerne", "Concerns", 2.6),
            ("Nature", "Category", 2.4),
            ("Note", "Note", 3.4),
            ("Par", "By", 2.0),
        ]);
        let rows = self.facts.incidents.iter().map(|incident| {
            vec![
                dates::signed_time(&incident.at),
                self.who(incident.attempt),
                words::category(incident.category, self.lang).to_owned(),
                incident.note.clone(),
                incident.by.clone(),
            ]
        });
        table.rows = rows.collect();
        table
    }

    fn notices(&self) -> Table {
        let mut table = self.table(&[
            ("Heure", "Time", 1.1),
            ("À", "To", 2.6),
            ("Texte", "Text", 5.8),
            ("Par", "By", 2.0),
        ]);
        let rows = self.facts.notices.iter().map(|notice| {
            let to = self.who(notice.attempt);
            vec![dates::signed_time(&notice.at), to, notice.text.clone(), notice.by.clone()]
        });
        table.rows = rows.collect();
        table
    }

    fn receipts(&self) -> Table {
        let mut table = self.table(&[
            ("Candidat", "Candidate", 3.4),
            ("Partie", "Part", 1.2),
            ("Réponses", "Answers", 1.4),
            ("Accordé", "Allowed", 1.4),
            ("Empreinte SHA-256", "SHA-256 digest", 5.8),
        ]);
        for column in &mut table.columns[1..4] {
            column.right = true;
        }
        for candidate in &self.facts.candidates {
            for part in &candidate.parts {
                let digest = hex::decode(&part.digest).unwrap_or_default();
                table.rows.push(vec![
                    self.who(Some(candidate.attempt)),
                    part.part.to_string(),
                    part.answers.to_string(),
                    dates::length(part.allowed_s),
                    document::digits(&digest),
                ]);
            }
        }
        table
    }

    fn signature(&self, signed: &Signed) -> Vec<(String, String)> {
        let entries = self.facts.journal_entries;
        let journal = hex::decode(&self.facts.journal_hash).unwrap_or_default();
        self.facts_of([
            ("Signé par", "Signed by", self.facts.signed_by.clone()),
            ("Le", "On", self.told(&self.facts.signed_at)),
            ("Journal", "Journal", format!("{entries} · SHA-256\n{}", document::digits(&journal))),
            ("Clé", "Key", hex::encode(&signed.key_id)),
            ("Ed25519", "Ed25519", document::digits(&signed.signature)),
        ])
    }
}

fn attachments(signed: &Signed, page: &Page<'_>) -> Vec<Attachment> {
    let file = |name: &str, media_type: &str, description: &str, data: Vec<u8>| Attachment {
        name: name.to_owned(),
        media_type: media_type.to_owned(),
        description: description.to_owned(),
        data,
    };
    vec![
        file(
            "minutes.json",
            "application/json",
            page.say("Les faits, tels qu’ils sont signés", "The facts as they were signed"),
            signed.facts.clone().into_bytes(),
        ),
        file(
            "minutes.sig",
            "application/octet-stream",
            page.say("La signature Ed25519 de minutes.json", "Ed25519 signature of minutes.json"),
            signed.signature.clone(),
        ),
    ]
}
