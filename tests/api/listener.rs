//! What connections can do to the server, and what they cannot: real sockets, real processes.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use jurat::{attempt::rules::Command, enrolment::ExtraTime};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{
    Actor, On,
    exam::{Candidate, door, open_room, plausible},
    process::{Data, Server},
};

/// Connections that say nothing.
const SILENT: usize = 1_500;
/// What nobody may wait longer for.
const AT_ONCE: Duration = Duration::from_secs(2);

/// Lets this process open `needed` connections; says so and lets fewer be opened where it cannot.
fn connections(needed: usize) -> usize {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).unwrap();
    let possible = maximum.map_or(needed, |most| usize::try_from(most).unwrap() / 2);
    if possible < needed {
        println!("this process may open {possible} connections instead of {needed}");
    }
    needed.min(possible)
}

fn address(server: &Server) -> &str {
    server.url.strip_prefix("http://").unwrap()
}

async fn connect(server: &Server, number: usize) -> Vec<TcpStream> {
    let connecting = (0..number).map(|_| TcpStream::connect(address(server)));
    join_all(connecting).await.into_iter().map(Result::unwrap).collect()
}

/// One request on a connection of its own, as text; the answer, as far as it comes.
async fn asked(server: &Server, text: &str) -> String {
    let mut stream = TcpStream::connect(address(server)).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

/// How long the page that everybody enters by takes.
async fn entry_page(server: &Server) -> Duration {
    let begun = Instant::now();
    let page = reqwest::get(format!("{}/exam", server.url)).await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().contains("<html"));
    begun.elapsed()
}

/// A server on which one candidate answers, with what is asked.
async fn candidate(
    data: &Data,
    start: impl FnOnce(&Data) -> Server,
) -> (Server, Candidate, Vec<serde_json::Value>) {
    let app = data.open().await;
    let room = open_room(&app, &["Hopper"], ExtraTime::NONE).await;
    let all: Vec<_> = room.attempts.values().copied().collect();
    for command in [Command::CheckIn, Command::Admit] {
        let who = jurat::journal::Actor::Person(room.invigilator);
        jurat::attempt::command(&app, who, room.session, &command, &all).await.unwrap();
    }
    app.db.close().await;
    drop(app);
    let server = start(data);
    let mut browser = Actor::new(&server.url);
    browser.post("/api/v1/entry", door("Hopper")).await.expect(200);
    let mut candidate = Candidate { browser, epoch: 1 };
    let items = candidate.start(1).await;
    (server, candidate, items)
}

/// How long an answer takes until it is durable.
async fn answer(candidate: &mut Candidate, item: &serde_json::Value, revision: usize) -> Duration {
    let path = format!("/api/v1/attempt/answers/{}", item["id"].as_str().unwrap());
    let value = plausible(item, revision);
    let body = json!({ "part": 1, "epoch": 1, "revision": revision, "value": value });
    let begun = Instant::now();
    candidate.browser.put(&path, body).await.expect(200);
    begun.elapsed()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silent_connections_keep_nobody_waiting_and_end() {
    let silent = connections(SILENT);
    let data = Data::empty(On::Sqlite);
    let (server, mut hopper, items) = candidate(&data, |data| data.serve_within(256, 1024)).await;
    let mut streams = connect(&server, silent).await;
    let opened = Instant::now();
    for revision in 1..=20 {
        let took = answer(&mut hopper, &items[0], revision).await;
        assert!(took < AT_ONCE, "an answer took {took:?}");
        let took = entry_page(&server).await;
        assert!(took < AT_ONCE, "the page took {took:?}");
    }
    // and one of them who begins to say something is waited for no longer
    let mut trickling = TcpStream::connect(address(&server)).await.unwrap();
    let mut closed = async || loop {
        let begun = tokio::time::timeout(Duration::from_secs(1), trickling.read_u8()).await;
        if begun.is_ok() || trickling.write_all(b"G").await.is_err() {
            break;
        }
    };
    tokio::time::timeout(Duration::from_secs(14), closed()).await.expect("closed after 10 s");
    for stream in &mut streams {
        let closed = tokio::time::timeout(Duration::from_secs(5), stream.read(&mut [0])).await;
        assert!(matches!(closed, Ok(Ok(0) | Err(_))), "{closed:?}");
    }
    assert!(opened.elapsed() < Duration::from_secs(25), "{:?}", opened.elapsed());
    assert!(answer(&mut hopper, &items[0], 21).await < AT_ONCE);
}

/// Asks who one is on a connection that stays; the status, or nothing when it is closed.
async fn who_am_i(stream: &mut TcpStream, cookie: &str) -> Option<String> {
    let text = format!("GET /api/v1/attempt HTTP/1.1\r\nhost: a\r\ncookie: {cookie}\r\n\r\n");
    stream.write_all(text.as_bytes()).await.ok()?;
    let mut answer = vec![0; 64 * 1024];
    let read = stream.read(&mut answer).await.ok()?;
    let answer = String::from_utf8_lossy(&answer[..read]);
    Some(answer.strip_prefix("HTTP/1.1 ")?.split(' ').next()?.to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_make_room_for_each_other_and_never_who_has_a_seat() {
    let data = Data::empty(On::Sqlite);
    let few = [("JURAT_CONNECTIONS_BEFORE_SIGN_IN", "5")];
    let (server, hopper, _) = candidate(&data, |data| data.serve_with(&few)).await;
    let cookie = format!("__Host-jurat-seat={}", hopper.browser.cookies["__Host-jurat-seat"]);
    let mut seat = TcpStream::connect(address(&server)).await.unwrap();
    assert_eq!(who_am_i(&mut seat, &cookie).await.as_deref(), Some("200"));
    let mut stranger = TcpStream::connect(address(&server)).await.unwrap();
    assert_eq!(who_am_i(&mut stranger, "").await.as_deref(), Some("204"));
    let mut silent = connect(&server, 20).await;
    // the last but five has made room when all have been let in
    let closed = tokio::time::timeout(AT_ONCE, silent[14].read(&mut [0])).await;
    assert!(matches!(closed, Ok(Ok(0) | Err(_))), "{closed:?}");
    assert_eq!(who_am_i(&mut stranger, "").await, None);
    assert_eq!(who_am_i(&mut seat, &cookie).await.as_deref(), Some("200"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_without_descriptors_goes_on_when_there_are_some() {
    let data = Data::empty(On::Sqlite);
    let server = data.serve_within(48, 48);
    // more than it can take: the listener hears of it, and goes on
    let streams = connect(&server, 200).await;
    let before = server.cpu();
    tokio::time::sleep(Duration::from_secs(2)).await;
    let spent = server.cpu().saturating_sub(before);
    assert!(spent < Duration::from_millis(500), "it spins: {spent:?}");
    assert!(entry_page(&server).await < AT_ONCE);
    drop(streams);
    assert!(entry_page(&server).await < AT_ONCE);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_entry_pages_at_once_are_served() {
    let people = connections(1_000);
    let data = Data::empty(On::Sqlite);
    let server = data.serve();
    let begun = Instant::now();
    let text = "GET /exam HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    let pages = join_all((0..people).map(|_| asked(&server, text))).await;
    let took = begun.elapsed();
    let whole = pages
        .iter()
        .filter(|page| page.starts_with("HTTP/1.1 200 ") && page.trim_end().ends_with("</html>"));
    assert_eq!(whole.count(), people);
    assert!(took < Duration::from_secs(15), "{took:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_is_not_read_ends_the_connection_and_the_answer_arrives() {
    let data = Data::empty(On::Sqlite);
    let server = data.serve();
    let body = "x".repeat(300_000);
    let head = format!("host: a\r\nx-jurat: 1\r\ncontent-length: {}\r\n", body.len());
    let large = format!(
        "POST /api/v1/sign-in HTTP/1.1\r\n{head}content-type: application/json\r\n\r\n{body}"
    );
    let foreign = large.replace("x-jurat: 1", "x-other: 1");
    let nobody = large.replace("/sign-in", "/centres");
    for (text, status, code) in
        [(large, 413, "too_large"), (foreign, 403, "cross_site"), (nobody, 401, "not_signed_in")]
    {
        let answer = asked(&server, &text).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{code}: {answer}");
        assert!(answer.contains("connection: close\r\n"), "{answer}");
        assert!(answer.contains(&format!("/problems/{code}")), "{answer}");
    }
}
