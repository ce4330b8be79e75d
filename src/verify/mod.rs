//! What a stranger may learn: about a code, online; about a document or QR text, offline.
//!
//! Owns no table. Promises that a code nobody has and a certificate that is not issued yet look the
//! same, and that an offline answer rests on nothing but the given public keys.

pub mod cli;
mod offline;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::NaiveDate;
use chrono_tz::Tz;
use serde_json::{Value, json};

use crate::{
    app::{App, key_id},
    certificate::{self, Certificate, Code, Key, NotACode, Status},
    db::DbError,
    session,
};

pub use offline::{Claims, Found, NoProof, answer, document, judge, text};

/// What is known about what somebody typed.
#[derive(Debug)]
pub enum Answer {
    /// An issued certificate; valid or revoked.
    Known(Box<Known>),
    /// Nothing: no certificate has this code.
    Unknown,
    /// Not a code; with one other character it would be this one.
    Misread(Option<Code>),
}

/// An issued certificate.
#[derive(Debug)]
pub struct Known {
    /// The certificate.
    pub certificate: Certificate,
    /// Since which day it stands as it does, where its session was held.
    pub since: NaiveDate,
}

/// Looks up what somebody typed. The check characters are looked at before the database.
///
/// # Errors
/// The database failed, or what it holds cannot be read.
pub async fn certificate_by_code(app: &App, typed: &str) -> Result<Answer, certificate::Error> {
    let code = match Code::parse(typed) {
        Ok(code) => code,
        Err(NotACode::Form) => return Ok(Answer::Misread(None)),
        Err(NotACode::Check { meant }) => return Ok(Answer::Misread(meant)),
    };
    match certificate::find_by_code(app, code).await {
        Ok(found) if found.status != Status::Intended => known(app, found).await,
        Ok(_) | Err(certificate::Error::NotFound) => Ok(Answer::Unknown),
        Err(failed) => Err(failed),
    }
}

async fn known(app: &App, certificate: Certificate) -> Result<Answer, certificate::Error> {
    let session = session::find(&mut app.db.read().await?, certificate.session).await?;
    let zone: Option<Tz> = session.and_then(|session| session.time_zone.parse().ok());
    let since = certificate.status_at.with_timezone(&zone.unwrap_or(Tz::UTC)).date_naive();
    Ok(Answer::Known(Box::new(Known { certificate, since })))
}

/// Keys as a JSON Web Key Set (RFC 7517, RFC 8037); `kid` is the name in proofs, hexadecimal.
pub fn key_set(keys: &[Key]) -> Value {
    let keys: Vec<_> = keys
        .iter()
        .map(|key| {
            json!({
                "kty": "OKP",
                "crv": "Ed25519",
                "alg": "EdDSA",
                "use": "sig",
                "kid": hex::encode(key.id),
                "x": BASE64_URL_SAFE_NO_PAD.encode(key.public),
            })
        })
        .collect();
    json!({ "keys": keys })
}

/// The Ed25519 keys of a JSON Web Key Set; others are left out. Names are made from the keys.
pub fn read_key_set(text: &str) -> Option<Vec<Key>> {
    let set: Value = serde_json::from_str(text).ok()?;
    let read = |key: &Value| {
        let public = BASE64_URL_SAFE_NO_PAD.decode(key["x"].as_str()?).ok()?;
        let public: [u8; 32] = public.try_into().ok()?;
        (key["crv"] == "Ed25519").then(|| Key { id: key_id(&public), public })
    };
    Some(set["keys"].as_array()?.iter().filter_map(read).collect())
}

/// All keys that ever signed, for who checks offline.
///
/// # Errors
/// The database failed.
pub async fn keys(app: &App) -> Result<Vec<Key>, DbError> {
    let mut tx = app.db.read().await?;
    certificate::keys(&mut tx, &app.signer).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_set_is_read_back_and_names_are_not_believed() {
        let public = [7; 32];
        let key = Key { id: key_id(&public), public };
        assert_eq!(read_key_set(&key_set(&[key]).to_string()), Some(vec![key]));
        let renamed = key_set(&[Key { id: [0; 8], public }]).to_string();
        assert_eq!(read_key_set(&renamed), Some(vec![key]));
        assert_eq!(read_key_set("{}"), None);
    }
}
