//! A certification scheme: its parts, what they are drawn from, levels, the policy, the jury's rule.
//!
//! Owns the table `scheme_version`. Promises that a scheme is data: shipped in `schemes/`, checked
//! when the program starts, and frozen word for word with the first session that uses it. Start
//! reading at [`rules`].

mod framework;
mod store;
mod frozen;
pub mod rules;

use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::{
    base::Timestamp,
    db::{DbError, Tx},
};

pub use framework::{Competence, Domain, Framework, framework};
pub use frozen::frozen;
pub use rules::{CompetenceScore, DomainScore, PartScore, Proposal, Score, combine, propose};

/// A text in the two languages of the program.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// French.
    pub fr: String,
    /// English.
    pub en: String,
}

impl Text {
    /// A text of both languages.
    pub fn new(fr: impl Into<String>, en: impl Into<String>) -> Self {
        Self { fr: fr.into(), en: en.into() }
    }

    /// The text in `lang`: English for `en`, French for anything else.
    pub fn get(&self, lang: &str) -> &str {
        if lang == "en" { &self.en } else { &self.fr }
    }
}

/// A certification scheme, one version of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scheme {
    /// Its name for good, e.g. `pix-edu`.
    pub id: String,
    /// The version; its text never changes.
    pub version: String,
    /// The title for people.
    pub title: Text,
    /// The parts in the order they are sat, numbered from 1.
    #[serde(rename = "part")]
    pub parts: Vec<Part>,
    /// The longest break between two parts.
    pub break_s: i64,
    /// The levels, rising.
    #[serde(rename = "level")]
    pub levels: Vec<Level>,
    /// How a level is proposed.
    pub policy: Policy,
    /// How a panel decides.
    pub jury: JuryRule,
    /// The folder in `certificate-templates/`.
    pub certificate_template: String,
    /// Years that a certificate is valid; absent: without end.
    #[serde(default)]
    pub validity_years: Option<i32>,
    /// The very text of this version.
    #[serde(skip)]
    pub document: String,
}

/// One timed part of the exam.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Its number, from 1.
    pub part: i32,
    /// The title for people.
    pub title: Text,
    /// The framework whose competences are measured.
    pub framework: String,
    /// The time allowed without accommodations.
    pub duration_s: i64,
    /// What is drawn from the item bank.
    pub blueprint: Blueprint,
}

/// What a form is made of.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blueprint {
    /// Each draw lists the difficulties of the items taken of one competence, and serves as many
    /// competences as the other draws; the seed says which.
    pub draws: Vec<Vec<i32>>,
}

/// A level that can be certified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// Its name for good, e.g. `avance`.
    pub id: String,
    /// The title for people.
    pub title: Text,
}

/// How scores become a proposed level.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// How the proposed level and the jury's level make the final one.
    pub combine: Combine,
    /// What happens when a level's threshold is reached, but not its other condition.
    pub fallback: Fallback,
    /// One for each level, rising.
    pub thresholds: Vec<Threshold>,
    /// Below any of these there is no level.
    pub floors: Vec<Floor>,
}

/// How two levels make the final one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Combine {
    /// The jury's level counts.
    JuryDecides,
    /// The lower of the proposed and the jury's level counts.
    LowerOfBoth,
}

/// What follows when the condition on domains is not met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fallback {
    /// The next lower level is tried.
    NextLower,
    /// No level.
    None,
}

/// What a level asks for, in per cent.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// The level.
    pub level: String,
    /// Of the mean coverage of all parts.
    pub coverage: i32,
    /// Of the coverage of every single domain.
    pub every_domain: i32,
}

/// The least coverage of a framework, in per cent.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Floor {
    /// The framework.
    pub framework: String,
    /// Of the coverage of its parts.
    pub coverage: i32,
}

/// How a panel decides.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JuryRule {
    /// Members of a panel, the president among them.
    pub members: usize,
    /// Votes needed before the president may decide.
    pub quorum: usize,
    /// What settles a case without a majority.
    pub tie: Tie,
}

/// What settles a case without a majority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tie {
    /// The president's vote.
    President,
}

impl Scheme {
    /// Reads a version from its text and checks it.
    pub fn read(document: &str) -> Result<Self, BadScheme> {
        let fault = |why: String| BadScheme { what: "a scheme".to_owned(), why };
        let mut scheme: Self = toml::from_str(document).map_err(|e| fault(e.to_string()))?;
        document.clone_into(&mut scheme.document);
        rules::check(&scheme)
            .map_err(|why| BadScheme { what: format!("scheme {}", scheme.id), why })?;
        Ok(scheme)
    }

    /// The part numbered `part`.
    pub fn part(&self, part: i32) -> Option<&Part> {
        self.parts.iter().find(|p| p.part == part)
    }

    /// The level named `id`.
    pub fn level(&self, id: &str) -> Option<&Level> {
        self.levels.iter().find(|level| level.id == id)
    }
}

impl Part {
    /// How many items a form of this part has.
    pub fn items(&self) -> usize {
        let competences = framework(&self.framework).map_or(0, |f| f.competences().count());
        let draws = &self.blueprint.draws;
        competences / draws.len().max(1) * draws.iter().map(Vec::len).sum::<usize>()
    }
}

/// Why the program does not start with this data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {why}")]
pub struct BadScheme {
    /// The framework or the scheme.
    pub what: String,
    /// What is wrong with it, in one line.
    pub why: String,
}

#[derive(rust_embed::RustEmbed)]
#[folder = "schemes/"]
struct SchemeFiles;

static SCHEMES: LazyLock<Result<Vec<Arc<Scheme>>, BadScheme>> = LazyLock::new(|| {
    let read = |name: std::borrow::Cow<'static, str>| {
        let bytes = SchemeFiles::get(&name).map(|file| file.data).unwrap_or_default();
        Scheme::read(&String::from_utf8_lossy(&bytes)).map(Arc::new)
    };
    SchemeFiles::iter().filter(|name| name.ends_with("/scheme.toml")).map(read).collect()
});

/// Checks the shipped frameworks and schemes; the program does not start on an error.
pub fn check() -> Result<(), BadScheme> {
    framework::check()?;
    SCHEMES.as_ref().map_err(Clone::clone)?;
    Ok(())
}

/// All shipped schemes.
pub fn all() -> impl Iterator<Item = &'static Scheme> {
    shipped().iter().map(Arc::as_ref)
}

fn shipped() -> &'static [Arc<Scheme>] {
    SCHEMES.as_ref().map_or(&[], |schemes| schemes.as_slice())
}

/// The shipped scheme named `id`.
pub fn find(id: &str) -> Option<&'static Scheme> {
    all().find(|scheme| scheme.id == id)
}

/// Keeps the text of the scheme for good. A version that is kept already stays as it was.
pub async fn freeze(tx: &mut Tx, scheme: &Scheme, now: Timestamp) -> Result<(), DbError> {
    let digest = Sha256::digest(scheme.document.as_bytes());
    store::add_version(tx, scheme, digest.as_slice(), now).await
}

/// The shipped scheme named `id`, if this is the version that is shipped.
pub fn find_version(id: &str, version: &str) -> Option<Arc<Scheme>> {
    let is_it = |scheme: &&Arc<Scheme>| scheme.id == id && scheme.version == version;
    shipped().iter().find(is_it).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_schemes_and_frameworks_are_sound() {
        assert_eq!(check(), Ok(()));
        let scheme = find("pix-edu").unwrap();
        assert_eq!(scheme.parts.iter().map(Part::items).collect::<Vec<_>>(), [32, 32]);
        assert_eq!(framework("crcn").unwrap().competences().count(), 16);
        assert_eq!(framework("crcn-edu").unwrap().competences().count(), 16);
        assert_eq!(framework("digcomp").unwrap().version, "3.0");
        assert_eq!(framework("digcompedu").unwrap().competences().count(), 22);
    }

    #[test]
    fn scheme_with_a_fault_says_which() {
        let text =
            find("pix-edu").unwrap().document.replace("level = \"avance\"", "level = \"as\"");
        let fault = Scheme::read(&text).unwrap_err().to_string();
        assert_eq!(fault, "scheme pix-edu: policy.thresholds must name every level, rising");
        let text = find("pix-edu").unwrap().document.replace("\"crcn\"", "\"crcm\"");
        let fault = Scheme::read(&text).unwrap_err().to_string();
        assert_eq!(fault, "scheme pix-edu: part 1 names no known framework: crcm");
    }
}
