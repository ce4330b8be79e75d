//! `jurat demo` as somebody starts it who tries the product.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::json;

use crate::support::Actor;

struct Demo(Child);

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status();
        let _ = self.0.wait();
    }
}

/// The running day and the lines of its table.
fn demo() -> (Demo, Vec<String>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_jurat"))
        .args(["demo", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let table = lines.map(Result::unwrap).take_while(|line| !line.starts_with("End with"));
    let table = table.filter(|line| line.contains("http://")).collect();
    (Demo(child), table)
}

fn address(line: &str) -> &str {
    line.split_whitespace().find(|word| word.starts_with("http://")).unwrap()
}

async fn answered(invigilator: &mut Actor, session: &str) -> (usize, i64) {
    let path = format!("/api/v1/sessions/{session}/board");
    let board = invigilator.get(&path).await.expect(200);
    let rows = board["rows"].as_array().unwrap();
    (rows.len(), rows.iter().map(|row| row["answered"].as_i64().unwrap()).sum())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_line_of_the_printed_table_opens_and_the_room_is_at_work() {
    let (_demo, table) = tokio::task::spawn_blocking(demo).await.unwrap();
    let board = table.iter().find(|line| line.contains("/invigilate/")).unwrap();
    let (url, session) = address(board).split_once("/invigilate/").unwrap();
    for line in &table {
        let path = address(line).strip_prefix(url).unwrap();
        assert_eq!(Actor::new(url).get(path).await.status, 200, "{line}");
        let Some(email) = line.split_whitespace().find(|word| word.contains('@')) else { continue };
        let body = json!({ "email": email, "password": "demonstration day" });
        Actor::new(url).post("/api/v1/sign-in", body).await.expect(200);
    }
    let mut invigilator = Actor::new(url);
    let body = json!({ "email": "invigilator@jurat.example", "password": "demonstration day" });
    invigilator.post("/api/v1/sign-in", body).await.expect(200);
    let (rows, before) = answered(&mut invigilator, session).await;
    assert_eq!(rows, 30);
    let patience = Instant::now() + Duration::from_mins(1);
    while answered(&mut invigilator, session).await.1 <= before {
        assert!(Instant::now() < patience, "nobody answers");
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    let free = table.iter().filter(|line| line.starts_with("Exam")).collect::<Vec<_>>();
    assert_eq!(free.len(), 2, "two seats for whoever tries it");
}
