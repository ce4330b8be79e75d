//! What a stranger may learn: about a code, online; about a document or QR text, offline.
//!
//! Owns no table. Promises that a code nobody has and a certificate that is not issued yet look the
//! same, and that an offline answer rests on nothing but the given public keys.

mod key_set;
mod offline;
pub mod cli;

use chrono::NaiveDate;
use chrono_tz::Tz;

use crate::{
    app::{Address, App, TooMany, limits::PUBLIC_CHECK_ADDRESS},
    certificate::{self, Certificate, Code, Key, NotACode, Status},
    db::DbError,
    session,
};

pub use key_set::{key_set, read_key_set};
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

/// How a check failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Too many codes that do not exist.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The certificate could not be read.
    #[error(transparent)]
    Certificate(#[from] certificate::Error),
}

/// Looks up what a stranger at `address` typed. Only codes that do not exist are counted.
///
/// # Errors
/// [`Error::TooMany`] before anything is looked up.
pub async fn check(app: &App, address: Address, typed: &str) -> Result<Answer, Error> {
    let now = app.clock.now();
    app.limits.look(&PUBLIC_CHECK_ADDRESS, address, now)?;
    let answer = certificate_by_code(app, typed).await?;
    match answer {
        Answer::Known(_) => {}
        Answer::Unknown | Answer::Misread(_) => {
            app.limits.count(&PUBLIC_CHECK_ADDRESS, address, now)?;
        }
    }
    Ok(answer)
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

/// All keys that ever signed, for who checks offline.
///
/// # Errors
/// The database failed.
pub async fn keys(app: &App) -> Result<Vec<Key>, DbError> {
    let mut tx = app.db.read().await?;
    certificate::keys(&mut tx, &app.signer).await
}
