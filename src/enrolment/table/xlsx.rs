//! Office Open XML, read cell by cell, so that a lone cell far away costs nothing.

use std::{collections::BTreeMap, io::Cursor, panic};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx};
use chrono::NaiveDate;

use super::{Cell, Collected, MAX_COLUMNS, Row, Unreadable};

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
    let mut rows: BTreeMap<u32, Vec<Cell>> = BTreeMap::new();
    while let Some(found) = reader.next_cell().map_err(|_| Unreadable::Damaged)? {
        let (row, column) = found.get_position();
        let cell = cell(found.get_value());
        if cell.is_blank() {
            continue;
        }
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if column >= MAX_COLUMNS {
            return Err(Unreadable::TooWide);
        }
        let cells = rows.entry(row).or_default();
        if cells.len() <= column {
            cells.resize(column + 1, Cell::Empty);
        }
        cells[column] = cell;
    }
    let mut collected = Collected::default();
    for (row, cells) in rows {
        if !collected.add(row.saturating_add(1), cells)? {
            break;
        }
    }
    Ok(collected.0)
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
