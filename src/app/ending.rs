//! The end of the server: whoever works apart from a request stays until done, and is waited for.

use tokio::sync::watch;

/// Tells that the server ends, and knows who is still there.
#[derive(Debug, Clone, Default)]
pub struct Ending(watch::Sender<bool>);

/// Held by whoever must not be cut off.
#[derive(Debug)]
pub struct Stay(watch::Receiver<bool>);

impl Ending {
    /// Stays until the returned value is dropped.
    pub fn stay(&self) -> Stay {
        Stay(self.0.subscribe())
    }

    /// Tells everybody, also those who come from now on.
    pub fn tell(&self) {
        self.0.send_replace(true);
    }

    /// Waits until nobody is there.
    pub async fn all_gone(&self) {
        self.0.closed().await;
    }
}

impl Stay {
    /// Waits until the server ends.
    pub async fn told(&mut self) {
        // the sender is gone: so is the server
        let _ = self.0.wait_for(|ends| *ends).await;
    }
}
