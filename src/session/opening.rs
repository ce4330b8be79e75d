//! Opening the door.

use super::{
    Error, SessionState,
    access::Access,
    note::note,
    rules::Refusal,
    store,
    view::{Detail, detail},
};
use crate::{app::App, journal::Event};

/// Opens the door: check-in begins, and the entry code works from here. Opening an open session
/// again changes nothing.
pub async fn open(app: &App, access: &Access) -> Result<Detail, Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let session = store::lock(&mut tx, access.session().id).await?.ok_or(Error::NotFound)?;
    match session.state {
        SessionState::Open => {
            drop(tx);
            return detail(app, access).await;
        }
        SessionState::Closed | SessionState::Validated => return Err(Refusal::SessionClosed.into()),
        SessionState::Planned => {}
    }
    store::put_opened(&mut tx, session.id, now).await?;
    note(&mut tx, &session, access.person(), Event::SessionOpened {}, now).await?;
    tx.commit().await?;
    app.bell.ring(session.id);
    detail(app, access).await
}
