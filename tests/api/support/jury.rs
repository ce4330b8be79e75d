//! A jury and what comes before it.

use jurat::{
    attempt::{self, rules::Command},
    base::PersonId,
    board, item,
    people::{self, Role},
};
use serde_json::{Value, json};

use super::{Actor, Answer, PASSWORD, TestApp, exam::Room};

/// A closed session, three jurors of whom the first presides, and the administrator.
pub struct Jury {
    pub room: Room,
    pub admin: Actor,
    pub ids: Vec<PersonId>,
    pub jurors: Vec<Actor>,
}

pub async fn person(app: &TestApp, name: &str, role: Role) -> (PersonId, Actor) {
    let email = format!("{name}@jurat.example");
    let id = people::create_with_role(&app.app, &email, name, PASSWORD, role).await.unwrap();
    (id, app.signed_in(&email).await)
}

/// Who sits the exam is `answered` well in both parts, or hands in two empty sheets.
async fn sit(app: &TestApp, room: &Room, name: &str, answered: bool) {
    let mut candidate = room.admitted(app, name).await;
    let mut tx = app.app.db.read().await.unwrap();
    let stored = attempt::find(&mut tx, room.attempts[name]).await.unwrap().unwrap();
    drop(tx);
    for part in [1, 2] {
        let items = candidate.start(part).await;
        for paper in items.iter().filter(|_| answered) {
            let item = item::find(paper["id"].as_str().unwrap(), 1).unwrap();
            let right = item::right_answer(item, stored.seed);
            candidate.save(part, paper, 1, right).await.expect(200);
        }
        candidate.finish(part).await.expect(200);
        app.later(8);
    }
}

impl Jury {
    /// Ada answers everything right, Bo hands in empty sheets, Cy is ended by the invigilator, Di
    /// does not come; the session is closed.
    pub async fn of(app: &TestApp) -> Self {
        let room = Room::open(app, &["Ada", "Bo", "Cy", "Di"]).await;
        sit(app, &room, "Ada", true).await;
        sit(app, &room, "Bo", false).await;
        room.started(app, "Cy").await;
        let reason = "copied from a neighbour".to_owned();
        room.order(app, Command::Terminate { reason }, "Cy").await;
        room.order(app, Command::MarkAbsent, "Di").await;
        board::close(&app.app, room.invigilator, room.session, "").await.unwrap();
        let (_, admin) = person(app, "root", Role::Admin).await;
        let (mut ids, mut jurors) = (Vec::new(), Vec::new());
        for name in ["grace", "alan", "edsger"] {
            let (id, actor) = person(app, name, Role::Juror).await;
            ids.push(id);
            jurors.push(actor);
        }
        Self { room, admin, ids, jurors }
    }

    pub async fn convene(&mut self, president: PersonId, others: &[PersonId]) -> Answer {
        let path = format!("/api/v1/sessions/{}/panel", self.room.session);
        self.admin.post(&path, json!({ "president": president, "jurors": others })).await
    }

    /// The panel of all three, as the administrator sees it.
    pub async fn convened(&mut self) -> Value {
        let ids = self.ids.clone();
        self.convene(ids[0], &ids[1..]).await.expect(200)
    }

    pub async fn vote(&mut self, juror: usize, case: &Value, vote: Value) -> Answer {
        let path = format!("/api/v1/cases/{}/vote", case["id"].as_str().unwrap());
        self.jurors[juror].put(&path, vote).await
    }

    pub async fn see(&mut self, juror: usize, case: &Value) -> Value {
        let path = format!("/api/v1/cases/{}", case["id"].as_str().unwrap());
        self.jurors[juror].get(&path).await.expect(200)
    }
}

pub fn case_with<'a>(panel: &'a Value, level: &Value, ended: &str) -> &'a Value {
    let cases = panel["case_list"].as_array().unwrap();
    cases.iter().find(|c| c["proposed_level"] == *level && c["ended"] == ended).unwrap()
}

pub fn refused() -> Value {
    json!({ "outcome": "refused", "level": null, "reason": "nothing was shown" })
}

pub fn validated() -> Value {
    json!({ "outcome": "validated", "level": null, "reason": "" })
}
