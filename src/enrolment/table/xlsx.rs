//! Office Open XML, read cell by cell, so that a lone cell far away costs nothing.

use std::{
    collections::BTreeMap,
    io::{self, Cursor, Read},
    panic,
};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx};
use chrono::NaiveDate;

use super::{Cell, Cells, Collected, KEPT_ROWS, MAX_CELLS, Row, Unreadable};
use crate::confined::Limit;

/// The most shared strings that a file may claim to have; room is made for as many as it claims.
const MAX_STRINGS: u64 = 4_000_000;
/// How far into the shared strings their number is looked for, in bytes.
const HEAD: u64 = 4096;

/// How much a file inside unpacks to, in bytes.
pub fn measure(name: &str, file: &mut impl Read) -> Result<u64, Unreadable> {
    let mut head = Vec::new();
    let read = file.take(HEAD).read_to_end(&mut head).map_err(|_| Unreadable::Damaged)?;
    if name.to_lowercase().ends_with("sharedstrings.xml") && claimed(&head) > MAX_STRINGS {
        return Err(Unreadable::TooLarge(Limit::Cells(MAX_CELLS)));
    }
    let rest = io::copy(file, &mut io::sink()).map_err(|_| Unreadable::Damaged)?;
    Ok(read as u64 + rest)
}

/// How many shared strings there are, as the file says.
fn claimed(head: &[u8]) -> u64 {
    let head = String::from_utf8_lossy(head);
    let Some((_, behind)) = head.split_once("uniqueCount") else { return 0 };
    let digits = behind.trim_start_matches(|c: char| c.is_whitespace() || "=\"'+".contains(c));
    let digits: String = digits.chars().take_while(char::is_ascii_digit).collect();
    if digits.is_empty() { 0 } else { digits.parse().unwrap_or(u64::MAX) }
}

/// The rows of the first visible sheet. The parser is a stranger to hostile bytes: should it panic,
/// the file counts as damaged.
pub fn rows(bytes: &[u8]) -> Result<Vec<Row>, Unreadable> {
    panic::catch_unwind(|| read(bytes)).unwrap_or(Err(Unreadable::Damaged))
}

fn read(bytes: &[u8]) -> Result<Vec<Row>, Unreadable> {
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|_| Unreadable::Damaged)?;
    let is_shown = |sheet: &&calamine::Sheet| {
        sheet.visible == SheetVisible::Visible && sheet.typ == SheetType::WorkSheet
    };
    let sheets = book.sheets_metadata();
    let Some(name) = sheets.iter().find(is_shown).map(|sheet| sheet.name.clone()) else {
        return Ok(Vec::new());
    };
    let mut reader = book.worksheet_cells_reader(&name).map_err(|_| Unreadable::Damaged)?;
    let mut rows: BTreeMap<u32, Cells> = BTreeMap::new();
    let (mut collected, mut cells, mut text) = (Collected::default(), 0, 0);
    while let Some(found) = reader.next_cell().map_err(|_| Unreadable::Damaged)? {
        let (row, column) = found.get_position();
        let cell = cell(found.get_value());
        if cell.is_blank() {
            continue;
        }
        cells += 1;
        text += cell.text_len();
        collected.afford(cells, text)?;
        let place = usize::try_from(column).unwrap_or(usize::MAX);
        rows.entry(row).or_default().put(place, cell)?;
        if rows.len() > KEPT_ROWS {
            break;
        }
    }
    for (row, cells) in rows {
        if !collected.add(row.saturating_add(1), 1, cells)? {
            break;
        }
    }
    Ok(collected.rows)
}

fn cell(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::String(text) => Cell::Text(text.clone()),
        DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::Int(number) => Cell::Text(number.to_string()),
        DataRef::Bool(yes) => Cell::Text(yes.to_string()),
        DataRef::DateTime(moment) if moment.is_datetime() => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            NaiveDate::from_ymd_opt(year.into(), month.into(), day.into())
                .map_or(Cell::Number(moment.as_f64()), Cell::Date)
        }
        DataRef::DateTime(length) => Cell::Number(length.as_f64()),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            let day = text.get(..10).and_then(|day| day.parse().ok());
            day.map_or_else(|| Cell::Text(text.clone()), Cell::Date)
        }
        DataRef::Error(error) => Cell::Text(error.to_string()),
    }
}
