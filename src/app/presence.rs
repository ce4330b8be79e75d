//! Signs of life of the candidates' devices. Never part of the legal state.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::Duration;

use crate::base::{AttemptId, Timestamp};

/// When each attempt's device was last heard, since this process started.
#[derive(Debug, Clone, Default)]
pub struct Presence(Arc<Mutex<HashMap<AttemptId, Timestamp>>>);

impl Presence {
    /// Notes a sign of life.
    pub fn seen(&self, attempt: AttemptId, at: Timestamp) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.insert(attempt, at);
    }

    /// The last sign of life, if there was one.
    pub fn last_seen(&self, attempt: AttemptId) -> Option<Timestamp> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&attempt).copied()
    }

    /// Moves every sign of life with an accepted step of the clock: nobody was silent meanwhile.
    pub fn shift(&self, by: Duration) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.values_mut().for_each(|at| *at += by);
    }
}
