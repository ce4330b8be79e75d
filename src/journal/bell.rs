//! The doorbell: tells followers in this process that a journal has grown.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::watch;

use crate::base::SessionId;

/// Rings by session. A lost ring costs latency, never truth: each second [`super::keep_looking`]
/// rings for what has grown in silence.
#[derive(Debug, Clone, Default)]
pub struct Bell(Arc<Mutex<HashMap<SessionId, watch::Sender<u64>>>>);

impl Bell {
    /// Tells the followers of `session`; call it after the commit.
    pub fn ring(&self, session: SessionId) {
        let mut bells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bell) = bells.get(&session) {
            bell.send_modify(|rings| *rings += 1);
            if bell.receiver_count() == 0 {
                bells.remove(&session);
            }
        }
    }

    /// The sessions that somebody follows.
    pub fn followed(&self) -> Vec<SessionId> {
        let mut bells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        bells.retain(|_, bell| bell.receiver_count() > 0);
        bells.keys().copied().collect()
    }

    /// Follows `session`; the value counts rings and means nothing else.
    pub fn follow(&self, session: SessionId) -> watch::Receiver<u64> {
        let mut bells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        bells.entry(session).or_default().subscribe()
    }
}
