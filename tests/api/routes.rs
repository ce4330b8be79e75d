//! Every route × every role: what the table does not allow is refused before anything is looked at.

use jurat::{
    http::rights::{Line, TABLE, Who},
    people::Role,
};
use reqwest::Method;
use serde_json::json;

use crate::{
    both,
    support::{Actor, TestApp},
};

/// What ends the walk for who walks.
pub const LEAVES: [&str; 2] = ["/api/v1/sign-out", "/api/v1/attempt/leave"];

/// The path with ids that stand for nothing.
pub fn random_ids(path: &str) -> String {
    let id = "0123456789abcdef0123456789abcdef";
    [
        ("{centre}", format!("cen_{id}")),
        ("{session}", format!("ses_{id}")),
        ("{enrolment}", format!("enr_{id}")),
        ("{panel}", format!("pan_{id}")),
        ("{case}", format!("cas_{id}")),
        ("{certificate}", format!("crt_{id}")),
        ("{code}", "0000-0000-0000".to_owned()),
        ("{part}", "1".to_owned()),
        ("{item}", "crcn-1.1-01".to_owned()),
        ("{page}", "exam".to_owned()),
        ("{*rest}", "x".to_owned()),
        ("{*file}", "x".to_owned()),
    ]
    .into_iter()
    .fold(path.to_owned(), |path, (name, value)| path.replace(name, &value))
}

fn may(line: &Line, roles: &[Who]) -> bool {
    line.who.contains(&Who::Anyone) || line.who.iter().any(|who| roles.contains(who))
}

/// Asks every route; counts those that were let through.
async fn walk(actor: &mut Actor, roles: &[Who]) -> usize {
    let mut through = 0;
    for line in TABLE.iter().filter(|line| !LEAVES.contains(&line.path)) {
        let method: Method = line.method.parse().unwrap();
        let path = random_ids(line.path);
        let body = (method != Method::GET).then(|| json!({ "nonsense": true }));
        let answer = actor.send(method, &path, body).await;
        let refused = answer.status == 401 || answer.status == 403;
        let named = format!("{} {} as {roles:?}: {}", line.method, line.path, answer.status);
        if line.path == "/api/v1/live" {
            continue;
        }
        assert_eq!(!refused, may(line, roles), "{named}");
        assert!(answer.status.as_u16() < 500, "{named}");
        through += usize::from(!refused);
    }
    through
}

both! {
    async fn strangers_reach_what_is_public_and_nothing_else(app: TestApp) {
        let public = TABLE.iter().filter(|line| line.who.contains(&Who::Anyone)).count();
        assert!(walk(&mut app.anyone(), &[]).await < public);
    }

    async fn every_role_reaches_its_own_routes_and_nothing_else(app: TestApp) {
        let mut day = app.day().await;
        day.enrol("ada").await;
        day.open().await;
        let mut ada = day.enter(&app, "ada").await;
        walk(&mut ada.browser, &[Who::Candidate]).await;
        let holder = Who::Holder;
        walk(&mut day.admin, &[Who::SignedIn, holder(Role::Admin)]).await;
        walk(&mut day.manager, &[Who::SignedIn, holder(Role::Manager)]).await;
        walk(&mut day.invigilator, &[Who::SignedIn, holder(Role::Invigilator)]).await;
        for role in [Role::Juror, Role::Auditor] {
            let mut person = app.holder(&format!("{}@jurat.example", role.word()), role).await;
            walk(&mut person, &[Who::SignedIn, holder(role)]).await;
        }
    }

    async fn a_route_that_is_not_in_the_table_is_no_route(app: TestApp) {
        let mut admin = app.admin().await;
        admin.get("/api/v1/secrets").await.refused(404, "no_such_page");
        admin.delete("/api/v1/me").await.refused(405, "no_such_method");
    }

    async fn a_manager_does_not_reach_into_another_centre(app: TestApp) {
        let mut day = app.day().await;
        day.enrol("ada").await;
        let created = day
            .admin
            .post("/api/v1/centres", crate::support::day::centre_body("rival"))
            .await
            .expect(201);
        let (mut rival, _) = app.accept(&created["invitation"]).await;
        let centre = format!("/api/v1/centres/{}", day.centre);
        let foreign = [centre.clone(), format!("{centre}/sessions"), day.at("")];
        let of_session = ["/enrolments", "/attendance.pdf", "/kit.pdf"].map(|rest| day.at(rest));
        for path in foreign.iter().chain(&of_session) {
            let answer = rival.get(path).await;
            assert_eq!(answer.status, 404, "{path}");
            assert!(!String::from_utf8_lossy(&answer.bytes).contains("Lovelace"), "{path}");
        }
        let seen = rival.get("/api/v1/sessions").await.expect(200);
        assert_eq!(seen, json!([]));
    }
}
