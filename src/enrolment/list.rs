//! A list of candidates: its header, its rows, and everything that is wrong with it.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    Candidate, Cell, Fault,
    rules::{self, folded, shortened},
    table::{self, Format, MAX_ROWS, Row, Unreadable},
};

/// Something a list may say of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// Family name; required.
    FamilyName,
    /// Given names; required.
    GivenNames,
    /// Birth date; required.
    BirthDate,
    /// E-mail address.
    Email,
    /// The centre's own number.
    ExternalId,
    /// Extra time as a fraction.
    ExtraTime,
}

impl Column {
    /// In the order of the template.
    pub const ALL: [Self; 6] = [
        Self::FamilyName,
        Self::GivenNames,
        Self::BirthDate,
        Self::Email,
        Self::ExternalId,
        Self::ExtraTime,
    ];

    /// Its name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::FamilyName => "family_name",
            Self::GivenNames => "given_names",
            Self::BirthDate => "birth_date",
            Self::Email => "email",
            Self::ExternalId => "external_id",
            Self::ExtraTime => "extra_time",
        }
    }

    /// Its title in the template, in French and English.
    pub fn titles(self) -> (&'static str, &'static str) {
        match self {
            Self::FamilyName => ("Nom", "Family name"),
            Self::GivenNames => ("Prénoms", "Given names"),
            Self::BirthDate => ("Date de naissance", "Birth date"),
            Self::Email => ("E-mail", "Email"),
            Self::ExternalId => ("Identifiant externe", "External id"),
            Self::ExtraTime => ("Temps majoré", "Extra time"),
        }
    }

    /// Further titles it is known by, folded.
    fn other_titles(self) -> &'static [&'static str] {
        match self {
            Self::FamilyName => &[
                "nomdefamille",
                "nomdenaissance",
                "lastname",
                "surname",
                "birthname",
                "familyname",
            ],
            Self::GivenNames => {
                &["prenom", "givenname", "firstname", "firstnames", "forename", "forenames"]
            }
            Self::BirthDate => {
                &["naissance", "neele", "nele", "datenaissance", "dateofbirth", "birthday", "dob"]
            }
            Self::Email => &[
                "mail",
                "courriel",
                "adresseemail",
                "adressemail",
                "adresseelectronique",
                "emailaddress",
            ],
            Self::ExternalId => {
                &["identifiant", "idexterne", "numeroetudiant", "id", "identifier", "studentnumber"]
            }
            Self::ExtraTime => {
                &["tierstemps", "majoration", "majorationdetemps", "tempssupplementaire"]
            }
        }
    }

    fn is_required(self) -> bool {
        matches!(self, Self::FamilyName | Self::GivenNames | Self::BirthDate)
    }

    /// The column that a title means, whatever its case, accents and remarks in brackets.
    fn titled(title: &str) -> Option<Self> {
        let whole = folded(title);
        let bare = folded(title.split('(').next().unwrap_or(title));
        let is_meant = |column: &Self, title: &str| {
            let (fr, en) = column.titles();
            [folded(fr), folded(en), folded(column.name())].iter().any(|known| known == title)
                || column.other_titles().contains(&title)
        };
        let find = |title: &str| Self::ALL.into_iter().find(|column| is_meant(column, title));
        find(&whole).or_else(|| find(&bare))
    }
}

/// A person, as duplicates are compared: folded names and birth date.
pub type PersonKey = (String, NaiveDate);

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
