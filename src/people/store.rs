//! SQL of people.

use std::collections::HashSet;

use super::{Holder, Person, Role, Seat, Subject};
use crate::{
    base::{AttemptId, PersonId, Timestamp},
    db::{DbError, Tx},
    exec, fetch, fetch_among, shift,
};

/// A stored sign-in.
#[derive(Debug, sqlx::FromRow)]
pub struct SignIn {
    subject: String,
    subject_id: uuid::Uuid,
    epoch: i64,
    /// Last noted request.
    pub seen_at: Timestamp,
    /// The end, whatever happens.
    pub expires_at: Timestamp,
}

impl SignIn {
    /// Whom it stands for.
    pub fn holder(&self) -> Option<Holder> {
        match self.subject.as_str() {
            "person" => Some(Holder::Person(PersonId(self.subject_id))),
            "attempt" => {
                Some(Holder::Seat(Seat { attempt: AttemptId(self.subject_id), epoch: self.epoch }))
            }
            _ => None,
        }
    }
}

fn columns(subject: Subject) -> (&'static str, uuid::Uuid) {
    match subject {
        Subject::Person(id) => ("person", id.0),
        Subject::Attempt(id) => ("attempt", id.0),
    }
}

/// Adds an account.
pub async fn add_person(tx: &mut Tx, person: &Person, at: Timestamp) -> Result<(), DbError> {
    exec!(
        tx,
        "INSERT INTO person (id, email, display_name, password_hash, created_at)
         VALUES ($1, $2, $3, $4, $5)",
        person.id,
        &person.email,
        &person.display_name,
        &person.password_hash,
        at,
    )?;
    Ok(())
}

/// Stores another hash of the same password.
pub async fn put_password(tx: &mut Tx, person: PersonId, hash: &str) -> Result<(), DbError> {
    exec!(tx, "UPDATE person SET password_hash = $2 WHERE id = $1", person, hash)?;
    Ok(())
}

/// Whether an administrator has said that the address is this person's.
pub async fn is_confirmed(tx: &mut Tx, person: PersonId) -> Result<bool, DbError> {
    let (count,): (i64,) = fetch!(
        tx,
        fetch_one,
        (i64,),
        "SELECT COUNT(*) FROM person WHERE id = $1 AND address_confirmed_at IS NOT NULL",
        person,
    )?;
    Ok(count > 0)
}

/// Notes that an administrator has said that the address is this person's.
pub async fn put_confirmed(tx: &mut Tx, person: PersonId, at: Timestamp) -> Result<(), DbError> {
    exec!(
        tx,
        "UPDATE person SET address_confirmed_at = $2 WHERE id = $1 AND address_confirmed_at IS NULL",
        person,
        at,
    )?;
    Ok(())
}

/// The account with this address, lower case.
pub async fn find_by_email(tx: &mut Tx, email: &str) -> Result<Option<Person>, DbError> {
    fetch!(
        tx,
        fetch_optional,
        Person,
        "SELECT id, email, display_name, password_hash FROM person WHERE email = $1",
        email,
    )
}

/// An account.
pub async fn find_person(tx: &mut Tx, id: PersonId) -> Result<Option<Person>, DbError> {
    fetch!(
        tx,
        fetch_optional,
        Person,
        "SELECT id, email, display_name, password_hash FROM person WHERE id = $1",
        id,
    )
}

/// The accounts among these.
pub async fn list_people(
    tx: &mut Tx,
    ids: impl IntoIterator<Item = PersonId>,
) -> Result<Vec<Person>, DbError> {
    fetch_among!(
        tx,
        Person,
        "SELECT id, email, display_name, password_hash FROM person WHERE id ",
        Ids(ids),
        "",
    )
}

/// The accounts that have one of these addresses, lower case.
pub async fn list_by_email(
    tx: &mut Tx,
    emails: impl IntoIterator<Item = String>,
) -> Result<Vec<Person>, DbError> {
    fetch_among!(
        tx,
        Person,
        "SELECT id, email, display_name, password_hash FROM person WHERE email ",
        Texts(emails),
        "",
    )
}

/// Those of these people who hold a role on the platform.
pub async fn list_holding(
    tx: &mut Tx,
    people: impl IntoIterator<Item = PersonId>,
    role: Role,
) -> Result<HashSet<PersonId>, DbError> {
    let rows = fetch_among!(
        tx,
        (PersonId,),
        "SELECT person_id FROM person_role WHERE person_id ",
        Ids(people),
        " AND role = $2",
        role.as_str(),
    )?;
    Ok(rows.into_iter().map(|(person,)| person).collect())
}

/// Those who hold a role on the platform, by name.
pub async fn list_with_role(tx: &mut Tx, role: Role) -> Result<Vec<Person>, DbError> {
    fetch!(
        tx,
        fetch_all,
        Person,
        "SELECT p.id, p.email, p.display_name, p.password_hash
           FROM person p JOIN person_role r ON r.person_id = p.id
          WHERE r.role = $1 ORDER BY p.display_name, p.email",
        role.as_str(),
    )
}

/// The roles a person holds on the platform.
pub async fn list_roles(tx: &mut Tx, person: PersonId) -> Result<Vec<Role>, DbError> {
    let words: Vec<(String,)> = fetch!(
        tx,
        fetch_all,
        (String,),
        "SELECT role FROM person_role WHERE person_id = $1 ORDER BY role",
        person,
    )?;
    Ok(words.iter().filter_map(|(word,)| word.parse().ok()).collect())
}

/// Gives a role on the platform; giving it twice is giving it once.
pub async fn put_role(
    tx: &mut Tx,
    person: PersonId,
    role: Role,
    at: Timestamp,
) -> Result<(), DbError> {
    exec!(
        tx,
        "INSERT INTO person_role (person_id, role, created_at) VALUES ($1, $2, $3)
         ON CONFLICT (person_id, role) DO NOTHING",
        person,
        role.as_str(),
        at,
    )?;
    Ok(())
}

/// Adds a sign-in.
pub async fn add_sign_in(
    tx: &mut Tx,
    token_hash: &[u8],
    holder: Holder,
    at: Timestamp,
    expires_at: Timestamp,
) -> Result<(), DbError> {
    let (kind, id) = columns(holder.subject());
    exec!(
        tx,
        "INSERT INTO sign_in (token_hash, subject, subject_id, epoch, created_at, seen_at,
                              expires_at)
         VALUES ($1, $2, $3, $4, $5, $5, $6)",
        token_hash,
        kind,
        id,
        holder.epoch(),
        at,
        expires_at,
    )?;
    Ok(())
}

/// The sign-in with this token.
pub async fn find_sign_in(tx: &mut Tx, token_hash: &[u8]) -> Result<Option<SignIn>, DbError> {
    fetch!(
        tx,
        fetch_optional,
        SignIn,
        "SELECT subject, subject_id, epoch, seen_at, expires_at FROM sign_in WHERE token_hash = $1",
        token_hash,
    )
}

/// Whether a subject has a sign-in that lasts beyond `now`.
pub async fn find_live(tx: &mut Tx, subject: Subject, now: Timestamp) -> Result<bool, DbError> {
    let (kind, id) = columns(subject);
    let (count,): (i64,) = fetch!(
        tx,
        fetch_one,
        (i64,),
        "SELECT COUNT(*) FROM sign_in
          WHERE subject = $1 AND subject_id = $2 AND expires_at > $3",
        kind,
        id,
        now,
    )?;
    Ok(count > 0)
}

/// Those of `attempts` whose seat is taken at a device.
pub async fn list_seats(
    tx: &mut Tx,
    attempts: &[AttemptId],
    now: Timestamp,
) -> Result<HashSet<AttemptId>, DbError> {
    let (Some(first), Some(last)) = (attempts.iter().min(), attempts.iter().max()) else {
        return Ok(HashSet::new());
    };
    // ids are ordered by time, so that those of a session lie close together
    let rows: Vec<(AttemptId,)> = fetch!(
        tx,
        fetch_all,
        (AttemptId,),
        "SELECT DISTINCT subject_id FROM sign_in
          WHERE subject = 'attempt' AND subject_id BETWEEN $1 AND $2 AND expires_at > $3",
        *first,
        *last,
        now,
    )?;
    Ok(rows.into_iter().map(|(attempt,)| attempt).collect())
}

/// Notes a request.
pub async fn put_seen(tx: &mut Tx, token_hash: &[u8], at: Timestamp) -> Result<(), DbError> {
    exec!(tx, "UPDATE sign_in SET seen_at = $2 WHERE token_hash = $1", token_hash, at)?;
    Ok(())
}

/// Ends a sign-in.
pub async fn remove_sign_in(tx: &mut Tx, token_hash: &[u8]) -> Result<(), DbError> {
    exec!(tx, "DELETE FROM sign_in WHERE token_hash = $1", token_hash)?;
    Ok(())
}

/// Moves every sign-in with an accepted step of the clock: nobody was idle meanwhile.
pub async fn shift_sign_ins(tx: &mut Tx, by: chrono::Duration) -> Result<u64, DbError> {
    shift!(tx, "sign_in", by, "created_at", "seen_at", "expires_at")
}

/// Removes the sign-ins that were over before `at`. Returns how many.
pub async fn remove_sign_ins_over(tx: &mut Tx, at: Timestamp) -> Result<u64, DbError> {
    exec!(tx, "DELETE FROM sign_in WHERE expires_at < $1", at)
}

/// Ends the sign-ins of a subject that were opened after `since`. Returns how many.
pub async fn remove_sign_ins_after(
    tx: &mut Tx,
    subject: Subject,
    since: Timestamp,
) -> Result<u64, DbError> {
    let (kind, id) = columns(subject);
    exec!(
        tx,
        "DELETE FROM sign_in WHERE subject = $1 AND subject_id = $2 AND created_at > $3",
        kind,
        id,
        since,
    )
}

/// Ends all sign-ins of a subject, such as the old device of a candidate.
pub async fn remove_sign_ins(tx: &mut Tx, subject: Subject) -> Result<u64, DbError> {
    let (kind, id) = columns(subject);
    exec!(tx, "DELETE FROM sign_in WHERE subject = $1 AND subject_id = $2", kind, id)
}

/// What the servers on this database sign for each other with, once it was drawn.
pub async fn find_shared_key(tx: &mut Tx) -> Result<Option<Vec<u8>>, DbError> {
    let key = fetch!(tx, fetch_optional, (Vec<u8>,), "SELECT secret FROM shared_key WHERE id = 1")?;
    Ok(key.map(|(secret,)| secret))
}

/// Keeps a key unless there is one. Returns the one that is kept.
pub async fn put_shared_key(tx: &mut Tx, secret: &[u8], at: Timestamp) -> Result<Vec<u8>, DbError> {
    let (kept,) = fetch!(
        tx,
        fetch_one,
        (Vec<u8>,),
        "INSERT INTO shared_key (id, secret, created_at) VALUES (1, $1, $2)
         ON CONFLICT (id) DO UPDATE SET secret = shared_key.secret RETURNING secret",
        secret,
        at,
    )?;
    Ok(kept)
}
