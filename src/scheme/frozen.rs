//! Frozen schemes, each text of which is read once.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use sha2::{Digest, Sha256};

use super::{Scheme, store};
use crate::db::{DbError, Tx};

/// More than are ever frozen; beyond, all are read anew.
const KEPT: usize = 64;

/// What was read, by the digest of its text: whichever database a text lies in, it says the same.
type Read = HashMap<Vec<u8>, Arc<Scheme>>;

static READ: LazyLock<Mutex<Read>> = LazyLock::new(Mutex::default);

/// The scheme as it was frozen; absent when this version was never frozen.
pub async fn frozen(tx: &mut Tx, id: &str, version: &str) -> Result<Option<Arc<Scheme>>, DbError> {
    let Some(digest) = store::find_digest(tx, id, version).await? else { return Ok(None) };
    let known = READ.lock().unwrap_or_else(PoisonError::into_inner).get(&digest).cloned();
    if known.is_some() {
        return Ok(known);
    }
    let Some(text) = store::find_document(tx, id, version).await? else { return Ok(None) };
    let scheme = Scheme::read(&text).map_err(|cause| DbError::Decode(Box::new(cause)))?;
    let scheme = Arc::new(scheme);
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    keep(&mut read, &text, scheme.clone());
    Ok(Some(scheme))
}

fn keep(read: &mut Read, text: &str, scheme: Arc<Scheme>) {
    if read.len() >= KEPT {
        read.clear();
    }
    read.insert(Sha256::digest(text).to_vec(), scheme);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::DatabaseAddress, db::Db, scheme};

    #[tokio::test]
    async fn frozen_scheme_is_read_once_and_as_it_was_frozen() {
        let folder = tempfile::tempdir().unwrap();
        let frozen_in = async |name: &str, title: &str| {
            let address = format!("sqlite:{}", folder.path().join(name).display());
            let db = Db::open(&DatabaseAddress::from(address)).await.unwrap();
            let shipped = &scheme::find("pix-edu").unwrap().document;
            let text = shipped.replace("Digital competences in education", title);
            assert_ne!(*shipped, text);
            let mut tx = db.begin().await.unwrap();
            let old = Scheme::read(&text).unwrap();
            scheme::freeze(&mut tx, &old, chrono::DateTime::UNIX_EPOCH).await.unwrap();
            let once = frozen(&mut tx, &old.id, &old.version).await.unwrap().unwrap();
            let again = frozen(&mut tx, &old.id, &old.version).await.unwrap().unwrap();
            assert!(Arc::ptr_eq(&once, &again), "it was read again");
            assert_eq!(once.title.en, title);
            assert!(frozen(&mut tx, &old.id, "0").await.unwrap().is_none());
        };
        // the same version of two databases is two texts
        frozen_in("one.db", "One").await;
        frozen_in("other.db", "Other").await;
    }

    #[test]
    fn not_more_are_kept_than_are_ever_frozen() {
        let (mut read, scheme) = (Read::new(), scheme::shipped()[0].clone());
        for number in 0..3 * KEPT {
            keep(&mut read, &number.to_string(), scheme.clone());
            assert!(read.len() <= KEPT);
        }
    }
}
