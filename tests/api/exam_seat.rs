//! What a seat may do, by where its attempt stands: every route of a candidate, in every state after the
//! end.

use jurat::{
    attempt::{self, rules::Command},
    board,
    http::rights::{Scope, TABLE},
    journal::Actor as By,
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    both,
    support::{
        TestApp,
        exam::{Candidate, Room, door},
    },
};

/// A status, and a code where it is told for sure.
type Becomes = (u16, &'static str);

/// What becomes of each route of a candidate after the end: before the session has closed, and after.
const AFTER_THE_END: [(&str, &str, Becomes, Becomes); 8] = [
    ("POST", "/api/v1/attempt/parts/{part}/start", (409, "part_closed"), (409, "part_closed")),
    ("GET", "/api/v1/attempt/parts/{part}/paper", (409, "part_closed"), (409, "part_closed")),
    ("GET", "/api/v1/attempt/files/{item}", (409, "part_closed"), (409, "part_closed")),
    ("PUT", "/api/v1/attempt/answers/{item}", (409, "part_closed"), (409, "part_closed")),
    ("POST", "/api/v1/attempt/parts/{part}/finish", (200, ""), (409, "part_closed")),
    ("GET", "/api/v1/attempt/certificate.pdf", (404, ""), (404, "")),
    ("POST", "/api/v1/attempt/socket-ticket", (200, ""), (200, "")),
    ("POST", "/api/v1/attempt/leave", (204, ""), (204, "")),
];

/// Asks for a route of a candidate as the page does.
async fn ask(seat: &mut Candidate, method: &str, path: &str, item: &Value) -> (u16, String, Value) {
    let item = item["id"].as_str().unwrap();
    let path = path.replace("{part}", "1").replace("{item}", item);
    let body = match method {
        "GET" => None,
        "PUT" => Some(json!({ "part": 1, "epoch": seat.epoch, "revision": 9, "value": null })),
        _ => Some(json!({})),
    };
    let answer =
        seat.browser.send(Method::from_bytes(method.as_bytes()).unwrap(), &path, body).await;
    let problem: Value = serde_json::from_slice(&answer.bytes).unwrap_or_default();
    let code = problem["type"].as_str().unwrap_or_default().rsplit('/').next().unwrap().to_owned();
    (answer.status.as_u16(), code, problem)
}

async fn every_route(seat: &mut Candidate, item: &Value, closed: bool, may_finish: bool) {
    for (method, path, open, after) in AFTER_THE_END {
        let (status, code) = if closed { after } else { open };
        let (told, why, problem) = ask(seat, method, path, item).await;
        if path.ends_with("finish") && !closed && !may_finish {
            assert_eq!((told, why.as_str()), (409, "part_closed"), "{method} {path}");
            continue;
        }
        assert_eq!(told, status, "{method} {path}: {problem}");
        assert!(code.is_empty() || code == why, "{method} {path}: {problem}");
        if method == "PUT" {
            assert_eq!(problem["kept"], false, "the refusal says what became of the answer");
        }
    }
}

both! {
    async fn the_rule_of_the_seat_knows_every_route_of_a_candidate(app: TestApp) {
        let known = |line: &jurat::http::rights::Line| {
            AFTER_THE_END.iter().any(|(method, path, ..)| line.method == *method && line.path == *path)
        };
        let routes: Vec<_> = TABLE.iter().filter(|line| line.scope == Scope::Seat).collect();
        assert_eq!(routes.len(), AFTER_THE_END.len());
        assert!(routes.into_iter().all(known));
        drop(app);
    }

    async fn a_seat_that_has_ended_delivers_and_looks_and_does_nothing_else(app: TestApp) {
        let room = Room::open(&app, &["Ada", "Bo", "Cy"]).await;
        let (mut ada, items) = room.started(&app, "Ada").await;
        ada.finish(1).await.expect(200);
        ada.start(2).await;
        ada.finish(2).await.expect(200);
        let (mut bo, _) = room.started(&app, "Bo").await;
        let reason = "copied".to_owned();
        room.order(&app, Command::Terminate { reason }, "Bo").await;
        let (mut cy, _) = room.started(&app, "Cy").await;
        let reason = "ill".to_owned();
        room.order(&app, Command::Withdraw { reason }, "Cy").await;
        every_route(&mut ada, &items[0], false, true).await;
        every_route(&mut bo, &items[0], false, false).await;
        every_route(&mut cy, &items[0], false, false).await;
    }

    async fn after_closing_the_entry_code_opens_the_result_and_nothing_else(app: TestApp) {
        let room = Room::open(&app, &["Ada", "Bo", "Cy", "Di"]).await;
        let (mut ada, items) = room.started(&app, "Ada").await;
        ada.finish(1).await.expect(200);
        ada.start(2).await;
        ada.finish(2).await.expect(200);
        let (_, _) = room.started(&app, "Bo").await;
        let reason = "copied".to_owned();
        room.order(&app, Command::Terminate { reason }, "Bo").await;
        room.order(&app, Command::CheckIn, "Cy").await;
        let reason = "ill".to_owned();
        room.order(&app, Command::Withdraw { reason }, "Cy").await;
        board::post_notice(&app.app, room.invigilator, room.session, None, "The fire door sticks.")
            .await
            .unwrap();
        board::close(&app.app, room.invigilator, room.session, "").await.unwrap();
        let mut tx = app.app.db.begin().await.unwrap();
        let voided = [room.attempts["Bo"]];
        let now = app.app.clock.now();
        attempt::void_all(&mut tx, &voided, "digest", By::System, now).await.unwrap();
        tx.commit().await.unwrap();
        let before = room.story(&app, "Ada").await.len();
        for name in ["Ada", "Bo", "Cy", "Di"] {
            let mut browser = app.anyone();
            let view = browser.post("/api/v1/entry", door(name)).await.expect(200);
            assert!(["sealed", "voided"].contains(&view["state"].as_str().unwrap()));
            assert_eq!(view["notices"], json!([]), "what was told in the room stays there");
            let epoch = view["epoch"].as_i64().unwrap();
            every_route(&mut Candidate { browser, epoch }, &items[0], true, false).await;
        }
        let mut browser = app.anyone();
        let view = browser.post("/api/v1/entry", door("Ada")).await.expect(200);
        assert_eq!(view["parts"][1]["receipt"]["answers"], 0);
        assert_eq!(room.story(&app, "Ada").await.len(), before, "looking writes nothing down");
    }
}
