//! Whether an answer has the shape its item asks for, and whether it is right.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::scheme::Text;

use super::{
    Choice, Field, FieldAnswer, Item, NumberKey, Task, TextKey, decimal::Decimal,
    file::found_fields, table::Found,
};

/// The most characters of a text answer.
pub const LONGEST: usize = 2_000;

/// Why an answer cannot be kept: it is not what its item asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the answer does not have the shape that its item asks for")]
pub struct WrongShape;

/// Checks that an answer could be one to this item. `null` clears an answer; an answer may be
/// incomplete.
pub fn check_shape(item: &Item, value: &Value) -> Result<(), WrongShape> {
    if value.is_null() {
        return Ok(());
    }
    let fits = match &item.task {
        Task::SingleChoice { choices, .. } => value.as_str().is_some_and(|id| has(choices, id)),
        Task::MultipleChoice { choices, .. } => is_list_of(choices, value),
        Task::Ordering { entries, .. } => is_list_of(entries, value),
        Task::ShortText { .. } | Task::Number { .. } => is_short(value),
        Task::Fields { fields } | Task::FileTask { fields, .. } => {
            let known = |id: &String| fields.iter().any(|field| field.id == *id);
            value.as_object().is_some_and(|map| map.iter().all(|(id, v)| known(id) && is_short(v)))
        }
        Task::Matching { left, right, .. } => value.as_object().is_some_and(|map| {
            map.iter().all(|(l, r)| has(left, l) && r.as_str().is_some_and(|r| has(right, r)))
        }),
    };
    if fits { Ok(()) } else { Err(WrongShape) }
}

/// Whether nothing was answered: `null`, or nothing but blanks.
pub fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(all) => all.is_empty(),
        Value::Object(map) => map.values().all(is_blank),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Whether an answer is right for the attempt with this seed. All or nothing.
pub fn is_right(item: &Item, seed: i64, value: &Value) -> bool {
    if is_blank(value) || check_shape(item, value).is_err() {
        return false;
    }
    match &item.task {
        Task::SingleChoice { key, .. } => value.as_str() == Some(key),
        Task::MultipleChoice { key, .. } => {
            strings(value).collect::<BTreeSet<_>>() == key.iter().map(String::as_str).collect()
        }
        Task::ShortText { keys } => is_text(keys, value.as_str()),
        Task::Number { key, unit } => is_number(key, unit.as_ref(), value.as_str()),
        Task::Fields { fields } | Task::FileTask { fields, .. } => {
            let found = found_fields(item, seed);
            fields.iter().all(|field| {
                is_field_right(field, found.get(field.id.as_str()), value[&field.id].as_str())
            })
        }
        Task::Matching { key, .. } => {
            key.iter().all(|(left, right)| value[left].as_str() == Some(right))
        }
        Task::Ordering { key, .. } => strings(value).eq(key.iter().map(String::as_str)),
    }
}

/// A right answer for the attempt with this seed. For jurors, tests and simulated candidates.
pub fn right_answer(item: &Item, seed: i64) -> Value {
    match &item.task {
        Task::SingleChoice { key, .. } => Value::from(key.as_str()),
        Task::MultipleChoice { key, .. } => key.iter().map(String::as_str).collect(),
        Task::ShortText { keys } => Value::from(keys.first().map_or("", |key| &key.text)),
        Task::Number { key, .. } => Value::from(key.value.to_string()),
        Task::Fields { fields } | Task::FileTask { fields, .. } => {
            let found = found_fields(item, seed);
            let one = |field: &Field| {
                (field.id.clone(), Value::from(field_key(field, found.get(field.id.as_str()))))
            };
            fields.iter().map(one).collect()
        }
        Task::Matching { key, .. } => {
            key.iter().map(|(left, right)| (left.clone(), Value::from(right.as_str()))).collect()
        }
        Task::Ordering { key, .. } => key.iter().map(String::as_str).collect(),
    }
}

/// The key as jurors read it.
pub fn readable_key(item: &Item, seed: i64) -> Text {
    match &item.task {
        Task::SingleChoice { choices, key } => listed(choices, [key], " · "),
        Task::MultipleChoice { choices, key } => listed(choices, key, " · "),
        Task::Ordering { entries, key } => listed(entries, key, " → "),
        Task::ShortText { keys } => {
            let all = keys.iter().map(|key| key.text.as_str()).collect::<Vec<_>>().join(" · ");
            Text::new(all.clone(), all)
        }
        Task::Number { key, unit } => number_text(key, unit.as_ref()),
        Task::Fields { fields } | Task::FileTask { fields, .. } => {
            let found = found_fields(item, seed);
            joined(fields.iter().map(|field| readable_field(field, found.get(field.id.as_str()))))
        }
        Task::Matching { left, right, key } => joined(key.iter().map(|(l, r)| {
            let (l, r) = (listed(left, [l], ""), listed(right, [r], ""));
            Text::new(format!("{} → {}", l.fr, r.fr), format!("{} → {}", l.en, r.en))
        })),
    }
}

fn has(choices: &[Choice], id: &str) -> bool {
    choices.iter().any(|choice| choice.id == id)
}

fn strings(value: &Value) -> impl Iterator<Item = &str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// Whether a value is a list of different choices.
fn is_list_of(choices: &[Choice], value: &Value) -> bool {
    let Some(all) = value.as_array() else {
        return false;
    };
    let ids: BTreeSet<&str> = strings(value).filter(|id| has(choices, id)).collect();
    ids.len() == all.len()
}

fn is_short(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.chars().count() <= LONGEST)
}

fn is_text(keys: &[TextKey], answer: Option<&str>) -> bool {
    let answer = answer.unwrap_or_default();
    !answer.trim().is_empty() && keys.iter().any(|key| key.is_right(answer))
}

fn is_number(key: &NumberKey, unit: Option<&Text>, answer: Option<&str>) -> bool {
    answer.and_then(|text| read_number(text, unit)).is_some_and(|number| key.accepts(number))
}

/// Reads a number; its unit may stand after it.
fn read_number(text: &str, unit: Option<&Text>) -> Option<Decimal> {
    let bare = |unit: &str| {
        let (text, unit) = (text.trim().to_lowercase(), unit.to_lowercase());
        text.strip_suffix(unit.as_str()).and_then(Decimal::parse)
    };
    Decimal::parse(text).or_else(|| unit.and_then(|unit| bare(&unit.fr).or_else(|| bare(&unit.en))))
}

impl NumberKey {
    /// Whether a number is near enough; both bounds are.
    pub fn accepts(&self, number: Decimal) -> bool {
        let distance = self.value.distance(number);
        let absolute = self.absolute.unwrap_or(Decimal::new(0, 0));
        let relative = self.relative.map(|share| share.times(self.value.abs()));
        distance <= absolute || relative.is_some_and(|most| distance <= most)
    }
}

fn is_field_right(field: &Field, found: Option<&Found>, answer: Option<&str>) -> bool {
    match (&field.answer, found) {
        (FieldAnswer::Text(keys), _) => is_text(keys, answer),
        (FieldAnswer::Number(key), _) => is_number(key, field.unit.as_ref(), answer),
        (FieldAnswer::Computed(_), Some(Found::Words(words))) => {
            is_text(&[TextKey::exact(words)], answer)
        }
        (FieldAnswer::Computed(_), Some(Found::Number(number))) => {
            let key = NumberKey { value: *number, absolute: None, relative: None };
            is_number(&key, field.unit.as_ref(), answer)
        }
        (FieldAnswer::Computed(_), None) => false,
    }
}

fn field_key(field: &Field, found: Option<&Found>) -> String {
    match (&field.answer, found) {
        (FieldAnswer::Text(keys), _) => keys.first().map_or(String::new(), |key| key.text.clone()),
        (FieldAnswer::Number(key), _) => key.value.to_string(),
        (FieldAnswer::Computed(_), Some(Found::Words(words))) => words.clone(),
        (FieldAnswer::Computed(_), Some(Found::Number(number))) => number.to_string(),
        (FieldAnswer::Computed(_), None) => String::new(),
    }
}

fn readable_field(field: &Field, found: Option<&Found>) -> Text {
    let key = match &field.answer {
        FieldAnswer::Text(keys) => {
            let all = keys.iter().map(|key| key.text.as_str()).collect::<Vec<_>>().join(" · ");
            Text::new(all.clone(), all)
        }
        FieldAnswer::Number(key) => number_text(key, field.unit.as_ref()),
        FieldAnswer::Computed(_) => {
            let key = field_key(field, found);
            match found {
                Some(Found::Number(_)) => with_unit(&key, "", field.unit.as_ref()),
                Some(Found::Words(_)) | None => Text::new(key.clone(), key),
            }
        }
    };
    Text::new(format!("{} : {}", field.label.fr, key.fr), format!("{}: {}", field.label.en, key.en))
}

fn number_text(key: &NumberKey, unit: Option<&Text>) -> Text {
    let zero = Decimal::new(0, 0);
    let absolute = key.absolute.filter(|most| *most != zero).map(|most| format!(" ± {most}"));
    let percent = |share: Decimal| share.times(Decimal::new(100, 0)).rounded(2);
    let relative =
        key.relative.filter(|share| *share != zero).map(|s| format!(" ± {} %", percent(s)));
    let within = absolute.or(relative).unwrap_or_default();
    with_unit(&key.value.to_string(), &within, unit)
}

fn with_unit(value: &str, within: &str, unit: Option<&Text>) -> Text {
    let (fr, en) = unit.map_or(("", ""), |unit| (&unit.fr, &unit.en));
    let fr = format!("{value}{within} {fr}").replace('.', ",");
    Text::new(fr.trim_end(), format!("{value}{within} {en}").trim_end())
}

fn listed<'a>(choices: &[Choice], ids: impl IntoIterator<Item = &'a String>, mark: &str) -> Text {
    let mut texts = Vec::new();
    for id in ids {
        texts.extend(choices.iter().find(|choice| choice.id == *id).map(|choice| &choice.text));
    }
    Text::new(
        texts.iter().map(|text| text.fr.as_str()).collect::<Vec<_>>().join(mark),
        texts.iter().map(|text| text.en.as_str()).collect::<Vec<_>>().join(mark),
    )
}

fn joined(texts: impl Iterator<Item = Text>) -> Text {
    let (fr, en): (Vec<String>, Vec<String>) = texts.map(|text| (text.fr, text.en)).unzip();
    Text::new(fr.join("\n"), en.join("\n"))
}

#[cfg(test)]
mod tests;
