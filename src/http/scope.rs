//! The second wall: what a person may see of one centre or one session, read from the path. Whatever
//! the person may not see does not exist.

use axum::{
    extract::{FromRef, FromRequestParts, RawPathParams},
    http::request::Parts,
};

use super::{asking::Person, problem::Problem};
use crate::{
    app::App,
    centre::{self, CentreScope},
    session::plan::{self, Access},
};

/// Somebody who manages the centre `{centre}` of the path, or runs the platform.
#[derive(Debug, Clone)]
pub struct Manager {
    /// The centre, and as what.
    pub scope: CentreScope,
}

/// Somebody who manages or invigilates the session `{session}` of the path, or runs the platform.
#[derive(Debug, Clone)]
pub struct Staff {
    /// The session, and as what.
    pub access: Access,
}

/// The parameter `name` of the path, as an id.
async fn id<T: std::str::FromStr>(parts: &mut Parts, app: &App, name: &str) -> Option<T> {
    let parameters = RawPathParams::from_request_parts(parts, app).await.ok()?;
    parameters.iter().find(|(key, _)| *key == name).and_then(|(_, value)| value.parse().ok())
}

impl<S: Send + Sync> FromRequestParts<S> for Manager
where
    App: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Person(rights) = Person::from_request_parts(parts, state).await?;
        let app = App::from_ref(state);
        let centre = id(parts, &app, "centre").await;
        let centre = centre.ok_or_else(|| Problem::not_found("centre"))?;
        Ok(Self { scope: centre::scope(&app, &rights, centre).await? })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Staff
where
    App: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Person(rights) = Person::from_request_parts(parts, state).await?;
        let app = App::from_ref(state);
        let session = id(parts, &app, "session").await;
        let session = session.ok_or_else(|| Problem::not_found("session"))?;
        let access = plan::access(&app, &rights, session).await?;
        Ok(Self { access })
    }
}
