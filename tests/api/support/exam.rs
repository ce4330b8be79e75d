//! A room in which an exam is sat: an open session and its candidates.

use std::collections::BTreeMap;

use jurat::{
    app::App,
    attempt::{self, Done, rules::Command},
    base::{AttemptId, CentreId, EnrolmentId, PersonId, SessionId},
    enrolment::{self, Enrolment, ExtraTime},
    exec,
    journal::{self, Actor as Who, Written},
    people::{self, Role},
    scheme, session,
};
use serde_json::{Value, json};

use super::{Actor, Answer, PASSWORD, TestApp};

/// What candidates type to enter every session of the tests.
pub const CODE: &str = "ABCD2345";

/// An open session and those enrolled.
pub struct Room {
    pub session: SessionId,
    pub invigilator: PersonId,
    pub attempts: BTreeMap<String, AttemptId>,
}

/// A candidate at a device.
pub struct Candidate {
    pub browser: Actor,
    pub epoch: i64,
}

/// Opens a session in which the candidates named are enrolled; each name is the family name.
pub async fn open_room(app: &App, names: &[&str], extra: ExtraTime) -> Room {
    open_room_at(app, CODE, names, extra).await
}

/// Opens a session that is entered by `code`.
pub async fn open_room_at(app: &App, code: &str, names: &[&str], extra: ExtraTime) -> Room {
    let now = app.clock.now();
    let email = &format!("invigilator.{code}@jurat.example");
    let invigilator =
        people::create_with_role(app, email, "I", PASSWORD, Role::Auditor).await.unwrap();
    let (centre, session): (CentreId, SessionId) = (app.chance.id(now), app.chance.id(now));
    let scheme = scheme::find("pix-edu").unwrap();
    let mut tx = app.db.begin().await.unwrap();
    exec!(
        tx,
        "INSERT INTO centre (id, name, kind, time_zone, external_id, created_at)
         VALUES ($1, 'Lycée', 'school', 'Europe/Paris', '', $2)",
        centre,
        now,
    )
    .unwrap();
    scheme::freeze(&mut tx, scheme, now).await.unwrap();
    exec!(
        tx,
        "INSERT INTO session (centre_id, id, entry_code, scheme_id, scheme_version, place, room,
                              starts_at, time_zone, state, language, comment, version,
                              created_by, created_at)
         VALUES ($1, $2, $3, $4, $5, 'Lycée', 'B12', $6, 'Europe/Paris', 'open', 'fr', '', 1, $7, $6)",
        centre,
        session,
        code,
        &scheme.id,
        &scheme.version,
        now,
        invigilator,
    )
    .unwrap();
    let mut attempts = BTreeMap::new();
    let row = session::find(&mut tx, session).await.unwrap().unwrap();
    for name in names {
        let id: EnrolmentId = app.chance.id(now);
        let place = Enrolment {
            id,
            centre,
            session,
            family_name: (*name).to_owned(),
            given_names: "Zoé".to_owned(),
            birth_date: "1990-05-17".parse().unwrap(),
            email: String::new(),
            external_id: String::new(),
            extra_time: extra,
            version: 1,
        };
        enrolment::add_enrolment(&mut tx, &place, now).await.unwrap();
        let added = attempt::add_attempts(app, &mut tx, &row, &[id], now).await.unwrap();
        attempts.insert((*name).to_owned(), added[0]);
    }
    tx.commit().await.unwrap();
    Room { session, invigilator, attempts }
}

/// What a candidate types at the door.
pub fn door(name: &str) -> Value {
    door_at("abcd-2345", name)
}

/// The same at another session's.
pub fn door_at(code: &str, name: &str) -> Value {
    json!({ "session_code": code, "family_name": name, "given_names": "zoe",
            "birth_date": "1990-05-17" })
}

impl Room {
    /// An open session in which the candidates are enrolled.
    pub async fn open(app: &TestApp, names: &[&str]) -> Self {
        open_room(&app.app, names, ExtraTime::NONE).await
    }

    /// Staff commands the attempt of `name`.
    pub async fn command(&self, app: &TestApp, command: Command, name: &str) -> Done {
        let who = Who::Person(self.invigilator);
        let attempts = [self.attempts[name]];
        attempt::command(&app.app, who, self.session, &command, &attempts).await.unwrap()
    }

    /// Staff commands, and no rule says no.
    pub async fn order(&self, app: &TestApp, command: Command, name: &str) {
        assert_eq!(self.command(app, command, name).await.refused, []);
    }

    /// A candidate who has entered, was checked in and admitted.
    pub async fn admitted(&self, app: &TestApp, name: &str) -> Candidate {
        let mut browser = app.anyone();
        let view = browser.post("/api/v1/entry", door(name)).await.expect(200);
        self.order(app, Command::CheckIn, name).await;
        self.order(app, Command::Admit, name).await;
        let epoch = view["epoch"].as_i64().unwrap();
        Candidate { browser, epoch }
    }

    /// A candidate whose first part runs, and the ids of the items on the paper.
    pub async fn started(&self, app: &TestApp, name: &str) -> (Candidate, Vec<Value>) {
        let mut candidate = self.admitted(app, name).await;
        let items = candidate.start(1).await;
        (candidate, items)
    }

    /// What the journal says of the attempt of `name`.
    pub async fn story(&self, app: &TestApp, name: &str) -> Vec<Written> {
        let mut tx = app.app.db.read().await.unwrap();
        journal::list_of_attempt(&mut tx, self.attempts[name]).await.unwrap()
    }
}

impl Candidate {
    /// Starts a part, and returns the items of its paper.
    pub async fn start(&mut self, part: i32) -> Vec<Value> {
        let paper = self.try_start(part).await.expect(200);
        paper["items"].as_array().unwrap().clone()
    }

    pub async fn try_start(&mut self, part: i32) -> Answer {
        self.browser.post(&format!("/api/v1/attempt/parts/{part}/start"), json!({})).await
    }

    pub async fn paper(&mut self, part: i32) -> Answer {
        self.browser.get(&format!("/api/v1/attempt/parts/{part}/paper")).await
    }

    pub async fn finish(&mut self, part: i32) -> Answer {
        self.browser.post(&format!("/api/v1/attempt/parts/{part}/finish"), json!({})).await
    }

    pub async fn view(&mut self) -> Value {
        self.browser.get("/api/v1/attempt").await.expect(200)
    }

    /// Saves an answer to an item of a part.
    pub async fn save(&mut self, part: i32, item: &Value, revision: i64, value: Value) -> Answer {
        let epoch = self.epoch;
        let body = json!({ "part": part, "epoch": epoch, "revision": revision, "value": value });
        let item = item["id"].as_str().unwrap();
        self.browser.put(&format!("/api/v1/attempt/answers/{item}"), body).await
    }
}

/// An answer that has the shape of the item, one of several.
pub fn plausible(item: &Value, n: usize) -> Value {
    let id = |list: &str, at: usize| {
        let all = item[list].as_array().unwrap();
        all[at % all.len()]["id"].clone()
    };
    match item["type"].as_str().unwrap() {
        "single_choice" => id("choices", n),
        "multiple_choice" => json!([id("choices", n)]),
        "short_text" => json!(format!("réponse {n}")),
        "number" => json!(format!("{n},5")),
        "fields" | "file_task" => {
            json!({ id("fields", n).as_str().unwrap(): format!("valeur \"{n}\"") })
        }
        "matching" => json!({ id("left", n).as_str().unwrap(): id("right", n) }),
        "ordering" => {
            let all = item["choices"].as_array().unwrap();
            let mut ids: Vec<_> = all.iter().map(|choice| choice["id"].clone()).collect();
            let turn = n % ids.len();
            ids.rotate_left(turn);
            json!(ids)
        }
        other => panic!("unknown type {other}"),
    }
}
