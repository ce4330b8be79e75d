//! Reads the rows of a spreadsheet, whatever its format. The format is recognised by its first
//! bytes, never by its name; what it unpacks to is measured before it is parsed, and what is kept of
//! it is counted before it is kept: blank cells cost nothing, repeated ones are not expanded first.

mod csv;
mod ods;
mod xlsx;

use std::{collections::BTreeMap, fmt, io::Read};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{confined::Limit, scheme::Text};

/// The largest file, in MiB.
const MAX_MIB: usize = 5;
/// The largest file, in bytes.
pub const MAX_BYTES: usize = MAX_MIB << 20;
/// The most candidates in one list.
pub const MAX_ROWS: usize = 5000;
/// The most columns; a cell further right makes the list unreadable.
const MAX_COLUMNS: usize = 256;
/// How many rows are kept: the header, the candidates, and one that shows there are too many.
const KEPT_ROWS: usize = MAX_ROWS + 2;
/// The most MiB that a file may unpack to.
const MAX_UNPACKED: usize = 64;
/// The most cells that are kept: eighty columns of the longest list.
const MAX_CELLS: usize = 400_000;
/// The most text that is kept, in MiB.
const MAX_TEXT: usize = 8;
/// The most files in a spreadsheet.
const MAX_FILES: usize = 1000;

/// The format of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ListFormat)]
pub enum Format {
    /// Text with a separator.
    Csv,
    /// Office Open XML.
    Xlsx,
    /// `OpenDocument`.
    Ods,
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// Text.
    Text(String),
    /// A number.
    Number(f64),
    /// A day, as the spreadsheet keeps it.
    Date(NaiveDate),
}

impl Cell {
    /// Whether nothing is written in it.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.trim().is_empty(),
            Self::Number(_) | Self::Date(_) => false,
        }
    }

    /// How much text it holds, in bytes.
    fn text_len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Empty | Self::Number(_) | Self::Date(_) => 0,
        }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => Ok(()),
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => write!(f, "{number}"),
            Self::Date(date) => write!(f, "{date}"),
        }
    }
}

/// A row in which something is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// As the spreadsheet numbers it, from 1.
    pub number: u32,
    /// The written ones by their place, from left to right; the first column has place 0.
    cells: Vec<(usize, Cell)>,
}

impl Row {
    /// The cell of a column, when something is written in it.
    pub fn cell(&self, place: usize) -> Option<&Cell> {
        let found = self.cells.binary_search_by_key(&place, |(at, _)| *at);
        found.ok().map(|index| &self.cells[index].1)
    }

    /// How many columns it has, up to the last in which something is written.
    pub fn width(&self) -> usize {
        self.cells.last().map_or(0, |(last, _)| last + 1)
    }
}

/// The rows of a list in which something is written, at most [`KEPT_ROWS`].
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// What it was read from.
    pub format: Format,
    /// From top to bottom.
    pub rows: Vec<Row>,
}

/// Why a file cannot be read as a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{}", self.reason().en)]
#[serde(rename_all = "snake_case")]
pub enum Unreadable {
    /// It costs more than a list may.
    TooLarge(Limit),
    /// The format of Excel before 2007, or a file with a password.
    OldExcel,
    /// It holds programs.
    Macros,
    /// No spreadsheet.
    NotASpreadsheet,
    /// A spreadsheet that is damaged.
    Damaged,
}

impl Unreadable {
    /// The reason, for the person who has to mend it.
    pub fn reason(self) -> Text {
        let (fr, en) = match self {
            Self::TooLarge(limit) => {
                let (fr, en) = limit.words();
                return Text {
                    fr: format!("Le fichier est trop volumineux pour être lu\u{a0}: {fr}."),
                    en: format!("The file is too large to be read: {en}."),
                };
            }
            Self::OldExcel => (
                "Ce fichier est au format d’Excel d’avant 2007 ou protégé par un mot de passe\u{a0}: \
                 enregistrez-le en .xlsx sans mot de passe.",
                "The file has the format of Excel before 2007 or a password: save it as .xlsx \
                 without a password.",
            ),
            Self::Macros => (
                "Ce fichier contient des macros\u{a0}: enregistrez-le en .xlsx ou .ods sans macros.",
                "The file holds macros: save it as .xlsx or .ods without macros.",
            ),
            Self::NotASpreadsheet => (
                "Ce n’est pas une liste\u{a0}: il faut un fichier CSV, XLSX ou ODS.",
                "This is not a list: it must be a CSV, XLSX or ODS file.",
            ),
            Self::Damaged => (
                "Le fichier est abîmé\u{a0}: ouvrez-le dans un tableur et enregistrez-le de nouveau.",
                "The file is damaged: open it in a spreadsheet program and save it again.",
            ),
        };
        Text { fr: fr.to_owned(), en: en.to_owned() }
    }

    /// What the log calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::TooLarge(limit) => limit.name(),
            Self::OldExcel => "old_excel",
            Self::Macros => "macros",
            Self::NotASpreadsheet => "not_a_spreadsheet",
            Self::Damaged => "damaged",
        }
    }
}

/// What a file looks like from its first bytes, before anything is read in it.
pub fn looks_like(bytes: &[u8]) -> &'static str {
    match bytes {
        [0xD0, 0xCF, 0x11, 0xE0, ..] => "ole",
        [b'P', b'K', 3, 4, ..] => "zip",
        _ => "text",
    }
}

/// Reads the first sheet of a file.
///
/// # Errors
/// [`Unreadable`]. An empty file is no error: it is a list without rows.
pub fn read(bytes: &[u8]) -> Result<Table, Unreadable> {
    if bytes.len() > MAX_BYTES {
        return Err(Unreadable::TooLarge(Limit::Size(MAX_MIB)));
    }
    match looks_like(bytes) {
        "ole" => Err(Unreadable::OldExcel),
        "zip" => read_packed(bytes),
        _ => Ok(Table { format: Format::Csv, rows: csv::rows(bytes)? }),
    }
}

/// Reads a spreadsheet that is a zip archive.
fn read_packed(bytes: &[u8]) -> Result<Table, Unreadable> {
    let mut archive =
        zip::ZipArchive::new(std::io::Cursor::new(bytes)).map_err(|_| Unreadable::Damaged)?;
    let mut names = Vec::new();
    let mut mimetype = String::new();
    let mut content = String::new();
    let mut left = (MAX_UNPACKED as u64) << 20;
    if archive.len() > MAX_FILES {
        return Err(Unreadable::TooLarge(Limit::Files(MAX_FILES)));
    }
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).map_err(|_| Unreadable::Damaged)?;
        let name = file.name().map_err(|_| Unreadable::Damaged)?.into_owned();
        let mut measured = file.by_ref().take(left + 1);
        let unpacked = match name.as_str() {
            "mimetype" => keep(&mut measured, &mut mimetype)?,
            "content.xml" => keep(&mut measured, &mut content)?,
            name => xlsx::measure(name, &mut measured)?,
        };
        left = left
            .checked_sub(unpacked)
            .ok_or(Unreadable::TooLarge(Limit::Unpacked(MAX_UNPACKED)))?;
        names.push(name);
    }
    let begins = |start: &str| names.iter().any(|name| name.starts_with(start));
    if begins("xl/vbaProject") || begins("Basic/") || begins("Scripts/") {
        return Err(Unreadable::Macros);
    }
    if mimetype.trim() == "application/vnd.oasis.opendocument.spreadsheet" {
        return Ok(Table { format: Format::Ods, rows: ods::rows(&content)? });
    }
    if begins("xl/workbook.xml") {
        return Ok(Table { format: Format::Xlsx, rows: xlsx::rows(bytes)? });
    }
    Err(Unreadable::NotASpreadsheet)
}

fn keep(from: &mut impl Read, to: &mut String) -> Result<u64, Unreadable> {
    let unpacked = from.read_to_string(to).map_err(|_| Unreadable::Damaged)?;
    Ok(unpacked as u64)
}

/// The cells of a row as they are found; blank ones are left out.
#[derive(Debug, Default)]
struct Cells(BTreeMap<usize, Cell>);

impl Cells {
    /// Puts a cell into its place.
    fn put(&mut self, place: usize, cell: Cell) -> Result<(), Unreadable> {
        if cell.is_blank() {
            return Ok(());
        }
        if place >= MAX_COLUMNS {
            return Err(Unreadable::TooLarge(Limit::Columns(MAX_COLUMNS)));
        }
        self.0.insert(place, cell);
        Ok(())
    }
}

/// Collects rows until there are enough of them, and counts what they cost.
#[derive(Debug, Default)]
struct Collected {
    rows: Vec<Row>,
    cells: usize,
    text: usize,
}

impl Collected {
    /// Adds a row that is repeated `times`, from `number` on, unless it is blank. Returns whether more
    /// rows are of interest.
    fn add(&mut self, number: u32, times: u32, cells: Cells) -> Result<bool, Unreadable> {
        let cells: Vec<_> = cells.0.into_iter().collect();
        if cells.is_empty() {
            return Ok(true);
        }
        let times = (KEPT_ROWS - self.rows.len()).min(times as usize);
        let text: usize = cells.iter().map(|(_, cell)| cell.text_len()).sum();
        self.cells = self.cells.saturating_add(cells.len().saturating_mul(times));
        self.text = self.text.saturating_add(text.saturating_mul(times));
        self.afford(0, 0)?;
        for number in (number..).take(times) {
            self.rows.push(Row { number, cells: cells.clone() });
        }
        Ok(self.rows.len() < KEPT_ROWS)
    }

    /// Whether so many cells with so much text, in bytes, may be kept as well.
    fn afford(&self, cells: usize, text: usize) -> Result<(), Unreadable> {
        if self.cells.saturating_add(cells) > MAX_CELLS {
            return Err(Unreadable::TooLarge(Limit::Cells(MAX_CELLS)));
        }
        if self.text.saturating_add(text) > MAX_TEXT << 20 {
            return Err(Unreadable::TooLarge(Limit::Text(MAX_TEXT)));
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
