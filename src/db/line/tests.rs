//! Which connections come back, and which do not.

use crate::{
    config::DatabaseAddress,
    db::{Db, DbError},
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
