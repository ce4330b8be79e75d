//! A room full of candidates in part 1, set up through the API as people do it.

use std::{fmt::Write, time::Instant};

use reqwest::{Client, Method, header};
use serde_json::{Value, json};

/// The password of everybody.
pub const PASSWORD: &str = "correct horse battery";

/// One browser.
struct Browser {
    http: Client,
    url: String,
    cookie: String,
    addressee: String,
}

impl Browser {
    fn new(http: &Client, url: &str) -> Self {
        Self {
            http: http.clone(),
            url: url.to_owned(),
            cookie: String::new(),
            addressee: String::new(),
        }
    }

    async fn send(&mut self, method: Method, path: &str, body: String) -> Value {
        let request = self
            .http
            .request(method, format!("{}/api/v1{path}", self.url))
            .header("x-jurat", "1")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::COOKIE, &self.cookie)
            .body(body);
        let request = match self.addressee.as_str() {
            "" => request,
            addressee => request.header("x-jurat-for", addressee),
        };
        let response = request.send().await.expect("the server answers");
        let handed_out = response.headers().get(header::SET_COOKIE).cloned();
        let status = response.status();
        let text = response.text().await.expect("a text");
        assert!(status.is_success(), "{path}: {status}: {text}");
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        if let Some(line) = handed_out {
            let line = line.to_str().expect("a cookie");
            line.split(';').next().expect("a pair").clone_into(&mut self.cookie);
            self.addressee = addressee(&body);
        }
        body
    }

    async fn post(&mut self, path: &str, body: Value) -> Value {
        self.send(Method::POST, path, body.to_string()).await
    }

    /// Lets somebody follow an invitation link to an account of their own, and confirms it.
    async fn welcome(&mut self, invitation: &Value) -> Self {
        let code = text(invitation, "link").rsplit('/').next().expect("a code").to_owned();
        let mut guest = Self::new(&self.http, &self.url);
        let newcomer = json!({ "newcomer": { "display_name": "Maud", "password": PASSWORD } });
        guest.post(&format!("/invitations/{code}/accept"), newcomer).await;
        let path = format!("/invitations/{}/confirm", text(invitation, "id"));
        self.post(&path, json!({ "display_name": "Maud" })).await;
        let account = json!({ "email": invitation["email"], "password": PASSWORD });
        guest.post("/sign-in", account).await;
        guest
    }
}

/// For whom a page is that was opened with this answer: a seat or a person.
fn addressee(body: &Value) -> String {
    match body["attempt_id"].as_str() {
        Some(attempt) => format!("{attempt};epoch={}", body["epoch"]),
        None => text(body, "id").to_owned(),
    }
}

fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body[name].as_str().unwrap_or_else(|| panic!("no {name} in {body}"))
}

/// A candidate in part 1.
pub struct Candidate {
    browser: Browser,
    items: Vec<Value>,
    epoch: i64,
    revision: i64,
}

impl Candidate {
    /// Answers `count` times, one after the other; returns how long each took, seconds.
    pub async fn answer(&mut self, count: usize) -> Vec<f64> {
        let mut took = Vec::with_capacity(count);
        for _ in 0..count {
            self.revision += 1;
            let item = &self.items[usize::try_from(self.revision).unwrap_or(0) % self.items.len()];
            let choices = item["choices"].as_array().expect("choices");
            let chosen = usize::try_from(self.revision).unwrap_or(0) / 7 % choices.len();
            let body = json!({
                "part": 1, "epoch": self.epoch, "revision": self.revision,
                "value": choices[chosen]["id"],
            });
            let path = format!("/attempt/answers/{}", text(item, "id"));
            let begun = Instant::now();
            self.browser.send(Method::PUT, &path, body.to_string()).await;
            took.push(begun.elapsed().as_secs_f64());
        }
        took
    }
}

/// A session in progress.
pub struct Room {
    /// Everybody in it.
    pub candidates: Vec<Candidate>,
}

impl Room {
    /// Plans a session of `count` candidates and brings them all into part 1.
    pub async fn fill(url: &str, count: usize) -> Self {
        let http = Client::new();
        let mut admin = Browser::new(&http, url);
        let account = json!({ "email": "admin@jurat.example", "password": PASSWORD });
        admin.post("/sign-in", account).await;
        let created = admin.post("/centres", json!({
            "name": "Bench", "kind": "school", "time_zone": "Europe/Paris", "external_id": "",
            "manager_email": "maud@jurat.example",
        })).await;
        let mut manager = admin.welcome(&created["invitation"]).await;
        let centre = text(&created["centre"], "id").to_owned();
        let day = chrono::DateTime::<chrono::Utc>::from(std::time::UNIX_EPOCH)
            + std::time::UNIX_EPOCH.elapsed().expect("after 1970");
        let session = manager.post(&format!("/centres/{centre}/sessions"), json!({
            "scheme_id": "pix-edu", "place": "Here", "room": "1",
            "date": (day + chrono::Duration::days(1)).format("%Y-%m-%d").to_string(), "time": "09:00",
            "invigilators": [], "comment": "",
        })).await;
        let (id, code) = (text(&session, "id").to_owned(), text(&session, "entry_code").to_owned());
        enrol(&mut manager, &id, count).await;
        manager.post(&format!("/sessions/{id}/open"), json!({})).await;
        let mut entered = Vec::new();
        for number in 0..count {
            let mut browser = Browser::new(&http, url);
            let view = browser
                .post(
                    "/entry",
                    json!({
                        "session_code": code, "family_name": name(number), "given_names": "Ada",
                        "birth_date": "2000-01-01",
                    }),
                )
                .await;
            entered.push((browser, text(&view, "attempt_id").to_owned()));
        }
        let attempts: Vec<&String> = entered.iter().map(|(_, attempt)| attempt).collect();
        for command in ["check_in", "admit"] {
            let body = json!({ "command": command, "attempts": attempts });
            manager.post(&format!("/sessions/{id}/commands"), body).await;
        }
        let mut candidates = Vec::new();
        for (browser, _) in entered {
            candidates.push(begin(browser).await);
        }
        Self { candidates }
    }
}

/// A name of letters only, another for each number.
fn name(number: usize) -> String {
    let letter = |n: usize| char::from(b'a' + u8::try_from(n % 26).unwrap_or(0));
    format!("Case{}{}", letter(number / 26), letter(number))
}

async fn enrol(manager: &mut Browser, session: &str, count: usize) {
    let mut list = String::from("Nom;Prénoms;Date de naissance\n");
    for number in 0..count {
        writeln!(list, "{};Ada;01/01/2000", name(number)).expect("a string takes all");
    }
    let path = format!("/sessions/{session}/candidate-list");
    let preview =
        manager.send(Method::POST, &format!("{path}/preview?name=a.csv"), list.clone()).await;
    let confirm = format!("{path}?name=a.csv&digest={}", text(&preview, "digest"));
    manager.send(Method::POST, &confirm, list).await;
}

async fn begin(mut browser: Browser) -> Candidate {
    let paper = browser.post("/attempt/parts/1/start", json!({})).await;
    let items = paper["items"].as_array().expect("items");
    let items = items.iter().filter(|item| item["type"] == "single_choice").cloned().collect();
    let epoch = paper["epoch"].as_i64().expect("an epoch");
    Candidate { browser, items, epoch, revision: 0 }
}
