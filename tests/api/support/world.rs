//! Two houses on one platform, each with a session that runs and one that was judged, and marks in all
//! that belongs to a house: whoever reads the mark of a house reads what is its own.

use jurat::{
    base::{PanelId, PersonId, SessionId},
    certificate, exec,
    people::{self, Holder, Person, Role},
};
use serde_json::{Value, json};

use super::{Actor, TestApp, centre::text, day::Seat, judged};

/// A centre with everything in it.
pub struct House {
    /// In each of its marks: `alpha` or `beta`.
    pub mark: &'static str,
    pub centre: String,
    /// The session that runs.
    pub session: String,
    /// Somebody enrolled in it.
    pub enrolment: String,
    /// Somebody else who is enrolled in it, at a seat.
    pub seat: Seat,
    /// The session that was judged.
    pub judged: String,
    pub panel: String,
    pub case: String,
    pub certificate: String,
    manager: Actor,
}

/// What a person is given in a house, or on the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// On the platform.
    Platform(Role),
    /// Manages the house with this mark.
    Manager(&'static str),
    /// Is a member of it and in the plans of its sessions.
    Invigilator(&'static str),
    /// Is a member of it and in no plan.
    Member(&'static str),
    /// Presides over its panel.
    President(&'static str),
}

/// Two houses and whoever runs the platform.
pub struct World {
    pub houses: [House; 2],
    pub admin: Actor,
}

impl TestApp {
    /// The world.
    pub async fn world(&self) -> World {
        let mut admin = self.admin().await;
        let jurors = self.jurors(&mut admin).await;
        let mut houses = Vec::new();
        for mark in ["alpha", "beta"] {
            houses.push(self.house_with_everything(&mut admin, &jurors, mark).await);
        }
        let houses = houses.try_into().unwrap_or_else(|_| panic!("there are two houses"));
        World { houses, admin }
    }

    async fn house_with_everything(
        &self,
        admin: &mut Actor,
        jurors: &[(Actor, String)],
        mark: &'static str,
    ) -> House {
        let body = json!({
            "name": format!("CENTRE-{mark}"), "kind": "school", "time_zone": "Europe/Paris",
            "external_id": format!("CENTRE-{mark}"), "manager_email": format!("{mark}@jurat.example"),
        });
        let created = admin.post("/api/v1/centres", body).await.expect(201);
        let centre = text(&created["centre"]["id"]);
        let (mut manager, _) = self.accept(admin, &created["invitation"]).await;
        let (session, code) = plan(&mut manager, &centre, mark).await;
        let enrolment = text(&enrol(&mut manager, &session, mark, "Ada").await["id"]);
        enrol(&mut manager, &session, mark, "Bo").await;
        let at = |rest: &str| format!("/api/v1/sessions/{session}{rest}");
        manager.post(&at("/open"), json!({})).await.expect(200);
        let seat = enter(self, &code, mark, "Bo").await;
        let noted =
            json!({ "attempt_id": null, "category": "other", "note": format!("TEXT-{mark}") });
        manager.post(&at("/incidents"), noted).await.expect(200);
        let told = json!({ "attempt_id": null, "text": format!("TEXT-{mark}") });
        manager.post(&at("/notices"), told).await.expect(200);
        let (judged, _) = plan(&mut manager, &centre, mark).await;
        enrol(&mut manager, &judged, mark, "Cy").await;
        manager.post(&format!("/api/v1/sessions/{judged}/open"), json!({})).await.expect(200);
        let mut house = House {
            mark,
            centre,
            session,
            enrolment,
            seat,
            judged,
            panel: String::new(),
            case: String::new(),
            certificate: String::new(),
            manager,
        };
        self.judge(admin, jurors, &mut house).await;
        house
    }

    /// The exam is over, the panel convened, its only case decided, the certificate issued.
    async fn judge(&self, admin: &mut Actor, jurors: &[(Actor, String)], house: &mut House) {
        let session: SessionId = house.judged.parse().unwrap();
        let at = |rest: &str| format!("/api/v1/sessions/{session}{rest}");
        let mut tx = self.app.db.begin().await.unwrap();
        exec!(
            tx,
            "UPDATE attempt SET state = 'submitted', ended = 'submitted', part = 2
              WHERE session_id = $1",
            session,
        )
        .unwrap();
        tx.commit().await.unwrap();
        let remark = json!({ "comment": format!("TEXT-{}", house.mark) });
        house.manager.post(&at("/close"), remark).await.expect(200);
        let named = json!({ "president": jurors[0].1, "jurors": [jurors[1].1, jurors[2].1] });
        let panel = admin.post(&at("/panel"), named).await.expect(200);
        house.panel = text(&panel["id"]);
        house.case = text(&panel["case_list"][0]["id"]);
        let mut tx = self.app.db.begin().await.unwrap();
        let id: PanelId = house.panel.parse().unwrap();
        exec!(
            tx,
            "UPDATE jury_case SET score = $2, proposed_level = 'avance' WHERE panel_id = $1",
            id,
            judged::score(),
        )
        .unwrap();
        tx.commit().await.unwrap();
        for (juror, _) in &jurors[..2] {
            let vote = json!({ "outcome": "validated", "level": null,
                "reason": format!("TEXT-{}", house.mark) });
            let path = format!("/api/v1/cases/{}/vote", house.case);
            juror.clone().put(&path, vote).await.expect(200);
        }
        let close = format!("/api/v1/panels/{}/close", house.panel);
        jurors[0].0.clone().post(&close, json!({})).await.expect(200);
        certificate::issue_pending(&self.app).await.unwrap();
        let issued = certificate::list_of_session(&self.app, session).await.unwrap();
        house.certificate = issued[0].id.to_string();
    }
}

async fn plan(manager: &mut Actor, centre: &str, mark: &str) -> (String, String) {
    let body = json!({
        "scheme_id": "pix-edu", "place": format!("TEXT-{mark}"), "room": "B12",
        "date": "2027-03-02", "time": "09:30", "invigilators": [],
        "comment": format!("TEXT-{mark}"),
    });
    let path = format!("/api/v1/centres/{centre}/sessions");
    let planned = manager.post(&path, body).await.expect(201);
    (text(&planned["id"]), text(&planned["entry_code"]))
}

async fn enrol(manager: &mut Actor, session: &str, mark: &str, name: &str) -> Value {
    let body = json!({
        "family_name": format!("Name-{mark}"), "given_names": name, "birth_date": "1990-12-10",
        "external_id": format!("NAME-{mark}-{name}"), "email": format!("mail-{mark}@{name}.example"),
        "extra_time": "",
    });
    manager.post(&format!("/api/v1/sessions/{session}/enrolments"), body).await.expect(201)
}

async fn enter(app: &TestApp, code: &str, mark: &str, name: &str) -> Seat {
    let mut browser = app.anyone();
    let body = json!({ "session_code": code, "family_name": format!("Name-{mark}"),
        "given_names": name, "birth_date": "1990-12-10" });
    let view = browser.post("/api/v1/entry", body).await.expect(200);
    Seat { browser, attempt: text(&view["attempt_id"]) }
}

impl World {
    /// The house with this mark.
    pub fn house(&self, mark: &str) -> &House {
        self.houses.iter().find(|house| house.mark == mark).unwrap()
    }

    /// Somebody new who is given all this, signed in.
    pub async fn person(&self, app: &TestApp, name: &str, grants: &[Grant]) -> Actor {
        let (app, now) = (&app.app, app.app.clock.now());
        let id: PersonId = app.chance.id(now);
        let mut tx = app.db.begin().await.unwrap();
        let person = Person {
            id,
            email: format!("{name}@nowhere.example"),
            display_name: name.to_owned(),
            password_hash: "none".to_owned(),
        };
        people::add_person(&mut tx, &person, now).await.unwrap();
        for grant in grants {
            self.give(&mut tx, id, *grant, now).await;
        }
        let token = people::open(app, &mut tx, Holder::Person(id), now).await.unwrap();
        tx.commit().await.unwrap();
        let mut actor = self.admin.clone();
        actor.cookies = [("__Host-jurat".to_owned(), token.reveal())].into();
        actor.opened_for = [("__Host-jurat".to_owned(), id.to_string())].into();
        actor
    }

    async fn give(
        &self,
        tx: &mut jurat::db::Tx,
        person: PersonId,
        grant: Grant,
        now: jurat::base::Timestamp,
    ) {
        use jurat::centre::put_member;
        let of = |mark: &str| self.house(mark);
        let centre = |mark: &str| of(mark).centre.parse().unwrap();
        match grant {
            Grant::Platform(role) => people::put_role(tx, person, role, now).await.unwrap(),
            Grant::Manager(mark) => {
                put_member(tx, centre(mark), person, Role::Manager, now).await.unwrap();
            }
            Grant::Member(mark) => {
                put_member(tx, centre(mark), person, Role::Invigilator, now).await.unwrap();
            }
            Grant::Invigilator(mark) => {
                put_member(tx, centre(mark), person, Role::Invigilator, now).await.unwrap();
                for session in [&of(mark).session, &of(mark).judged] {
                    let session: SessionId = session.parse().unwrap();
                    exec!(
                        tx,
                        "INSERT INTO session_invigilator (session_id, person_id) VALUES ($1, $2)",
                        session,
                        person,
                    )
                    .unwrap();
                }
            }
            Grant::President(mark) => {
                people::put_role(tx, person, Role::Juror, now).await.unwrap();
                let panel: PanelId = of(mark).panel.parse().unwrap();
                exec!(
                    tx,
                    "INSERT INTO juror (panel_id, person_id, president) VALUES ($1, $2, TRUE)",
                    panel,
                    person,
                )
                .unwrap();
            }
        }
    }
}
