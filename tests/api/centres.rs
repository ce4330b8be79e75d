//! Centres, their members, invitations.

use serde_json::{Value, json};

use crate::{
    both,
    support::{
        PASSWORD, TestApp,
        centre::{accept_path, code, confirm_path, newcomer, text},
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

    async fn an_invitation_is_accepted_once_and_gives_the_role_when_it_is_confirmed(app: TestApp) {
        let mut admin = app.admin().await;
        let invitation = admin.post("/api/v1/invitations", juror("ada@x.example")).await;
        let invitation = invitation.expect(201);
        let path = format!("/api/v1/invitations/{}", code(&invitation));
        assert_eq!(app.anyone().get(&path).await.expect(200)["role"], "juror");
        let mut ada = app.anyone();
        let accepted = ada.post(&accept_path(&invitation), newcomer("Ada")).await.expect(200);
        assert_eq!(accepted, json!({ "given": false }));
        app.anyone().get(&path).await.refused(404, "no_such_invitation");
        let again = app.anyone().post(&accept_path(&invitation), newcomer("Eve")).await;
        again.refused(404, "no_such_invitation");
        let account = json!({ "email": "ada@x.example", "password": PASSWORD });
        ada.post("/api/v1/sign-in", account.clone()).await.refused(401, "bad_credentials");
        let waiting = admin.get("/api/v1/invitations").await.expect(200);
        assert_eq!(waiting[0]["accepted_by"]["display_name"], "Ada");
        assert_eq!(waiting[0]["email"], "ada@x.example");
        let seen = json!({ "display_name": "Ada" });
        admin.post(&confirm_path(&invitation), seen.clone()).await.expect(204);
        admin.post(&confirm_path(&invitation), seen).await.refused(409, "nothing_to_confirm");
        assert_eq!(ada.post("/api/v1/sign-in", account).await.expect(200)["roles"], json!(["juror"]));
        assert_eq!(admin.get("/api/v1/invitations").await.expect(200), json!([]));
        let jurors = admin.get("/api/v1/people?role=juror").await.expect(200);
        assert_eq!(jurors[0]["display_name"], "Ada");
    }

    async fn whoever_is_not_the_right_one_gets_nothing(app: TestApp) {
        let mut admin = app.admin().await;
        let invitation = admin.post("/api/v1/invitations", juror("ada@x.example")).await;
        let invitation = invitation.expect(201);
        app.anyone().post(&accept_path(&invitation), newcomer("Eve")).await.expect(200);
        let other = json!({ "display_name": "Ada" });
        admin.post(&confirm_path(&invitation), other).await.refused(409, "account_changed");
        let refuse = confirm_path(&invitation).replace("/confirm", "/refuse");
        admin.post(&refuse, json!({})).await.expect(204);
        let account = json!({ "email": "ada@x.example", "password": PASSWORD });
        app.anyone().post("/api/v1/sign-in", account).await.refused(401, "bad_credentials");
        assert_eq!(admin.get("/api/v1/people?role=juror").await.expect(200), json!([]));
        let seen = json!({ "display_name": "Eve" });
        admin.post(&confirm_path(&invitation), seen).await.refused(409, "nothing_to_confirm");
    }

    async fn only_whoever_invites_confirms(app: TestApp) {
        let (mut house, mut other) = (app.house("Halimi").await, app.house("Curie").await);
        let path = format!("/api/v1/centres/{}/invitations", house.centre);
        let body = json!({ "email": "ivan@x.example", "role": "invigilator" });
        let invitation = house.manager.post(&path, body).await.expect(201);
        app.anyone().post(&accept_path(&invitation), newcomer("Ivan")).await.expect(200);
        let seen = json!({ "display_name": "Ivan" });
        let foreign = other.manager.post(&confirm_path(&invitation), seen.clone()).await;
        foreign.refused(404, "no_such_invitation");
        app.anyone().post(&confirm_path(&invitation), seen.clone()).await.expect(401);
        let (mut grace, _) = house.invigilator(&app, "grace@x.example").await;
        grace.post(&confirm_path(&invitation), seen.clone()).await.refused(403, "forbidden");
        let detail = house.manager.get(&format!("/api/v1/centres/{}", house.centre)).await;
        let waiting = detail.expect(200)["invitations"].clone();
        assert_eq!(waiting[0]["accepted_by"]["display_name"], "Ivan");
        house.manager.post(&confirm_path(&invitation), seen).await.expect(204);
        let mut admin = app.admin().await;
        let platform = admin.post("/api/v1/invitations", juror("ada@x.example")).await.expect(201);
        app.anyone().post(&accept_path(&platform), newcomer("Ada")).await.expect(200);
        let seen = json!({ "display_name": "Ada" });
        let manager = house.manager.post(&confirm_path(&platform), seen).await;
        manager.refused(404, "no_such_invitation");
    }

    async fn an_invitation_expires_after_seven_days(app: TestApp) {
        let mut admin = app.admin().await;
        let invitation = admin.post("/api/v1/invitations", juror("ada@x.example")).await;
        let invitation = invitation.expect(201);
        app.later(7 * 24 * 3600);
        let refused = app.anyone().post(&accept_path(&invitation), newcomer("Ada")).await;
        refused.refused(404, "no_such_invitation");
        app.anyone().get("/api/v1/invitations/nonsense").await.refused(404, "no_such_invitation");
    }

    async fn who_has_an_account_accepts_while_signed_in_to_it(app: TestApp) {
        let mut house = app.house("Halimi").await;
        let mut admin = app.admin().await;
        let invitation =
            admin.post("/api/v1/invitations", juror("manager@halimi.example")).await.expect(201);
        let path = accept_path(&invitation);
        app.anyone().post(&path, json!({})).await.refused(401, "not_signed_in");
        app.admin().await.post(&path, json!({})).await.refused(409, "not_your_invitation");
        let accepted = house.manager.post(&path, json!({})).await.expect(200);
        assert_eq!(accepted, json!({ "given": true }), "an administrator confirmed this address");
        let me = house.manager.get("/api/v1/me").await.expect(200);
        assert_eq!((&me["roles"], &me["display_name"]), (&json!(["juror"]), &json!("Halimi")));
        assert_eq!(me["memberships"][0]["role"], "manager");
    }

    async fn an_address_that_nobody_confirmed_is_confirmed_by_each_centre_once(app: TestApp) {
        let (mut house, mut other) = (app.house("Halimi").await, app.house("Curie").await);
        let (mut grace, _) = house.invigilator(&app, "grace@x.example").await;
        let body = |role: &str| json!({ "email": "grace@x.example", "role": role });
        let own = format!("/api/v1/centres/{}/invitations", house.centre);
        let again = house.manager.post(&own, body("manager")).await.expect(201);
        let given = grace.post(&accept_path(&again), json!({})).await.expect(200);
        assert_eq!(given, json!({ "given": true }), "her centre knows her");
        let path = format!("/api/v1/centres/{}/invitations", other.centre);
        let there = other.manager.post(&path, body("invigilator")).await.expect(201);
        let waits = grace.post(&accept_path(&there), json!({})).await.expect(200);
        assert_eq!(waits, json!({ "given": false }));
        let roles = |me: Value| me["memberships"].as_array().unwrap().len();
        assert_eq!(roles(grace.get("/api/v1/me").await.expect(200)), 2);
        let seen = json!({ "display_name": "Grace" });
        other.manager.post(&confirm_path(&there), seen).await.expect(204);
        assert_eq!(roles(grace.get("/api/v1/me").await.expect(200)), 3);
    }

    async fn an_invitation_does_not_tell_whether_its_address_has_an_account(app: TestApp) {
        app.house("Halimi").await;
        let mut admin = app.admin().await;
        let mut told = Vec::new();
        for email in ["manager@halimi.example", "nobody@halimi.example"] {
            let invitation = admin.post("/api/v1/invitations", juror(email)).await.expect(201);
            let path = format!("/api/v1/invitations/{}", code(&invitation));
            let mut view = app.anyone().get(&path).await.expect(200);
            view["email"].take();
            let mut eve = app.anyone();
            let accepted = eve.post(&accept_path(&invitation), newcomer("Eve")).await;
            let cookies = accepted.headers.get_all("set-cookie").iter().count();
            told.push((view, accepted.expect(200), cookies));
        }
        assert_eq!(told[0], told[1]);
    }

    async fn what_a_newcomer_types_gives_nothing_to_an_account_that_was_there(app: TestApp) {
        let mut house = app.house("Halimi").await;
        let mut admin = app.admin().await;
        let email = "manager@halimi.example";
        let invitation = admin.post("/api/v1/invitations", juror(email)).await.expect(201);
        let body = json!({ "newcomer": { "display_name": "Eve", "password": "a password of Eve" } });
        app.anyone().post(&accept_path(&invitation), body).await.expect(200);
        let waiting = admin.get("/api/v1/invitations").await.expect(200);
        assert_eq!(waiting[0]["accepted_by"]["has_account"], json!(true));
        let seen = json!({ "display_name": "Eve" });
        admin.post(&confirm_path(&invitation), seen).await.refused(409, "has_account");
        let eve = json!({ "email": email, "password": "a password of Eve" });
        app.anyone().post("/api/v1/sign-in", eve).await.refused(401, "bad_credentials");
        assert_eq!(house.manager.get("/api/v1/me").await.expect(200)["roles"], json!([]));
    }

    async fn codes_of_invitations_cannot_be_guessed(app: TestApp) {
        let mut admin = app.admin().await;
        let invitation = admin.post("/api/v1/invitations", juror("ada@x.example")).await;
        let right = format!("/api/v1/invitations/{}", code(&invitation.expect(201)));
        let mut eve = app.anyone();
        for number in 0..30 {
            let path = format!("/api/v1/invitations/{number:032x}");
            eve.get(&path).await.refused(404, "no_such_invitation");
        }
        eve.post(&format!("{right}0/accept"), newcomer("Eve")).await.expect(429);
        eve.get(&right).await.refused(429, "too_many_attempts");
        let elsewhere = eve.request(reqwest::Method::GET, &right);
        eve.answer(elsewhere.header("x-forwarded-for", "203.0.113.9")).await.expect(200);
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
