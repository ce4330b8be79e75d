//! Many sign-ins at once: what they cost in memory, and whom they keep waiting.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use reqwest::StatusCode;
use serde_json::json;

use crate::support::{
    Actor, On, PASSWORD,
    process::{Data, Server},
};

/// What a server holds that rests, MiB.
const AT_REST_MIB: u64 = 80;

fn serve() -> (Data, Server) {
    let data = Data::empty(On::Sqlite);
    let mut create = data.jurat(&["admin", "create", "--email", "ada@jurat.example"]);
    let created = create.args(["--name", "Ada"]).env("JURAT_ADMIN_PASSWORD", PASSWORD).output();
    assert!(created.unwrap().status.success());
    let server = data.serve_with(&[("JURAT_TRUSTED_PROXIES", "127.0.0.1")]);
    (data, server)
}

/// Signs in from somewhere; how it ended.
async fn sign_in(url: &str, address: &str, email: &str, password: &str) -> StatusCode {
    let body = json!({ "email": email, "password": password });
    let mut actor = Actor::new(url);
    let request = actor.request(reqwest::Method::POST, "/api/v1/sign-in").json(&body);
    actor.answer(request.header("x-forwarded-for", address)).await.status
}

#[tokio::test]
async fn memory_goes_back_after_a_storm_of_sign_ins() {
    let (_data, server) = serve();
    for wave in 0..3 {
        let tries = (0..20).map(|number| {
            let address = format!("198.51.{wave}.{number}");
            let (url, email) = (&server.url, format!("nobody{wave}-{number}@jurat.example"));
            async move { sign_in(url, &address, &email, PASSWORD).await }
        });
        assert_eq!(join_all(tries).await, [StatusCode::UNAUTHORIZED; 20]);
    }
    let begun = Instant::now();
    while server.resident_mib() >= AT_REST_MIB {
        let (waited, mib) = (begun.elapsed(), server.resident_mib());
        assert!(waited < Duration::from_secs(10), "{mib} MiB after {waited:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn six_hundred_wrong_sign_ins_do_not_make_an_honest_one_wait() {
    let (_data, server) = serve();
    let url = server.url.clone();
    // thirty at once from each of twenty addresses, each for another account
    let storm = (0..600).map(|number| {
        let (url, address) = (url.clone(), format!("198.51.100.{}", number % 20));
        let email = format!("nobody{number}@jurat.example");
        tokio::spawn(async move { sign_in(&url, &address, &email, "not the password").await })
    });
    let storm: Vec<_> = storm.collect();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let begun = Instant::now();
    let honest = sign_in(&url, "203.0.113.1", "ada@jurat.example", PASSWORD).await;
    let waited = begun.elapsed();
    assert_eq!(honest, StatusCode::OK);
    assert!(waited < Duration::from_secs(2), "{waited:?}");
    // those of one address take turns, so that each is judged in the end or told to come back
    let refused = join_all(storm).await;
    let told = |status: &StatusCode| [401, 429, 503].contains(&status.as_u16());
    assert!(refused.iter().all(|status| status.as_ref().is_ok_and(told)), "{refused:?}");
}
