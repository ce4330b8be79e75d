//! What must arrive, or be taken, in time: a minute, and a second for each 8 KiB that has moved.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    body::{Body, Bytes, HttpBody},
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http_body_util::{BodyExt, Limited};
use hyper::body::{Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};

use crate::http::problem::Problem;

/// What everybody is given.
const GIVEN: Duration = Duration::from_mins(1);
/// Whoever moves so many bytes is given a second more: half of what the slowest line carries that an
/// exam is sat over.
const BYTES_A_SECOND: u64 = 8 * 1024;

/// How long something has moved, and how much of it.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    given: Duration,
    begun: Instant,
    moved: u64,
}

impl Pace {
    /// Begins now.
    pub fn begin() -> Self {
        Self { given: GIVEN, begun: Instant::now(), moved: 0 }
    }

    /// So many bytes have moved.
    pub fn moves(&mut self, bytes: usize) {
        self.moved = self.moved.saturating_add(bytes as u64);
    }

    /// When it is too slow, unless more moves.
    pub fn due(&self) -> Instant {
        self.begun + self.given + Duration::from_secs(self.moved / BYTES_A_SECOND)
    }
}

/// A timer that is seldom set: it may ring too early, never too late.
#[derive(Debug, Default)]
pub struct Alarm(Option<Pin<Box<Sleep>>>);

impl Alarm {
    /// Whether it is `due` already; if not, the task is woken then, or before.
    pub fn is_over(&mut self, cx: &mut Context<'_>, due: Instant) -> bool {
        if Instant::now() >= due {
            return true;
        }
        let sleep = self.0.get_or_insert_with(|| Box::pin(sleep_until(due)));
        if sleep.deadline() > due {
            sleep.as_mut().reset(due);
        }
        while sleep.as_mut().poll(cx).is_ready() {
            if Instant::now() >= due {
                return true;
            }
            sleep.as_mut().reset(due);
        }
        false
    }
}

/// What nobody wanted to read is taken all the same if it is there within this time and no larger, bytes:
/// so the connection can be used again.
const LITTLE_WITHIN: Duration = Duration::from_millis(100);
const LITTLE: usize = 64 * 1024;

/// A body that must arrive in time; whoever answers holds it too, and sees how far it has come.
#[derive(Debug, Clone)]
pub struct Arrival(Arc<Mutex<Arriving>>);

#[derive(Debug)]
struct Arriving {
    body: Body,
    pace: Pace,
    alarm: Alarm,
    stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    OnItsWay,
    Whole,
    TooSlow,
}

/// The body came too slowly.
#[derive(Debug, thiserror::Error)]
#[error("the body came too slowly")]
struct TooSlow;

impl Arrival {
    /// Begins now.
    pub fn of(body: Body) -> Self {
        let (pace, alarm) = (Pace::begin(), Alarm::default());
        Self(Arc::new(Mutex::new(Arriving { body, pace, alarm, stage: Stage::OnItsWay })))
    }

    /// Whether all of it was read, or is now, when it `is_sent` without our asking for it.
    pub async fn is_read(&self, is_sent: bool) -> bool {
        if is_sent && self.arriving().stage == Stage::OnItsWay {
            let rest = Limited::new(self.clone(), LITTLE);
            let _ = tokio::time::timeout(LITTLE_WITHIN, rest.collect()).await;
        }
        self.arriving().stage == Stage::Whole
    }

    fn is_too_slow(&self) -> bool {
        self.arriving().stage == Stage::TooSlow
    }

    fn arriving(&self) -> MutexGuard<'_, Arriving> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HttpBody for Arrival {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.arriving().poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.arriving().body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.arriving().body.size_hint()
    }
}

impl Arriving {
    fn poll_frame(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        if polled.is_pending() && self.alarm.is_over(cx, self.pace.due()) {
            self.stage = Stage::TooSlow;
            return Poll::Ready(Some(Err(axum::Error::new(TooSlow))));
        }
        let frame = ready!(polled);
        if let Some(Ok(frame)) = &frame {
            self.pace.moves(frame.data_ref().map_or(0, Bytes::len));
        }
        let is_well = frame.as_ref().is_none_or(Result::is_ok);
        if is_well && (frame.is_none() || self.body.is_end_stream()) {
            self.stage = Stage::Whole;
        }
        Poll::Ready(frame)
    }
}

/// Refuses a body that came too slowly as such, whatever its reader made of it.
pub async fn in_time(request: Request, next: Next) -> Response {
    let arrival = request.extensions().get::<Arrival>().cloned();
    let response = next.run(request).await;
    let too_slow = arrival.is_some_and(|arrival| arrival.is_too_slow());
    if too_slow { Problem::too_slow().into_response() } else { response }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn whoever_moves_eight_kibibytes_a_second_is_never_too_slow() {
        let mut pace = Pace::begin();
        let begun = Instant::now();
        for second in 1..=600 {
            pace.moves(8 * 1024);
            assert_eq!(pace.due() - begun, GIVEN + Duration::from_secs(second));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_sends_a_byte_a_second_has_a_minute() {
        let mut pace = Pace::begin();
        for _ in 0..60 {
            pace.moves(1);
        }
        assert_eq!(pace.due() - Instant::now(), GIVEN);
    }

    #[tokio::test(start_paused = true)]
    async fn an_alarm_that_is_put_off_rings_at_its_last_time() {
        let (mut alarm, begun) = (Alarm::default(), Instant::now());
        let mut due = begun + Duration::from_secs(5);
        std::future::poll_fn(
            |cx| {
                if alarm.is_over(cx, due) { Poll::Ready(()) } else { Poll::Pending }
            },
        )
        .await;
        assert_eq!(begun.elapsed().as_secs(), 5);
        due += Duration::from_secs(7);
        std::future::poll_fn(
            |cx| {
                if alarm.is_over(cx, due) { Poll::Ready(()) } else { Poll::Pending }
            },
        )
        .await;
        assert_eq!(begun.elapsed().as_secs(), 12);
    }
}
