//! What people send is read in processes of their own: it costs little, and ends nobody.

use std::{
    fs,
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use jurat::base::Clock;
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    both,
    support::{
        self, Actor, Answer, On, PASSWORD, TestApp,
        centre::{House, accept_path, confirm_path, newcomer, session_body, text},
        day::centre_body,
        process::{Data, offline},
        start_read_by,
    },
};

const JURAT: &str = env!("CARGO_BIN_EXE_jurat");
/// The most memory that a reader may hold for a case, KiB.
const MOST_KIB: u64 = 64 * 1024;

pub fn case(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(name)).unwrap()
}

/// A reader of a list, which waits for its input.
fn reader() -> Child {
    let mut command = Command::new(JURAT);
    command.args(["read", "list", "--today", "2027-03-01"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap()
}

/// What a reader tells of a list.
fn told(bytes: &[u8]) -> Value {
    let mut child = reader();
    child.stdin.take().unwrap().write_all(bytes).unwrap();
    let ended = child.wait_with_output().unwrap();
    assert!(ended.status.success(), "{:?}", ended.status);
    serde_json::from_slice(&ended.stdout).unwrap()
}

#[test]
fn lists_that_cost_hundreds_of_mebibytes_are_read_within_64() {
    let mib = |text: &str| text.repeat((5 << 20) / text.len()).into_bytes();
    let row = format!("{}x\n", "x;".repeat(255));
    let cases = [
        ("sst-count.xlsx", case("sst-count.xlsx"), "cells"),
        ("repeated-cell.ods", case("repeated-cell.ods"), "cells"),
        ("wide-rows.xlsx", case("wide-rows.xlsx"), "too_many_rows"),
        ("5 MiB of ;", mib(";"), "empty_list"),
        ("5 MiB of x;", mib("x;"), "columns"),
        ("5 MiB of lines", mib("x\n"), "too_many_rows"),
        ("5 MiB of full rows", mib(&row), "cells"),
        ("5 MiB of quotes", mib("\""), "missing_column"),
    ];
    for (name, bytes, expected) in cases {
        let told = told(&bytes);
        let peak = told["peak_kib"].as_u64().unwrap();
        println!("{name}: {} MiB resident at most", peak / 1024);
        assert!(told["answer"].to_string().contains(expected), "{name}: {}", told["answer"]);
        assert!((1..=MOST_KIB).contains(&peak), "{name}: {peak} KiB");
    }
}

#[test]
fn reader_may_neither_grow_nor_open_nor_write_nor_outlive_its_starter() {
    let mut child = reader();
    let about = |what: &str| fs::read_to_string(format!("/proc/{}/{what}", child.id())).unwrap();
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let began = Instant::now();
    while !squeezed(&about("limits")).contains("Max cpu time 10 11 seconds") {
        assert!(began.elapsed() < Duration::from_secs(10), "{}", about("limits"));
    }
    let limits = squeezed(&about("limits"));
    for limit in [
        "Max address space 268435456 268435456 bytes",
        "Max open files 0 0 files",
        "Max file size 0 0 bytes",
        "Max core file size 0 0 bytes",
        "Max processes 0 0 processes",
    ] {
        assert!(limits.contains(limit), "{limit}: {limits}");
    }
    let status = about("status");
    assert!(status.contains("NoNewPrivs:\t1") && status.contains("Threads:\t1\n"), "{status}");
    child.kill().unwrap();
    child.wait().unwrap();
}

async fn preview(app: &TestApp, bytes: Vec<u8>) -> Answer {
    let mut house = app.house("Halimi").await;
    let path = preview_path(&mut house).await;
    house.manager.upload(&path, bytes).await
}

async fn preview_path(house: &mut House) -> String {
    format!("/api/v1/sessions/{}/candidate-list/preview", house.session().await)
}

both! {
    async fn list_that_would_end_the_server_is_refused_and_the_server_lives(app: TestApp) {
        let mut house = app.house("Halimi").await;
        let path = preview_path(&mut house).await;
        for (name, words) in [("sst-count.xlsx", "400,000"), ("repeated-cell.ods", "400,000")] {
            let refused = house.manager.upload(&path, case(name)).await;
            let refused = refused.refused(422, "list_too_large");
            let reason = text(&refused["reason"]["en"]);
            assert!(reason.starts_with("The file is too large to be read: "), "{reason}");
            assert!(reason.contains(words), "{reason}");
        }
        let wide = house.manager.upload(&path, case("wide-rows.xlsx")).await.expect(200);
        let errors = wide["errors"].as_array().unwrap();
        let many = errors.iter().find(|error| error["code"] == "too_many_rows").unwrap();
        assert!(text(&many["reason"]["en"]).contains("5000"), "{many}");
        let list = "Nom;Prénom;Date de naissance\nLe Goff;Zoë;24/05/2001\n";
        let good = house.manager.upload(&path, list.into()).await.expect(200);
        assert_eq!(good["errors"], json!([]));
    }
}

/// A reader that does something before it becomes Jurat's own; it may use the folder it stands in.
struct Staged {
    folder: TempDir,
    app: TestApp,
}

impl Staged {
    async fn new(before: &str, patience_s: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("reader");
        let here = folder.path().display();
        let script = format!("#!/bin/sh\ncd {here}\n{before}\nexec {JURAT} \"$@\"\n");
        fs::write(&program, script).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).unwrap();
        let app = start_read_by(On::Sqlite, support::reader(&program, patience_s)).await;
        Self { folder, app }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn lines(&self, name: &str) -> Vec<String> {
        let text = fs::read_to_string(self.file(name)).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// Waits until a file has so many lines.
    async fn has_lines(&self, name: &str, count: usize) -> Vec<String> {
        for _ in 0..500 {
            let lines = self.lines(name);
            if lines.len() >= count {
                return lines;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{name} never had {count} lines: {:?}", self.lines(name));
    }
}

/// Whether a process is there and not only waiting to be counted.
fn runs(pid: &str) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    !status.is_empty() && !status.contains("State:\tZ")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reader_that_is_killed_means_that_the_list_is_too_large() {
    let stage = Staged::new("kill -KILL $$", 15).await;
    let refused = preview(&stage.app, b"Nom".to_vec()).await.refused(422, "list_too_large");
    assert!(text(&refused["reason"]["fr"]).contains("256\u{a0}Mio de mémoire"), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reader_that_breaks_means_that_the_list_is_damaged() {
    let stage = Staged::new("echo no JSON; exit 101", 15).await;
    let refused = preview(&stage.app, b"Nom".to_vec()).await.refused(422, "unreadable_list");
    assert!(text(&refused["reason"]["en"]).contains("damaged"), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reader_that_hangs_is_ended_by_the_wall_clock() {
    let stage = Staged::new("echo $$ >> pids; kill -STOP $$", 1).await;
    let refused = preview(&stage.app, b"Nom".to_vec()).await.refused(422, "list_too_large");
    assert!(text(&refused["reason"]["en"]).contains("longer than 15 s"), "{refused}");
    let pid = &stage.lines("pids")[0];
    for _ in 0..100 {
        if !runs(pid) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the reader {pid} is still there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reader_that_cannot_be_started_is_not_the_fault_of_the_list() {
    let stage = Staged::new("", 15).await;
    fs::remove_file(stage.file("reader")).unwrap();
    let answer = preview(&stage.app, b"Nom".to_vec()).await;
    answer.refused(503, "unavailable");
    assert!(answer.headers.contains_key("retry-after"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_lists_are_read_at_a_time_and_the_others_wait_their_turn() {
    let before = format!("echo + >> log; {JURAT} \"$@\"; echo - >> log; exit 0");
    let stage = Staged::new(&before, 15).await;
    let mut house = stage.app.house("Halimi").await;
    let path = preview_path(&mut house).await;
    let list = "Nom;Prénom;Date de naissance\nLe Goff;Zoë;24/05/2001\n";
    let request = || house.manager.request(Method::POST, &path).body(list).send();
    let answers = join_all((0..30).map(|_| request())).await;
    assert!(answers.into_iter().all(|answer| answer.unwrap().status() == 200));
    let (mut running, mut most) = (0, 0);
    let log = stage.has_lines("log", 60).await;
    for line in log {
        running += if line == "+" { 1 } else { -1 };
        most = most.max(running);
    }
    assert_eq!((running, most), (0, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_many_lists_wait_as_memory_is_for_and_whoever_comes_after_comes_back() {
    let stage = Staged::new("while [ -e stop ]; do sleep 0.05; done", 15).await;
    fs::write(stage.file("stop"), "").unwrap();
    let mut house = stage.app.house("Halimi").await;
    let path = preview_path(&mut house).await;
    let list = "Nom;Prénom;Date de naissance\nLe Goff;Zoë;24/05/2001\n";
    let mut asked = tokio::task::JoinSet::new();
    for _ in 0..40 {
        asked.spawn(house.manager.request(Method::POST, &path).body(list).send());
    }
    for _ in 0..8 {
        let told = asked.join_next().await.unwrap().unwrap().unwrap();
        assert_eq!(told.status(), 503);
        assert!(told.headers().contains_key("retry-after"));
    }
    fs::remove_file(stage.file("stop")).unwrap();
    while let Some(answer) = asked.join_next().await {
        assert_eq!(answer.unwrap().unwrap().status(), 200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn caller_that_leaves_gives_its_turn_back_and_ends_its_reader() {
    let stage = Staged::new("[ -e stop ] && echo $$ >> pids && kill -STOP $$", 60).await;
    fs::write(stage.file("stop"), "").unwrap();
    let mut house = stage.app.house("Halimi").await;
    let path = preview_path(&mut house).await;
    let leaving: Vec<_> = (0..2)
        .map(|_| tokio::spawn(house.manager.request(Method::POST, &path).body("Nom").send()))
        .collect();
    let pids = stage.has_lines("pids", 2).await;
    fs::remove_file(stage.file("stop")).unwrap();
    leaving.iter().for_each(tokio::task::JoinHandle::abort);
    let began = Instant::now();
    house.manager.upload(&path, b"Nom".to_vec()).await.expect(200);
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    assert!(pids.iter().all(|pid| !runs(pid)), "{pids:?}");
}

/// A manager at a server that was just set up, and where a list of a session is previewed.
pub async fn manager_at(url: &str) -> (Actor, String) {
    let mut admin = Actor::new(url);
    let body = json!({ "email": "admin@jurat.example", "password": PASSWORD });
    admin.post("/api/v1/sign-in", body).await.expect(200);
    let created = admin.post("/api/v1/centres", centre_body("manager")).await.expect(201);
    let mut manager = Actor::new(url);
    let invitation = &created["invitation"];
    manager.post(&accept_path(invitation), newcomer("Manager")).await.expect(200);
    let reached = json!({ "display_name": "Manager" });
    admin.post(&confirm_path(invitation), reached).await.expect(204);
    let body = json!({ "email": invitation["email"], "password": PASSWORD });
    manager.post("/api/v1/sign-in", body).await.expect(200);
    let mut session = session_body();
    let tomorrow = Clock::system().now() + chrono::Duration::days(1);
    session["date"] = json!(tomorrow.format("%Y-%m-%d").to_string());
    let path = format!("/api/v1/centres/{}/sessions", text(&created["centre"]["id"]));
    let planned = manager.post(&path, session).await.expect(201);
    (manager, format!("/api/v1/sessions/{}/candidate-list/preview", text(&planned["id"])))
}

#[test]
fn list_is_read_though_the_program_was_replaced_and_a_refusal_in_the_log_names_nobody() {
    let data = Data::empty(On::Sqlite);
    let create =
        ["admin", "create", "--email", "admin@jurat.example", "--name", "The administrator"];
    let created = data.jurat(&create).env("JURAT_ADMIN_PASSWORD", PASSWORD).output().unwrap();
    assert!(created.status.success(), "{created:?}");
    let program = data.path().join("jurat");
    fs::copy(JURAT, &program).unwrap();
    let server = data.serve_from(&program);
    fs::remove_file(&program).unwrap();
    let list = "Nom;Prénom;Date de naissance\nLe Goff;Zoë;24/05/2001\n";
    offline(async {
        let (mut manager, path) = manager_at(&server.url).await;
        let read = manager.upload(&path, list.into()).await.expect(200);
        assert_eq!(read["rows"][0]["family_name"], "Le Goff");
        let broken = [b"PK\x03\x04", list.as_bytes()].concat();
        manager.upload(&path, broken).await.refused(422, "unreadable_list");
    });
    let line = server.says("a list was refused");
    for words in ["\"format\":\"zip\"", "\"size\":58", "\"cause\":\"damaged\""] {
        assert!(line.contains(words), "{words}: {line}");
    }
    assert!(!line.contains("Goff") && !line.contains("l.csv"), "{line}");
}
