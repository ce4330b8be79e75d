//! Routes, who is asking, bodies, problems, the UI's files. Handlers translate; they decide nothing.
//!
//! Start reading at [`rights`]: the one table of who may call what.

mod noted;
mod words;
mod faults;
mod problem;
mod security;
mod body;
mod paging;
mod asking;
pub mod rights;
mod serve;
mod identify;
mod scope;
mod meant;
mod received;
mod replay;
mod told;
mod assets;
mod marks;
mod papers;
mod people;
mod invitations;
mod centres;
mod sessions;
mod enrolments;
mod attempt_view;
mod attempt;
mod clock;
mod certificates;
mod public_words;
mod public;
mod board;
mod journal;
mod commands;
mod live;
mod jury_view;
mod jury;
mod health;
mod describe;
mod routes;
mod server;

pub use routes::{document, router};
pub use server::{ServeError, Server, bind, told_to_end};
