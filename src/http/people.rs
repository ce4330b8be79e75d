//! Signing in and out.

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::{ToSchema, openapi::schema::Object};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    asking::{Asking, DEVICE_COOKIE, PERSON_COOKIE, cookie, device_cookie, left, token},
    body::{ClientAddress, Json},
    marks,
    noted::Happened,
    problem::Problem,
    words,
};
use crate::{
    app::App,
    base::{CentreId, PersonId},
    centre::{self, Membership},
    people::{self, Browser, Page, Rights, Role},
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(sign_in)).routes(routes!(sign_out)).routes(routes!(me))
}

/// What a person signs in with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInBody {
    email: String,
    password: String,
}

/// The person signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    id: PersonId,
    email: String,
    display_name: String,
    roles: Vec<Role>,
    memberships: Vec<MembershipBody>,
}

/// A role in a centre.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Membership)]
pub struct MembershipBody {
    centre_id: CentreId,
    centre_name: String,
    #[schema(schema_with = centre_role)]
    role: Role,
}

/// The roles that one can have in a centre.
pub fn centre_role() -> Object {
    words::one_of([Role::Manager, Role::Invigilator])
}

impl Me {
    /// The person with the memberships in centres.
    pub async fn load(app: &App, rights: Rights) -> Result<Self, Problem> {
        let memberships = centre::memberships(app, rights.person).await?;
        let body = |membership: Membership| MembershipBody {
            centre_id: membership.centre.id,
            centre_name: membership.centre.name,
            role: membership.role,
        };
        Ok(Self {
            id: rights.person,
            email: rights.email,
            display_name: rights.display_name,
            roles: rights.roles,
            memberships: memberships.into_iter().map(body).collect(),
        })
    }
}

/// Sign in
///
/// The answer sets the cookies `__Host-jurat` and `__Host-jurat-device`. The sign-in that the browser had
/// until now ends.
#[utoipa::path(post, path = "/api/v1/sign-in", request_body = SignInBody, responses(
    (status = 200, body = Me), (status = 401, description = "bad_credentials"),
    (status = 429, description = "too_many_attempts"), (status = 503, description = "busy")))]
async fn sign_in(
    State(app): State<App>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    Json(body): Json<SignInBody>,
) -> Result<impl IntoResponse, Problem> {
    let former = token(&headers, PERSON_COOKIE);
    let stranger = marks::stranger(&app, Page::SignIn, &headers, address).await?;
    let browser = Browser { stranger, device: token(&headers, DEVICE_COOKIE), former };
    let signed_in = people::sign_in(&app, &body.email, &body.password, &browser).await?;
    let happened = Happened { event: "signed_in", person: Some(signed_in.rights.person) };
    let me = Me::load(&app, signed_in.rights).await?;
    let cookies = [cookie(PERSON_COOKIE, &signed_in.token), device_cookie(&signed_in.device)];
    let cookies = AppendHeaders(cookies.map(|line| (header::SET_COOKIE, line)));
    Ok((Extension(happened), cookies, Json(me)))
}

/// Sign out of an account
///
/// A seat in the same browser goes on.
#[utoipa::path(post, path = "/api/v1/sign-out", responses((status = 204)))]
async fn sign_out(
    State(app): State<App>,
    Extension(asking): Extension<Asking>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    if let Some(token) = token(&headers, PERSON_COOKIE) {
        people::sign_out(&app, &token).await?;
    }
    let person = asking.person.as_ref().map(|rights| rights.person);
    let happened = Happened { event: "signed_out", person };
    Ok((Extension(happened), left(PERSON_COOKIE, asking.seat.is_some())))
}

/// Who am I; nobody, before the sign-in
///
/// Then the answer marks the device with the cookie `__Host-jurat-guest`, so that wrong sign-ins cost
/// this device alone.
#[utoipa::path(get, path = "/api/v1/me", responses((status = 200, body = Me),
    (status = 204, description = "nobody is signed in")))]
async fn me(
    State(app): State<App>,
    Extension(asking): Extension<Asking>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Some(rights) = asking.person else {
        let mark = marks::give(&app, Page::SignIn, &headers, address).await?;
        return Ok((StatusCode::NO_CONTENT, AppendHeaders(mark)).into_response());
    };
    Ok(Json(Me::load(&app, rights).await?).into_response())
}
