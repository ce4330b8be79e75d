//! What servers on one database sign for each other with, once one of them has read it.

use std::{fmt, sync::Arc};

use tokio::sync::OnceCell;

/// The key; it shows itself to nobody.
#[derive(Clone, Default)]
pub struct SharedKey(Arc<OnceCell<Vec<u8>>>);

impl SharedKey {
    /// The key, which `read` finds in the database the first time.
    pub async fn get<E, F>(&self, read: impl FnOnce() -> F) -> Result<&[u8], E>
    where
        F: Future<Output = Result<Vec<u8>, E>>,
    {
        self.0.get_or_try_init(read).await.map(Vec::as_slice)
    }
}

impl fmt::Debug for SharedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedKey(..)")
    }
}
