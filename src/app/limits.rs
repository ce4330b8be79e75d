//! How often someone may try: attempts per key in a window that moves.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::Duration;

use crate::base::Timestamp;

/// Keys remembered at most; beyond, those whose window is over are forgotten.
const REMEMBERED: usize = 20_000;

/// A limit: so many tries in so many seconds.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// What is limited; part of the key.
    pub what: &'static str,
    /// Tries allowed in one window.
    pub tries: u32,
    /// Length of the window, seconds.
    pub window_s: i64,
}

/// Too many tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many tries; come back in {retry_after_s} seconds")]
pub struct TooMany {
    /// Seconds until the next try is allowed.
    pub retry_after_s: i64,
}

type Windows = HashMap<(&'static str, String), (Timestamp, u32)>;

/// The counts of this process.
#[derive(Debug, Clone, Default)]
pub struct Limits {
    windows: Arc<Mutex<Windows>>,
    turns: Arc<tokio::sync::Mutex<()>>,
}

impl Limits {
    /// Waits for one's turn, which ends with the guard. Whoever counts only the wrong tries takes
    /// turns, so that the right ones of many at once are never in each other's way.
    pub async fn turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.turns.lock().await
    }

    /// Counts one try of `key` against `limit`.
    ///
    /// # Errors
    /// [`TooMany`] when the window is full.
    pub fn count(&self, limit: Limit, key: &str, now: Timestamp) -> Result<(), TooMany> {
        let window = Duration::seconds(limit.window_s);
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() > REMEMBERED {
            windows.retain(|_, (since, _)| now - *since < window);
        }
        let (since, tries) = windows.entry((limit.what, key.to_owned())).or_insert((now, 0));
        if now - *since >= window {
            (*since, *tries) = (now, 0);
        }
        if *tries >= limit.tries {
            let retry_after_s = (window - (now - *since)).num_seconds().max(1);
            return Err(TooMany { retry_after_s });
        }
        *tries += 1;
        Ok(())
    }

    /// Takes back a try that was counted: it was right.
    pub fn forgive(&self, limit: Limit, key: &str) {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, tries)) = windows.get_mut(&(limit.what, key.to_owned())) {
            *tries = tries.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixth_try_in_a_minute_waits() {
        let limits = Limits::default();
        let limit = Limit { what: "test", tries: 5, window_s: 60 };
        let start: Timestamp = "2027-03-01T09:00:00Z".parse().unwrap();
        for _ in 0..5 {
            assert_eq!(limits.count(limit, "ada", start), Ok(()));
        }
        assert_eq!(limits.count(limit, "ada", start), Err(TooMany { retry_after_s: 60 }));
        assert_eq!(limits.count(limit, "grace", start), Ok(()));
        assert_eq!(limits.count(limit, "ada", start + Duration::seconds(60)), Ok(()));
    }
}
