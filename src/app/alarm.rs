//! The alarm that the wall clock and the agreed instant disagree.

use tokio::sync::watch;

use crate::base::Timestamp;

/// A step of the wall clock that nobody has accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disagreement {
    /// Since when, agreed instant.
    pub since: Timestamp,
    /// How far the wall clock lies after the agreed instant, in whole seconds; negative when before.
    pub difference_s: i64,
}

/// Whether the alarm is on, as this process saw it last.
#[derive(Debug, Clone, Default)]
pub struct Alarm(watch::Sender<Option<Disagreement>>);

impl Alarm {
    /// The alarm, if it is on.
    pub fn current(&self) -> Option<Disagreement> {
        *self.0.borrow()
    }

    /// Sets it. Returns what it was before.
    pub fn set(&self, seen: Option<Disagreement>) -> Option<Disagreement> {
        self.0.send_replace(seen)
    }
}
