//! Centres and their members.

use axum::{extract::State, http::StatusCode, response::Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    body::{Json, Query},
    invitations::{InvitationIssued, PendingInvitation},
    paging::Paging,
    people::centre_role,
    problem::Problem,
    scope::{Admin, Manager},
};
use crate::{
    app::App,
    base::{CentreId, PersonId},
    centre::{self, Centre, CentreKind, Member, NewCentre},
    people::{self, Role},
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_centres, create_centre))
        .routes(routes!(centre_detail))
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
