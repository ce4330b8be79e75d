//! A right that ends ends within two seconds: for open sockets, for tickets drawn before, for kept
//! replies.

use std::time::{Duration, Instant};

use jurat::{exec, http::Server, people::Role};
use reqwest::Method;
use serde_json::json;
use tokio::{sync::Notify, time::sleep};

use crate::{
    both,
    support::{Actor, Opening, TestApp, day::Day},
};

const SEAT: &str = "/api/v1/attempt/socket-ticket";
const OPENS: &str = "opens";
const REFUSED: &str = "403 ticket_refused";

/// What becomes of a socket that is opened with a ticket.
async fn tried(actor: &Actor, url: &str, ticket: &str) -> String {
    let opening = Opening { url, ticket, origin: Some(url), protocol: Some("jurat.v1") };
    match actor.open_socket(opening).await {
        Ok(_) => OPENS.to_owned(),
        Err((status, code)) => format!("{status} {code}"),
    }
}

/// Takes something away behind the server's back.
macro_rules! take {
    ($app:expr, $sql:expr) => {{
        let mut tx = $app.app.db.begin().await.unwrap();
        exec!(tx, $sql).unwrap();
        tx.commit().await.unwrap();
    }};
}

async fn day_with_ada(app: &TestApp) -> (Day, Actor, String) {
    let mut day = app.day().await;
    day.enrol("ada").await;
    day.open().await;
    let ada = day.enter(app, "ada").await;
    (day, ada.browser, ada.attempt)
}

both! {
    async fn a_ticket_is_good_for_fifteen_seconds_and_for_the_sign_in_that_drew_it(app: TestApp) {
        let mut day = app.day().await;
        let (path, url) = (day.at("/socket-ticket"), app.url.as_str());
        let ticket = day.invigilator.ticket(&path).await;
        assert_eq!(tried(&day.invigilator, url, &ticket).await, OPENS);
        assert_eq!(tried(&day.manager, url, &ticket).await, REFUSED);
        assert_eq!(tried(&app.anyone(), url, &ticket).await, REFUSED);
        let again = app.signed_in("invigilator@jurat.example").await;
        assert_eq!(tried(&again, url, &ticket).await, REFUSED);
        assert_eq!(tried(&day.invigilator, url, "no-ticket").await, REFUSED);
        app.later(14);
        assert_eq!(tried(&day.invigilator, url, &ticket).await, OPENS);
        app.later(1);
        assert_eq!(tried(&day.invigilator, url, &ticket).await, REFUSED);
    }

    async fn a_ticket_opens_nothing_once_its_sign_in_has_ended(app: TestApp) {
        let (mut day, mut ada, _) = day_with_ada(&app).await;
        let board = day.invigilator.ticket(&day.at("/socket-ticket")).await;
        let seat = ada.ticket(SEAT).await;
        let (gone, left) = (day.invigilator.clone(), ada.clone());
        day.invigilator.post("/api/v1/sign-out", json!({})).await.expect(204);
        ada.post("/api/v1/attempt/leave", json!({})).await.expect(204);
        assert_eq!(tried(&gone, &app.url, &board).await, REFUSED);
        assert_eq!(tried(&left, &app.url, &seat).await, REFUSED);
    }

    async fn a_ticket_opens_nothing_once_the_right_is_lost(app: TestApp) {
        let (mut day, _, _) = day_with_ada(&app).await;
        let path = day.at("/socket-ticket");
        let off_the_plan = day.invigilator.ticket(&path).await;
        let no_manager = day.manager.ticket(&path).await;
        take!(app, "DELETE FROM session_invigilator");
        take!(app, "DELETE FROM member WHERE role = 'manager'");
        assert_eq!(tried(&day.invigilator, &app.url, &off_the_plan).await, REFUSED);
        assert_eq!(tried(&day.manager, &app.url, &no_manager).await, REFUSED);
    }

    async fn a_ticket_opens_nothing_once_another_device_has_the_seat(app: TestApp) {
        let (mut day, mut ada, attempt) = day_with_ada(&app).await;
        day.command("check_in", &[&attempt], "").await;
        let (first, second) = (ada.ticket(SEAT).await, ada.ticket(SEAT).await);
        // the epoch alone, as if the sign-in of the earlier device had been forgotten
        take!(app, "UPDATE attempt SET epoch = epoch + 1");
        assert_eq!(tried(&ada, &app.url, &first).await, REFUSED);
        take!(app, "UPDATE attempt SET epoch = epoch - 1");
        day.command("new_device", &[&attempt], "").await;
        assert_eq!(tried(&ada, &app.url, &second).await, REFUSED);
    }

    async fn a_ticket_of_one_server_opens_a_socket_of_another(app: TestApp) {
        let mut day = app.day().await;
        let ticket = day.invigilator.ticket(&day.at("/socket-ticket")).await;
        let beside: Server = jurat::http::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let url = format!("http://{}", beside.address);
        let mut config = (*app.app.config).clone();
        config.public_url.clone_from(&url);
        let (clock, chance) = (app.app.clock.clone(), app.app.chance.clone());
        let signer = jurat::app::Signer::open(&config.data, &chance).unwrap();
        let other = jurat::app::App::new(config, app.app.db.clone(), clock, chance, signer);
        let ending = std::sync::Arc::new(Notify::new());
        let end = ending.clone();
        let running = tokio::spawn(beside.run(other, async move { end.notified().await }));
        let opening =
            Opening { url: &url, ticket: &ticket, origin: Some(&url), protocol: Some("jurat.v1") };
        let mut socket = day.invigilator.open_socket(opening).await.expect("the socket opens");
        socket.until(|message| message["type"] == "hello").await;
        running.abort();
    }

    async fn sockets_close_within_two_seconds_whenever_the_right_ends(app: TestApp) {
        let mut day = app.day().await;
        for name in ["ada", "bea"] {
            day.enrol(name).await;
        }
        day.open().await;
        let path = day.at("/socket-ticket");
        let mut seats = Vec::new();
        for name in ["ada", "bea"] {
            seats.push(day.enter(&app, name).await.browser);
        }
        let mut open = vec![(day.invigilator.listen(&app.url, &path).await, 4003)];
        sleep(Duration::from_millis(350)).await;
        open.push((day.manager.listen(&app.url, &path).await, 4003));
        for seat in &mut seats {
            sleep(Duration::from_millis(350)).await;
            open.push((seat.listen(&app.url, SEAT).await, 4001));
        }
        take!(app, "DELETE FROM member");
        take!(app, "DELETE FROM sign_in WHERE subject = 'attempt'");
        let ended = Instant::now();
        let closing = open.iter_mut().map(|(socket, code)| async move {
            assert_eq!(socket.closed().await, *code);
            ended.elapsed()
        });
        for waited in futures_util::future::join_all(closing).await {
            assert!(waited <= Duration::from_secs(2), "{waited:?}");
        }
    }

    async fn who_has_left_the_centre_watches_none_of_its_sessions(app: TestApp) {
        let mut day = app.day().await;
        let board = day.at("/board");
        day.invigilator.get(&board).await.expect(200);
        take!(app, "DELETE FROM member WHERE role = 'invigilator'");
        day.invigilator.get(&board).await.refused(404, "no_such_session");
        assert_eq!(day.invigilator.get("/api/v1/me").await.expect(200)["memberships"], json!([]));
    }

    async fn a_reply_is_not_told_again_to_whom_the_right_was_taken(app: TestApp) {
        let mut day = app.day().await;
        let path = day.at("/open");
        let request = |actor: &Actor| {
            actor.request(Method::POST, &path).json(&json!({})).header("idempotency-key", "k")
        };
        let first = day.invigilator.answer(request(&day.invigilator.clone())).await;
        first.expect(200);
        let again = day.invigilator.answer(request(&day.invigilator.clone())).await;
        assert_eq!(again.headers["idempotency-replayed"], "true");
        take!(app, "DELETE FROM session_invigilator");
        let after = day.invigilator.answer(request(&day.invigilator.clone())).await;
        after.refused(404, "no_such_session");
    }

    async fn a_role_on_the_platform_that_is_taken_ends_at_once(app: TestApp) {
        let mut admin = app.holder("root@jurat.example", Role::Admin).await;
        admin.get("/api/v1/centres").await.expect(200);
        take!(app, "DELETE FROM person_role");
        admin.get("/api/v1/centres").await.refused(403, "forbidden");
    }
}
