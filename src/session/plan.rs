//! Planning a session: who may see it, when and where it is held, who watches, opening the door.
//!
//! Promises that the time of a session is what the centre's clocks will show, and that whoever has
//! nothing to do with a session learns nothing of it, not even that it exists.

mod enrol;
pub mod papers;
pub mod rules;
mod schedule;
mod store;

use serde_json::json;

use super::{Session, SessionState, find, lock, scheme_of};
use crate::{
    app::App,
    base::{Listed, Page, PersonId, SessionId, Timestamp},
    centre::{self, Centre, CentreScope},
    db::{DbError, Tx},
    document::DrawError,
    enrolment::{self, ListError, NoList},
    journal::{self, Actor, Entry},
    people::{self, NotAdmitted, Person, Rights, Role},
    scheme::Text,
};

pub use enrol::{Enrolled, Written, correct, enrol, import, list_enrolled, preview, remove};
pub use rules::Refusal;
pub use schedule::{NewSession, Plan, change, plan};
pub use store::list_invigilators;

/// How planning failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such session, or none that the asker may know of.
    #[error("no such session")]
    NotFound,
    /// The asker may see this but not do it.
    #[error("only a manager of the centre may do this")]
    Forbidden,
    /// There is no such enrolment in the session.
    #[error("no such enrolment")]
    NoEnrolment,
    /// Somebody else changed it since the asker looked.
    #[error("it was changed by somebody else; look at it again")]
    ChangedMeanwhile,
    /// There is no list of candidates in the file.
    #[error(transparent)]
    NoList(#[from] NoList),
    /// A list has errors; nothing was imported.
    #[error("the list has errors; nothing was imported")]
    List(Vec<ListError>),
    /// A rule said no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A paper could not be drawn.
    #[error(transparent)]
    Draw(#[from] DrawError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// The right of a person to do something in a session, and the role that gives it: one that they hold
/// in this very session. [`access`] alone gives it.
#[derive(Debug, Clone)]
pub struct Access {
    session: Session,
    person: PersonId,
    role: Role,
}

impl Access {
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

/// A session with what people call the things in it.
#[derive(Debug, Clone)]
pub struct Summary {
    /// The session.
    pub session: Session,
    /// The centre's name.
    pub centre_name: String,
    /// The scheme's title.
    pub scheme_title: Text,
    /// How many are enrolled.
    pub candidates: i64,
    /// What the asker is in it.
    pub my_role: Role,
}

/// A session with those who watch over it.
#[derive(Debug, Clone)]
pub struct Detail {
    /// The session.
    pub summary: Summary,
    /// Those who watch.
    pub invigilators: Vec<Person>,
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
    let session = find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let held = roles_in(&mut tx, rights, &session).await?;
    let role = people::admits(roles, &held)?;
    Ok(Access { session, person: rights.person, role })
}

/// The roles that a person holds in a session, the one that sees most first. Who manages the centre
/// manages its sessions; who is in the plan watches, as long as they are of the centre.
async fn roles_in(tx: &mut Tx, rights: &Rights, session: &Session) -> Result<Vec<Role>, DbError> {
    let in_centre = centre::roles_in(tx, rights, session.centre).await?;
    let is_member = in_centre.iter().any(|role| role.is_of_a_centre());
    let watches =
        is_member && store::list_invigilators(tx, session.id).await?.contains(&rights.person);
    let mut held = Vec::new();
    held.extend(in_centre.contains(&Role::Manager).then_some(Role::Manager));
    held.extend(watches.then_some(Role::Invigilator));
    held.extend(in_centre.contains(&Role::Admin).then_some(Role::Admin));
    Ok(held)
}

/// Writes into the journal what a person did with a session as a whole.
async fn note(
    tx: &mut Tx,
    session: &Session,
    person: PersonId,
    kind: &str,
    body: serde_json::Value,
    at: Timestamp,
) -> Result<i64, DbError> {
    let actor = Actor::Person(person);
    let entry = Entry { session: session.id, at, actor, kind, attempt: None, body };
    journal::append(tx, &entry).await
}

/// A session as it stands now.
pub async fn detail(app: &App, access: &Access) -> Result<Detail, Error> {
    let mut tx = app.db.read().await?;
    let session = find(&mut tx, access.session.id).await?.ok_or(Error::NotFound)?;
    let mut invigilators = Vec::new();
    for id in store::list_invigilators(&mut tx, session.id).await? {
        invigilators.extend(people::find_person(&mut tx, id).await?);
    }
    let summary = summary(&mut tx, session, access.role).await?;
    Ok(Detail { summary, invigilators })
}

async fn summary(tx: &mut Tx, session: Session, my_role: Role) -> Result<Summary, DbError> {
    let centre = centre::find_centre(tx, session.centre).await?;
    let scheme_title = scheme_of(tx, &session).await?.title.clone();
    let candidates = enrolment::count_of_session(tx, session.id).await?;
    let centre_name = centre.map(|centre: Centre| centre.name).unwrap_or_default();
    Ok(Summary { session, centre_name, scheme_title, candidates, my_role })
}

/// The sessions of a centre, the latest first.
pub async fn list_of_centre(
    app: &App,
    scope: &CentreScope,
    page: Page<SessionId>,
) -> Result<Listed<Summary>, Error> {
    let mut tx = app.db.read().await?;
    let Listed { items, more } =
        page.cut(store::list_of_centre(&mut tx, scope.centre(), page).await?);
    let mut list = Vec::new();
    for session in items {
        list.push(summary(&mut tx, session, scope.role()).await?);
    }
    Ok(Listed { items: list, more })
}

/// The sessions that a person manages or invigilates, the latest first; who runs the platform
/// sees all.
pub async fn list_for(
    app: &App,
    rights: &Rights,
    page: Page<SessionId>,
) -> Result<Listed<Summary>, Error> {
    let mut tx = app.db.read().await?;
    let Listed { items, more } = page.cut(list_seen_by(&mut tx, rights, page).await?);
    let mut list = Vec::new();
    for session in items {
        let held = roles_in(&mut tx, rights, &session).await?;
        let Some(role) = held.first().copied() else { continue };
        list.push(summary(&mut tx, session, role).await?);
    }
    Ok(Listed { items: list, more })
}

async fn list_seen_by(
    tx: &mut Tx,
    rights: &Rights,
    page: Page<SessionId>,
) -> Result<Vec<Session>, DbError> {
    if rights.roles.contains(&Role::Admin) {
        return store::list_all(tx, page).await;
    }
    let mut found = store::list_of_invigilator(tx, rights.person, page).await?;
    for centre in centre::list_managed(tx, rights.person).await? {
        found.extend(store::list_of_centre(tx, centre, page).await?);
    }
    found.sort_by_key(|session| std::cmp::Reverse((session.starts_at, session.id)));
    found.dedup_by_key(|session| session.id);
    Ok(found)
}

/// Opens the door: check-in begins, and the entry code works from here. Opening an open session
/// again changes nothing.
pub async fn open(app: &App, access: &Access) -> Result<Detail, Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let session = lock(&mut tx, access.session.id).await?.ok_or(Error::NotFound)?;
    match session.state {
        SessionState::Open => {
            drop(tx);
            return detail(app, access).await;
        }
        SessionState::Closed | SessionState::Validated => return Err(Refusal::SessionClosed.into()),
        SessionState::Planned => {}
    }
    store::put_opened(&mut tx, session.id, now).await?;
    note(&mut tx, &session, access.person, "session_opened", json!({}), now).await?;
    tx.commit().await?;
    app.bell.ring(session.id);
    detail(app, access).await
}
