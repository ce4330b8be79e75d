use proptest::prelude::*;

use super::*;
use crate::enrolment::{folded, name_key};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

#[test]
fn a_name_is_trimmed_and_its_spaces_collapsed() {
    assert_eq!(name("  De  La\u{a0} Tour "), Ok("De La Tour".into()));
    assert_eq!(name("Zoe\u{308}"), Ok("Zoë".into()));
}

#[test]
fn a_name_that_hides_something_is_refused() {
    for hidden in ["Mar\u{202e}tin", "Mar\ttin", "Mar\u{200b}tin", "a\nb", "a\u{0}"] {
        assert_eq!(name(hidden), Err(Fault::ControlCharacter), "{hidden:?}");
    }
}

#[test]
fn a_name_needs_a_letter_and_an_end() {
    for empty in ["", "  ", "-", "123"] {
        assert_eq!(name(empty), Err(Fault::Required));
    }
    assert_eq!(name(&"é".repeat(101)), Err(Fault::TooLong(100)));
    assert!(name(&"é".repeat(100)).is_ok());
}

#[test]
fn a_birth_date_is_read_in_the_usual_ways() {
    let today = day("2027-03-01");
    for written in ["24/05/2001", "2001-05-24", " 24/5/2001 "] {
        assert_eq!(birth_date(&text(written), today), Ok(day("2001-05-24")), "{written}");
    }
    assert_eq!(birth_date(&Cell::Date(day("2001-05-24")), today), Ok(day("2001-05-24")));
}

#[test]
fn what_is_not_a_day_of_the_calendar_is_refused() {
    let today = day("2027-03-01");
    for written in ["31/02/2001", "05/24/2001", "24/05/01", "2001/05/24", "24 mai 2001", "1-2-3"] {
        assert_eq!(birth_date(&text(written), today), Err(Fault::NotADate), "{written}");
    }
    assert_eq!(birth_date(&Cell::Number(37000.0), today), Err(Fault::NotADate));
    assert_eq!(birth_date(&Cell::Empty, today), Err(Fault::Required));
}

#[test]
fn a_birth_date_lies_after_1900_and_not_in_the_future() {
    let today = day("2027-03-01");
    for (written, fits) in
        [("01/01/1900", false), ("02/01/1900", true), ("01/03/2027", true), ("02/03/2027", false)]
    {
        assert_eq!(birth_date(&text(written), today).is_ok(), fits, "{written}");
    }
}

#[test]
fn extra_time_is_a_fraction_and_never_a_percentage() {
    assert_eq!(extra_time(&text("1/3")), ExtraTime::new(1, 3));
    assert_eq!(extra_time(&text(" 2 / 6 ")), ExtraTime::new(1, 3));
    assert_eq!(extra_time(&text("⅓")), ExtraTime::new(1, 3));
    assert_eq!(extra_time(&text(" ")), Ok(ExtraTime::NONE));
    for written in ["33%", "33 %", "0,33", "0.33", "un tiers", "1/0", "1/3/5", "/3", "-1/3"] {
        assert_eq!(extra_time(&text(written)), Err(Fault::NotAFraction), "{written}");
    }
    for written in ["0", "0/3", "4/3"] {
        assert_eq!(extra_time(&text(written)), Err(Fault::ExtraTimeOutOfRange), "{written}");
    }
}

#[test]
fn an_address_has_the_shape_of_one() {
    for right in ["", "ada@example.org", "a.b+c@sub.example.fr", "zoé@exemple.fr"] {
        assert!(email(right).is_ok(), "{right}");
    }
    for wrong in ["ada", "ada@", "@example.org", "a b@example.org", "a@b", "a@b..fr", "a@@b.fr"] {
        assert_eq!(email(wrong), Err(Fault::NotAnEmail), "{wrong}");
    }
}

#[test]
fn names_are_the_same_person_whatever_their_accents_hyphens_and_order() {
    let key = name_key("Le Goff-Œdipe", "Zoë d'Arc");
    assert_eq!(key, name_key("LEGOFF OEDIPE", "zoe d’arc"));
    assert_eq!(key, name_key("Zoë D'ARC", "le goff-oedipe"));
    assert_ne!(key, name_key("Le Goff", "Zoë"));
    assert_ne!(name_key("ab", "c"), name_key("a", "bc"));
}

#[test]
fn every_fault_of_a_candidate_is_told() {
    let written = [Cell::Empty, text("\u{202e}"), text("x"), text("y"), Cell::Empty, text("33 %")];
    let faults = candidate(&written, day("2027-03-01")).unwrap_err();
    let codes: Vec<_> = faults.iter().map(|fault| fault.fault.code()).collect();
    let expected =
        ["required", "control_character", "not_a_date", "not_an_email", "not_a_fraction"];
    assert_eq!(codes, expected);
}

proptest! {
    #[test]
    fn a_name_that_was_accepted_is_accepted_unchanged(written in "\\PC{0,40}") {
        if let Ok(name) = name(&written) {
            prop_assert_eq!(super::name(&name), Ok(name));
        }
    }

    #[test]
    fn no_text_makes_a_rule_panic(written in any::<String>()) {
        let cell = Cell::Text(written.clone());
        let _ = candidate(&std::array::from_fn(|_| cell.clone()), day("2027-03-01"));
        let _ = (folded(&written), shortened(&written));
    }

    #[test]
    fn swapped_names_have_the_same_key(family in "\\PC{0,20}", given in "\\PC{0,20}") {
        prop_assert_eq!(name_key(&family, &given), name_key(&given, &family));
    }
}
