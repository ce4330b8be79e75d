//! Whether the database takes writes, what keeps it from them, and when it is given up.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{sync::watch, time::timeout};

use super::{
    DbError,
    failure::{self, Failure},
    file,
    link::in_time,
    pool::{Pool, WeakPool},
    signs::Signs,
    waiting::Waiting,
};
use crate::base::words;

/// The writer is tried no oftener.
const TRY_EVERY: Duration = Duration::from_secs(1);
/// A writer that is well gives a turn by then, and has written after as long again.
const WRITES_WITHIN: Duration = Duration::from_millis(900);
/// A write that has waited longer than this waits too long.
pub const WAITS_AT_MOST: Duration = Duration::from_secs(2);
/// Less room than this on the disk of the file is too little, bytes.
pub const ROOM_AT_LEAST: u64 = 16 * 1024 * 1024;

words! {
    /// What keeps the database from taking writes, or soon will. Its word, for machines, never changes.
    pub enum Cause {
        /// Who was asked did not answer in time, or there is nobody to ask.
        Silent = "database_silent",
        /// There is no room left for what is to be written.
        DiskFull = "disk_full",
        /// The disk does not read or write.
        DiskFailed = "disk_failed",
        /// The writer failed otherwise; the log says how.
        WriterFailed = "writer_failed",
        /// There is less room on the disk than [`ROOM_AT_LEAST`].
        LittleRoom = "little_room",
        /// The oldest write has waited longer than [`WAITS_AT_MOST`], or the writer had no turn to be
        /// tried in.
        WritesWait = "writes_wait",
    }
}

/// Whether the database takes writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readiness {
    /// What keeps it from them; nothing when it is ready.
    pub causes: Vec<Cause>,
    /// Room on the disk of the embedded file, bytes; absent with a server.
    pub free: Option<u64>,
    /// How long the oldest write has waited, for the next shared transaction or for its turn.
    pub oldest_write: Duration,
}

/// What is known of a database's health.
#[derive(Debug)]
pub(super) struct Health {
    /// Where the embedded file is; absent with a server.
    folder: Option<PathBuf>,
    writer: WeakPool,
    lost: watch::Sender<Option<String>>,
    // not the signs themselves: who hears of the disk ends with the connections
    waiting: Waiting,
    sent: Arc<AtomicU64>,
    last: tokio::sync::Mutex<Option<(Instant, Readiness)>>,
}

impl Health {
    /// Watches over a database that `writer` writes to; `folder` is where its file is, if it is one.
    pub(super) fn watch(writer: &Pool, signs: &Signs, folder: Option<PathBuf>) -> Arc<Self> {
        let health = Arc::new(Self {
            folder,
            writer: writer.weak(),
            lost: watch::Sender::new(None),
            waiting: signs.waiting.clone(),
            sent: signs.sent.clone(),
            last: tokio::sync::Mutex::default(),
        });
        tokio::spawn(health.clone().watch_the_disk(signs.of_the_disk()));
        health
    }

    /// The writes that wait.
    pub(super) fn waiting(&self) -> &Waiting {
        &self.waiting
    }

    /// How many statements were sent so far.
    pub(super) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Waits until the database is given up, and says why.
    pub(super) async fn lost(&self) -> String {
        let mut lost = self.lost.subscribe();
        let why = lost.wait_for(Option::is_some).await;
        why.ok().and_then(|why| why.clone()).unwrap_or_default()
    }

    /// When the disk fails a statement, which is rolled back, one more write decides whether the
    /// database is given up; what fails meanwhile says nothing new. A disk that is full is waited for.
    async fn watch_the_disk(self: Arc<Self>, mut failures: watch::Receiver<()>) {
        while failures.changed().await.is_ok() {
            tracing::error!("the disk of the database failed; one more write is tried");
            match self.write().await {
                Err(cause) if self.cause(&cause) == Cause::DiskFailed => {
                    self.lost.send_replace(Some(cause.to_string()));
                }
                Err(cause) => tracing::error!(%cause, "the disk of the database takes no writes"),
                Ok(()) => tracing::warn!("the disk of the database writes again"),
            }
            failures.mark_unchanged();
        }
    }

    fn writer(&self) -> Result<Pool, DbError> {
        self.writer.upgrade().ok_or(DbError::PoolClosed)
    }

    async fn write(&self) -> Result<(), DbError> {
        self.writer()?.take_to_write().await?.probe().await
    }

    /// Writes in time. A writer that is busy is not silent: only who was asked can be.
    async fn try_to_write(&self) -> Result<(), DbError> {
        let turn = timeout(WRITES_WITHIN, self.writer()?.turn()).await;
        let turn = turn.unwrap_or(Err(DbError::PoolTimedOut))?;
        in_time(WRITES_WITHIN, async { turn.line().await?.probe().await }).await
    }

    /// What a failed write says. SQLite calls a disk full only when `write` says so; a quota, or a
    /// flush without room, is found by writing beside it.
    fn cause(&self, error: &DbError) -> Cause {
        match failure::of(error) {
            Failure::Away if matches!(error, DbError::PoolTimedOut) => Cause::WritesWait,
            Failure::Full => Cause::DiskFull,
            Failure::Disk if self.folder.as_deref().is_some_and(file::is_full) => Cause::DiskFull,
            Failure::Disk => Cause::DiskFailed,
            Failure::Away => Cause::Silent,
            Failure::Own | Failure::Passing => Cause::WriterFailed,
        }
    }

    /// Whether the database takes writes, tried at most once a second however many ask.
    pub(super) async fn readiness(&self) -> Readiness {
        let mut last = self.last.lock().await;
        match &*last {
            Some((at, known)) if at.elapsed() < TRY_EVERY => known.clone(),
            _ => {
                let found = self.look().await;
                *last = Some((Instant::now(), found.clone()));
                found
            }
        }
    }

    async fn look(&self) -> Readiness {
        let mut causes = Vec::new();
        if let Err(cause) = self.try_to_write().await {
            causes.push(self.cause(&cause));
        }
        let free = self.folder.as_deref().and_then(file::free);
        if free.is_some_and(|free| free < ROOM_AT_LEAST) {
            causes.push(Cause::LittleRoom);
        }
        let oldest_write = self.waiting.longest();
        if oldest_write > WAITS_AT_MOST && !causes.contains(&Cause::WritesWait) {
            causes.push(Cause::WritesWait);
        }
        Readiness { causes, free, oldest_write }
    }
}
