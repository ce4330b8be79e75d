//! Invitations that are not settled, and who has accepted them.

use super::{Error, Invitation, rules, store};
use crate::{
    app::App,
    base::{CentreId, Timestamp},
    db::{DbError, Tx},
    people,
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
    let mut open = Vec::new();
    for invitation in store::list_invitations(tx, centre, now, since).await? {
        let accepted_by = accepted_by(tx, &invitation).await?;
        open.push(OpenInvitation { invitation, accepted_by });
    }
    Ok(open)
}

async fn accepted_by(tx: &mut Tx, invitation: &Invitation) -> Result<Option<AcceptedBy>, DbError> {
    if invitation.accepted_at.is_none() {
        return Ok(None);
    }
    let account = people::find_by_email(tx, &invitation.email).await?;
    let (has_account, is_new) = (account.is_some(), invitation.person.is_none());
    let display_name = match account.filter(|_| !is_new) {
        Some(person) => person.display_name,
        None => invitation.display_name.clone(),
    };
    Ok(Some(AcceptedBy { display_name, has_account, is_new }))
}
