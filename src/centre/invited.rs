//! Invitations that are not settled, and who has accepted them.

use super::{Error, Invitation, rules, store};
use crate::{
    app::App,
    base::{CentreId, Timestamp},
    db::{DbError, Tx},
    people::{self, Person},
};

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
