//! What becomes of a batch when one of its jobs fails, and of those whose callers have gone.

use super::*;
use crate::{base::Chance, config::DatabaseAddress, exec, fetch};

impl JobError for DbError {
    fn of_database(&self) -> Option<&DbError> {
        Some(self)
    }
}

/// A job of the tests; each notes its number.
#[derive(Clone, Copy)]
enum Note {
    Slowly(i64),
    Panics,
    Breaks(i64),
}

impl Errand for Note {
    type Done = ();
    type Error = DbError;

    async fn session(&self, _: &mut Tx) -> Result<SessionId, DbError> {
        Ok(Chance::seeded(1).id("2027-03-01T09:00:00Z".parse().unwrap()))
    }

    async fn lock(_: &mut Tx, _: SessionId) -> Result<(), DbError> {
        Ok(())
    }

    async fn run(&self, tx: &mut Tx, _: SessionId) -> Result<(), DbError> {
        match *self {
            Self::Slowly(id) => {
                tokio::time::sleep(Duration::from_millis(50)).await;
                exec!(tx, "INSERT INTO noted (id) VALUES ($1)", id).map(drop)
            }
            Self::Panics => panic!("a defect"),
            Self::Breaks(id) => {
                exec!(tx, "INSERT INTO noted (id) VALUES ($1)", id)?;
                exec!(tx, "INSERT INTO nowhere (id) VALUES ($1)", id).map(drop)
            }
        }
    }
}

async fn noted(db: &Db) -> Vec<i64> {
    let mut tx = db.read().await.unwrap();
    let rows = fetch!(tx, fetch_all, (i64,), "SELECT id FROM noted ORDER BY id").unwrap();
    rows.into_iter().map(|(id,)| id).collect()
}

async fn open() -> (tempfile::TempDir, Db, Group) {
    let folder = tempfile::tempdir().unwrap();
    let address = format!("sqlite:{}", folder.path().join("jurat.db").display());
    let db = Db::open(&DatabaseAddress::from(address)).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    exec!(tx, "CREATE TABLE noted (id BIGINT NOT NULL)").unwrap();
    tx.commit().await.unwrap();
    let group = Group::start(db.clone());
    (folder, db, group)
}

#[tokio::test]
async fn a_job_that_fails_takes_nobody_with_it() {
    let (_folder, db, group) = open().await;
    // the first is alone in its batch, those after it share the next
    let told = tokio::join!(
        group.run(Note::Slowly(1)),
        group.run(Note::Slowly(2)),
        group.run(Note::Panics),
        group.run(Note::Breaks(3)),
        group.run(Note::Slowly(4)),
    );
    assert!(told.0.is_ok() && told.1.is_ok() && told.4.is_ok(), "{told:?}");
    assert!(told.2.is_err());
    assert!(told.3.unwrap_err().to_string().contains("nowhere"), "it is told its own fault");
    assert_eq!(noted(&db).await, [1, 2, 4]);
}

#[tokio::test]
async fn what_nobody_waits_for_any_more_is_settled_before_the_database_closes() {
    let (_folder, db, group) = open().await;
    for id in 0..2 {
        let asked = tokio::time::timeout(Duration::from_millis(5), group.run(Note::Slowly(id)));
        assert!(asked.await.is_err(), "nobody waits any more");
    }
    group.settle().await;
    assert_eq!(noted(&db).await, [0, 1]);
}
