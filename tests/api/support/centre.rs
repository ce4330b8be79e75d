//! A centre with its manager, and a session planned in it.

use serde_json::{Value, json};

use super::{Actor, PASSWORD, TestApp};

/// A centre and the one who runs it.
pub struct House {
    /// The id of the centre.
    pub centre: String,
    /// Its manager, signed in.
    pub manager: Actor,
}

impl TestApp {
    /// A centre in Paris whose manager has accepted the invitation.
    pub async fn house(&self, name: &str) -> House {
        let body = json!({
            "name": name, "kind": "school", "time_zone": "Europe/Paris", "external_id": "",
            "manager_email": format!("manager@{}.example", name.to_lowercase()),
        });
        let mut admin = self.admin().await;
        let created = admin.post("/api/v1/centres", body).await.expect(201);
        let (manager, _) = self.joins(&mut admin, &created["invitation"], name).await;
        House { centre: text(&created["centre"]["id"]), manager }
    }

    /// Accepts an invitation as a newcomer, whom `host` confirms; the person is signed in then. Also the
    /// answer.
    pub async fn joins(&self, host: &mut Actor, invitation: &Value, name: &str) -> (Actor, Value) {
        let mut person = self.anyone();
        let accepted = person.post(&accept_path(invitation), newcomer(name)).await.expect(200);
        assert_eq!(accepted, json!({ "given": false }));
        host.post(&confirm_path(invitation), json!({ "display_name": name })).await.expect(204);
        let body = json!({ "email": invitation["email"], "password": PASSWORD });
        let me = person.post("/api/v1/sign-in", body).await.expect(200);
        (person, me)
    }
}

/// The address at which an invitation is accepted.
pub fn accept_path(invitation: &Value) -> String {
    format!("/api/v1/invitations/{}/accept", code(invitation))
}

/// What somebody without an account accepts an invitation with.
pub fn newcomer(name: &str) -> Value {
    json!({ "newcomer": { "display_name": name, "password": PASSWORD } })
}

/// The address at which whoever invited confirms it.
pub fn confirm_path(invitation: &Value) -> String {
    format!("/api/v1/invitations/{}/confirm", text(&invitation["id"]))
}

/// The code in the link of an invitation.
pub fn code(invitation: &Value) -> String {
    text(&invitation["link"]).rsplit('/').next().unwrap().to_owned()
}

/// The text of a member.
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is a text")).to_owned()
}

/// A session to plan, tomorrow at 9:30 in Paris.
pub fn session_body() -> Value {
    json!({
        "scheme_id": "pix-edu", "place": "Lycée", "room": "B 204", "date": "2027-03-02",
        "time": "09:30", "invigilators": [], "language": "fr", "comment": "",
    })
}

impl House {
    /// Plans a session tomorrow; its id.
    pub async fn session(&mut self) -> String {
        text(&self.plan(session_body()).await.expect(201)["id"])
    }

    /// Asks for a session.
    pub async fn plan(&mut self, body: Value) -> super::Answer {
        let path = format!("/api/v1/centres/{}/sessions", self.centre);
        self.manager.post(&path, body).await
    }

    /// Invites somebody as an invigilator, who accepts. Also the person's id.
    pub async fn invigilator(&mut self, app: &TestApp, email: &str) -> (Actor, String) {
        let path = format!("/api/v1/centres/{}/invitations", self.centre);
        let body = json!({ "email": email, "role": "invigilator" });
        let invitation = self.manager.post(&path, body).await.expect(201);
        let (person, me) = app.joins(&mut self.manager, &invitation, "Grace").await;
        (person, text(&me["id"]))
    }
}
