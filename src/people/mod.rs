//! People with an account: passwords, sign-ins, roles on the platform.
//!
//! Owns the tables `person`, `person_role`, `sign_in`, `device`, `waiting`, `reply` and
//! `shared_key`. Promises that a password is never stored, only its argon2id hash, and a token never,
//! only its SHA-256. Start reading at [`sign_in`].

mod device_store;
mod guessing;
pub mod marks;
mod names;
mod password;
pub mod replies;
mod reply_store;
mod rules;
mod shared_key;
mod sign_in;
mod store;
mod stranger;
pub mod tickets;
mod tidy;

use chrono::Duration;
use sha2::{Digest, Sha256};

use crate::{
    app::{App, Asker, Busy, TooMany},
    base::{AttemptId, Chance, PersonId, Timestamp},
    db::{DbError, Tx},
    lasting,
};

pub use marks::{Mark, Page};
pub use names::Names;
pub use password::{Verdict, compare as compare_password, hash as hash_password};
pub use rules::{
    DEVICE_KNOWN, NotAdmitted, Refusal, admits, check_email, check_name, check_password,
};
pub use sign_in::{Browser, SignedIn, sign_in};
pub use store::{
    add_person, find_by_email, find_person, is_confirmed, list_by_email, list_holding, list_people,
    list_seats, list_with_role, put_confirmed, put_password, put_role, remove_sign_ins,
};
pub use stranger::Stranger;
pub use tidy::{keep_tidy, shift, tidy};

/// A person is signed out after this time without a request.
const IDLE: Duration = Duration::minutes(30);
/// A person signs in again after this time.
const PERSON_STAYS: Duration = Duration::hours(12);
/// A candidate's seat outlives every session.
const SEAT_STAYS: Duration = Duration::hours(24);
/// A request is noted as a sign of life when the last one is older.
const NOTED_EVERY: Duration = Duration::minutes(1);
/// The note is given up after this time.
const NOTED_WITHIN: std::time::Duration = std::time::Duration::from_secs(1);

/// What a person may be.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Runs the platform.
    Admin,
    /// Judges cases.
    Juror,
    /// Reads what happened.
    Auditor,
    /// Runs a centre.
    Manager,
    /// Watches over sessions of a centre.
    Invigilator,
}

impl Role {
    /// The word that is stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Juror => "juror",
            Self::Auditor => "auditor",
            Self::Manager => "manager",
            Self::Invigilator => "invigilator",
        }
    }

    /// Reads the stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Admin, Self::Juror, Self::Auditor, Self::Manager, Self::Invigilator]
            .into_iter()
            .find(|role| role.word() == word)
    }

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

/// Opens a sign-in for `holder` in the caller's transaction.
pub async fn open(
    app: &App,
    tx: &mut Tx,
    holder: Holder,
    now: Timestamp,
) -> Result<Token, DbError> {
    let token = Token::draw(&app.chance);
    let stays = match holder {
        Holder::Person(_) => PERSON_STAYS,
        Holder::Seat(_) => SEAT_STAYS,
    };
    store::add_sign_in(tx, &token.hash(), holder, now, now + stays).await?;
    Ok(token)
}

/// Ends a sign-in; an unknown one is ended already.
pub async fn sign_out(app: &App, token: &Token) -> Result<(), Error> {
    let mut tx = app.db.begin().await?;
    store::remove_sign_in(&mut tx, &token.hash()).await?;
    tx.commit().await?;
    Ok(())
}

/// Who holds a token, if it still counts.
pub async fn who(app: &App, token: &Token) -> Result<Option<Holder>, Error> {
    let now = app.clock.now();
    let hash = token.hash();
    let Some(found) = store::find_sign_in(&mut app.db.read().await?, &hash).await? else {
        return Ok(None);
    };
    let Some(holder) = found.holder() else { return Ok(None) };
    let idle = matches!(holder, Holder::Person(_)) && now - found.seen_at > IDLE;
    if idle || now >= found.expires_at {
        return Ok(None);
    }
    if now - found.seen_at > NOTED_EVERY {
        // a database that takes no writes keeps nobody from reading
        match tokio::time::timeout(NOTED_WITHIN, note_seen(app, &hash, now)).await {
            Ok(Ok(())) => {}
            Ok(Err(cause)) => lasting::error("a sign of life could not be noted", &cause),
            Err(late) => lasting::error("a sign of life could not be noted", &late),
        }
    }
    Ok(Some(holder))
}

async fn note_seen(app: &App, token_hash: &[u8], now: Timestamp) -> Result<(), DbError> {
    let mut tx = app.db.begin().await?;
    store::put_seen(&mut tx, token_hash, now).await?;
    tx.commit().await
}

/// The rights of a person on the platform.
pub async fn rights(app: &App, person: PersonId) -> Result<Option<Rights>, Error> {
    let mut tx = app.db.read().await?;
    let Some(person) = store::find_person(&mut tx, person).await? else { return Ok(None) };
    Ok(Some(rights_of(&mut tx, person).await?))
}

/// Those who hold a role on the platform, by name.
pub async fn holders(app: &App, role: Role) -> Result<Vec<Person>, Error> {
    Ok(store::list_with_role(&mut app.db.read().await?, role).await?)
}

/// Whether a person holds a role on the platform.
pub async fn holds(tx: &mut Tx, person: PersonId, role: Role) -> Result<bool, DbError> {
    Ok(store::list_roles(tx, person).await?.contains(&role))
}

async fn rights_of(tx: &mut Tx, person: Person) -> Result<Rights, DbError> {
    let roles = store::list_roles(tx, person.id).await?;
    Ok(Rights { person: person.id, email: person.email, display_name: person.display_name, roles })
}

/// Whether a subject has a sign-in that has not ended.
pub async fn is_signed_in(tx: &mut Tx, subject: Subject, now: Timestamp) -> Result<bool, DbError> {
    store::find_live(tx, subject, now).await
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
