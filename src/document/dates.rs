//! Days and times in words, for everything that is printed and for the public pages.
//!
//! `lang` is `fr` or `en`.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, Offset, TimeZone};

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

fn pick(lang: &str, (fr, en): (&'static str, &'static str)) -> &'static str {
    if lang == "en" { en } else { fr }
}

/// A day, such as `1er mars 2027` or `1 March 2027`.
pub fn day(day: NaiveDate, lang: &str) -> String {
    let month = pick(lang, MONTHS[day.month0() as usize]);
    let first = if day.day() == 1 { pick(lang, ("er", "")) } else { "" };
    format!("{}{first} {month} {}", day.day(), day.year())
}

/// A day for a column of a table: `01/03/2027`, in English `1 Mar 2027`.
pub fn short_day(day: NaiveDate, lang: &str) -> String {
    if lang != "en" {
        return day.format("%d/%m/%Y").to_string();
    }
    let (_, month) = MONTHS[day.month0() as usize];
    format!("{} {} {}", day.day(), &month[..3], day.year())
}

/// Day and time where `at` is told, with the offset, which alone tells the two half past two of one
/// night apart: `lundi 1er mars 2027 à 09:30 (UTC+01:00)`.
pub fn moment<Zone: TimeZone>(at: &DateTime<Zone>, lang: &str) -> String {
    let local = at.naive_local();
    let weekday = pick(lang, DAYS[local.weekday().num_days_from_monday() as usize]);
    let day = day(local.date(), lang);
    let before = pick(lang, (" à ", ", "));
    let time = local.format("%H:%M");
    format!("{weekday} {day}{before}{time} (UTC{})", at.offset().fix())
}

/// The same of an instant as signed facts write it, RFC 3339 with the offset of its place.
pub fn signed_moment(at: &str, lang: &str) -> String {
    DateTime::parse_from_rfc3339(at).map_or_else(|_| at.to_owned(), |at| moment(&at, lang))
}

/// The time of day of an instant as signed facts write it, to the second.
pub fn signed_time(at: &str) -> String {
    let told = |at: DateTime<FixedOffset>| at.format("%H:%M:%S").to_string();
    DateTime::parse_from_rfc3339(at).map_or_else(|_| at.to_owned(), told)
}

/// A length of time, such as `1 h 40` or `2 min 14 s`.
pub fn length(seconds: i64) -> String {
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let seconds = if rest == 0 { String::new() } else { format!(" {rest} s") };
    if hours > 0 {
        format!("{hours} h {minutes:02}{}", seconds.replacen(' ', " min ", 1))
    } else {
        format!("{minutes} min{seconds}")
    }
}

#[cfg(test)]
mod tests {
    use chrono::Utc;
    use chrono_tz::Europe::Paris;

    use super::*;

    fn in_paris(at: &str, lang: &str) -> String {
        let at: DateTime<Utc> = at.parse().unwrap();
        moment(&at.with_timezone(&Paris), lang)
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_time_is_told_with_its_offset() {
        let morning = "2027-03-01T08:30:00Z";
        assert_eq!(in_paris(morning, "fr"), "lundi 1er mars 2027 à 09:30 (UTC+01:00)");
        assert_eq!(in_paris(morning, "en"), "Monday 1 March 2027, 09:30 (UTC+01:00)");
    }

    #[test]
    fn midnight_belongs_to_the_day_that_begins_where_the_session_is() {
        let midnight = "2026-12-31T23:00:00Z";
        assert_eq!(in_paris(midnight, "fr"), "vendredi 1er janvier 2027 à 00:00 (UTC+01:00)");
        assert_eq!(in_paris(midnight, "en"), "Friday 1 January 2027, 00:00 (UTC+01:00)");
    }

    #[test]
    fn the_two_half_past_two_of_one_night_are_told_apart() {
        let first = in_paris("2026-10-25T00:30:00Z", "en");
        assert_eq!(first, "Sunday 25 October 2026, 02:30 (UTC+02:00)");
        let second = in_paris("2026-10-25T01:30:00Z", "en");
        assert_eq!(second, "Sunday 25 October 2026, 02:30 (UTC+01:00)");
    }

    #[test]
    fn the_night_that_loses_an_hour_goes_from_two_to_three() {
        let before = in_paris("2027-03-28T00:59:00Z", "fr");
        assert_eq!(before, "dimanche 28 mars 2027 à 01:59 (UTC+01:00)");
        let after = in_paris("2027-03-28T01:00:00Z", "fr");
        assert_eq!(after, "dimanche 28 mars 2027 à 03:00 (UTC+02:00)");
    }

    #[test]
    fn an_instant_that_was_signed_with_its_offset_is_told_where_it_was_signed() {
        let signed = "2027-03-01T00:30:07+01:00";
        let told = signed_moment(signed, "en");
        assert_eq!(told, "Monday 1 March 2027, 00:30 (UTC+01:00)");
        assert_eq!(signed_time(signed), "00:30:07");
        assert_eq!(signed_moment("", "en"), "");
    }

    #[test]
    fn only_the_first_of_a_month_is_an_ordinal_and_only_in_french() {
        let told = |text, lang| day(date(text), lang);
        assert_eq!(told("2027-01-01", "fr"), "1er janvier 2027");
        assert_eq!(told("2027-01-01", "en"), "1 January 2027");
        assert_eq!(told("2027-08-21", "fr"), "21 août 2027");
    }

    #[test]
    fn lengths_are_written_for_people() {
        for (seconds, written) in
            [(6000, "1 h 40"), (134, "2 min 14 s"), (3600, "1 h 00"), (3605, "1 h 00 min 5 s")]
        {
            assert_eq!(length(seconds), written);
        }
    }

    #[test]
    fn a_day_in_a_column_cannot_be_read_as_a_month() {
        let told = |lang| short_day(date("2001-05-04"), lang);
        assert_eq!(told("fr"), "04/05/2001");
        assert_eq!(told("en"), "4 May 2001");
    }
}
