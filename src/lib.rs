//! Jurat: certification sessions, from enrolment to a certificate that anyone can check.
//!
//! A module uses only modules listed above it, also inside each folder; `tests/architecture.rs` holds
//! that.

pub mod base;

pub mod lasting;

pub mod config;

pub mod confined;

pub mod db;

pub mod journal;

pub mod app;

pub mod agreement;

pub mod document;

pub mod people;

pub mod centre;

pub mod scheme;

pub mod item;

pub mod enrolment;

pub mod session;

pub mod attempt;

pub mod board;

pub mod jury;

pub mod certificate;

pub mod verify;

pub mod http;

pub mod demo;
