//! What a candidate's particulars must be. Pure: values in, values out.

use chrono::NaiveDate;
use unicode_normalization::UnicodeNormalization;

use super::{Candidate, Cell, Column, ExtraTime, Fault};

/// The longest name, in characters.
pub const MAX_NAME: usize = 100;
/// The longest e-mail address, in characters.
pub const MAX_EMAIL: usize = 254;
/// The longest external id, in characters.
pub const MAX_EXTERNAL_ID: usize = 100;

/// A fault of one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    /// Which value.
    pub column: Column,
    /// The value as written, cut when it is very long.
    pub value: String,
    /// What is wrong with it.
    pub fault: Fault,
}

/// Reads a candidate from what was written for each column; `written` has an entry for each of
/// [`Column::ALL`], in that order. All faults are told, not only the first.
pub fn candidate(written: &[Cell; 6], today: NaiveDate) -> Result<Candidate, Vec<FieldFault>> {
    let [family, given, birth, mail, external, extra] = written;
    let mut faults = Vec::new();
    let mut note = |column, cell: &Cell, fault| {
        faults.push(FieldFault { column, value: shortened(&cell.to_string()), fault });
    };
    let family_name =
        name(&family.to_string()).map_err(|fault| note(Column::FamilyName, family, fault));
    let given_names =
        name(&given.to_string()).map_err(|fault| note(Column::GivenNames, given, fault));
    let birth_date =
        birth_date(birth, today).map_err(|fault| note(Column::BirthDate, birth, fault));
    let email = email(&mail.to_string()).map_err(|fault| note(Column::Email, mail, fault));
    let external_id =
        external_id(&external.to_string()).map_err(|f| note(Column::ExternalId, external, f));
    let extra_time = extra_time(extra).map_err(|fault| note(Column::ExtraTime, extra, fault));
    let all = || {
        Some(Candidate {
            family_name: family_name.ok()?,
            given_names: given_names.ok()?,
            birth_date: birth_date.ok()?,
            email: email.ok()?,
            external_id: external_id.ok()?,
            extra_time: extra_time.ok()?,
        })
    };
    all().ok_or(faults)
}

/// A name as it will be printed: NFC, trimmed, runs of spaces collapsed. It needs a letter.
pub fn name(written: &str) -> Result<String, Fault> {
    let name = line(written, MAX_NAME)?;
    if name.chars().any(char::is_alphabetic) { Ok(name) } else { Err(Fault::Required) }
}

/// The centre's own number of the candidate; may be empty.
pub fn external_id(written: &str) -> Result<String, Fault> {
    line(written, MAX_EXTERNAL_ID)
}

/// An e-mail address; may be empty.
pub fn email(written: &str) -> Result<String, Fault> {
    let email = line(written, MAX_EMAIL)?;
    if email.is_empty() || has_shape_of_email(&email) { Ok(email) } else { Err(Fault::NotAnEmail) }
}

/// Whether a text has the shape `local@domain.tld`. Whether mail arrives is another question.
pub fn has_shape_of_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let local_fits = (1..=64).contains(&local.chars().count())
        && local.chars().all(|c| !c.is_whitespace() && !"@,;:<>()[]\\\"".contains(c))
        && local.split('.').all(|atom| !atom.is_empty());
    let label_fits = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    local_fits && domain.contains('.') && domain.split('.').all(label_fits)
}

/// A birth date: a date of the spreadsheet, DD/MM/YYYY or YYYY-MM-DD; after 1900-01-01 and not
/// after `today`.
pub fn birth_date(written: &Cell, today: NaiveDate) -> Result<NaiveDate, Fault> {
    let date = match written {
        Cell::Date(date) => *date,
        Cell::Empty => return Err(Fault::Required),
        Cell::Number(_) => return Err(Fault::NotADate),
        Cell::Text(text) if text.trim().is_empty() => return Err(Fault::Required),
        Cell::Text(text) => date(text.trim()).ok_or(Fault::NotADate)?,
    };
    let first = NaiveDate::from_ymd_opt(1900, 1, 1).expect("a day of the calendar");
    if date > first && date <= today { Ok(date) } else { Err(Fault::BirthDateOutOfRange) }
}

/// A day written as DD/MM/YYYY or YYYY-MM-DD, the year always with four digits.
fn date(text: &str) -> Option<NaiveDate> {
    let number = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
        let digits = lengths.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| part.parse::<u32>().ok()).flatten()
    };
    let day_first = text.contains('/');
    let parts: Vec<&str> = text.split(if day_first { '/' } else { '-' }).collect();
    let [first, month, last] = parts[..] else { return None };
    let (year, day) = if day_first {
        (number(last, 4..=4)?, number(first, 1..=2)?)
    } else {
        (number(first, 4..=4)?, number(last, 2..=2)?)
    };
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, number(month, 1..=2)?, day)
}

/// Extra time: empty, or an exact fraction such as `1/3`. A percentage is refused, since 33 % of
/// 75 minutes is not a third of them.
pub fn extra_time(written: &Cell) -> Result<ExtraTime, Fault> {
    match written {
        Cell::Empty => Ok(ExtraTime::NONE),
        Cell::Number(number) => ExtraTime::from_number(*number),
        Cell::Date(_) => Err(Fault::NotAFraction),
        Cell::Text(text) => extra_time_from_text(text),
    }
}

fn extra_time_from_text(text: &str) -> Result<ExtraTime, Fault> {
    let plain: String = text.nfkc().filter(|c| !c.is_whitespace()).collect();
    if plain.is_empty() {
        return Ok(ExtraTime::NONE);
    }
    let plain = plain.replace('\u{2044}', "/");
    if plain == "0" {
        return Err(Fault::ExtraTimeOutOfRange);
    }
    let (above, below) = plain.split_once('/').ok_or(Fault::NotAFraction)?;
    let number = |part: &str| {
        let digits = (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| part.parse::<i32>().ok()).flatten().ok_or(Fault::NotAFraction)
    };
    ExtraTime::new(number(above)?, number(below)?)
}

/// One line of text: NFC, trimmed, runs of spaces collapsed, nothing that cannot be seen.
pub fn line(written: &str, limit: usize) -> Result<String, Fault> {
    let trimmed = written.trim();
    if trimmed.chars().any(is_unseen) {
        return Err(Fault::ControlCharacter);
    }
    let collapsed = trimmed.split_whitespace().collect::<Vec<_>>().join(" ");
    let line: String = collapsed.nfc().collect();
    if line.chars().count() > limit { Err(Fault::TooLong(limit)) } else { Ok(line) }
}

/// Control characters, direction marks and overrides, invisible spaces, line separators, private
/// use and non-characters.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{061C}'
                | '\u{200B}'
                | '\u{200E}'
                | '\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{E000}'..='\u{F8FF}'
                | '\u{FEFF}'
                | '\u{FFF9}'..='\u{FFFF}'
                | '\u{E0000}'..='\u{10FFFF}'
        )
}

/// A value short enough to be shown beside its fault.
pub fn shortened(value: &str) -> String {
    if value.chars().count() <= MAX_EMAIL {
        return value.to_owned();
    }
    value.chars().take(MAX_NAME).chain(std::iter::once('…')).collect()
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
