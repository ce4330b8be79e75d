//! What the journal of a session says of what people do with it as a whole.

use super::Session;
use crate::{
    base::{PersonId, Timestamp},
    db::{DbError, Tx},
    journal::{self, Actor, Entry, Event},
};

/// Writes into the journal what a person did with a session as a whole.
pub async fn note(
    tx: &mut Tx,
    session: &Session,
    person: PersonId,
    event: Event,
    at: Timestamp,
) -> Result<i64, DbError> {
    let actor = Actor::Person(person);
    let entry = Entry { session: session.id, at, actor, attempt: None, event };
    journal::append(tx, &entry).await
}
