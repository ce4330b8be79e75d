//! SQL of the agreed clock.

use super::Sample;
use crate::{
    base::{Moment, PersonId, Shift, Timestamp},
    db::{DbError, Tx},
    exec, fetch,
};

/// When the time that runs on was what, in one boot.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub struct Anchor {
    /// The uptime.
    pub uptime_us: i64,
    moment_us: i64,
}

impl Anchor {
    /// The moment at another uptime of the same boot.
    pub fn moment_at(self, uptime_us: i64) -> Moment {
        Moment::from_micros(self.moment_us + uptime_us - self.uptime_us)
    }
}

/// What is agreed.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub struct Row {
    shift_number: i64,
    shift_s: i64,
    /// The time that runs on less the database's clock.
    pub database_ahead_us: i64,
    /// Which start of the database server that was told of.
    pub database_began_at: Option<Timestamp>,
    /// Since when the clocks disagree.
    pub disagrees_since: Option<Timestamp>,
    /// What was accepted last, in seconds.
    pub accepted_s: Option<i64>,
}

impl Row {
    /// What was accepted.
    pub fn shift(&self) -> Shift {
        Shift { number: self.shift_number, seconds: self.shift_s }
    }

    /// The moment that the database's clock shows.
    pub fn moment(&self, sample: &Sample) -> Moment {
        Moment::from_micros(sample.clock.now.timestamp_micros() + self.database_ahead_us)
    }
}

/// What is agreed.
pub async fn find(tx: &mut Tx) -> Result<Row, DbError> {
    fetch!(
        tx,
        fetch_one,
        Row,
        "SELECT shift_number, shift_s, database_ahead_us, database_began_at, disagrees_since,
                accepted_s
           FROM agreed_clock WHERE id = 1",
    )
}

/// What is agreed, held until the commit; whoever locks sessions as well locks them first.
pub async fn lock(tx: &mut Tx) -> Result<Row, DbError> {
    fetch!(
        tx,
        fetch_one,
        Row,
        "UPDATE agreed_clock SET shift_s = shift_s WHERE id = 1
         RETURNING shift_number, shift_s, database_ahead_us, database_began_at, disagrees_since,
                   accepted_s",
    )
}

/// Moves the time that runs on against the database's clock, unless somebody has done so before.
/// Returns whether it was moved.
pub async fn put_ahead(
    tx: &mut Tx,
    old_us: i64,
    new_us: i64,
    began_at: Timestamp,
) -> Result<bool, DbError> {
    let rows = exec!(
        tx,
        "UPDATE agreed_clock SET database_ahead_us = $2, database_began_at = $3
          WHERE id = 1 AND database_ahead_us = $1",
        old_us,
        new_us,
        began_at,
    )?;
    Ok(rows == 1)
}

/// Writes down since when the clocks disagree.
pub async fn put_since(tx: &mut Tx, since: Option<Timestamp>) -> Result<(), DbError> {
    exec!(tx, "UPDATE agreed_clock SET disagrees_since = $1 WHERE id = 1", since)?;
    Ok(())
}

/// Writes down what somebody has accepted; the clocks agree again.
pub async fn put_shift(
    tx: &mut Tx,
    shift: Shift,
    accepted_s: i64,
    (by, at): (PersonId, Timestamp),
) -> Result<(), DbError> {
    exec!(
        tx,
        "UPDATE agreed_clock SET shift_number = $1, shift_s = $2, accepted_s = $3, accepted_by = $4,
                accepted_at = $5, disagrees_since = NULL WHERE id = 1",
        shift.number,
        shift.seconds,
        accepted_s,
        by,
        at,
    )?;
    Ok(())
}

/// What was agreed in a boot.
pub async fn find_anchor(tx: &mut Tx, boot: &str) -> Result<Option<Anchor>, DbError> {
    fetch!(
        tx,
        fetch_optional,
        Anchor,
        "SELECT uptime_us, moment_us FROM clock_anchor WHERE boot = $1",
        boot,
    )
}

/// Writes down what is agreed in a boot.
pub async fn put_anchor(
    tx: &mut Tx,
    boot: &str,
    uptime_us: i64,
    moment: Moment,
) -> Result<(), DbError> {
    exec!(
        tx,
        "INSERT INTO clock_anchor (boot, uptime_us, moment_us) VALUES ($1, $2, $3)
         ON CONFLICT (boot) DO UPDATE
            SET uptime_us = excluded.uptime_us, moment_us = excluded.moment_us",
        boot,
        uptime_us,
        moment.micros(),
    )?;
    Ok(())
}
