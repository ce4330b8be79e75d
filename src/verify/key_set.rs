//! Keys as others read them: a JSON Web Key Set.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::{app::key_id, certificate::Key};

/// Keys as a JSON Web Key Set (RFC 7517, RFC 8037); `kid` is the name in proofs, hexadecimal.
pub fn key_set(keys: &[Key]) -> Value {
    let keys: Vec<_> = keys
        .iter()
        .map(|key| {
            json!({
                "kty": "OKP",
                "crv": "Ed25519",
                "alg": "EdDSA",
                "use": "sig",
                "kid": hex::encode(key.id),
                "x": BASE64_URL_SAFE_NO_PAD.encode(key.public),
            })
        })
        .collect();
    json!({ "keys": keys })
}

/// The Ed25519 keys of a JSON Web Key Set; others are left out. Names are made from the keys.
pub fn read_key_set(text: &str) -> Option<Vec<Key>> {
    let set: Value = serde_json::from_str(text).ok()?;
    let read = |key: &Value| {
        let public = BASE64_URL_SAFE_NO_PAD.decode(key["x"].as_str()?).ok()?;
        let public: [u8; 32] = public.try_into().ok()?;
        (key["crv"] == "Ed25519").then(|| Key { id: key_id(&public), public })
    };
    Some(set["keys"].as_array()?.iter().filter_map(read).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_set_is_read_back_and_names_are_not_believed() {
        let public = [7; 32];
        let key = Key { id: key_id(&public), public };
        assert_eq!(read_key_set(&key_set(&[key]).to_string()), Some(vec![key]));
        let renamed = key_set(&[Key { id: [0; 8], public }]).to_string();
        assert_eq!(read_key_set(&renamed), Some(vec![key]));
        assert_eq!(read_key_set("{}"), None);
    }
}
