//! Members of bodies that hold one of a few words.

use serde::Serialize;
use serde_json::Value;
use utoipa::openapi::{ObjectBuilder, Type, schema::Object};

/// Some words, for a member that cannot hold every word of its type.
pub fn one_of<T: Serialize>(words: impl IntoIterator<Item = T>) -> Object {
    let word = |word| serde_json::to_value(word).expect("a word is JSON");
    let words: Vec<Value> = words.into_iter().map(word).collect();
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).build()
}
