//! Tickets with which a page opens its socket: drawn with a sign-in, good with that sign-in only.

use super::{Error, Token, store};
use crate::app::{App, Ticket};

/// Signs a ticket for the sign-in of `token`.
pub async fn draw(app: &App, token: &Token, ticket: Ticket) -> Result<String, Error> {
    let key = key(app).await?;
    Ok(ticket.sign(&key, &token.hash(), app.clock.now()))
}

/// The ticket of a text that was drawn with the sign-in of `token` and is not over. Whether the sign-in
/// and the right still stand is for the caller to look up.
pub async fn read(app: &App, token: &Token, text: &str) -> Result<Option<Ticket>, Error> {
    let key = key(app).await?;
    Ok(Ticket::read(text, &key, &token.hash(), app.clock.now()))
}

/// The key that all servers on this database share. Whoever comes first draws it.
async fn key(app: &App) -> Result<Vec<u8>, Error> {
    if let Some(key) = store::find_ticket_key(&mut app.db.read().await?).await? {
        return Ok(key);
    }
    let mut tx = app.db.begin().await?;
    let key = store::put_ticket_key(&mut tx, &app.chance.bytes::<32>(), app.clock.now()).await?;
    tx.commit().await?;
    Ok(key)
}
