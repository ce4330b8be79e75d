//! The same POST sent again gets the same answer and is not done again.

use std::collections::BTreeMap;

use jurat::{
    base::{Moment, PersonId},
    people::{
        self, Holder,
        replies::{self, Keyed, Known, Reply},
    },
};
use reqwest::Method;
use serde_json::json;

use crate::{
    both,
    support::{Actor, Answer, PASSWORD, TestApp, day::session_body},
};

fn somebody() -> Holder {
    Holder::Person(PersonId(uuid::Uuid::from_u128(7)))
}

/// What the answer itself has, beside the transmission and what marks a replay.
fn headers(answer: &Answer) -> BTreeMap<String, String> {
    let own = |name: &str| !["date", "content-length", "idempotency-replayed"].contains(&name);
    let all = answer.headers.iter().filter(|(name, _)| own(name.as_str()));
    all.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect()
}

/// The moment at which the key is taken, which is free.
async fn taken(app: &TestApp, request: &Keyed) -> Moment {
    match replies::take(&app.app, request).await.unwrap() {
        Known::New(taken) => taken,
        known => panic!("{known:?}"),
    }
}

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
        assert_eq!(headers(&first), headers(&second), "the whole answer");
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

    async fn a_key_is_for_those_who_act_and_nothing_to_a_sign_in(app: TestApp) {
        let mut admin = app.admin().await;
        let body = json!({ "email": "admin@jurat.example", "password": PASSWORD });
        for _ in 0..2 {
            let request = admin.request(Method::POST, "/api/v1/sign-in").json(&body);
            let signed_in = admin.answer(request.header("idempotency-key", "k1")).await;
            signed_in.expect(200);
            assert!(signed_in.headers.contains_key("set-cookie"), "a token is never kept");
        }
    }

    async fn a_request_that_was_cut_off_with_its_server_is_in_doubt(app: TestApp) {
        let request = Keyed::new(somebody(), "k1", [b"POST", b"/x", b"{}"]);
        taken(&app, &request).await;
        app.later(59);
        assert_eq!(replies::take(&app.app, &request).await.unwrap(), Known::Running);
        app.later(2);
        assert_eq!(replies::take(&app.app, &request).await.unwrap(), Known::InDoubt);
    }

    async fn what_is_kept_for_a_while_goes_after_it(app: TestApp) {
        let mut admin = app.admin().await;
        let request = Keyed::new(somebody(), "k1", [b"POST", b"/x", b"{}"]);
        replies::take(&app.app, &request).await.unwrap();
        assert_eq!(people::tidy(&app.app).await.unwrap(), 0);
        admin.get("/api/v1/me").await.expect(200);
        app.later(30 * 24 * 3600);
        // the server tidies up as well: who of the two removed it does not matter
        people::tidy(&app.app).await.unwrap();
        let mut tx = app.app.db.read().await.unwrap();
        let left: (i64,) =
            jurat::fetch!(tx, fetch_one, (i64,), "SELECT count(*) FROM sign_in").unwrap();
        assert_eq!(left, (0,), "the sign-in is over");
        drop(tx);
        taken(&app, &request).await;
    }

    async fn a_key_that_is_given_back_late_stays_with_a_later_request(app: TestApp) {
        let request = Keyed::new(somebody(), "k1", [b"POST", b"/x", b"{}"]);
        let first = taken(&app, &request).await;
        replies::forget(&app.app, &request, first).await.unwrap();
        app.later(1);
        let second = taken(&app, &request).await;
        // the first was in doubt, and is tried once more
        replies::give_back(app.app.clone(), request.clone(), first).await;
        assert_eq!(replies::take(&app.app, &request).await.unwrap(), Known::Running);
        let reply = Reply { status: 200, headers: vec![], body: b"done".to_vec() };
        replies::keep(&app.app, &request, &reply).await.unwrap();
        replies::forget(&app.app, &request, second).await.unwrap();
        let kept = replies::take(&app.app, &request).await.unwrap();
        assert_eq!(kept, Known::Replied(reply), "what was answered is never forgotten");
    }
}
