//! The key that all servers on this database share. Whoever comes first draws it.

use super::{Error, store};
use crate::app::App;

/// The key.
pub async fn shared_key(app: &App) -> Result<&[u8], Error> {
    app.shared_key.get(|| Box::pin(read(app))).await
}

async fn read(app: &App) -> Result<Vec<u8>, Error> {
    if let Some(key) = store::find_shared_key(&mut app.db.read().await?).await? {
        return Ok(key);
    }
    let mut tx = app.db.begin().await?;
    let key = store::put_shared_key(&mut tx, &app.chance.bytes::<32>(), app.clock.now()).await?;
    tx.commit().await?;
    Ok(key)
}
