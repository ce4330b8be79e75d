//! Sessions as those who plan and watch see them.

use std::{
    collections::{BTreeSet, HashMap, hash_map::Entry},
    sync::Arc,
};

use super::{
    Error, Session,
    access::{Access, held},
    frozen::scheme_of,
    store,
};
use crate::{
    app::App,
    base::{CentreId, Listed, Page, SessionId},
    centre::{self, CentreScope},
    db::{DbError, Tx},
    enrolment,
    people::{self, Person, Rights, Role},
    scheme::{Scheme, Text},
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
    let ids = store::list_invigilators(&mut tx, session.id).await?;
    let mut invigilators = people::list_people(&mut tx, ids).await?;
    invigilators.sort_by_key(|person| person.id);
    let summaries = summaries(&mut tx, vec![(session, access.role())]).await?;
    let summary = summaries.into_iter().next().ok_or(Error::NotFound)?;
    Ok(Detail { summary, invigilators })
}

/// What people call the things in these sessions, asked for all of them at once.
async fn summaries(tx: &mut Tx, sessions: Vec<(Session, Role)>) -> Result<Vec<Summary>, DbError> {
    let counts = enrolment::count_of_sessions(tx, sessions.iter().map(|(s, _)| s.id)).await?;
    let centres: BTreeSet<_> = sessions.iter().map(|(session, _)| session.centre).collect();
    let centres: HashMap<_, _> = centre::list_centres_among(tx, centres)
        .await?
        .into_iter()
        .map(|centre| (centre.id, centre.name))
        .collect();
    let mut schemes: HashMap<(String, String), Arc<Scheme>> = HashMap::new();
    let mut list = Vec::new();
    for (session, my_role) in sessions {
        let version = (session.scheme_id.clone(), session.scheme_version.clone());
        let scheme = match schemes.entry(version) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(scheme_of(tx, &session).await?),
        };
        list.push(Summary {
            centre_name: centres.get(&session.centre).cloned().unwrap_or_default(),
            scheme_title: scheme.title.clone(),
            candidates: counts.get(&session.id).copied().unwrap_or_default(),
            session,
            my_role,
        });
    }
    Ok(list)
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
    let seen = items.into_iter().map(|session| (session, scope.role())).collect();
    Ok(Listed { items: summaries(&mut tx, seen).await?, more })
}

/// The sessions that a person manages or invigilates, the latest first; who runs the platform
/// sees all.
pub async fn list_for(
    app: &App,
    rights: &Rights,
    page: Page<SessionId>,
) -> Result<Listed<Summary>, Error> {
    let mut tx = app.db.read().await?;
    let in_centres = centre::list_roles_by_centre(&mut tx, rights.person).await?;
    let Listed { items, more } = page.cut(list_seen_by(&mut tx, rights, &in_centres, page).await?);
    let watched =
        store::list_watched(&mut tx, rights.person, items.iter().map(|session| session.id)).await?;
    let role = |session: &Session| {
        let mut in_centre = in_centres.get(&session.centre).cloned().unwrap_or_default();
        in_centre.extend(rights.roles.contains(&Role::Admin).then_some(Role::Admin));
        held(&in_centre, watched.contains(&session.id)).first().copied()
    };
    let seen = items.into_iter().filter_map(|session| Some((role(&session)?, session)));
    let seen = seen.map(|(role, session)| (session, role)).collect();
    Ok(Listed { items: summaries(&mut tx, seen).await?, more })
}

async fn list_seen_by(
    tx: &mut Tx,
    rights: &Rights,
    in_centres: &HashMap<CentreId, Vec<Role>>,
    page: Page<SessionId>,
) -> Result<Vec<Session>, DbError> {
    if rights.roles.contains(&Role::Admin) {
        return store::list_all(tx, page).await;
    }
    let mut found = store::list_of_invigilator(tx, rights.person, page).await?;
    let managed = in_centres.iter().filter(|(_, roles)| roles.contains(&Role::Manager));
    let managed = managed.map(|(centre, _)| *centre);
    found.extend(store::list_of_centres(tx, managed, page).await?);
    found.sort_by_key(|session| std::cmp::Reverse((session.starts_at, session.id)));
    found.dedup_by_key(|session| session.id);
    Ok(found)
}
