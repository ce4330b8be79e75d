//! A disk that fills or fails under the embedded database: nobody is told that an answer is kept which
//! is not, and the exam goes on by itself.

use std::time::Duration;

use crate::support::{
    On,
    disk::{Faults, SmallDisk},
    exam::{CODE, Room},
    process::{Data, Server, offline},
    sitting::{Sitting, Told, ask, assert_whole},
};

/// Who is told that it is not possible now is told by then.
const SOON: Duration = Duration::from_secs(3);

async fn sit(server: &Server, room: &Room) -> Sitting {
    let mut sitting = Sitting::begin(&server.url, room, CODE, "Hopper").await;
    assert_eq!(sitting.save().await.status, 200);
    assert_eq!(ask(&server.url, "/readyz").await.status, 200);
    sitting
}

fn serve(data: &Data, faults: &Faults) -> Server {
    let environment = faults.environment();
    let environment: Vec<_> = environment.iter().map(|(name, value)| (*name, &**value)).collect();
    data.serve_with(&environment)
}

/// The data is whole, what was acknowledged is there.
fn look_at_the_end(data: &Data, room: &Room, sitting: &Sitting) {
    offline(async {
        let app = data.open().await;
        assert_whole(&app).await;
        sitting.assert_kept(&app, room).await;
    });
}

fn assert_told_soon(told: &Told) {
    assert_eq!(told.status, 503, "{told:?}");
    assert!(told.took < SOON, "{told:?}");
    assert_eq!(told.body["type"], "/problems/unavailable");
}

/// Answers until one finds no room, and many more.
async fn answer_into_the_full_disk(sitting: &mut Sitting) {
    let mut refused = 0;
    for _ in 0..400 {
        let told = sitting.save().await;
        if told.status != 200 {
            assert_told_soon(&told);
            refused += 1;
            if refused == 100 {
                return;
            }
        }
    }
    panic!("the disk is not full after 400 answers");
}

/// The causes that `/readyz` tells, once it has looked again.
async fn causes(url: &str) -> Vec<String> {
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let told = ask(url, "/readyz").await;
    assert!(told.took < Duration::from_secs(2), "{told:?}");
    assert_eq!(told.status == 200, told.body["ready"] == true, "{told:?}");
    let causes = told.body["causes"].as_array().unwrap();
    causes.iter().map(|cause| cause.as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_full_disk_stops_nothing_for_longer_than_it_is_full() {
    let data = Data::empty(On::Sqlite);
    let Some(disk) = SmallDisk::over(data.path(), "40m") else { return };
    let room = offline(data.with_one("Hopper"));
    let server = data.serve();
    let sitting = offline(async {
        let mut sitting = sit(&server, &room).await;
        let ballast = disk.fill();
        answer_into_the_full_disk(&mut sitting).await;
        assert_eq!(causes(&server.url).await, ["disk_full", "little_room"]);
        assert_eq!(sitting.look().await.status, 200, "what is there can still be read");
        std::fs::remove_file(ballast).unwrap();
        sitting.save_at_last(SOON).await;
        assert_eq!(causes(&server.url).await, [""; 0]);
        sitting
    });
    let log = server.log();
    let errors: Vec<_> = log.iter().filter(|line| line.contains("ERROR")).collect();
    assert!((1..=6).contains(&errors.len()), "{errors:#?}");
    server.kill();
    look_at_the_end(&data, &room, &sitting);
    drop(disk);
}

/// Lets each of the first calls of a commit fail once; the next answer is kept.
fn one_failure_is_survived(call: &str, error: &str, calls: u32) {
    let data = Data::empty(On::Sqlite);
    let room = offline(data.with_one("Hopper"));
    let faults = Faults::under(data.path());
    let server = serve(&data, &faults);
    let sitting = offline(async {
        let mut sitting = sit(&server, &room).await;
        let mut failed = 0;
        for before in 0..calls {
            faults.begin(&format!("{call} {error} {before} once"));
            let told = sitting.save().await;
            if told.status != 200 {
                assert_told_soon(&told);
                failed += 1;
            }
            while faults.is_on() {
                sitting.save().await;
            }
            sitting.save_at_last(SOON).await;
        }
        assert!(failed > 0, "no answer met the fault");
        assert_eq!(causes(&server.url).await, [""; 0]);
        sitting
    });
    server.kill();
    look_at_the_end(&data, &room, &sitting);
}

#[test]
fn one_write_that_fails_is_told_and_the_next_is_kept() {
    one_failure_is_survived("write", "EIO", 6);
}

#[test]
fn one_flush_that_fails_is_told_and_the_next_is_kept() {
    one_failure_is_survived("sync", "EIO", 2);
}

#[test]
fn one_write_without_room_is_told_and_the_next_is_kept() {
    one_failure_is_survived("write", "ENOSPC", 6);
}

#[test]
fn a_disk_that_fails_twice_ends_the_server_with_one_clear_line() {
    for call in ["write", "sync"] {
        let data = Data::empty(On::Sqlite);
        let room = offline(data.with_one("Hopper"));
        let faults = Faults::under(data.path());
        let server = serve(&data, &faults);
        let sitting = offline(async {
            let mut sitting = sit(&server, &room).await;
            faults.begin(&format!("{call} EIO 0 lasting"));
            let told = sitting.save().await;
            assert!([503, 0].contains(&told.status), "{told:?}");
            sitting
        });
        let (status, log) = server.ended();
        assert_eq!(status.code(), Some(1), "{log:#?}");
        let clear = "jurat: the disk of the database failed twice: ";
        assert_eq!(log.iter().filter(|line| line.starts_with(clear)).count(), 1, "{log:#?}");
        look_at_the_end(&data, &room, &sitting);
    }
}

#[test]
fn a_flush_without_room_is_waited_for_like_a_full_disk() {
    let data = Data::empty(On::Sqlite);
    let room = offline(data.with_one("Hopper"));
    let faults = Faults::under(data.path());
    let server = serve(&data, &faults);
    let sitting = offline(async {
        let mut sitting = sit(&server, &room).await;
        faults.begin("sync ENOSPC 0 lasting");
        for _ in 0..10 {
            assert_told_soon(&sitting.save().await);
        }
        assert_eq!(causes(&server.url).await, ["disk_full"]);
        faults.end();
        sitting.save_at_last(SOON).await;
        sitting
    });
    server.kill();
    look_at_the_end(&data, &room, &sitting);
}
