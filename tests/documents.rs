//! Documents as others read them: rendered, decoded, checked by independent programs.

use std::{path::Path, process::Command};

use jurat::document::{self, Block, Column, Paper, Table};

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
