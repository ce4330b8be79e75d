//! Group commit: what arrives together shares one transaction and one flush to the disk.

use std::{
    any::Any,
    collections::BTreeMap,
    future::Future,
    hash::{BuildHasher, Hasher, RandomState},
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::FutureExt;
use tokio::sync::{mpsc, oneshot};

use super::{
    Db, DbError, Tx,
    failure::{self, Failure},
    link::silence,
};
use crate::{base::SessionId, lasting};

/// How many jobs may wait; beyond, the caller is told to come back.
const QUEUE: usize = 4096;
/// How many jobs share one transaction at most.
const BATCH: usize = 512;
/// How long a caller waits; the work may still be done after that, so it must bear to be repeated.
const WAITS: Duration = Duration::from_millis(2500);
/// How often a batch that stood in another's way is done again before anybody is told.
const AGAIN: u32 = 5;
/// How many jobs may break a batch before the others are told too.
const BREAK: usize = 8;

/// What one caller wants done in the shared transaction.
///
/// It may be begun more than once: a batch that met another server's in the database, or whose other
/// jobs broke it, is done again from the start. Nothing that was done before counts.
pub trait Errand: Send + Sync + 'static {
    /// What the caller is told.
    type Done: Send + 'static;
    /// What the caller is told when it is not done.
    type Error: JobError;

    /// The session that it is about; nothing may be locked or written for this.
    fn session(&self, tx: &mut Tx) -> impl Future<Output = Result<SessionId, Self::Error>> + Send;

    /// Holds a session until the commit. All of a batch are held in the order of their ids before
    /// anything else is done, so that two batches never wait for each other.
    fn lock(tx: &mut Tx, session: SessionId) -> impl Future<Output = Result<(), DbError>> + Send;

    /// Does it in a session that is held. Decides before it writes: after a refusal the transaction
    /// goes on with the others.
    fn run(
        &self,
        tx: &mut Tx,
        session: SessionId,
    ) -> impl Future<Output = Result<Self::Done, Self::Error>> + Send;
}

/// An error of a job that knows whether it was the database that failed.
pub trait JobError: From<DbError> + Send + 'static {
    /// The failure of the database, by which the shared transaction is lost.
    fn of_database(&self) -> Option<&DbError>;
}

type Work<'t, T> = Pin<Box<dyn Future<Output = Result<T, Failed>> + Send + 't>>;
type Outcome = Box<dyn Any + Send>;

/// An [`Errand`] without its types.
trait Job: Send + Sync {
    fn session<'t>(&'t self, tx: &'t mut Tx) -> Work<'t, SessionId>;
    fn lock<'t>(&'t self, tx: &'t mut Tx, session: SessionId) -> Work<'t, ()>;
    fn run<'t>(&'t self, tx: &'t mut Tx, session: SessionId) -> Work<'t, Outcome>;
}

/// A job failed; what that says of the others.
enum Failed {
    /// A rule said no before anything was written.
    Refused(Outcome),
    /// The database failed, or the job did without an error: nothing of this transaction holds.
    Broken(Failure, Option<Outcome>, String),
}

impl Failed {
    fn of<E: JobError>(error: E) -> Self {
        match error.of_database().map(|cause| (failure::of(cause), cause.to_string())) {
            Some((failure, cause)) => Self::Broken(failure, Some(Box::new(error)), cause),
            None => Self::Refused(Box::new(error)),
        }
    }
}

impl<E: Errand> Job for E {
    fn session<'t>(&'t self, tx: &'t mut Tx) -> Work<'t, SessionId> {
        Box::pin(async move { Errand::session(self, tx).await.map_err(Failed::of) })
    }

    fn lock<'t>(&'t self, tx: &'t mut Tx, session: SessionId) -> Work<'t, ()> {
        Box::pin(async move {
            E::lock(tx, session).await.map_err(|cause| Failed::of(E::Error::from(cause)))
        })
    }

    fn run<'t>(&'t self, tx: &'t mut Tx, session: SessionId) -> Work<'t, Outcome> {
        Box::pin(async move {
            let done = Errand::run(self, tx, session).await.map_err(Failed::of)?;
            Ok(Box::new(done) as Outcome)
        })
    }
}

enum Settled {
    Done(Outcome),
    Failed(Outcome),
}

struct Queued {
    /// Nothing, when somebody only waits until what was asked for before is settled.
    job: Option<Arc<dyn Job>>,
    since: Instant,
    answer: oneshot::Sender<Result<Settled, DbError>>,
}

/// The queue of the jobs that wait for the next shared transaction.
#[derive(Debug, Clone)]
pub struct Group(mpsc::Sender<Queued>);

impl std::fmt::Debug for Queued {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Queued")
    }
}

impl Group {
    /// Starts the task that commits. It ends when the last handle is dropped.
    pub fn start(db: Db) -> Self {
        let (queue, jobs) = mpsc::channel(QUEUE);
        tokio::spawn(commit_what_waits(db, jobs));
        Self(queue)
    }

    /// Does an errand in a shared transaction and returns after its commit.
    ///
    /// # Errors
    /// Its own; those of the database, among them that it took longer than a caller waits.
    pub async fn run<E: Errand>(&self, errand: E) -> Result<E::Done, E::Error> {
        let (answer, told) = oneshot::channel();
        let queued = Queued { job: Some(Arc::new(errand)), since: Instant::now(), answer };
        self.0.try_send(queued).map_err(|_| E::Error::from(DbError::PoolTimedOut))?;
        let told = tokio::time::timeout(WAITS, told).await;
        let told = told.map_err(|_| E::Error::from(silence()))?;
        match told.map_err(|_| E::Error::from(DbError::PoolClosed))?? {
            Settled::Done(value) => Ok(*value.downcast().expect("a job returns what it promised")),
            Settled::Failed(error) => {
                Err(*error.downcast::<E::Error>().expect("a job fails as it promised"))
            }
        }
    }

    /// Waits until everything that was asked for before is settled, also what nobody waits for any
    /// more.
    pub async fn settle(&self) {
        let (answer, told) = oneshot::channel();
        if self.0.send(Queued { job: None, since: Instant::now(), answer }).await.is_ok() {
            let _ = told.await;
        }
    }
}

async fn commit_what_waits(db: Db, mut jobs: mpsc::Receiver<Queued>) {
    let mut waiting = Vec::with_capacity(BATCH);
    while jobs.recv_many(&mut waiting, BATCH).await > 0 {
        // the first has waited longest, also of those that are still in the queue
        let _waits = waiting.first().map(|queued| db.health.waiting().since(queued.since));
        commit_together(&db, std::mem::take(&mut waiting)).await;
    }
}

/// Why a batch was not committed.
enum Lost {
    /// One of its jobs broke it; the others may be done without it.
    By(usize, Option<Outcome>, String),
    /// It stood in another's way.
    Passing(String),
    /// Nobody's work is kept.
    All(String),
}

/// One transaction for all. When it is lost to a deadlock, or one job breaks it, the others are done
/// again; when the database fails, nobody is told that the work was kept.
async fn commit_together(db: &Db, mut batch: Vec<Queued>) {
    let (mut again, mut broken) = (0, 0);
    loop {
        match try_together(db, &batch).await {
            Ok(settled) => {
                for (queued, outcome) in batch.into_iter().zip(settled) {
                    let _ = queued.answer.send(Ok(outcome));
                }
                return;
            }
            Err(Lost::By(at, error, cause)) => {
                lasting::error("a job broke its shared transaction", &cause);
                let told = error.map(Settled::Failed).ok_or(DbError::WorkerCrashed);
                let _ = batch.remove(at).answer.send(told);
                broken += 1;
                if broken == BREAK {
                    return fail_all(batch, &cause);
                }
            }
            Err(Lost::Passing(cause)) => {
                again += 1;
                if again == AGAIN {
                    return fail_all(batch, &cause);
                }
                tokio::time::sleep(pause(again)).await;
            }
            Err(Lost::All(cause)) => return fail_all(batch, &cause),
        }
    }
}

/// Longer each time, and differently long on each server.
fn pause(again: u32) -> Duration {
    let chance = RandomState::new().build_hasher().finish();
    Duration::from_millis(u64::from(again) * 10 + chance % 20)
}

/// The jobs by session, each in the order of arrival; all sessions are held before the first job.
async fn try_together(db: &Db, batch: &[Queued]) -> Result<Vec<Settled>, Lost> {
    let lost = |cause: DbError| match failure::of(&cause) {
        Failure::Passing => Lost::Passing(cause.to_string()),
        Failure::Own | Failure::Full | Failure::Disk | Failure::Away => {
            Lost::All(cause.to_string())
        }
    };
    if batch.iter().all(|queued| queued.job.is_none()) {
        return Ok(batch.iter().map(|_| Settled::Done(Box::new(()))).collect());
    }
    let mut settled: Vec<Option<Settled>> = batch.iter().map(|_| None).collect();
    let mut sessions: BTreeMap<SessionId, Vec<usize>> = BTreeMap::new();
    let mut tx = db.begin().await.map_err(lost)?;
    for (at, queued) in batch.iter().enumerate() {
        let Some(job) = &queued.job else { continue };
        match guarded(job.session(&mut tx)).await {
            Ok(session) => sessions.entry(session).or_default().push(at),
            Err(failed) => settled[at] = Some(refused(at, failed)?),
        }
    }
    for (session, jobs) in &sessions {
        let first = jobs[0];
        let Some(job) = &batch[first].job else { continue };
        guarded(job.lock(&mut tx, *session))
            .await
            .or_else(|failed| refused(first, failed).map(drop))?;
    }
    for (session, jobs) in &sessions {
        for &at in jobs {
            let Some(job) = &batch[at].job else { continue };
            settled[at] = Some(match guarded(job.run(&mut tx, *session)).await {
                Ok(value) => Settled::Done(value),
                Err(failed) => refused(at, failed)?,
            });
        }
    }
    tx.commit().await.map_err(lost)?;
    Ok(settled.into_iter().map(|one| one.unwrap_or(Settled::Done(Box::new(())))).collect())
}

/// A panic is a failure of its job.
async fn guarded<T>(work: Work<'_, T>) -> Result<T, Failed> {
    AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(|_panic| {
        Err(Failed::Broken(Failure::Own, None, "a job of a shared transaction panicked".to_owned()))
    })
}

/// What a job's failure means for the batch.
fn refused(at: usize, failed: Failed) -> Result<Settled, Lost> {
    match failed {
        Failed::Refused(error) => Ok(Settled::Failed(error)),
        Failed::Broken(Failure::Own, error, cause) => Err(Lost::By(at, error, cause)),
        Failed::Broken(Failure::Passing, _, cause) => Err(Lost::Passing(cause)),
        Failed::Broken(Failure::Full | Failure::Disk | Failure::Away, _, cause) => {
            Err(Lost::All(cause))
        }
    }
}

fn fail_all(batch: Vec<Queued>, cause: &str) {
    lasting::error("a shared transaction was lost", &cause);
    for queued in batch {
        let told = DbError::Protocol(format!("a shared transaction was lost: {cause}"));
        let _ = queued.answer.send(Err(told));
    }
}

#[cfg(test)]
mod tests;
