//! What the log tells of who signs in, who is refused, and what holds somebody up.

use jurat::{base::PersonId, enrolment::ExtraTime, people};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    reading::{case, manager_at},
    support::{
        Actor, PASSWORD,
        exam::{door, open_room},
        process::{Data, offline},
    },
    with_data,
};

const EMAIL: &str = "ada@jurat.example";
const ADMIN: &str = "admin@jurat.example";
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
    fn refused_lists_and_entries_are_in_the_log_and_name_no_candidate(data: Data) {
        let room = offline(async {
            let app = data.open().await;
            let role = people::Role::Admin;
            people::create_with_role(&app, ADMIN, "Operator", PASSWORD, role).await.unwrap();
            let room = open_room(&app, &["Hopper"], ExtraTime::NONE).await;
            app.db.close().await;
            room
        });
        let server = data.serve_with(&[("RUST_LOG", "debug")]);
        let url = server.url.clone();
        offline(async {
            let (mut manager, preview) = manager_at(&url).await;
            let list = "PK\u{3}\u{4}Nom;Prénom;Date de naissance\nLe Goff;Zoë;24/05/2001\n";
            manager.upload(&preview, list.into()).await.refused(422, "unreadable_list");
            manager.upload(&preview, case("sst-count.xlsx")).await.refused(422, "list_too_large");
            let list = "Nom;Prénom;Date de naissance\nLe Goff;;24/05/2001\n";
            let seen = manager.upload(&preview, list.into()).await.expect(200);
            let digest = seen["digest"].as_str().unwrap();
            let import = format!("{}?digest={digest}", preview.trim_end_matches("/preview"));
            manager.upload(&import, list.into()).await.refused(409, "list_has_errors");
            Actor::new(&url).post("/api/v1/entry", door("Hopper")).await.expect(200);
            let entry = Actor::new(&url).post("/api/v1/entry", door("Hopper")).await;
            entry.refused(409, "already_open");
            let entry = Actor::new(&url).post("/api/v1/entry", door("Lovelace")).await;
            entry.refused(404, "entry_refused");
            let mut nowhere = door("Lovelace");
            nowhere["session_code"] = json!("ZZZZ-9999");
            Actor::new(&url).post("/api/v1/entry", nowhere).await.refused(404, "entry_refused");
        });
        let (_, log) = server.end();
        let text = log.join("\n");
        let said = ["Hopper", "Lovelace", "zoe", "1990", "Goff", "Zoë", "2001", "ABCD", "abcd", "ZZZZ"];
        for secret in said {
            assert!(!text.contains(secret), "{secret} is in the log: {text}");
        }
        let log: Vec<Value> = log.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        let refused = lines(&log, "refused");
        let of = |code: &str| {
            let of_code = refused.iter().filter(|line| line["code"] == code);
            of_code.map(|line| line["route"].as_str().unwrap()).collect::<Vec<_>>()
        };
        let preview = "POST /api/v1/sessions/{session}/candidate-list/preview";
        assert_eq!(of("unreadable_list"), [preview]);
        assert_eq!(of("list_too_large"), [preview]);
        assert_eq!(of("list_has_errors"), [preview.trim_end_matches("/preview")]);
        assert_eq!(of("entry_refused"), ["POST /api/v1/entry"; 2]);
        assert_eq!(of("already_open"), ["POST /api/v1/entry"]);
        let message = |words: &str| {
            let of_words = log.iter().map(|line| &line["fields"]);
            of_words.filter(|fields| fields["message"] == words).collect::<Vec<_>>()
        };
        let causes: Vec<_> = message("a list was refused").iter().map(|told| &told["cause"]).collect();
        assert_eq!(causes[0], "damaged");
        assert_eq!(causes.len(), 2);
        let second = message("a second device was refused");
        assert_eq!(second[0]["attempt"], room.attempts["Hopper"].to_string());
        let nobody = message("an entry was refused: nobody on the list");
        assert_eq!(nobody[0]["session"], room.session.to_string());
        assert_eq!(message("an entry was refused: no open session has this code").len(), 1);
    }
}
