//! The proof in a QR symbol: what a certificate says, as a CWT in a `COSE_Sign1` (Ed25519), and its
//! form in decimal digits.
//!
//! Format: `docs/FORMATS.md`, sections 2 and 3.

use chrono::{DateTime, NaiveDate, Utc};
use ciborium::Value;
use coset::{
    CborSerializable, CoseError, CoseSign1, CoseSign1Builder, HeaderBuilder,
    TaggedCborSerializable,
    cwt::{ClaimName, ClaimsSet, ClaimsSetBuilder, Timestamp as CwtTime},
    iana,
};
use ed25519_dalek::{Signature, VerifyingKey};

use super::code::Code;
use crate::{app::Signer, confined::Limit};

/// The private claim that holds what the certificate says.
const FACTS: i64 = -70_001;
const VERSION: u8 = 1;

/// What a proof says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// When it was issued, to the second.
    pub issued_at: DateTime<Utc>,
    /// The code of the certificate.
    pub code: Code,
    /// Family name.
    pub family_name: String,
    /// Given names.
    pub given_names: String,
    /// The level's name for good, e.g. `avance`.
    pub level: String,
    /// Mean coverage in per mille.
    pub coverage_permille: u16,
    /// Sixteen competences in eighths, four bits each, the first in the high half of the first.
    pub competences: [u8; 8],
    /// Date of birth.
    pub birth_date: NaiveDate,
}

/// A public key that may have signed, and its name: the first 8 bytes of its SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// The name.
    pub id: [u8; 8],
    /// The raw Ed25519 key.
    pub public: [u8; 32],
}

impl From<&Signer> for Key {
    fn from(signer: &Signer) -> Self {
        Self { id: signer.key_id(), public: signer.public_key() }
    }
}

/// Why a proof does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoProof {
    /// There is nothing that claims to be a proof, or nothing that this program can read.
    #[error("{0}")]
    Unreadable(&'static str),
    /// What might hold one costs more than may be spent on reading it.
    #[error("too large to be read: {}", .0.words().1)]
    TooLarge(Limit),
    /// It names an algorithm that Jurat never signs with.
    #[error("it is not signed with Ed25519, as Jurat signs")]
    UnknownAlgorithm,
    /// Signed with a key that is not among those given.
    #[error("signed with the key {0}, which is not among the known ones")]
    UnknownKey(String),
    /// What was signed is not what is here.
    #[error("it was changed or damaged: {0}")]
    Altered(&'static str),
}

/// Builds the proof; `sign` is given what must be signed.
pub fn build(claims: &Claims, key_id: [u8; 8], sign: impl Fn(&[u8]) -> [u8; 64]) -> Vec<u8> {
    let protected =
        HeaderBuilder::new().algorithm(iana::Algorithm::EdDSA).key_id(key_id.to_vec()).build();
    CoseSign1Builder::new()
        .protected(protected)
        .payload(claims.to_cwt().to_vec().expect("claims are CBOR"))
        .create_signature(b"", |signed| sign(signed).to_vec())
        .build()
        .to_tagged_vec()
        .expect("a proof is CBOR")
}

/// Says what a proof says, if one of `keys` signed exactly these bytes.
///
/// # Errors
/// [`NoProof`].
pub fn verify(proof: &[u8], keys: &[Key]) -> Result<Claims, NoProof> {
    let message = CoseSign1::from_tagged_slice(proof).map_err(|why| match why {
        CoseError::UnregisteredIanaValue | CoseError::UnregisteredIanaNonPrivateValue => {
            NoProof::UnknownAlgorithm
        }
        _ => NoProof::Altered("it does not have the form of a proof"),
    })?;
    let header = &message.protected.header;
    if header.alg != Some(coset::Algorithm::Assigned(iana::Algorithm::EdDSA)) {
        return Err(NoProof::UnknownAlgorithm);
    }
    let mut known = keys.iter().filter(|key| key.id.as_slice() == header.key_id).peekable();
    if known.peek().is_none() {
        return Err(NoProof::UnknownKey(hex::encode(&header.key_id)));
    }
    let unfit = NoProof::Altered("the signature does not fit what it says");
    let signature = Signature::from_slice(&message.signature).map_err(|_| unfit.clone())?;
    let genuine = known.any(|key| {
        VerifyingKey::from_bytes(&key.public)
            .is_ok_and(|public| public.verify_strict(&message.tbs_data(b""), &signature).is_ok())
    });
    if !genuine {
        return Err(unfit);
    }
    let again = message.clone().to_tagged_vec();
    if !message.unprotected.is_empty() || again.ok().as_deref() != Some(proof) {
        return Err(NoProof::Altered("something was added to it"));
    }
    let claims = message.payload.as_deref().and_then(|bytes| ClaimsSet::from_slice(bytes).ok());
    let newer =
        NoProof::Unreadable("a known key signed it, but this jurat cannot read what it says");
    claims.as_ref().and_then(Claims::of_cwt).ok_or(newer)
}

impl Claims {
    fn to_cwt(&self) -> ClaimsSet {
        let mut id = self.code.bits().to_be_bytes();
        id[0] = VERSION;
        let days = (self.birth_date - NaiveDate::default()).num_days();
        let facts = [
            Value::from(VERSION),
            Value::from(self.family_name.as_str()),
            Value::from(self.given_names.as_str()),
            Value::from(self.level.as_str()),
            Value::from(self.coverage_permille),
            Value::Bytes(self.competences.to_vec()),
            Value::from(days),
        ];
        let facts = (0_u8..).map(Value::from).zip(facts).collect();
        ClaimsSetBuilder::new()
            .issued_at(CwtTime::WholeSeconds(self.issued_at.timestamp()))
            .cwt_id(id.to_vec())
            .private_claim(FACTS, Value::Map(facts))
            .build()
    }

    fn of_cwt(cwt: &ClaimsSet) -> Option<Self> {
        let Some(CwtTime::WholeSeconds(seconds)) = cwt.issued_at else { return None };
        let mut id: [u8; 8] = cwt.cwt_id.as_ref()?.as_slice().try_into().ok()?;
        if std::mem::take(&mut id[0]) != VERSION {
            return None;
        }
        let name = ClaimName::PrivateUse(FACTS);
        let facts = &cwt.rest.iter().find(|(claim, _)| *claim == name)?.1;
        let fact = |key: u8| {
            let mut pairs = facts.as_map()?.iter();
            pairs.find(|(k, _)| *k == Value::from(key)).map(|(_, value)| value)
        };
        let text = |key: u8| fact(key)?.as_text().map(ToOwned::to_owned);
        let whole = |key: u8| i64::try_from(fact(key)?.as_integer()?).ok();
        if whole(0)? != i64::from(VERSION) {
            return None;
        }
        Some(Self {
            issued_at: DateTime::from_timestamp(seconds, 0)?,
            code: Code::of_bits(u64::from_be_bytes(id)),
            family_name: text(1)?,
            given_names: text(2)?,
            level: text(3)?,
            coverage_permille: u16::try_from(whole(4)?).ok()?,
            competences: fact(5)?.as_bytes()?.as_slice().try_into().ok()?,
            birth_date: NaiveDate::default()
                .checked_add_signed(chrono::Duration::try_days(whole(6)?)?)?,
        })
    }
}

/// Digits that hold 1 to 7 bytes.
const DIGITS: [usize; 8] = [0, 3, 5, 8, 10, 13, 15, 17];

/// Bytes as decimal digits: 7 bytes, lowest first, are 17 digits.
pub fn to_digits(bytes: &[u8]) -> String {
    let chunk = |bytes: &[u8]| {
        let mut number = [0; 8];
        number[..bytes.len()].copy_from_slice(bytes);
        format!("{:0width$}", u64::from_le_bytes(number), width = DIGITS[bytes.len()])
    };
    bytes.chunks(7).map(chunk).collect()
}

/// The bytes of decimal digits; nothing unless they are exactly what [`to_digits`] writes.
pub fn from_digits(digits: &str) -> Option<Vec<u8>> {
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len() / 17 * 7 + 7);
    let mut rest = digits;
    while !rest.is_empty() {
        let (chunk, after) = rest.split_at(rest.len().min(17));
        let length = DIGITS.iter().position(|digits| *digits == chunk.len())?;
        let number: u64 = chunk.parse().ok()?;
        let number = number.to_le_bytes();
        let (held, beyond) = number.split_at(length);
        if beyond.iter().any(|byte| *byte != 0) {
            return None;
        }
        bytes.extend_from_slice(held);
        rest = after;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        app::{Signer, key_id},
        base::Chance,
    };

    fn claims() -> Claims {
        Claims {
            issued_at: "2027-03-01T16:00:00Z".parse().unwrap(),
            code: Code::of_bits(0x2_1234_5678_9abc),
            family_name: "Lefèvre-Ñuñez".to_owned(),
            given_names: "Éléonore Zoë".to_owned(),
            level: "avance".to_owned(),
            coverage_permille: 784,
            competences: [0x78, 0x65, 0x44, 0x83, 0x21, 0x77, 0x66, 0x55],
            birth_date: NaiveDate::from_ymd_opt(1964, 5, 31).unwrap(),
        }
    }

    fn signed() -> (Vec<u8>, Vec<Key>) {
        let signer = Signer::throw_away(&Chance::seeded(3));
        let proof = build(&claims(), signer.key_id(), |bytes| signer.sign(bytes));
        (proof, vec![Key::from(&signer)])
    }

    #[test]
    fn genuine_proof_says_what_was_signed() {
        let (proof, keys) = signed();
        assert_eq!(verify(&proof, &keys), Ok(claims()));
        assert!((150..=190).contains(&proof.len()), "{} bytes", proof.len());
    }

    #[test]
    fn proof_with_any_single_bit_changed_is_not_genuine() {
        let (proof, keys) = signed();
        for bit in 0..proof.len() * 8 {
            let mut changed = proof.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            let refused = verify(&changed, &keys).unwrap_err();
            assert!(!matches!(refused, NoProof::Unreadable(_)), "bit {bit}: {refused}");
        }
    }

    #[test]
    fn proof_that_names_another_algorithm_is_not_genuine() {
        let (proof, keys) = signed();
        let at = proof.windows(2).position(|pair| pair == [1, 0x27]).unwrap() + 1;
        let named = |algorithm: u8| {
            let mut changed = proof.clone();
            changed[at] = algorithm;
            verify(&changed, &keys)
        };
        let (es256, nobodys) = (0x26, 0x17);
        assert_eq!(named(es256), Err(NoProof::UnknownAlgorithm));
        assert_eq!(named(nobodys), Err(NoProof::UnknownAlgorithm));
    }

    #[test]
    fn proof_that_is_longer_or_shorter_is_refused() {
        let (proof, keys) = signed();
        for wrong in [&proof[..proof.len() - 1], &[&proof[..], &[0]].concat(), b""] {
            assert!(matches!(verify(wrong, &keys), Err(NoProof::Altered(_))));
        }
    }

    #[test]
    fn proof_of_another_issuer_names_the_unknown_key() {
        let (proof, _) = signed();
        let other = Signer::throw_away(&Chance::seeded(4)).public_key();
        let refused = verify(&proof, &[Key { id: key_id(&other), public: other }]);
        assert!(matches!(refused, Err(NoProof::UnknownKey(_))));
        let (_, keys) = signed();
        let false_name = Key { id: keys[0].id, public: other };
        assert!(matches!(verify(&proof, &[false_name]), Err(NoProof::Altered(_))));
    }

    proptest! {
        #[test]
        fn digits_are_read_back(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let digits = to_digits(&bytes);
            prop_assert!(digits.bytes().all(|b| b.is_ascii_digit()));
            prop_assert_eq!(from_digits(&digits), Some(bytes));
        }
    }

    #[test]
    fn digits_no_bytes_have_are_refused() {
        assert_eq!(to_digits(&[255; 7]), "72057594037927935");
        assert_eq!(from_digits("99999999999999999"), None);
        assert_eq!(from_digits("256"), None);
        assert_eq!(from_digits("1"), None);
        assert_eq!(from_digits("1x3"), None);
    }
}
