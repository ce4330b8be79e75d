//! What only the outside can prove: the API, through people, on both databases.

mod certificates;
mod command;
mod exam_answers;
mod exam_clock;
mod exam_crash;
mod exam_entry;
mod openapi;
mod people;
mod replay;
mod routes;
mod support;
