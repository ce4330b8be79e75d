//! Minutes as they are signed and kept.

use sha2::{Digest, Sha256};

/// The facts as they were signed.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Signed {
    /// The very text that was signed.
    pub(super) facts: String,
    /// The key.
    pub(super) key_id: Vec<u8>,
    /// Ed25519, 64 bytes.
    pub(super) signature: Vec<u8>,
}

impl Signed {
    /// SHA-256 of what was signed, in hexadecimal digits.
    pub(super) fn digest(&self) -> String {
        hex::encode(Sha256::digest(&self.facts))
    }
}
