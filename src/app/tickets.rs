//! Tickets for the socket: one use each, thirty seconds, in memory only.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::Duration;

use crate::base::{AttemptId, Chance, PersonId, SessionId, Timestamp};

/// How long a ticket waits to be used.
const STAYS: Duration = Duration::seconds(30);
/// Tickets kept at most; beyond, those that are over are forgotten first.
const KEPT: usize = 50_000;

/// What a socket is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ticket {
    /// The board of a session, for one person.
    Board {
        /// Which session.
        session: SessionId,
        /// For whom.
        person: PersonId,
    },
    /// The seat of an attempt.
    Seat {
        /// Its session.
        session: SessionId,
        /// Which attempt.
        attempt: AttemptId,
        /// The epoch of the device that asked.
        epoch: i64,
    },
}

type Waiting = HashMap<[u8; 32], (Timestamp, Ticket)>;

/// The tickets that were handed out and not used yet.
#[derive(Debug, Clone, Default)]
pub struct Tickets(Arc<Mutex<Waiting>>);

impl Tickets {
    /// Hands out a ticket.
    pub fn issue(&self, ticket: Ticket, chance: &Chance, now: Timestamp) -> String {
        let secret: [u8; 32] = chance.bytes();
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= KEPT {
            waiting.retain(|_, (issued, _)| now - *issued < STAYS);
        }
        waiting.insert(secret, (now, ticket));
        hex::encode(secret)
    }

    /// Takes a ticket back; there is nothing to take the second time, nor when it is over.
    pub fn redeem(&self, text: &str, now: Timestamp) -> Option<Ticket> {
        let mut secret = [0; 32];
        hex::decode_to_slice(text, &mut secret).ok()?;
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (issued, ticket) = waiting.remove(&secret)?;
        (now - issued < STAYS).then_some(ticket)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handed_out() -> (Tickets, String, Ticket, Timestamp) {
        let now = "2027-03-01T09:00:00Z".parse().unwrap();
        let chance = Chance::seeded(1);
        let ticket = Ticket::Board { session: chance.id(now), person: chance.id(now) };
        let tickets = Tickets::default();
        let text = tickets.issue(ticket, &chance, now);
        (tickets, text, ticket, now)
    }

    #[test]
    fn a_ticket_is_good_once() {
        let (tickets, text, ticket, now) = handed_out();
        assert_eq!(tickets.redeem(&text, now), Some(ticket));
        assert_eq!(tickets.redeem(&text, now), None);
    }

    #[test]
    fn a_ticket_is_over_after_thirty_seconds() {
        let (tickets, text, _, now) = handed_out();
        assert_eq!(tickets.redeem(&text, now + Duration::seconds(30)), None);
    }

    #[test]
    fn a_text_that_is_no_ticket_opens_nothing() {
        let (tickets, _, _, now) = handed_out();
        assert_eq!(tickets.redeem("no ticket", now), None);
    }
}
