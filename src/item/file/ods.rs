//! A spreadsheet in the `OpenDocument` format: the least that every program opens.

use std::{
    fmt::Write as _,
    io::{Cursor, Write as _},
};

use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::super::table::{Cell, Column, Rows};

const MIME: &str = "application/vnd.oasis.opendocument.spreadsheet";
const MANIFEST: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2"><manifest:file-entry manifest:full-path="/" manifest:version="1.2" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>
"#;
const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" office:version="1.2"><office:automatic-styles><number:date-style style:name="day"><number:year number:style="long"/><number:text>-</number:text><number:month number:style="long"/><number:text>-</number:text><number:day number:style="long"/></number:date-style><style:style style:name="date" style:family="table-cell" style:data-style-name="day"/></office:automatic-styles><office:body><office:spreadsheet><table:table table:name="1">"#;
const TAIL: &str = "</table:table></office:spreadsheet></office:body></office:document-content>\n";

/// Writes a sheet with titles in `lang`.
pub(super) fn write(columns: &[Column], rows: &Rows, lang: &str) -> Vec<u8> {
    let mut content = String::from(HEAD);
    let titles = columns.iter().map(|column| Cell::Words(column.title.get(lang).to_owned()));
    add_row(&mut content, titles.collect::<Vec<_>>().iter());
    for row in rows {
        add_row(&mut content, row.iter());
    }
    content.push_str(TAIL);
    packed(&content).expect("writing to memory does not fail")
}

fn packed(content: &str) -> zip::result::ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
    // The format asks for its type first, and not compressed.
    zip.start_file("mimetype", options.compression_method(CompressionMethod::Stored))?;
    zip.write_all(MIME.as_bytes())?;
    for (name, text) in [("META-INF/manifest.xml", MANIFEST), ("content.xml", content)] {
        zip.start_file(name, options.compression_method(CompressionMethod::Deflated))?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

fn add_row<'a>(content: &mut String, cells: impl Iterator<Item = &'a Cell>) {
    content.push_str("<table:table-row>");
    for cell in cells {
        let shown = escaped(&cell.shown());
        let attributes = match cell {
            Cell::Words(_) => r#"office:value-type="string""#.to_owned(),
            Cell::Number(_) => format!(r#"office:value-type="float" office:value="{shown}""#),
            Cell::Date(_) => {
                format!(
                    r#"table:style-name="date" office:value-type="date" office:date-value="{shown}""#
                )
            }
        };
        let _ = write!(
            content,
            "<table:table-cell {attributes}><text:p>{shown}</text:p></table:table-cell>"
        );
    }
    content.push_str("</table:table-row>");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
