//! argon2id, off the async threads and never more than two at a time.

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;

use crate::base::Chance;

/// Hashing takes 19 MiB each: two at a time bound what a storm of sign-ins costs.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// What is compared when the account is unknown, so that both cases take the same time.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZSBzYWx0IGhlcmU$TJi5N4KYV0eJ3hR8ncGQxo2Fz3B4VJ1fhbXgNfbd2M8";

fn argon2id() -> Argon2<'static> {
    let params = Params::new(19_456, 2, 1, None).expect("19 MiB, two passes, one lane is allowed");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// The PHC text of the argon2id hash (19 MiB, t = 2, p = 1) of `password`.
pub async fn hash(chance: &Chance, password: String) -> String {
    let salt: [u8; 16] = chance.bytes();
    let _permit = AT_ONCE.acquire().await.expect("the semaphore is never closed");
    tokio::task::spawn_blocking(move || {
        argon2id()
            .hash_password_with_salt(password.as_bytes(), &salt)
            .expect("16 bytes are a salt")
            .to_string()
    })
    .await
    .expect("hashing does not panic")
}

/// Whether `password` has that hash; without one, takes the same time and says no.
pub async fn matches(password: String, hash: Option<String>) -> bool {
    let _permit = AT_ONCE.acquire().await.expect("the semaphore is never closed");
    tokio::task::spawn_blocking(move || {
        let right = argon2id()
            .verify_password(password.as_bytes(), hash.as_deref().unwrap_or(NOBODY))
            .is_ok();
        right && hash.is_some()
    })
    .await
    .expect("hashing does not panic")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_matches() {
        let hash = hash(&Chance::Os, "correct horse battery".into()).await;
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(matches("correct horse battery".into(), Some(hash.clone())).await);
        assert!(!matches("correct horse batterz".into(), Some(hash)).await);
        assert!(!matches("correct horse battery".into(), None).await);
    }

    #[tokio::test]
    async fn an_unknown_account_takes_as_long_as_a_wrong_password() {
        assert!(argon2::password_hash::phc::PasswordHash::new(NOBODY).is_ok());
    }
}
