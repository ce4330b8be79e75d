//! Somebody sets the wall clock of the machine, or of the database server, while an exam runs: real
//! processes, a wall clock that is moved under them.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use jurat::{
    app::App,
    attempt::{self, rules::Command},
    base::{AttemptId, Clock},
    enrolment::ExtraTime,
    journal::Actor as Who,
    people::{self, Role},
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{
    Actor, On, PASSWORD,
    exam::{Candidate, Room, door, open_room},
    postgres::Cluster,
    process::{Data, Server, offline},
};

/// Seconds that the candidate has whose part is sealed within the story.
const SHORT_S: i64 = 14;
const ADMIN: &str = "operator@jurat.example";

/// A wall clock that a test sets: a preloaded library reads by how much from a file.
struct Wall {
    folder: TempDir,
    library: PathBuf,
}

impl Wall {
    fn right() -> Self {
        let arch = std::fs::read_dir("/usr/lib").unwrap().filter_map(Result::ok);
        let library = arch
            .map(|entry| entry.path().join("faketime/libfaketimeMT.so.1"))
            .find(|path| path.exists())
            .expect("faketime is installed (scripts/install-test-tools)");
        let wall = Self { folder: tempfile::tempdir().unwrap(), library };
        // the database server is another user
        let all = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(wall.folder.path(), all).unwrap();
        wall.set(0);
        wall
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("by")
    }

    /// Sets it off by so many seconds.
    fn set(&self, seconds: i64) {
        let next = self.folder.path().join("next");
        std::fs::write(&next, format!("{seconds:+}\n")).unwrap();
        std::fs::rename(next, self.file()).unwrap();
    }

    fn environment(&self) -> Vec<(String, String)> {
        let text = |path: &Path| path.display().to_string();
        [
            ("LD_PRELOAD", text(&self.library)),
            ("FAKETIME_TIMESTAMP_FILE", text(&self.file())),
            ("FAKETIME_NO_CACHE", "1".to_owned()),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
            ("NO_FAKE_STAT", "1".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec()
    }
}

fn serve(data: &Data, wall: Option<&Wall>) -> Server {
    let environment = wall.map(Wall::environment).unwrap_or_default();
    let environment: Vec<_> =
        environment.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    data.serve_with(&environment)
}

async fn order(app: &App, room: &Room, command: Command, attempts: &[AttemptId]) {
    let who = Who::Person(room.invigilator);
    let done = attempt::command(app, who, room.session, &command, attempts).await.unwrap();
    assert_eq!(done.refused, []);
}

/// A room in which everybody is admitted; Hopper has a long time left and Lovelace a short one. When
/// that ends, by a clock that nobody sets.
async fn prepare(data: &Data) -> (Room, Instant, DateTime<Utc>) {
    let app = data.open().await;
    people::create_with_role(&app, ADMIN, "Operator", PASSWORD, Role::Admin).await.unwrap();
    let room = open_room(&app, &["Hopper", "Lovelace", "Noether"], ExtraTime::NONE).await;
    let all: Vec<_> = room.attempts.values().copied().collect();
    order(&app, &room, Command::CheckIn, &all).await;
    order(&app, &room, Command::Admit, &all).await;
    let short = room.attempts["Lovelace"];
    attempt::start_part(&app, room.attempts["Hopper"], 1).await.unwrap();
    attempt::start_part(&app, short, 1).await.unwrap();
    let shorten = Command::Extend { seconds: SHORT_S - 3600, reason: "test".to_owned() };
    order(&app, &room, shorten, &[short]).await;
    let deadline = attempt::snapshot(&app, short).await.unwrap().parts[0].deadline.unwrap();
    let real = Instant::now() + (deadline - app.clock.now()).to_std().unwrap();
    app.db.close().await;
    (room, real, deadline)
}

async fn sit(url: &str, name: &str) -> Candidate {
    let mut browser = Actor::new(url);
    browser.post("/api/v1/entry", door(name)).await.expect(200);
    Candidate { browser, epoch: 1 }
}

async fn signed_in(url: &str) -> Actor {
    let mut actor = Actor::new(url);
    let body = json!({ "email": ADMIN, "password": PASSWORD });
    actor.post("/api/v1/sign-in", body).await.expect(200);
    actor
}

/// What is left by the page, in seconds.
fn left_s(view: &Value) -> f64 {
    let at = |told: &Value| told.as_str().unwrap().parse::<DateTime<Utc>>().unwrap();
    let left = at(&view["parts"][0]["deadline"]) - at(&view["server_now"]);
    left.as_seconds_f64()
}

/// What the administrator is told once it is as wanted.
async fn told(admin: &mut Actor, wanted: impl Fn(&Value) -> bool) -> Value {
    let mut told = json!(null);
    for _ in 0..100 {
        // a database server whose clock jumps may end a statement that has just begun
        let answer = admin.get("/api/v1/clock").await;
        if answer.status == 200 {
            told = answer.expect(200);
            if wanted(&told) {
                return told;
            }
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the clock stays at {told}");
}

fn near(told: &Value, seconds: i64) -> bool {
    told.as_i64().is_some_and(|told| (told - seconds).abs() <= 1)
}

/// The clock that counts is stepped under a running server: its own, or its database's.
fn the_clock_is_set(data: &Data, wall: &Wall, of_server: bool, by: i64) {
    let (room, end, deadline) = offline(prepare(data));
    let faked = of_server.then_some(wall);
    let server = serve(data, faked);
    let mut people = offline(async {
        let mut short = sit(&server.url, "Lovelace").await;
        assert_eq!(short.view().await["state"], "running");
        (signed_in(&server.url).await, short, sit(&server.url, "Noether").await)
    });
    wall.set(by);
    offline(async {
        let (admin, short, waiting) = &mut people;
        let alarm = told(admin, |told| !told["since"].is_null()).await;
        assert!(near(&alarm["difference_s"], by), "{alarm}");
        let real = end.saturating_duration_since(Instant::now()).as_secs_f64();
        let view = short.view().await;
        assert_eq!(view["state"], "running");
        assert!((left_s(&view) - real).abs() < 1.0, "{} of {real}", left_s(&view));
        waiting.try_start(1).await.refused(503, "clock_disagrees");
        let ready = Actor::new(&server.url).get("/readyz").await.expect(200);
        assert!(near(&ready["clock_difference_s"], by), "{ready}");
    });
    server.says("the wall clock disagrees");
    server.kill();

    let server = serve(data, faked);
    let (admin, short, waiting) = people;
    offline(async {
        let mut admin = admin.moved_to(&server.url);
        let browsers = [short, waiting].map(|c| c.browser.moved_to(&server.url));
        let [mut short, mut waiting] = browsers.map(|browser| Candidate { browser, epoch: 1 });
        let alarm = told(&mut admin, |told| !told["since"].is_null()).await;
        assert!(near(&alarm["difference_s"], by), "after a restart: {alarm}");
        if let Some(real) = end.checked_duration_since(Instant::now()) {
            let left = left_s(&short.view().await);
            assert!((left - real.as_secs_f64()).abs() < 1.0, "{left} of {real:?}");
        }
        tokio::time::sleep_until((end + Duration::from_millis(500)).into()).await;
        assert_eq!(short.view().await["state"], "running", "the grace has not passed");
        tokio::time::sleep_until((end + Duration::from_secs(8)).into()).await;
        let view = short.view().await;
        let sealed: DateTime<Utc> =
            view["parts"][0]["sealed_at"].as_str().unwrap().parse().unwrap();
        assert_eq!(sealed, deadline, "at its real end");

        let mut long = sit(&server.url, "Hopper").await;
        let before = (left_s(&long.view().await), Instant::now());
        let seen = told(&mut admin, |_| true).await["difference_s"].clone();
        let body = json!({ "difference_s": seen });
        let after = admin.post("/api/v1/clock/acceptance", body).await.expect(200);
        assert!(near(&after["difference_s"], 0) && after["since"].is_null(), "{after}");
        let moved = after["agreed"].as_str().unwrap().parse::<DateTime<Utc>>().unwrap();
        let wall = Clock::system().wall() + chrono::Duration::seconds(by);
        assert!((moved - wall).abs() < chrono::Duration::seconds(3), "{moved} is not {wall}");
        let left = left_s(&long.view().await) + before.1.elapsed().as_secs_f64();
        assert!((left - before.0).abs() < 1.0, "{left} after {}", before.0);
        waiting.start(1).await;
    });
    server.kill();
    drop(room);
}

#[test]
fn an_hour_ahead_on_one_machine() {
    the_clock_is_set(&Data::empty(On::Sqlite), &Wall::right(), true, 3600);
}

#[test]
fn an_hour_back_on_one_machine() {
    the_clock_is_set(&Data::empty(On::Sqlite), &Wall::right(), true, -3600);
}

#[test]
fn an_hour_ahead_at_the_database_server() {
    let wall = Wall::right();
    let cluster = Cluster::under(&wall.environment());
    the_clock_is_set(&Data::on(cluster.fresh_database()), &wall, false, 3600);
}

#[test]
fn an_hour_back_at_the_database_server() {
    let wall = Wall::right();
    let cluster = Cluster::under(&wall.environment());
    the_clock_is_set(&Data::on(cluster.fresh_database()), &wall, false, -3600);
}

/// Two servers, one of them an hour wrong: they agree by the database, and the wrong one says so.
#[test]
fn servers_with_different_clocks_agree_by_the_database() {
    let data = Data::empty(On::Postgres);
    let (_, end, deadline) = offline(prepare(&data));
    let wall = Wall::right();
    wall.set(3600);
    let (right, wrong) = (serve(&data, None), serve(&data, Some(&wall)));
    wrong.says("the clock of this machine is wrong");
    offline(async {
        let mut admin = signed_in(&wrong.url).await;
        let standing = told(&mut admin, |_| true).await;
        assert!(near(&standing["own_difference_s"], 3600), "{standing}");
        assert!(near(&standing["difference_s"], 0) && standing["since"].is_null(), "{standing}");
        let mut here = sit(&right.url, "Lovelace").await;
        let mut there = Candidate { browser: here.browser.moved_to(&wrong.url), epoch: 1 };
        let (one, other) = (left_s(&here.view().await), left_s(&there.view().await));
        assert!((one - other).abs() < 0.5, "{one} and {other}");
        sit(&wrong.url, "Noether").await.start(1).await;
        wall.set(-3600);
        told(&mut admin, |told| near(&told["own_difference_s"], -3600)).await;
        tokio::time::sleep_until((end + Duration::from_secs(8)).into()).await;
        let sealed = there.view().await["parts"][0]["sealed_at"].clone();
        assert_eq!(sealed.as_str().unwrap().parse::<DateTime<Utc>>().unwrap(), deadline);
    });
}
