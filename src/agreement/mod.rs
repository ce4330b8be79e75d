//! The agreed instant: what every deadline is judged by, whatever somebody sets a wall clock to.
//!
//! Owns the tables `clock_anchor` and `agreed_clock`. Promises that time runs on by the uptime of the
//! machine from an instant that was agreed once a boot; that a step of the wall clock (of the database
//! server's, where there is one) raises an alarm and moves no deadline; and that a step is taken over
//! only when an administrator accepts it, with a correction in every ledger. Start reading at [`rules`].

pub mod rules;
mod store;

use crate::{
    app::App,
    base::{Moment, PersonId, Shift, Timestamp},
    db::{Db, DbError, ServerClock, Tx},
};

pub use rules::{Refusal, TOLERATED};

/// On one machine nothing more is on its way when a part is sealed. Where several servers share a
/// database, another one may have received an answer in time and still be about to commit it; by then
/// it has committed or told its candidate that it could not (the group commit waits for 2.5 s).
const SETTLING_ELSEWHERE: chrono::Duration = chrono::Duration::seconds(3);

/// Whoever would seal a part waits for answers no longer than this; then it is told to come back.
const SETTLED_WITHIN: std::time::Duration = std::time::Duration::from_millis(2500);

/// How long after its end and its grace a part stays open for what has been received in time.
pub fn settling(db: &Db) -> chrono::Duration {
    if db.is_shared() { SETTLING_ELSEWHERE } else { chrono::Duration::zero() }
}

/// The database's clock as it was read once.
#[derive(Debug, Clone, Copy)]
struct Sample {
    clock: ServerClock,
    /// The uptime in the middle of the reading.
    uptime_us: i64,
    /// How wrong that may be.
    uncertain: chrono::Duration,
}

/// The database's clock does not show what it should by the uptime of this machine.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    sample: Sample,
    ahead_us: i64,
}

/// Where the clocks stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// What everything is judged by.
    pub agreed: Timestamp,
    /// The wall clock it is held against: the database's, where it has one, else this machine's.
    pub wall: Timestamp,
    /// How far the wall clock lies after it, in whole seconds.
    pub difference_s: i64,
    /// Since when they disagree by more than is tolerated.
    pub since: Option<Timestamp>,
    /// The wall clock of the machine that answers.
    pub own_wall: Timestamp,
    /// How far that lies after the agreed instant, in whole seconds.
    pub own_difference_s: i64,
}

impl Standing {
    /// Whether the wall clock of the machine that answers is wrong.
    pub fn own_is_off(&self) -> bool {
        (self.own_wall - self.agreed).abs() > TOLERATED
    }
}

/// Where the clocks stand, as this server sees them.
pub fn standing(app: &App) -> Standing {
    let (agreed, wall, own_wall) = (app.clock.now(), app.clock.reference(), app.clock.wall());
    Standing {
        agreed,
        wall,
        difference_s: rules::whole_seconds(wall - agreed),
        since: app.alarm.current().map(|alarm| alarm.since),
        own_wall,
        own_difference_s: rules::whole_seconds(own_wall - agreed),
    }
}

/// Whether nothing new may begin: the wall clock and the agreed instant are too far apart.
pub fn disagrees(app: &App) -> bool {
    app.clock.difference().abs() > TOLERATED
}

/// What administrators have accepted, as the caller's transaction sees it. Read it under the lock of
/// what is decided: an acceptance holds that lock, too.
pub async fn shift(app: &App, tx: &mut Tx) -> Result<Shift, DbError> {
    let shift = store::find(tx).await?.shift();
    take_over(app, shift);
    Ok(shift)
}

/// The agreed instant of a moment that was read before the lock.
pub async fn instant(app: &App, tx: &mut Tx, moment: Moment) -> Result<Timestamp, DbError> {
    Ok(shift(app, tx).await?.at(moment))
}

/// The agreed instant of a moment, which no acceptance moves until the commit. For what is judged
/// without the lock of a session.
pub async fn hold_instant(app: &App, tx: &mut Tx, moment: Moment) -> Result<Timestamp, DbError> {
    let shift = store::lock(tx).await?.shift();
    take_over(app, shift);
    Ok(shift.at(moment))
}

/// Reads the clock for something that may seal a part, and waits for every answer that had arrived
/// before: it is saved first.
///
/// # Errors
/// Answers wait for a database that does not take them; nothing may be sealed over them.
pub async fn before_sealing(app: &App) -> Result<Moment, DbError> {
    let moment = app.clock.moment();
    let settled = tokio::time::timeout(SETTLED_WITHIN, app.receipts.settled(moment)).await;
    settled.map(|()| moment).map_err(|_| DbError::PoolTimedOut)
}

/// Lets this process go by what was accepted.
pub fn take_over(app: &App, shift: Shift) {
    let seconds = app.clock.take_over(shift);
    if seconds != 0 {
        app.presence.shift(chrono::Duration::seconds(seconds));
        app.limits.shift(chrono::Duration::seconds(seconds));
        tracing::warn!(seconds, "an accepted step of the clock is taken over");
    }
}

/// Brings the clock of this process to the agreed instant; `last` is the last entry of a journal in
/// which a clock may run.
pub async fn begin(app: &App, last: Option<Timestamp>) -> Result<(), DbError> {
    let mut tx = app.db.begin().await?;
    let row = store::lock(&mut tx).await?;
    app.clock.take_over(row.shift());
    let sample = sample(app, &mut tx).await?;
    let uptime_us = sample.map_or_else(|| app.clock.uptime_us(), |sample| sample.uptime_us);
    let anchor = store::find_anchor(&mut tx, app.clock.boot()).await?;
    let wall = sample.map_or_else(|| app.clock.wall(), |sample| sample.clock.now);
    let began_at = sample.map(|sample| sample.clock.began_at);
    let known = rules::Known {
        wall: row.shift().moment(wall),
        // an uptime that went back is that of a machine that was put back
        by_uptime: anchor.filter(|a| a.uptime_us <= uptime_us).map(|a| a.moment_at(uptime_us)),
        by_database: sample.filter(|_| row.database_began_at.is_some()).map(|s| row.moment(&s)),
        same_database: row.database_began_at == began_at,
        last: last.map(|last| row.shift().moment(last)),
    };
    let moment = rules::begin(&known);
    store::put_anchor(&mut tx, app.clock.boot(), uptime_us, moment).await?;
    if let Some(sample) = sample {
        let ahead_us = moment.micros() - sample.clock.now.timestamp_micros();
        store::put_ahead(&mut tx, row.database_ahead_us, ahead_us, sample.clock.began_at).await?;
        app.clock.refer_to(sample.clock.now, sample.uptime_us);
    }
    tx.commit().await?;
    app.clock.run_on(moment, uptime_us);
    tracing::info!(agreed = %app.clock.now(), wall = %app.clock.wall(), "the clock runs");
    Ok(())
}

/// Reads the database's clock. A clock in a test's hand is held against nothing else.
async fn sample(app: &App, tx: &mut Tx) -> Result<Option<Sample>, DbError> {
    if app.clock.is_manual() {
        return Ok(None);
    }
    let before = app.clock.uptime_us();
    let Some(clock) = tx.server_clock().await? else { return Ok(None) };
    let after = app.clock.uptime_us();
    let uncertain = chrono::Duration::microseconds((after - before) / 2);
    Ok(Some(Sample { clock, uptime_us: i64::midpoint(before, after), uncertain }))
}

/// Looks at the clocks once: takes over what others accepted, follows the database's clock where it
/// drifts, tells the alarm. Returns a step of the database's clock, which is to be looked at twice.
pub async fn look(app: &App) -> Result<Option<Step>, DbError> {
    let mut tx = app.db.read().await?;
    let sample = sample(app, &mut tx).await?;
    let row = store::find(&mut tx).await?;
    drop(tx);
    take_over(app, row.shift());
    let step = sample.and_then(|sample| follow(app, &row, sample));
    if step.is_none() {
        tell(app, row.disagrees_since).await?;
    }
    if let Some(sample) = sample.filter(|s| row.database_began_at != Some(s.clock.began_at)) {
        let mut tx = app.db.begin().await?;
        let same = row.database_ahead_us;
        store::put_ahead(&mut tx, same, same, sample.clock.began_at).await?;
        tx.commit().await?;
    }
    Ok(step)
}

/// Follows the database's clock unless it has stepped.
fn follow(app: &App, row: &store::Row, sample: Sample) -> Option<Step> {
    app.clock.refer_to(sample.clock.now, sample.uptime_us);
    let (here, there) = (app.clock.moment_at(sample.uptime_us), row.moment(&sample));
    match rules::compare(here, there, sample.uncertain) {
        rules::Seen::Drift => app.clock.run_on(there, sample.uptime_us),
        rules::Seen::Nothing => {}
        rules::Seen::Step => return Some(Step { sample, ahead_us: row.database_ahead_us }),
    }
    None
}

/// Keeps the agreed instant where it is though the database's clock has stepped, for all servers;
/// unless others have gone on while this machine stood still (`last` is their last entry), which then
/// follows them.
pub async fn declare(app: &App, step: Step, last: Option<Timestamp>) -> Result<(), DbError> {
    let Step { sample, ahead_us } = step;
    let here = app.clock.moment_at(sample.uptime_us);
    let there = Moment::from_micros(sample.clock.now.timestamp_micros() + ahead_us);
    if rules::stood_still(here, last.map(|last| app.clock.shift().moment(last))) {
        app.clock.run_on(there, sample.uptime_us);
        tracing::warn!("this machine stood still; it follows the clock of the others");
        return Ok(());
    }
    let new = here.micros() - sample.clock.now.timestamp_micros();
    let mut tx = app.db.begin().await?;
    if store::put_ahead(&mut tx, ahead_us, new, sample.clock.began_at).await? {
        tracing::warn!(step_ms = (ahead_us - new) / 1000, "the database's clock has stepped");
    }
    tx.commit().await
}

/// Notes this boot anew: uptime and database drift apart in weeks.
pub async fn note_boot(app: &App) -> Result<(), DbError> {
    let uptime_us = app.clock.uptime_us();
    let mut tx = app.db.begin().await?;
    store::put_anchor(&mut tx, app.clock.boot(), uptime_us, app.clock.moment_at(uptime_us)).await?;
    tx.commit().await
}

/// Sets the alarm, and writes down since when it is on.
async fn tell(app: &App, known: Option<Timestamp>) -> Result<(), DbError> {
    let difference = app.clock.difference();
    let on = difference.abs() > TOLERATED;
    let since = known.unwrap_or_else(|| app.clock.now());
    let difference_s = rules::whole_seconds(difference);
    app.alarm.set(on.then_some(crate::app::Disagreement { since, difference_s }));
    if on != known.is_some() {
        let mut tx = app.db.begin().await?;
        store::put_since(&mut tx, on.then_some(since)).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Decides, under the lock of the one row, what of a step is accepted, and writes it down. Returns the
/// shift before and after; the same twice when it was accepted before.
///
/// # Errors
/// [`Refusal`] inside when the difference is not the one that `seen_s` says.
pub async fn accept(
    app: &App,
    tx: &mut Tx,
    seen_s: i64,
    by: PersonId,
) -> Result<Result<(Shift, Shift), Refusal>, DbError> {
    let row = store::lock(tx).await?;
    let before = row.shift();
    take_over(app, before);
    let accepted = match rules::accept(app.clock.difference(), seen_s, row.accepted_s) {
        Ok(accepted) => accepted,
        Err(why) => return Ok(Err(why)),
    };
    let Some(seconds) = accepted else { return Ok(Ok((before, before))) };
    let after = Shift { number: before.number + 1, seconds: before.seconds + seconds };
    store::put_shift(tx, after, seconds, (by, after.at(app.clock.moment()))).await?;
    Ok(Ok((before, after)))
}
