//! Who may come before a panel, and as what.

use super::{Error, bench::Bench, store};
use crate::{
    app::App,
    base::{CaseId, PanelId, PersonId},
    db::Tx,
    people::{self, Rights, Role},
};

/// The right of a person to do something before a panel, and the role that gives it: one that they
/// hold on this very panel. [`access`] and [`access_to_case`] alone give it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PanelAccess {
    panel: PanelId,
    person: PersonId,
    role: Role,
}

impl PanelAccess {
    /// The panel.
    pub fn panel(&self) -> PanelId {
        self.panel
    }

    /// Who has the right.
    pub fn person(&self) -> PersonId {
        self.person
    }

    /// As what: juror or admin.
    pub fn role(&self) -> Role {
        self.role
    }
}

/// The right of a person to do before a panel what is for `roles`.
///
/// # Errors
/// [`Error::NotFound`] for whoever has nothing to do with it, [`Error::Forbidden`] for whoever has
/// another role, [`super::Refusal::JurorOfTheCentre`] for a juror who has become a member of the
/// centre.
pub async fn access(
    app: &App,
    rights: &Rights,
    panel: PanelId,
    roles: &[Role],
) -> Result<PanelAccess, Error> {
    give(&mut app.db.read().await?, rights, panel, roles).await
}

/// The same for the panel before which a case is.
pub async fn access_to_case(
    app: &App,
    rights: &Rights,
    case: CaseId,
    roles: &[Role],
) -> Result<PanelAccess, Error> {
    let mut tx = app.db.read().await?;
    let panel = store::find_case(&mut tx, case).await?.ok_or(Error::NotFound)?.panel;
    give(&mut tx, rights, panel, roles).await
}

async fn give(
    tx: &mut Tx,
    rights: &Rights,
    panel: PanelId,
    roles: &[Role],
) -> Result<PanelAccess, Error> {
    let found = store::find_panel(tx, panel).await?.ok_or(Error::NotFound)?;
    let seat = Bench::of(tx, &found).await?.seat_of(rights.person);
    let mut held = Vec::new();
    held.extend(seat.is_ok().then_some(Role::Juror));
    held.extend(rights.roles.contains(&Role::Admin).then_some(Role::Admin));
    match (people::admits(roles, &held), seat) {
        (Ok(role), _) => Ok(PanelAccess { panel, person: rights.person, role }),
        (Err(_), Err(why @ Error::Refused(_))) => Err(why),
        (Err(why), _) => Err(why.into()),
    }
}
