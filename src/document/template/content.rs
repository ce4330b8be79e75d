//! What is put into a template: texts, in the language of the certificate.

use crate::base::Timestamp;

/// Everything that a template is filled with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// The language, `fr` or `en`.
    pub lang: String,
    /// When it was made, as the file says.
    pub made_at: Timestamp,
    /// The places of the patterns, such as `name`, and what stands there.
    pub places: Vec<(&'static str, String)>,
    /// Where its links lead.
    pub address: String,
    /// What the QR symbol says.
    pub qr: String,
    /// What the bars show, by part.
    pub coverages: Vec<Coverage>,
    /// The levels, rising.
    pub ladder: Vec<Rung>,
}

/// How much of a framework was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// The framework or part.
    pub title: String,
    /// How much of it.
    pub permille: u16,
    /// How much of each domain: title, permille.
    pub domains: Vec<(String, u16)>,
}

/// A level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rung {
    /// Its title.
    pub title: String,
    /// Whether it lies at or below the level obtained.
    pub reached: bool,
    /// Whether it is the level obtained.
    pub own: bool,
}
