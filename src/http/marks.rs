//! The cookies that mark a device on which nobody is known yet. They open nothing.

use axum::http::{HeaderMap, HeaderName, header};

use super::{asking::token, problem::Problem};
use crate::{
    app::{Address, App},
    people::{Page, Stranger, marks},
};

fn cookie_of(page: Page) -> &'static str {
    match page {
        Page::Entry => "__Host-jurat-door",
        Page::SignIn => "__Host-jurat-guest",
    }
}

/// Who asks, as far as it is known before they have said who they are.
pub async fn stranger(
    app: &App,
    page: Page,
    headers: &HeaderMap,
    address: Address,
) -> Result<Stranger, Problem> {
    let mark = match token(headers, cookie_of(page)) {
        Some(mark) => marks::read(app, page, &mark.reveal()).await?,
        None => None,
    };
    Ok(Stranger { page, mark, address })
}

/// The header that marks a device until its browser ends; none for one that is marked.
pub async fn give(
    app: &App,
    page: Page,
    headers: &HeaderMap,
    address: Address,
) -> Result<Option<(HeaderName, String)>, Problem> {
    if stranger(app, page, headers, address).await?.mark.is_some() {
        return Ok(None);
    }
    let name = cookie_of(page);
    let mark = marks::give(app, page, address).await?;
    let line = |mark| format!("{name}={mark}; Path=/; Secure; HttpOnly; SameSite=Strict");
    Ok(mark.map(|mark| (header::SET_COOKIE, line(mark))))
}
