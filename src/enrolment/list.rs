//! A list of candidates: its header, its rows, and everything that is wrong with it.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    Candidate, Cell, Column, Fault, PersonKey,
    rules::{self, shortened},
    table::{self, Format, MAX_ROWS, Row, Unreadable},
};

/// A candidate of a list, with the row it stands in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListRow {
    /// As the spreadsheet numbers it.
    pub row: u32,
    /// Who.
    pub candidate: Candidate,
}

/// Something wrong with a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListError {
    /// As the spreadsheet numbers it.
    pub row: u32,
    /// The title of the column in the file; empty when the row as a whole is meant.
    pub column: String,
    /// As written.
    pub value: String,
    /// What is wrong.
    pub fault: Fault,
}

/// A list as it was understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CandidateList {
    /// What it was read from.
    pub format: Format,
    /// The titles of its columns, as written.
    pub columns: Vec<String>,
    /// The candidates without a fault of their own.
    pub rows: Vec<ListRow>,
    /// Everything that is wrong, from top to bottom.
    pub errors: Vec<ListError>,
    /// How many of its candidates are enrolled in the session.
    pub already_enrolled: usize,
}

impl CandidateList {
    /// Adds who stands in the list twice, or is enrolled already.
    #[must_use]
    pub fn beside(mut self, enrolled: &BTreeSet<PersonKey>) -> Self {
        find_duplicates(&mut self, enrolled);
        self.errors.sort_by_key(|error| error.row);
        self
    }
}

/// Reads a list and finds everything that is wrong with it by itself.
///
/// # Errors
/// [`Unreadable`] when the file is no list at all; what is wrong inside is part of the result.
pub fn read(bytes: &[u8], today: NaiveDate) -> Result<CandidateList, Unreadable> {
    let table = table::read(bytes)?;
    let mut list = CandidateList {
        format: table.format,
        columns: Vec::new(),
        rows: Vec::new(),
        errors: Vec::new(),
        already_enrolled: 0,
    };
    let Some((header, rows)) = table.rows.split_first() else {
        list.errors.push(whole(1, String::new(), Fault::EmptyList));
        return Ok(list);
    };
    let places = read_header(&mut list, header, rows);
    match rows.get(MAX_ROWS) {
        Some(first_too_many) => {
            let fault = Fault::TooManyRows(MAX_ROWS);
            list.errors.push(whole(first_too_many.number, String::new(), fault));
        }
        None if rows.is_empty() => {
            list.errors.push(whole(header.number, String::new(), Fault::EmptyList));
        }
        None => {}
    }
    for row in rows.iter().take(MAX_ROWS) {
        read_row(&mut list, &places, row, today);
    }
    Ok(list)
}

/// The place of each known column.
type Places = HashMap<Column, usize>;

fn read_header(list: &mut CandidateList, header: &Row, rows: &[Row]) -> Places {
    let width = rows.iter().map(Row::width).max().unwrap_or(0).max(header.width());
    let mut places = Places::new();
    for place in 0..width {
        let written = header.cell(place).map(Cell::to_string).unwrap_or_default();
        let title = shortened(written.trim());
        list.columns.push(title.clone());
        let meant = Column::titled(&title);
        let fault = match meant.and_then(|column| places.get(&column)) {
            Some(first) => Fault::RepeatedColumn(list.columns[*first].clone()),
            None if meant.is_some() => {
                places.extend(meant.map(|column| (column, place)));
                continue;
            }
            None if title.is_empty() && is_unused(place, rows) => continue,
            None => Fault::UnknownColumn,
        };
        let column = if title.is_empty() { letters(place) } else { title.clone() };
        list.errors.push(ListError { row: header.number, column, value: title, fault });
    }
    for column in Column::ALL {
        if column.is_required() && !places.contains_key(&column) {
            list.errors.push(ListError {
                row: header.number,
                column: column.titles().0.to_owned(),
                value: String::new(),
                fault: Fault::MissingColumn(column),
            });
        }
    }
    places
}

fn is_unused(place: usize, rows: &[Row]) -> bool {
    rows.iter().all(|row| row.cell(place).is_none())
}

/// The letters a spreadsheet names a column without a title by.
fn letters(place: usize) -> String {
    let letter = |n: usize| char::from(b'A' + u8::try_from(n % 26).unwrap_or(0));
    if place < 26 {
        letter(place).to_string()
    } else {
        format!("{}{}", letter(place / 26 - 1), letter(place))
    }
}

fn read_row(list: &mut CandidateList, places: &Places, row: &Row, today: NaiveDate) {
    let written = Column::ALL.map(|column| {
        let place = places.get(&column);
        place.and_then(|place| row.cell(*place)).cloned().unwrap_or_default()
    });
    match rules::candidate(&written, today) {
        Ok(candidate) => list.rows.push(ListRow { row: row.number, candidate }),
        Err(faults) => {
            for found in faults {
                // A column that is absent was told once, with the header.
                let Some(place) = places.get(&found.column) else { continue };
                list.errors.push(ListError {
                    row: row.number,
                    column: list.columns[*place].clone(),
                    value: found.value,
                    fault: found.fault,
                });
            }
        }
    }
}

fn find_duplicates(list: &mut CandidateList, enrolled: &BTreeSet<PersonKey>) {
    let mut first_rows: HashMap<PersonKey, u32> = HashMap::new();
    for ListRow { row, candidate } in &list.rows {
        let key = candidate.key();
        let value = candidate.to_string();
        match first_rows.get(&key) {
            Some(first) => {
                list.errors.push(whole(*row, value, Fault::DuplicateInList(*first)));
            }
            None if enrolled.contains(&key) => {
                list.already_enrolled += 1;
                list.errors.push(whole(*row, value, Fault::AlreadyEnrolled));
                first_rows.insert(key, *row);
            }
            None => {
                first_rows.insert(key, *row);
            }
        }
    }
}

/// A fault of a row as a whole.
fn whole(row: u32, value: String, fault: Fault) -> ListError {
    ListError { row, column: String::new(), value, fault }
}

#[cfg(test)]
#[path = "list_tests.rs"]
mod tests;
