//! The device of somebody at the door, before it has a seat: a mark that the entry page is given, so that
//! wrong entries cost the device they are made on and not the room around it.

use sha2::{Digest, Sha256};

use super::{Error, door_store};
use crate::{
    app::{Address, App, DoorKey, limits::DOOR_ADDRESS},
    db::DbError,
};

/// Bytes of the name of a device, and of its seal.
const HALF: usize = 16;

/// A device that the entry page was opened on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Device([u8; HALF]);

impl std::fmt::Display for Device {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// Marks the device of somebody at `address` who opens the entry page without a mark. Returns the text
/// of the mark; none where one address opens more pages than any school.
pub async fn mark_device(app: &App, address: Address) -> Result<Option<String>, Error> {
    if app.limits.count(&DOOR_ADDRESS, address, app.clock.now()).is_err() {
        return Ok(None);
    }
    let name: [u8; HALF] = app.chance.bytes();
    let sealed = seal(&key(app).await?.0, &name);
    Ok(Some(hex::encode([name, sealed].concat())))
}

/// Reads a mark; what we did not give is none.
pub async fn read_device(app: &App, mark: &str) -> Result<Option<Device>, Error> {
    let mut bytes = [0; 2 * HALF];
    if hex::decode_to_slice(mark, &mut bytes).is_err() {
        return Ok(None);
    }
    let (name, sealed) = bytes.split_at(HALF);
    let name: [u8; HALF] = name.try_into().expect("half of it");
    Ok((seal(&key(app).await?.0, &name) == sealed).then_some(Device(name)))
}

/// One key for all servers on this database.
async fn key(app: &App) -> Result<DoorKey, DbError> {
    let key = app.door.key.get_or_try_init(async || {
        if let Some(key) = door_store::find_key(&mut app.db.read().await?).await? {
            return Ok(DoorKey(key));
        }
        let drawn: [u8; 32] = app.chance.bytes();
        let mut tx = app.db.begin().await?;
        let key = door_store::lock_key(&mut tx, &drawn, app.clock.now()).await?;
        tx.commit().await?;
        Ok::<_, DbError>(DoorKey(key))
    });
    key.await.cloned()
}

/// A name with the key before it, and the same again over both: nothing can be added to either.
fn seal(key: &[u8], name: &[u8; HALF]) -> [u8; HALF] {
    let inner = Sha256::new_with_prefix(key).chain_update("jurat door v1").chain_update(name);
    let outer = Sha256::new_with_prefix(key).chain_update(inner.finalize()).finalize();
    outer[..HALF].try_into().expect("half of it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_fits_one_name_and_one_key() {
        let name = [7; HALF];
        assert_eq!(seal(b"key", &name), seal(b"key", &name));
        assert_ne!(seal(b"key", &name), seal(b"key", &[8; HALF]));
        assert_ne!(seal(b"key", &name), seal(b"other", &name));
    }
}
