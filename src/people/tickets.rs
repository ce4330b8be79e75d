//! Tickets with which a page opens its socket: drawn with a sign-in, good with that sign-in only.

use super::{Error, Token, shared_key::shared_key};
use crate::app::{App, Ticket};

/// Signs a ticket for the sign-in of `token`.
pub async fn draw(app: &App, token: &Token, ticket: Ticket) -> Result<String, Error> {
    Ok(ticket.sign(shared_key(app).await?, &token.hash(), app.clock.now()))
}

/// The ticket of a text that was drawn with the sign-in of `token` and is not over. Whether the sign-in
/// and the right still stand is for the caller to look up.
pub async fn read(app: &App, token: &Token, text: &str) -> Result<Option<Ticket>, Error> {
    Ok(Ticket::read(text, shared_key(app).await?, &token.hash(), app.clock.now()))
}
