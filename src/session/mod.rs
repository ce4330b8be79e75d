//! Sessions, attempts, parts, clock ledger, answers.
