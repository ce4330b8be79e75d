//! What one candidate is asked: the form drawn by the seed, and the paper without keys.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::scheme::{Scheme, Text, framework};

use super::{Choice, Field, Item, ItemType, Task, bank, draw::Draw, find, generated_file};

/// The items of one part of one attempt, in order.
pub type Form = Vec<FormItem>;

/// One item of a form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FormItem {
    /// The item.
    pub id: String,
    /// Its version at the time of the drawing.
    pub version: i32,
    /// Of a file task: how large its file is, in bytes, in French. Absent in forms that were kept
    /// before sizes were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_size: Option<usize>,
}

/// An item as a candidate sees it: no key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PaperItem {
    /// The item.
    pub id: String,
    /// Its place on the paper, from 1.
    pub number: i32,
    /// The competence it measures.
    pub competence: String,
    /// What is asked.
    pub prompt: Text,
    /// What is to be done.
    #[serde(rename = "type")]
    pub item_type: ItemType,
    /// Of choices; of an ordering, the entries as first shown.
    pub choices: Vec<Choice>,
    /// Of a number.
    pub unit: Option<Text>,
    /// Of fields and file tasks.
    pub fields: Vec<PaperField>,
    /// Of a matching.
    pub left: Vec<Choice>,
    /// Of a matching; may hold extras.
    pub right: Vec<Choice>,
    /// Of a file task.
    pub file: Option<PaperFile>,
}

/// A field to fill in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PaperField {
    /// Its name within the item.
    pub id: String,
    /// What is asked.
    pub label: Text,
    /// What is counted or measured.
    pub unit: Option<Text>,
}

/// A file to download.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PaperFile {
    /// Its name.
    pub name: String,
    /// In bytes, in French.
    pub size: usize,
}

/// Draws the form of a part. Empty for a part that the scheme does not have.
pub fn draw_form(scheme: &Scheme, part: i32, seed: i64) -> Form {
    let Some((part, framework)) =
        scheme.part(part).and_then(|part| Some((part, framework(&part.framework)?)))
    else {
        return Form::new();
    };
    let draw = Draw::new(seed, &format!("form {}", part.part));
    let competences: Vec<_> = framework.competences().collect();
    let draws = &part.blueprint.draws;
    let mut shared: Vec<&Vec<i32>> = draws.iter().cycle().take(competences.len()).collect();
    draw.shuffle(&mut shared);
    let mut form = Form::new();
    for (competence, difficulties) in competences.iter().zip(shared) {
        let mut taken: Vec<&Item> = Vec::new();
        for difficulty in difficulties {
            let mut fit = bank().fit(scheme, &part.framework, &competence.id, *difficulty);
            fit.retain(|item| !taken.iter().any(|other| other.id == item.id));
            if !fit.is_empty() {
                taken.push(fit[draw.below(fit.len())]);
            }
        }
        form.extend(taken.iter().map(|item| FormItem {
            id: item.id.clone(),
            version: item.version,
            file_size: None,
        }));
    }
    form
}

/// A form with the sizes of its files, for which they are all made.
pub fn measured(mut form: Form, seed: i64) -> Form {
    for entry in &mut form {
        entry.file_size = find(&entry.id, entry.version).and_then(|item| file_size(item, seed));
    }
    form
}

/// None for an item without a file.
fn file_size(item: &Item, seed: i64) -> Option<usize> {
    generated_file(item, seed, "fr").map(|made| made.bytes.len())
}

/// The paper of a form. Items that the bank has lost are left out.
pub fn paper(form: &Form, seed: i64) -> Vec<PaperItem> {
    (1..)
        .zip(form)
        .filter_map(|(number, entry)| {
            let item = find(&entry.id, entry.version)?;
            Some(on_paper(item, (number, entry.file_size), seed))
        })
        .collect()
}

fn on_paper(item: &Item, (number, size): (i32, Option<usize>), seed: i64) -> PaperItem {
    let draw = Draw::new(seed, &format!("paper {} {}", item.id, item.version));
    let mut paper = PaperItem {
        id: item.id.clone(),
        number,
        competence: item.competence.clone(),
        prompt: item.prompt.clone(),
        item_type: item.item_type(),
        choices: Vec::new(),
        unit: None,
        fields: Vec::new(),
        left: Vec::new(),
        right: Vec::new(),
        file: None,
    };
    match &item.task {
        Task::SingleChoice { choices, .. } | Task::MultipleChoice { choices, .. } => {
            paper.choices = shuffled(choices, &draw);
        }
        Task::ShortText { .. } => {}
        Task::Number { unit, .. } => paper.unit.clone_from(unit),
        Task::Fields { fields } => paper.fields = on_paper_fields(fields),
        Task::Matching { left, right, .. } => {
            paper.left.clone_from(left);
            paper.right = shuffled(right, &draw);
        }
        Task::Ordering { entries, key } => paper.choices = out_of_order(entries, key, &draw),
        Task::FileTask { file, fields } => {
            paper.fields = on_paper_fields(fields);
            let size = size.or_else(|| file_size(item, seed)).unwrap_or_default();
            paper.file = Some(PaperFile { name: file.name.clone(), size });
        }
    }
    paper
}

fn on_paper_fields(fields: &[Field]) -> Vec<PaperField> {
    let one = |field: &Field| PaperField {
        id: field.id.clone(),
        label: field.label.clone(),
        unit: field.unit.clone(),
    };
    fields.iter().map(one).collect()
}

fn shuffled(choices: &[Choice], draw: &Draw) -> Vec<Choice> {
    let mut choices = choices.to_vec();
    draw.shuffle(&mut choices);
    choices
}

/// The entries in any order but the right one.
fn out_of_order(entries: &[Choice], key: &[String], draw: &Draw) -> Vec<Choice> {
    let mut shown = shuffled(entries, draw);
    if shown.iter().map(|entry| &entry.id).eq(key) {
        shown.rotate_left(1);
    }
    shown
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;
    use crate::{item::right_answer, scheme};

    fn pix_edu() -> &'static Scheme {
        scheme::find("pix-edu").unwrap()
    }

    fn difficulties(form: &Form) -> BTreeMap<i32, usize> {
        let mut counts = BTreeMap::new();
        for entry in form {
            if let Some(item) = find(&entry.id, entry.version) {
                *counts.entry(item.difficulty).or_default() += 1;
            }
        }
        counts
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_form_asks_two_items_of_each_competence_and_is_as_hard_as_the_others(seed: i64) {
            for (part, framework) in [(1, "crcn"), (2, "crcn-edu")] {
                let form = draw_form(pix_edu(), part, seed);
                prop_assert_eq!(&form, &draw_form(pix_edu(), part, seed));
                prop_assert_eq!(form.iter().collect::<BTreeSet<_>>().len(), 32);
                let even = BTreeMap::from([(1, 8), (2, 8), (3, 8), (4, 8)]);
                prop_assert_eq!(difficulties(&form), even);
                for competence in scheme::framework(framework).unwrap().competences() {
                    let of_it = form.iter().filter(|entry| {
                        let item = find(&entry.id, entry.version).unwrap();
                        item.framework == framework && item.competence == competence.id
                    });
                    prop_assert_eq!(of_it.count(), 2);
                }
            }
        }
    }

    #[test]
    fn two_candidates_have_different_forms() {
        assert_ne!(draw_form(pix_edu(), 1, 1), draw_form(pix_edu(), 1, 2));
        assert_eq!(draw_form(pix_edu(), 3, 1), Form::new());
    }

    #[test]
    fn paper_tells_the_sizes_that_are_kept_with_its_form() {
        let drawn = (0..).map(|seed| (seed, draw_form(pix_edu(), 1, seed)));
        let has_file =
            |(seed, form): &(i64, Form)| paper(form, *seed).iter().any(|i| i.file.is_some());
        let (seed, form) = drawn.take(50).find(has_file).unwrap();
        let mut kept = measured(form.clone(), seed);
        let again = serde_json::from_str(&serde_json::to_string(&kept).unwrap()).unwrap();
        assert_eq!(paper(&again, seed), paper(&form, seed), "as large as when it is made");
        // not made again: a size that no file has is told
        kept.iter_mut().filter_map(|entry| entry.file_size.as_mut()).for_each(|size| *size = 1);
        let told: Vec<_> =
            paper(&kept, seed).into_iter().filter_map(|item| Some(item.file?.size)).collect();
        assert!(!told.is_empty() && told.iter().all(|size| *size == 1), "{told:?}");
    }

    #[test]
    fn form_kept_before_sizes_were_is_read_and_stays_as_it_was() {
        let before = r#"[{"id":"crcn-1.1-01","version":1}]"#;
        let form: Form = serde_json::from_str(before).unwrap();
        assert_eq!(form[0].file_size, None);
        assert_eq!(serde_json::to_string(&form).unwrap(), before);
    }

    #[test]
    fn paper_is_the_same_each_time_and_numbered() {
        let form = draw_form(pix_edu(), 2, 99);
        let first = paper(&form, 99);
        assert_eq!(first, paper(&form, 99));
        assert!(first.iter().map(|item| item.number).eq(1..=32));
    }

    #[test]
    fn ordering_is_never_shown_in_its_right_order() {
        for item in bank().items().iter().filter(|i| i.item_type() == ItemType::Ordering) {
            for seed in 0..200 {
                let shown = on_paper(item, (1, None), seed);
                let ids: Vec<&str> = shown.choices.iter().map(|c| c.id.as_str()).collect();
                assert_ne!(right_answer(item, seed), serde_json::json!(ids), "{}", item.id);
            }
        }
    }
}
