//! What makes an item sound. All of it is checked when the program starts.

use std::collections::BTreeSet;

use crate::scheme::{Text, framework};

use super::{
    Choice, Field, FieldAnswer, Item, Task, TextKey,
    file::{FileSpec, Format, Range},
    table::{Aggregate, Column, ColumnKind, Computed, Condition},
};

/// Says what is wrong with an item that stands in the file `path`.
pub(super) fn check(item: &Item, path: &str) -> Result<(), String> {
    let base = format!("{}-{}", item.framework, item.competence);
    let number = item.id.strip_prefix(&format!("{base}-"));
    ensure(number.is_some_and(|n| n.len() == 2 && n.bytes().all(|b| b.is_ascii_digit())), || {
        format!("the id is not {base}- and two digits")
    })?;
    ensure(path.ends_with(&format!("/{base}.toml")), || format!("belongs in {base}.toml"))?;
    ensure(item.version >= 1, || "the version is not 1 or more".into())?;
    ensure((1..=4).contains(&item.difficulty), || "the difficulty is not 1 to 4".into())?;
    let known = framework(&item.framework)
        .is_some_and(|framework| framework.competences().any(|c| c.id == item.competence));
    ensure(known, || format!("no such competence: {} {}", item.framework, item.competence))?;
    check_text("prompt", &item.prompt)?;
    check_text("justification", &item.justification)?;
    ensure(!item.justification.fr.trim().contains('\n'), || "the justification has lines".into())?;
    check_task(&item.task)
}

fn ensure(holds: bool, why: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(why()) }
}

fn check_text(name: &str, text: &Text) -> Result<(), String> {
    let full = !text.fr.trim().is_empty() && !text.en.trim().is_empty();
    ensure(full, || format!("{name} is empty in a language"))
}

fn check_task(task: &Task) -> Result<(), String> {
    match task {
        Task::SingleChoice { choices, key } => {
            check_choices(choices, 2)?;
            check_key(choices, key)
        }
        Task::MultipleChoice { choices, key } => {
            check_choices(choices, 3)?;
            ensure(!key.is_empty(), || "the key is empty".into())?;
            key.iter().try_for_each(|id| check_key(choices, id))
        }
        Task::ShortText { keys } => check_keys(keys),
        Task::Number { unit, .. } => unit.iter().try_for_each(|unit| check_text("unit", unit)),
        Task::Fields { fields } => check_fields(fields, None),
        Task::Matching { left, right, key } => {
            check_choices(left, 2)?;
            check_choices(right, 2)?;
            ensure(
                left.iter().all(|l| key.contains_key(&l.id)) && key.len() == left.len(),
                || "the key does not match every left".into(),
            )?;
            key.values().try_for_each(|id| check_key(right, id))
        }
        Task::Ordering { entries, key } => {
            check_choices(entries, 3)?;
            let all: BTreeSet<&String> = key.iter().collect();
            ensure(all.len() == key.len() && key.len() == entries.len(), || {
                "the key is not an order of all entries".into()
            })?;
            key.iter().try_for_each(|id| check_key(entries, id))
        }
        Task::FileTask { file, fields } => {
            check_file(file)?;
            check_fields(fields, Some(file))
        }
    }
}

fn check_choices(choices: &[Choice], least: usize) -> Result<(), String> {
    ensure(choices.len() >= least, || format!("there are fewer than {least} choices"))?;
    let ids: BTreeSet<&String> = choices.iter().map(|choice| &choice.id).collect();
    ensure(ids.len() == choices.len(), || "two choices have one id".into())?;
    let fr: BTreeSet<&String> = choices.iter().map(|choice| &choice.text.fr).collect();
    let en: BTreeSet<&String> = choices.iter().map(|choice| &choice.text.en).collect();
    ensure(fr.len() == choices.len() && en.len() == choices.len(), || {
        "two choices say the same".into()
    })?;
    choices.iter().try_for_each(|choice| check_text("a choice", &choice.text))
}

fn check_key(choices: &[Choice], id: &str) -> Result<(), String> {
    let known = choices.iter().any(|choice| choice.id == id);
    ensure(known, || format!("the key names no choice: {id}"))
}

fn check_keys(keys: &[TextKey]) -> Result<(), String> {
    ensure(!keys.is_empty(), || "there is no key".into())?;
    for key in keys {
        let folded = !key.folded().trim().is_empty();
        ensure(folded, || format!("nothing is left to compare of the key {:?}", key.text))?;
        let bounded = (0.0..=0.25).contains(&key.tolerance);
        ensure(bounded, || format!("the tolerance of {:?} is not 0 to 0.25", key.text))?;
    }
    Ok(())
}

fn check_fields(fields: &[Field], file: Option<&FileSpec>) -> Result<(), String> {
    let ids: BTreeSet<&String> = fields.iter().map(|field| &field.id).collect();
    ensure(!fields.is_empty() && ids.len() == fields.len(), || {
        "fields lack or share an id".into()
    })?;
    for field in fields {
        check_text("a label", &field.label)?;
        match (&field.answer, file) {
            (FieldAnswer::Text(keys), _) => check_keys(keys)?,
            (FieldAnswer::Number(_), _) => {}
            (FieldAnswer::Computed(computed), Some(file)) => check_computed(computed, file)
                .map_err(|why| format!("field {}: {why}", field.id))?,
            (FieldAnswer::Computed(_), None) => {
                return Err("there is no file to compute from".into());
            }
        }
    }
    Ok(())
}

fn check_file(file: &FileSpec) -> Result<(), String> {
    ensure(!file.name.is_empty() && !file.name.contains(['/', '\\', '"']), || {
        "no file name".into()
    })?;
    if file.format == Format::Png {
        let side = |range: Option<Range>| {
            range.is_some_and(|r| 16 <= r.min && r.min <= r.max && r.max <= 4000)
        };
        ensure(side(file.width) && side(file.height), || "a side is not 16 to 4000 pixels".into())?;
        let latin = |text: &String| text.chars().all(|c| u32::from(c) < 256) && !text.is_empty();
        let texts = file.text.iter().all(|(name, values)| {
            latin(name) && name.len() < 80 && !values.is_empty() && values.iter().all(latin)
        });
        return ensure(texts, || "a text of the picture is empty or not Latin-1".into());
    }
    ensure((1..=5000).contains(&file.rows), || "rows is not 1 to 5000".into())?;
    ensure(!file.columns.is_empty(), || "there is no column".into())?;
    let ids: BTreeSet<&String> = file.columns.iter().map(|column| &column.id).collect();
    ensure(ids.len() == file.columns.len(), || "two columns have one id".into())?;
    ensure((file.format == Format::Txt) != file.line.is_empty(), || "line is for txt".into())?;
    let shown = |column: &Column| file.line.contains(&format!("{{{}}}", column.id));
    ensure(file.line.is_empty() || file.columns.iter().all(shown), || {
        "line lacks a column".into()
    })?;
    file.columns.iter().try_for_each(check_column)
}

fn check_column(column: &Column) -> Result<(), String> {
    check_text("a title", &column.title)?;
    let width_ok = |min: i64, max: i64| min <= max && max - min < i64::from(u32::MAX);
    let sound = match &column.kind {
        ColumnKind::Serial { .. } => true,
        ColumnKind::Choice { values } => {
            values.iter().collect::<BTreeSet<_>>().len() == values.len() && !values.is_empty()
        }
        ColumnKind::Integer { min, max } => width_ok(*min, *max),
        ColumnKind::Decimal { min, max, decimals } => {
            *decimals <= 6
                && min.rounded(*decimals) == *min
                && max.rounded(*decimals) == *max
                && width_ok(min.units(*decimals), max.units(*decimals))
        }
        ColumnKind::Date { from, to } => from <= to,
    };
    ensure(sound, || format!("column {} draws from nothing", column.id))
}

fn check_computed(computed: &Computed, file: &FileSpec) -> Result<(), String> {
    let property = computed.property.as_deref();
    if file.format == Format::Png {
        let known =
            property.is_some_and(|p| p == "width" || p == "height" || file.text.contains_key(p));
        return ensure(known && computed.aggregate.is_none(), || "no such property".into());
    }
    ensure(property.is_none(), || "only a picture has properties".into())?;
    for condition in &computed.conditions {
        check_condition(condition, &file.columns)?;
    }
    let column = |id: &str| {
        let found = file.columns.iter().find(|column| column.id == id);
        found.ok_or_else(|| format!("no such column: {id}"))
    };
    let number = |id: &str| {
        let numbers = matches!(
            column(id)?.kind,
            ColumnKind::Serial { .. } | ColumnKind::Integer { .. } | ColumnKind::Decimal { .. }
        );
        ensure(numbers, || format!("not a column of numbers: {id}"))
    };
    match computed.aggregate {
        None => Err("no aggregate".into()),
        Some(Aggregate::Count) => Ok(()),
        Some(Aggregate::Distinct) => column(&computed.column).map(|_| ()),
        Some(Aggregate::Top) => column(&computed.column).and(number(&computed.by)),
        Some(Aggregate::Sum | Aggregate::Average | Aggregate::Min | Aggregate::Max) => {
            number(&computed.column)
        }
    }
}

fn check_condition(condition: &Condition, columns: &[Column]) -> Result<(), String> {
    let tests = [&condition.equals, &condition.at_least, &condition.at_most, &condition.contains];
    ensure(tests.into_iter().flatten().count() == 1, || "a condition has not one test".into())?;
    let Some(column) = columns.iter().find(|column| column.id == condition.column) else {
        return Err(format!("no such column: {}", condition.column));
    };
    match (&column.kind, &condition.equals) {
        (ColumnKind::Choice { values }, Some(value)) => {
            ensure(values.contains(value), || format!("{} never is {value}", column.id))
        }
        _ => Ok(()),
    }
}
