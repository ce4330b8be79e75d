//! Text with a separator: comma, semicolon or tab; UTF-8, UTF-16 with a mark, or Windows-1252.

use super::{Cell, Collected, Row, Unreadable};

/// The rows of a text.
pub fn rows(bytes: &[u8]) -> Result<Vec<Row>, Unreadable> {
    let text = decoded(bytes)?.replace("\r\n", "\n").replace('\r', "\n");
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator(&text))
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut collected = Collected::default();
    let mut number = 0;
    loop {
        let start = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        if !reader.read_record(&mut record).map_err(|_| Unreadable::Damaged)? {
            return Ok(collected.0);
        }
        number += 1 + blank_lines(&text, start);
        let cells = record.iter().map(|field| Cell::Text(field.to_owned())).collect();
        if !collected.add(number, cells)? {
            return Ok(collected.0);
        }
    }
}

/// The blank lines at `start`; the reader skips them, a spreadsheet numbers them.
fn blank_lines(text: &str, start: usize) -> u32 {
    let blank = text.bytes().skip(start).take_while(|byte| *byte == b'\n').count();
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
