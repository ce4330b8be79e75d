use std::io::Write;

use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format as Style, Workbook};

use super::*;

/// A sheet as `LibreOffice` writes it.
fn ods(rows: &str) -> Vec<u8> {
    packed(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        (
            "content.xml",
            &format!(
                "<?xml version=\"1.0\"?><office:document-content><office:body>\
                 <office:spreadsheet><table:table table:name=\"Feuille1\">{rows}</table:table>\
                 </office:spreadsheet></office:body></office:document-content>"
            ),
        ),
    ])
}

fn packed(files: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn xlsx() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let day = Style::new().set_num_format("dd/mm/yyyy");
    sheet.write_string(0, 0, "Nom").unwrap();
    sheet.write_string(4, 0, "Noël").unwrap();
    let born = ExcelDateTime::from_ymd(2001, 5, 24).unwrap();
    sheet.write_datetime_with_format(4, 2, &born, &day).unwrap();
    sheet.write_number(4, 3, 12.0).unwrap();
    book.save_to_buffer().unwrap()
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn day(text: &str) -> Cell {
    Cell::Date(text.parse().unwrap())
}

fn rows(bytes: &[u8]) -> Vec<(u32, Vec<Cell>)> {
    let cells = |row: &Row| {
        let places = 0..row.width();
        places.map(|place| row.cell(place).cloned().unwrap_or_default()).collect()
    };
    read(bytes).unwrap().rows.iter().map(|row| (row.number, cells(row))).collect()
}

#[test]
fn rows_are_numbered_as_the_spreadsheet_numbers_them() {
    let csv = "\nNom;Note\n\n\nA;\"deux\nlignes\"\nB;\n;\nC;x\n";
    let expected = vec![
        (2, vec![text("Nom"), text("Note")]),
        (5, vec![text("A"), text("deux\nlignes")]),
        (6, vec![text("B")]),
        (8, vec![text("C"), text("x")]),
    ];
    assert_eq!(rows(csv.as_bytes()), expected);
    assert_eq!(rows(csv.replace('\n', "\r\n").as_bytes()), expected);
}

#[test]
fn separator_and_encoding_are_found_out() {
    let expected = vec![(1, vec![text("Nom"), text("Prénom")]), (2, vec![text("É"), text("a,b")])];
    let french = "Nom;Prénom\nÉ;a,b\n";
    let (western, _, _) = encoding_rs::WINDOWS_1252.encode(french);
    let wide: Vec<u8> =
        "\u{feff}Nom\tPrénom\nÉ\ta,b\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [
        french.as_bytes(),
        format!("\u{feff}{french}").as_bytes(),
        western.as_ref(),
        b"Nom,Pr\xc3\xa9nom\n\xc3\x89,\"a,b\"\n",
        &wide,
    ] {
        assert_eq!(rows(bytes), expected);
    }
}

#[test]
fn an_excel_sheet_is_read_with_its_dates() {
    let expected = vec![
        (1, vec![text("Nom")]),
        (5, vec![text("Noël"), Cell::Empty, day("2001-05-24"), Cell::Number(12.0)]),
    ];
    assert_eq!(rows(&xlsx()), expected);
}

#[test]
fn an_opendocument_sheet_is_read_with_its_dates() {
    let sheet = ods("<table:table-row table:number-rows-repeated=\"2\"><table:table-cell \
         table:number-columns-repeated=\"16384\"/></table:table-row>\
         <table:table-row><table:table-cell office:value-type=\"string\"><text:p>Le<text:s/>Goff \
         &amp; C<text:span>ie</text:span></text:p><office:annotation><text:p>note</text:p>\
         </office:annotation></table:table-cell><table:table-cell/>\
         <table:table-cell office:value-type=\"date\" office:date-value=\"2001-05-24\">\
         <text:p>24/05/2001</text:p></table:table-cell>\
         <table:table-cell office:value-type=\"percentage\" office:value=\"0.33\"><text:p>33 %\
         </text:p></table:table-cell></table:table-row>\
         <table:table-row table:number-rows-repeated=\"1048573\"><table:table-cell/>\
         </table:table-row>");
    let expected =
        vec![(3, vec![text("Le Goff & Cie"), Cell::Empty, day("2001-05-24"), text("33 %")])];
    assert_eq!(rows(&sheet), expected);
}

#[test]
fn what_is_no_list_is_refused_with_a_reason() {
    let macros = packed(&[("xl/workbook.xml", ""), ("xl/vbaProject.bin", "")]);
    let odt = packed(&[("mimetype", "application/vnd.oasis.opendocument.text")]);
    for (bytes, why) in [
        (&[0xD0, 0xCF, 0x11, 0xE0, 0xA1][..], Unreadable::OldExcel),
        (&macros, Unreadable::Macros),
        (&odt, Unreadable::NotASpreadsheet),
        (b"%PDF-1.7", Unreadable::NotASpreadsheet),
        (b"<html><table>", Unreadable::NotASpreadsheet),
        (b"PK\x03\x04nonsense", Unreadable::Damaged),
        (&vec![b'a'; MAX_BYTES + 1], Unreadable::TooLarge(Limit::Size(5))),
    ] {
        assert_eq!(read(bytes), Err(why));
    }
}

#[test]
fn a_file_that_unpacks_to_too_much_is_refused_before_it_is_parsed() {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for name in ["xl/workbook.xml", "xl/worksheets/sheet1.xml"] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        let spaces = vec![b' '; 1024 * 1024];
        for _ in 0..40 {
            zip.write_all(&spaces).unwrap();
        }
    }
    let bomb = zip.finish().unwrap().into_inner();
    assert!(bomb.len() < MAX_BYTES);
    assert_eq!(read(&bomb), Err(Unreadable::TooLarge(Limit::Unpacked(64))));
}

#[test]
fn a_few_bytes_cannot_stand_for_a_huge_sheet() {
    let row = "<table:table-row table:number-rows-repeated=\"4000000000\"><table:table-cell \
               office:value-type=\"string\"><text:p>A<text:s text:c=\"4000000000\"/></text:p>\
               </table:table-cell></table:table-row>";
    assert_eq!(read(&ods(row)).unwrap().rows.len(), KEPT_ROWS);
    let wide = "<table:table-row><table:table-cell office:value-type=\"float\" office:value=\"1\" \
                table:number-columns-repeated=\"4000000000\"/></table:table-row>";
    assert_eq!(read(&ods(wide)), Err(Unreadable::TooLarge(Limit::Columns(256))));
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "Nom").unwrap();
    sheet.write_string(1_048_575, 1, "loin").unwrap();
    assert_eq!(rows(&book.save_to_buffer().unwrap())[1].0, 1_048_576);
}

#[test]
fn a_sheet_that_is_cut_off_is_damaged() {
    let cut = packed(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", "<table:table><table:table-row><table:table-cell><office:annotation>"),
    ]);
    assert_eq!(read(&cut), Err(Unreadable::Damaged));
}

proptest! {
    #[test]
    fn no_bytes_make_reading_panic(
        mut bytes in proptest::collection::vec(any::<u8>(), 0..600),
        start in 0..4usize,
    ) {
        let starts: [&[u8]; 4] = [b"", b"PK\x03\x04", b"\xff\xfe", b"Nom;Date\n"];
        bytes.splice(0..0, starts[start].iter().copied());
        let _ = read(&bytes);
    }

    #[test]
    fn no_damage_to_a_spreadsheet_makes_reading_panic(
        places in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        excel in any::<bool>(),
    ) {
        let mut bytes = if excel { xlsx() } else { ods("<table:table-row/>") };
        for (place, byte) in places {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let _ = read(&bytes);
    }

    #[test]
    fn no_sheet_makes_reading_panic(content in "(<(/?table:table(-row|-cell)?( a=\"1\")?/?|text:p)>|x|&amp;|&#9;){0,30}") {
        let _ = read(&ods(&content));
    }
}
