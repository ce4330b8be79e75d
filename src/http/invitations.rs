//! Invitations: made, accepted, confirmed.

use axum::{Extension, extract::State, http::StatusCode, response::IntoResponse};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    asking::{Asking, Person},
    body::{ClientAddress, Json, Path},
    noted::Happened,
    problem::Problem,
    scope::{Admin, Manager},
};
use crate::{
    app::App,
    base::InvitationId,
    centre::{self, Accepted, AcceptedBy, Invitation, Issued, OpenInvitation},
    people::Role,
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(invite_to_centre))
        .routes(routes!(list_invitations, invite_to_platform))
        .routes(routes!(look_at_invitation))
        .routes(routes!(accept_invitation))
        .routes(routes!(confirm_invitation))
        .routes(routes!(refuse_invitation))
}

/// An invitation that is not settled.
#[derive(Debug, Serialize, ToSchema)]
pub struct PendingInvitation {
    id: InvitationId,
    email: String,
    role: Role,
    expires_at: DateTime<Utc>,
    /// Who has accepted, and waits for you to say whether it is the right person.
    accepted_by: Option<AcceptedByBody>,
}

/// Who has accepted an invitation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AcceptedBy)]
pub struct AcceptedByBody {
    accepted_at: Option<DateTime<Utc>>,
    display_name: String,
    /// Whether the person said to be new here.
    is_new: bool,
    /// Whether the address has an account. With `is_new` the invitation cannot be confirmed then.
    has_account: bool,
}

impl From<OpenInvitation> for PendingInvitation {
    fn from(open: OpenInvitation) -> Self {
        let Invitation { id, email, role, expires_at, accepted_at, .. } = open.invitation;
        let body = |AcceptedBy { display_name, is_new, has_account }| AcceptedByBody {
            accepted_at,
            display_name,
            is_new,
            has_account,
        };
        Self { id, email, role, expires_at, accepted_by: open.accepted_by.map(body) }
    }
}

/// Who is to be invited, and as what.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationBody {
    email: String,
    role: Role,
}

/// An invitation with its link, which is told once.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Invitation)]
pub struct InvitationIssued {
    id: InvitationId,
    email: String,
    role: Role,
    /// Told once, here.
    link: String,
    expires_at: DateTime<Utc>,
}

impl From<Issued> for InvitationIssued {
    fn from(issued: Issued) -> Self {
        let Issued { invitation, link } = issued;
        let Invitation { id, email, role, expires_at, .. } = invitation;
        Self { id, email, role, link, expires_at }
    }
}

/// What an invited person sees.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationView {
    email: String,
    role: Role,
    centre_name: Option<String>,
    expires_at: DateTime<Utc>,
}

/// Who accepts: a newcomer, or else the person who is signed in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptBody {
    newcomer: Option<NewcomerBody>,
}

/// Somebody who has no account yet.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Newcomer)]
#[serde(deny_unknown_fields)]
pub struct NewcomerBody {
    display_name: String,
    password: String,
}

/// What became of an invitation that was accepted.
#[derive(Debug, Serialize, ToSchema)]
pub struct AcceptedBody {
    /// Whether the role is there; else whoever invites is asked first.
    given: bool,
}

/// Whom an invitation has reached.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmBody {
    /// As the invitation shows it: what was seen is what is confirmed.
    display_name: String,
}

/// Invite to a role in a centre
///
/// A manager or an invigilator; the link is told once, here.
#[utoipa::path(post, path = "/api/v1/centres/{centre}/invitations",
    params(("centre" = String, Path)), request_body = InvitationBody, responses(
    (status = 201, body = InvitationIssued), (status = 404, description = "no_such_centre"),
    (status = 422, description = "wrong_role, not_an_email")))]
async fn invite_to_centre(
    State(app): State<App>,
    manager: Manager,
    Json(body): Json<InvitationBody>,
) -> Result<(StatusCode, Json<InvitationIssued>), Problem> {
    let issued = centre::invite(&app, &manager.scope, &body.email, body.role).await?;
    Ok((StatusCode::CREATED, Json(issued.into())))
}

/// Invite to a role on the platform
///
/// A juror, an administrator or an auditor; the link is told once, here.
#[utoipa::path(post, path = "/api/v1/invitations", request_body = InvitationBody, responses(
    (status = 201, body = InvitationIssued),
    (status = 422, description = "wrong_role, not_an_email")))]
async fn invite_to_platform(
    State(app): State<App>,
    _: Admin,
    Json(body): Json<InvitationBody>,
) -> Result<(StatusCode, Json<InvitationIssued>), Problem> {
    let issued = centre::invite_to_platform(&app, &body.email, body.role).await?;
    Ok((StatusCode::CREATED, Json(issued.into())))
}

/// The invitations to a role on the platform that are not settled
#[utoipa::path(get, path = "/api/v1/invitations",
    responses((status = 200, body = [PendingInvitation])))]
async fn list_invitations(
    State(app): State<App>,
    _: Admin,
) -> Result<Json<Vec<PendingInvitation>>, Problem> {
    let open = centre::invitations_to_platform(&app).await?;
    Ok(Json(open.into_iter().map(PendingInvitation::from).collect()))
}

/// What an invitation offers
#[utoipa::path(get, path = "/api/v1/invitations/{code}", params(("code" = String, Path)),
    responses((status = 200, body = InvitationView),
        (status = 404, description = "no_such_invitation: unknown, expired and used alike"),
        (status = 429, description = "too_many_attempts")))]
async fn look_at_invitation(
    State(app): State<App>,
    ClientAddress(address): ClientAddress,
    Path(code): Path<String>,
) -> Result<Json<InvitationView>, Problem> {
    let view = centre::look_at(&app, &code, address).await?;
    let Invitation { email, role, expires_at, .. } = view.invitation;
    Ok(Json(InvitationView { email, role, centre_name: view.centre_name, expires_at }))
}

/// Accept an invitation
///
/// As a newcomer with a name and a password, or else as the person who is signed in, whose address must
/// be the invited one. Neither tells whether the address has an account. Whoever invites confirms that it
/// is the right person, unless that was done before.
#[utoipa::path(post, path = "/api/v1/invitations/{code}/accept",
    params(("code" = String, Path)), request_body = AcceptBody, responses(
    (status = 200, body = AcceptedBody),
    (status = 401, description = "not_signed_in: without a newcomer"),
    (status = 404, description = "no_such_invitation"),
    (status = 409, description = "not_your_invitation"),
    (status = 422, description = "bad_name, bad_password"),
    (status = 429, description = "too_many_attempts"), (status = 503, description = "busy")))]
async fn accept_invitation(
    State(app): State<App>,
    Extension(asking): Extension<Asking>,
    ClientAddress(address): ClientAddress,
    Path(code): Path<String>,
    Json(body): Json<AcceptBody>,
) -> Result<impl IntoResponse, Problem> {
    let (accepted, person) = if let Some(newcomer) = body.newcomer {
        let NewcomerBody { display_name, password } = newcomer;
        let accepted = centre::accept_as_newcomer(&app, &code, address, &display_name, &password);
        (accepted.await?, None)
    } else {
        let rights = asking.person.ok_or_else(Problem::not_signed_in)?;
        (centre::accept(&app, &code, address, &rights).await?, Some(rights.person))
    };
    let given = match accepted {
        Accepted::Given => true,
        Accepted::ToBeConfirmed => false,
    };
    let happened = Happened { event: "invitation_accepted", person };
    Ok((Extension(happened), Json(AcceptedBody { given })))
}

/// Confirm that an invitation has reached the right person
///
/// Gives the role; a newcomer has an account then, and signs in. Those who may are the managers of the centre
/// and administrators.
#[utoipa::path(post, path = "/api/v1/invitations/{invitation}/confirm",
    params(("invitation" = String, Path)), request_body = ConfirmBody, responses(
    (status = 204), (status = 404, description = "no_such_invitation"),
    (status = 409, description = "nothing_to_confirm, account_changed, has_account")))]
async fn confirm_invitation(
    State(app): State<App>,
    Person(rights): Person,
    Path(invitation): Path<InvitationId>,
    Json(body): Json<ConfirmBody>,
) -> Result<impl IntoResponse, Problem> {
    centre::confirm(&app, &rights, invitation, &body.display_name).await?;
    let happened = Happened { event: "invitation_confirmed", person: Some(rights.person) };
    Ok((StatusCode::NO_CONTENT, Extension(happened)))
}

/// Say that an invitation has reached the wrong person
///
/// Nothing is given, and nothing of that person is kept.
#[utoipa::path(post, path = "/api/v1/invitations/{invitation}/refuse",
    params(("invitation" = String, Path)), responses(
    (status = 204), (status = 404, description = "no_such_invitation"),
    (status = 409, description = "nothing_to_confirm")))]
async fn refuse_invitation(
    State(app): State<App>,
    Person(rights): Person,
    Path(invitation): Path<InvitationId>,
) -> Result<impl IntoResponse, Problem> {
    centre::refuse(&app, &rights, invitation).await?;
    let happened = Happened { event: "invitation_refused", person: Some(rights.person) };
    Ok((StatusCode::NO_CONTENT, Extension(happened)))
}
