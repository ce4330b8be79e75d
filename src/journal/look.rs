//! One look a second at each journal that is followed here, however many follow it.

use std::{collections::HashMap, time::Duration};

use super::{Bell, store};
use crate::{
    base::SessionId,
    db::{Db, DbError},
    lasting,
};

/// How often the journals are looked at.
const EVERY: Duration = Duration::from_secs(1);

/// Rings for ever for the journals that have grown: for a ring that was lost, and for what another
/// process wrote.
pub async fn keep_looking(db: Db, bell: Bell) {
    let mut known = HashMap::new();
    loop {
        tokio::time::sleep(EVERY).await;
        let followed = bell.followed();
        known.retain(|session, _| followed.contains(session));
        if let Err(cause) = look(&db, &bell, &followed, &mut known).await {
            lasting::error("the journals could not be looked at; it is tried again", &cause);
        }
    }
}

async fn look(
    db: &Db,
    bell: &Bell,
    followed: &[SessionId],
    known: &mut HashMap<SessionId, i64>,
) -> Result<(), DbError> {
    if followed.is_empty() {
        return Ok(());
    }
    let mut tx = db.read().await?;
    let heads = store::list_heads(&mut tx, followed.iter().copied()).await?;
    for (session, head) in heads {
        if known.insert(session, head) != Some(head) {
            bell.ring(session);
        }
    }
    Ok(())
}
