//! What only the outside can prove: the API, through people, on both databases.

mod command;
mod openapi;
mod people;
mod support;
