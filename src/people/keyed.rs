//! Requests that carry an `Idempotency-Key`, and what they were replied.

use sha2::{Digest, Sha256};

use super::Holder;

/// A request that carries a key.
#[derive(Debug, Clone)]
pub struct Keyed {
    /// Who acts by it: the person, or the attempt of the seat.
    pub subject: uuid::Uuid,
    /// The key, chosen by the sender.
    pub key: String,
    /// SHA-256 of method, path and body.
    pub digest: Vec<u8>,
}

/// A reply that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers that its handler gave it, in order: name and value.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Keyed {
    /// Brings a request's parts together.
    pub fn new(holder: Holder, key: &str, parts: [&[u8]; 3]) -> Self {
        let subject = match holder {
            Holder::Person(person) => person.0,
            Holder::Seat(seat) => seat.attempt.0,
        };
        let mut digest = Sha256::new();
        for part in parts {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        Self { subject, key: key.to_owned(), digest: digest.finalize().to_vec() }
    }
}
