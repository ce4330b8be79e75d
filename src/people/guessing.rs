//! What a wrong password costs, and whom: whoever makes the try, never the person whose account is
//! guessed at.
//!
//! - On a device that the account has signed in from before, only the wrong tries of this very device
//!   on this account are counted.
//! - On any other device its own wrong tries are counted ([`Stranger`]); and while an account is guessed
//!   at, by however many, each device waits for its try: at most [`rules::LONGEST_WAIT`], from when it
//!   first asked. Who has waited is served, whatever others do meanwhile.
//! - A device that shows no mark of the sign-in page is one with all at its address that show none.
//!
//! All is decided before a hash is computed, and alike for accounts that do not exist. A try is
//! counted before it is judged and taken back when it was right, so that nobody gains by making many
//! at once or by hanging up.

use sha2::{Digest, Sha256};

use super::{
    Error, Stranger, Token,
    device_store::{self, Place},
    rules::{self, Turn},
};
use crate::{
    app::{
        App, Asker, TooMany,
        limits::{SIGN_IN_ACCOUNT, SIGN_IN_DEVICE, shared},
    },
    base::Timestamp,
    db::{DbError, Tx},
};

/// Places before one account; whoever has none asks again.
const PLACES: i64 = 100_000;

/// Who tries to sign in to an account.
#[derive(Debug)]
pub struct Guest {
    /// Of the address of the account, whether there is one or not.
    account_hash: Vec<u8>,
    stranger: Stranger,
    /// The device, where the account knows it.
    known: Option<Vec<u8>>,
}

impl Guest {
    /// Whether the account has signed in from this device before.
    pub async fn meet(
        tx: &mut Tx,
        email: &str,
        stranger: Stranger,
        device: Option<&Token>,
        now: Timestamp,
    ) -> Result<Self, DbError> {
        let account_hash = hash(&[b"account", email.as_bytes()]);
        let device = device.map(Token::hash);
        let since = now - rules::DEVICE_KNOWN;
        let known = match &device {
            Some(device) => device_store::find_known(tx, email, device, since).await?.is_some(),
            None => false,
        };
        Ok(Self { account_hash, stranger, known: device.filter(|_| known) })
    }

    /// Whether the account has signed in from this device before.
    pub fn is_known(&self) -> bool {
        self.known.is_some()
    }

    /// In whose name the guest waits for the hash.
    pub fn asker(&self) -> Asker {
        match &self.known {
            Some(device) => Asker::Device(hex::encode(device)),
            None => Asker::Stranger(self.stranger.address.to_string()),
        }
    }

    /// Waits until nobody else tries from the same device.
    pub async fn turn<'a>(&self, app: &'a App) -> tokio::sync::MutexGuard<'a, ()> {
        match &self.known {
            Some(device) => app.limits.turn(device).await,
            None => self.stranger.turn(app).await,
        }
    }

    fn device_key(&self) -> Option<Vec<u8>> {
        self.known.as_ref().map(|device| hash(&[b"device", device, &self.account_hash]))
    }

    /// Counts a try before it is judged, or refuses it.
    pub async fn count(&self, app: &App, now: Timestamp) -> Result<(), Error> {
        let Some(key) = self.device_key() else { return self.count_stranger(app, now).await };
        let mut tx = app.db.begin().await?;
        let counted = shared::count(&mut tx, &SIGN_IN_DEVICE, &key, now).await?;
        tx.commit().await?;
        Ok(counted?)
    }

    async fn count_stranger(&self, app: &App, now: Timestamp) -> Result<(), Error> {
        self.stranger.may_try(app, now)?;
        let mut tx = app.db.read().await?;
        if let Turn::NotBefore(instant) = self.stand(&mut tx, now).await? {
            return Err(wait(instant - now).into());
        }
        drop(tx);
        let mut tx = app.db.begin().await?;
        let decided = self.take_turn(&mut tx, now).await?;
        tx.commit().await?;
        decided?;
        self.stranger.count(app, now);
        Ok(())
    }

    /// Where the guest stands before the account.
    async fn stand(&self, tx: &mut Tx, now: Timestamp) -> Result<Turn, DbError> {
        let owed = shared::owed(tx, &SIGN_IN_ACCOUNT, &self.account_hash, now).await?;
        let guest = self.stranger.name();
        let place = device_store::find_place(tx, &self.account_hash, &guest).await?;
        Ok(rules::turn(owed, place.map(|place| (place.served_from, place.served_until)), now))
    }

    /// Lets the try through and counts it for the account, or gives the guest a place.
    async fn take_turn(&self, tx: &mut Tx, now: Timestamp) -> Result<Result<(), TooMany>, DbError> {
        shared::lock(tx, &SIGN_IN_ACCOUNT, &self.account_hash, now).await?;
        let guest = self.stranger.name();
        match self.stand(tx, now).await? {
            Turn::Now => {
                device_store::remove_place(tx, &self.account_hash, &guest).await?;
                shared::charge(tx, &SIGN_IN_ACCOUNT, &self.account_hash, now).await?;
                Ok(Ok(()))
            }
            Turn::NotBefore(instant) => Ok(Err(wait(instant - now))),
            Turn::After(length) => {
                device_store::remove_places_over(tx, now).await?;
                if device_store::count_places(tx, &self.account_hash, now).await? < PLACES {
                    let served_from = now + length;
                    let place =
                        Place { served_from, served_until: served_from + rules::PLACE_KEPT };
                    device_store::put_place(tx, &self.account_hash, &guest, place).await?;
                }
                Ok(Err(wait(length)))
            }
        }
    }

    /// Takes back a try that was counted: it was right.
    pub async fn forgive(&self, app: &App, tx: &mut Tx, now: Timestamp) -> Result<(), DbError> {
        if let Some(key) = self.device_key() {
            return shared::forgive(tx, &SIGN_IN_DEVICE, &key, now).await;
        }
        self.stranger.forgive(app, now);
        shared::forgive(tx, &SIGN_IN_ACCOUNT, &self.account_hash, now).await
    }
}

fn wait(length: chrono::Duration) -> TooMany {
    TooMany::until(&SIGN_IN_ACCOUNT, length)
}

/// SHA-256 of parts that cannot run into each other.
fn hash(parts: &[&[u8]]) -> Vec<u8> {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().to_vec()
}
