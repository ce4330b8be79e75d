//! Who may do what in a session.

use super::{Error, Session, store};
use crate::{
    app::App,
    base::{PersonId, SessionId},
    centre::{self, CentreScope},
    db::{DbError, Tx},
    people::{self, NotAdmitted, Rights, Role},
};

/// The right of a person to do something in a session, and the role that gives it: one that they hold
/// in this very session. [`access`] alone gives it.
#[derive(Debug, Clone)]
pub struct Access {
    session: Session,
    person: PersonId,
    role: Role,
}

impl Access {
    /// The right of whoever has just planned the session.
    pub(super) fn of_planner(session: Session, scope: &CentreScope) -> Self {
        Self { session, person: scope.person(), role: scope.role() }
    }

    /// The session as it was when the right was checked.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Who has the right.
    pub fn person(&self) -> PersonId {
        self.person
    }

    /// As what: manager, invigilator or admin.
    pub fn role(&self) -> Role {
        self.role
    }

    /// Refuses those who do not manage the centre.
    pub fn to_manage(&self) -> Result<(), Error> {
        if self.role == Role::Manager { Ok(()) } else { Err(Error::Forbidden) }
    }
}

impl From<NotAdmitted> for Error {
    fn from(why: NotAdmitted) -> Self {
        match why {
            NotAdmitted::Stranger => Self::NotFound,
            NotAdmitted::OtherRole => Self::Forbidden,
        }
    }
}

/// The right of a person to do in a session what is for `roles`.
///
/// # Errors
/// [`Error::NotFound`] for whoever holds no role in it, [`Error::Forbidden`] for whoever holds
/// another.
pub async fn access(
    app: &App,
    rights: &Rights,
    id: SessionId,
    roles: &[Role],
) -> Result<Access, Error> {
    let mut tx = app.db.read().await?;
    let session = store::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let held = roles_in(&mut tx, rights, &session).await?;
    let role = people::admits(roles, &held)?;
    Ok(Access { session, person: rights.person, role })
}

/// The roles that a person holds in a session, the one that sees most first. Who manages the centre
/// manages its sessions; who is in the plan watches, as long as they are of the centre.
pub(super) async fn roles_in(
    tx: &mut Tx,
    rights: &Rights,
    session: &Session,
) -> Result<Vec<Role>, DbError> {
    let in_centre = centre::roles_in(tx, rights, session.centre).await?;
    let is_planned = store::list_watched(tx, rights.person, [session.id]).await?;
    Ok(held(&in_centre, !is_planned.is_empty()))
}

/// The same by what a person is in the centre, and whether they are in the plan.
pub(super) fn held(in_centre: &[Role], is_planned: bool) -> Vec<Role> {
    let watches = is_planned && in_centre.iter().any(|role| role.is_of_a_centre());
    let mut held = Vec::new();
    held.extend(in_centre.contains(&Role::Manager).then_some(Role::Manager));
    held.extend(watches.then_some(Role::Invigilator));
    held.extend(in_centre.contains(&Role::Admin).then_some(Role::Admin));
    held
}
