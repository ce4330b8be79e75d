//! The answer sheet of a part in its canonical form, and the receipt for it.
//!
//! Format: `docs/FORMATS.md`, section 5.

use std::{collections::BTreeMap, fmt::Write};

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::answer_store::CurrentAnswer;
use crate::base::{AttemptId, Timestamp};

/// What a candidate gets at hand-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// SHA-256 of the answer sheet.
    pub digest: Vec<u8>,
    /// How many items are answered.
    pub answers: i64,
    /// When the part was sealed.
    pub sealed_at: Timestamp,
}

impl Receipt {
    /// The digest in hexadecimal digits.
    pub fn hex(&self) -> String {
        hex::encode(&self.digest)
    }

    /// The first 12 digits in groups, for reading aloud.
    pub fn short(&self) -> String {
        let hex = self.hex();
        let groups: Vec<_> = (0..3).filter_map(|i| hex.get(i * 4..i * 4 + 4)).collect();
        groups.join("-")
    }
}

/// JSON without spaces, members sorted: the bytes that are kept, hashed and counted.
pub(super) fn canonical(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let sorted: BTreeMap<_, _> = members.iter().collect();
            let members = sorted
                .into_iter()
                .map(|(key, value)| format!("{}:{}", Value::from(key.as_str()), canonical(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        Value::Array(entries) => {
            format!("[{}]", entries.iter().map(canonical).collect::<Vec<_>>().join(","))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}

/// The SHA-256 of the sheet.
pub(super) fn digest(attempt: AttemptId, part: i32, answers: &[CurrentAnswer]) -> [u8; 32] {
    let mut sheet = format!("jurat answer sheet v1\n{attempt}\n{part}\n");
    let by_item: BTreeMap<_, _> = answers.iter().map(|a| (&a.item_id, &a.value)).collect();
    for (item, value) in by_item {
        let _ = writeln!(sheet, "{item}\t{value}");
    }
    Sha256::digest(sheet.as_bytes()).into()
}

/// How many items have an answer that was not cleared.
pub(super) fn answered(answers: &[CurrentAnswer]) -> usize {
    answers.iter().filter(|answer| answer.value != "null").count()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answer(item: &str, value: &str) -> CurrentAnswer {
        CurrentAnswer {
            item_id: item.to_owned(),
            epoch: 1,
            revision: 1,
            value: value.to_owned(),
            saved_at: "2027-03-01T09:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn sheet_does_not_depend_on_the_order_of_its_answers() {
        let id = AttemptId(uuid::Uuid::nil());
        let (a, b) = (answer("a", "\"x\""), answer("b", "null"));
        let sheet = digest(id, 1, &[a.clone(), b.clone()]);
        assert_eq!(sheet, digest(id, 1, &[b.clone(), a.clone()]));
        assert_ne!(sheet, digest(id, 2, &[a.clone(), b.clone()]));
        assert_ne!(sheet, digest(id, 1, std::slice::from_ref(&a)));
        assert_eq!(answered(&[a, b]), 1);
    }

    #[test]
    fn value_has_one_text() {
        assert_eq!(
            canonical(&json!({ "b": ["x", "y"], "a": "é\"" })),
            r#"{"a":"é\"","b":["x","y"]}"#
        );
        assert_eq!(canonical(&Value::Null), "null");
    }

    #[test]
    fn receipt_can_be_read_aloud() {
        let receipt = Receipt {
            digest: vec![0xab; 32],
            answers: 3,
            sealed_at: "2027-03-01T09:00:00Z".parse().unwrap(),
        };
        assert_eq!(receipt.short(), "abab-abab-abab");
    }
}
