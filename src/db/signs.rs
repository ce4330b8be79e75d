//! What the connections of a database notice, and its health is judged by.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use tokio::sync::watch;

use super::waiting::Waiting;

/// What is noticed on any connection of one database.
#[derive(Debug, Clone, Default)]
pub(super) struct Signs {
    /// The writes that wait.
    pub(super) waiting: Waiting,
    disk_failed: watch::Sender<()>,
    /// How many statements were sent.
    pub(super) sent: Arc<AtomicU64>,
}

impl Signs {
    /// Counts a statement that is sent.
    pub(super) fn count_statement(&self) {
        self.sent.fetch_add(1, Ordering::Relaxed);
    }

    /// The disk failed a statement, which was rolled back.
    pub(super) fn disk_failed(&self) {
        self.disk_failed.send_replace(());
    }

    /// Hears of each failure of the disk from now on, for as long as there are connections.
    pub(super) fn of_the_disk(&self) -> watch::Receiver<()> {
        self.disk_failed.subscribe()
    }
}
