//! Documents as others read them: rendered, decoded, checked by independent programs.

use std::{path::Path, process::Command};

use crate::certificate_facts::{Signed, facts, signed};
use jurat::{
    certificate::{self, proof},
    document::{self, Block, Column, DrawError, Paper, Table},
};

/// Runs a program that must succeed; its output as text.
fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .unwrap_or_else(|e| panic!("{program} is not installed: {e}"));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {text} {complaint}");
    text
}

fn shown(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn paper() -> Paper {
    let long = "Nathanaëlle-Éléonore de La Rochefoucauld-Bayers-Montmorency-Laval";
    let rows = (1..=120)
        .map(|n| vec![n.to_string(), long.to_owned(), "Zoë Łucja".to_owned(), String::new()])
        .collect();
    let table = Table {
        columns: vec![
            Column::number("N°", 1.0),
            Column::text("Nom", 5.0),
            Column::text("Prénoms", 4.0),
            Column::text("Signature", 5.0),
        ],
        rows,
        row_height_mm: 11.0,
    };
    Paper {
        title: "Procès-verbal de session".to_owned(),
        subtitle: "Lycée Émilie-du-Châtelet, salle B 204".to_owned(),
        lang: "fr".to_owned(),
        made_at: "2027-03-01T09:00:00Z".parse().unwrap(),
        landscape: false,
        footer: "Jurat · session 7K2M".to_owned(),
        blocks: vec![
            Block::Large("Code d'entrée".to_owned(), "K7Q-2MX".to_owned()),
            Block::Facts(vec![
                ("Centre".to_owned(), "Lycée Émilie-du-Châtelet".to_owned()),
                ("Commentaire".to_owned(), "Coupure de courant à 9 h 41. ".repeat(20)),
            ]),
            Block::Heading("Candidats".to_owned()),
            Block::Table(table),
            Block::Heading("Observations".to_owned()),
            Block::Paragraph("Rien à signaler.\n".repeat(70)),
            Block::Signatures(vec!["Le surveillant".to_owned(), "La responsable".to_owned()]),
        ],
    }
}

/// Writes a file to look at; `JURAT_SHOW=FOLDER` keeps a copy.
fn written(folder: &tempfile::TempDir, name: &str, bytes: &[u8]) -> std::path::PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    if let Ok(kept) = std::env::var("JURAT_SHOW") {
        std::fs::write(Path::new(&kept).join(name), bytes).unwrap();
    }
    path
}

#[test]
fn minutes_are_a_tagged_archive_document_with_embedded_fonts() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = document::archived(&paper(), Vec::new()).unwrap();
    assert_eq!(bytes, document::archived(&paper(), Vec::new()).unwrap());
    let path = written(&folder, "minutes.pdf", &bytes);
    run("qpdf", &["--check", shown(&path)]);
    let info = run("pdfinfo", &[shown(&path)]);
    assert!(info.contains("Tagged:          yes"), "{info}");
    let xml = String::from_utf8_lossy(&bytes).into_owned();
    assert!(xml.contains("pdfaid:part") && xml.contains("pdfuaid:part"));
    fonts_are_embedded(&path);
    let text = run("pdftotext", &["-layout", shown(&path), "-"]);
    assert_eq!(text.matches("Prénoms").count(), text.matches('\u{c}').count() - 1, "{text}");
    assert!(text.contains("Montmorency"));
}

#[test]
fn attendance_sheet_is_small_and_loses_no_name() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = document::working(&paper()).unwrap();
    assert!(bytes.len() < 120_000, "{} bytes", bytes.len());
    let path = written(&folder, "attendance.pdf", &bytes);
    run("qpdf", &["--check", shown(&path)]);
    fonts_are_embedded(&path);
    let text = run("pdftotext", &["-layout", shown(&path), "-"]);
    assert_eq!(text.matches("Zoë Łucja").count(), 120);
    assert_eq!(text.matches("Nathanaëlle").count(), 120);
    assert!(text.contains("10 / 10"));
}

fn fonts_are_embedded(path: &Path) {
    let fonts = run("pdffonts", &[shown(path)]);
    let lines: Vec<&str> = fonts.lines().skip(2).collect();
    assert!(!lines.is_empty());
    for line in lines {
        let words: Vec<&str> = line.split_whitespace().collect();
        let embedded = words[words.len() - 5];
        assert_eq!((embedded, words[words.len() - 3]), ("yes", "yes"), "{fonts}");
    }
}

#[test]
fn certificate_looks_the_same_on_every_run_and_passes_the_checks() {
    let folder = tempfile::tempdir().unwrap();
    let Signed { pdf, .. } = signed(&facts());
    assert_eq!(pdf, signed(&facts()).pdf);
    let path = written(&folder, "certificate.pdf", &pdf);
    run("qpdf", &["--check", shown(&path)]);
    fonts_are_embedded(&path);
    let info = run("pdfinfo", &[shown(&path)]);
    assert!(info.contains("Tagged:          yes") && info.contains("Pages:           1"), "{info}");
    let text = run("pdftotext", &["-layout", shown(&path), "-"]);
    for words in ["Éléonore Zoë Lefèvre-Ñuñez", "Avancé", "14 mars 1988", "Lycée"] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn qr_code_on_paper_is_read_by_two_programs_and_holds_the_proof() {
    let folder = tempfile::tempdir().unwrap();
    let Signed { pdf, proof, key } = signed(&facts());
    let path = written(&folder, "certificate.pdf", &pdf);
    let picture = folder.path().join("page");
    run("pdftoppm", &["-r", "100", "-png", "-singlefile", shown(&path), shown(&picture)]);
    let picture = picture.with_extension("png");
    let read = run("zbarimg", &["--quiet", "--raw", shown(&picture)]);
    let (address, digits) = read.trim().split_once('#').unwrap();
    assert_eq!(address, facts().address);
    assert_eq!(proof::from_digits(digits).as_ref(), Some(&proof));
    assert_eq!(proof::verify(&proof, &[key]), Ok(facts().claims()));

    let pixels = image::open(&picture).unwrap().to_luma8();
    let (width, height) = (pixels.width() as usize, pixels.height() as usize);
    let grey = |x, y| pixels.as_raw()[y * width + x];
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, grey);
    let symbols = prepared.detect_grids();
    let (meta, text) = symbols[0].decode().unwrap();
    assert_eq!(text, read.trim());
    assert!(meta.version.to_size() <= 61, "{} modules", meta.version.to_size());
}

#[test]
fn attached_proof_is_verified_by_openssl() {
    let folder = tempfile::tempdir().unwrap();
    let Signed { pdf, proof, key } = signed(&facts());
    let path = written(&folder, "certificate.pdf", &pdf);
    let extracted = folder.path().join("proof.cbor");
    run("pdfdetach", &["-save", "1", "-o", shown(&extracted), shown(&path)]);
    assert_eq!(std::fs::read(&extracted).unwrap(), proof);

    // RFC 9052, section 4.4, written out: what is signed, from the parts of the message.
    let message: ciborium::Value = ciborium::from_reader(&proof[1..]).unwrap();
    let parts = message.as_array().unwrap();
    let signed = ciborium::Value::Array(vec![
        "Signature1".into(),
        parts[0].clone(),
        ciborium::Value::Bytes(Vec::new()),
        parts[2].clone(),
    ]);
    let mut bytes = Vec::new();
    ciborium::into_writer(&signed, &mut bytes).unwrap();
    let signed = written(&folder, "signed", &bytes);
    let signature = written(&folder, "signature", parts[3].as_bytes().unwrap());
    let prefix = hex::decode("302a300506032b6570032100").unwrap();
    let public = written(&folder, "key.der", &[prefix, key.public.to_vec()].concat());
    let key = ["-pubin", "-keyform", "DER", "-inkey", shown(&public)];
    let what = ["-sigfile", shown(&signature), "-in", shown(&signed)];
    let told = run("openssl", &[&["pkeyutl", "-verify", "-rawin"][..], &key, &what].concat());
    assert!(told.contains("Verified Successfully"), "{told}");
}

#[test]
fn certificate_in_english_keeps_the_accents() {
    let folder = tempfile::tempdir().unwrap();
    let pdf = signed(&jurat::certificate::facts::Facts { lang: "en".into(), ..facts() }).pdf;
    let path = written(&folder, "certificate-en.pdf", &pdf);
    let text = run("pdftotext", &["-layout", shown(&path), "-"]);
    assert!(text.contains("Advanced") && text.contains("14 March 1988"), "{text}");
    assert!(text.contains("Éléonore Zoë Lefèvre-Ñuñez"), "{text}");
}

#[test]
fn long_name_shrinks_then_takes_two_lines_and_is_never_cut() {
    let folder = tempfile::tempdir().unwrap();
    let mut long = facts();
    long.given_names = "Marie-Antoinette Joséphine Élisabeth Nathanaëlle".into();
    long.family_name = "de La Rochefoucauld-Montmorency-Laval y Ñuñez".into();
    let path = written(&folder, "certificate-long.pdf", &signed(&long).pdf);
    let text = run("pdftotext", &[shown(&path), "-"]);
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words(&text).contains(&words(&long.name())), "{text}");
}

#[test]
fn name_that_cannot_be_drawn_is_an_error_before_anything_is_signed() {
    let mut wide = facts();
    wide.family_name = "Wolfeschlegelsteinhausenbergerdorff ".repeat(12);
    assert!(matches!(certificate::draw(&wide, b""), Err(DrawError::Overflow(..))));
    wide.family_name = "Ada \u{1f393}".into();
    assert!(matches!(certificate::draw(&wide, b""), Err(DrawError::MissingGlyph(..))));
}
