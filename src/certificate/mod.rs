//! Issue, sign, render, revoke.

pub mod code;
pub mod proof;
