//! Checking without the server: a PDF, or the text of a QR symbol, against public keys.

use std::process::ExitCode;

use lopdf::{DecompressError, Document, Error, Object, Stream};
use serde::{Deserialize, Serialize};

use crate::{
    certificate::{
        Code, Key,
        proof::{self, from_digits},
    },
    confined::{self, Limit},
    document::template::PROOF_NAME,
};

pub use crate::certificate::proof::{Claims, NoProof};

/// Checks the text of a QR symbol: an address with a code, `#`, digits; or the digits alone.
///
/// # Errors
/// [`NoProof`].
pub fn text(text: &str, keys: &[Key]) -> Result<Claims, NoProof> {
    let text = text.trim();
    let (address, digits) = match text.split_once('#') {
        Some((address, digits)) => (Some(address), digits),
        None => (None, text),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NoProof::Unreadable("neither a PDF nor the text of a QR code"));
    }
    let proof =
        from_digits(digits).ok_or(NoProof::Altered("its digits are not those of a proof"))?;
    let claims = proof::verify(&proof, keys)?;
    // The address is not signed: it must lead to the certificate that is.
    let leads_to = address.map(|address| address.rsplit('/').next().unwrap_or_default());
    if leads_to.is_some_and(|code| Code::parse(code) != Ok(claims.code)) {
        return Err(NoProof::Altered("its address leads to another certificate"));
    }
    Ok(claims)
}

/// Checks the proof that a PDF carries. What is printed on the page is not signed byte by byte:
/// compare it with what the proof says.
///
/// # Errors
/// [`NoProof`].
pub fn document(pdf: &[u8], keys: &[Key]) -> Result<Claims, NoProof> {
    judge(&find(pdf), keys)
}

/// The largest file that is looked into, MiB.
const MAX_MIB: usize = 32;
/// The longest text that may be that of a symbol, bytes.
const MAX_TEXT: usize = 64 * 1024;
/// The largest proof, unpacked, MiB.
const MAX_PROOF_MIB: usize = 1;

/// What is in a file; to be found in a process of its own, since a PDF may unpack to anything.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// The proofs that a PDF carries.
    Proofs(Vec<Vec<u8>>),
    /// A text.
    Text(String),
    /// It begins like a PDF and is none.
    BrokenPdf,
    /// Neither a PDF nor a text.
    Neither,
    /// It costs more than a file may.
    TooLarge(Limit),
}

/// Checks what was found in a file.
///
/// # Errors
/// [`NoProof`].
pub fn judge(found: &Found, keys: &[Key]) -> Result<Claims, NoProof> {
    match found {
        Found::Proofs(proofs) => match proofs.as_slice() {
            [one] => proof::verify(one, keys),
            [] => Err(NoProof::Unreadable("this PDF carries no proof")),
            _ => Err(NoProof::Altered("this PDF carries more than one proof")),
        },
        Found::Text(symbol) => text(symbol, keys),
        Found::BrokenPdf => Err(NoProof::Unreadable("no readable PDF")),
        Found::Neither => Err(NoProof::Unreadable("not a PDF")),
        Found::TooLarge(limit) => Err(NoProof::TooLarge(*limit)),
    }
}

/// Finds in a file what [`judge`] can check.
pub fn find(bytes: &[u8]) -> Found {
    if bytes.len() > MAX_MIB << 20 {
        return Found::TooLarge(Limit::Size(MAX_MIB));
    }
    if bytes.starts_with(b"%PDF") {
        return attached(bytes);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if text.len() <= MAX_TEXT => Found::Text(text.to_owned()),
        Ok(_) | Err(_) => Found::Neither,
    }
}

/// The reader's side of `jurat verify`: finds what is in the file on standard input.
pub fn answer() -> ExitCode {
    confined::answer(MAX_MIB << 20, find)
}

/// The files of a PDF that have the name of the proof.
fn attached(pdf: &[u8]) -> Found {
    let Ok(document) = Document::load_mem(pdf) else { return Found::BrokenPdf };
    let named = document.objects.values().filter_map(|object| stream_of_proof(&document, object));
    let mut proofs = Vec::new();
    for stream in named {
        match stream.decompressed_content_with_limit(MAX_PROOF_MIB << 20) {
            Ok(proof) => proofs.push(proof),
            Err(Error::Decompress(DecompressError::MemoryLimitExceeded { .. })) => {
                return Found::TooLarge(Limit::Unpacked(MAX_PROOF_MIB));
            }
            Err(_) => proofs.push(stream.content.clone()),
        }
    }
    Found::Proofs(proofs)
}

/// The content of a file that has the name of the proof, when `object` tells of one.
fn stream_of_proof<'a>(document: &'a Document, object: &'a Object) -> Option<&'a Stream> {
    let file = object.as_dict().ok()?;
    let name = file.get(b"F").ok()?.as_str().ok()?;
    if name != PROOF_NAME.as_bytes() {
        return None;
    }
    let embedded = file.get(b"EF").and_then(Object::as_dict).ok()?.get(b"F").ok()?;
    let (_, stream) = document.dereference(embedded).ok()?;
    stream.as_stream().ok()
}
