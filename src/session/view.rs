//! Sessions as those who plan and watch see them.

use super::{
    Error, Session,
    access::{Access, roles_in},
    frozen::scheme_of,
    store,
};
use crate::{
    app::App,
    base::{Listed, Page, SessionId},
    centre::{self, Centre, CentreScope},
    db::{DbError, Tx},
    enrolment,
    people::{self, Person, Rights, Role},
    scheme::Text,
};

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

/// A session as it stands now.
pub async fn detail(app: &App, access: &Access) -> Result<Detail, Error> {
    let mut tx = app.db.read().await?;
    let session = store::find(&mut tx, access.session().id).await?.ok_or(Error::NotFound)?;
    let mut invigilators = Vec::new();
    for id in store::list_invigilators(&mut tx, session.id).await? {
        invigilators.extend(people::find_person(&mut tx, id).await?);
    }
    let summary = summary(&mut tx, session, access.role()).await?;
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
