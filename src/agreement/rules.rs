//! When clocks agree, which of them is believed, and what of a step may be accepted.

use chrono::Duration;

use crate::base::Moment;

/// How far the wall clock may lie from the agreed instant before nothing new begins.
pub const TOLERATED: Duration = Duration::seconds(5);

/// What lies further apart than this within a second has stepped; what lies closer has drifted.
const STEP: Duration = Duration::milliseconds(500);

/// What nobody notices is not followed: it may be the reading.
const NOTICED: Duration = Duration::milliseconds(20);

/// A reading that may be wrong by more than this is not followed.
const EXACT: Duration = Duration::milliseconds(50);

/// Which second of a difference was meant: between seeing and accepting it, it is rounded anew.
const SAME: Duration = Duration::seconds(1);

/// Why a step is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The clock has moved since somebody looked.
    #[error("the wall clock differs by {difference_s} s, not by what was seen; look again")]
    SteppedAgain {
        /// By how much it differs now.
        difference_s: i64,
    },
}

impl Refusal {
    /// The code that never changes.
    pub fn code(self) -> &'static str {
        match self {
            Self::SteppedAgain { .. } => "clock_stepped_again",
        }
    }
}

/// What a server knows when it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// What the wall clock shows: the database's, where it has one, else the machine's.
    pub wall: Moment,
    /// What was agreed earlier in this boot, run on by the uptime.
    pub by_uptime: Option<Moment>,
    /// What the servers of this database agreed, run on by its clock.
    pub by_database: Option<Moment>,
    /// Whether the database's clock is that of the same start of the database server.
    pub same_database: bool,
    /// The last entry of a journal in which a clock may run.
    pub last: Option<Moment>,
}

/// The moment at which a server begins: never before the last entry.
pub fn begin(known: &Known) -> Moment {
    let begun = match (known.by_uptime, known.by_database) {
        (Some(here), Some(there)) if stepped_unseen(here, there, known.last) => here,
        (Some(_), Some(there)) => there,
        (Some(here), None) => here,
        (None, Some(there)) if known.same_database => there,
        // everything was booted anew: the wall clock is all there is
        (None, Some(_) | None) => known.wall,
    };
    known.last.map_or(begun, |last| begun.max(last))
}

/// Whether the database's clock stepped while no server looked, by the uptime of this one.
fn stepped_unseen(here: Moment, there: Moment, last: Option<Moment>) -> bool {
    apart(here, there) > TOLERATED && !stood_still(here, last)
}

/// Whether others have gone on past this server's time.
pub fn stood_still(here: Moment, last: Option<Moment>) -> bool {
    last.is_some_and(|last| last > here && apart(last, here) > STEP)
}

fn apart(one: Moment, other: Moment) -> Duration {
    Duration::microseconds((one.micros() - other.micros()).abs())
}

/// What a look at the database's clock shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// The two go together, up to what clocks drift.
    Drift,
    /// They are together, or the reading took too long to tell.
    Nothing,
    /// One of the two has stepped.
    Step,
}

/// Compares this server's time with the database's.
pub fn compare(here: Moment, there: Moment, uncertain: Duration) -> Seen {
    let apart = apart(here, there);
    if apart > STEP + uncertain {
        Seen::Step
    } else if apart > NOTICED && uncertain <= EXACT {
        Seen::Drift
    } else {
        Seen::Nothing
    }
}

/// By how many seconds the agreed instant moves when somebody accepts the difference seen; none when
/// there is nothing to accept, or it was accepted already.
///
/// # Errors
/// [`Refusal::SteppedAgain`] when it is another difference now.
pub fn accept(
    difference: Duration,
    seen_s: i64,
    accepted_s: Option<i64>,
) -> Result<Option<i64>, Refusal> {
    // Somebody may say any number; one that is no length of time is not the difference.
    let same = |seen: Duration| difference.checked_sub(&seen).is_some_and(|off| off.abs() <= SAME);
    if Duration::try_seconds(seen_s).is_some_and(same) {
        return Ok(Some(seen_s).filter(|seconds| *seconds != 0));
    }
    let done = difference.abs() <= TOLERATED && accepted_s == Some(seen_s);
    let difference_s = whole_seconds(difference);
    if done { Ok(None) } else { Err(Refusal::SteppedAgain { difference_s }) }
}

/// Rounded to the nearest second.
pub fn whole_seconds(difference: Duration) -> i64 {
    let half = if difference < Duration::zero() { -500 } else { 500 };
    (difference + Duration::milliseconds(half)).num_seconds()
}

#[cfg(test)]
mod tests;
