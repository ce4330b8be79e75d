//! Invitations: a one-use code that gives a role.

use sha2::{Digest, Sha256};

use super::{CentreScope, Error, Invitation, Refusal, rules, store};
use crate::{
    app::{App, Asker, limits::SIGN_IN_ACCOUNT},
    base::{CentreId, PersonId, Timestamp},
    db::Tx,
    people::{self, Holder, Person, Rights, Role, Token, Verdict},
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
    /// Whether the address has an account, so that its password is asked for.
    pub has_account: bool,
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
    let code = hex::encode(app.chance.bytes::<16>());
    let invitation = Invitation {
        id: app.chance.id(now),
        email,
        role,
        centre,
        expires_at: now + rules::INVITATION_HOLDS,
        accepted_at: None,
    };
    store::add_invitation(tx, &invitation, &hash(&code), now).await?;
    Ok(Issued { invitation, link: format!("{}/invitation/{code}", app.config.public_url) })
}

fn hash(code: &str) -> Vec<u8> {
    Sha256::digest(code).to_vec()
}

/// Shows an invitation. Unknown, expired and used ones get the same answer.
pub async fn look_at(app: &App, code: &str) -> Result<View, Error> {
    let now = app.clock.now();
    let mut tx = app.db.read().await?;
    let found = store::find_invitation(&mut tx, &hash(code)).await?;
    let invitation = found.filter(|found| rules::holds(found, now)).ok_or(Error::NoInvitation)?;
    let centre_name = match invitation.centre {
        Some(id) => store::find_centre(&mut tx, id).await?.map(|centre| centre.name),
        None => None,
    };
    let has_account = people::find_by_email(&mut tx, &invitation.email).await?.is_some();
    Ok(View { invitation, centre_name, has_account })
}

/// Accepts an invitation: makes the account, or joins the one there is when the password is its
/// own, and signs the person in.
pub async fn accept(
    app: &App,
    code: &str,
    display_name: &str,
    password: &str,
) -> Result<(Token, Rights), Error> {
    let now = app.clock.now();
    let view = look_at(app, code).await?;
    let email = view.invitation.email;
    app.limits.count(&SIGN_IN_ACCOUNT, &email, now)?;
    let known = people::find_by_email(&mut app.db.read().await?, &email).await?;
    // Hashing is slow: it happens before the transaction, which looks again.
    let asker = Asker::Invited(view.invitation.id.to_string());
    let newcomer = match &known {
        Some(person) => {
            let hash = Some(person.password_hash.clone());
            let verdict = people::compare_password(app, &asker, password, hash).await?;
            if verdict == Verdict::Wrong {
                return Err(Error::BadCredentials);
            }
            None
        }
        None => Some(newcomer(app, &asker, email.clone(), display_name, password, now).await?),
    };
    let mut tx = app.db.begin().await?;
    let invitation = store::lock_invitation(&mut tx, &hash(code)).await?;
    let invitation =
        invitation.filter(|found| rules::holds(found, now)).ok_or(Error::NoInvitation)?;
    let found = people::find_by_email(&mut tx, &email).await?.map(|person| person.id);
    if found != known.map(|person| person.id) {
        return Err(Refusal::AccountChanged.into());
    }
    if let Some(person) = &newcomer {
        people::add_person(&mut tx, person, now).await?;
    }
    let person = found.or(newcomer.map(|person| person.id)).ok_or(Error::NoInvitation)?;
    give_role(&mut tx, &invitation, person, now).await?;
    let token = people::open(app, &mut tx, Holder::Person(person), now).await?;
    tx.commit().await?;
    let rights = people::rights(app, person).await.map_err(from_people)?;
    Ok((token, rights.ok_or(Error::NoInvitation)?))
}

async fn newcomer(
    app: &App,
    asker: &Asker,
    email: String,
    display_name: &str,
    password: &str,
    now: Timestamp,
) -> Result<Person, Error> {
    let display_name = people::check_name(display_name)?;
    people::check_password(password)?;
    let password_hash = people::hash_password(app, asker, password).await?;
    Ok(Person { id: app.chance.id(now), email, display_name, password_hash })
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
    store::put_accepted(tx, invitation.id, person, now).await?;
    Ok(())
}

fn from_people(error: people::Error) -> Error {
    match error {
        people::Error::BadCredentials => Error::BadCredentials,
        people::Error::TooMany(limit) => Error::TooMany(limit),
        people::Error::Busy(busy) => Error::Busy(busy),
        people::Error::Refused(why) => why.into(),
        people::Error::Db(cause) => Error::Db(cause),
    }
}
