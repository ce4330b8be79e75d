//! SQL of centres, members and invitations.

use super::{Centre, Invitation, MemberRow};
use crate::{
    base::{CentreId, InvitationId, Page, PersonId, Timestamp},
    db::{DbError, Tx},
    exec, fetch, fetch_among,
    people::Role,
};

/// Adds a centre.
pub async fn add_centre(tx: &mut Tx, centre: &Centre) -> Result<(), DbError> {
    exec!(
        tx,
        "INSERT INTO centre (id, name, kind, time_zone, external_id, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        centre.id,
        &centre.name,
        centre.kind.as_str(),
        &centre.time_zone,
        &centre.external_id,
        centre.created_at,
    )?;
    Ok(())
}

/// A centre.
pub async fn find_centre(tx: &mut Tx, id: CentreId) -> Result<Option<Centre>, DbError> {
    fetch!(
        tx,
        fetch_optional,
        Centre,
        "SELECT id, name, kind, time_zone, external_id, created_at FROM centre WHERE id = $1",
        id,
    )
}

/// All centres, by name.
pub async fn list_centres(tx: &mut Tx, page: Page<CentreId>) -> Result<Vec<Centre>, DbError> {
    fetch!(
        tx,
        fetch_all,
        Centre,
        "SELECT id, name, kind, time_zone, external_id, created_at
           FROM centre
          WHERE $1 IS NULL OR (name, id) > (SELECT name, id FROM centre WHERE id = $1)
          ORDER BY name, id LIMIT $2",
        page.after,
        page.rows(),
    )
}

/// The centres among these.
pub async fn list_centres_among(
    tx: &mut Tx,
    ids: impl IntoIterator<Item = CentreId>,
) -> Result<Vec<Centre>, DbError> {
    fetch_among!(
        tx,
        Centre,
        "SELECT id, name, kind, time_zone, external_id, created_at FROM centre WHERE id ",
        Ids(ids),
        "",
    )
}

/// Gives a role in a centre; giving it twice is giving it once.
pub async fn put_member(
    tx: &mut Tx,
    centre: CentreId,
    person: PersonId,
    role: Role,
    at: Timestamp,
) -> Result<(), DbError> {
    exec!(
        tx,
        "INSERT INTO member (centre_id, person_id, role, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (centre_id, person_id, role) DO NOTHING",
        centre,
        person,
        role.as_str(),
        at,
    )?;
    Ok(())
}

/// The members of a centre, those who came first before the others.
pub async fn list_members(tx: &mut Tx, centre: CentreId) -> Result<Vec<MemberRow>, DbError> {
    fetch!(
        tx,
        fetch_all,
        MemberRow,
        "SELECT centre_id, person_id, role FROM member
          WHERE centre_id = $1 ORDER BY created_at, person_id, role",
        centre,
    )
}

/// What a person is in one centre.
pub async fn list_roles(
    tx: &mut Tx,
    centre: CentreId,
    person: PersonId,
) -> Result<Vec<Role>, DbError> {
    let rows = fetch!(
        tx,
        fetch_all,
        MemberRow,
        "SELECT centre_id, person_id, role FROM member
          WHERE centre_id = $1 AND person_id = $2 ORDER BY role",
        centre,
        person,
    )?;
    Ok(rows.into_iter().map(|row| row.role).collect())
}

/// What a person is, and where.
pub async fn list_memberships(tx: &mut Tx, person: PersonId) -> Result<Vec<MemberRow>, DbError> {
    fetch!(
        tx,
        fetch_all,
        MemberRow,
        "SELECT centre_id, person_id, role FROM member
          WHERE person_id = $1 ORDER BY created_at, centre_id, role",
        person,
    )
}

/// Adds an invitation; of its code only the hash.
pub async fn add_invitation(
    tx: &mut Tx,
    invitation: &Invitation,
    code_hash: &[u8],
    at: Timestamp,
) -> Result<(), DbError> {
    exec!(
        tx,
        "INSERT INTO invitation (id, code_hash, email, role, centre_id, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        invitation.id,
        code_hash,
        &invitation.email,
        invitation.role.as_str(),
        invitation.centre,
        at,
        invitation.expires_at,
    )?;
    Ok(())
}

/// The invitation with this code.
pub async fn find_invitation(tx: &mut Tx, code_hash: &[u8]) -> Result<Option<Invitation>, DbError> {
    fetch!(
        tx,
        fetch_optional,
        Invitation,
        "SELECT id, email, role, centre_id, expires_at, accepted_at, settled_at, person_id,
                display_name
           FROM invitation WHERE code_hash = $1",
        code_hash,
    )
}

/// The invitation with this code, held until the commit.
pub async fn lock_invitation(tx: &mut Tx, code_hash: &[u8]) -> Result<Option<Invitation>, DbError> {
    fetch!(
        tx,
        fetch_optional,
        Invitation,
        "UPDATE invitation SET email = email WHERE code_hash = $1
         RETURNING id, email, role, centre_id, expires_at, accepted_at, settled_at, person_id,
                   display_name",
        code_hash,
    )
}

/// An invitation, held until the commit.
pub async fn lock_invitation_by_id(
    tx: &mut Tx,
    id: InvitationId,
) -> Result<Option<Invitation>, DbError> {
    fetch!(
        tx,
        fetch_optional,
        Invitation,
        "UPDATE invitation SET email = email WHERE id = $1
         RETURNING id, email, role, centre_id, expires_at, accepted_at, settled_at, person_id,
                   display_name",
        id,
    )
}

/// The hash of the password that a newcomer chose.
pub async fn find_password(tx: &mut Tx, id: InvitationId) -> Result<Option<String>, DbError> {
    let found: Option<(String,)> = fetch!(
        tx,
        fetch_optional,
        (String,),
        "SELECT password_hash FROM invitation WHERE id = $1 AND password_hash <> ''",
        id,
    )?;
    Ok(found.map(|(hash,)| hash))
}

/// Notes what a newcomer who accepts is called, and the hash of the password.
pub async fn put_application(
    tx: &mut Tx,
    id: InvitationId,
    display_name: &str,
    password_hash: &str,
    at: Timestamp,
) -> Result<(), DbError> {
    exec!(
        tx,
        "UPDATE invitation SET accepted_at = $2, display_name = $3, password_hash = $4
          WHERE id = $1",
        id,
        at,
        display_name,
        password_hash,
    )?;
    Ok(())
}

/// Notes that an invitation is settled, by whom where somebody was asked; what a newcomer left goes.
pub async fn put_settled(
    tx: &mut Tx,
    id: InvitationId,
    by: Option<PersonId>,
    at: Timestamp,
) -> Result<(), DbError> {
    exec!(
        tx,
        "UPDATE invitation
            SET settled_at = $2, settled_by = $3, display_name = '', password_hash = ''
          WHERE id = $1",
        id,
        at,
        by,
    )?;
    Ok(())
}

/// Forgets what newcomers left who accepted before `at` and were never answered. Returns how many.
pub async fn remove_applications_before(tx: &mut Tx, at: Timestamp) -> Result<u64, DbError> {
    exec!(
        tx,
        "UPDATE invitation SET settled_at = $1, display_name = '', password_hash = ''
          WHERE settled_at IS NULL AND accepted_at < $1",
        at,
    )
}

/// Notes who accepted an invitation.
pub async fn put_accepted(
    tx: &mut Tx,
    id: InvitationId,
    person: PersonId,
    at: Timestamp,
) -> Result<(), DbError> {
    exec!(
        tx,
        "UPDATE invitation SET accepted_at = $2, person_id = $3 WHERE id = $1",
        id,
        at,
        person,
    )?;
    Ok(())
}

/// The invitations that are not settled: those to a centre, or those to the platform. One that was
/// accepted is there when that was after `accepted_since`, one that was not while it holds.
pub async fn list_invitations(
    tx: &mut Tx,
    centre: Option<CentreId>,
    now: Timestamp,
    accepted_since: Timestamp,
) -> Result<Vec<Invitation>, DbError> {
    fetch!(
        tx,
        fetch_all,
        Invitation,
        "SELECT id, email, role, centre_id, expires_at, accepted_at, settled_at, person_id,
                display_name
           FROM invitation
          WHERE (centre_id = $1 OR (centre_id IS NULL AND $1 IS NULL)) AND settled_at IS NULL
            AND (accepted_at > $3 OR (accepted_at IS NULL AND expires_at > $2))
          ORDER BY created_at, id",
        centre,
        now,
        accepted_since,
    )
}
