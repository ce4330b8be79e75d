//! What the log tells of who signs in, who is refused, and what holds somebody up.

use jurat::{base::PersonId, people};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    support::{
        Actor, PASSWORD,
        process::{Data, offline},
    },
    with_data,
};

const EMAIL: &str = "ada@jurat.example";
const WRONG: &str = "not the password";

async fn try_from(browser: &mut Actor, address: &str, email: &str, password: &str) -> u16 {
    let body = json!({ "email": email, "password": password });
    let request = browser.request(Method::POST, "/api/v1/sign-in").json(&body);
    browser.answer(request.header("x-forwarded-for", address)).await.status.as_u16()
}

/// The lines of the log that tell of an event.
fn lines<'a>(log: &'a [Value], event: &str) -> Vec<&'a Value> {
    log.iter().filter(|line| line["fields"]["event"] == event).map(|line| &line["fields"]).collect()
}

with_data! {
    fn sign_ins_and_refusals_are_in_the_log_and_a_flood_is_a_line(data: Data) {
        let id: PersonId = offline(async {
            let app = data.open().await;
            let role = people::Role::Admin;
            let id = people::create_with_role(&app, EMAIL, "Ada", PASSWORD, role).await.unwrap();
            app.db.close().await;
            id
        });
        let server = data.serve_with(&[("JURAT_TRUSTED_PROXIES", "127.0.0.1")]);
        let url = server.url.clone();
        offline(async {
            let mut ada = Actor::new(&url);
            assert_eq!(try_from(&mut ada, "203.0.113.1", EMAIL, WRONG).await, 401);
            assert_eq!(try_from(&mut ada, "203.0.113.1", EMAIL, PASSWORD).await, 200);
            for number in 0..40 {
                let email = format!("nobody{number}@jurat.example");
                try_from(&mut Actor::new(&url), "2001:db8::1", &email, WRONG).await;
            }
            ada.post("/api/v1/attempt/parts/1/start", json!({})).await.expect(401);
            let request = Actor::new(&url).request(Method::POST, "/api/v1/sign-in");
            let request = request.header("origin", "https://evil.example").json(&json!({}));
            Actor::new(&url).answer(request).await.refused(403, "cross_site");
        });
        let (_, log) = server.end();
        let text = log.join("\n");
        for secret in [PASSWORD, WRONG, EMAIL, "nobody"] {
            assert!(!text.contains(secret), "{secret} is in the log: {text}");
        }
        let log: Vec<Value> = log.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        let signed_in = lines(&log, "signed_in");
        assert_eq!(signed_in.len(), 1);
        assert_eq!(signed_in[0]["person"], id.to_string());
        assert_eq!(signed_in[0]["address"], "203.0.113.1");
        assert_eq!(signed_in[0]["route"], "POST /api/v1/sign-in");
        let refused = lines(&log, "refused");
        assert_eq!(refused[0]["code"], "bad_credentials");
        assert_eq!(refused[0]["account"], id.to_string());
        let of = |code: &str| refused.iter().filter(|line| line["code"] == code).count();
        assert_eq!((of("bad_credentials"), of("too_many_attempts"), of("cross_site")), (10, 10, 1));
        let limited = refused.iter().find(|line| line["code"] == "too_many_attempts").unwrap();
        assert_eq!(limited["limit"], "sign_in_address");
        assert_eq!(limited["address"], "2001:db8::/64");
        let floods: u64 = lines(&log, "flood").iter().map(|line| line["count"].as_u64().unwrap()).sum();
        assert_eq!(floods, 21, "41 were refused, 20 are told one by one: {text}");
        assert_eq!(lines(&log, "flood").len(), 2);
    }
}
