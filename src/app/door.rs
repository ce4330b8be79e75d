//! What is refused at the doors of sessions, counted until it is written down: however often somebody
//! knocks, one write a second is made of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use sha2::{Digest, Sha256};

use crate::base::{AttemptId, SessionId, Timestamp};

/// Devices that are told apart; of more it is said that they are as many.
pub const DEVICES_TOLD_APART: usize = 64;

/// What is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Knock {
    /// Somebody knows the code of a session, and is nobody on its list.
    WrongEntry(SessionId),
    /// Somebody is who they say, and their seat is taken.
    SecondDevice(SessionId, AttemptId),
}

impl Knock {
    /// At whose door.
    pub fn session(self) -> SessionId {
        match self {
            Self::WrongEntry(session) | Self::SecondDevice(session, _) => session,
        }
    }
}

/// How often it was refused, since when, and from which devices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Knocks {
    /// Times.
    pub times: i64,
    /// The first.
    pub first_at: Timestamp,
    /// The last.
    pub last_at: Timestamp,
    /// Hashes that name nobody, at most [`DEVICES_TOLD_APART`].
    pub devices: BTreeSet<String>,
}

/// What was refused on this server and is not written down; in memory only, a second at most.
#[derive(Debug, Clone, Default)]
pub struct Door {
    refused: Arc<Mutex<BTreeMap<Knock, Knocks>>>,
}

impl Door {
    /// Counts one refusal. `device` is whatever tells one device from another.
    pub fn refused(&self, knock: Knock, device: &str, now: Timestamp) {
        let digest = Sha256::digest(format!("{} {device}", knock.session()));
        let devices = BTreeSet::from([hex::encode(&digest[..8])]);
        self.add(knock, Knocks { times: 1, first_at: now, last_at: now, devices });
    }

    /// Counts what was counted before.
    pub fn add(&self, knock: Knock, more: Knocks) {
        let mut doors = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        match doors.entry(knock) {
            std::collections::btree_map::Entry::Vacant(new) => _ = new.insert(more),
            std::collections::btree_map::Entry::Occupied(known) => known.into_mut().join(more),
        }
    }

    /// Takes everything, to be written down.
    pub fn take(&self) -> BTreeMap<Knock, Knocks> {
        std::mem::take(&mut self.refused.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Knocks {
    /// Both together.
    pub fn join(&mut self, more: Self) {
        self.times += more.times;
        self.first_at = self.first_at.min(more.first_at);
        self.last_at = self.last_at.max(more.last_at);
        let room = DEVICES_TOLD_APART.saturating_sub(self.devices.len());
        let new = more.devices.into_iter().filter(|device| !self.devices.contains(device));
        let new: Vec<_> = new.take(room).collect();
        self.devices.extend(new);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Chance;

    #[test]
    fn a_flood_is_one_line_of_bounded_size() {
        let (door, now) = (Door::default(), Timestamp::UNIX_EPOCH);
        let session = Chance::seeded(1).id(now);
        for device in 0..10_000 {
            door.refused(Knock::WrongEntry(session), &device.to_string(), now);
        }
        let taken = door.take();
        let knocks = &taken[&Knock::WrongEntry(session)];
        assert_eq!((taken.len(), knocks.times), (1, 10_000));
        assert_eq!(knocks.devices.len(), DEVICES_TOLD_APART);
        assert!(door.take().is_empty());
    }
}
