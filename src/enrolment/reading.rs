//! A list is read in a process of its own; what it tells is compared here with who is enrolled.

use std::{collections::BTreeSet, process::ExitCode};

use chrono::NaiveDate;

use super::{
    CandidateList, PersonKey, list,
    table::{self, MAX_BYTES, Unreadable},
};
use crate::{
    app::App,
    confined::{self, Content, NotRead},
};

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub enum NoList {
    /// The file is none, or costs too much.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// It could not be read right now.
    #[error(transparent)]
    NotRead(std::io::Error),
}

/// Reads a list and finds everything that is wrong with it, beside who is `enrolled`. A file that is
/// refused leaves a line in the log, which names nobody.
///
/// # Errors
/// [`NoList`] when the file is no list at all; what is wrong inside is part of the result.
pub async fn read_list(
    app: &App,
    bytes: Vec<u8>,
    enrolled: BTreeSet<PersonKey>,
) -> Result<CandidateList, NoList> {
    let (size, format) = (bytes.len(), table::looks_like(&bytes));
    let today = app.clock.now().date_naive().to_string();
    let read = app.reader.read(&["list", "--today", &today], Content::Bytes(bytes)).await;
    let (list, peak_kib): (Result<CandidateList, Unreadable>, u64) = match read {
        Ok(told) => (told.answer, told.peak_kib),
        Err(NotRead::TooLarge(limit)) => (Err(Unreadable::TooLarge(limit)), 0),
        Err(NotRead::Broke) => (Err(Unreadable::Damaged), 0),
        Err(NotRead::NotStarted(cause)) => return Err(NoList::NotRead(cause)),
    };
    match list {
        Ok(list) => Ok(app.workshop.run(move || list.beside(&enrolled)).await),
        Err(why) => {
            tracing::warn!(format, size, peak_kib, cause = why.name(), "a list was refused");
            Err(why.into())
        }
    }
}

/// The reader's side: reads the list on standard input and tells what it understood.
pub fn answer(today: NaiveDate) -> ExitCode {
    confined::answer(MAX_BYTES, |bytes| list::read(bytes, today))
}
