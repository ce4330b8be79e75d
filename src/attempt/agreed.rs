//! The agreed clock and the sessions: where it begins, how it is watched, and what an accepted step
//! writes into every ledger.

use std::time::{Duration, Instant};

use super::{Error, record, rules::Command, store};
use crate::{
    agreement::{self, Standing},
    app::{App, Disagreement},
    base::{PersonId, SessionId, Shift, Timestamp},
    db::{DbError, Tx},
    journal::{self, Actor, Event},
    lasting, people,
    session::{self, SessionState, list_open_sessions},
};

/// How often the clocks are looked at.
const EVERY: Duration = Duration::from_secs(1);
/// How often the log is told while something is wrong.
const TOLD_EVERY: Duration = Duration::from_mins(1);
/// How often a boot is noted anew where the database's clock is followed.
const NOTED_EVERY: Duration = Duration::from_mins(10);

const FAILED: &str = "the agreed clock cannot be read; time runs on by the uptime";

/// Brings the clock of this process to the agreed instant; call it before anything is served.
pub async fn begin_clock(app: &App) -> Result<(), DbError> {
    let last = last_entry(&mut app.db.read().await?).await?;
    agreement::begin(app, last).await
}

/// The last entry of a journal in which a clock may run. An accepted step leaves an entry in each of
/// them, so that none lies in a future that was taken back.
async fn last_entry(tx: &mut Tx) -> Result<Option<Timestamp>, DbError> {
    let open = list_open_sessions(tx).await?;
    journal::find_last_instant(tx, open).await
}

/// Looks at the clocks for ever.
pub async fn keep_agreeing(app: App) {
    let mut log = Log::default();
    let mut noted = Instant::now();
    loop {
        let before = app.alarm.current();
        match look(&app).await {
            Ok(()) => log.tell(&app, before),
            Err(cause) => lasting::error(FAILED, &cause),
        }
        if app.db.is_shared() && noted.elapsed() >= NOTED_EVERY {
            noted = Instant::now();
            if let Err(cause) = agreement::note_boot(&app).await {
                lasting::error(FAILED, &cause);
            }
        }
        app.clock.moved_or(EVERY).await;
    }
}

/// Looks once; what seems to be a step of the database's clock is looked at twice.
async fn look(app: &App) -> Result<(), DbError> {
    if agreement::look(app).await?.is_none() {
        return Ok(());
    }
    let Some(step) = agreement::look(app).await? else { return Ok(()) };
    let last = last_entry(&mut app.db.read().await?).await?;
    agreement::declare(app, step, last).await?;
    agreement::look(app).await.map(drop)
}

/// What the log was told, and when: a line when something begins, and one a minute.
#[derive(Debug, Default)]
struct Log {
    disagreement: Option<Instant>,
    own: Option<Instant>,
}

impl Log {
    fn tell(&mut self, app: &App, before: Option<Disagreement>) {
        match app.alarm.current() {
            Some(Disagreement { since, difference_s }) if due(&mut self.disagreement) => {
                tracing::error!(difference_s, %since, "the wall clock disagrees with the agreed \
                    instant: nothing new begins until an administrator accepts it or it is set right");
            }
            Some(_) => {}
            None => {
                self.disagreement = None;
                if before.is_some() {
                    tracing::warn!("the wall clock agrees again");
                }
            }
        }
        let standing = agreement::standing(app);
        if app.alarm.current().is_none() && standing.own_is_off() {
            if due(&mut self.own) {
                let difference_s = standing.own_difference_s;
                tracing::warn!(
                    difference_s,
                    "the clock of this machine is wrong; it goes by the \
                    database's"
                );
            }
        } else {
            self.own = None;
        }
    }
}

/// Whether a line is due; notes that it is written.
fn due(told: &mut Option<Instant>) -> bool {
    let due = told.is_none_or(|at| at.elapsed() >= TOLD_EVERY);
    if due {
        *told = Some(Instant::now());
    }
    due
}

/// Accepts the wall clock as it differs by `seen_s` seconds: the agreed instant moves, and so does
/// every clock that runs, stands or measures a break, so that nobody's time changes. Accepting the same
/// difference again changes nothing.
///
/// # Errors
/// [`agreement::Refusal`] when it differs by something else now.
pub async fn accept_clock(app: &App, by: PersonId, seen_s: i64) -> Result<Standing, Error> {
    let mut tx = app.db.begin().await?;
    let mut open = Vec::new();
    // whoever decides by a deadline holds the lock of its session and reads the shift under it
    for session in list_open_sessions(&mut tx).await? {
        let locked = session::lock(&mut tx, session).await?;
        // it may have closed while this waited
        open.extend(locked.filter(|now| now.state == SessionState::Open).map(|now| now.id));
    }
    let (before, after) = agreement::accept(app, &mut tx, seen_s, by).await??;
    let seconds = after.seconds - before.seconds;
    if after != before {
        for session in &open {
            correct(app, &mut tx, *session, (after, seconds), by).await?;
        }
        people::shift(&mut tx, chrono::Duration::seconds(seconds)).await?;
    }
    tx.commit().await?;
    agreement::take_over(app, after);
    agreement::look(app).await?;
    for session in open {
        app.bell.ring(session);
    }
    Ok(agreement::standing(app))
}

/// Writes the correction into every ledger of a session whose clock counts, and into its journal.
async fn correct(
    app: &App,
    tx: &mut Tx,
    session: SessionId,
    (after, seconds): (Shift, i64),
    by: PersonId,
) -> Result<(), Error> {
    let (now, actor) = (after.at(app.clock.moment()), Actor::Person(by));
    let command = Command::CorrectClock { shift_s: seconds };
    for listed in store::list_attempts(tx, session).await? {
        let mut stored = store::lock_attempt(tx, listed.id).await?.ok_or(Error::NoAttempt)?;
        record::carry_out(tx, &mut stored, &command, actor, now).await?;
    }
    let entry = journal::Entry {
        session,
        at: now,
        actor,
        attempt: None,
        event: Event::ClockCorrected { seconds, clock: None },
    };
    journal::append(tx, &entry).await?;
    Ok(())
}
