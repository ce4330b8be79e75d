//! What a person may do on the platform.

use super::{Error, Person, Rights, Role, store};
use crate::{
    app::App,
    base::PersonId,
    db::{DbError, Tx},
};

/// The rights of a person on the platform.
pub async fn rights(app: &App, person: PersonId) -> Result<Option<Rights>, Error> {
    let mut tx = app.db.read().await?;
    let Some(person) = store::find_person(&mut tx, person).await? else { return Ok(None) };
    Ok(Some(rights_of(&mut tx, person).await?))
}

/// Those who hold a role on the platform, by name.
pub async fn holders(app: &App, role: Role) -> Result<Vec<Person>, Error> {
    Ok(store::list_with_role(&mut app.db.read().await?, role).await?)
}

/// Whether a person holds a role on the platform.
pub async fn holds(tx: &mut Tx, person: PersonId, role: Role) -> Result<bool, DbError> {
    Ok(store::list_roles(tx, person).await?.contains(&role))
}

/// The rights that go with an account.
pub(super) async fn rights_of(tx: &mut Tx, person: Person) -> Result<Rights, DbError> {
    let roles = store::list_roles(tx, person.id).await?;
    Ok(Rights { person: person.id, email: person.email, display_name: person.display_name, roles })
}
