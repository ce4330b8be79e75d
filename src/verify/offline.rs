//! Checking without the server: a PDF, or the text of a QR symbol, against public keys.

use lopdf::{Document, Object};

use crate::certificate::{
    Code, Key,
    proof::{self, from_digits},
    template::PROOF_NAME,
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
    let attached = attached(pdf).ok_or(NoProof::Unreadable("no readable PDF"))?;
    match attached.as_slice() {
        [one] => proof::verify(one, keys),
        [] => Err(NoProof::Unreadable("this PDF carries no proof")),
        _ => Err(NoProof::Altered("this PDF carries more than one proof")),
    }
}

/// The files of a PDF that have the name of the proof.
fn attached(pdf: &[u8]) -> Option<Vec<Vec<u8>>> {
    let document = Document::load_mem(pdf).ok()?;
    let proofs = document.objects.values().filter_map(|object| {
        let file = object.as_dict().ok()?;
        let name = file.get(b"F").ok()?.as_str().ok()?;
        if name != PROOF_NAME.as_bytes() {
            return None;
        }
        let embedded = file.get(b"EF").and_then(Object::as_dict).ok()?.get(b"F").ok()?;
        let (_, stream) = document.dereference(embedded).ok()?;
        let stream = stream.as_stream().ok()?;
        Some(stream.decompressed_content().unwrap_or_else(|_| stream.content.clone()))
    });
    Some(proofs.collect())
}
