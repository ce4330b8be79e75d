//! What only the outside can prove: the API, through people, on both databases.

mod people;
mod support;
