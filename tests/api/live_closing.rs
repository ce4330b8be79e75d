//! When the server closes a socket, and with which number.

use serde_json::json;

use crate::{both, support::TestApp};

const SEAT: &str = "/api/v1/attempt/socket-ticket";

both! {
    async fn a_socket_closes_when_its_sign_in_ends(app: TestApp) {
        let mut day = app.day().await;
        let path = day.at("/socket-ticket");
        let mut board = day.invigilator.listen(&app.url, &path).await;
        day.invigilator.post("/api/v1/sign-out", json!({})).await.expect(204);
        assert_eq!(board.closed().await, 4001);
    }

    async fn the_socket_of_a_seat_closes_when_the_candidate_leaves_it(app: TestApp) {
        let mut day = app.day().await;
        day.enrol("ada").await;
        day.open().await;
        let mut ada = day.enter(&app, "ada").await;
        let mut seat = ada.browser.listen(&app.url, SEAT).await;
        ada.browser.post("/api/v1/attempt/leave", json!({})).await.expect(204);
        assert_eq!(seat.closed().await, 4001);
    }

    async fn a_socket_closes_when_the_right_is_lost(app: TestApp) {
        let mut day = app.day().await;
        let path = day.at("/socket-ticket");
        let mut board = day.invigilator.listen(&app.url, &path).await;
        let mut tx = app.app.db.begin().await.unwrap();
        jurat::exec!(tx, "DELETE FROM session_invigilator").unwrap();
        tx.commit().await.unwrap();
        assert_eq!(board.closed().await, 4003);
    }

    async fn the_old_device_is_fenced_when_the_seat_is_given_to_another(app: TestApp) {
        let mut day = app.day().await;
        day.enrol("ada").await;
        day.open().await;
        let mut ada = day.enter(&app, "ada").await;
        day.admit(&[&ada]).await;
        let mut seat = ada.browser.listen(&app.url, SEAT).await;
        seat.until(|message| message["type"] == "attempt").await;
        day.command("new_device", &[&ada.attempt], "").await;
        assert_eq!(seat.closed().await, 4009);
    }

    async fn the_oldest_of_three_sockets_of_a_person_makes_room(app: TestApp) {
        let mut day = app.day().await;
        let path = day.at("/socket-ticket");
        let mut first = day.invigilator.listen(&app.url, &path).await;
        let mut second = day.invigilator.listen(&app.url, &path).await;
        first.until(|message| message["type"] == "hello").await;
        second.until(|message| message["type"] == "hello").await;
        let mut third = day.invigilator.listen(&app.url, &path).await;
        assert_eq!(first.closed().await, 1008);
        day.enrol("ada").await;
        second.until(|message| message["type"] == "resync").await;
        third.until(|message| message["type"] == "hello").await;
    }

    async fn every_socket_is_told_that_the_server_ends(app: TestApp) {
        let mut day = app.day().await;
        day.enrol("ada").await;
        day.open().await;
        let mut ada = day.enter(&app, "ada").await;
        let path = day.at("/socket-ticket");
        let mut board = day.invigilator.listen(&app.url, &path).await;
        let mut seat = ada.browser.listen(&app.url, SEAT).await;
        seat.until(|message| message["type"] == "attempt").await;
        let ((), told_board, told_seat) = tokio::join!(app.end(), board.closed(), seat.closed());
        assert_eq!((told_board, told_seat), (4012, 4012));
    }

    async fn a_client_that_says_what_it_may_not_is_shown_out(app: TestApp) {
        let mut day = app.day().await;
        let path = day.at("/socket-ticket");
        let mut chatty = day.invigilator.listen(&app.url, &path).await;
        chatty.say(json!({ "type": "heartbeat", "seq": 1, "state": "admitted" })).await;
        assert_eq!(chatty.closed().await, 4011);
        let mut hasty = day.invigilator.listen(&app.url, &path).await;
        for _ in 0..25 {
            hasty.beat().await;
        }
        assert_eq!(hasty.closed().await, 1008);
        let mut verbose = day.invigilator.listen(&app.url, &path).await;
        verbose.say(json!({ "type": "heartbeat", "seq": "9".repeat(9000) })).await;
        assert_eq!(verbose.closed().await, 1009);
    }
}
