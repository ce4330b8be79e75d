//! What section "Speed and size" promises, measured: `cargo bench`.
//!
//! Starts the real server on an embedded SQLite file (fsync before every acknowledgement) and 64
//! candidates who answer in a closed loop, on the same machine. Prints a table; asserts nothing.

#![expect(clippy::cast_precision_loss, reason = "counts and sizes are far below 2^52")]

mod room;

use std::{
    io::Read,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use room::{Candidate, Room};

/// Candidates who answer at the same time.
const CANDIDATES: usize = 64;
/// Answers of one run.
const ANSWERS: usize = 6_400;
/// Runs; the table shows the median.
const RUNS: usize = 3;

/// No candidate types as fast as these: the pace of a seat is lifted.
const PACE_LIFTED: &str = "1000000";

struct Server {
    child: Child,
    url: String,
    _folder: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn jurat(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jurat"));
    command.env("JURAT_DATA", folder).env("RUST_LOG", "warn");
    command
}

/// Starts a server and returns it with the time to its first answer.
async fn start() -> (Server, Duration) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = free.local_addr().expect("an address");
    drop(free);
    let created = jurat(folder.path())
        .args(["admin", "create", "--email", "admin@jurat.example", "--name", "Alix"])
        .env("JURAT_ADMIN_PASSWORD", room::PASSWORD)
        .stdout(Stdio::null())
        .status();
    assert!(created.is_ok_and(|status| status.success()), "jurat admin create failed");
    let begun = Instant::now();
    let child = jurat(folder.path())
        .args(["serve", "--listen", &address.to_string()])
        .args(["--answers-per-s", PACE_LIFTED, "--answers-burst", PACE_LIFTED])
        .spawn()
        .expect("jurat serve starts");
    let url = format!("http://{address}");
    while reqwest::get(format!("{url}/healthz")).await.is_err() {
        assert!(begun.elapsed() < Duration::from_secs(20), "jurat serve does not answer");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    (Server { child, url, _folder: folder }, begun.elapsed())
}

/// CPU seconds that a process has used.
fn cpu_s(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("the process runs");
    let after_name = stat.rsplit(')').next().expect("a name in brackets");
    let field = |at: usize| after_name.split_whitespace().nth(at).expect("a field");
    let ticks: f64 = [11, 12].map(|at| field(at).parse::<f64>().expect("ticks")).iter().sum();
    ticks / 100.0
}

/// Resident memory of a process, MiB.
fn resident_mib(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("it runs");
    let line = status.lines().find(|line| line.starts_with("VmRSS")).expect("a size");
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<f64>().ok()).expect("kB") / 1024.0
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

struct Run {
    server_cpu_s: f64,
    client_cpu_s: f64,
    per_second: f64,
    p50_ms: f64,
    p99_ms: f64,
}

async fn answer_all(server: &Server, candidates: &mut [Candidate]) -> Run {
    let each = ANSWERS / CANDIDATES;
    let (server_before, client_before) = (cpu_s(server.child.id()), cpu_s(std::process::id()));
    let begun = Instant::now();
    let took = join_all(candidates.iter_mut().map(|candidate| candidate.answer(each))).await;
    let wall = begun.elapsed().as_secs_f64();
    let mut took: Vec<f64> = took.into_iter().flatten().collect();
    took.sort_by(f64::total_cmp);
    Run {
        server_cpu_s: (cpu_s(server.child.id()) - server_before) / took.len() as f64 * 1000.0,
        client_cpu_s: (cpu_s(std::process::id()) - client_before) / took.len() as f64 * 1000.0,
        per_second: took.len() as f64 / wall,
        p50_ms: took[took.len() / 2] * 1000.0,
        p99_ms: took[took.len() * 99 / 100] * 1000.0,
    }
}

/// Bytes of script and style that the exam page loads first, as they travel (brotli).
async fn exam_page_kb(url: &str) -> f64 {
    let http = reqwest::Client::new();
    let load = async |path: &str| {
        let asked = http.get(format!("{url}{path}")).header("accept-encoding", "br").send().await;
        let found = asked.and_then(reqwest::Response::error_for_status).expect("it is served");
        found.bytes().await.expect("bytes").len()
    };
    let page = http.get(format!("{url}/exam")).send().await.expect("the exam page");
    let html = page.text().await.expect("a text");
    let links: Vec<&str> = html.split('"').filter(|text| text.starts_with("/assets/")).collect();
    assert!(!links.is_empty(), "the web application is not built: run `make ui`");
    let mut total = load("/exam").await;
    for link in links {
        total += load(link).await;
    }
    total as f64 / 1000.0
}

fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let mut info = String::new();
    let read = std::fs::File::open("/proc/cpuinfo").and_then(|mut f| f.read_to_string(&mut info));
    let model = read.ok().and_then(|_| {
        let line = info.lines().find(|line| line.starts_with("model name"))?;
        line.split(':').nth(1).map(|name| name.trim().to_owned())
    });
    format!("{cores} cores, {}", model.unwrap_or_else(|| "unknown processor".into()))
}

#[tokio::main]
async fn main() {
    let mut starts = Vec::new();
    for _ in 0..RUNS {
        starts.push(start().await.1.as_secs_f64() * 1000.0);
    }
    eprintln!("server started {RUNS} times; now {CANDIDATES} candidates enter");
    let (server, _) = start().await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let idle = resident_mib(server.child.id());
    let room = Room::fill(&server.url, CANDIDATES).await;
    let mut candidates = room.candidates;
    answer_all(&server, &mut candidates).await;
    let mut runs = Vec::new();
    for run in 1..=RUNS {
        runs.push(answer_all(&server, &mut candidates).await);
        eprintln!("run {run} of {RUNS}: {ANSWERS} answers");
    }
    let of = |value: fn(&Run) -> f64| median(runs.iter().map(value).collect());
    println!("machine: {}; load generator on the same cores; {RUNS} runs, medians", machine());
    println!("{:<62} {:>10} {:>8} {:>7}", "work", "measured", "goal", "ratio");
    let row = |work: &str, unit: &str, measured: f64, goal: Option<f64>| {
        let shown = format!("{measured:.2} {unit}");
        let (goal, ratio) = goal.map_or_else(
            || (String::from("-"), String::from("-")),
            |goal| (format!("{goal} {unit}"), format!("{:.2}", measured / goal)),
        );
        println!("{work:<62} {shown:>10} {goal:>8} {ratio:>7}");
    };
    row(
        "server CPU for 1,000 durable answers, 64 candidates",
        "s",
        of(|r| r.server_cpu_s),
        Some(1.0),
    );
    row("load generator CPU for the same", "s", of(|r| r.client_cpu_s), None);
    row("durable answers a second", "/s", of(|r| r.per_second), None);
    row("answer acknowledged, p50", "ms", of(|r| r.p50_ms), None);
    row("answer acknowledged, p99", "ms", of(|r| r.p99_ms), None);
    row("server start to first answer", "ms", median(starts), Some(1000.0));
    row("resident memory, idle", "MiB", idle, Some(60.0));
    row("resident memory after the load", "MiB", resident_mib(server.child.id()), None);
    row("exam page, first load, compressed", "kB", exam_page_kb(&server.url).await, Some(120.0));
}
