//! Sessions, attempts, parts, clock ledger, answers.

pub mod clock;
pub mod rules;
