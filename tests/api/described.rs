//! Whoever asks, and whatever, the API answers as `openapi.json` says: `schemathesis` makes up the
//! requests of each role. A minute here; `make soak` takes longer.

use std::{collections::BTreeMap, path::Path, process::Output, time::Duration};

use jurat::base::PersonId;
use serde_json::{Value, json};

use crate::support::{Actor, On, TestApp, jury::Jury, start};

/// Where `scripts/install-test-tools` puts it.
const PROGRAM: &str = "target/test-tools/bin/schemathesis";
/// How long all roles take together, seconds, unless `JURAT_SCHEMATHESIS_S` says otherwise.
const SECONDS: u64 = 60;
/// What is held against the description.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_schema_conformance,response_headers_conformance";

/// What is made up: the same in every run of the tests, or something new.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    EverTheSame,
    Anything,
}

/// One who asks, and what may not be asked for, as it would end the asking.
struct Role {
    name: &'static str,
    url: String,
    headers: Vec<String>,
    left_out: &'static [&'static str],
}

impl Role {
    fn new(name: &'static str, app: &TestApp, actor: &Actor) -> Self {
        let mut headers = vec!["X-Jurat: 1".to_owned()];
        let cookies: Vec<_> =
            actor.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            headers.push(format!("Cookie: {}", cookies.join("; ")));
        }
        headers.extend(actor.opened_for.values().map(|whom| format!("X-Jurat-For: {whom}")));
        let left_out: &[_] = match name {
            "anyone" => &["/api/v1/live"],
            _ => &["/api/v1/live", "/api/v1/sign-out", "/api/v1/attempt/leave"],
        };
        Self { name, url: app.url.clone(), headers, left_out }
    }

    /// Asks for so long. What is there is known by its name in paths and bodies.
    async fn asks(&self, asked: Asked, seconds: u64, known: &Value) -> Output {
        // What it notes for the next run is not kept: every run stands for itself.
        let notes = tempfile::tempdir().unwrap();
        let mut command = tokio::process::Command::new(
            Path::new(PROGRAM)
                .canonicalize()
                .expect("schemathesis is installed by scripts/install-test-tools"),
        );
        command
            .current_dir(&notes)
            .env("PYTHONPATH", Path::new("tests/schemathesis").canonicalize().unwrap())
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("SCHEMATHESIS_HOOKS", "hooks")
            .env("JURAT_KNOWN", known.to_string())
            .args(["run", &format!("{}/api/openapi.json", self.url), "--checks", CHECKS])
            .args(["--max-time", &seconds.to_string(), "--phases", "coverage,fuzzing"])
            .args(["--generation-database", "none", "--continue-on-failure", "--no-color"])
            .args(["--warnings", "off"]);
        if asked == Asked::EverTheSame {
            command.args(["--seed", "1"]);
        }
        for header in &self.headers {
            command.args(["--header", header]);
        }
        for path in self.left_out {
            command.args(["--exclude-path", path]);
        }
        command.output().await.unwrap()
    }
}

/// A day that goes on: an open session, one who writes, one who waits.
async fn day(app: &TestApp) -> (Vec<Role>, Value) {
    let mut day = app.day().await;
    day.enrol("ada").await;
    day.enrol("bea").await;
    day.open().await;
    let (mut ada, bea) = (day.enter(app, "ada").await, day.enter(app, "bea").await);
    day.admit(&[&ada]).await;
    let items = ada.start(1).await;
    let enrolments = day.manager.get(&day.at("/enrolments")).await.expect(200);
    let ids = |list: &Value| -> Vec<Value> {
        list.as_array().unwrap().iter().map(|one| one["id"].clone()).collect()
    };
    let items: Vec<_> = items.iter().take(4).map(|item| item["id"].clone()).collect();
    let known = json!({
        "centre": [day.centre], "session": [day.session], "enrolment": ids(&enrolments),
        "item": items, "part": [1, 2], "attempts": [ada.attempt, bea.attempt],
        "attempt": [ada.attempt], "epoch": [1], "session_code": [day.entry_code],
    });
    let roles = vec![
        Role::new("anyone", app, &app.anyone()),
        Role::new("manager", app, &day.manager),
        Role::new("invigilator", app, &day.invigilator),
        Role::new("candidate", app, &ada.browser),
    ];
    (roles, known)
}

/// A panel that has its cases.
async fn deliberation(app: &TestApp) -> (Vec<Role>, Value) {
    let mut jury = Jury::of(app).await;
    let convened = jury.convened().await;
    let path = format!("/api/v1/panels/{}", convened["id"].as_str().unwrap());
    let panel = jury.jurors[0].get(&path).await.expect(200);
    let cases = panel["case_list"].as_array().unwrap();
    let people: Vec<PersonId> = jury.ids.clone();
    let known = json!({
        "session": [jury.room.session], "panel": [convened["id"]],
        "case": cases.iter().map(|case| &case["id"]).collect::<Vec<_>>(),
        "president": people, "jurors": people,
    });
    let roles = vec![
        Role::new("president", app, &jury.jurors[0]),
        Role::new("juror", app, &jury.jurors[1]),
        Role::new("administrator", app, &jury.admin),
    ];
    (roles, known)
}

/// Lets each role ask in its turn. What did not go as described, by role.
async fn all_ask(
    roles: Vec<Role>,
    known: Value,
    (asked, seconds): (Asked, u64),
) -> BTreeMap<&'static str, String> {
    let each = seconds / roles.len() as u64;
    let mut wrong = BTreeMap::new();
    for role in roles {
        let output = role.asks(asked, each, &known).await;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let asked = text.lines().find(|line| line.contains(" generated"));
        println!("{}, {each} s: {}", role.name, asked.unwrap_or("nothing was asked").trim());
        if !output.status.success() || asked.is_none() {
            let error = String::from_utf8_lossy(&output.stderr);
            wrong.insert(role.name, format!("{text}\n{error}"));
        }
    }
    wrong
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn api_answers_every_role_as_its_description_says() {
    let told = std::env::var("JURAT_SCHEMATHESIS_S").ok();
    let (asked, seconds) = match told {
        Some(seconds) => (Asked::Anything, seconds.parse().unwrap()),
        None => (Asked::EverTheSame, SECONDS),
    };
    let (morning, evening) = (start(On::Sqlite).await, start(On::Postgres).await);
    let ((people, known), (jury, cases)) = tokio::join!(day(&morning), deliberation(&evening));
    let both = async {
        tokio::join!(
            all_ask(people, known, (asked, seconds)),
            all_ask(jury, cases, (asked, seconds))
        )
    };
    let (mut wrong, more) = tokio::time::timeout(Duration::from_secs(2 * seconds + 120), both)
        .await
        .expect("it ends when its time is over");
    wrong.extend(more);
    for (role, text) in &wrong {
        println!("===== {role} =====\n{text}");
    }
    assert!(wrong.is_empty(), "not as described: {:?}", wrong.keys());
}
