//! Planning a session, and changing the plan until the day is over.

use super::{
    Error, Session, SessionState,
    access::Access,
    door_code,
    note::note,
    rules::{self, Refusal},
    store::{self, list_sessions_by_code, lock},
    view::{Detail, detail},
};
use crate::{
    app::App,
    base::{CentreId, Language, PersonId, SessionId},
    centre::{self, CentreScope},
    db::{DbError, Tx},
    journal::Event,
    scheme,
};

/// When and where a session is held, and who watches.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The house.
    pub place: String,
    /// The room.
    pub room: String,
    /// The day in the centre's zone, `2027-03-01`.
    pub date: String,
    /// The time in the centre's zone, `09:30`.
    pub time: String,
    /// Who watches; members of the centre.
    pub invigilators: Vec<PersonId>,
    /// Of its papers and certificates.
    pub language: Language,
    /// A remark; may be empty.
    pub comment: String,
}

/// What a manager says of a session to plan.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// The scheme.
    pub scheme_id: String,
    /// When, where and who watches.
    pub plan: Plan,
}

/// Plans a session in a centre.
pub async fn plan(app: &App, scope: &CentreScope, new: &NewSession) -> Result<Detail, Error> {
    let now = app.clock.now();
    let scheme = scheme::find(&new.scheme_id).ok_or(Refusal::UnknownScheme)?;
    let mut tx = app.db.begin().await?;
    let centre = centre::find_centre(&mut tx, scope.centre()).await?.ok_or(Error::NotFound)?;
    scheme::freeze(&mut tx, scheme, now).await?;
    let session = Session {
        id: app.chance.id(now),
        centre: centre.id,
        entry_code: free_code(app, &mut tx).await?,
        scheme_id: scheme.id.clone(),
        scheme_version: scheme.version.clone(),
        place: rules::check_place(&new.plan.place)?,
        room: rules::check_place(&new.plan.room)?,
        starts_at: rules::starts_at(&new.plan.date, &new.plan.time, centre.zone(), now)?,
        time_zone: centre.time_zone.clone(),
        state: SessionState::Planned,
        language: new.plan.language,
        comment: rules::check_comment(&new.plan.comment)?,
        version: 1,
        created_at: now,
        opened_at: None,
        closed_at: None,
    };
    store::add_session(&mut tx, &session, scope.person()).await?;
    appoint(&mut tx, centre.id, session.id, &new.plan.invigilators).await?;
    let event = Event::SessionPlanned { starts_at: session.starts_at };
    note(&mut tx, &session, scope.person(), event, now).await?;
    tx.commit().await?;
    app.bell.ring(session.id);
    let access = Access::of_planner(session, scope);
    detail(app, &access).await
}

async fn free_code(app: &App, tx: &mut Tx) -> Result<String, DbError> {
    loop {
        let code = app.chance.code(door_code::ALPHABET, door_code::LENGTH);
        if list_sessions_by_code(tx, &code).await?.is_empty() {
            return Ok(code);
        }
    }
}

/// Makes `chosen`, and nobody else, watch over a session. Who did so already may have left the
/// centre since.
async fn appoint(
    tx: &mut Tx,
    centre: CentreId,
    session: SessionId,
    chosen: &[PersonId],
) -> Result<(), Error> {
    let appointed = store::list_invigilators(tx, session).await?;
    for person in appointed.iter().filter(|person| !chosen.contains(person)) {
        store::remove_invigilator(tx, session, *person).await?;
    }
    let members = centre::list_member_ids(tx, centre).await?;
    for person in chosen.iter().filter(|person| !appointed.contains(person)) {
        if !members.contains(person) {
            return Err(Refusal::NotAMember(*person).into());
        }
        store::put_invigilator(tx, session, *person).await?;
    }
    Ok(())
}

/// Changes the plan that the asker saw as `version`. Room, language and invigilators may change
/// until the session is closed, date and time until it is opened.
pub async fn change(
    app: &App,
    access: &Access,
    version: i64,
    plan: &Plan,
) -> Result<Detail, Error> {
    access.to_manage()?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let was = lock(&mut tx, access.session().id).await?.ok_or(Error::NotFound)?;
    if was.version != version {
        return Err(Error::ChangedMeanwhile);
    }
    let session = Session {
        place: rules::check_place(&plan.place)?,
        room: rules::check_place(&plan.room)?,
        starts_at: rules::moved(&was, &plan.date, &plan.time, now)?,
        language: plan.language,
        comment: rules::check_comment(&plan.comment)?,
        version: version + 1,
        ..was
    };
    store::put_plan(&mut tx, &session).await?;
    appoint(&mut tx, session.centre, session.id, &plan.invigilators).await?;
    let event = Event::SessionReplanned {
        starts_at: session.starts_at,
        place: session.place.clone(),
        room: session.room.clone(),
        language: session.language,
        invigilators: plan.invigilators.clone(),
    };
    note(&mut tx, &session, access.person(), event, now).await?;
    tx.commit().await?;
    app.bell.ring(session.id);
    detail(app, access).await
}
