//! A socket as a browser opens it: with a ticket, our origin, and the cookies of the page.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use reqwest::header;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest},
};

use super::Actor;

/// How long a test waits for what it expects.
const PATIENCE: Duration = Duration::from_secs(10);

/// An open socket.
pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

/// What a browser says when it opens a socket.
pub struct Opening<'a> {
    pub url: &'a str,
    pub ticket: &'a str,
    pub origin: Option<&'a str>,
    pub protocol: Option<&'a str>,
}

impl Actor {
    /// A ticket from `path`.
    pub async fn ticket(&mut self, path: &str) -> String {
        let told = self.post(path, json!({})).await.expect(200);
        told["ticket"].as_str().unwrap().to_owned()
    }

    /// Opens a socket as our own page does.
    pub async fn listen(&mut self, url: &str, path: &str) -> Socket {
        let ticket = self.ticket(path).await;
        let opening =
            Opening { url, ticket: &ticket, origin: Some(url), protocol: Some("jurat.v1") };
        self.open_socket(opening).await.expect("the socket opens")
    }

    /// Opens a socket, or tells the status and the code of the refusal.
    pub async fn open_socket(&self, opening: Opening<'_>) -> Result<Socket, (u16, String)> {
        let address = opening.url.replacen("http", "ws", 1);
        let address = format!("{address}/api/v1/live?ticket={}", opening.ticket);
        let mut request = address.into_client_request().unwrap();
        let headers = request.headers_mut();
        let cookies: Vec<_> = self.cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
        headers.insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        if let Some(origin) = opening.origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        if let Some(protocol) = opening.protocol {
            headers.insert(header::SEC_WEBSOCKET_PROTOCOL, protocol.parse().unwrap());
        }
        match connect_async(request).await {
            Ok((socket, _)) => Ok(Socket(socket)),
            Err(Error::Http(response)) => {
                let body = response.body().clone().unwrap_or_default();
                let problem: Value = serde_json::from_slice(&body).unwrap_or_default();
                let code = problem["type"].as_str().unwrap_or_default();
                Err((response.status().as_u16(), code.replace("/problems/", "")))
            }
            Err(other) => panic!("{other}"),
        }
    }
}

impl Socket {
    /// Says something.
    pub async fn say(&mut self, message: Value) {
        self.0.send(Message::text(message.to_string())).await.unwrap();
    }

    /// A sign of life.
    pub async fn beat(&mut self) {
        self.say(json!({ "type": "heartbeat", "seq": 0 })).await;
    }

    /// The first message that is wanted; others are passed over.
    pub async fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        let mut passed = Vec::new();
        let found = tokio::time::timeout(PATIENCE, async {
            loop {
                match self.0.next().await {
                    Some(Ok(Message::Text(text))) => {
                        let message: Value = serde_json::from_str(&text).unwrap();
                        if wanted(&message) {
                            return message;
                        }
                        passed.push(message);
                    }
                    Some(Ok(Message::Close(frame))) => panic!("closed: {frame:?}"),
                    Some(Ok(_)) => {}
                    other => panic!("the socket ended: {other:?}"),
                }
            }
        });
        let found = found.await.ok();
        found.unwrap_or_else(|| panic!("nothing such was told, but {passed:#?}"))
    }

    /// The row of an attempt, as soon as it is as wanted.
    pub async fn row(&mut self, attempt: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let of = |message: &Value| {
            let rows = message["rows"].as_array().cloned().unwrap_or_default();
            rows.into_iter().find(|row| row["attempt_id"] == attempt && wanted(row))
        };
        let message = self.until(|message| of(message).is_some()).await;
        of(&message).unwrap()
    }

    /// The number with which the server closes.
    pub async fn closed(&mut self) -> u16 {
        let closed = tokio::time::timeout(PATIENCE, async {
            loop {
                match self.0.next().await {
                    Some(Ok(Message::Close(Some(frame)))) => return frame.code.into(),
                    Some(Ok(_)) => {}
                    other => panic!("the socket ended without a word: {other:?}"),
                }
            }
        });
        closed.await.expect("the server closes")
    }
}
