//! Signing in: who the guest is, what a wrong try costs, and what a right one leaves behind.

use super::{
    Error, Holder, Rights, Stranger, Token, Verdict, device_store, guessing::Guest, open, password,
    rights::rights_of, rules, store,
};
use crate::{
    app::App,
    base::{PersonId, Timestamp},
    db::{DbError, Tx},
};

/// Devices that an account knows; with one more, the one that was used least recently is forgotten.
const DEVICES: i64 = 20;

/// Where somebody signs in.
#[derive(Debug, Clone)]
pub struct Browser {
    /// What is known of it without an account.
    pub stranger: Stranger,
    /// The cookie of the device, if somebody has signed in from it.
    pub device: Option<Token>,
    /// The cookie of the sign-in that the browser had until now.
    pub former: Option<Token>,
}

/// Somebody who has signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The cookie of the sign-in.
    pub token: Token,
    /// The cookie of the device, which outlives the sign-in.
    pub device: Token,
    /// Who it is.
    pub rights: Rights,
}

/// Signs a person in, and ends the sign-in that the browser had until now.
///
/// # Errors
/// [`Error::TooMany`] before anything dear is done; [`Error::BadCredentials`] alike for unknown accounts.
pub async fn sign_in(
    app: &App,
    email: &str,
    password: &str,
    browser: &Browser,
) -> Result<SignedIn, Error> {
    // what is no address is nobody's
    let email = rules::check_email(email).unwrap_or_default();
    let device = browser.device.as_ref();
    let mut tx = app.db.read().await?;
    let guest = Guest::meet(&mut tx, &email, browser.stranger, device, app.clock.now()).await?;
    drop(tx);
    let _turn = guest.turn(app).await;
    let now = app.clock.now();
    let found = store::find_by_email(&mut app.db.read().await?, &email).await?;
    guest.count(app, now).await?;
    let hash = found.as_ref().map(|person| person.password_hash.clone());
    let verdict = match password::compare(app, &guest.asker(), password, hash).await {
        Ok(verdict) => verdict,
        // what nobody has looked at was no wrong try
        Err(busy) => {
            let mut tx = app.db.begin().await?;
            guest.forgive(app, &mut tx, now).await?;
            tx.commit().await?;
            return Err(busy.into());
        }
    };
    let whose = found.as_ref().map(|person| person.id);
    let person =
        found.filter(|_| verdict != Verdict::Wrong).ok_or(Error::BadCredentials { whose })?;
    let mut tx = app.db.begin().await?;
    guest.forgive(app, &mut tx, now).await?;
    if let Verdict::RightAsTyped(hash) = &verdict {
        store::put_password(&mut tx, person.id, hash).await?;
    }
    let device = remember(app, &mut tx, person.id, &guest, device, now).await?;
    if let Some(former) = &browser.former {
        store::remove_sign_in(&mut tx, &former.hash()).await?;
    }
    let token = open(app, &mut tx, Holder::Person(person.id), now).await?;
    let rights = rights_of(&mut tx, person).await?;
    tx.commit().await?;
    Ok(SignedIn { token, device, rights })
}

/// Lets the account know the device. One that it did not know gets a cookie that nobody else can have
/// put there, and stays known to the others who signed in from it.
async fn remember(
    app: &App,
    tx: &mut Tx,
    person: PersonId,
    guest: &Guest,
    device: Option<&Token>,
    now: Timestamp,
) -> Result<Token, DbError> {
    let token = match device.filter(|_| guest.is_known()) {
        Some(known) => known.clone(),
        None => Token::draw(&app.chance),
    };
    if let Some(old) = device.filter(|old| **old != token) {
        device_store::add_alias(tx, &old.hash(), &token.hash()).await?;
    }
    device_store::put_device(tx, person, &token.hash(), now).await?;
    device_store::remove_devices_beyond(tx, person, DEVICES).await?;
    Ok(token)
}
