//! A candidate in mid-exam at a server that is a process of its own.

use std::time::{Duration, Instant};

use jurat::{
    app::App,
    attempt::{self, rules::Command},
    base::AttemptId,
    enrolment::ExtraTime,
    fetch,
    journal::{self, Actor as Who},
};
use serde_json::{Value, json};

use super::{
    Actor,
    exam::{CODE, Candidate, Room, door_at, open_room_at, plausible},
    process::Data,
};

/// What somebody in mid-exam lives through.
pub struct Sitting {
    candidate: Candidate,
    item: Value,
    attempt: AttemptId,
    revision: i64,
    /// The revisions that were acknowledged.
    pub kept: Vec<i64>,
}

/// What became of a request.
#[derive(Debug, Clone)]
pub struct Told {
    pub status: u16,
    pub took: Duration,
    pub body: Value,
}

impl Sitting {
    /// Hands in part 1 under a key.
    pub async fn hand_in(&self, key: &str) -> Told {
        let path = "/api/v1/attempt/parts/1/finish";
        let request = self.candidate.browser.request(reqwest::Method::POST, path).json(&json!({}));
        told(request.header("idempotency-key", key)).await
    }
}

/// Opens a room for these candidates, entered by `code`, and admits them.
pub async fn room(app: &App, code: &str, names: &[&str]) -> Room {
    let room = open_room_at(app, code, names, ExtraTime::NONE).await;
    let all: Vec<_> = room.attempts.values().copied().collect();
    for command in [Command::CheckIn, Command::Admit] {
        let who = Who::Person(room.invigilator);
        let done = attempt::command(app, who, room.session, &command, &all).await.unwrap();
        assert_eq!(done.refused, []);
    }
    room
}

impl Data {
    /// A room with one candidate, in a database where no server runs yet.
    pub async fn with_one(&self, name: &str) -> Room {
        let app = self.open().await;
        let room = room(&app, CODE, &[name]).await;
        app.db.close().await;
        room
    }
}

/// Sends, and tells how long it took. No answer within ten seconds is status 0.
pub async fn ask(url: &str, path: &str) -> Told {
    told(Actor::new(url).request(reqwest::Method::GET, path)).await
}

async fn told(request: reqwest::RequestBuilder) -> Told {
    let begun = Instant::now();
    let answer = request.timeout(Duration::from_secs(10)).send().await;
    let (status, body) = match answer {
        Ok(answer) => {
            let status = answer.status().as_u16();
            let retry = answer.headers().contains_key("retry-after");
            assert!(status != 503 || retry, "who is told to come back is told when");
            (status, answer.json().await.unwrap_or(Value::Null))
        }
        Err(_) => (0, Value::Null),
    };
    Told { status, took: begun.elapsed(), body }
}

impl Sitting {
    /// Enters and starts.
    pub async fn begin(url: &str, room: &Room, code: &str, name: &str) -> Self {
        let mut browser = Actor::new(url);
        browser.post("/api/v1/entry", door_at(code, name)).await.expect(200);
        let mut candidate = Candidate { browser, epoch: 1 };
        let item = candidate.start(1).await[0].clone();
        Self { candidate, item, attempt: room.attempts[name], revision: 1, kept: Vec::new() }
    }

    /// Goes on at another address.
    pub fn at(&mut self, url: &str) {
        self.candidate.browser = self.candidate.browser.moved_to(url);
    }

    /// Saves the next answer, or again the one that was not acknowledged.
    pub async fn save(&mut self) -> Told {
        let revision = usize::try_from(self.revision).unwrap();
        let body = json!({ "part": 1, "epoch": self.candidate.epoch, "revision": self.revision,
                           "value": plausible(&self.item, revision) });
        let path = format!("/api/v1/attempt/answers/{}", self.item["id"].as_str().unwrap());
        let request = self.candidate.browser.request(reqwest::Method::PUT, &path).json(&body);
        let told = told(request).await;
        if told.status == 200 {
            self.kept.push(self.revision);
            self.revision += 1;
        }
        told
    }

    /// Looks at the attempt.
    pub async fn look(&mut self) -> Told {
        told(self.candidate.browser.request(reqwest::Method::GET, "/api/v1/attempt")).await
    }

    /// Saves until it is acknowledged: how long that took.
    pub async fn save_at_last(&mut self, within: Duration) -> Duration {
        let begun = Instant::now();
        while self.save().await.status != 200 {
            assert!(begun.elapsed() < within, "nothing is saved after {within:?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        begun.elapsed()
    }

    /// Everything that was acknowledged is there, once, and the journal fits.
    pub async fn assert_kept(&self, app: &App, room: &Room) {
        let mut tx = app.db.read().await.unwrap();
        let stored = attempt::list_revisions(&mut tx, self.attempt, 1).await.unwrap();
        for revision in &self.kept {
            let here = stored.iter().filter(|answer| answer.revision == *revision).count();
            assert_eq!(here, 1, "revision {revision} of {:?}", self.kept);
        }
        let written = journal::list_after(&mut tx, room.session, 0, 1_000_000).await.unwrap();
        assert_eq!(journal::verify(room.session, &written), Ok(()));
    }
}

/// What SQLite says of its file.
pub async fn assert_whole(app: &App) {
    let mut tx = app.db.read().await.unwrap();
    let (said,) = fetch!(tx, fetch_one, (String,), "PRAGMA integrity_check").unwrap();
    assert_eq!(said, "ok");
}
