//! The kind of an entry as it is read back, by a program that may be older than the one that wrote it.

use serde::{Deserialize, Serialize};

use super::event::Kind;

/// The kind of a stored entry. What a newer program wrote is kept as its word and shown as unknown,
/// never skipped.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Told {
    /// A kind of the list.
    Known(Kind),
    /// The word of one that this program does not know.
    Unknown(String),
}

impl Told {
    /// The word as it is stored and hashed.
    pub fn word(&self) -> &str {
        match self {
            Self::Known(kind) => kind.as_str(),
            Self::Unknown(word) => word,
        }
    }

    /// The kind, where this program knows it.
    pub fn known(&self) -> Option<Kind> {
        match self {
            Self::Known(kind) => Some(*kind),
            Self::Unknown(_) => None,
        }
    }

    /// Whether it is of this kind.
    pub fn is(&self, kind: Kind) -> bool {
        self.known() == Some(kind)
    }
}

impl From<String> for Told {
    fn from(word: String) -> Self {
        match word.parse() {
            Ok(kind) => Self::Known(kind),
            Err(unknown) => Self::Unknown(unknown.word),
        }
    }
}

impl From<Told> for String {
    fn from(told: Told) -> Self {
        told.word().to_owned()
    }
}
