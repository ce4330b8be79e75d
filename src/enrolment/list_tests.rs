use proptest::prelude::*;

use super::*;
use crate::enrolment::{ExtraTime, name_key};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn read_text(text: &str) -> CandidateList {
    read(text.as_bytes(), day("2027-03-01")).unwrap().beside(&BTreeSet::new())
}

/// Row, column, value and code of each error.
fn errors(list: &CandidateList) -> Vec<(u32, &str, &str, &str)> {
    let told = |e| {
        let ListError { row, column, value, fault }: &ListError = e;
        (*row, column.as_str(), value.as_str(), fault.code())
    };
    list.errors.iter().map(told).collect()
}

#[test]
fn headers_are_understood_in_any_order_case_and_language() {
    for header in [
        "DATE DE NAISSANCE;prenom(s);  Nom de famille ;Tiers-temps;courriel;identifiant",
        "Date of birth;First name;Surname;Extra time (e.g. 1/3);E-mail;External ID",
        "birth_date;given_names;family_name;extra_time;email;external_id",
    ] {
        let list = read_text(&format!("{header}\n24/05/2001;Ada;Lovelace;1/3;a@b.fr;7\n"));
        assert_eq!(list.errors, [], "{header}");
        let candidate = &list.rows[0].candidate;
        assert_eq!(candidate.family_name, "Lovelace");
        assert_eq!(candidate.birth_date, day("2001-05-24"));
        assert_eq!(candidate.extra_time, ExtraTime::new(1, 3).unwrap());
        assert_eq!((candidate.email.as_str(), candidate.external_id.as_str()), ("a@b.fr", "7"));
    }
}

#[test]
fn every_error_of_a_list_is_told_at_once() {
    let list = read_text(
        "Nom;Prénom;Date de naissance;Temps majoré;E-mail\n\
         Lovelace;Ada;24/05/2001;33 %;ada\n\
         \n\
         ;Alan;31/02/2001;;\n\
         Hopper;Gr\u{202e}ace;09/12/1899;;\n",
    );
    let expected = [
        (2, "E-mail", "ada", "not_an_email"),
        (2, "Temps majoré", "33 %", "not_a_fraction"),
        (4, "Nom", "", "required"),
        (4, "Date de naissance", "31/02/2001", "not_a_date"),
        (5, "Prénom", "Gr\u{202e}ace", "control_character"),
        (5, "Date de naissance", "09/12/1899", "birth_date_out_of_range"),
    ];
    assert_eq!(errors(&list), expected);
    assert!(list.errors.iter().all(|e| !e.fault.reason().fr.is_empty()));
}

#[test]
fn faults_of_the_header_are_told_with_the_title_of_the_file() {
    let list = read_text("Nom;Nom de naissance;Prénom;Groupe;\nA;A;B;1;x\n");
    let expected = [
        (1, "Nom de naissance", "Nom de naissance", "repeated_column"),
        (1, "Groupe", "Groupe", "unknown_column"),
        (1, "E", "", "unknown_column"),
        (1, "Date de naissance", "", "missing_column"),
    ];
    assert_eq!(errors(&list), expected);
}

#[test]
fn the_same_person_twice_is_found_behind_accents_and_swapped_names() {
    let list = read_text(
        "Nom,Prénom,Date de naissance\nLe Goff,Zoë,2001-05-24\nA,B,2001-05-24\n\
         ZOE,LE-GOFF,24/05/2001\nLe Goff,Zoë,2001-05-25\n",
    );
    let value = "ZOE LE-GOFF, 2001-05-24";
    assert_eq!(errors(&list), [(4, "", value, "duplicate_in_list")]);
    assert_eq!(list.errors[0].fault, Fault::DuplicateInList(2));
}

#[test]
fn who_is_enrolled_already_is_told() {
    let enrolled = BTreeSet::from([(name_key("goff le", "ZOE"), day("2001-05-24"))]);
    let text = "Nom,Prénom,Date de naissance\nGoff Le,Zoë,2001-05-24\nA,B,2001-05-24\n";
    let list = read(text.as_bytes(), day("2027-03-01")).unwrap().beside(&enrolled);
    assert_eq!(errors(&list), [(2, "", "Goff Le Zoë, 2001-05-24", "already_enrolled")]);
    assert_eq!(list.already_enrolled, 1);
}

#[test]
fn a_list_without_candidates_is_told_apart_from_one_that_cannot_be_read() {
    assert_eq!(errors(&read_text("")), [(1, "", "", "empty_list")]);
    let header = "Nom;Prénom;Date de naissance\n;;\n";
    assert_eq!(errors(&read_text(header)), [(1, "", "", "empty_list")]);
}

#[test]
fn five_thousand_candidates_fit_and_one_more_does_not() {
    let row = |n: usize| format!("Nom {},Ada,2001-05-24\n", "x".repeat(n % 90) + &n.to_string());
    let text = |rows: usize| {
        let rows: String = (0..rows).map(row).collect();
        format!("Nom,Prénom,Date de naissance\n{rows}")
    };
    assert_eq!(read_text(&text(5000)).errors, []);
    assert_eq!(errors(&read_text(&text(5001))), [(5002, "", "", "too_many_rows")]);
}

proptest! {
    #[test]
    fn no_text_makes_reading_a_list_panic(text in "(Nom|Pr\u{e9}nom|;|,|\"|\n|\\PC){0,60}") {
        let _ = read(text.as_bytes(), day("2027-03-01"));
    }
}
