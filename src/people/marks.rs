//! The mark of a device on which nobody is known yet: the page on which people say who they are gives
//! it, so that wrong tries cost the device they are made on and not the school around it.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{Error, shared_key::shared_key};
use crate::app::{
    Address, App,
    limits::{ENTRY_PAGE, Limit, SIGN_IN_PAGE},
};

/// Bytes of the name of a device, and of its seal.
const HALF: usize = 16;

/// Where people say who they are. A mark of one page is none on the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// A candidate takes a seat.
    Entry,
    /// Somebody signs in to an account.
    SignIn,
}

impl Page {
    /// The first bytes of what is sealed, so that a seal is good for nothing else.
    fn domain(self) -> &'static str {
        match self {
            Self::Entry => "jurat mark of the entry page v1",
            Self::SignIn => "jurat mark of the sign-in page v1",
        }
    }

    /// How many devices one address may open it on.
    fn limit(self) -> &'static Limit {
        match self {
            Self::Entry => &ENTRY_PAGE,
            Self::SignIn => &SIGN_IN_PAGE,
        }
    }
}

/// A device that a page was opened on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Mark([u8; HALF]);

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// Marks the device of somebody at `address` who opens a page without a mark. Returns the text of the
/// mark; none where one address opens it on more devices than any school has.
pub async fn give(app: &App, page: Page, address: Address) -> Result<Option<String>, Error> {
    if app.limits.count(page.limit(), address, app.clock.now()).is_err() {
        return Ok(None);
    }
    let name: [u8; HALF] = app.chance.bytes();
    let sealed = seal(shared_key(app).await?, page, &name).finalize().into_bytes();
    Ok(Some(hex::encode([&name[..], &sealed[..HALF]].concat())))
}

/// Reads a mark; what we did not give is none.
pub async fn read(app: &App, page: Page, text: &str) -> Result<Option<Mark>, Error> {
    let mut bytes = [0; 2 * HALF];
    if hex::decode_to_slice(text, &mut bytes).is_err() {
        return Ok(None);
    }
    let (name, sealed) = bytes.split_at(HALF);
    let name: [u8; HALF] = name.try_into().expect("half of it");
    let fits = seal(shared_key(app).await?, page, &name).verify_truncated_left(sealed).is_ok();
    Ok(fits.then_some(Mark(name)))
}

fn seal(key: &[u8], page: Page, name: &[u8; HALF]) -> Hmac<Sha256> {
    let mac = Hmac::<Sha256>::new_from_slice(key).expect("a key may have any length");
    mac.chain_update(page.domain()).chain_update(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_fits_one_name_one_page_and_one_key() {
        let name = [7; HALF];
        let sealed = |key: &[u8], page, name| seal(key, page, name).finalize().into_bytes();
        let right = sealed(b"key", Page::Entry, &name);
        assert_eq!(right, sealed(b"key", Page::Entry, &name));
        assert_ne!(right, sealed(b"key", Page::Entry, &[8; HALF]));
        assert_ne!(right, sealed(b"key", Page::SignIn, &name));
        assert_ne!(right, sealed(b"other", Page::Entry, &name));
    }
}
