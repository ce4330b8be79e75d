//! The same POST sent again gets the same answer and is not done again.

use reqwest::Method;
use serde_json::json;

use crate::{
    both,
    support::{Actor, TestApp, day::session_body},
};

both! {
    async fn a_session_planned_twice_under_one_key_is_one_session(app: TestApp) {
        let mut day = app.day().await;
        let path = format!("/api/v1/centres/{}/sessions", day.centre);
        let send = |manager: &Actor, room: &str| {
            let mut body = session_body("");
            body["invigilators"] = json!([]);
            body["room"] = json!(room);
            manager.request(Method::POST, &path).header("idempotency-key", "k1").json(&body)
        };
        let request = send(&day.manager, "A1");
        let first = day.manager.answer(request).await;
        let request = send(&day.manager, "A1");
        let second = day.manager.answer(request).await;
        assert_eq!(first.expect(201), second.expect(201));
        assert_eq!(second.headers["idempotency-replayed"], "true");
        let request = send(&day.manager, "A2");
        day.manager.answer(request).await.refused(409, "key_reused");
        let planned = day.manager.get(&path).await.expect(200);
        assert_eq!(planned.as_array().unwrap().len(), 2);
    }

    async fn a_link_that_is_told_once_is_not_kept(app: TestApp) {
        let mut admin = app.admin().await;
        let body = json!({ "email": "juror@jurat.example", "role": "juror" });
        let mut links = Vec::new();
        for _ in 0..2 {
            let request = admin
                .request(Method::POST, "/api/v1/invitations")
                .header("idempotency-key", "k1")
                .json(&body);
            links.push(admin.answer(request).await.expect(201)["link"].clone());
        }
        assert_ne!(links[0], links[1]);
    }
}
