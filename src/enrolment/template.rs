//! Lists as text: the template to fill in, and the candidates of a session to take away.

use super::{Candidate, Column, ExtraTime, folding::folded};

/// Candidates as a list that imports unchanged: semicolons, UTF-8 with its mark, as French
/// spreadsheets open it on a double click.
pub fn export(candidates: &[Candidate], lang: &str) -> Vec<u8> {
    let mut text = String::from("\u{feff}");
    let titles = Column::ALL.map(|column| {
        let (fr, en) = column.titles();
        if lang == "en" { en } else { fr }.to_owned()
    });
    push_line(&mut text, &titles);
    for candidate in candidates {
        push_line(
            &mut text,
            &[
                candidate.family_name.clone(),
                candidate.given_names.clone(),
                candidate.birth_date.format("%d/%m/%Y").to_string(),
                candidate.email.clone(),
                candidate.external_id.clone(),
                candidate.extra_time.to_string(),
            ],
        );
    }
    text.into_bytes()
}

/// The template: two invented candidates show how each column is written.
pub fn template(lang: &str) -> Vec<u8> {
    let day = |year, month, day| {
        chrono::NaiveDate::from_ymd_opt(year, month, day).expect("a day of the calendar")
    };
    let third = ExtraTime::new(1, 3).expect("a third is a fraction");
    let shown = |family: &str, given: &str, born, number: &str, extra_time| Candidate {
        family_name: family.to_owned(),
        given_names: given.to_owned(),
        birth_date: born,
        email: format!("{}@example.org", folded(given)),
        external_id: number.to_owned(),
        extra_time,
    };
    let (one, two) = if lang == "en" { ("EXAMPLE", "SAMPLE") } else { ("EXEMPLE", "MODÈLE") };
    let candidates = [
        shown(one, "Camille", day(2001, 5, 24), "A-001", ExtraTime::NONE),
        shown(two, "Zoë", day(1998, 11, 3), "A-002", third),
    ];
    export(&candidates, lang)
}

fn push_line(text: &mut String, fields: &[String; 6]) {
    for (place, field) in fields.iter().enumerate() {
        if place > 0 {
            text.push(';');
        }
        if field.contains([';', '"', ',', '\n', '\r', '\t']) {
            text.push('"');
            text.push_str(&field.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(field);
        }
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::enrolment::{list, rules};

    #[test]
    fn the_template_imports_unchanged() {
        let today = "2027-03-01".parse().unwrap();
        for lang in ["fr", "en"] {
            let list = list::read(&template(lang), today).unwrap();
            assert_eq!(list.errors, []);
            let candidates: Vec<_> = list.rows.into_iter().map(|row| row.candidate).collect();
            assert_eq!(export(&candidates, lang), template(lang));
        }
    }

    fn candidates() -> impl Strategy<Value = Vec<Candidate>> {
        let name = "[\\p{L} '\",;=-]{1,30}".prop_filter_map("a name", |n| rules::name(&n).ok());
        let number = "[\\w;\" ]{0,9}".prop_filter_map("a number", |n| rules::external_id(&n).ok());
        let email = prop_oneof![Just(String::new()), Just("ada@example.org".to_owned())];
        let extra = (0..=6i32, 1..=6i32).prop_map(|(n, d)| ExtraTime::new(n, d));
        let extra = extra.prop_map(|extra| extra.unwrap_or(ExtraTime::NONE));
        let born = (1..40_000u64).prop_map(|days| {
            chrono::NaiveDate::from_ymd_opt(1900, 1, 1).unwrap() + chrono::Days::new(days)
        });
        let one = (name.clone(), name, born, email, number, extra).prop_map(
            |(family_name, given_names, birth_date, email, external_id, extra_time)| Candidate {
                family_name,
                given_names,
                birth_date,
                email,
                external_id,
                extra_time,
            },
        );
        proptest::collection::vec(one, 1..20)
    }

    proptest! {
        #[test]
        fn what_was_exported_imports_the_same(candidates in candidates()) {
            let today = "2027-03-01".parse().unwrap();
            let list = list::read(&export(&candidates, "fr"), today).unwrap();
            let read: Vec<_> = list.rows.into_iter().map(|row| row.candidate).collect();
            prop_assert_eq!(read, candidates);
            prop_assert!(list.errors.iter().all(|e| e.fault.code() == "duplicate_in_list"));
        }
    }
}
