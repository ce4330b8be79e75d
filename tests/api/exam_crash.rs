//! The server is killed, or told to end, in mid-exam: what was acknowledged is there, and the clocks
//! are right.

use std::{process::ExitStatus, time::Duration};

use chrono::{DateTime, Utc};
use jurat::{
    app::App,
    attempt::{self, CurrentAnswer, rules::Command},
    base::{AttemptId, Clock},
    enrolment::ExtraTime,
    journal::{self, Actor as Who},
};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::{
    support::{
        Actor,
        exam::{Candidate, Room, door, open_room, plausible},
        process::{Data, Server, offline},
    },
    with_data,
};

/// Candidates who answer until the server dies.
const NAMES: [&str; 4] = ["Hopper", "Lovelace", "Noether", "Curie"];
/// A candidate whose time ends while the server is down.
const LATE: &str = "Germain";
/// Seconds that candidate has.
const LATE_S: i64 = 6;
/// A candidate whose page goes away at the same instant as the server.
const HASTY: &str = "Agnesi";

/// What the server said it had kept.
struct Acknowledged {
    item: String,
    revision: i64,
    value: Value,
}

/// A session in which everybody is admitted, and the late one has started.
async fn prepare(data: &Data) -> (Room, DateTime<Utc>) {
    let app = data.open().await;
    let names: Vec<&str> = NAMES.into_iter().chain([LATE, HASTY]).collect();
    let room = open_room(&app, &names, ExtraTime::NONE).await;
    let all: Vec<_> = room.attempts.values().copied().collect();
    let late = room.attempts[LATE];
    order(&app, &room, Command::CheckIn, &all).await;
    order(&app, &room, Command::Admit, &all).await;
    attempt::start_part(&app, late, 1).await.unwrap();
    let shorten = Command::Extend { seconds: LATE_S - 3600, reason: "test".to_owned() };
    order(&app, &room, shorten, &[late]).await;
    let deadline = attempt::snapshot(&app, late).await.unwrap().parts[0].deadline.unwrap();
    app.db.close().await;
    (room, deadline)
}

async fn order(app: &App, room: &Room, command: Command, attempts: &[AttemptId]) {
    let who = Who::Person(room.invigilator);
    let done = attempt::command(app, who, room.session, &command, attempts).await.unwrap();
    assert_eq!(done.refused, []);
}

/// Answers as fast as the server acknowledges, until it is gone.
async fn answer_until_the_end(candidate: Candidate, items: Vec<Value>) -> Vec<Acknowledged> {
    let mut kept = Vec::new();
    for n in 0_usize.. {
        let item = &items[n % items.len()];
        let revision = i64::try_from(n / items.len()).unwrap() + 1;
        let value = plausible(item, n);
        let id = item["id"].as_str().unwrap();
        let body = json!({ "part": 1, "epoch": 1, "revision": revision, "value": value });
        let path = format!("/api/v1/attempt/answers/{id}");
        let request = candidate.browser.request(reqwest::Method::PUT, &path).json(&body);
        let Ok(response) = request.send().await else { break };
        let durable = response.status() == 200;
        if !durable || response.bytes().await.is_err() {
            break;
        }
        kept.push(Acknowledged { item: id.to_owned(), revision, value });
    }
    kept
}

/// A candidate who enters and starts, with the deadline that was told.
async fn sit(url: &str, name: &str) -> (Candidate, Vec<Value>, Value) {
    let mut browser = Actor::new(url);
    browser.post("/api/v1/entry", door(name)).await.expect(200);
    let mut candidate = Candidate { browser, epoch: 1 };
    let items = candidate.start(1).await;
    let deadline = candidate.view().await["parts"][0]["deadline"].clone();
    (candidate, items, deadline)
}

/// What somebody lived through: the browser, the deadline that was told, what was kept.
type History = (Actor, Value, Vec<Acknowledged>);

/// One history for each of [`NAMES`]; `end` ends the server.
async fn until<T>(server: Server, end: impl AsyncFnOnce(Server) -> T) -> (Vec<History>, T) {
    let mut sitting = Vec::new();
    for name in NAMES {
        let (candidate, items, deadline) = sit(&server.url, name).await;
        let same = candidate.browser.clone();
        sitting.push((same, deadline, tokio::spawn(answer_until_the_end(candidate, items))));
    }
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let ended = end(server).await;
    let mut histories = Vec::new();
    for (browser, deadline, answering) in sitting {
        histories.push((browser, deadline, answering.await.unwrap()));
    }
    let acknowledged: usize = histories.iter().map(|(_, _, kept)| kept.len()).sum();
    assert!(acknowledged >= 50, "only {acknowledged} answers were acknowledged");
    (histories, ended)
}

/// The same people at the same browsers, at the address of the server that was started again.
async fn after_the_restart(url: &str, histories: &[History]) {
    for (before, deadline, kept) in histories {
        let browser = before.moved_to(url);
        let mut candidate = Candidate { browser, epoch: 1 };
        let view = candidate.view().await;
        assert_eq!(view["state"], "running");
        assert_eq!(&view["parts"][0]["deadline"], deadline);
        let paper = candidate.paper(1).await.expect(200);
        let item = json!({ "id": kept[0].item });
        let next = kept.last().unwrap().revision + 10;
        candidate.save(1, &item, next, kept[0].value.clone()).await.expect(200);
        assert_eq!(paper["items"].as_array().unwrap().len(), 32);
    }
}

fn is_kept(stored: &[CurrentAnswer], kept: &Acknowledged) -> bool {
    stored.iter().any(|answer| {
        answer.item_id == kept.item
            && answer.revision == kept.revision
            && serde_json::from_str::<Value>(&answer.value).unwrap() == kept.value
    })
}

async fn assert_all_is_kept(app: &App, room: &Room, histories: &[History]) {
    let mut tx = app.db.read().await.unwrap();
    for (name, (_, _, kept)) in NAMES.iter().zip(histories) {
        let stored = attempt::list_revisions(&mut tx, room.attempts[*name], 1).await.unwrap();
        for one in kept {
            assert!(is_kept(&stored, one), "{name}: {} {}", one.item, one.revision);
        }
    }
}

/// Ends the server and the page of a candidate at the same instant, with many answers on their way.
async fn end_in_haste(server: Server) -> (ExitStatus, Vec<String>) {
    let (candidate, items, _) = sit(&server.url, HASTY).await;
    let mut sending = JoinSet::new();
    for n in 0..8 * items.len() {
        let item = &items[n % items.len()];
        let revision = n / items.len() + 1;
        let body =
            json!({ "part": 1, "epoch": 1, "revision": revision, "value": plausible(item, n) });
        let path = format!("/api/v1/attempt/answers/{}", item["id"].as_str().unwrap());
        let request = candidate.browser.request(reqwest::Method::PUT, &path).json(&body);
        sending.spawn(request.send());
    }
    sending.join_next().await;
    server.tell_to_end();
    sending.abort_all();
    server.end()
}

with_data! {
    fn a_server_that_is_told_to_end_leaves_nothing_half_done(data: Data) {
        let (room, _) = offline(prepare(&data));
        let (histories, (status, log)) = offline(until(data.serve(), end_in_haste));
        assert!(status.success(), "{status}");
        let errors: Vec<_> = log.iter().filter(|line| line.contains(r#""ERROR""#)).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        offline(async { assert_all_is_kept(&data.open().await, &room, &histories).await });
    }

    fn nothing_acknowledged_is_lost_and_clocks_are_right_when_the_server_is_killed(data: Data) {
        let (room, deadline) = offline(prepare(&data));
        let (histories, ()) = offline(until(data.serve(), async |server| server.kill()));
        let over = deadline + chrono::Duration::seconds(6);
        while Clock::system().now() < over {
            std::thread::sleep(Duration::from_millis(50));
        }
        let server = data.serve();
        offline(after_the_restart(&server.url, &histories));
        server.kill();

        offline(async {
            let app = data.open().await;
            assert_all_is_kept(&app, &room, &histories).await;
            let mut tx = app.db.read().await.unwrap();
            let late = attempt::find_part(&mut tx, room.attempts[LATE], 1).await.unwrap().unwrap();
            assert_eq!(late.sealed_at, Some(deadline), "sealed at its deadline, not when noticed");
            let told = journal::list_after(&mut tx, room.session, 0, 1_000_000).await.unwrap();
            assert_eq!(journal::verify(room.session, &told), Ok(()));
        });
    }
}
