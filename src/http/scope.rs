//! The one place where a request is let through: what the line of its route asks for is looked up, and
//! what was found is an argument of the handler, which cannot be called without it. Whatever a person
//! holds no role in does not exist for them.

use std::str::FromStr;

use axum::{
    Extension,
    extract::{FromRequestParts, RawPathParams, Request, State},
    http::{Extensions, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{
    asking::Asking,
    problem::Problem,
    rights::{Line, Scope},
};
use crate::{
    app::App,
    base::{CaseId, CentreId, CertificateId, PanelId, PersonId, SessionId},
    centre::{self, CentreScope},
    certificate,
    jury::{self, PanelAccess},
    people::{self, Rights, Role},
    session::{self, Access},
};

/// Somebody who runs the platform.
#[derive(Debug, Clone)]
pub struct Admin(pub Rights);

/// Somebody who may do what the route does in its centre.
#[derive(Debug, Clone)]
pub struct Manager {
    /// The centre, and as what.
    pub scope: CentreScope,
}

/// Somebody who may do what the route does in its session.
#[derive(Debug, Clone)]
pub struct Staff {
    /// The session, and as what.
    pub access: Access,
}

impl Staff {
    /// The session.
    pub fn session(&self) -> SessionId {
        self.access.session().id
    }

    /// Who it is.
    pub fn person(&self) -> PersonId {
        self.access.person()
    }
}

/// Somebody who may do what the route does before its panel.
#[derive(Debug, Clone)]
pub struct Jury {
    /// The panel, and as what.
    pub access: PanelAccess,
}

/// Lets a request through when the one who asks holds one of the roles of its line where the line
/// wants it held.
pub async fn admit(
    State(app): State<App>,
    Extension(line): Extension<&'static Line>,
    Extension(asking): Extension<Asking>,
    path: RawPathParams,
    mut request: Request,
    next: Next,
) -> Response {
    match admitted(&app, line, &asking, &path, request.extensions_mut()).await {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

/// Looks for the right and puts what was found where the extractors find it.
async fn admitted(
    app: &App,
    line: &Line,
    asking: &Asking,
    path: &RawPathParams,
    found: &mut Extensions,
) -> Result<(), Problem> {
    match line.scope {
        Scope::Open | Scope::Seat | Scope::Ticket | Scope::Account => {}
        Scope::Platform => {
            let rights = asking.rights()?;
            let role = people::admits(line.roles, &rights.roles);
            if role.map_err(|_| Problem::forbidden())? == Role::Admin {
                found.insert(Admin(rights.clone()));
            }
        }
        Scope::Anywhere => {
            let rights = asking.rights()?;
            let mut held = centre::roles(app, rights.person).await?;
            held.extend(&rights.roles);
            people::admits(line.roles, &held).map_err(|_| Problem::forbidden())?;
        }
        Scope::Centre => {
            let centre: CentreId = id(path, "centre")?;
            let scope = centre::scope(app, asking.rights()?, centre, line.roles).await?;
            found.insert(Manager { scope });
        }
        Scope::Session => {
            let session: SessionId = id(path, "session")?;
            let access = session::access(app, asking.rights()?, session, line.roles).await?;
            found.insert(Staff { access });
        }
        Scope::Certificate => {
            let certificate: CertificateId = id(path, "certificate")?;
            let session = certificate::find(app, certificate).await?.session;
            let access = session::access(app, asking.rights()?, session, line.roles).await;
            let access = access.map_err(|error| match error {
                session::Error::NotFound => Problem::not_found("certificate"),
                other => other.into(),
            });
            found.insert(Staff { access: access? });
        }
        Scope::Panel => {
            let panel: PanelId = id(path, "panel")?;
            let access = jury::access(app, asking.rights()?, panel, line.roles).await?;
            found.insert(Jury { access });
        }
        Scope::Case => {
            let case: CaseId = id(path, "case")?;
            let access = jury::access_to_case(app, asking.rights()?, case, line.roles).await?;
            found.insert(Jury { access });
        }
    }
    Ok(())
}

/// The parameter `name` of the path; what cannot be read as an id is the id of nothing.
fn id<T: FromStr>(path: &RawPathParams, name: &str) -> Result<T, Problem> {
    let value = path.iter().find(|(key, _)| *key == name).and_then(|(_, value)| value.parse().ok());
    // of a panel no more is told than of its cases
    value.ok_or_else(|| Problem::not_found(if name == "panel" { "case" } else { name }))
}

/// What [`admit`] found. A handler that asks for what its line does not look up is never called.
fn found<T: Clone + Send + Sync + 'static>(parts: &Parts) -> Result<T, Problem> {
    parts.extensions.get::<T>().cloned().ok_or_else(Problem::forbidden)
}

impl<S: Send + Sync> FromRequestParts<S> for Admin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        found(parts)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Manager {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        found(parts)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Staff {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        found(parts)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Jury {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        found(parts)
    }
}
