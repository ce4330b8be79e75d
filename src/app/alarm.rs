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

    /// Sets it. A difference that is only rounded otherwise is the one before.
    pub fn set(&self, seen: Option<Disagreement>) {
        let same = |a: Disagreement, b: Disagreement| {
            a.since == b.since && (a.difference_s - b.difference_s).abs() <= 1
        };
        self.0.send_if_modified(|shown| {
            let unchanged = match (*shown, seen) {
                (Some(before), Some(now)) => same(before, now),
                (before, now) => before == now,
            };
            if !unchanged {
                *shown = seen;
            }
            !unchanged
        });
    }
}
