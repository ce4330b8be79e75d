use super::*;
use crate::{
    base::{Chance, Language},
    enrolment::Candidate,
    people::{Person, Role},
    session::{Session, SessionState, Summary},
};

fn room(candidates: i64) -> Room {
    let made_at: Timestamp = "2027-03-01T08:00:00Z".parse().unwrap();
    let chance = Chance::seeded(1);
    let scheme = std::sync::Arc::new(crate::scheme::find("pix-edu").unwrap().clone());
    let session = Session {
        id: chance.id(made_at),
        centre: chance.id(made_at),
        entry_code: "BCD234".into(),
        scheme_id: scheme.id.clone(),
        scheme_version: scheme.version.clone(),
        place: "Lycée Gisèle-Halimi, 12 rue des Écoles".into(),
        room: "B 204".into(),
        starts_at: "2027-03-01T08:30:00Z".parse().unwrap(),
        time_zone: "Europe/Paris".into(),
        state: SessionState::Planned,
        language: Language::Fr,
        version: 1,
        comment: String::new(),
        created_at: made_at,
        opened_at: None,
        closed_at: None,
    };
    let summary = Summary {
        centre_name: "Lycée Gisèle-Halimi".into(),
        scheme_title: scheme.title.clone(),
        candidates,
        my_role: Role::Manager,
        session: session.clone(),
    };
    let person = |name: &str| Person {
        id: chance.id(made_at),
        email: String::new(),
        display_name: name.into(),
        password_hash: String::new(),
    };
    let candidate = |n: i64| Candidate {
        family_name: if n % 7 == 3 { "Lovelace-Byron de Saint-Exupéry" } else { "Lovelace" }.into(),
        given_names: "Ada Augusta".into(),
        birth_date: "2001-05-24".parse().unwrap(),
        email: String::new(),
        external_id: format!("2027-{n:04}"),
        extra_time: if n % 5 == 0 { ExtraTime::new(1, 3).unwrap() } else { ExtraTime::NONE },
    };
    let enrolled = |n| candidate(n).enrolled(chance.id(made_at), session.centre, session.id);
    let invigilators = vec![person("Grace Hopper"), person("Alan Turing")];
    Room {
        detail: Detail { summary, invigilators },
        scheme,
        candidates: (1..=candidates).map(enrolled).collect(),
        made_at,
    }
}

#[test]
fn at_most_twenty_candidates_sign_on_each_page() {
    for lang in ["fr", "en"] {
        let paper = attendance(&room(45), lang);
        let tables = paper.blocks.iter().filter_map(|block| match block {
            Block::Table(table) => Some(table.rows.len()),
            _ => None,
        });
        assert_eq!(tables.collect::<Vec<_>>(), [20, 20, 5]);
        assert_eq!(document::flow::lay_out(&paper).pages.len(), 3, "{lang}");
    }
}

#[test]
fn what_no_candidate_has_is_no_column_to_sign_beside() {
    let mut room = room(3);
    for candidate in &mut room.candidates {
        candidate.external_id.clear();
        candidate.extra_time = ExtraTime::NONE;
    }
    let paper = attendance(&room, "en");
    let Some(Block::Table(table)) = paper.blocks.get(1) else { panic!("a table to sign") };
    let titles: Vec<_> = table.columns.iter().map(|column| column.title.as_str()).collect();
    assert_eq!(titles, ["N°", "Family name", "Given names", "Birth date", "Signature"]);
    assert!(table.rows.iter().all(|row| row.len() == 5));
}

#[test]
fn a_sheet_without_candidates_says_so() {
    let paper = attendance(&room(0), "en");
    let says = |block: &Block| matches!(block, Block::Paragraph(text) if text.contains("Nobody"));
    assert!(paper.blocks.iter().any(says));
    assert_eq!(document::flow::lay_out(&paper).pages.len(), 1);
}

#[test]
fn the_kit_tells_what_a_third_more_means_in_minutes() {
    let kit = kit(&room(5), "en");
    let Some(Block::Table(table)) = kit.blocks.last() else { panic!("the kit ends with a table") };
    let base = room(1).scheme.parts[0].duration_s;
    assert_eq!(table.rows[0][4], dates::length(base));
    assert_eq!(table.rows[4][3..5], ["1/3".to_owned(), dates::length(base + base / 3)]);
}

#[test]
fn both_papers_are_drawn_in_both_languages() {
    for lang in ["fr", "en"] {
        for (name, paper) in
            [("attendance", attendance(&room(45), lang)), ("kit", kit(&room(30), lang))]
        {
            let pdf = document::working(&paper).unwrap();
            assert!(pdf.starts_with(b"%PDF-"));
            if let Ok(folder) = std::env::var("JURAT_PAPERS") {
                std::fs::write(format!("{folder}/{name}-{lang}.pdf"), &pdf).unwrap();
            }
        }
    }
}
