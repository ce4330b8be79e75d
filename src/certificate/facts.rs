//! Everything a certificate says.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{code::Code, proof::Claims};
use crate::{
    base::Timestamp,
    scheme::{Level, Text},
};

/// Everything a certificate says; stored before anything is signed, and never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// The language of the document, `fr` or `en`.
    pub lang: String,
    /// The folder in `certificate-templates/`.
    pub template: String,
    /// The code people copy.
    pub code: Code,
    /// The public page, e.g. `https://jurat.example/c/7K2M-QXRT-9AWE`.
    pub address: String,
    /// Family name.
    pub family_name: String,
    /// Given names.
    pub given_names: String,
    /// Date of birth.
    pub birth_date: NaiveDate,
    /// The scheme.
    pub scheme_id: String,
    /// Its version.
    pub scheme_version: String,
    /// Its title.
    pub scheme_title: Text,
    /// All levels of the scheme, rising.
    pub levels: Vec<Level>,
    /// The level obtained, as the name of one of `levels`.
    pub level: String,
    /// What the level means.
    pub meaning: Text,
    /// Mean coverage of the parts.
    pub coverage_permille: u16,
    /// Coverage of each part's framework.
    pub frameworks: Vec<Coverage>,
    /// Sixteen competences of the last part in eighths, as hexadecimal digits.
    pub competences: String,
    /// The certification centre.
    pub centre_name: String,
    /// The day of the exam, in the centre's zone.
    pub examined_on: NaiveDate,
    /// The day of issue, in the centre's zone.
    pub issued_on: NaiveDate,
    /// The instant of issue.
    pub issued_at: Timestamp,
}

/// How much of a framework was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coverage {
    /// The framework or part.
    pub title: Text,
    /// How much of it.
    pub permille: u16,
    /// How much of each domain.
    pub domains: Vec<DomainCoverage>,
}

/// How much of a domain was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DomainCoverage {
    /// The domain.
    pub title: Text,
    /// How much of it.
    pub permille: u16,
}

impl Facts {
    /// The level's place among all levels, from 1.
    pub fn rank(&self) -> usize {
        self.levels.iter().position(|level| level.id == self.level).map_or(0, |i| i + 1)
    }

    /// The level's title.
    pub fn level_title(&self) -> Text {
        let level = self.levels.iter().find(|level| level.id == self.level);
        level.map_or_else(|| Text::new(&*self.level, &*self.level), |level| level.title.clone())
    }

    /// The candidate's name as it is drawn.
    pub fn name(&self) -> String {
        format!("{} {}", self.given_names, self.family_name)
    }

    /// What is signed.
    pub fn claims(&self) -> Claims {
        let mut competences = [0; 8];
        // A text of other length leaves the zeros, which say nothing.
        let _ = hex::decode_to_slice(&self.competences, &mut competences);
        Claims {
            issued_at: self.issued_at,
            code: self.code,
            family_name: self.family_name.clone(),
            given_names: self.given_names.clone(),
            level: self.level.clone(),
            coverage_permille: self.coverage_permille,
            competences,
            birth_date: self.birth_date,
        }
    }

    /// What the QR symbol holds: the public page, and the proof behind `#`, which no server sees.
    pub fn qr_text(&self, proof: &[u8]) -> String {
        format!("{}#{}", self.address, super::proof::to_digits(proof))
    }
}
