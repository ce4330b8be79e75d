//! What the database is asked: found by an index, in its order, and once for a whole list.

use std::path::Path;

use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

use jurat::{config::DatabaseAddress, db::Db};

use crate::support::statements::{self, Statement};

/// What is read through or sorted all the same: where, what SQLite says of it, and why.
const ALL_THE_SAME: [(&str, &str, &str); 28] = [
    ("app::limits::store::shift_tallies", "SCAN tally", WHOLE),
    ("people::device_store::shift_devices", "SCAN device", WHOLE),
    ("people::device_store::shift_places", "SCAN waiting", WHOLE),
    ("people::reply_store::shift_replies", "SCAN reply", WHOLE),
    ("people::store::shift_sign_ins", "SCAN sign_in", WHOLE),
    ("centre::store::list_centres", "SCAN centre USING INDEX centre_name", PAGE),
    ("jury::panels_store::list_panels", "SCAN panel USING INDEX panel_created", PAGE),
    ("session::store::list_all", "SCAN session USING INDEX session_starts", PAGE),
    (
        "attempt::store::list_sessions_with_running",
        "SCAN attempt USING COVERING INDEX attempt_running",
        PART,
    ),
    (
        "certificate::store::list_intended",
        "SCAN certificate USING COVERING INDEX certificate_intended",
        PART,
    ),
    ("session::door_store::list_sessions_waiting", "SCAN door USING INDEX door_waiting", PART),
    ("session::store::list_open_sessions", "SCAN session USING COVERING INDEX session_open", PART),
    ("attempt::answer_store::list_answered", "USE TEMP B-TREE FOR GROUP BY", ROOM),
    (
        "attempt::ledger_store::list_ledgers_of_session",
        "USE TEMP B-TREE FOR LAST 2 TERMS OF ORDER BY",
        "the few lines of one attempt at a time",
    ),
    (
        "attempt::part_store::list_parts_of_session",
        "USE TEMP B-TREE FOR LAST TERM OF ORDER BY",
        "the few parts of one attempt at a time",
    ),
    ("jury::store::list_votes_of_panel", SORT, ROOM),
    ("jury::store::list_votes", SORT, "the jurors of one panel"),
    ("jury::store::list_seats", SORT, "the jurors of one panel"),
    ("centre::store::list_members", SORT, "the members of one centre"),
    ("centre::store::list_invitations", SORT, "the open invitations of one centre"),
    ("centre::store::list_memberships", SORT, PERSON),
    ("jury::panels_store::list_panels_of", SORT, PERSON),
    ("people::device_store::remove_devices_beyond", SORT, PERSON),
    ("session::store::list_of_invigilator", SORT, PERSON),
    ("session::store::list_of_centres", SORT, PERSON),
    ("people::store::list_with_role", SORT, "who holds a role on the platform"),
    ("certificate::store::list_keys", "SCAN signing_key", "a key a year"),
    ("certificate::store::list_keys", SORT, "a key a year"),
];

const SORT: &str = "USE TEMP B-TREE FOR ORDER BY";
/// An accepted step of the clock moves every row.
const WHOLE: &str = "every row is moved";
/// The index is walked in the order of the list, and no further than the page.
const PAGE: &str = "one page of all there are";
/// The index holds only what waits or runs.
const PART: &str = "an index of nothing else";
const ROOM: &str = "what belongs to one session";
const PERSON: &str = "what belongs to one person";

/// An empty database of this version.
async fn migrated(folder: &Path) -> SqliteConnection {
    let address = format!("sqlite:{}", folder.join("jurat.db").display());
    Db::open(&DatabaseAddress::from(address.clone())).await.unwrap().close().await;
    SqliteConnection::connect(&address).await.unwrap()
}

/// The steps of a statement that read a whole table, or sort.
async fn heavy(database: &mut SqliteConnection, statement: &Statement) -> Vec<String> {
    let asked = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", statement.sql));
    let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(asked)
        .fetch_all(database)
        .await
        .unwrap_or_else(|refused| panic!("{}: {refused}\n{}", statement.place, statement.sql));
    let is_heavy = |step: &String| {
        step.starts_with("SCAN") && !step.starts_with("SCAN json_each") || step.contains("B-TREE")
    };
    plan.into_iter().map(|(_, _, _, step)| step).filter(is_heavy).collect()
}

#[tokio::test]
async fn what_is_asked_is_found_by_an_index_and_comes_in_its_order() {
    let folder = tempfile::tempdir().unwrap();
    let mut database = migrated(folder.path()).await;
    let (mut found, mut unexpected) = (Vec::new(), Vec::new());
    let statements = statements::all();
    assert!(statements.len() > 150, "the stores are read");
    for statement in statements {
        for step in heavy(&mut database, &statement).await {
            let is_it =
                |(place, what, _): &&(&str, &str, &str)| *place == statement.place && *what == step;
            match ALL_THE_SAME.iter().find(is_it) {
                Some(expected) => found.push(expected),
                None => unexpected.push(format!("{}: {step}", statement.place)),
            }
        }
    }
    assert!(
        unexpected.is_empty(),
        "add an index in a new migration, or say here why not:\n{}",
        unexpected.join("\n"),
    );
    let over = ALL_THE_SAME.iter().filter(|expected| !found.contains(expected));
    let over: Vec<_> = over.map(|(place, step, _)| format!("{place}: {step}")).collect();
    assert!(over.is_empty(), "no longer so, and to be taken from the list:\n{}", over.join("\n"));
}

#[test]
fn statements_are_read_as_the_compiler_reads_them() {
    let source = r#"
        macro_rules! columns { () => { "id, name" }; }
        macro_rules! those { ($which:literal) => { concat!("SELECT ", columns!(), $which) }; }
        async fn first(tx: &mut Tx) { fetch!(tx, fetch_all, (A, B), those!(" WHERE \"a\" = $1"), a(b, c)) }
        async fn second(tx: &mut Tx) { exec!(tx, "DELETE FROM t") }
        async fn third(tx: &mut Tx) { shift!(tx, "t", by, "one", "other") }
        async fn fourth(tx: &mut Tx) { fetch_among!(tx, A, "SELECT 1 FROM t WHERE id ", Ids(ids), " AND b") }
    "#;
    let read: Vec<_> =
        statements::of_file("m", source).into_iter().map(|one| (one.place, one.sql)).collect();
    let expected = [
        ("m::first", r#"SELECT id, name WHERE "a" = $1"#),
        ("m::second", "DELETE FROM t"),
        ("m::third", "UPDATE t SET one = one, other = other"),
        ("m::fourth", "SELECT 1 FROM t WHERE id IN (SELECT unhex(value) FROM json_each($1)) AND b"),
    ];
    assert_eq!(read, expected.map(|(place, sql)| (place.to_owned(), sql.to_owned())));
}
