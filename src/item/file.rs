//! Files made for one attempt: tables, lists of lines, pictures; and what is found in them.

mod ods;
mod picture;

use std::{collections::BTreeMap, fmt::Write};

use serde::Deserialize;

use super::{
    Field, FieldAnswer, Item, Task,
    decimal::Decimal,
    draw::Draw,
    table::{Cell, Column, Computed, Found, Rows, compute, draw_rows},
};

/// How a file is made.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileSpec {
    /// Its name.
    pub name: String,
    /// Its format.
    pub format: Format,
    /// Of a table: how many rows.
    #[serde(default)]
    pub rows: usize,
    /// Of a table.
    #[serde(default)]
    pub columns: Vec<Column>,
    /// Of a list of lines: one line, with column ids in braces.
    #[serde(default)]
    pub line: String,
    /// Of a picture: its width in pixels.
    #[serde(default)]
    pub width: Option<Range>,
    /// Of a picture: its height in pixels.
    #[serde(default)]
    pub height: Option<Range>,
    /// Of a picture: text chunks, one value drawn of each.
    #[serde(default)]
    pub text: BTreeMap<String, Vec<String>>,
}

/// The formats of generated files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Values separated by semicolons.
    Csv,
    /// A spreadsheet.
    Ods,
    /// Lines of text.
    Txt,
    /// A picture.
    Png,
}

/// Whole numbers, bounds included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// The smallest.
    pub min: i64,
    /// The largest.
    pub max: i64,
}

/// A file for a candidate to download.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeneratedFile {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub mime: &'static str,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// What was drawn for one attempt, before it is written in a format and a language.
enum Content {
    Table(Rows),
    Picture { width: u32, height: u32, text: BTreeMap<String, String> },
}

/// The most drawings tried until every key of the item exists and is the only one.
const TRIES: u32 = 64;

/// The file of a file task for the attempt with this seed, with titles in `lang`; none for other
/// items.
pub fn generated_file(item: &Item, seed: i64, lang: &str) -> Option<GeneratedFile> {
    let Task::FileTask { file, fields } = &item.task else {
        return None;
    };
    let (mime, bytes) = match (file.format, draw_content(item, file, fields, seed)) {
        (Format::Csv, Content::Table(rows)) => {
            ("text/csv; charset=utf-8", csv(&file.columns, &rows, lang).into_bytes())
        }
        (Format::Txt, Content::Table(rows)) => {
            ("text/plain; charset=utf-8", lines(file, &rows).into_bytes())
        }
        (Format::Ods | Format::Png, Content::Table(rows)) => (
            "application/vnd.oasis.opendocument.spreadsheet",
            ods::write(&file.columns, &rows, lang),
        ),
        (_, Content::Picture { width, height, text }) => {
            let draw = Draw::new(seed, &format!("picture {} {}", item.id, item.version));
            ("image/png", picture::draw(width, height, &text, &draw))
        }
    };
    Some(GeneratedFile { name: file.name.clone(), mime, bytes })
}

/// What is found in the file of this seed, by field.
pub(super) fn found_fields(item: &Item, seed: i64) -> BTreeMap<&str, Found> {
    let Task::FileTask { file, fields } = &item.task else {
        return BTreeMap::new();
    };
    let content = draw_content(item, file, fields, seed);
    computed_fields(fields)
        .filter_map(|(id, computed)| Some((id, find(file, &content, computed)?)))
        .collect()
}

fn computed_fields(fields: &[Field]) -> impl Iterator<Item = (&str, &Computed)> {
    fields.iter().filter_map(|field| match &field.answer {
        FieldAnswer::Computed(computed) => Some((field.id.as_str(), computed)),
        FieldAnswer::Text(_) | FieldAnswer::Number(_) => None,
    })
}

fn draw_content(item: &Item, file: &FileSpec, fields: &[Field], seed: i64) -> Content {
    let content = |number: u32| {
        let purpose = format!("file {} {} {number}", item.id, item.version);
        let draw = Draw::new(seed, &purpose);
        match file.format {
            Format::Png => draw_picture(file, &draw),
            Format::Csv | Format::Ods | Format::Txt => {
                Content::Table(draw_rows(&file.columns, file.rows, &draw))
            }
        }
    };
    let well_posed = |content: &Content| {
        computed_fields(fields).all(|(_, computed)| find(file, content, computed).is_some())
    };
    (0..TRIES).map(content).find(well_posed).unwrap_or_else(|| content(TRIES))
}

fn draw_picture(file: &FileSpec, draw: &Draw) -> Content {
    let side = |range: Option<Range>| {
        let Range { min, max } = range.unwrap_or(Range { min: 640, max: 640 });
        u32::try_from(draw.between(min, max)).expect("the check of the bank bounds a picture")
    };
    let (width, height) = (side(file.width), side(file.height));
    let drawn =
        |(name, values): (&String, &Vec<String>)| (name.clone(), draw.one_of(values).clone());
    Content::Picture { width, height, text: file.text.iter().map(drawn).collect() }
}

fn find(file: &FileSpec, content: &Content, computed: &Computed) -> Option<Found> {
    match content {
        Content::Table(rows) => compute(computed, &file.columns, rows),
        Content::Picture { width, height, text } => Some(match computed.property.as_deref()? {
            "width" => Found::Number(Decimal::new((*width).into(), 0)),
            "height" => Found::Number(Decimal::new((*height).into(), 0)),
            name => Found::Words(text.get(name)?.clone()),
        }),
    }
}

/// UTF-8 with the mark that tells spreadsheets so; decimals with a comma in French.
fn csv(columns: &[Column], rows: &Rows, lang: &str) -> String {
    let mut text = String::from("\u{feff}");
    let titles = columns.iter().map(|column| quoted(column.title.get(lang)));
    let _ = writeln!(text, "{}\r", titles.collect::<Vec<_>>().join(";"));
    for row in rows {
        let cells = row.iter().map(|cell| quoted(&localized(cell, lang)));
        let _ = writeln!(text, "{}\r", cells.collect::<Vec<_>>().join(";"));
    }
    text
}

fn localized(cell: &Cell, lang: &str) -> String {
    match cell {
        Cell::Number(number) if lang != "en" => number.to_string().replace('.', ","),
        Cell::Number(_) | Cell::Words(_) | Cell::Date(_) => cell.shown(),
    }
}

fn quoted(value: &str) -> String {
    if value.contains([';', '"', '\n', '\r']) {
        return format!("\"{}\"", value.replace('"', "\"\""));
    }
    value.to_owned()
}

fn lines(file: &FileSpec, rows: &Rows) -> String {
    let line = |row: &Vec<Cell>| {
        file.columns.iter().zip(row).fold(file.line.clone(), |line, (column, cell)| {
            line.replace(&format!("{{{}}}", column.id), &cell.shown())
        })
    };
    rows.iter().fold(String::new(), |mut text, row| {
        let _ = writeln!(text, "{}", line(row));
        text
    })
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;
    use crate::item::bank;

    fn made(format: Format) -> impl Iterator<Item = (&'static Item, GeneratedFile)> {
        let of_format = move |item: &&Item| matches!(&item.task, Task::FileTask { file, .. } if file.format == format);
        bank().items().iter().filter(of_format).map(|item| {
            let file = generated_file(item, 4711, "fr").unwrap();
            // `JURAT_SHOW=FOLDER` keeps a copy to look at.
            if let Ok(folder) = std::env::var("JURAT_SHOW") {
                let path = std::path::Path::new(&folder).join(format!("{}-{}", item.id, file.name));
                std::fs::write(path, &file.bytes).unwrap();
            }
            (item, file)
        })
    }

    #[test]
    fn two_candidates_have_different_files_and_each_always_the_same() {
        for item in bank().items() {
            if let Some(file) = generated_file(item, 1, "en") {
                assert_eq!(Some(&file), generated_file(item, 1, "en").as_ref());
                assert_ne!(Some(file), generated_file(item, 2, "en"), "{}", item.id);
            }
        }
    }

    #[test]
    fn picture_has_the_size_and_the_texts_that_are_asked_for() {
        for (item, file) in made(Format::Png) {
            let reader = png::Decoder::new(std::io::Cursor::new(&file.bytes)).read_info().unwrap();
            let info = reader.info();
            for (field, found) in found_fields(item, 4711) {
                match found {
                    Found::Number(number) => {
                        let sides =
                            [info.width, info.height].map(|side| Decimal::new(side.into(), 0));
                        assert!(sides.contains(&number), "{} {field}", item.id);
                    }
                    Found::Words(words) => {
                        let texts = &info.uncompressed_latin1_text;
                        assert!(texts.iter().any(|text| text.text == words), "{} {field}", item.id);
                    }
                }
            }
        }
    }

    #[test]
    fn spreadsheet_says_its_type_first_and_has_every_row() {
        for (item, file) in made(Format::Ods) {
            assert_eq!(&file.bytes[30..38], b"mimetype", "{}", item.id);
            let mut zip = zip::ZipArchive::new(std::io::Cursor::new(&file.bytes)).unwrap();
            let mut content = String::new();
            zip.by_name("content.xml").unwrap().read_to_string(&mut content).unwrap();
            let Task::FileTask { file: spec, .. } = &item.task else { panic!() };
            assert_eq!(content.matches("<table:table-row>").count(), spec.rows + 1);
        }
    }

    #[test]
    fn list_has_a_line_for_each_row() {
        for (item, file) in made(Format::Csv).chain(made(Format::Txt)) {
            let text = String::from_utf8(file.bytes).unwrap();
            let Task::FileTask { file: spec, .. } = &item.task else { panic!() };
            let header = usize::from(spec.format == Format::Csv);
            assert_eq!(text.lines().count(), spec.rows + header, "{}", item.id);
        }
    }
}
