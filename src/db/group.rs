//! Group commit: what arrives together shares one transaction and one flush to the disk.

use std::{any::Any, future::Future, panic::AssertUnwindSafe, pin::Pin};

use futures_util::FutureExt;
use tokio::sync::{mpsc, oneshot};

use super::{Db, DbError, Tx};

/// How many jobs may wait; beyond, the caller is told to come back.
const QUEUE: usize = 4096;
/// How many jobs share one transaction at most.
const BATCH: usize = 512;

/// The work of one caller inside the shared transaction.
pub type Work<'t, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 't>>;

type Outcome = Box<dyn Any + Send>;
type Job = Box<dyn for<'t> FnOnce(&'t mut Tx) -> Work<'t, Outcome, Failure> + Send>;

/// A job failed; whether the transaction may go on with the others.
enum Failure {
    /// A rule said no before anything was written.
    Refused(Outcome),
    /// The database failed, or the job did without an error: nothing of this transaction holds.
    Broken(Option<Outcome>),
}

enum Settled {
    Done(Outcome),
    Failed(Outcome),
}

struct Queued {
    job: Job,
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

/// An error of a job that knows whether it was the database that failed.
pub trait JobError: From<DbError> + Send + 'static {
    /// Whether the database failed, so that the shared transaction is lost.
    fn is_database(&self) -> bool;
}

impl Group {
    /// Starts the task that commits. It ends when the last handle is dropped.
    pub fn start(db: Db) -> Self {
        let (queue, jobs) = mpsc::channel(QUEUE);
        tokio::spawn(commit_what_waits(db, jobs));
        Self(queue)
    }

    /// Runs `work` in a shared transaction and returns after its commit.
    ///
    /// `work` must decide before it writes: after a refusal the transaction goes on with the
    /// others.
    pub async fn run<T, E, W>(&self, work: W) -> Result<T, E>
    where
        T: Send + 'static,
        E: JobError,
        W: for<'t> FnOnce(&'t mut Tx) -> Work<'t, T, E> + Send + 'static,
    {
        let (answer, told) = oneshot::channel();
        let job: Job = Box::new(move |tx| {
            Box::pin(async move {
                match work(tx).await {
                    Ok(value) => Ok(Box::new(value) as Outcome),
                    Err(error) if error.is_database() => {
                        Err(Failure::Broken(Some(Box::new(error))))
                    }
                    Err(error) => Err(Failure::Refused(Box::new(error))),
                }
            })
        });
        self.0.try_send(Queued { job, answer }).map_err(|_| E::from(DbError::PoolTimedOut))?;
        match told.await.map_err(|_| E::from(DbError::PoolClosed))?? {
            Settled::Done(value) => Ok(*value.downcast().expect("a job returns what it promised")),
            Settled::Failed(error) => {
                Err(*error.downcast::<E>().expect("a job fails as it promised"))
            }
        }
    }

    /// Waits until everything that was asked for before is settled, also what nobody waits for any
    /// more.
    pub async fn settle(&self) {
        let (answer, told) = oneshot::channel();
        let job: Job = Box::new(|_| Box::pin(async { Ok(Box::new(()) as Outcome) }));
        if self.0.send(Queued { job, answer }).await.is_ok() {
            let _ = told.await;
        }
    }
}

async fn commit_what_waits(db: Db, mut jobs: mpsc::Receiver<Queued>) {
    let mut waiting = Vec::with_capacity(BATCH);
    while jobs.recv_many(&mut waiting, BATCH).await > 0 {
        commit_together(&db, waiting.drain(..)).await;
    }
}

/// One transaction for all; when the database fails, nobody is told that the work was kept.
async fn commit_together(db: &Db, batch: impl Iterator<Item = Queued>) {
    let mut batch = batch;
    let mut tx = match db.begin().await {
        Ok(tx) => tx,
        Err(cause) => return fail_all(batch.map(|queued| queued.answer), &cause),
    };
    let mut settled = Vec::new();
    for Queued { job, answer } in batch.by_ref() {
        let work = AssertUnwindSafe(async { job(&mut tx).await }).catch_unwind();
        let done = work.await.unwrap_or_else(|_panic| {
            tracing::error!("a job of a shared transaction panicked");
            Err(Failure::Broken(None))
        });
        match done {
            Ok(value) => settled.push((answer, Settled::Done(value))),
            Err(Failure::Refused(error)) => settled.push((answer, Settled::Failed(error))),
            Err(Failure::Broken(error)) => {
                let told = error.map(Settled::Failed).ok_or(DbError::WorkerCrashed);
                let _ = answer.send(told);
                let others = settled.into_iter().map(|(answer, _)| answer);
                return fail_all(others.chain(batch.map(|q| q.answer)), &DbError::WorkerCrashed);
            }
        }
    }
    match tx.commit().await {
        Ok(()) => settled.into_iter().for_each(|(answer, outcome)| {
            let _ = answer.send(Ok(outcome));
        }),
        Err(cause) => fail_all(settled.into_iter().map(|(answer, _)| answer), &cause),
    }
}

fn fail_all(
    answers: impl Iterator<Item = oneshot::Sender<Result<Settled, DbError>>>,
    cause: &DbError,
) {
    tracing::error!(%cause, "a shared transaction was lost");
    for answer in answers {
        let _ = answer.send(Err(DbError::WorkerCrashed));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{exec, fetch};

    impl JobError for DbError {
        fn is_database(&self) -> bool {
            true
        }
    }

    async fn count(tx: &mut Tx) -> Result<i64, DbError> {
        let (count,) = fetch!(tx, fetch_one, (i64,), "SELECT count(*) FROM noted")?;
        Ok(count)
    }

    fn note_slowly(tx: &mut Tx) -> Work<'_, (), DbError> {
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(50)).await;
            exec!(tx, "INSERT INTO noted (id) VALUES (1)").map(drop)
        })
    }

    fn panics(_: &mut Tx) -> Work<'_, (), DbError> {
        Box::pin(async { panic!("a defect") })
    }

    #[tokio::test]
    async fn a_job_that_panics_takes_nobody_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("sqlite:{}", folder.path().join("jurat.db").display());
        let group = Group::start(Db::open(&address).await.unwrap());
        assert!(group.run(panics).await.is_err());
        let next = group.run(|_| -> Work<'_, (), DbError> { Box::pin(async { Ok(()) }) });
        assert!(next.await.is_ok(), "the next job is done");
    }

    #[tokio::test]
    async fn what_nobody_waits_for_any_more_is_settled_before_the_database_closes() {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("sqlite:{}", folder.path().join("jurat.db").display());
        let db = Db::open(&address).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        exec!(tx, "CREATE TABLE noted (id BIGINT NOT NULL)").unwrap();
        tx.commit().await.unwrap();
        let group = Group::start(db.clone());
        for _ in 0..2 {
            let asked = tokio::time::timeout(Duration::from_millis(5), group.run(note_slowly));
            assert!(asked.await.is_err(), "nobody waits any more");
        }
        group.settle().await;
        assert_eq!(count(&mut db.read().await.unwrap()).await.unwrap(), 2);
    }
}
