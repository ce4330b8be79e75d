//! argon2id, made in turns ([`crate::app::Hashes`]), of passwords in one Unicode form.

use argon2::{
    ARGON2ID_IDENT, Algorithm, Argon2, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};

use super::rules;
use crate::app::{App, Asker, Busy, Memory};

/// What is compared when the account is unknown, so that both cases take the same time.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZSBzYWx0IGhlcmU$TJi5N4KYV0eJ3hR8ncGQxo2Fz3B4VJ1fhbXgNfbd2M8";

/// How a password compares with the stored hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is the right one.
    Right,
    /// It is the right one, in the form that was typed before forms were made one: this hash is to be stored in its place.
    RightAsTyped(String),
    /// It is not.
    Wrong,
}

fn params() -> Params {
    Params::new(19_456, 2, 1, None).expect("19 MiB, two passes, one lane is allowed")
}

/// The PHC text of the argon2id hash (19 MiB, t = 2, p = 1) of `password`, for `asker`, who waits.
///
/// # Errors
/// [`Busy`] when too many wait.
pub async fn hash(app: &App, asker: &Asker, password: &str) -> Result<String, Busy> {
    let (salt, password): ([u8; 16], _) = (app.chance.bytes(), rules::normal_form(password));
    app.hashes.make(asker, move |memory| fresh(memory, &password, &salt)).await
}

/// How `password` compares with `hash`; without one, takes the same time and is wrong. `asker` waits.
///
/// # Errors
/// [`Busy`] when too many wait.
pub async fn compare(
    app: &App,
    asker: &Asker,
    password: &str,
    hash: Option<String>,
) -> Result<Verdict, Busy> {
    let (typed, normal) = (password.to_owned(), rules::normal_form(password));
    let salt: [u8; 16] = app.chance.bytes();
    app.hashes
        .make(asker, move |memory| {
            let stored = hash.as_deref().unwrap_or(NOBODY);
            let right = if has_hash(memory, &normal, stored) {
                Verdict::Right
            } else if typed != normal && has_hash(memory, &typed, stored) {
                Verdict::RightAsTyped(fresh(memory, &normal, &salt))
            } else {
                Verdict::Wrong
            };
            if hash.is_some() { right } else { Verdict::Wrong }
        })
        .await
}

fn fresh(memory: &mut Memory, password: &str, salt: &[u8]) -> String {
    let params = params();
    let hash = PasswordHash {
        algorithm: ARGON2ID_IDENT,
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params).expect("these have a text"),
        salt: Some(Salt::new(salt).expect("16 bytes are a salt")),
        hash: Some(digest(memory, params, password, salt).expect("32 bytes are an output")),
    };
    hash.to_string()
}

/// Whether `password` has the hash `stored`; one that cannot be read is nobody's.
fn has_hash(memory: &mut Memory, password: &str, stored: &str) -> bool {
    let Ok(hash) = PasswordHash::new(stored) else { return false };
    let (Ok(params), Some(salt), Some(expected)) = (Params::try_from(&hash), hash.salt, hash.hash)
    else {
        return false;
    };
    // outputs are compared in constant time
    hash.algorithm == ARGON2ID_IDENT
        && digest(memory, params, password, &salt).is_some_and(|found| found == expected)
}

fn digest(memory: &mut Memory, params: Params, password: &str, salt: &[u8]) -> Option<Output> {
    let blocks = memory.blocks(params.block_count());
    let mut out = vec![0; params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN)];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(password.as_bytes(), salt, &mut out, blocks)
        .ok()?;
    Output::new(&out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One password, composed and decomposed.
    const COMPOSED: &str = "caf\u{e9} \u{e0} la montagne";
    const DECOMPOSED: &str = "cafe\u{301} a\u{300} la montagne";

    fn hash_of(typed: &str) -> String {
        fresh(&mut Memory::default(), typed, b"sixteen bytes ok")
    }

    fn has(stored: &str, password: &str) -> bool {
        has_hash(&mut Memory::default(), password, stored)
    }

    #[test]
    fn only_the_right_password_matches() {
        let hash = hash_of("correct horse battery");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(has(&hash, "correct horse battery"));
        assert!(!has(&hash, "correct horse batterz"));
        assert!(!has("no hash", "correct horse battery"));
    }

    #[test]
    fn what_an_earlier_version_stored_still_matches() {
        use argon2::PasswordHasher;
        let argon2id = Argon2::new(Algorithm::Argon2id, Version::V0x13, params());
        let earlier =
            argon2id.hash_password_with_salt(b"correct horse battery", b"sixteen bytes ok");
        assert_eq!(earlier.unwrap().to_string(), hash_of("correct horse battery"));
    }

    #[test]
    fn an_unknown_account_takes_as_long_as_a_wrong_password() {
        let nobody = PasswordHash::new(NOBODY).unwrap();
        assert_eq!(Params::try_from(&nobody).unwrap(), params_of(&hash_of("a password of some")));
        assert!(nobody.salt.is_some() && nobody.hash.is_some());
    }

    fn params_of(stored: &str) -> Params {
        Params::try_from(&PasswordHash::new(stored).unwrap()).unwrap()
    }

    #[test]
    fn a_password_has_one_hash_in_both_unicode_forms() {
        let stored = hash_of(&rules::normal_form(COMPOSED));
        assert_eq!(stored, hash_of(&rules::normal_form(DECOMPOSED)));
    }
}
