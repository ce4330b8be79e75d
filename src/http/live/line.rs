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
/// A message that cannot be written in this time closes the socket.
const WRITTEN_WITHIN: Duration = Duration::from_secs(5);
/// A socket that was silent for longer is closed.
const SILENCE: Duration = Duration::from_mins(1);

/// Why the server closes a socket; the numbers never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// The client went, or nothing was heard of it.
    Gone,
    /// More messages than a page sends.
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
        Self { socket, heard_at: Instant::now(), heard: 0 }
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
        match timeout(WRITTEN_WITHIN, self.socket.send(message)).await {
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
        if self.heard_at.elapsed() > SILENCE { Err(Closing::Gone) } else { Ok(()) }
    }

    /// Says why and goes.
    pub async fn close(mut self, why: Closing) {
        let frame = CloseFrame { code: why.code(), reason: "".into() };
        if self.send(Message::Close(Some(frame))).await.is_ok() {
            let gone = async { while let Some(Ok(_)) = self.socket.recv().await {} };
            let _ = timeout(Duration::from_secs(1), gone).await;
        }
    }
}
