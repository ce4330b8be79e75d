//! A PostgreSQL server that says nothing any more, without a word of farewell: who asks is told within
//! seconds, and saving goes on as soon as somebody answers.

use std::time::{Duration, Instant};

use jurat::{
    db::{Cause, Db},
    exec,
};
use serde_json::json;
use sqlx::{Connection, PgConnection};

use crate::{
    both,
    support::{
        On, TestApp,
        exam::{CODE, Room},
        postgres::Cluster,
        process::{Data, Server, offline},
        proxy::Proxy,
        sitting::{Sitting, ask},
        start,
    },
};

/// A request is told by then.
const TOLD: Duration = Duration::from_secs(3);
/// Readiness is told by then.
const READY_TOLD: Duration = Duration::from_secs(2);
/// An answer is kept by then, once somebody answers.
const SAVED: Duration = Duration::from_secs(5);
/// What the test's own machine may add.
const SLACK: Duration = Duration::from_millis(500);

/// Lives through a silence: nobody waits long, nobody is told that something is kept, and readiness
/// says what is wrong.
async fn live_through(server: &Server, sitting: &mut Sitting, silence: Duration) {
    let begun = Instant::now();
    let mut not_ready_after = None;
    while begun.elapsed() < silence {
        let ready = ask(&server.url, "/readyz").await;
        assert!(ready.took < READY_TOLD + SLACK, "{ready:?}");
        if ready.status != 200 && not_ready_after.is_none() {
            assert_eq!(ready.body["causes"][0], "database_silent");
            not_ready_after = Some(begun.elapsed());
        }
        let (saved, looked) = (sitting.save().await, sitting.look().await);
        for told in [saved, looked] {
            assert_eq!(told.status, 503, "{told:?}");
            assert!(told.took < TOLD + SLACK, "{told:?}");
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let after = not_ready_after.expect("it is told that the server is not ready");
    assert!(after < READY_TOLD + SLACK, "told after {after:?}");
}

async fn well_again(server: &Server, sitting: &mut Sitting) {
    let took = sitting.save_at_last(SAVED).await;
    println!("saved {took:?} after the first good connection");
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(ask(&server.url, "/readyz").await.status, 200);
    for _ in 0..20 {
        assert_eq!(sitting.save().await.status, 200);
    }
}

/// The database of `data`, by way of a proxy.
fn by_proxy(data: &Data) -> (Proxy, Data) {
    let (server, name) = data.database().rsplit_once('/').unwrap();
    let (_, place) = server.rsplit_once('@').unwrap();
    let proxy = Proxy::to(place);
    let led = Data::on(format!("postgres://postgres@{}/{name}", proxy.address));
    (proxy, led)
}

fn look_at_the_end(data: &Data, room: &Room, sitting: &Sitting) {
    offline(async { sitting.assert_kept(&data.open().await, room).await });
}

#[test]
fn connections_that_die_silently_cost_seconds_and_no_answer() {
    let data = Data::empty(On::Postgres);
    let room = offline(data.with_one("Hopper"));
    let (proxy, led) = by_proxy(&data);
    let server = led.serve();
    let sitting = offline(async {
        let mut sitting = Sitting::begin(&server.url, &room, CODE, "Hopper").await;
        assert_eq!(sitting.save().await.status, 200);
        proxy.fall_silent();
        live_through(&server, &mut sitting, Duration::from_secs(4)).await;
        proxy.answer_again();
        well_again(&server, &mut sitting).await;
        // a firewall that forgets: the old connections are dead, new ones are good at once
        proxy.kill_silently();
        well_again(&server, &mut sitting).await;
        sitting
    });
    let log = server.log();
    let errors: Vec<_> = log.iter().filter(|line| line.contains("ERROR")).collect();
    assert!((1..=10).contains(&errors.len()), "{errors:#?}");
    server.kill();
    look_at_the_end(&data, &room, &sitting);
}

#[test]
fn a_frozen_database_server_costs_seconds_and_no_answer() {
    let cluster = Cluster::own();
    let data = Data::on(cluster.fresh_database());
    let room = offline(data.with_one("Hopper"));
    let server = data.serve();
    let sitting = offline(async {
        let mut sitting = Sitting::begin(&server.url, &room, CODE, "Hopper").await;
        assert_eq!(sitting.save().await.status, 200);
        let frozen = cluster.freeze();
        live_through(&server, &mut sitting, Duration::from_secs(4)).await;
        drop(frozen);
        well_again(&server, &mut sitting).await;
        sitting
    });
    server.kill();
    look_at_the_end(&data, &room, &sitting);
}

#[test]
fn what_was_asked_for_over_a_silent_commit_is_in_doubt_under_its_key_and_never_done_twice() {
    let data = Data::empty(On::Postgres);
    let room = offline(data.with_one("Hopper"));
    let (proxy, led) = by_proxy(&data);
    let server = led.serve();
    offline(async {
        let mut sitting = Sitting::begin(&server.url, &room, CODE, "Hopper").await;
        proxy.die_over_the_commit_of("UPDATE part");
        let told = sitting.hand_in("k1").await;
        assert_eq!((told.status, &told.body["type"]), (503, &json!("/problems/unavailable")));
        let mut again = told;
        while again.status == 503 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            again = sitting.hand_in("k1").await;
        }
        assert_eq!((again.status, &again.body["type"]), (409, &json!("/problems/still_running")));
        assert_eq!(sitting.look().await.body["state"], "break", "it was done");
    });
}

/// A hand-in waits for a lock that somebody holds, and the database falls silent meanwhile: it failed,
/// and so does giving its key back.
async fn fail_in_silence(data: &Data, proxy: &Proxy, sitting: &Sitting) {
    let mut other = PgConnection::connect(data.database()).await.unwrap();
    let mut held = other.begin().await.unwrap();
    sqlx::raw_sql("LOCK TABLE session IN EXCLUSIVE MODE").execute(&mut *held).await.unwrap();
    let silence = async {
        tokio::time::sleep(SLACK).await;
        proxy.fall_silent();
    };
    let (told, ()) = tokio::join!(sitting.hand_in("k1"), silence);
    assert_eq!(told.status, 503, "{told:?}");
    held.rollback().await.unwrap();
}

#[test]
fn the_key_of_what_failed_in_a_silence_is_free_again_soon_after_it() {
    let data = Data::empty(On::Postgres);
    let room = offline(data.with_one("Hopper"));
    let (proxy, led) = by_proxy(&data);
    let server = led.serve();
    offline(async {
        let mut sitting = Sitting::begin(&server.url, &room, CODE, "Hopper").await;
        fail_in_silence(&data, &proxy, &sitting).await;
        tokio::time::sleep(SAVED).await;
        proxy.answer_again();
        let begun = Instant::now();
        let mut again = sitting.hand_in("k1").await;
        while again.status != 200 && begun.elapsed() < 2 * SAVED {
            tokio::time::sleep(Duration::from_millis(100)).await;
            again = sitting.hand_in("k1").await;
        }
        assert_eq!(again.status, 200, "{again:?}");
        assert_eq!(sitting.look().await.body["state"], "break");
    });
}

#[test]
fn a_key_that_cannot_be_given_back_holds_no_server_up_that_ends() {
    let data = Data::empty(On::Postgres);
    let room = offline(data.with_one("Hopper"));
    let (proxy, led) = by_proxy(&data);
    let server = led.serve();
    offline(async {
        let sitting = Sitting::begin(&server.url, &room, CODE, "Hopper").await;
        fail_in_silence(&data, &proxy, &sitting).await;
    });
    let begun = Instant::now();
    let (status, _) = server.end();
    assert!(status.success(), "{status}");
    assert!(begun.elapsed() < 2 * SAVED, "{:?}", begun.elapsed());
}

#[test]
fn an_answer_that_waits_for_a_lock_is_told_in_time_and_saved_after_it() {
    let data = Data::empty(On::Postgres);
    let room = offline(data.with_one("Hopper"));
    let server = data.serve();
    offline(async {
        let mut sitting = Sitting::begin(&server.url, &room, CODE, "Hopper").await;
        let mut other = PgConnection::connect(data.database()).await.unwrap();
        let mut held = other.begin().await.unwrap();
        sqlx::raw_sql("LOCK TABLE answer").execute(&mut *held).await.unwrap();
        let told = sitting.save().await;
        assert_eq!(told.status, 503, "{told:?}");
        assert!(told.took < TOLD + SLACK, "{told:?}");
        held.rollback().await.unwrap();
        sitting.save_at_last(SAVED).await;
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_statement_that_takes_too_long_is_given_up_and_costs_nobody_else() {
    let app = start(On::Postgres).await;
    let begun = Instant::now();
    let mut tx = app.app.db.begin().await.unwrap();
    assert!(exec!(tx, "SELECT pg_sleep(4)").is_err());
    assert!(begun.elapsed() < TOLD, "{:?}", begun.elapsed());
    assert!(exec!(tx, "SELECT 1").is_err(), "what was lost is not gone on with");
    assert!(tx.commit().await.is_err(), "nobody is told that it was kept");
    tokio::time::sleep(SLACK).await;
    let mut next = app.app.db.begin().await.unwrap();
    exec!(next, "SELECT 1").unwrap();
    next.commit().await.unwrap();
}

/// Everything that can be held of a database.
async fn hold_all(db: &Db) -> Vec<jurat::db::Tx> {
    let mut held = vec![db.begin().await.unwrap()];
    while let Ok(Ok(one)) = tokio::time::timeout(Duration::from_millis(300), db.read()).await {
        held.push(one);
    }
    held
}

both! {
    async fn an_answer_is_told_in_time_that_all_connections_are_in_use(app: TestApp) {
        let room = Room::open(&app, &["Hopper"]).await;
        let (mut candidate, items) = room.started(&app, "Hopper").await;
        let held = hold_all(&app.app.db).await;
        let begun = Instant::now();
        let refused = candidate.save(1, &items[0], 1, serde_json::json!(null)).await;
        refused.refused(503, "unavailable");
        assert!(refused.headers.contains_key("retry-after"));
        assert!(begun.elapsed() < TOLD + SLACK, "{:?}", begun.elapsed());
        drop(held);
        candidate.save(1, &items[0], 1, serde_json::json!(null)).await.expect(200);
        let writer = app.app.db.begin().await.unwrap();
        let begun = Instant::now();
        let told = candidate.save(1, &items[0], 2, serde_json::json!(null)).await;
        assert!(begun.elapsed() < TOLD + SLACK, "{:?} {told:?}", begun.elapsed());
        if !app.app.db.is_shared() {
            let causes = app.app.db.readiness().await.causes;
            assert_eq!(causes, [Cause::WritesWait], "the only writer is held, and not silent");
        }
        drop(writer);
        candidate.save(1, &items[0], 2, serde_json::json!(null)).await.expect(200);
    }
}
