//! One connection, in a time that the test makes pass.

use axum::{
    body::Bytes,
    middleware,
    routing::{get, post},
};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

use super::*;
use crate::http::serve::in_time;

/// What the pipe holds, bytes.
const PIPE: usize = 16 * 1024;
/// More than the pipe and the buffers hold.
const BIG: usize = 4 * 1024 * 1024;

fn door() -> Door {
    let router = Router::new()
        .route("/big", get(async || vec![b'x'; BIG]))
        .route("/read", post(async |body: Bytes| body.len().to_string()))
        .route("/ignore", post(async || StatusCode::UNAUTHORIZED))
        .layer(middleware::from_fn(in_time));
    Door::new(router, Vec::new(), NonZeroUsize::MAX)
}

/// A client of `door`.
fn client_of(door: &Door) -> DuplexStream {
    let (client, server) = tokio::io::duplex(PIPE);
    door.receive(server, SocketAddr::from(([192, 0, 2, 1], 1)));
    client
}

fn client() -> DuplexStream {
    client_of(&door())
}

/// What comes until the server closes, and after how many seconds it does.
async fn heard(client: &mut DuplexStream) -> (String, u64) {
    let (begun, mut heard) = (Instant::now(), Vec::new());
    client.read_to_end(&mut heard).await.unwrap();
    (String::from_utf8(heard).unwrap(), begun.elapsed().as_secs())
}

/// Says `text`, then `byte` every `every` until the server has closed; after how many seconds it did.
async fn trickle(text: &str, byte: u8, every: Duration) -> (String, u64) {
    let begun = Instant::now();
    let (mut ear, mut mouth) = tokio::io::split(client());
    mouth.write_all(text.as_bytes()).await.unwrap();
    let saying = tokio::spawn(async move {
        while mouth.write_all(&[byte]).await.is_ok() {
            sleep(every).await;
        }
    });
    let mut answer = Vec::new();
    let _ = ear.read_to_end(&mut answer).await;
    saying.abort();
    (String::from_utf8(answer).unwrap(), begun.elapsed().as_secs())
}

async fn say(client: &mut DuplexStream, text: &str) {
    client.write_all(text.as_bytes()).await.unwrap();
}

/// The head and the short body of one answer.
async fn answer_of(client: &mut DuplexStream) -> String {
    let mut heard = vec![0; 2048];
    let read = client.read(&mut heard).await.unwrap();
    String::from_utf8(heard[..read].to_vec()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn whoever_says_nothing_is_shown_out_after_ten_seconds() {
    assert_eq!(heard(&mut client()).await, (String::new(), 10));
}

#[tokio::test(start_paused = true)]
async fn a_head_that_trickles_in_is_shown_out_after_ten_seconds() {
    let every = Duration::from_secs(1);
    assert_eq!(trickle("GET /big HTTP/1.1\r\nx: ", b'y', every).await, (String::new(), 10));
}

#[tokio::test(start_paused = true)]
async fn a_body_that_trickles_in_is_told_so_after_a_minute() {
    let text = "POST /read HTTP/1.1\r\nhost: a\r\ncontent-length: 9999\r\n\r\n";
    let (answer, after_s) = trickle(text, b'y', Duration::from_secs(1)).await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("connection: close\r\n") && answer.contains("/problems/too_slow"));
    // and what was on its way was taken, for a moment
    assert!((60..=62).contains(&after_s), "{after_s} s");
}

#[tokio::test(start_paused = true)]
async fn a_body_on_a_slow_line_arrives() {
    let mut client = client();
    say(&mut client, "POST /read HTTP/1.1\r\nhost: a\r\ncontent-length: 1048576\r\n\r\n").await;
    for _ in 0..128 {
        client.write_all(&[b'y'; 8 * 1024]).await.unwrap();
        sleep(Duration::from_secs(1)).await;
    }
    let answer = answer_of(&mut client).await;
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("1048576"), "{answer}");
}

#[tokio::test(start_paused = true)]
async fn a_connection_is_kept_for_the_next_request_and_not_for_ever() {
    let mut client = client();
    for _ in 0..3 {
        sleep(Duration::from_secs(9)).await;
        say(&mut client, "POST /read HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\nhi").await;
        assert!(answer_of(&mut client).await.ends_with('2'));
        sleep(Duration::from_mins(1)).await;
        say(&mut client, "POST /ignore HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\nhi").await;
        let answer = answer_of(&mut client).await;
        assert!(!answer.contains("connection: close"), "{answer}");
    }
    assert_eq!(heard(&mut client).await, (String::new(), 75));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_nobody_takes_is_not_kept_for_ever() {
    let door = door();
    let mut client = client_of(&door);
    say(&mut client, "GET /big HTTP/1.1\r\nhost: a\r\n\r\n").await;
    let begun = Instant::now();
    door.open.tell();
    door.open.all_gone().await;
    assert_eq!(begun.elapsed().as_secs(), 60);
}

#[tokio::test(start_paused = true)]
async fn an_answer_over_a_slow_line_arrives() {
    let mut client = client();
    say(&mut client, "GET /big HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
    let (mut taken, mut part) = (0, vec![0; 8 * 1024]);
    loop {
        match client.read(&mut part).await.unwrap() {
            0 => break,
            bytes => taken += bytes,
        }
        sleep(Duration::from_secs(1)).await;
    }
    assert!(taken > BIG, "{taken}");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_nobody_reads_ends_the_connection_after_the_answer() {
    for more in ["content-length: 9999999\r\n", "content-length: 2\r\nexpect: 100-continue\r\n"] {
        let mut client = client();
        say(&mut client, &format!("POST /ignore HTTP/1.1\r\nhost: a\r\n{more}\r\n")).await;
        let answer = answer_of(&mut client).await;
        assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
        assert!(answer.contains("connection: close\r\n"), "{answer}");
        // whoever is still sending is heard out for a moment, so that the answer is not lost
        for _ in 0..50 {
            client.write_all(&[b'y'; 1024]).await.unwrap();
        }
        assert!(heard(&mut client).await.1 <= 2);
    }
}

/// What is answered to something that two readers could understand in two ways.
async fn answered(text: &str) -> String {
    let mut client = client();
    say(&mut client, text).await;
    heard(&mut client).await.0
}

#[tokio::test(start_paused = true)]
async fn what_could_hide_a_second_request_ends_the_connection() {
    const HIDDEN: &str = "GET /big HTTP/1.1\r\nhost: a\r\n\r\n";
    for head in [
        "content-length: 4\r\ncontent-length: 5\r\n",
        "content-length: +4\r\n",
        "content-length: 4\r\nx: y\r\n folded: z\r\n",
        "transfer-encoding: chunked, identity\r\n",
        "transfer-encoding : chunked\r\n",
    ] {
        let answer = answered(&format!("POST /read HTTP/1.1\r\n{head}\r\n{HIDDEN}")).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{head}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{head}: {answer}");
    }
    // the length in chunks counts, and nothing is read after it (RFC 9112, section 6.1)
    for head in [
        "content-length: 6\r\ntransfer-encoding: chunked\r\n",
        "transfer-encoding: chunked\r\ncontent-length: 6\r\n",
    ] {
        let text = format!("POST /read HTTP/1.1\r\nhost: a\r\n{head}\r\n0\r\n\r\n{HIDDEN}");
        let answer = answered(&text).await;
        assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with('0'), "{answer}");
        assert!(answer.contains("connection: close\r\n"), "{answer}");
        assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{answer}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_second_version_of_http_is_not_spoken() {
    let answer = answered("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
    assert!(!answer.contains("200"), "{answer}");
}

#[tokio::test(start_paused = true)]
async fn a_head_without_end_is_refused() {
    let answer = answered(&format!("GET / HTTP/1.1\r\nx: {}", "y".repeat(LONGEST_HEAD))).await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
}
