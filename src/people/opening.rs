//! Sign-ins: how one opens, for how long it counts, and how it ends.

use chrono::Duration;

use super::{Error, Holder, Subject, Token, store};
use crate::{
    app::App,
    base::Timestamp,
    db::{DbError, Tx},
    lasting,
};

/// A person is signed out after this time without a request.
const IDLE: Duration = Duration::minutes(30);
/// A person signs in again after this time.
const PERSON_STAYS: Duration = Duration::hours(12);
/// A candidate's seat outlives every session.
const SEAT_STAYS: Duration = Duration::hours(24);
/// A request is noted as a sign of life when the last one is older.
const NOTED_EVERY: Duration = Duration::minutes(1);
/// The note is given up after this time.
const NOTED_WITHIN: std::time::Duration = std::time::Duration::from_secs(1);

/// Opens a sign-in for `holder` in the caller's transaction.
pub async fn open(
    app: &App,
    tx: &mut Tx,
    holder: Holder,
    now: Timestamp,
) -> Result<Token, DbError> {
    let token = Token::draw(&app.chance);
    let stays = match holder {
        Holder::Person(_) => PERSON_STAYS,
        Holder::Seat(_) => SEAT_STAYS,
    };
    store::add_sign_in(tx, &token.hash(), holder, now, now + stays).await?;
    Ok(token)
}

/// Ends a sign-in; an unknown one is ended already.
pub async fn sign_out(app: &App, token: &Token) -> Result<(), Error> {
    let mut tx = app.db.begin().await?;
    store::remove_sign_in(&mut tx, &token.hash()).await?;
    tx.commit().await?;
    Ok(())
}

/// Who holds a token, if it still counts.
pub async fn who(app: &App, token: &Token) -> Result<Option<Holder>, Error> {
    let now = app.clock.now();
    let hash = token.hash();
    let Some(found) = store::find_sign_in(&mut app.db.read().await?, &hash).await? else {
        return Ok(None);
    };
    let Some(holder) = found.holder() else { return Ok(None) };
    let idle = matches!(holder, Holder::Person(_)) && now - found.seen_at > IDLE;
    if idle || now >= found.expires_at {
        return Ok(None);
    }
    if now - found.seen_at > NOTED_EVERY {
        // a database that takes no writes keeps nobody from reading
        match tokio::time::timeout(NOTED_WITHIN, note_seen(app, &hash, now)).await {
            Ok(Ok(())) => {}
            Ok(Err(cause)) => lasting::error("a sign of life could not be noted", &cause),
            Err(late) => lasting::error("a sign of life could not be noted", &late),
        }
    }
    Ok(Some(holder))
}

async fn note_seen(app: &App, token_hash: &[u8], now: Timestamp) -> Result<(), DbError> {
    let mut tx = app.db.begin().await?;
    store::put_seen(&mut tx, token_hash, now).await?;
    tx.commit().await
}

/// Whether a subject has a sign-in that has not ended.
pub async fn is_signed_in(tx: &mut Tx, subject: Subject, now: Timestamp) -> Result<bool, DbError> {
    store::find_live(tx, subject, now).await
}
