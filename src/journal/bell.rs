//! The doorbell: tells followers in this process that a journal has grown.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::watch;

use crate::base::SessionId;

/// Rings by session. A lost ring costs latency, never truth: followers also look each second.
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

    /// Follows `session`; the value counts rings and means nothing else.
    pub fn follow(&self, session: SessionId) -> watch::Receiver<u64> {
        let mut bells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        bells.entry(session).or_default().subscribe()
    }
}
