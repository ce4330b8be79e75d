//! Centres, their members, and invitations to take a role in one or on the platform.
//!
//! Owns the tables `centre`, `member` and `invitation`. Promises that whoever is not of a centre
//! learns nothing of it, not even that it exists; and that an invitation is a code of 128 random
//! bits, told once, stored as its hash, accepted once, within seven days. Start reading at
//! [`CentreScope`].

mod rows;
mod rules;
mod store;
mod scope;
mod invited;
mod invitation;

use std::collections::HashMap;

use chrono_tz::Tz;

use crate::{
    app::{App, Busy, TooMany},
    base::{CentreId, Listed, Page, PersonId, Timestamp, words},
    db::{DbError, Tx},
    people::{self, NotAdmitted, Role},
};

pub use invitation::{
    Accepted, Issued, View, accept, accept_as_newcomer, confirm, invite, invite_to_platform,
    look_at, refuse,
};
pub use invited::{AcceptedBy, OpenInvitation, invitations_to_platform};
pub use rows::{Invitation, MemberRow};
pub use rules::Refusal;
pub use scope::{
    CentreScope, is_member, list_member_ids, list_roles_by_centre, roles, roles_in, scope,
};
pub use store::{find_centre, list_centres_among, put_member};

words! {
    /// What a centre is.
    pub enum CentreKind {
        /// A school.
        School = "school",
        /// A university or another house of higher education.
        HigherEducation = "higher_education",
        /// Anybody else.
        Professional = "professional",
    }
}

/// A certification centre.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Centre {
    /// Its id.
    pub id: CentreId,
    /// Its name for people.
    pub name: String,
    /// What it is.
    #[sqlx(try_from = "String")]
    pub kind: CentreKind,
    /// IANA name of the zone its sessions are planned in.
    pub time_zone: String,
    /// Its number in another register; may be empty.
    pub external_id: String,
    /// When it was created.
    pub created_at: Timestamp,
}

impl Centre {
    /// The zone its sessions are planned in.
    pub fn zone(&self) -> Tz {
        self.time_zone.parse().unwrap_or(Tz::UTC)
    }
}

/// What somebody says of a centre to create.
#[derive(Debug, Clone)]
pub struct NewCentre {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: CentreKind,
    /// IANA name of its zone.
    pub time_zone: String,
    /// Its number in another register; may be empty.
    pub external_id: String,
    /// Who will run it.
    pub manager_email: String,
}

/// A person with a role in a centre.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The account.
    pub person: PersonId,
    /// How the person is shown.
    pub display_name: String,
    /// What the person signs in with.
    pub email: String,
    /// As what.
    pub role: Role,
}

/// What somebody is, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// Where.
    pub centre: Centre,
    /// As what.
    pub role: Role,
}

/// How an operation on centres failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such centre, or none that the asker may know of.
    #[error("no such centre")]
    NotFound,
    /// The asker has another role in this centre.
    #[error("this is not for your role in the centre")]
    Forbidden,
    /// No such invitation, or it was accepted or is too old.
    #[error("no such invitation")]
    NoInvitation,
    /// Too many tries.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// Too many wait for a hash.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// A rule said no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<NotAdmitted> for Error {
    fn from(why: NotAdmitted) -> Self {
        match why {
            NotAdmitted::Stranger => Self::NotFound,
            NotAdmitted::OtherRole => Self::Forbidden,
        }
    }
}

impl From<people::Refusal> for Error {
    fn from(why: people::Refusal) -> Self {
        Self::Refused(Refusal::Person(why))
    }
}

/// Creates a centre and invites its manager.
pub async fn create(app: &App, new: &NewCentre) -> Result<(Centre, Issued), Error> {
    let now = app.clock.now();
    let centre = Centre {
        id: app.chance.id(now),
        name: rules::check_name(&new.name)?,
        kind: new.kind,
        time_zone: rules::check_zone(&new.time_zone)?.name().to_owned(),
        external_id: rules::check_external_id(&new.external_id)?,
        created_at: now,
    };
    let email = people::check_email(&new.manager_email)?;
    let mut tx = app.db.begin().await?;
    store::add_centre(&mut tx, &centre).await?;
    let issued =
        invitation::issue(app, &mut tx, Some(centre.id), email, Role::Manager, now).await?;
    tx.commit().await?;
    Ok((centre, issued))
}

/// All centres, by name.
pub async fn list(app: &App, page: Page<CentreId>) -> Result<Listed<Centre>, Error> {
    Ok(page.cut(store::list_centres(&mut app.db.read().await?, page).await?))
}

/// A centre with its members and open invitations.
pub async fn detail(
    app: &App,
    scope: &CentreScope,
) -> Result<(Centre, Vec<Member>, Vec<OpenInvitation>), Error> {
    let now = app.clock.now();
    let mut tx = app.db.read().await?;
    let centre = store::find_centre(&mut tx, scope.centre()).await?.ok_or(Error::NotFound)?;
    let members = members(&mut tx, scope.centre()).await?;
    let invitations = invited::list_open(&mut tx, Some(scope.centre()), now).await?;
    Ok((centre, members, invitations))
}

/// The members of a centre with their names.
pub async fn members(tx: &mut Tx, centre: CentreId) -> Result<Vec<Member>, DbError> {
    let rows = store::list_members(tx, centre).await?;
    let found = people::list_people(tx, rows.iter().map(|row| row.person)).await?;
    let found: HashMap<_, _> = found.into_iter().map(|person| (person.id, person)).collect();
    let member = |row: MemberRow| {
        let person = found.get(&row.person)?;
        Some(Member {
            person: person.id,
            display_name: person.display_name.clone(),
            email: person.email.clone(),
            role: row.role,
        })
    };
    Ok(rows.into_iter().filter_map(member).collect())
}

/// What a person is, and in which centres.
pub async fn memberships(app: &App, person: PersonId) -> Result<Vec<Membership>, Error> {
    let mut tx = app.db.read().await?;
    let rows = store::list_memberships(&mut tx, person).await?;
    let found = store::list_centres_among(&mut tx, rows.iter().map(|row| row.centre)).await?;
    let found: HashMap<_, _> = found.into_iter().map(|centre| (centre.id, centre)).collect();
    let membership = |row: MemberRow| {
        Some(Membership { centre: found.get(&row.centre)?.clone(), role: row.role })
    };
    Ok(rows.into_iter().filter_map(membership).collect())
}
