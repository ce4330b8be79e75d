//! Invitations: a one-use code that gives a role once whoever invites has said that it reached the right
//! person.
//!
//! Nobody proves to the server that an e-mail address is theirs: the code may have come to somebody else,
//! and an account may have been made with an address that is not its owner's. So an invitation is accepted
//! first and settled then. A newcomer leaves a name and a password, and the account is made when the
//! invitation is settled; whoever has an account signs in, by the sign-in's own door, and accepts. Neither way
//! tells whether the address has an account.

use sha2::{Digest, Sha256};

use super::{CentreScope, Error, Invitation, Refusal, is_member, roles_in, rules, store};
use crate::{
    app::{Address, App, Asker, limits::INVITATION_ADDRESS},
    base::{CentreId, InvitationId, PersonId, Timestamp},
    db::Tx,
    people::{self, Person, Rights, Role},
};

/// An invitation with its link, which is told once.
#[derive(Debug, Clone)]
pub struct Issued {
    /// The invitation.
    pub invitation: Invitation,
    /// The page at which it is accepted; holds the code.
    pub link: String,
}

/// What an invited person sees of an invitation.
#[derive(Debug, Clone)]
pub struct View {
    /// The invitation.
    pub invitation: Invitation,
    /// Name of the centre; absent for a role on the platform.
    pub centre_name: Option<String>,
}

/// What became of an invitation that was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    /// The role is there.
    Given,
    /// Whoever invites is asked whether it is the right person.
    ToBeConfirmed,
}

/// Invites to a role in a centre.
pub async fn invite(
    app: &App,
    scope: &CentreScope,
    email: &str,
    role: Role,
) -> Result<Issued, Error> {
    rules::check_role(role, true)?;
    issue_alone(app, Some(scope.centre()), email, role).await
}

/// Invites to a role on the platform; the caller runs it.
pub async fn invite_to_platform(app: &App, email: &str, role: Role) -> Result<Issued, Error> {
    rules::check_role(role, false)?;
    issue_alone(app, None, email, role).await
}

async fn issue_alone(
    app: &App,
    centre: Option<CentreId>,
    email: &str,
    role: Role,
) -> Result<Issued, Error> {
    let now = app.clock.now();
    let email = people::check_email(email)?;
    let mut tx = app.db.begin().await?;
    let issued = issue(app, &mut tx, centre, email, role, now).await?;
    tx.commit().await?;
    Ok(issued)
}

/// Draws the code and stores the invitation in the caller's transaction.
pub(super) async fn issue(
    app: &App,
    tx: &mut Tx,
    centre: Option<CentreId>,
    email: String,
    role: Role,
    now: Timestamp,
) -> Result<Issued, Error> {
    store::remove_applications_before(tx, now - rules::APPLICATION_HOLDS).await?;
    let code = hex::encode(app.chance.bytes::<16>());
    let invitation = Invitation {
        id: app.chance.id(now),
        email,
        role,
        centre,
        expires_at: now + rules::INVITATION_HOLDS,
        accepted_at: None,
        settled_at: None,
        person: None,
        display_name: String::new(),
    };
    store::add_invitation(tx, &invitation, &hash(&code), now).await?;
    Ok(Issued { invitation, link: format!("{}/invitation/{code}", app.config.public_url) })
}

fn hash(code: &str) -> Vec<u8> {
    Sha256::digest(code).to_vec()
}

/// Shows an invitation. Unknown, expired and used ones get the same answer, and are counted.
pub async fn look_at(app: &App, code: &str, address: Address) -> Result<View, Error> {
    let now = app.clock.now();
    app.limits.look(&INVITATION_ADDRESS, address, now)?;
    let mut tx = app.db.read().await?;
    let found = store::find_invitation(&mut tx, &hash(code)).await?;
    let Some(invitation) = found.filter(|found| rules::holds(found, now)) else {
        app.limits.count(&INVITATION_ADDRESS, address, now)?;
        return Err(Error::NoInvitation);
    };
    let centre_name = match invitation.centre {
        Some(id) => store::find_centre(&mut tx, id).await?.map(|centre| centre.name),
        None => None,
    };
    Ok(View { invitation, centre_name })
}

/// Accepts an invitation as somebody who is new: the name and the password are kept until it is settled.
/// Whether the address has an account makes no difference here.
pub async fn accept_as_newcomer(
    app: &App,
    code: &str,
    address: Address,
    display_name: &str,
    password: &str,
) -> Result<Accepted, Error> {
    let now = app.clock.now();
    let view = look_at(app, code, address).await?;
    let display_name = people::check_name(display_name)?;
    people::check_password(password)?;
    // Hashing is slow: it happens before the transaction, which looks again.
    let asker = Asker::Invited(view.invitation.id.to_string());
    let password_hash = people::hash_password(app, &asker, password).await?;
    let mut tx = app.db.begin().await?;
    let invitation = lock(&mut tx, code, now).await?;
    store::put_application(&mut tx, invitation.id, &display_name, &password_hash, now).await?;
    tx.commit().await?;
    Ok(Accepted::ToBeConfirmed)
}

/// Accepts an invitation as the person who is signed in. The role is there at once for somebody whose
/// address an administrator has confirmed, and for a member of the very centre.
pub async fn accept(
    app: &App,
    code: &str,
    address: Address,
    rights: &Rights,
) -> Result<Accepted, Error> {
    let now = app.clock.now();
    look_at(app, code, address).await?;
    let mut tx = app.db.begin().await?;
    let invitation = lock(&mut tx, code, now).await?;
    if invitation.email != rights.email {
        return Err(Refusal::NotYours.into());
    }
    let person = rights.person;
    store::put_accepted(&mut tx, invitation.id, person, now).await?;
    let known = match invitation.centre {
        Some(centre) => is_member(&mut tx, centre, person).await?,
        None => false,
    };
    let accepted = if known || people::is_confirmed(&mut tx, person).await? {
        give_role(&mut tx, &invitation, person, now).await?;
        store::put_settled(&mut tx, invitation.id, None, now).await?;
        Accepted::Given
    } else {
        Accepted::ToBeConfirmed
    };
    tx.commit().await?;
    Ok(accepted)
}

async fn lock(tx: &mut Tx, code: &str, now: Timestamp) -> Result<Invitation, Error> {
    let invitation = store::lock_invitation(tx, &hash(code)).await?;
    invitation.filter(|found| rules::holds(found, now)).ok_or(Error::NoInvitation)
}

/// Confirms that an invitation has reached the right person, who is called `display_name`: gives the role, and
/// makes the account of a newcomer. What an administrator confirms is not asked again.
pub async fn confirm(
    app: &App,
    rights: &Rights,
    id: InvitationId,
    display_name: &str,
) -> Result<(), Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let invitation = lock_to_settle(&mut tx, rights, id, now).await?;
    let found = match invitation.person {
        Some(person) => people::find_person(&mut tx, person).await?,
        None => None,
    };
    let name = found.as_ref().map_or(&invitation.display_name, |person| &person.display_name);
    if name != display_name {
        return Err(Refusal::AccountChanged.into());
    }
    let person = match found {
        Some(person) => person.id,
        None => add_newcomer(app, &mut tx, &invitation, now).await?,
    };
    give_role(&mut tx, &invitation, person, now).await?;
    if rights.roles.contains(&Role::Admin) {
        people::put_confirmed(&mut tx, person, now).await?;
    }
    store::put_settled(&mut tx, id, Some(rights.person), now).await?;
    tx.commit().await?;
    Ok(())
}

/// Says that whoever accepted an invitation is not the right person: nothing is given, nothing is kept.
pub async fn refuse(app: &App, rights: &Rights, id: InvitationId) -> Result<(), Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    lock_to_settle(&mut tx, rights, id, now).await?;
    store::put_settled(&mut tx, id, Some(rights.person), now).await?;
    tx.commit().await?;
    Ok(())
}

/// An invitation that waits for the word of this very person; for everybody else there is none.
async fn lock_to_settle(
    tx: &mut Tx,
    rights: &Rights,
    id: InvitationId,
    now: Timestamp,
) -> Result<Invitation, Error> {
    let found = store::lock_invitation_by_id(tx, id).await?.ok_or(Error::NoInvitation)?;
    let roles = match found.centre {
        Some(centre) => roles_in(tx, rights, centre).await?,
        None => rights.roles.clone(),
    };
    if !roles.iter().any(|role| [Role::Manager, Role::Admin].contains(role)) {
        return Err(Error::NoInvitation);
    }
    if rules::waits(&found, now) { Ok(found) } else { Err(Refusal::NothingToConfirm.into()) }
}

/// Makes the account of a newcomer. An account that the address has already is somebody's: it gets no
/// role from what a newcomer typed.
async fn add_newcomer(
    app: &App,
    tx: &mut Tx,
    invitation: &Invitation,
    now: Timestamp,
) -> Result<PersonId, Error> {
    let email = invitation.email.clone();
    if people::find_by_email(tx, &email).await?.is_some() {
        return Err(Refusal::HasAccount.into());
    }
    let password_hash =
        store::find_password(tx, invitation.id).await?.ok_or(Error::NoInvitation)?;
    let display_name = invitation.display_name.clone();
    let person = Person { id: app.chance.id(now), email, display_name, password_hash };
    people::add_person(tx, &person, now).await?;
    Ok(person.id)
}

async fn give_role(
    tx: &mut Tx,
    invitation: &Invitation,
    person: PersonId,
    now: Timestamp,
) -> Result<(), Error> {
    match invitation.centre {
        Some(centre) => store::put_member(tx, centre, person, invitation.role, now).await?,
        None => people::put_role(tx, person, invitation.role, now).await?,
    }
    Ok(())
}
