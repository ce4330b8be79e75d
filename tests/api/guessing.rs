//! Guessing passwords: what it costs, and whom.

use futures_util::future::join_all;
use jurat::{
    app::{App, Signer},
    base::Chance,
    http, people,
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    both,
    support::{Actor, Answer, PASSWORD, TestApp},
};

const VICTIM: &str = "admin@jurat.example";
const DEVICE: &str = "__Host-jurat-device";
const GUEST: &str = "__Host-jurat-guest";

fn credentials(email: &str, password: &str) -> Value {
    json!({ "email": email, "password": password })
}

/// Tries to sign in from an address.
async fn try_from(actor: &mut Actor, address: &str, email: &str, password: &str) -> Answer {
    let request = actor.request(Method::POST, "/api/v1/sign-in");
    let request = request.json(&credentials(email, password)).header("x-forwarded-for", address);
    actor.answer(request).await
}

/// A wrong try from an address, by somebody who keeps no cookies.
async fn guess(app: &TestApp, address: &str, email: &str) -> u16 {
    try_from(&mut app.anyone(), address, email, "not the password").await.status.as_u16()
}

/// Opens the sign-in page, which asks who is there.
async fn opens_sign_in_page(actor: &mut Actor, address: &str) {
    let request = actor.request(Method::GET, "/api/v1/me").header("x-forwarded-for", address);
    actor.answer(request).await.expect(204);
}

fn retry_after(answer: &Answer) -> i64 {
    answer.refused(429, "too_many_attempts");
    answer.headers["retry-after"].to_str().unwrap().parse().unwrap()
}

/// Somebody who comes from an unknown device while `attack` goes on, once a second: how long until
/// the sign-in, in seconds.
async fn gets_in(app: &TestApp, address: &str, attack: impl AsyncFn(i64)) -> i64 {
    let mut browser = app.anyone();
    let waits = retry_after(&try_from(&mut browser, address, VICTIM, PASSWORD).await);
    for second in 0..waits {
        attack(second).await;
        app.later(1);
    }
    attack(waits).await;
    try_from(&mut browser, address, VICTIM, PASSWORD).await.expect(200);
    waits
}

both! {
    async fn nobody_locks_another_out(app: TestApp) {
        let mut known = app.admin().await;
        let attack = async |_| {
            guess(&app, "198.51.100.7", VICTIM).await;
        };
        let mut judged = 0;
        for _ in 0..600 {
            judged += u32::from(guess(&app, "198.51.100.7", VICTIM).await == 401);
            app.later(1);
        }
        assert!((20..=30).contains(&judged), "{judged} of 600 wrong passwords were judged");
        known.post("/api/v1/sign-out", json!({})).await.expect(204);
        try_from(&mut known, "203.0.113.1", VICTIM, PASSWORD).await.expect(200);
        try_from(&mut known, "198.51.100.7", VICTIM, PASSWORD).await.expect(200);
        assert_eq!(gets_in(&app, "203.0.113.2", attack).await, 30);
    }

    async fn hundreds_of_addresses_do_not_lock_an_account_out(app: TestApp) {
        app.admin().await;
        let attack = async |second: i64| {
            for number in 0..5 {
                guess(&app, &format!("198.51.{second}.{number}"), VICTIM).await;
            }
        };
        for second in 0..40 {
            attack(second).await;
            app.later(1);
        }
        let meanwhile = async |second: i64| attack(100 + second).await;
        assert!(gets_in(&app, "203.0.113.2", meanwhile).await <= 30);
    }

    async fn an_account_that_does_not_exist_is_guarded_alike(app: TestApp) {
        app.admin().await;
        let mut seen = Vec::new();
        for email in [VICTIM, "nobody@jurat.example"] {
            let mut answers = Vec::new();
            for second in 0..12 {
                let mut stranger = app.anyone();
                let address = format!("203.0.113.{}", second % 3);
                let answer = try_from(&mut stranger, &address, email, "not the password").await;
                answers.push((answer.status, answer.headers.get("retry-after").cloned()));
                app.later(5);
            }
            seen.push(answers);
        }
        assert_eq!(seen[0], seen[1]);
        assert!(seen[0].iter().any(|(status, _)| *status == 429));
    }

    async fn many_guesses_at_once_are_judged_one_after_the_other(app: TestApp) {
        app.admin().await;
        let wrong = (0..200).map(|_| guess(&app, "198.51.100.7", VICTIM));
        let judged = join_all(wrong).await.into_iter().filter(|status| *status == 401).count();
        assert_eq!(judged, 3, "of 200 at once");
        let wrong = (0..60).map(async |number: i32| {
            guess(&app, "198.51.100.8", &format!("nobody{number}@jurat.example")).await
        });
        let judged = join_all(wrong).await.into_iter().filter(|status| *status == 401).count();
        assert_eq!(judged, 20, "of 60 over many accounts");
    }

    async fn addresses_of_one_network_are_one(app: TestApp) {
        for number in 0..20 {
            let address = format!("2001:db8:1:2:{number}::1");
            let email = format!("nobody{number}@jurat.example");
            assert_eq!(guess(&app, &address, &email).await, 401);
        }
        assert_eq!(guess(&app, "2001:db8:1:2:ffff::1", "other@jurat.example").await, 429);
        assert_eq!(guess(&app, "2001:db8:1:3::1", "other@jurat.example").await, 401);
    }

    async fn nobody_chooses_the_address_that_is_counted(app: TestApp) {
        for number in 0..20 {
            let forged = format!("203.0.113.{number}, 198.51.100.7");
            assert_eq!(guess(&app, &forged, &format!("n{number}@jurat.example")).await, 401);
        }
        for forged in ["192.0.2.1, 198.51.100.7", "garbage, 198.51.100.7:4711", "198.51.100.7"] {
            assert_eq!(guess(&app, forged, "other@jurat.example").await, 429, "{forged}");
        }
        for number in 0..20 {
            let forged = format!("203.0.113.{number}, unknown");
            assert_eq!(guess(&app, &forged, &format!("g{number}@jurat.example")).await, 401);
        }
        assert_eq!(guess(&app, "203.0.113.99, nobody", "other@jurat.example").await, 429);
    }

    async fn wrong_passwords_on_a_known_device_cost_this_device_alone(app: TestApp) {
        let (mut one, mut other) = (app.admin().await, app.admin().await);
        let from = "203.0.113.1";
        for _ in 0..10 {
            let wrong = try_from(&mut one, from, VICTIM, "not the password").await;
            wrong.refused(401, "bad_credentials");
        }
        assert_eq!(retry_after(&try_from(&mut one, from, VICTIM, PASSWORD).await), 6);
        try_from(&mut other, from, VICTIM, PASSWORD).await.expect(200);
        try_from(&mut app.anyone(), from, VICTIM, PASSWORD).await.expect(200);
        app.later(6);
        try_from(&mut one, from, VICTIM, PASSWORD).await.expect(200);
    }

    async fn a_guesser_over_many_accounts_does_not_hold_up_a_new_device_at_its_address(app: TestApp) {
        app.admin().await;
        let school = "203.0.113.1";
        let guesses = async |guesser: &Actor, number: i32| {
            let mut guesser = guesser.moved_to(&app.url);
            let email = format!("nobody{number}@jurat.example");
            try_from(&mut guesser, school, &email, "not the password").await.status.as_u16()
        };
        let (unmarked, mut marked) = (app.anyone(), app.anyone());
        opens_sign_in_page(&mut marked, school).await;
        for guesser in [&unmarked, &marked] {
            let mut judged = 0;
            while guesses(guesser, judged).await == 401 {
                judged += 1;
            }
        }
        let mut newcomer = app.anyone();
        opens_sign_in_page(&mut newcomer, school).await;
        try_from(&mut newcomer, school, VICTIM, PASSWORD).await.expect(200);
        assert_eq!(guesses(&unmarked, -1).await, 429);
        assert_eq!(guesses(&marked, -1).await, 429);
    }

    async fn neighbours_before_an_account_that_is_guessed_at_have_a_place_each(app: TestApp) {
        app.admin().await;
        let school = "203.0.113.1";
        while guess(&app, "198.51.100.7", VICTIM).await == 401 {}
        let (mut guesser, mut owner) = (app.anyone(), app.anyone());
        opens_sign_in_page(&mut guesser, school).await;
        opens_sign_in_page(&mut owner, school).await;
        let wait = retry_after(&try_from(&mut guesser, school, VICTIM, "not the password").await);
        assert_eq!(retry_after(&try_from(&mut owner, school, VICTIM, PASSWORD).await), wait);
        app.later(wait);
        try_from(&mut guesser, school, VICTIM, "not the password").await.expect(401);
        try_from(&mut owner, school, VICTIM, PASSWORD).await.expect(200);
    }

    async fn fresh_marks_of_one_address_are_counted_and_a_made_up_one_is_none(app: TestApp) {
        app.admin().await;
        let school = "203.0.113.1";
        let mut given = 0;
        for _ in 0..110 {
            let mut browser = app.anyone();
            opens_sign_in_page(&mut browser, school).await;
            given += usize::from(browser.cookies.contains_key(GUEST));
        }
        assert_eq!(given, 100);
        for number in 0..20 {
            let mut guesser = app.anyone();
            guesser.cookies.insert(GUEST.to_owned(), format!("{number:064x}"));
            let email = format!("nobody{number}@jurat.example");
            try_from(&mut guesser, school, &email, "not the password").await.expect(401);
        }
        assert_eq!(guess(&app, school, "other@jurat.example").await, 429);
    }

    async fn right_sign_ins_of_a_whole_school_are_not_counted(app: TestApp) {
        app.admin().await;
        let right = (0..40).map(async |_| {
            try_from(&mut app.anyone(), "203.0.113.1", VICTIM, PASSWORD).await.status.as_u16()
        });
        assert_eq!(join_all(right).await, vec![200; 40]);
    }

    async fn a_device_is_known_to_those_who_signed_in_from_it_only(app: TestApp) {
        app.holder("eve@jurat.example", people::Role::Admin).await;
        app.admin().await;
        let mut eve = app.signed_in("eve@jurat.example").await;
        let planted = eve.cookies[DEVICE].clone();
        let mut victim = app.anyone();
        victim.cookies.insert(DEVICE.to_owned(), planted.clone());
        victim.post("/api/v1/sign-in", credentials(VICTIM, PASSWORD)).await.expect(200);
        assert_ne!(victim.cookies[DEVICE], planted, "a cookie that others may know is replaced");
        while guess(&app, "198.51.100.7", VICTIM).await == 401 {}
        try_from(&mut eve, "198.51.100.8", VICTIM, PASSWORD).await.refused(429, "too_many_attempts");
        try_from(&mut victim, "198.51.100.8", VICTIM, PASSWORD).await.expect(200);
        while guess(&app, "198.51.100.9", "eve@jurat.example").await == 401 {}
        try_from(&mut victim, "198.51.100.8", "eve@jurat.example", PASSWORD).await.expect(200);
    }

    async fn a_sign_in_ends_the_former_one_of_the_browser(app: TestApp) {
        let mut browser = app.admin().await;
        let mut former = app.anyone();
        former.cookies = browser.cookies.clone();
        let mut elsewhere = app.admin().await;
        browser.post("/api/v1/sign-in", credentials(VICTIM, "not the password")).await.expect(401);
        former.get("/api/v1/people?role=admin").await.expect(200);
        browser.post("/api/v1/sign-in", credentials(VICTIM, PASSWORD)).await.expect(200);
        former.get("/api/v1/people?role=admin").await.refused(401, "not_signed_in");
        browser.get("/api/v1/people?role=admin").await.expect(200);
        elsewhere.get("/api/v1/people?role=admin").await.expect(200);
    }

    async fn what_an_account_owes_is_known_to_every_server_and_after_a_restart(app: TestApp) {
        let known = app.admin().await;
        for number in 0..8 {
            guess(&app, &format!("198.51.100.{number}"), VICTIM).await;
        }
        let server = http::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let url = format!("http://{}", server.address);
        let shared = app.app.clone();
        let signer = Signer::open(&shared.config.data, &Chance::Os).unwrap();
        let (config, clock) = ((*shared.config).clone(), shared.clock.clone());
        let second = App::new(config, shared.db.clone(), clock, Chance::Os, signer);
        let running = tokio::spawn(server.run(second, std::future::pending()));
        let mut stranger = Actor::new(&url);
        let waits = try_from(&mut stranger, "203.0.113.1", VICTIM, PASSWORD).await;
        app.later(retry_after(&waits));
        try_from(&mut app.anyone(), "203.0.113.1", VICTIM, PASSWORD).await.expect(200);
        let mut known_there = known.moved_to(&url);
        try_from(&mut known_there, "203.0.113.9", VICTIM, PASSWORD).await.expect(200);
        running.abort();
    }
}
