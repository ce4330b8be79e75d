//! Members and invitations as they are stored.

use crate::{
    base::{CentreId, InvitationId, PersonId, Timestamp},
    db::DbError,
    people::Role,
};

/// A role of a person in a centre.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemberRow {
    /// Where.
    pub centre: CentreId,
    /// Who.
    pub person: PersonId,
    /// As what.
    pub role: Role,
}

impl<'r, R: sqlx::Row> sqlx::FromRow<'r, R> for MemberRow
where
    &'static str: sqlx::ColumnIndex<R>,
    CentreId: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
    PersonId: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
    String: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
{
    fn from_row(row: &'r R) -> Result<Self, DbError> {
        Ok(Self {
            centre: row.try_get("centre_id")?,
            person: row.try_get("person_id")?,
            role: row.try_get::<String, _>("role")?.parse()?,
        })
    }
}

/// An invitation to take a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// Who is invited, lower case.
    pub email: String,
    /// As what.
    pub role: Role,
    /// Where; absent for a role on the platform.
    pub centre: Option<CentreId>,
    /// From then on it does not hold.
    pub expires_at: Timestamp,
    /// When it was accepted.
    pub accepted_at: Option<Timestamp>,
    /// When the role was given or refused.
    pub settled_at: Option<Timestamp>,
    /// Who accepted while signed in.
    pub person: Option<PersonId>,
    /// What a newcomer who accepted wants to be called, until it is settled; else empty.
    pub display_name: String,
}

impl<'r, R: sqlx::Row> sqlx::FromRow<'r, R> for Invitation
where
    &'static str: sqlx::ColumnIndex<R>,
    InvitationId: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
    CentreId: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
    PersonId: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
    Timestamp: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
    String: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
{
    fn from_row(row: &'r R) -> Result<Self, DbError> {
        Ok(Self {
            id: row.try_get("id")?,
            email: row.try_get("email")?,
            role: row.try_get::<String, _>("role")?.parse()?,
            centre: row.try_get("centre_id")?,
            expires_at: row.try_get("expires_at")?,
            accepted_at: row.try_get("accepted_at")?,
            settled_at: row.try_get("settled_at")?,
            person: row.try_get("person_id")?,
            display_name: row.try_get("display_name")?,
        })
    }
}
