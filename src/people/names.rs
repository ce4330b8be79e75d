//! Names of people, each looked up once.

use std::collections::HashMap;

use super::store;
use crate::{
    base::PersonId,
    db::{DbError, Tx},
};

/// The names that were asked for so far.
#[derive(Debug, Default)]
pub struct Names(HashMap<PersonId, String>);

impl Names {
    /// The name of a person; empty when there is none.
    pub async fn of(&mut self, tx: &mut Tx, person: PersonId) -> Result<String, DbError> {
        if let Some(name) = self.0.get(&person) {
            return Ok(name.clone());
        }
        let found = store::find_person(tx, person).await?;
        let name = found.map(|person| person.display_name).unwrap_or_default();
        self.0.insert(person, name.clone());
        Ok(name)
    }

    /// The name of who acted by the journal; empty for candidates and the server.
    pub async fn of_actor(&mut self, tx: &mut Tx, actor: &str) -> Result<String, DbError> {
        match actor.parse() {
            Ok(person) => self.of(tx, person).await,
            Err(_) => Ok(String::new()),
        }
    }
}
