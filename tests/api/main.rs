//! What only the outside can prove: the API, through people, on both databases.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod board;
mod centres;
mod certificate_crash;
mod certificate_facts;
mod certificates;
mod clock;
mod clock_steps;
mod command;
mod day;
mod demo;
mod demo_live;
mod described;
mod documents;
mod enrolment;
mod exam_answers;
mod exam_clock;
mod exam_crash;
mod exam_door;
mod exam_entry;
mod exam_seat;
mod guessing;
mod jury;
mod jury_bench;
mod listener;
mod live;
mod live_closing;
mod live_rights;
mod log;
mod meant;
mod openapi;
mod pages;
mod people;
mod planning;
mod reading;
mod replay;
mod rights;
mod routes;
mod sign_in_storm;
mod store_disk;
mod store_files;
mod store_rooms;
mod store_silence;
mod support;
mod verifying;
