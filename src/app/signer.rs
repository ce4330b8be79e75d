//! The issuing key: an Ed25519 key in a file that only its owner may read.

use std::{
    fs::OpenOptions,
    io::Write,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use ed25519_dalek::{Signer as _, SigningKey};
use sha2::{Digest, Sha256};

use crate::base::Chance;

/// Why the issuing key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("cannot use the key file {0}: {1}")]
    File(PathBuf, std::io::Error),
    /// The file is not 64 hexadecimal digits.
    #[error("the key file {0} does not hold an Ed25519 key (64 hexadecimal digits)")]
    Malformed(PathBuf),
    /// Others may read the file.
    #[error("the key file {0} may be read by others; set its mode to 600")]
    Exposed(PathBuf),
}

/// Holds the issuing key and signs with it.
pub struct Signer(SigningKey);

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signer({})", hex::encode(self.key_id()))
    }
}

impl Signer {
    /// A signer with a key drawn now and never stored: for linting, demonstrations and tests.
    pub fn throw_away(chance: &Chance) -> Self {
        Self(SigningKey::from_bytes(&chance.bytes()))
    }

    /// Reads `folder/issuing.key`, or draws a key and stores it there with mode 600.
    ///
    /// # Errors
    /// [`KeyError`]: unreadable or unwritable file, not a key, readable by others.
    pub fn open(folder: &Path, chance: &Chance) -> Result<Self, KeyError> {
        let path = folder.join("issuing.key");
        if path.exists() { Self::read(&path) } else { Self::create(&path, chance) }
    }

    fn read(path: &Path) -> Result<Self, KeyError> {
        let failed = |cause| KeyError::File(path.to_owned(), cause);
        let mode = std::fs::metadata(path).map_err(failed)?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(KeyError::Exposed(path.to_owned()));
        }
        let text = std::fs::read_to_string(path).map_err(failed)?;
        let mut secret = [0; 32];
        hex::decode_to_slice(text.trim(), &mut secret)
            .map_err(|_| KeyError::Malformed(path.to_owned()))?;
        Ok(Self(SigningKey::from_bytes(&secret)))
    }

    fn create(path: &Path, chance: &Chance) -> Result<Self, KeyError> {
        let secret: [u8; 32] = chance.bytes();
        let failed = |cause| KeyError::File(path.to_owned(), cause);
        let mut options = OpenOptions::new();
        let mut file =
            options.write(true).create_new(true).mode(0o600).open(path).map_err(failed)?;
        writeln!(file, "{}", hex::encode(secret)).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        Ok(Self(SigningKey::from_bytes(&secret)))
    }

    /// The raw public key.
    pub fn public_key(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// The first 8 bytes of the SHA-256 of the raw public key.
    pub fn key_id(&self) -> [u8; 8] {
        key_id(&self.public_key())
    }

    /// The Ed25519 signature of `message`.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

/// The id of a raw public key: the first 8 bytes of its SHA-256.
pub fn key_id(public_key: &[u8; 32]) -> [u8; 8] {
    let digest = Sha256::digest(public_key);
    std::array::from_fn(|i| digest[i])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_stays_the_same_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let first = Signer::open(folder.path(), &Chance::Os).unwrap();
        let second = Signer::open(folder.path(), &Chance::Os).unwrap();
        assert_eq!(first.public_key(), second.public_key());
    }

    #[test]
    fn a_key_that_others_may_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        Signer::open(folder.path(), &Chance::Os).unwrap();
        let path = folder.path().join("issuing.key");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let refused = Signer::open(folder.path(), &Chance::Os);
        assert!(matches!(refused, Err(KeyError::Exposed(_))));
    }
}
