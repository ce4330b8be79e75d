//! The stream of one connection: nobody is waited for longer than they are given.

use std::{
    io::{self, ErrorKind, IoSlice},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::Instant,
};

use super::{
    guests::{Guest, Visit},
    pace::{Alarm, Pace},
};

/// What was sent and not read is taken and thrown away, so that our last answer reaches whoever is
/// still sending: for so long, and so much of it.
const LINGERS: Duration = Duration::from_secs(2);
const TAKEN_AT_MOST: usize = 1024 * 1024;

/// A stream with its limits.
#[derive(Debug)]
pub struct Wire<S> {
    stream: S,
    visit: Visit,
    alarm: Alarm,
    /// Since the reader did not take an answer as fast as it was written.
    stalled: Option<Pace>,
    lingering: Option<(Instant, usize)>,
}

impl<S: AsyncRead + Unpin> Wire<S> {
    /// The stream of a guest.
    pub fn new(stream: S, visit: Visit) -> Self {
        Self { stream, visit, alarm: Alarm::default(), stalled: None, lingering: None }
    }

    /// Whose it is.
    pub fn guest(&self) -> &Arc<Guest> {
        &self.visit.0
    }

    fn written(
        &mut self,
        cx: &mut Context<'_>,
        polled: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match &polled {
            Poll::Ready(Ok(bytes)) => {
                self.guest().takes();
                if let Some(pace) = &mut self.stalled {
                    pace.moves(*bytes);
                }
            }
            Poll::Pending if !self.guest().is_socket() => {
                let pace = self.stalled.get_or_insert_with(Pace::begin);
                if self.alarm.is_over(cx, pace.due()) {
                    return Poll::Ready(Err(ErrorKind::TimedOut.into()));
                }
            }
            Poll::Ready(Err(_)) | Poll::Pending => {}
        }
        polled
    }

    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let (until, mut left) = self.lingering.unwrap_or((Instant::now() + LINGERS, TAKEN_AT_MOST));
        let mut thrown_away = [0; 4096];
        while left > 0 {
            self.lingering = Some((until, left));
            if self.alarm.is_over(cx, until) {
                break;
            }
            let mut buffer = ReadBuf::new(&mut thrown_away);
            let taken = ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buffer));
            if taken.is_err() || buffer.filled().is_empty() {
                break;
            }
            left = left.saturating_sub(buffer.filled().len());
        }
        Poll::Ready(())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Wire<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let wire = self.get_mut();
        let before = buffer.filled().len();
        let polled = Pin::new(&mut wire.stream).poll_read(cx, buffer);
        if polled.is_pending() {
            let due = wire.guest().due();
            if due.is_some_and(|due| wire.alarm.is_over(cx, due)) {
                return Poll::Ready(Err(ErrorKind::TimedOut.into()));
            }
        } else if buffer.filled().len() > before && wire.guest().hears() {
            wire.stalled = None;
        }
        polled
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let wire = self.get_mut();
        let polled = Pin::new(&mut wire.stream).poll_write(cx, bytes);
        wire.written(cx, polled)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wire = self.get_mut();
        let polled = Pin::new(&mut wire.stream).poll_write_vectored(cx, slices);
        wire.written(cx, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let wire = self.get_mut();
        // the answer has gone, and hyper may not look for the next request: the alarm has to be set here
        if let Some(due) = wire.guest().due() {
            wire.alarm.is_over(cx, due);
        }
        Pin::new(&mut wire.stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let wire = self.get_mut();
        if wire.lingering.is_none() {
            ready!(Pin::new(&mut wire.stream).poll_shutdown(cx))?;
        }
        if wire.guest().has_unread() {
            ready!(wire.poll_linger(cx));
        }
        Poll::Ready(Ok(()))
    }
}
