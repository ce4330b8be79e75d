//! Competence frameworks as data: domains, competences and their titles.

use std::sync::LazyLock;

use serde::Deserialize;

use super::{BadScheme, Text};

/// One edition of a competence framework.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Framework {
    /// Its name for good, e.g. `crcn-edu`.
    pub id: String,
    /// The edition.
    pub version: String,
    /// The domains (areas), in order.
    pub domains: Vec<Domain>,
}

/// A domain of a framework.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    /// Its number, e.g. `1`.
    pub id: String,
    /// The title.
    pub title: Text,
    /// The competences, in order.
    pub competences: Vec<Competence>,
}

/// A competence of a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Competence {
    /// Its number, e.g. `1.2`.
    pub id: String,
    /// The title.
    pub title: Text,
}

/// A file: one edition written flat, or a list of editions. What it says beyond these is for people.
#[derive(Deserialize)]
struct File {
    id: String,
    #[serde(default)]
    edition: Vec<Edition>,
    #[serde(flatten)]
    flat: toml::Table,
}

#[derive(Deserialize)]
struct Edition {
    version: String,
    competences_count: usize,
    #[serde(alias = "area")]
    domain: Vec<RawDomain>,
}

#[derive(Deserialize)]
struct RawDomain {
    id: String,
    title_fr: String,
    title_en: String,
    competence: Vec<RawCompetence>,
}

#[derive(Deserialize)]
struct RawCompetence {
    id: String,
    title_fr: String,
    title_en: String,
}

impl Framework {
    /// Reads all editions of a file, oldest first, and checks that each is complete.
    fn read(text: &str) -> Result<Vec<Self>, String> {
        let File { id, mut edition, flat } = toml::from_str(text).map_err(|e| e.to_string())?;
        if edition.is_empty() {
            edition.push(flat.try_into().map_err(|e| e.to_string())?);
        }
        edition.into_iter().map(|edition| edition.into_framework(&id)).collect()
    }

    /// All competences, in order.
    pub fn competences(&self) -> impl Iterator<Item = &Competence> {
        self.domains.iter().flat_map(|domain| &domain.competences)
    }
}

impl Edition {
    fn into_framework(self, id: &str) -> Result<Framework, String> {
        let domains = self.domain.into_iter().map(RawDomain::into_domain).collect();
        let framework = Framework { id: id.to_owned(), version: self.version, domains };
        let found = framework.competences().count();
        if found != self.competences_count {
            return Err(format!("{} competences are said, {found} found", self.competences_count));
        }
        Ok(framework)
    }
}

impl RawDomain {
    fn into_domain(self) -> Domain {
        let competence = |c: RawCompetence| Competence {
            id: c.id,
            title: Text { fr: c.title_fr, en: c.title_en },
        };
        Domain {
            id: self.id,
            title: Text { fr: self.title_fr, en: self.title_en },
            competences: self.competence.into_iter().map(competence).collect(),
        }
    }
}

#[derive(rust_embed::RustEmbed)]
#[folder = "frameworks/"]
struct FrameworkFiles;

static FRAMEWORKS: LazyLock<Result<Vec<Framework>, BadScheme>> = LazyLock::new(|| {
    let mut read = Vec::new();
    for name in FrameworkFiles::iter() {
        let bytes = FrameworkFiles::get(&name).map(|file| file.data).unwrap_or_default();
        let bad = |why| BadScheme { what: format!("frameworks/{name}"), why };
        read.extend(Framework::read(&String::from_utf8_lossy(&bytes)).map_err(bad)?);
    }
    Ok(read)
});

/// Checks the shipped frameworks.
pub(super) fn check() -> Result<(), BadScheme> {
    FRAMEWORKS.as_ref().map(drop).map_err(Clone::clone)
}

/// The framework named `id`: its newest edition, where there are several.
pub fn framework(id: &str) -> Option<&'static Framework> {
    FRAMEWORKS.as_ref().ok()?.iter().rev().find(|framework| framework.id == id)
}
