//! Reads the rows of a spreadsheet, whatever its format. The format is recognised by its first
//! bytes, never by its name; what it unpacks to is measured before it is parsed.

mod csv;
mod ods;
mod xlsx;

use std::{fmt, io::Read};

use chrono::NaiveDate;

use crate::scheme::Text;

/// The largest file, in bytes.
pub const MAX_BYTES: usize = 5 * 1024 * 1024;
/// The most candidates in one list.
pub const MAX_ROWS: usize = 2000;
/// The most columns; a cell further right makes the list unreadable.
const MAX_COLUMNS: usize = 256;
/// How many rows are kept: the header, the candidates, and one that shows there are too many.
const KEPT_ROWS: usize = MAX_ROWS + 2;
/// The most bytes that a file may unpack to.
const MAX_UNPACKED: u64 = 64 * 1024 * 1024;
/// The most files in a spreadsheet.
const MAX_ENTRIES: usize = 1000;

/// The format of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
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
    /// From the first column on.
    pub cells: Vec<Cell>,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.reason().en)]
pub enum Unreadable {
    /// Larger than 5 MiB, or it unpacks to too much.
    TooLarge,
    /// The format of Excel before 2007, or a file with a password.
    OldExcel,
    /// It holds programs.
    Macros,
    /// No spreadsheet.
    NotASpreadsheet,
    /// A spreadsheet that is damaged.
    Damaged,
    /// Something is written beyond the 256th column.
    TooWide,
}

impl Unreadable {
    /// The reason, for the person who has to mend it.
    pub fn reason(self) -> Text {
        let (fr, en) = match self {
            Self::TooLarge => (
                "Le fichier est trop gros : 5 Mio au plus.",
                "The file is too large: 5 MiB at most.",
            ),
            Self::OldExcel => (
                "Ce fichier est au format d'Excel d'avant 2007 ou protégé par un mot de passe : \
                 enregistrez-le en .xlsx sans mot de passe.",
                "The file has the format of Excel before 2007 or a password: save it as .xlsx \
                 without a password.",
            ),
            Self::Macros => (
                "Ce fichier contient des macros : enregistrez-le en .xlsx ou .ods sans macros.",
                "The file holds macros: save it as .xlsx or .ods without macros.",
            ),
            Self::NotASpreadsheet => (
                "Ce n'est pas une liste : il faut un fichier CSV, XLSX ou ODS.",
                "This is not a list: it must be a CSV, XLSX or ODS file.",
            ),
            Self::Damaged => (
                "Le fichier est abîmé : ouvrez-le dans un tableur et enregistrez-le de nouveau.",
                "The file is damaged: open it in a spreadsheet program and save it again.",
            ),
            Self::TooWide => (
                "La liste a trop de colonnes : gardez celles du modèle.",
                "The list has too many columns: keep those of the template.",
            ),
        };
        Text { fr: fr.to_owned(), en: en.to_owned() }
    }
}

/// Reads the first sheet of a file.
///
/// # Errors
/// [`Unreadable`]. An empty file is no error: it is a list without rows.
pub fn read(bytes: &[u8]) -> Result<Table, Unreadable> {
    if bytes.len() > MAX_BYTES {
        return Err(Unreadable::TooLarge);
    }
    match bytes {
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Err(Unreadable::OldExcel),
        [b'P', b'K', 3, 4, ..] => read_packed(bytes),
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
    let mut left = MAX_UNPACKED;
    if archive.len() > MAX_ENTRIES {
        return Err(Unreadable::TooLarge);
    }
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).map_err(|_| Unreadable::Damaged)?;
        let name = file.name().map_err(|_| Unreadable::Damaged)?.into_owned();
        let mut measured = file.by_ref().take(left + 1);
        let unpacked = match name.as_str() {
            "mimetype" => keep(&mut measured, &mut mimetype)?,
            "content.xml" => keep(&mut measured, &mut content)?,
            _ => std::io::copy(&mut measured, &mut std::io::sink())
                .map_err(|_| Unreadable::Damaged)?,
        };
        left = left.checked_sub(unpacked).ok_or(Unreadable::TooLarge)?;
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

/// Collects rows until there are enough of them.
#[derive(Debug, Default)]
struct Collected(Vec<Row>);

impl Collected {
    /// Adds a row unless it is blank. Returns whether more rows are of interest.
    fn add(&mut self, number: u32, mut cells: Vec<Cell>) -> Result<bool, Unreadable> {
        let Some(last) = cells.iter().rposition(|cell| !cell.is_blank()) else { return Ok(true) };
        if last >= MAX_COLUMNS {
            return Err(Unreadable::TooWide);
        }
        cells.truncate(last + 1);
        self.0.push(Row { number, cells });
        Ok(self.0.len() < KEPT_ROWS)
    }
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
