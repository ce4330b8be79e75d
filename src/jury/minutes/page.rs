//! The minutes of a panel as a document: what was signed, drawn, and attached.

use sha2::{Digest, Sha256};

use super::{CaseFacts, Facts, Outcome, Signed, Standing};
use crate::document::{self, Attachment, Block, Column, DrawError, Paper, Table, dates};

/// Draws the minutes from the very text that was signed.
pub(super) fn draw(signed: &Signed, lang: &str) -> Result<Vec<u8>, DrawError> {
    let facts: Facts = serde_json::from_str(&signed.facts)
        .map_err(|cause| DrawError::Invalid(format!("minutes: {cause}")))?;
    let page = Page { facts: &facts, lang };
    let paper = Paper {
        title: page.say("Procès-verbal du jury", "Minutes of the jury"),
        subtitle: facts.scheme_title.get(lang).to_owned(),
        lang: lang.to_owned(),
        made_at: facts.made_at,
        landscape: false,
        footer: format!("{} · {}", facts.place, page.told(&facts.starts_at)),
        blocks: page.blocks(signed),
    };
    document::archived(&paper, page.attachments(signed))
}

struct Page<'a> {
    facts: &'a Facts,
    lang: &'a str,
}

impl Page<'_> {
    fn say(&self, fr: &str, en: &str) -> String {
        if self.lang == "en" { en.to_owned() } else { fr.to_owned() }
    }

    fn told(&self, at: &str) -> String {
        dates::signed_moment(at, self.lang)
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
        let mut head = vec![
            (self.say("Certification", "Scheme"), scheme),
            (self.say("Lieu", "Place"), format!("{}, {}", facts.place, facts.room)),
            (self.say("Session du", "Session of"), self.told(&facts.starts_at)),
            (self.say("Jury réuni le", "Panel convened"), self.told(&facts.convened_at)),
            (self.say("Clos le", "Closed"), self.told(&facts.closed_at)),
            (self.say("Présidence", "President"), facts.president.clone()),
            (self.say("Membres", "Members"), facts.jurors.join(", ")),
            (self.say("Quorum", "Quorum"), facts.quorum.to_string()),
            (self.say("Dossiers", "Cases"), facts.cases.len().to_string()),
        ];
        head.extend(facts.not_counted.iter().map(|one| {
            let because = self.because(one.because);
            (self.say("Votes écartés", "Votes not counted"), format!("{} ({because})", one.juror))
        }));
        head
    }

    /// Why the votes of a member do not count.
    fn because(&self, standing: Standing) -> String {
        match standing {
            Standing::Judges => String::new(),
            Standing::NoJuror => self.say("n’est plus membre du jury", "is a juror no longer"),
            Standing::OfTheCentre => {
                self.say("devenu membre du centre", "has become a member of the centre")
            }
        }
    }

    fn decisions(&self) -> Table {
        let row = |case: &CaseFacts| {
            vec![
                case.number.to_string(),
                format!("{} {}", case.family_name, case.given_names),
                dates::short_day(case.birth_date, self.lang),
                self.per_cent(case.coverage),
                self.level(case.proposed_level.as_deref()),
                self.outcome(case.outcome),
                self.level(case.level.as_deref()),
            ]
        };
        Table {
            columns: vec![
                Column::number(&self.say("N°", "No."), 1.1),
                Column::text(&self.say("Candidat", "Candidate"), 3.7),
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
                        let colon = self.say(" : ", ": ");
                        says = format!("{says}{colon}{}", self.level(vote.level.as_deref()));
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
                Column::number(&self.say("N°", "No."), 1.1),
                Column::text(&self.say("Juré", "Juror"), 3.0),
                Column::text(&self.say("Vote", "Vote"), 3.0),
                Column::text(&self.say("Motif", "Reason"), 6.0),
            ],
            rows,
            row_height_mm: 0.0,
        }
    }

    fn signature(&self, signed: &Signed) -> Vec<(String, String)> {
        vec![
            (
                self.say("Empreinte SHA-256", "SHA-256 digest"),
                document::digits(&Sha256::digest(&signed.facts)),
            ),
            (self.say("Clé (Ed25519)", "Key (Ed25519)"), hex::encode(&signed.key_id)),
            (self.say("Signature", "Signature"), document::digits(&signed.signature)),
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
