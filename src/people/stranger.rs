//! Somebody who says who they are, before it is known. Wrong tries cost the device they are made on.
//! Who was never wrong here never waits for those who were, however many sit behind one address;
//! whoever has no mark of the page is one with all at this address who have none.

use tokio::sync::MutexGuard;

use super::{Mark, Page};
use crate::{
    app::{
        Address, App, TooMany,
        limits::{
            ENTRY_ADDRESS, ENTRY_DEVICE, ENTRY_ROOM, Limit, SIGN_IN_ADDRESS, SIGN_IN_MARK,
            SIGN_IN_ROOM,
        },
    },
    base::Timestamp,
};

/// Who tries.
#[derive(Debug, Clone, Copy)]
pub struct Stranger {
    /// Where.
    pub page: Page,
    /// The device, if the page was opened on it.
    pub mark: Option<Mark>,
    /// Where the request came from.
    pub address: Address,
}

/// The limits of wrong tries on one page.
struct Tries {
    /// Of those at one address who show no mark.
    address: &'static Limit,
    /// Of one marked device.
    device: &'static Limit,
    /// Of the marked devices at one address, asked of those alone that owe some.
    room: &'static Limit,
}

fn tries(page: Page) -> Tries {
    match page {
        Page::Entry => Tries { address: &ENTRY_ADDRESS, device: &ENTRY_DEVICE, room: &ENTRY_ROOM },
        Page::SignIn => {
            Tries { address: &SIGN_IN_ADDRESS, device: &SIGN_IN_MARK, room: &SIGN_IN_ROOM }
        }
    }
}

impl Stranger {
    /// One try of a device at a time, so that a thousand wrong ones at once are a thousand one after
    /// the other.
    pub async fn turn<'a>(&self, app: &'a App) -> MutexGuard<'a, ()> {
        match self.mark {
            Some(mark) => app.limits.turn(mark).await,
            None => app.limits.turn(self.address).await,
        }
    }

    /// What tells one from another: the device, else the address.
    pub fn name(&self) -> String {
        self.mark.map_or_else(|| self.address.to_string(), |mark| mark.to_string())
    }

    /// Whether one more try may be made. Others at the same address count only for a device that was
    /// wrong itself, or shows no mark.
    pub fn may_try(&self, app: &App, now: Timestamp) -> Result<(), TooMany> {
        let tries = tries(self.page);
        let Some(mark) = self.mark else {
            return app.limits.look(tries.address, self.address, now);
        };
        app.limits.look(tries.device, mark, now)?;
        if app.limits.owes(tries.device, mark, now) {
            app.limits.look(tries.room, self.address, now)?;
        }
        Ok(())
    }

    /// Counts a try that may be made.
    pub fn count(&self, app: &App, now: Timestamp) {
        let tries = tries(self.page);
        // a count that is full stays full
        let _ = match self.mark {
            None => app.limits.count(tries.address, self.address, now),
            Some(mark) => {
                let _ = app.limits.count(tries.room, self.address, now);
                app.limits.count(tries.device, mark, now)
            }
        };
    }

    /// Takes back a try that was counted: it was right.
    pub fn forgive(&self, app: &App, now: Timestamp) {
        let tries = tries(self.page);
        match self.mark {
            None => app.limits.forgive(tries.address, self.address, now),
            Some(mark) => {
                app.limits.forgive(tries.room, self.address, now);
                app.limits.forgive(tries.device, mark, now);
            }
        }
    }
}
