//! Tickets for the socket. They are signed, so that no server has to remember them and each takes those
//! of another, and bound to the sign-in with which they were drawn.

use chrono::{DateTime, Duration};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

use crate::base::{AttemptId, PersonId, SessionId, Timestamp};

/// How long a ticket can be used.
const STAYS: Duration = Duration::seconds(15);
/// The first bytes of what is signed, so that a signature is good for nothing else.
const DOMAIN: &[u8] = b"jurat socket ticket v1";
/// Bytes of a ticket before its signature.
const LENGTH: usize = 1 + 16 + 16 + 8 + 8;

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

impl Ticket {
    /// The ticket as text, for the sign-in whose token has the hash `sign_in`.
    pub fn sign(self, key: &[u8], sign_in: &[u8], now: Timestamp) -> String {
        let signed = self.bytes(now + STAYS);
        let signature = mac(key, sign_in, &signed).finalize().into_bytes();
        hex::encode([&signed[..], &signature[..]].concat())
    }

    /// The ticket of a text that was signed with this key for this sign-in and is not over.
    pub fn read(text: &str, key: &[u8], sign_in: &[u8], now: Timestamp) -> Option<Self> {
        let bytes = hex::decode(text).ok()?;
        let (signed, signature) = bytes.split_at_checked(LENGTH)?;
        mac(key, sign_in, signed).verify_slice(signature).ok()?;
        let (ticket, over_at) = Self::parse(signed)?;
        (now < over_at).then_some(ticket)
    }

    fn bytes(self, over_at: Timestamp) -> Vec<u8> {
        let (kind, session, whose, epoch) = match self {
            Self::Board { session, person } => (b'B', session.0, person.0, 0),
            Self::Seat { session, attempt, epoch } => (b'S', session.0, attempt.0, epoch),
        };
        let numbers = [epoch, over_at.timestamp_micros()].map(i64::to_be_bytes).concat();
        [&[kind], &session.as_bytes()[..], &whose.as_bytes()[..], &numbers].concat()
    }

    fn parse(bytes: &[u8]) -> Option<(Self, Timestamp)> {
        let (kind, rest) = bytes.split_first()?;
        let (session, rest) = rest.split_at_checked(16)?;
        let (whose, rest) = rest.split_at_checked(16)?;
        let (epoch, over_at) = rest.split_at_checked(8)?;
        let session = SessionId(Uuid::from_slice(session).ok()?);
        let whose = Uuid::from_slice(whose).ok()?;
        let epoch = i64::from_be_bytes(epoch.try_into().ok()?);
        let over_at = i64::from_be_bytes(over_at.try_into().ok()?);
        let ticket = match kind {
            b'B' => Self::Board { session, person: PersonId(whose) },
            b'S' => Self::Seat { session, attempt: AttemptId(whose), epoch },
            _ => return None,
        };
        Some((ticket, DateTime::from_timestamp_micros(over_at)?))
    }
}

fn mac(key: &[u8], sign_in: &[u8], signed: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key may have any length");
    for field in [DOMAIN, sign_in, signed] {
        mac.update(&(field.len() as u64).to_be_bytes());
        mac.update(field);
    }
    mac
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Chance;

    const KEY: &[u8] = b"a key";
    const SIGN_IN: &[u8] = b"a sign-in";

    fn now() -> Timestamp {
        "2027-03-01T09:00:00Z".parse().unwrap()
    }

    fn tickets() -> [Ticket; 2] {
        let chance = Chance::seeded(1);
        let session = chance.id(now());
        [
            Ticket::Board { session, person: chance.id(now()) },
            Ticket::Seat { session, attempt: chance.id(now()), epoch: 2 },
        ]
    }

    #[test]
    fn a_ticket_is_read_as_it_was_signed() {
        for ticket in tickets() {
            let text = ticket.sign(KEY, SIGN_IN, now());
            assert_eq!(Ticket::read(&text, KEY, SIGN_IN, now()), Some(ticket));
        }
    }

    #[test]
    fn a_ticket_is_over_after_fifteen_seconds() {
        let text = tickets()[0].sign(KEY, SIGN_IN, now());
        let just = now() + STAYS - Duration::microseconds(1);
        assert!(Ticket::read(&text, KEY, SIGN_IN, just).is_some());
        assert_eq!(Ticket::read(&text, KEY, SIGN_IN, now() + STAYS), None);
    }

    #[test]
    fn a_ticket_of_another_sign_in_or_another_key_opens_nothing() {
        let text = tickets()[0].sign(KEY, SIGN_IN, now());
        assert_eq!(Ticket::read(&text, KEY, b"another", now()), None);
        assert_eq!(Ticket::read(&text, b"another", SIGN_IN, now()), None);
    }

    #[test]
    fn a_ticket_in_which_any_bit_was_turned_opens_nothing() {
        let bytes = hex::decode(tickets()[1].sign(KEY, SIGN_IN, now())).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut turned = bytes.clone();
            turned[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Ticket::read(&hex::encode(turned), KEY, SIGN_IN, now()), None, "{bit}");
        }
        for cut in 0..bytes.len() {
            assert_eq!(Ticket::read(&hex::encode(&bytes[..cut]), KEY, SIGN_IN, now()), None);
        }
    }
}
