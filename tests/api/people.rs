//! Signing in and out, and what strangers may not do.

use argon2::{Argon2, PasswordHasher};
use jurat::people;
use reqwest::Method;
use serde_json::json;

use crate::{
    both,
    support::{PASSWORD, TestApp},
};

/// One password, with letters that are one character and with letters of two.
const COMPOSED: &str = "caf\u{e9} \u{e0} la montagne";
const DECOMPOSED: &str = "cafe\u{301} a\u{300} la montagne";

both! {
    async fn an_administrator_signs_in_and_out(app: TestApp) {
        let mut admin = app.admin().await;
        let me = admin.get("/api/v1/me").await.expect(200);
        assert_eq!(me["roles"], json!(["admin"]));
        admin.post("/api/v1/sign-out", json!({})).await.expect(204);
        admin.get("/api/v1/people").await.refused(401, "not_signed_in");
    }

    async fn a_wrong_password_and_an_unknown_account_get_the_same_answer(app: TestApp) {
        app.admin().await;
        let mut stranger = app.anyone();
        let wrong = json!({ "email": "admin@jurat.example", "password": "not the password" });
        let unknown = json!({ "email": "nobody@jurat.example", "password": PASSWORD });
        let first = stranger.post("/api/v1/sign-in", wrong).await.refused(401, "bad_credentials");
        let second =
            stranger.post("/api/v1/sign-in", unknown).await.refused(401, "bad_credentials");
        assert_eq!(first, second);
    }

    async fn who_stands_behind_one_proxy_is_limited_apart(app: TestApp) {
        app.admin().await;
        let mut anyone = app.anyone();
        let mut sign_in = async |client: &str, email: &str| {
            let body = json!({ "email": email, "password": PASSWORD });
            let request = anyone.request(Method::POST, "/api/v1/sign-in").json(&body);
            anyone.answer(request.header("x-forwarded-for", client)).await
        };
        for number in 0..20 {
            let email = format!("nobody{number}@jurat.example");
            sign_in("198.51.100.7", &email).await.refused(401, "bad_credentials");
        }
        let forged = "203.0.113.9, 198.51.100.7";
        sign_in(forged, "admin@jurat.example").await.refused(429, "too_many_attempts");
        for _ in 0..4 {
            sign_in("203.0.113.9", "admin@jurat.example").await.expect(200);
        }
    }

    async fn a_sign_in_with_what_is_no_text_is_refused_like_any_other(app: TestApp) {
        let body = json!({ "email": "a\u{0}b@jurat.example", "password": PASSWORD });
        app.anyone().post("/api/v1/sign-in", body).await.refused(401, "bad_credentials");
    }

    async fn a_person_is_signed_out_after_half_an_hour_without_a_request(app: TestApp) {
        let mut admin = app.admin().await;
        app.later(29 * 60);
        admin.get("/api/v1/me").await.expect(200);
        app.later(31 * 60);
        admin.get("/api/v1/people").await.refused(401, "not_signed_in");
    }

    async fn who_is_not_signed_in_is_nobody_and_that_is_no_error(app: TestApp) {
        assert_eq!(app.anyone().get("/api/v1/me").await.status, 204);
        let mut admin = app.admin().await;
        admin.post("/api/v1/sign-out", json!({})).await.expect(204);
        assert_eq!(admin.get("/api/v1/me").await.status, 204);
    }

    async fn a_request_without_our_mark_is_refused(app: TestApp) {
        let admin = app.admin().await;
        let mut other = app.anyone();
        let request = reqwest::Client::new()
            .post(format!("{}/api/v1/sign-out", app.url))
            .header("cookie", format!("__Host-jurat={}", admin.cookies["__Host-jurat"]));
        other.answer(request).await.refused(403, "cross_site");
    }

    async fn an_unknown_field_is_refused(app: TestApp) {
        let body = json!({ "email": "a@b.example", "password": PASSWORD, "role": "admin" });
        app.anyone().post("/api/v1/sign-in", body).await.refused(422, "unreadable_body");
    }

    async fn a_password_is_right_in_either_unicode_form(app: TestApp) {
        let role = people::Role::Admin;
        let made = people::create_with_role(&app.app, "zoe@jurat.example", "Zoé", COMPOSED, role);
        made.await.unwrap();
        for password in [COMPOSED, DECOMPOSED] {
            let body = json!({ "email": "zoe@jurat.example", "password": password });
            app.anyone().post("/api/v1/sign-in", body).await.expect(200);
        }
    }

    async fn a_hash_of_a_password_as_it_was_typed_still_opens_and_is_made_anew(app: TestApp) {
        app.admin().await;
        let earlier = Argon2::default().hash_password(DECOMPOSED.as_bytes()).unwrap().to_string();
        let mut tx = app.app.db.begin().await.unwrap();
        jurat::exec!(tx, "UPDATE person SET password_hash = $1", earlier).unwrap();
        tx.commit().await.unwrap();
        for (password, status) in [(COMPOSED, 401), (DECOMPOSED, 200), (COMPOSED, 200)] {
            let body = json!({ "email": "admin@jurat.example", "password": password });
            app.anyone().post("/api/v1/sign-in", body).await.expect(status);
        }
    }
}
