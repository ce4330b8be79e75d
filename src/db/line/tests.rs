//! Which connections come back, and which do not.

use std::time::{Duration, Instant};

use sqlx::{Connection as _, SqliteConnection, raw_sql};

use crate::{
    config::DatabaseAddress,
    db::{Cause, Db, DbError, WAITS_AT_MOST},
    exec, fetch,
};

async fn open() -> (tempfile::TempDir, Db) {
    let folder = tempfile::tempdir().unwrap();
    let address = format!("sqlite:{}", folder.path().join("jurat.db").display());
    let db = Db::open(&DatabaseAddress::from(address)).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    exec!(tx, "CREATE TABLE noted (id BIGINT NOT NULL)").unwrap();
    tx.commit().await.unwrap();
    (folder, db)
}

async fn note(db: &Db, id: i64) -> Result<(), DbError> {
    let mut tx = db.begin().await?;
    exec!(tx, "INSERT INTO noted (id) VALUES ($1)", id)?;
    tx.commit().await
}

async fn noted(db: &Db) -> Vec<i64> {
    let mut tx = db.read().await.unwrap();
    let rows = fetch!(tx, fetch_all, (i64,), "SELECT id FROM noted ORDER BY id").unwrap();
    rows.into_iter().map(|(id,)| id).collect()
}

#[tokio::test]
async fn a_transaction_that_the_database_rolled_back_by_itself_does_not_stop_the_next() {
    let (_folder, db) = open().await;
    let mut tx = db.begin().await.unwrap();
    exec!(tx, "INSERT INTO noted (id) VALUES (1)").unwrap();
    // as SQLite does when the disk is full: sqlx would refuse every BEGIN from here on
    exec!(tx, "ROLLBACK").unwrap();
    assert!(tx.commit().await.is_err(), "nothing was kept, and nobody is told that it was");
    note(&db, 2).await.unwrap();
    assert_eq!(noted(&db).await, [2]);
}

#[tokio::test]
async fn what_is_not_committed_is_undone_before_the_next_writes() {
    let (_folder, db) = open().await;
    let mut tx = db.begin().await.unwrap();
    exec!(tx, "INSERT INTO noted (id) VALUES (1)").unwrap();
    drop(tx);
    note(&db, 2).await.unwrap();
    assert_eq!(noted(&db).await, [2]);
}

#[tokio::test]
async fn a_statement_that_its_caller_gave_up_does_not_stop_the_next() {
    let (_folder, db) = open().await;
    for _ in 0..3 {
        let mut tx = db.begin().await.unwrap();
        exec!(tx, "INSERT INTO noted (id) VALUES (1)").unwrap();
        let long = async {
            exec!(
                tx,
                "INSERT INTO noted (id) WITH RECURSIVE n (i) AS
                    (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) SELECT i FROM n",
            )
        };
        let given_up = tokio::time::timeout(std::time::Duration::from_millis(2), long).await;
        assert!(given_up.is_err(), "it takes longer");
    }
    note(&db, 2).await.unwrap();
    assert_eq!(noted(&db).await, [2]);
}

#[tokio::test]
async fn any_write_that_waits_for_its_turn_makes_the_database_not_ready_and_not_silent() {
    let (_folder, db) = open().await;
    assert_eq!(db.readiness().await.causes, []);
    let held = db.begin().await.unwrap();
    let waits = tokio::spawn({
        let db = db.clone();
        async move { note(&db, 1).await }
    });
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let busy = db.readiness().await;
    assert_eq!(busy.causes, [Cause::WritesWait], "it was asked nothing");
    assert!(busy.oldest_write > Duration::from_millis(1500), "{busy:?}");
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let stuck = db.readiness().await;
    assert_eq!(stuck.causes, [Cause::WritesWait]);
    assert!(stuck.oldest_write > WAITS_AT_MOST, "{stuck:?}");
    held.commit().await.unwrap();
    waits.await.unwrap().unwrap();
    // whoever reads waits for no writer, and whoever has written waits no more
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let well = db.readiness().await;
    assert_eq!((well.causes, well.oldest_write), (vec![], Duration::ZERO));
}

#[tokio::test]
async fn a_write_that_has_waited_for_two_seconds_is_told_though_the_writer_is_free_again() {
    let (_folder, db) = open().await;
    let _waits = db.health.waiting().since(Instant::now().checked_sub(WAITS_AT_MOST).unwrap());
    let found = db.readiness().await;
    assert_eq!(found.causes, [Cause::WritesWait]);
}

#[tokio::test]
async fn a_writer_that_was_asked_and_does_not_answer_is_silent() {
    let (folder, db) = open().await;
    // another program holds the file itself, so that the writer waits within its statement
    let address = format!("sqlite:{}", folder.path().join("jurat.db").display());
    let mut other = SqliteConnection::connect(&address).await.unwrap();
    raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    assert_eq!(db.readiness().await.causes, [Cause::Silent]);
    raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
}
