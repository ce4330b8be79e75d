//! Names of people, each looked up once.

use std::collections::{BTreeSet, HashMap};

use super::store;
use crate::{
    base::PersonId,
    db::{DbError, Tx},
};

/// The names that were asked for so far.
#[derive(Debug, Default)]
pub struct Names(HashMap<PersonId, String>);

impl Names {
    /// Looks up at once those of whom [`Self::of`] will be asked.
    pub async fn know(
        &mut self,
        tx: &mut Tx,
        people: impl IntoIterator<Item = PersonId>,
    ) -> Result<(), DbError> {
        let asked: BTreeSet<_> =
            people.into_iter().filter(|person| !self.0.contains_key(person)).collect();
        if !asked.is_empty() {
            let found = store::list_people(tx, asked).await?;
            self.0.extend(found.into_iter().map(|person| (person.id, person.display_name)));
        }
        Ok(())
    }

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
