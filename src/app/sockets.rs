//! The sockets that are open here: a few for each listener.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::Notify;

use super::Ticket;

/// Sockets that are kept open for the same ticket: a page, and the one before it while it goes.
const KEPT: usize = 2;

type Places = HashMap<Ticket, Vec<Arc<Notify>>>;

/// The open sockets of this process.
#[derive(Debug, Clone, Default)]
pub struct Sockets(Arc<Mutex<Places>>);

/// What an open socket holds as long as it is open.
#[derive(Debug)]
pub struct Place {
    sockets: Sockets,
    ticket: Ticket,
    crowded: Arc<Notify>,
}

impl Sockets {
    /// Takes a place. The newest is the one that somebody looks at: the oldest beyond
    /// [`KEPT`] has to go.
    pub fn open(&self, ticket: Ticket) -> Place {
        let crowded = Arc::new(Notify::new());
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let same = places.entry(ticket).or_default();
        same.push(crowded.clone());
        if let Some(beyond) = same.len().checked_sub(KEPT) {
            same.drain(..beyond).for_each(|oldest| oldest.notify_one());
        }
        Place { sockets: self.clone(), ticket, crowded }
    }
}

impl Place {
    /// Waits until newer sockets of the same listener need this place.
    pub async fn needed(&self) {
        self.crowded.notified().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut places = self.sockets.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(same) = places.get_mut(&self.ticket) else { return };
        same.retain(|other| !Arc::ptr_eq(other, &self.crowded));
        if same.is_empty() {
            places.remove(&self.ticket);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;
    use crate::base::Chance;

    fn ticket(seed: u64) -> Ticket {
        let (chance, now) = (Chance::seeded(seed), "2027-03-01T09:00:00Z".parse().unwrap());
        Ticket::Board { session: chance.id(now), person: chance.id(now) }
    }

    #[test]
    fn the_oldest_of_three_sockets_makes_room() {
        let sockets = Sockets::default();
        let places = [1, 1, 2, 1].map(|seed| sockets.open(ticket(seed)));
        let needed = places.each_ref().map(|place| place.needed().now_or_never().is_some());
        assert_eq!(needed, [true, false, false, false]);
        drop(places);
        assert!(sockets.0.lock().unwrap().is_empty());
    }
}
