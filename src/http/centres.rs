//! Centres, their members, invitations.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{AppendHeaders, IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    asking::{PERSON_COOKIE, cookie},
    body::{Json, Path, Query},
    paging::Paging,
    people::{Me, centre_role},
    problem::Problem,
    scope::{Admin, Manager},
};
use crate::{
    app::App,
    base::{CentreId, InvitationId, PersonId},
    centre::{self, Centre, CentreKind, Invitation, Issued, Member, NewCentre},
    people::{self, Role},
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_centres, create_centre))
        .routes(routes!(centre_detail))
        .routes(routes!(invite_to_centre))
        .routes(routes!(invite_to_platform))
        .routes(routes!(look_at_invitation))
        .routes(routes!(accept_invitation))
        .routes(routes!(list_people))
}

/// A centre to create.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CentreBody {
    name: String,
    kind: CentreKind,
    /// E.g. `Europe/Paris`.
    time_zone: String,
    external_id: String,
    manager_email: String,
}

/// A centre.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Centre)]
pub struct CentreView {
    id: CentreId,
    name: String,
    kind: CentreKind,
    time_zone: String,
    external_id: String,
    created_at: DateTime<Utc>,
}

impl From<Centre> for CentreView {
    fn from(centre: Centre) -> Self {
        let Centre { id, name, kind, time_zone, external_id, created_at } = centre;
        Self { id, name, kind, time_zone, external_id, created_at }
    }
}

/// A centre and the invitation of its manager.
#[derive(Debug, Serialize, ToSchema)]
pub struct CentreCreated {
    centre: CentreView,
    invitation: InvitationIssued,
}

/// A centre with its members.
#[derive(Debug, Serialize, ToSchema)]
pub struct CentreDetail {
    #[serde(flatten)]
    centre: CentreView,
    members: Vec<MemberBody>,
    invitations: Vec<PendingInvitation>,
}

/// A person with a role in a centre.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Member)]
pub struct MemberBody {
    person_id: PersonId,
    display_name: String,
    email: String,
    #[schema(schema_with = centre_role)]
    role: Role,
}

impl From<Member> for MemberBody {
    fn from(member: Member) -> Self {
        let Member { person, display_name, email, role } = member;
        Self { person_id: person, display_name, email, role }
    }
}

/// An invitation that nobody has accepted yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct PendingInvitation {
    id: InvitationId,
    email: String,
    role: Role,
    expires_at: DateTime<Utc>,
}

impl From<Invitation> for PendingInvitation {
    fn from(invitation: Invitation) -> Self {
        let Invitation { id, email, role, expires_at, .. } = invitation;
        Self { id, email, role, expires_at }
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
    has_account: bool,
}

/// With `has_account` the password must be that of the account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptBody {
    display_name: String,
    password: String,
}

/// A person with an account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Person)]
pub struct PersonBody {
    id: PersonId,
    display_name: String,
    email: String,
}

impl From<people::Person> for PersonBody {
    fn from(person: people::Person) -> Self {
        let people::Person { id, display_name, email, .. } = person;
        Self { id, display_name, email }
    }
}

/// Whose role.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RoleQuery {
    role: Role,
}

/// All centres
#[utoipa::path(get, path = "/api/v1/centres",
    params(("limit" = Option<u16>, Query), ("after" = Option<CentreId>, Query)),
    responses((status = 200, body = [CentreView], headers(("Link" = Option<String>)))))]
async fn list_centres(
    State(app): State<App>,
    _: Admin,
    paging: Paging<CentreId>,
) -> Result<Response, Problem> {
    let centres = centre::list(&app, paging.page).await?;
    Ok(paging.answer(centres.map(CentreView::from), |one| one.id))
}

/// Create a centre and invite its manager
#[utoipa::path(post, path = "/api/v1/centres", request_body = CentreBody, responses(
    (status = 201, body = CentreCreated),
    (status = 422, description = "unknown_time_zone, bad_centre_name, bad_external_id, \
        not_an_email")))]
async fn create_centre(
    State(app): State<App>,
    _: Admin,
    Json(body): Json<CentreBody>,
) -> Result<(StatusCode, Json<CentreCreated>), Problem> {
    let CentreBody { name, kind, time_zone, external_id, manager_email } = body;
    let new = NewCentre { name, kind, time_zone, external_id, manager_email };
    let (centre, issued) = centre::create(&app, &new).await?;
    let created = CentreCreated { centre: centre.into(), invitation: issued.into() };
    Ok((StatusCode::CREATED, Json(created)))
}

/// A centre with its members and open invitations
#[utoipa::path(get, path = "/api/v1/centres/{centre}", params(("centre" = String, Path)),
    responses((status = 200, body = CentreDetail), (status = 404, description = "no_such_centre")))]
async fn centre_detail(
    State(app): State<App>,
    manager: Manager,
) -> Result<Json<CentreDetail>, Problem> {
    let (centre, members, invitations) = centre::detail(&app, &manager.scope).await?;
    Ok(Json(CentreDetail {
        centre: centre.into(),
        members: members.into_iter().map(MemberBody::from).collect(),
        invitations: invitations.into_iter().map(PendingInvitation::from).collect(),
    }))
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

/// What an invitation offers
#[utoipa::path(get, path = "/api/v1/invitations/{code}", params(("code" = String, Path)),
    responses((status = 200, body = InvitationView),
        (status = 404, description = "no_such_invitation: unknown, expired and used alike")))]
async fn look_at_invitation(
    State(app): State<App>,
    Path(code): Path<String>,
) -> Result<Json<InvitationView>, Problem> {
    let view = centre::look_at(&app, &code).await?;
    let Invitation { email, role, expires_at, .. } = view.invitation;
    let centre::View { centre_name, has_account, .. } = view;
    Ok(Json(InvitationView { email, role, centre_name, expires_at, has_account }))
}

/// Accept an invitation, and be signed in
///
/// The answer sets the cookie `__Host-jurat`.
#[utoipa::path(post, path = "/api/v1/invitations/{code}/accept",
    params(("code" = String, Path)), request_body = AcceptBody, responses(
    (status = 200, body = Me), (status = 401, description = "bad_credentials"),
    (status = 404, description = "no_such_invitation"),
    (status = 409, description = "account_changed"),
    (status = 422, description = "bad_name, bad_password"),
    (status = 429, description = "too_many_attempts"), (status = 503, description = "busy")))]
async fn accept_invitation(
    State(app): State<App>,
    Path(code): Path<String>,
    Json(body): Json<AcceptBody>,
) -> Result<impl IntoResponse, Problem> {
    let accepted = centre::accept(&app, &code, &body.display_name, &body.password).await;
    let (token, rights) = accepted?;
    let me = Me::load(&app, rights).await?;
    Ok((AppendHeaders([(header::SET_COOKIE, cookie(PERSON_COOKIE, &token))]), Json(me)))
}

/// Those who hold a role on the platform
#[utoipa::path(get, path = "/api/v1/people", params(("role" = Role, Query)),
    responses((status = 200, body = [PersonBody])))]
async fn list_people(
    State(app): State<App>,
    _: Admin,
    Query(query): Query<RoleQuery>,
) -> Result<Json<Vec<PersonBody>>, Problem> {
    let people = people::holders(&app, query.role).await?;
    Ok(Json(people.into_iter().map(PersonBody::from).collect()))
}
