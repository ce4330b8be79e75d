//! One socket with its limits: what is read is small and rare, what is written never piles up.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, timeout};
use utoipa::ToSchema;

/// The sub-protocol.
pub const PROTOCOL: &str = "jurat.v1";
/// Bytes that each buffer of an idle socket holds.
const BUFFER: usize = 4 * 1024;
/// The largest message that a page sends, bytes.
const LARGEST_READ: usize = 8 * 1024;
/// From this size on nothing is read any more, not even to close in good order.
const CUT_AT: usize = 2 * LARGEST_READ;
/// The most that waits to be written, bytes.
const LARGEST_WAITING: usize = 512 * 1024;
/// Messages read in a second.
const RATE: u32 = 10;
/// The time for saying why and for hearing that it was heard.
const GOODBYE: Duration = Duration::from_secs(1);

/// How long a socket is borne with.
#[derive(Debug, Clone, Copy)]
struct Patience {
    /// A message that cannot be written in this time closes the socket.
    writing: Duration,
    /// A socket that was silent for longer is closed.
    silence: Duration,
}

const PATIENCE: Patience =
    Patience { writing: Duration::from_secs(5), silence: Duration::from_mins(1) };

/// Why the server closes a socket; the numbers never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// The client went, or nothing was heard of it.
    Gone,
    /// More messages, or more sockets, than a page has.
    TooMany,
    /// A message that is too large.
    TooLarge,
    /// The sign-in has ended.
    NotSignedIn,
    /// The right was lost.
    Forbidden,
    /// What is told piles up; the client comes back and loads again.
    Overflow,
    /// The seat was taken over by another device.
    Fenced,
    /// Not a message of ours.
    Protocol,
    /// The server ends; the client comes back to the one that takes over.
    Draining,
}

impl Closing {
    fn code(self) -> u16 {
        match self {
            Self::Gone => 1001,
            Self::TooMany => 1008,
            Self::TooLarge => 1009,
            Self::NotSignedIn => 4001,
            Self::Forbidden => 4003,
            Self::Overflow => 4008,
            Self::Fenced => 4009,
            Self::Protocol => 4011,
            Self::Draining => 4012,
        }
    }
}

/// The only thing a client says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = LiveSaid)]
pub enum Said {
    /// Somebody is there, and has applied everything up to a number.
    Heartbeat {
        #[serde(rename = "seq")]
        _seq: i64,
    },
}

/// An open socket.
#[derive(Debug)]
pub struct Line {
    socket: WebSocket,
    patience: Patience,
    heard_at: Instant,
    heard: u32,
}

/// Sets the limits before the socket is opened.
pub fn limited(upgrade: WebSocketUpgrade) -> WebSocketUpgrade {
    upgrade
        .protocols([PROTOCOL])
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER)
        .max_write_buffer_size(LARGEST_WAITING)
        .max_message_size(CUT_AT)
        .max_frame_size(CUT_AT)
}

impl Line {
    /// Takes a socket that was just opened.
    pub fn new(socket: WebSocket) -> Self {
        Self { socket, patience: PATIENCE, heard_at: Instant::now(), heard: 0 }
    }

    /// Tells something.
    pub async fn tell(&mut self, message: &impl Serialize) -> Result<(), Closing> {
        let text = serde_json::to_string(message).expect("a message is JSON");
        self.send(Message::text(text)).await
    }

    /// Asks whether somebody is there; browsers answer by themselves.
    pub async fn ping(&mut self) -> Result<(), Closing> {
        self.send(Message::Ping(Vec::new().into())).await
    }

    async fn send(&mut self, message: Message) -> Result<(), Closing> {
        match timeout(self.patience.writing, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Closing::Gone),
            Err(_) => Err(Closing::Overflow),
        }
    }

    /// Waits for a sign of life.
    pub async fn hear(&mut self) -> Result<(), Closing> {
        let message = match self.socket.recv().await {
            Some(Ok(message)) => message,
            Some(Err(_)) => return Err(Closing::TooLarge),
            None => return Err(Closing::Gone),
        };
        self.heard_at = Instant::now();
        match message {
            Message::Pong(_) => return Ok(()),
            Message::Ping(_) => {}
            Message::Text(text) if text.len() > LARGEST_READ => return Err(Closing::TooLarge),
            Message::Text(text) => {
                serde_json::from_str::<Said>(&text).map_err(|_| Closing::Protocol)?;
            }
            Message::Binary(_) => return Err(Closing::Protocol),
            Message::Close(_) => return Err(Closing::Gone),
        }
        self.heard += 1;
        if self.heard > RATE { Err(Closing::TooMany) } else { Ok(()) }
    }

    /// Called each second: begins to count anew, and ends a silence that lasts.
    pub fn second(&mut self) -> Result<(), Closing> {
        self.heard = 0;
        if self.heard_at.elapsed() > self.patience.silence { Err(Closing::Gone) } else { Ok(()) }
    }

    /// Says why and goes.
    pub async fn close(mut self, why: Closing) {
        let frame = CloseFrame { code: why.code(), reason: "".into() };
        let said_and_gone = async {
            if self.socket.send(Message::Close(Some(frame))).await.is_ok() {
                while let Some(Ok(_)) = self.socket.recv().await {}
            }
        };
        let _ = timeout(GOODBYE, said_and_gone).await;
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use axum::{Router, routing::get};
    use futures_util::StreamExt;
    use tokio::{net::TcpListener, sync::oneshot};
    use tokio_tungstenite::{connect_async, tungstenite::client::IntoClientRequest};

    use super::*;

    type Reader = tokio_tungstenite::WebSocketStream<
        tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>,
    >;

    /// Both ends of an open socket.
    async fn line() -> (Line, Reader) {
        let (opened, line) = oneshot::channel();
        let opened = std::sync::Mutex::new(Some(opened));
        let open = async move |upgrade: WebSocketUpgrade| {
            let opened = opened.lock().unwrap().take().unwrap();
            limited(upgrade).on_upgrade(async move |socket| drop(opened.send(Line::new(socket))))
        };
        let open = std::sync::Arc::new(open);
        let router =
            Router::new().route("/", get(move |upgrade| async move { open(upgrade).await }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut request =
            format!("ws://{}/", listener.local_addr().unwrap()).into_client_request().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", PROTOCOL.parse().unwrap());
        tokio::spawn(async { axum::serve(listener, router).await });
        let (reader, _) = connect_async(request).await.unwrap();
        (line.await.unwrap(), reader)
    }

    /// Tells as much as is taken.
    async fn tell_without_end(line: &mut Line) -> Result<Infallible, Closing> {
        let long = "x".repeat(60_000);
        loop {
            line.tell(&long).await?;
        }
    }

    const MOMENT: Duration = Duration::from_millis(100);

    #[tokio::test]
    async fn a_reader_that_takes_nothing_is_given_up_and_nothing_piles_up() {
        let (mut line, reader) = line().await;
        line.patience.writing = MOMENT;
        assert_eq!(tell_without_end(&mut line).await, Err(Closing::Overflow));
        line.close(Closing::Overflow).await;
        drop(reader);
    }

    #[tokio::test]
    async fn a_socket_that_is_silent_for_too_long_is_closed() {
        let (mut line, _reader) = line().await;
        assert_eq!(line.second(), Ok(()));
        line.patience.silence = MOMENT;
        tokio::time::sleep(2 * MOMENT).await;
        assert_eq!(line.second(), Err(Closing::Gone));
    }

    #[tokio::test]
    async fn a_browser_that_answers_a_ping_is_there() {
        let (mut line, mut reader) = line().await;
        tokio::spawn(async move { while reader.next().await.is_some() {} });
        line.patience.silence = MOMENT;
        tokio::time::sleep(2 * MOMENT).await;
        line.ping().await.unwrap();
        line.hear().await.unwrap();
        assert_eq!(line.second(), Ok(()));
    }
}
