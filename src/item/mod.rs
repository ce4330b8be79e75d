//! Items: the bank they are kept in, the forms drawn from it, and whether an answer is right.
//!
//! Owns no table: the bank is data in `schemes/*/items/` (format: `docs/ITEMS.md`), checked when the
//! program starts. Promises that the same seed always gives the same form, the same paper, the same
//! files and the same keys, and that a paper holds no key. Start reading at [`rules`].

mod decimal;
mod draw;
mod table;
mod file;
mod text;
mod check;
mod raw;
mod bank;
mod form;
pub mod rules;
mod score;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::scheme::Text;

pub use bank::{BadItems, Bank, bank, check, find};
pub use decimal::Decimal;
pub use file::{GeneratedFile, generated_file};
pub use form::{Form, FormItem, PaperField, PaperFile, PaperItem, draw_form, measured, paper};
pub use rules::{WrongShape, check_shape, is_blank, is_right, readable_key, right_answer};
pub use score::score_part;
pub use text::TextKey;

/// One version of a question, which never changes.
#[derive(Debug, Clone)]
pub struct Item {
    /// Its name for good, e.g. `crcn-1.1-01`.
    pub id: String,
    /// The version, from 1.
    pub version: i32,
    /// The scheme whose bank it is in.
    pub scheme: String,
    /// The framework of its competence.
    pub framework: String,
    /// The competence it measures.
    pub competence: String,
    /// 1 to 4; also the points it is worth.
    pub difficulty: i32,
    /// What is asked.
    pub prompt: Text,
    /// Why the key is the key; for jurors only.
    pub justification: Text,
    /// What is to be done, with the key.
    pub task: Task,
}

/// What is to be done, with the key.
#[derive(Debug, Clone)]
pub enum Task {
    /// One of several choices.
    SingleChoice {
        /// What can be chosen.
        choices: Vec<Choice>,
        /// The right choice.
        key: String,
    },
    /// All the right ones of several choices.
    MultipleChoice {
        /// What can be chosen.
        choices: Vec<Choice>,
        /// The right choices.
        key: BTreeSet<String>,
    },
    /// A few words.
    ShortText {
        /// Any of them is right.
        keys: Vec<TextKey>,
    },
    /// A number.
    Number {
        /// The number and how near an answer must come.
        key: NumberKey,
        /// What is counted or measured.
        unit: Option<Text>,
    },
    /// Several fields, all of which must be right.
    Fields {
        /// The fields.
        fields: Vec<Field>,
    },
    /// Each of the left goes with one of the right.
    Matching {
        /// What is given.
        left: Vec<Choice>,
        /// What can be put beside it; may hold extras.
        right: Vec<Choice>,
        /// Left to right.
        key: BTreeMap<String, String>,
    },
    /// Entries to be put in order.
    Ordering {
        /// The entries.
        entries: Vec<Choice>,
        /// Their right order.
        key: Vec<String>,
    },
    /// Work on a file that is made for this attempt.
    FileTask {
        /// How the file is made.
        file: file::FileSpec,
        /// What is asked about it.
        fields: Vec<Field>,
    },
}

/// The types of items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItemType {
    /// One of several choices.
    SingleChoice,
    /// All the right ones of several choices.
    MultipleChoice,
    /// A few words.
    ShortText,
    /// A number.
    Number,
    /// Several fields.
    Fields,
    /// Pairs.
    Matching,
    /// Entries to be put in order.
    Ordering,
    /// Work on a file.
    FileTask,
}

/// Something that can be chosen, matched or ordered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Choice {
    /// Its name within the item.
    pub id: String,
    /// What it says.
    pub text: Text,
}

/// A field to fill in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its name within the item.
    pub id: String,
    /// What is asked.
    pub label: Text,
    /// What is counted or measured.
    #[serde(default)]
    pub unit: Option<Text>,
    /// The key.
    pub answer: FieldAnswer,
}

/// The key of a field.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldAnswer {
    /// Any of these texts.
    Text(Vec<TextKey>),
    /// A number.
    Number(NumberKey),
    /// What is found in the file made for this attempt.
    Computed(table::Computed),
}

/// A number and how near an answer must come; both bounds are right.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberKey {
    /// The number.
    pub value: Decimal,
    /// The largest difference.
    #[serde(default)]
    pub absolute: Option<Decimal>,
    /// The largest difference as a share of the number.
    #[serde(default)]
    pub relative: Option<Decimal>,
}

impl Item {
    /// Its type.
    pub fn item_type(&self) -> ItemType {
        match self.task {
            Task::SingleChoice { .. } => ItemType::SingleChoice,
            Task::MultipleChoice { .. } => ItemType::MultipleChoice,
            Task::ShortText { .. } => ItemType::ShortText,
            Task::Number { .. } => ItemType::Number,
            Task::Fields { .. } => ItemType::Fields,
            Task::Matching { .. } => ItemType::Matching,
            Task::Ordering { .. } => ItemType::Ordering,
            Task::FileTask { .. } => ItemType::FileTask,
        }
    }
}
