//! `OpenDocument`. Read here rather than by calamine, which never ends on a sheet that is cut off
//! and lets a few bytes repeat a row a million times.

use quick_xml::{
    Reader,
    escape::resolve_predefined_entity,
    events::{BytesRef, BytesStart, Event},
};

use super::{Cell, Cells, Collected, MAX_COLUMNS, Row, Unreadable};

/// The most spaces that one mark stands for.
const MAX_SPACES: u32 = 100;
/// What is inside a cell but not its content.
const ASIDES: [&str; 2] = ["office:annotation", "draw:frame"];

/// The rows of the first sheet of `content.xml`.
pub fn rows(content: &str) -> Result<Vec<Row>, Unreadable> {
    let mut reader = Reader::from_str(content);
    reader.config_mut().expand_empty_elements = true;
    let mut sheet = Sheet { next_row: 1, ..Sheet::default() };
    loop {
        let more = match reader.read_event().map_err(|_| Unreadable::Damaged)? {
            Event::Start(element) if ASIDES.contains(&element.name().as_ref()) => {
                reader.read_to_end(element.name()).map_err(|_| Unreadable::Damaged)?;
                true
            }
            Event::Start(element) => sheet.start(&element)?,
            Event::End(element) => sheet.end(element.name().as_ref())?,
            Event::Text(text) => sheet.write(&text.xml10_content()),
            Event::CData(text) => sheet.write(&text.xml10_content()),
            Event::GeneralRef(entity) => sheet.write(&resolved(&entity)?),
            Event::Eof => return Err(Unreadable::Damaged),
            _ => true,
        };
        if !more {
            return Ok(sheet.collected.rows);
        }
    }
}

fn resolved(entity: &BytesRef<'_>) -> Result<String, Unreadable> {
    if let Some(character) = entity.resolve_char_ref().map_err(|_| Unreadable::Damaged)? {
        return Ok(character.to_string());
    }
    let name = entity.xml10_content();
    resolve_predefined_entity(&name).map(str::to_owned).ok_or(Unreadable::Damaged)
}

/// The sheet as far as it was read.
#[derive(Default)]
struct Sheet {
    collected: Collected,
    inside: bool,
    next_row: u32,
    row_repeats: u32,
    next_place: usize,
    cells: Cells,
    cell: Option<OpenCell>,
}

/// A cell whose end was not read yet.
struct OpenCell {
    kind: String,
    value: String,
    repeats: u32,
    paragraphs: u32,
    text: String,
}

impl Sheet {
    fn start(&mut self, element: &BytesStart<'_>) -> Result<bool, Unreadable> {
        match element.name().as_ref() {
            "table:table" => self.inside = true,
            "table:table-row" => {
                self.cells = Cells::default();
                self.next_place = 0;
                self.row_repeats = repeats(element, "table:number-rows-repeated")?;
            }
            "table:table-cell" | "table:covered-table-cell" => {
                let kind = attribute(element, "office:value-type")?.unwrap_or_default();
                let named = match kind.as_str() {
                    "date" => "office:date-value",
                    "string" => "office:string-value",
                    _ => "office:value",
                };
                self.cell = Some(OpenCell {
                    value: attribute(element, named)?.unwrap_or_default(),
                    kind,
                    repeats: repeats(element, "table:number-columns-repeated")?,
                    paragraphs: 0,
                    text: String::new(),
                });
            }
            "text:p" => {
                if let Some(cell) = &mut self.cell {
                    cell.paragraphs += 1;
                    if cell.paragraphs > 1 {
                        cell.text.push('\n');
                    }
                }
            }
            "text:s" => {
                let count = repeats(element, "text:c")?.min(MAX_SPACES);
                return Ok(self.write(&" ".repeat(count as usize)));
            }
            "text:tab" => return Ok(self.write("\t")),
            "text:line-break" => return Ok(self.write("\n")),
            _ => {}
        }
        Ok(true)
    }

    fn end(&mut self, name: &str) -> Result<bool, Unreadable> {
        match name {
            "table:table" => return Ok(false),
            "table:table-cell" | "table:covered-table-cell" => {
                let Some(cell) = self.cell.take() else { return Ok(true) };
                self.put(cell.repeats as usize, &cell.closed())?;
            }
            "table:table-row" if self.inside => return self.close_row(),
            _ => {}
        }
        Ok(true)
    }

    /// Puts a cell into the next places of the row, after counting what that costs.
    fn put(&mut self, repeats: usize, cell: &Cell) -> Result<(), Unreadable> {
        let first = self.next_place;
        self.next_place = first.saturating_add(repeats);
        if cell.is_blank() || repeats == 0 {
            return Ok(());
        }
        // One place beyond the last is enough to be refused.
        let repeats = repeats.min(MAX_COLUMNS.saturating_sub(first) + 1);
        self.collected.afford(repeats, cell.text_len().saturating_mul(repeats))?;
        for place in first..first.saturating_add(repeats) {
            self.cells.put(place, cell.clone())?;
        }
        Ok(())
    }

    fn close_row(&mut self) -> Result<bool, Unreadable> {
        let first = self.next_row;
        self.next_row = first.saturating_add(self.row_repeats);
        self.collected.add(first, self.row_repeats, std::mem::take(&mut self.cells))
    }

    /// Adds to the text of the open cell; what lies between cells is nothing.
    fn write(&mut self, text: &str) -> bool {
        if let Some(cell) = self.cell.as_mut().filter(|cell| cell.paragraphs > 0) {
            cell.text.push_str(text);
        }
        true
    }
}

impl OpenCell {
    fn closed(self) -> Cell {
        let day = || self.value.get(..10).and_then(|day| day.parse().ok()).map(Cell::Date);
        let number = || self.value.parse().ok().map(Cell::Number);
        let typed = match self.kind.as_str() {
            "date" => day(),
            "float" | "currency" => number(),
            "string" if !self.value.is_empty() => Some(Cell::Text(self.value.clone())),
            _ => None,
        };
        match typed {
            Some(cell) => cell,
            None if self.text.is_empty() => Cell::Empty,
            None => Cell::Text(self.text),
        }
    }
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, Unreadable> {
    let found = element.try_get_attribute(name).map_err(|_| Unreadable::Damaged)?;
    let value = found.map(|attribute| attribute.normalized_value(quick_xml::XmlVersion::default()));
    Ok(value.transpose().map_err(|_| Unreadable::Damaged)?.map(std::borrow::Cow::into_owned))
}

/// How often something is repeated; once unless told otherwise.
fn repeats(element: &BytesStart<'_>, name: &str) -> Result<u32, Unreadable> {
    attribute(element, name)?.map_or(Ok(1), |n| n.parse().map_err(|_| Unreadable::Damaged))
}
