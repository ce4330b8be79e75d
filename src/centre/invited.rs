//! What an invitation is, and who has accepted one.

use super::{Error, rules, store, stored_role};
use crate::{
    app::App,
    base::{CentreId, InvitationId, PersonId, Timestamp},
    db::{DbError, Tx},
    people::{self, Person, Role},
};

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

/// An invitation that is not settled, as whoever invites sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenInvitation {
    /// The invitation.
    pub invitation: Invitation,
    /// Who has accepted it.
    pub accepted_by: Option<AcceptedBy>,
}

/// Who has accepted an invitation and waits for the word of whoever invites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedBy {
    /// What the person is called.
    pub display_name: String,
    /// Whether there is an account of this address.
    pub has_account: bool,
    /// Whether the person said to be new here; then an account would be made, if there is none.
    pub is_new: bool,
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
            role: stored_role(row.try_get("role")?)?,
            centre: row.try_get("centre_id")?,
            expires_at: row.try_get("expires_at")?,
            accepted_at: row.try_get("accepted_at")?,
            settled_at: row.try_get("settled_at")?,
            person: row.try_get("person_id")?,
            display_name: row.try_get("display_name")?,
        })
    }
}

/// The invitations to the platform that are not settled; the caller runs it.
pub async fn invitations_to_platform(app: &App) -> Result<Vec<OpenInvitation>, Error> {
    let now = app.clock.now();
    Ok(list_open(&mut app.db.read().await?, None, now).await?)
}

/// The invitations of a centre, or those to the platform, that are not settled.
pub(super) async fn list_open(
    tx: &mut Tx,
    centre: Option<CentreId>,
    now: Timestamp,
) -> Result<Vec<OpenInvitation>, DbError> {
    let since = now - rules::APPLICATION_HOLDS;
    let open = store::list_invitations(tx, centre, now, since).await?;
    let accepted = open.iter().filter(|invitation| invitation.accepted_at.is_some());
    let emails: Vec<_> = accepted.map(|invitation| invitation.email.clone()).collect();
    let accounts = people::list_by_email(tx, emails).await?;
    let told = |invitation: Invitation| {
        let account = accounts.iter().find(|account| account.email == invitation.email);
        let accepted_by = accepted_by(&invitation, account);
        OpenInvitation { invitation, accepted_by }
    };
    Ok(open.into_iter().map(told).collect())
}

fn accepted_by(invitation: &Invitation, account: Option<&Person>) -> Option<AcceptedBy> {
    invitation.accepted_at?;
    let (has_account, is_new) = (account.is_some(), invitation.person.is_none());
    let display_name = match account.filter(|_| !is_new) {
        Some(person) => person.display_name.clone(),
        None => invitation.display_name.clone(),
    };
    Some(AcceptedBy { display_name, has_account, is_new })
}
