//! An item as its file writes it, and how it becomes an [`Item`].

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::scheme::Text;

use super::{Choice, Field, Item, ItemType, NumberKey, Task, file::FileSpec, text::TextKey};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) item: Vec<RawItem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawItem {
    pub(super) id: String,
    version: i32,
    framework: String,
    competence: String,
    difficulty: i32,
    prompt: Text,
    justification: Text,
    #[serde(rename = "type")]
    item_type: ItemType,
    choices: Option<Vec<RawChoice>>,
    entries: Option<Vec<RawChoice>>,
    left: Option<Vec<RawChoice>>,
    right: Option<Vec<RawChoice>>,
    key: Option<toml::Value>,
    keys: Option<Vec<TextKey>>,
    unit: Option<Text>,
    fields: Option<Vec<Field>>,
    file: Option<FileSpec>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawChoice {
    id: String,
    fr: String,
    en: String,
}

/// What an item file may say besides what all items say; each type takes what it needs.
struct Rest {
    choices: Option<Vec<RawChoice>>,
    entries: Option<Vec<RawChoice>>,
    left: Option<Vec<RawChoice>>,
    right: Option<Vec<RawChoice>>,
    key: Option<toml::Value>,
    keys: Option<Vec<TextKey>>,
    unit: Option<Text>,
    fields: Option<Vec<Field>>,
    file: Option<FileSpec>,
}

impl RawItem {
    /// The item, or what is missing or too much.
    pub(super) fn into_item(self, scheme: &str) -> Result<Item, String> {
        let mut rest = Rest {
            choices: self.choices,
            entries: self.entries,
            left: self.left,
            right: self.right,
            key: self.key,
            keys: self.keys,
            unit: self.unit,
            fields: self.fields,
            file: self.file,
        };
        let task = rest.take_task(self.item_type)?;
        rest.check_empty()?;
        Ok(Item {
            id: self.id,
            version: self.version,
            scheme: scheme.to_owned(),
            framework: self.framework,
            competence: self.competence,
            difficulty: self.difficulty,
            prompt: self.prompt,
            justification: self.justification,
            task,
        })
    }
}

impl Rest {
    fn take_task(&mut self, item_type: ItemType) -> Result<Task, String> {
        Ok(match item_type {
            ItemType::SingleChoice => Task::SingleChoice {
                choices: choices("choices", &mut self.choices)?,
                key: self.take_key()?,
            },
            ItemType::MultipleChoice => Task::MultipleChoice {
                choices: choices("choices", &mut self.choices)?,
                key: self.take_key()?,
            },
            ItemType::ShortText => Task::ShortText { keys: needed("keys", &mut self.keys)? },
            ItemType::Number => {
                Task::Number { key: self.take_key::<NumberKey>()?, unit: self.unit.take() }
            }
            ItemType::Fields => Task::Fields { fields: needed("fields", &mut self.fields)? },
            ItemType::Matching => Task::Matching {
                left: choices("left", &mut self.left)?,
                right: choices("right", &mut self.right)?,
                key: self.take_key::<BTreeMap<_, _>>()?,
            },
            ItemType::Ordering => Task::Ordering {
                entries: choices("entries", &mut self.entries)?,
                key: self.take_key()?,
            },
            ItemType::FileTask => Task::FileTask {
                file: needed("file", &mut self.file)?,
                fields: needed("fields", &mut self.fields)?,
            },
        })
    }

    fn take_key<T: serde::de::DeserializeOwned>(&mut self) -> Result<T, String> {
        needed("key", &mut self.key)?.try_into().map_err(|e| format!("key: {e}"))
    }

    fn check_empty(&self) -> Result<(), String> {
        let left_over = [
            ("choices", self.choices.is_some()),
            ("entries", self.entries.is_some()),
            ("left", self.left.is_some()),
            ("right", self.right.is_some()),
            ("key", self.key.is_some()),
            ("keys", self.keys.is_some()),
            ("unit", self.unit.is_some()),
            ("fields", self.fields.is_some()),
            ("file", self.file.is_some()),
        ];
        match left_over.iter().find(|(_, there)| *there) {
            Some((name, _)) => Err(format!("{name} does not belong to this type")),
            None => Ok(()),
        }
    }
}

fn needed<T>(name: &str, value: &mut Option<T>) -> Result<T, String> {
    value.take().ok_or_else(|| format!("{name} is missing"))
}

fn choices(name: &str, value: &mut Option<Vec<RawChoice>>) -> Result<Vec<Choice>, String> {
    let choice = |raw: RawChoice| Choice { id: raw.id, text: Text { fr: raw.fr, en: raw.en } };
    Ok(needed(name, value)?.into_iter().map(choice).collect())
}
