//! What is wrong with a candidate or a list, as a body.

use serde::Serialize;
use utoipa::{ToSchema, openapi::schema::Object};

use super::words;
use crate::{
    enrolment::{Fault, FieldFault, ListError},
    scheme::Text,
};

/// Something wrong with a list, or with a candidate as typed (row 0).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ListError)]
pub struct ListErrorBody {
    /// As the spreadsheet numbers it: the header is row 1.
    row: u32,
    /// The file's own title; empty when the row as a whole is meant.
    column: String,
    value: String,
    #[schema(schema_with = fault_code)]
    code: &'static str,
    reason: Text,
}

/// The codes of faults.
fn fault_code() -> Object {
    words::one_of(Fault::CODES)
}

impl From<ListError> for ListErrorBody {
    fn from(error: ListError) -> Self {
        let ListError { row, column, value, fault } = error;
        Self { row, column, value, code: fault.code(), reason: fault.reason() }
    }
}

impl From<&FieldFault> for ListErrorBody {
    fn from(found: &FieldFault) -> Self {
        Self {
            row: 0,
            column: found.column.as_str().to_owned(),
            value: found.value.clone(),
            code: found.fault.code(),
            reason: found.fault.reason(),
        }
    }
}
