//! The attempt machine: what may happen to an attempt, and what becomes of it.
//!
//! [`decide`] says what a command leads to, [`apply`] what an event makes of the attempt. Both are
//! pure, and both take the exam as the attempt knows it: how many parts it has. Presence is not here: a
//! lost connection changes nothing in an attempt.
//!
//! Source: `docs/ARCHITECTURE.md`, "The attempt machine".

mod state;
mod words;
mod attempt;
mod seat;
mod answer;
mod clocks;
mod parts;
mod ends;
mod decided;
mod asked;
mod applied;

pub use crate::journal::{AttemptState, SealCause};
pub use answer::accept_answer;
pub use applied::apply;
pub use asked::{Ask, allowed, turn};
pub use attempt::Attempt;
pub use decided::decide;
pub use seat::{Doing, seat_may};
pub use state::State;
pub use words::{Command, Event, Refusal, What};

/// The longest reason of a command, in characters.
pub const LONGEST_REASON: usize = 500;

/// The most a part can be extended or shortened by at once, in seconds.
pub const LARGEST_EXTENSION_S: i64 = 4 * 3600;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
