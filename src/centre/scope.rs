//! What a person is in a centre.

use std::collections::{HashMap, HashSet};

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
    let mut held = store::list_roles(tx, centre, rights.person).await?;
    held.extend(rights.roles.contains(&Role::Admin).then_some(Role::Admin));
    Ok(held)
}

/// Whether a person has any role in a centre.
pub async fn is_member(tx: &mut Tx, centre: CentreId, person: PersonId) -> Result<bool, DbError> {
    Ok(!store::list_roles(tx, centre, person).await?.is_empty())
}

/// Those who have any role in a centre.
pub async fn list_member_ids(tx: &mut Tx, centre: CentreId) -> Result<HashSet<PersonId>, DbError> {
    let members = store::list_members(tx, centre).await?;
    Ok(members.into_iter().map(|member| member.person).collect())
}

/// What a person is in every centre in which they are something, and administrators in none.
pub async fn list_roles_by_centre(
    tx: &mut Tx,
    person: PersonId,
) -> Result<HashMap<CentreId, Vec<Role>>, DbError> {
    let mut held: HashMap<CentreId, Vec<Role>> = HashMap::new();
    for row in store::list_memberships(tx, person).await? {
        held.entry(row.centre).or_default().push(row.role);
    }
    Ok(held)
}

/// The roles a person has in any centre.
pub async fn roles(app: &App, person: PersonId) -> Result<Vec<Role>, Error> {
    let mut tx = app.db.read().await?;
    let rows = store::list_memberships(&mut tx, person).await?;
    Ok(rows.into_iter().map(|row| row.role).collect())
}
