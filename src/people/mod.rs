//! People with an account: passwords, sign-ins, roles on the platform.
//!
//! Owns the tables `person`, `person_role`, `sign_in`, `device`, `waiting`, `reply` and
//! `shared_key`. Promises that a password is never stored, only its argon2id hash, and a token never,
//! only its SHA-256. Start reading at [`sign_in`].

mod rules;
mod store;
mod device_store;
mod keyed;
mod reply_store;
mod names;
mod password;
mod rights;
mod opening;
mod shared_key;
pub mod marks;
pub mod tickets;
mod stranger;
mod guessing;
mod sign_in;
pub mod replies;
mod tidy;

use sha2::{Digest, Sha256};

use crate::{
    app::{App, Asker, Busy, TooMany},
    base::{AttemptId, Chance, PersonId, words},
    db::DbError,
};

pub use marks::{Mark, Page};
pub use names::Names;
pub use opening::{is_signed_in, open, sign_out, who};
pub use password::{Verdict, compare as compare_password, hash as hash_password};
pub use rights::{holders, holds, rights};
pub use rules::{
    DEVICE_KNOWN, NotAdmitted, Refusal, admits, check_email, check_name, check_password,
};
pub use sign_in::{Browser, SignedIn, sign_in};
pub use store::{
    add_person, find_by_email, find_person, is_confirmed, list_by_email, list_holding, list_people,
    list_seats, list_with_role, put_confirmed, put_password, put_role, remove_sign_ins,
    remove_sign_ins_after,
};
pub use stranger::Stranger;
pub use tidy::{keep_tidy, shift, tidy};

words! {
    /// What a person may be.
    pub enum Role {
        /// Runs the platform.
        Admin = "admin",
        /// Judges cases.
        Juror = "juror",
        /// Reads what happened.
        Auditor = "auditor",
        /// Runs a centre.
        Manager = "manager",
        /// Watches over sessions of a centre.
        Invigilator = "invigilator",
    }
}

impl Role {
    /// Whether the role is held in a centre rather than on the platform.
    pub fn is_of_a_centre(self) -> bool {
        matches!(self, Self::Manager | Self::Invigilator)
    }
}

/// An account.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Person {
    /// The account.
    pub id: PersonId,
    /// What the person signs in with, lower case.
    pub email: String,
    /// How the person is shown to others.
    pub display_name: String,
    /// argon2id, PHC form.
    pub password_hash: String,
}

/// Who is asking, and the roles on the platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rights {
    /// The account.
    pub person: PersonId,
    /// What the person signs in with.
    pub email: String,
    /// How the person is shown to others.
    pub display_name: String,
    /// Roles on the platform; those in centres are the centre's.
    pub roles: Vec<Role>,
}

/// Whom a sign-in stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A person with an account.
    Person(PersonId),
    /// A candidate at the seat of an attempt.
    Attempt(AttemptId),
}

/// The device that sits at the seat of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat {
    /// Whose seat it is.
    pub attempt: AttemptId,
    /// Which device of this attempt, counted from 1.
    pub epoch: i64,
}

/// Who holds a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// A person with an account.
    Person(PersonId),
    /// A candidate at a seat.
    Seat(Seat),
}

impl Holder {
    /// Whom the sign-in stands for, whatever the device.
    pub fn subject(self) -> Subject {
        match self {
            Self::Person(person) => Subject::Person(person),
            Self::Seat(seat) => Subject::Attempt(seat.attempt),
        }
    }

    /// The epoch of a seat; 0 for a person.
    fn epoch(self) -> i64 {
        match self {
            Self::Person(_) => 0,
            Self::Seat(seat) => seat.epoch,
        }
    }
}

/// The secret of a sign-in: 256 random bits, told once.
#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; 32]);

impl Token {
    fn draw(chance: &Chance) -> Self {
        Self(chance.bytes())
    }

    /// Reads a cookie.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).ok().map(|()| Self(bytes))
    }

    /// The text for the cookie.
    pub fn reveal(&self) -> String {
        hex::encode(self.0)
    }

    fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0).to_vec()
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(..)")
    }
}

/// How an operation on people failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Unknown account or wrong password: one answer for both.
    #[error("e-mail address or password is not right")]
    BadCredentials {
        /// Whose account was tried, for the log; nobody else is told.
        whose: Option<PersonId>,
    },
    /// Too many tries.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// Too many wait for a hash.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// A rule said no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Creates an account with a role on the platform: the operator's way in; everybody else is invited.
///
/// # Errors
/// [`Refusal::HasAccount`] when the address has an account, which nothing here may change.
pub async fn create_with_role(
    app: &App,
    email: &str,
    display_name: &str,
    password: &str,
    role: Role,
) -> Result<PersonId, Error> {
    let now = app.clock.now();
    let email = rules::check_email(email)?;
    let display_name = rules::check_name(display_name)?;
    rules::check_password(password)?;
    let hash = password::hash(app, &Asker::Operator, password).await?;
    let mut tx = app.db.begin().await?;
    if store::find_by_email(&mut tx, &email).await?.is_some() {
        return Err(Refusal::HasAccount(email).into());
    }
    let person = Person { id: app.chance.id(now), email, display_name, password_hash: hash };
    store::add_person(&mut tx, &person, now).await?;
    let id = person.id;
    store::put_role(&mut tx, id, role, now).await?;
    store::put_confirmed(&mut tx, id, now).await?;
    tx.commit().await?;
    Ok(id)
}
