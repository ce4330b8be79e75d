//! SQL of centres, members and invitations.

use super::{Centre, Invitation, MemberRow};
use crate::{
    base::{CentreId, InvitationId, Page, PersonId, Timestamp},
    db::{DbError, Tx},
    exec, fetch,
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
        centre.kind.word(),
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
        role.word(),
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
        invitation.role.word(),
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
        "SELECT id, email, role, centre_id, expires_at, accepted_at
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
         RETURNING id, email, role, centre_id, expires_at, accepted_at",
        code_hash,
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

/// The invitations of a centre that can still be accepted at `now`.
pub async fn list_invitations(
    tx: &mut Tx,
    centre: CentreId,
    now: Timestamp,
) -> Result<Vec<Invitation>, DbError> {
    fetch!(
        tx,
        fetch_all,
        Invitation,
        "SELECT id, email, role, centre_id, expires_at, accepted_at FROM invitation
          WHERE centre_id = $1 AND accepted_at IS NULL AND expires_at > $2
          ORDER BY created_at, id",
        centre,
        now,
    )
}
