//! An attempt as its candidate sees it: any page can be built from it after a reload.

use super::{
    Error, Stored, answer_store, clock, ledger_store,
    part_store::{self, PartRow},
    sheet::Receipt,
    store,
};
use crate::{
    agreement,
    app::App,
    base::{AttemptId, Timestamp},
    db::Tx,
    enrolment::{self, Enrolment},
    scheme::{self, Text},
    session::{self, Session, scheme_of},
};

/// Everything a page shows of an attempt.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The session it is sat in.
    pub session: Session,
    /// Whose it is.
    pub enrolment: Enrolment,
    /// Where it stands.
    pub stored: Stored,
    /// What is certified.
    pub scheme_title: Text,
    /// The longest break.
    pub break_s: i64,
    /// Both parts, begun or not.
    pub parts: Vec<PartView>,
    /// The server's clock.
    pub now: Timestamp,
}

/// A part, begun or not.
#[derive(Debug, Clone)]
pub struct PartView {
    /// Its number.
    pub part: i32,
    /// Its title.
    pub title: Text,
    /// How many questions it has.
    pub items: usize,
    /// How many of them are answered.
    pub answered: i64,
    /// The time allowed without extra time.
    pub duration_s: i64,
    /// The time allowed with extra time, without extensions.
    pub allowed_s: i64,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ends; as it stood at the hold while it is held.
    pub deadline: Option<Timestamp>,
    /// Since when its clock stands.
    pub held_since: Option<Timestamp>,
    /// When it was sealed.
    pub sealed_at: Option<Timestamp>,
    /// For what was handed in.
    pub receipt: Option<Receipt>,
}

/// An attempt as its candidate sees it. Asking is a sign of life.
pub async fn snapshot(app: &App, attempt: AttemptId) -> Result<Snapshot, Error> {
    app.presence.seen(attempt, app.clock.now());
    look_at(app, attempt).await
}

/// The same, asked for by the server itself: no sign of life.
pub async fn look_at(app: &App, attempt: AttemptId) -> Result<Snapshot, Error> {
    let moment = app.clock.moment();
    let mut tx = app.db.read().await?;
    let now = agreement::instant(app, &mut tx, moment).await?;
    let stored = store::find_attempt(&mut tx, attempt).await?.ok_or(Error::NoAttempt)?;
    let session = session::find(&mut tx, stored.session).await?.ok_or(Error::NoSession)?;
    of(&mut tx, session, stored, now).await
}

/// The same within a transaction.
pub(super) async fn of(
    tx: &mut Tx,
    session: Session,
    stored: Stored,
    now: Timestamp,
) -> Result<Snapshot, Error> {
    let scheme = scheme_of(tx, &session).await?;
    let place = enrolment::find_enrolment(tx, stored.enrolment).await?.ok_or(Error::NoAttempt)?;
    let begun = part_store::list_parts(tx, stored.id).await?;
    let mut parts = Vec::new();
    for planned in &scheme.parts {
        let row = begun.iter().find(|row| row.part == planned.part);
        parts.push(part_view(tx, &stored, planned, &place, row).await?);
    }
    Ok(Snapshot {
        session,
        enrolment: place,
        stored,
        scheme_title: scheme.title.clone(),
        break_s: scheme.break_s,
        parts,
        now,
    })
}

async fn part_view(
    tx: &mut Tx,
    stored: &Stored,
    planned: &scheme::Part,
    place: &Enrolment,
    row: Option<&PartRow>,
) -> Result<PartView, Error> {
    let mut view = PartView {
        part: planned.part,
        title: planned.title.clone(),
        items: planned.items(),
        answered: 0,
        duration_s: planned.duration_s,
        allowed_s: place.extra_time.allowed_s(planned.duration_s),
        started_at: None,
        deadline: None,
        held_since: None,
        sealed_at: None,
        receipt: None,
    };
    let Some(row) = row else { return Ok(view) };
    let ledger = ledger_store::list_ledger(tx, stored.id, planned.part).await?;
    view.answered = answer_store::count_answered(tx, stored.id, planned.part).await?;
    view.allowed_s = row.allowed_s;
    view.started_at = Some(row.started_at);
    view.deadline = clock::deadline(&ledger);
    view.held_since = clock::held_since(&ledger).filter(|_| row.sealed_at.is_none());
    view.sealed_at = row.sealed_at;
    view.receipt = row.sealed_at.zip(row.digest.clone()).map(|(sealed_at, digest)| Receipt {
        digest,
        answers: view.answered,
        sealed_at,
    });
    Ok(view)
}
