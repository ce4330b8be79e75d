//! Issue, sign, render, revoke.

pub mod code;
pub mod facts;
pub mod proof;
pub mod template;
