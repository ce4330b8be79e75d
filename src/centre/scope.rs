//! What a person is in a centre.

use super::{Error, store};
use crate::{
    app::App,
    base::{CentreId, PersonId},
    db::{DbError, Tx},
    people::{self, Rights, Role},
};

/// The right to see and change what belongs to one centre, and the role that gives it: one that is
/// held in this very centre. [`scope`] alone gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CentreScope {
    centre: CentreId,
    person: PersonId,
    role: Role,
}

impl CentreScope {
    /// The centre.
    pub fn centre(&self) -> CentreId {
        self.centre
    }

    /// Who has the right.
    pub fn person(&self) -> PersonId {
        self.person
    }

    /// Whether the right comes from the platform or from the centre: admin or manager.
    pub fn role(&self) -> Role {
        self.role
    }
}

/// The scope of a centre for somebody who holds one of `roles` in it; who runs the platform is its
/// administrator. For whoever holds nothing there the centre does not exist.
pub async fn scope(
    app: &App,
    rights: &Rights,
    centre: CentreId,
    roles: &[Role],
) -> Result<CentreScope, Error> {
    let mut tx = app.db.read().await?;
    store::find_centre(&mut tx, centre).await?.ok_or(Error::NotFound)?;
    let held = roles_in(&mut tx, rights, centre).await?;
    let role = people::admits(roles, &held)?;
    Ok(CentreScope { centre, person: rights.person, role })
}

/// The roles that a person holds in a centre.
pub async fn roles_in(
    tx: &mut Tx,
    rights: &Rights,
    centre: CentreId,
) -> Result<Vec<Role>, DbError> {
    let members = store::list_members(tx, centre).await?.into_iter();
    let own = members.filter(|member| member.person == rights.person).map(|member| member.role);
    Ok(own.chain(rights.roles.contains(&Role::Admin).then_some(Role::Admin)).collect())
}

/// Whether a person has any role in a centre.
pub async fn is_member(tx: &mut Tx, centre: CentreId, person: PersonId) -> Result<bool, DbError> {
    let members = store::list_members(tx, centre).await?;
    Ok(members.iter().any(|member| member.person == person))
}

/// The roles a person has in any centre.
pub async fn roles(app: &App, person: PersonId) -> Result<Vec<Role>, Error> {
    let mut tx = app.db.read().await?;
    let rows = store::list_memberships(&mut tx, person).await?;
    Ok(rows.into_iter().map(|row| row.role).collect())
}

/// The centres that a person runs.
pub async fn list_managed(tx: &mut Tx, person: PersonId) -> Result<Vec<CentreId>, DbError> {
    let rows = store::list_memberships(tx, person).await?;
    let managed = rows.into_iter().filter(|row| row.role == Role::Manager);
    Ok(managed.map(|row| row.centre).collect())
}
