//! Instants as people of a zone read them, always with the offset.

use chrono::{Datelike, Offset, Timelike};
use chrono_tz::Tz;

use crate::base::Timestamp;

const DAYS: [(&str, &str); 7] = [
    ("lundi", "Monday"),
    ("mardi", "Tuesday"),
    ("mercredi", "Wednesday"),
    ("jeudi", "Thursday"),
    ("vendredi", "Friday"),
    ("samedi", "Saturday"),
    ("dimanche", "Sunday"),
];
const MONTHS: [(&str, &str); 12] = [
    ("janvier", "January"),
    ("février", "February"),
    ("mars", "March"),
    ("avril", "April"),
    ("mai", "May"),
    ("juin", "June"),
    ("juillet", "July"),
    ("août", "August"),
    ("septembre", "September"),
    ("octobre", "October"),
    ("novembre", "November"),
    ("décembre", "December"),
];

/// Day and time in a zone, such as `lundi 1er mars 2027, 09:30 (UTC+01:00)`.
pub fn shown(at: Timestamp, zone: Tz, lang: &str) -> String {
    let local = at.with_timezone(&zone);
    let english = lang == "en";
    let pick = |words: (&'static str, &'static str)| if english { words.1 } else { words.0 };
    let day = pick(DAYS[local.weekday().num_days_from_monday() as usize]);
    let month = pick(MONTHS[local.month0() as usize]);
    let first = if local.day() == 1 && !english { "er" } else { "" };
    let offset = local.offset().fix();
    format!(
        "{day} {}{first} {month} {}, {:02}:{:02} (UTC{offset})",
        local.day(),
        local.year(),
        local.hour(),
        local.minute(),
    )
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Paris;

    use super::*;

    #[test]
    fn a_time_is_shown_with_its_offset() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let morning = at("2027-03-01T08:30:00Z");
        assert_eq!(shown(morning, Paris, "fr"), "lundi 1er mars 2027, 09:30 (UTC+01:00)");
        assert_eq!(shown(morning, Paris, "en"), "Monday 1 March 2027, 09:30 (UTC+01:00)");
    }

    #[test]
    fn the_two_half_past_two_of_one_night_are_told_apart() {
        let at = |text: &str| shown(text.parse().unwrap(), Paris, "en");
        assert_eq!(at("2026-10-25T00:30:00Z"), "Sunday 25 October 2026, 02:30 (UTC+02:00)");
        assert_eq!(at("2026-10-25T01:30:00Z"), "Sunday 25 October 2026, 02:30 (UTC+01:00)");
    }
}
