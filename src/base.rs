//! The words everybody uses: ids, instants, the clock, chance.
//!
//! Owns no table. Promises that time and chance enter the program here and nowhere else.

mod clock;
mod words;

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

pub use clock::{Clock, Moment, Shift};
pub use words::UnknownWord;
pub(crate) use words::words;

/// An instant, UTC, kept to the microsecond (the precision both databases store).
pub type Timestamp = DateTime<Utc>;

/// Why a text is not an id of the expected kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a {0} id")]
pub struct NotAnId(pub &'static str);

/// A text of several lines as it is kept: without blanks around it, lines that end in `\n`, and no
/// other control character (PostgreSQL takes no NUL, and paper shows none of them).
pub fn prose(written: &str) -> String {
    let lines = written.replace("\r\n", "\n");
    let text: String =
        lines.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    text.trim().to_owned()
}

/// Which part of a list is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Page<I> {
    /// What was read last; none for the beginning.
    pub after: Option<I>,
    /// The most that is wanted.
    pub limit: usize,
}

/// A part of a list.
#[derive(Debug, Clone)]
pub struct Listed<T> {
    /// In the order of the list.
    pub items: Vec<T>,
    /// Whether the list goes on.
    pub more: bool,
}

impl<I> Page<I> {
    /// One row more than is wanted, which tells whether the list goes on.
    pub fn rows(&self) -> i64 {
        i64::try_from(self.limit).unwrap_or(i64::MAX).saturating_add(1)
    }

    /// The part itself, of rows in the order of the list.
    pub fn cut<T>(&self, mut rows: Vec<T>) -> Listed<T> {
        let more = rows.len() > self.limit;
        rows.truncate(self.limit);
        Listed { items: rows, more }
    }
}

impl<T> Listed<T> {
    /// The same part, of something else.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Listed<U> {
        Listed { items: self.items.into_iter().map(f).collect(), more: self.more }
    }
}

/// What all ids have in common: they are made from a UUID.
pub trait Id: Copy {
    /// Makes the id from a UUID.
    fn from_uuid(uuid: uuid::Uuid) -> Self;

    /// The UUID it was made from.
    fn uuid(self) -> uuid::Uuid;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type)]
        #[sqlx(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl Id for $name {
            fn from_uuid(uuid: uuid::Uuid) -> Self {
                Self(uuid)
            }

            fn uuid(self) -> uuid::Uuid {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0.simple())
            }
        }

        impl std::str::FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                text.strip_prefix(concat!($prefix, "_"))
                    .filter(|rest| rest.len() == 32)
                    .and_then(|rest| uuid::Uuid::try_parse(rest).ok())
                    .map(Self)
                    .ok_or(NotAnId($prefix))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                <String as utoipa::PartialSchema>::schema()
            }
        }

        impl utoipa::ToSchema for $name {}
    )*};
}

ids! {
    /// A person with an account.
    PersonId = "per";
    /// A certification centre.
    CentreId = "cen";
    /// An invitation to take a role.
    InvitationId = "inv";
    /// One exam in one room at one time.
    SessionId = "ses";
    /// A candidate's place in a session.
    EnrolmentId = "enr";
    /// One candidate's run through the exam.
    AttemptId = "att";
    /// An irregularity in a session.
    IncidentId = "inc";
    /// A finished attempt before the jury.
    CaseId = "cas";
    /// The jury of one session.
    PanelId = "pan";
    /// A signed result.
    CertificateId = "crt";
}

// its words are the two letters of ISO 639-1
words! {
    /// A language of the program.
    #[derive(Default)]
    pub enum Language {
        /// French.
        #[default]
        Fr = "fr",
        /// English.
        En = "en",
    }
}

/// Where randomness comes from: the operating system, or a seed for a reproducible day.
#[derive(Debug, Clone)]
pub enum Chance {
    /// The operating system.
    Os,
    /// A reproducible stream, for demonstrations and tests.
    Seeded(Arc<Mutex<ChaCha20Rng>>),
}

impl Chance {
    /// A reproducible stream.
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Arc::new(Mutex::new(ChaCha20Rng::seed_from_u64(seed))))
    }

    /// `N` random bytes.
    #[expect(clippy::disallowed_methods, reason = "the one place that draws from the system")]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match self {
            Self::Os => getrandom::fill(&mut bytes).expect("the system has randomness"),
            Self::Seeded(stream) => {
                stream.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes);
            }
        }
        bytes
    }

    /// A number below `bound`, without bias. `bound` must not be 0.
    pub fn below(&self, bound: u32) -> u32 {
        let fair = u32::MAX - u32::MAX % bound;
        loop {
            let drawn = u32::from_le_bytes(self.bytes());
            if drawn < fair {
                return drawn % bound;
            }
        }
    }

    /// `length` characters drawn from an ASCII `alphabet`.
    pub fn code(&self, alphabet: &str, length: usize) -> String {
        let bound = u32::try_from(alphabet.len()).expect("an alphabet is short");
        let symbols = alphabet.as_bytes();
        (0..length).map(|_| char::from(symbols[self.below(bound) as usize])).collect()
    }

    /// A new id, ordered by time (UUID version 7).
    pub fn id<T: Id>(&self, now: Timestamp) -> T {
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
        let random = self.bytes::<10>();
        T::from_uuid(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_is_read_back_as_it_was_written() {
        let id: SessionId = Chance::seeded(1).id("2027-03-01T09:00:00Z".parse().unwrap());
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.to_string().parse::<AttemptId>(), Err(NotAnId("att")));
    }

    #[test]
    fn seeded_chance_repeats_itself() {
        assert_eq!(Chance::seeded(7).bytes::<16>(), Chance::seeded(7).bytes::<16>());
        assert_ne!(Chance::seeded(7).bytes::<16>(), Chance::seeded(8).bytes::<16>());
    }

    #[test]
    fn a_text_is_kept_without_what_nobody_sees() {
        assert_eq!(prose(" The cable\u{0} was\r\nloose.\u{8}\n "), "The cable was\nloose.");
    }
}
