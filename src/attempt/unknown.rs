//! Words in the database that this program does not know.

use crate::db::DbError;

/// A word in the database that this program does not know.
#[derive(Debug, thiserror::Error)]
#[error("unknown word {0:?}")]
struct UnknownWord(String);

/// The failure of a row that holds such a word.
pub(super) fn unknown(word: &str) -> DbError {
    DbError::Decode(Box::new(UnknownWord(word.to_owned())))
}
