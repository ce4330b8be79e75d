//! The people of a certification day, each reached as in life: invited, planned, enrolled, entered.

use serde_json::{Value, json};

use super::{Actor, TestApp};

/// A planned session and everybody around it.
pub struct Day {
    pub admin: Actor,
    pub manager: Actor,
    pub invigilator: Actor,
    pub centre: String,
    pub session: String,
    pub entry_code: String,
}

/// A candidate at a seat.
pub struct Seat {
    pub browser: Actor,
    pub attempt: String,
}

impl TestApp {
    /// Somebody who follows an invitation link to an account of their own, and whom `host` confirms; the
    /// id comes second.
    pub async fn accept(&self, host: &mut Actor, invitation: &Value) -> (Actor, String) {
        let name = invitation["email"].as_str().unwrap().split('@').next().unwrap();
        let (guest, me) = self.joins(host, invitation, name).await;
        (guest, me["id"].as_str().unwrap().to_owned())
    }

    /// A centre with its manager and an invigilator, and a session tomorrow.
    pub async fn day(&self) -> Day {
        let mut admin = self.admin().await;
        let created = admin.post("/api/v1/centres", centre_body("manager")).await.expect(201);
        let centre = created["centre"]["id"].as_str().unwrap().to_owned();
        let (mut manager, _) = self.accept(&mut admin, &created["invitation"]).await;
        let body = json!({ "email": "invigilator@jurat.example", "role": "invigilator" });
        let path = format!("/api/v1/centres/{centre}/invitations");
        let invited = manager.post(&path, body).await.expect(201);
        let (invigilator, id) = self.accept(&mut manager, &invited).await;
        let path = format!("/api/v1/centres/{centre}/sessions");
        let session = manager.post(&path, session_body(&id)).await.expect(201);
        Day {
            admin,
            manager,
            invigilator,
            centre,
            session: session["id"].as_str().unwrap().to_owned(),
            entry_code: session["entry_code"].as_str().unwrap().to_owned(),
        }
    }

    /// Three jurors, the first to preside, each with the id of the account.
    pub async fn jurors(&self, admin: &mut Actor) -> Vec<(Actor, String)> {
        let mut jurors = Vec::new();
        for name in ["judith", "jonas", "jade"] {
            let body = json!({ "email": format!("{name}@jurat.example"), "role": "juror" });
            let invited = admin.post("/api/v1/invitations", body).await.expect(201);
            jurors.push(self.accept(admin, &invited).await);
        }
        jurors
    }
}

/// A centre whose manager is invited as `manager`.
pub fn centre_body(manager: &str) -> Value {
    json!({
        "name": format!("Lycée of {manager}"), "kind": "school", "time_zone": "Europe/Paris",
        "external_id": "0670000A", "manager_email": format!("{manager}@jurat.example"),
    })
}

/// A session on the morning of the tests, watched by the person with this id.
pub fn session_body(invigilator: &str) -> Value {
    json!({
        "scheme_id": "pix-edu", "place": "Lycée Marie-Curie", "room": "B12", "date": "2027-03-02",
        "time": "09:30", "invigilators": [invigilator], "comment": "",
    })
}

impl Day {
    /// Where the session is in the API.
    pub fn at(&self, rest: &str) -> String {
        format!("/api/v1/sessions/{}{rest}", self.session)
    }

    /// Enrols somebody by the form; the given name is that of a heroine.
    pub async fn enrol(&mut self, name: &str) {
        let body = json!({
            "family_name": format!("Lovelace {name}"), "given_names": name, "external_id": "",
            "birth_date": "1990-12-10", "email": "", "extra_time": "",
        });
        let path = self.at("/enrolments");
        self.manager.post(&path, body).await.expect(201);
    }

    /// Plans the session anew, with its papers and certificates in another language.
    pub async fn speak(&mut self, language: &str) {
        let path = self.at("");
        let now = self.manager.get(&path).await.expect(200);
        let mut body = session_body(now["invigilators"][0]["id"].as_str().unwrap());
        body.as_object_mut().unwrap().remove("scheme_id");
        body["language"] = json!(language);
        let changed = self.manager.put_over(&now["version"], &path, body).await.expect(200);
        assert_eq!(changed["language"], language);
    }

    /// Opens the session.
    pub async fn open(&mut self) {
        let path = self.at("/open");
        self.invigilator.post(&path, json!({})).await.expect(200);
    }

    /// A candidate who was enrolled takes a seat.
    pub async fn enter(&self, app: &TestApp, name: &str) -> Seat {
        let mut browser = app.anyone();
        let body = json!({
            "session_code": self.entry_code, "family_name": format!("lovelace {name}"),
            "given_names": name, "birth_date": "1990-12-10",
        });
        let view = browser.post("/api/v1/entry", body).await.expect(200);
        Seat { browser, attempt: view["attempt_id"].as_str().unwrap().to_owned() }
    }

    /// The invigilator commands some attempts.
    pub async fn command(&mut self, command: &str, attempts: &[&str], reason: &str) -> Value {
        let mut body = json!({ "command": command, "attempts": attempts });
        if command == "release" {
            body["credit"] = json!(true);
        }
        if !reason.is_empty() {
            body["reason"] = json!(reason);
        }
        let path = self.at("/commands");
        self.invigilator.post(&path, body).await.expect(200)
    }

    /// The invigilator checks in and admits.
    pub async fn admit(&mut self, seats: &[&Seat]) {
        let attempts: Vec<&str> = seats.iter().map(|seat| seat.attempt.as_str()).collect();
        for command in ["check_in", "admit"] {
            let done = self.command(command, &attempts, "").await;
            assert_eq!(done["refused"], json!([]));
        }
    }
}

impl Seat {
    /// Starts a part; the items on its paper.
    pub async fn start(&mut self, part: i32) -> Vec<Value> {
        let path = format!("/api/v1/attempt/parts/{part}/start");
        let paper = self.browser.post(&path, json!({})).await.expect(200);
        paper["items"].as_array().unwrap().clone()
    }

    /// Answers one item for the first time.
    pub async fn answer(&mut self, part: i32, item: &Value, value: Value) {
        let view = self.browser.get("/api/v1/attempt").await.expect(200);
        let body = json!({ "part": part, "epoch": view["epoch"], "revision": 1, "value": value });
        let path = format!("/api/v1/attempt/answers/{}", item["id"].as_str().unwrap());
        self.browser.put(&path, body).await.expect(200);
    }

    /// Hands in a part.
    pub async fn finish(&mut self, part: i32) -> Value {
        let path = format!("/api/v1/attempt/parts/{part}/finish");
        self.browser.post(&path, json!({})).await.expect(200)
    }
}
