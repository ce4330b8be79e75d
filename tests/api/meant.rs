//! Two people in one browser: what a page sends is done for whom it was opened, or for nobody, and what
//! it shows is theirs.

use jurat::http::rights::{Line, Scope, TABLE};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    both,
    routes::{LEAVES, random_ids},
    support::{Actor, Answer, TestApp, day::Day, exam::plausible},
};

const PERSON: &str = "__Host-jurat";
const SEAT: &str = "__Host-jurat-seat";
const FOR: &str = "x-jurat-for";

/// The page of `opener` in a browser that stands for `present` by now.
fn page_of(opener: &Actor, present: &Actor) -> Actor {
    let mut page = present.clone();
    page.opened_for.clone_from(&opener.opened_for);
    page
}

/// The routes that act for somebody.
fn acting() -> impl Iterator<Item = &'static Line> {
    TABLE.iter().filter(|line| !line.is_open())
}

async fn ask(actor: &mut Actor, line: &Line, addressee: Option<&str>) -> Answer {
    let method: Method = line.method.parse().unwrap();
    let mut page = actor.clone();
    page.opened_for.clear();
    let mut request = page.request(method, &random_ids(line.path));
    if line.method != "GET" {
        request = request.json(&json!({ "nonsense": true }));
    }
    if let Some(addressee) = addressee {
        request = request.header(FOR, addressee);
    }
    actor.answer(request).await
}

/// Whoever is asked for is the one who is here.
#[track_caller]
fn not_refused(line: &Line, answer: &Answer) {
    let told = String::from_utf8_lossy(&answer.bytes);
    let refused = answer.status == 428 || told.contains("meant_for_another");
    assert!(!refused, "{} {}: {told}", line.method, line.path);
}

/// Asks every route that this person may use; counts them.
async fn walk(actor: &mut Actor, another: &Actor) -> usize {
    let mut asked = 0;
    for line in acting() {
        let cookie = if line.scope == Scope::Seat { SEAT } else { PERSON };
        let Some(own) = actor.opened_for.get(cookie).cloned() else { continue };
        if !LEAVES.contains(&line.path) {
            let own = ask(actor, line, Some(&own)).await;
            if [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].contains(&own.status) {
                continue;
            }
            not_refused(line, &own);
        }
        let by_a_link = ask(actor, line, None).await;
        match line.method {
            "GET" => not_refused(line, &by_a_link),
            _ => drop(by_a_link.refused(428, "addressee_needed")),
        }
        let theirs = another.opened_for.get(cookie).cloned();
        for wrong in theirs.as_deref().into_iter().chain(["", "nonsense", "per_0;epoch=1"]) {
            ask(actor, line, Some(wrong)).await.refused(409, "meant_for_another");
        }
        asked += 1;
    }
    asked
}

/// Two candidates in part 1.
async fn two_in_part_one(app: &TestApp, day: &mut Day) -> [(Actor, Vec<Value>); 2] {
    day.enrol("alba").await;
    day.enrol("bruno").await;
    day.open().await;
    let mut alba = day.enter(app, "alba").await;
    let mut bruno = day.enter(app, "bruno").await;
    day.admit(&[&alba, &bruno]).await;
    let papers = [alba.start(1).await, bruno.start(1).await];
    let [first, second] = papers;
    [(alba.browser, first), (bruno.browser, second)]
}

async fn save(page: &mut Actor, item: &Value) -> Answer {
    let body = json!({ "part": 1, "epoch": 1, "revision": 1, "value": plausible(item, 0) });
    page.put(&format!("/api/v1/attempt/answers/{}", item["id"].as_str().unwrap()), body).await
}

both! {
    async fn what_is_asked_for_somebody_else_is_refused_and_every_write_says_for_whom_it_is(app: TestApp) {
        let mut day = app.day().await;
        let [(mut alba, _), (bruno, _)] = two_in_part_one(&app, &mut day).await;
        let mut jurors = app.jurors(&mut day.admin).await;
        let admin = day.admin.clone();
        let mut asked = walk(&mut day.admin, &day.manager).await;
        asked += walk(&mut day.manager, &admin).await;
        asked += walk(&mut jurors[0].0, &admin).await;
        asked += walk(&mut alba, &bruno).await;
        assert!(asked >= acting().count(), "{asked} of {}", acting().count());
    }

    async fn what_belongs_to_the_second_person_is_never_shown_on_the_page_of_the_first(app: TestApp) {
        let mut day = app.day().await;
        let [(alba, _), (mut bruno, items)] = two_in_part_one(&app, &mut day).await;
        save(&mut bruno, &items[0]).await.expect(200);
        let paper = "/api/v1/attempt/parts/1/paper";
        let mut first_tab = page_of(&alba, &bruno);
        let refused = first_tab.get(paper).await.refused(409, "meant_for_another");
        assert!(!refused.to_string().contains(&plausible(&items[0], 0).to_string()));
        assert_eq!(bruno.get(paper).await.expect(200)["answers"].as_array().unwrap().len(), 1);

        let mut first_tab = page_of(&day.manager, &day.invigilator);
        first_tab.get("/api/v1/sessions").await.refused(409, "meant_for_another");
        first_tab.opened_for.clear();
        first_tab.get(&day.at("/attendance.pdf?lang=fr")).await.expect_pdf();
    }

    async fn any_page_may_ask_who_is_there_now(app: TestApp) {
        let mut day = app.day().await;
        let [(alba, _), (bruno, _)] = two_in_part_one(&app, &mut day).await;
        let there = page_of(&alba, &bruno).get("/api/v1/attempt").await.expect(200);
        assert!(bruno.opened_for[SEAT].starts_with(there["attempt_id"].as_str().unwrap()));
        let there = page_of(&day.manager, &day.invigilator).get("/api/v1/me").await.expect(200);
        assert_eq!(there["id"], day.invigilator.opened_for[PERSON]);
    }

    async fn what_the_first_person_types_is_never_stored_as_the_seconds(app: TestApp) {
        let mut day = app.day().await;
        let [(alba, items), (mut bruno, _)] = two_in_part_one(&app, &mut day).await;
        let mut first_tab = page_of(&alba, &bruno);
        save(&mut first_tab, &items[0]).await.refused(409, "meant_for_another");
        let finish = "/api/v1/attempt/parts/1/finish";
        first_tab.post(finish, json!({})).await.refused(409, "meant_for_another");
        first_tab.post("/api/v1/attempt/leave", json!({})).await.refused(409, "meant_for_another");
        let paper = bruno.get("/api/v1/attempt/parts/1/paper").await.expect(200);
        assert_eq!(paper["answers"], json!([]));
    }

    async fn an_answer_of_an_earlier_device_is_not_taken_for_the_new_one(app: TestApp) {
        let mut day = app.day().await;
        let [(alba, items), _] = two_in_part_one(&app, &mut day).await;
        let attempt = alba.opened_for[SEAT].split(';').next().unwrap().to_owned();
        day.command("new_device", &[&attempt], "").await;
        let again = day.enter(&app, "alba").await.browser;
        assert_eq!(again.opened_for[SEAT], format!("{attempt};epoch=2"));
        let mut first_tab = page_of(&alba, &again);
        save(&mut first_tab, &items[0]).await.refused(409, "meant_for_another");
    }

    async fn a_person_signs_out_beside_a_running_exam_and_the_exam_goes_on(app: TestApp) {
        let mut day = app.day().await;
        let [(mut alba, items), _] = two_in_part_one(&app, &mut day).await;
        alba.cookies.insert(PERSON.into(), day.invigilator.cookies[PERSON].clone());
        alba.opened_for.insert(PERSON.into(), day.invigilator.opened_for[PERSON].clone());
        let out = alba.post("/api/v1/sign-out", json!({})).await;
        out.expect(204);
        assert_eq!(out.headers["clear-site-data"], "\"cache\"");
        day.invigilator.get("/api/v1/sessions").await.refused(401, "not_signed_in");
        save(&mut alba, &items[0]).await.expect(200);
        let left = alba.post("/api/v1/attempt/leave", json!({})).await;
        left.expect(204);
        assert_eq!(left.headers["clear-site-data"], "\"cache\", \"storage\"");
        alba.cookies.clear();
        assert_eq!(alba.get("/api/v1/attempt").await.status, 204);
    }

    async fn a_seat_is_left_beside_a_sign_in_that_goes_on(app: TestApp) {
        let mut day = app.day().await;
        let [(mut alba, _), _] = two_in_part_one(&app, &mut day).await;
        alba.cookies.insert(PERSON.into(), day.invigilator.cookies[PERSON].clone());
        let left = alba.post("/api/v1/attempt/leave", json!({})).await;
        left.expect(204);
        assert_eq!(left.headers["clear-site-data"], "\"cache\"");
        day.invigilator.get("/api/v1/sessions").await.expect(200);
        alba.get("/api/v1/sessions").await.expect(200);
    }

    async fn a_key_of_one_candidate_is_nothing_to_another_in_the_same_browser(app: TestApp) {
        let mut day = app.day().await;
        let [(alba, _), (bruno, _)] = two_in_part_one(&app, &mut day).await;
        let staff = day.invigilator.cookies[PERSON].clone();
        let mut told = Vec::new();
        for mut candidate in [alba, bruno] {
            candidate.cookies.insert(PERSON.into(), staff.clone());
            let path = "/api/v1/attempt/parts/1/start";
            let request = candidate.request(Method::POST, path).json(&json!({}));
            let answer = candidate.answer(request.header("idempotency-key", "k1")).await;
            assert!(!answer.headers.contains_key("idempotency-replayed"));
            told.push(answer.expect(200)["items"].clone());
        }
        assert_ne!(told[0], told[1]);
    }

    async fn every_answer_of_the_server_says_that_it_is_ours(app: TestApp) {
        let mut anyone = app.anyone();
        for path in ["/", "/exam", "/healthz", "/api/v1/me", "/api/v1/sessions", "/nowhere", "/c/x"] {
            assert_eq!(anyone.get(path).await.headers["x-jurat"], "1", "{path}");
        }
        let without_mark = reqwest::Client::new().post(format!("{}/api/v1/sign-in", app.url));
        assert_eq!(anyone.answer(without_mark).await.headers["x-jurat"], "1");
    }
}
