//! Text with a separator: comma, semicolon or tab; UTF-8, UTF-16 with a mark, or Windows-1252.

use csv_core::ReadFieldResult;

use super::{Cell, Cells, Collected, Row, Unreadable};

/// How many bytes of a field are taken at a time.
const PIECE: usize = 4096;

/// The rows of a text. It is read field by field: a text of nothing but separators costs nothing.
pub fn rows(bytes: &[u8]) -> Result<Vec<Row>, Unreadable> {
    let text = decoded(bytes)?.replace("\r\n", "\n").replace('\r', "\n");
    let mut reader = csv_core::ReaderBuilder::new().delimiter(separator(&text)).build();
    let mut left = text.as_bytes();
    let mut collected = Collected::default();
    let mut number = 0;
    loop {
        let blank = blank_lines(left);
        let Some(cells) = next_row(&mut reader, &mut left)? else { return Ok(collected.rows) };
        number += 1 + blank;
        if !collected.add(number, 1, cells)? {
            return Ok(collected.rows);
        }
    }
}

/// The cells of the next row of what is `left`.
fn next_row(reader: &mut csv_core::Reader, left: &mut &[u8]) -> Result<Option<Cells>, Unreadable> {
    let (mut cells, mut place) = (Cells::default(), 0);
    let mut field = Vec::new();
    let mut piece = [0; PIECE];
    loop {
        let (found, read, written) = reader.read_field(left, &mut piece);
        *left = &left[read..];
        field.extend_from_slice(&piece[..written]);
        match found {
            ReadFieldResult::InputEmpty | ReadFieldResult::OutputFull => {}
            ReadFieldResult::End => return Ok(None),
            ReadFieldResult::Field { record_end } => {
                let text = String::from_utf8(std::mem::take(&mut field));
                cells.put(place, Cell::Text(text.map_err(|_| Unreadable::Damaged)?))?;
                place += 1;
                if record_end {
                    return Ok(Some(cells));
                }
            }
        }
    }
}

/// The blank lines that come next; the reader skips them, a spreadsheet numbers them.
fn blank_lines(left: &[u8]) -> u32 {
    let blank = left.iter().take_while(|byte| **byte == b'\n').count();
    u32::try_from(blank).unwrap_or(u32::MAX)
}

/// The text, by its mark, or UTF-8 when it is that, or Windows-1252.
fn decoded(bytes: &[u8]) -> Result<String, Unreadable> {
    let text = match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding.decode(bytes).0.into_owned(),
        None => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned(),
        },
    };
    let looks_like = |start: &str| text.trim_start().starts_with(start);
    if text.contains('\0') || looks_like("%PDF") || looks_like("<") || looks_like("{\\rtf") {
        return Err(Unreadable::NotASpreadsheet);
    }
    Ok(text)
}

/// The separator that the first line has most of, outside quotes.
fn separator(text: &str) -> u8 {
    let mut quoted = false;
    let mut counts = [(b';', 0), (b',', 0), (b'\t', 0)];
    for byte in text.trim_start_matches('\n').bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if quoted => {}
            _ => counts.iter_mut().filter(|(of, _)| *of == byte).for_each(|(_, n)| *n += 1),
        }
    }
    let mut best = counts[0];
    for count in counts {
        if count.1 > best.1 {
            best = count;
        }
    }
    best.0
}
