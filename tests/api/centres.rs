//! Centres, their members, invitations.

use serde_json::{Value, json};

use crate::{
    both,
    support::{
        PASSWORD, TestApp,
        centre::{accept_path, code, text},
    },
};

fn juror(email: &str) -> Value {
    json!({ "email": email, "role": "juror" })
}

both! {
    async fn an_administrator_creates_a_centre_and_its_manager_accepts(app: TestApp) {
        let mut house = app.house("Halimi").await;
        let me = house.manager.get("/api/v1/me").await.expect(200);
        assert_eq!(me["memberships"], json!([
            { "centre_id": house.centre, "centre_name": "Halimi", "role": "manager" }
        ]));
        let detail = house.manager.get(&format!("/api/v1/centres/{}", house.centre)).await;
        let detail = detail.expect(200);
        assert_eq!(detail["time_zone"], "Europe/Paris");
        assert_eq!(detail["members"][0]["email"], "manager@halimi.example");
        assert_eq!(detail["invitations"], json!([]));
    }

    async fn a_centre_needs_a_name_and_a_zone_of_the_world(app: TestApp) {
        let mut admin = app.admin().await;
        let body = |name: &str, zone: &str| json!({
            "name": name, "kind": "school", "time_zone": zone, "external_id": "",
            "manager_email": "m@halimi.example",
        });
        let refused = admin.post("/api/v1/centres", body("Halimi", "Europe/Atlantis")).await;
        refused.refused(422, "unknown_time_zone");
        let refused = admin.post("/api/v1/centres", body(" ", "Europe/Paris")).await;
        refused.refused(422, "bad_centre_name");
        assert_eq!(admin.get("/api/v1/centres").await.expect(200), json!([]));
    }

    async fn an_invitation_is_accepted_once(app: TestApp) {
        let mut admin = app.admin().await;
        let invitation = admin.post("/api/v1/invitations", juror("ada@x.example")).await;
        let invitation = invitation.expect(201);
        let path = format!("/api/v1/invitations/{}", code(&invitation));
        let view = app.anyone().get(&path).await.expect(200);
        assert_eq!((&view["role"], &view["has_account"]), (&json!("juror"), &json!(false)));
        let (_, me) = app.joins(&invitation, "Ada").await;
        assert_eq!(me["roles"], json!(["juror"]));
        app.anyone().get(&path).await.refused(404, "no_such_invitation");
        let again = json!({ "display_name": "Eve", "password": PASSWORD });
        let refused = app.anyone().post(&accept_path(&invitation), again).await;
        refused.refused(404, "no_such_invitation");
        let jurors = admin.get("/api/v1/people?role=juror").await.expect(200);
        assert_eq!(jurors[0]["display_name"], "Ada");
    }

    async fn an_invitation_expires_after_seven_days(app: TestApp) {
        let mut admin = app.admin().await;
        let invitation = admin.post("/api/v1/invitations", juror("ada@x.example")).await;
        let invitation = invitation.expect(201);
        app.later(7 * 24 * 3600);
        let body = json!({ "display_name": "Ada", "password": PASSWORD });
        let refused = app.anyone().post(&accept_path(&invitation), body).await;
        refused.refused(404, "no_such_invitation");
        app.anyone().get("/api/v1/invitations/nonsense").await.refused(404, "no_such_invitation");
    }

    async fn who_has_an_account_joins_with_its_password_only(app: TestApp) {
        let mut house = app.house("Halimi").await;
        let mut admin = app.admin().await;
        let invitation =
            admin.post("/api/v1/invitations", juror("manager@halimi.example")).await.expect(201);
        let path = format!("/api/v1/invitations/{}", code(&invitation));
        assert_eq!(app.anyone().get(&path).await.expect(200)["has_account"], json!(true));
        let wrong = json!({ "display_name": "Eve", "password": "not the password" });
        let refused = app.anyone().post(&accept_path(&invitation), wrong).await;
        refused.refused(401, "bad_credentials");
        let right = json!({ "display_name": "Eve", "password": PASSWORD });
        let me = app.anyone().post(&accept_path(&invitation), right).await.expect(200);
        assert_eq!(me["display_name"], "Halimi", "an invitation does not rename anybody");
        let me = house.manager.get("/api/v1/me").await.expect(200);
        assert_eq!(me["roles"], json!(["juror"]));
        assert_eq!(me["memberships"][0]["role"], "manager");
    }

    async fn passwords_cannot_be_tried_on_an_invitation(app: TestApp) {
        app.house("Halimi").await;
        let mut admin = app.admin().await;
        let invitation =
            admin.post("/api/v1/invitations", juror("manager@halimi.example")).await.expect(201);
        let wrong = json!({ "display_name": "Eve", "password": "not the password" });
        let mut eve = app.anyone();
        for _ in 0..5 {
            let refused = eve.post(&accept_path(&invitation), wrong.clone()).await;
            refused.refused(401, "bad_credentials");
        }
        let waits = eve.post(&accept_path(&invitation), wrong).await;
        waits.refused(429, "too_many_attempts");
    }

    async fn a_manager_gives_the_roles_of_the_own_centre_only(app: TestApp) {
        let mut house = app.house("Halimi").await;
        let other = app.house("Curie").await;
        let body = |role: &str| json!({ "email": "x@x.example", "role": role });
        let own = format!("/api/v1/centres/{}/invitations", house.centre);
        house.manager.post(&own, body("juror")).await.refused(422, "wrong_role");
        house.manager.post(&own, body("invigilator")).await.expect(201);
        house.manager.post("/api/v1/invitations", body("admin")).await.refused(403, "forbidden");
        let foreign = format!("/api/v1/centres/{}/invitations", other.centre);
        house.manager.post(&foreign, body("manager")).await.refused(404, "no_such_centre");
    }

    async fn a_foreign_centre_does_not_exist(app: TestApp) {
        let mut house = app.house("Halimi").await;
        let mut other = app.house("Curie").await;
        let session = other.session().await;
        let unknown = app.admin().await.get("/api/v1/centres/cen_0").await;
        unknown.refused(404, "no_such_centre");
        for path in ["", "/sessions"] {
            let path = format!("/api/v1/centres/{}{path}", other.centre);
            house.manager.get(&path).await.refused(404, "no_such_centre");
        }
        for path in ["", "/enrolments", "/attendance.pdf", "/kit.pdf"] {
            let path = format!("/api/v1/sessions/{session}{path}");
            house.manager.get(&path).await.refused(404, "no_such_session");
        }
        let path = format!("/api/v1/sessions/{session}/open");
        house.manager.post(&path, json!({})).await.refused(404, "no_such_session");
        let path = format!("/api/v1/sessions/{session}/candidate-list/preview");
        house.manager.upload(&path, b"Nom".to_vec()).await.refused(404, "no_such_session");
        assert_eq!(house.manager.get("/api/v1/sessions").await.expect(200), json!([]));
        let seen = app.admin().await.get("/api/v1/sessions").await.expect(200);
        assert_eq!(text(&seen[0]["id"]), session);
    }
}
