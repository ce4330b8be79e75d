//! What holds for every body and every route, written into the description once.

use axum::http::StatusCode;
use utoipa::{
    OpenApi as _,
    openapi::{
        Components, Content, ContentBuilder, KnownFormat, ObjectBuilder, OpenApi, PathItem, Ref,
        RefOr, Response, Schema, SchemaFormat, Type,
        path::{Operation, ParameterIn},
    },
};

use super::{
    live::{LiveMessage, LiveSaid},
    problem::ProblemBody,
    replay, rights,
};
use crate::base::Language;

const JSON: &str = "application/json";

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Jurat",
        description = "Certification sessions, from enrolment to a certificate that anyone can \
            check. Ids are opaque strings; instants are RFC 3339 in UTC; durations are whole \
            seconds (`_s`). Every member of a body is there; what is absent is `null`. Errors are \
            application/problem+json; their codes are listed in docs/API.md. Every request that \
            is not a GET carries `X-Jurat: 1`, and where somebody has to be signed in `X-Jurat-For`: \
            `per_…` or `att_…;epoch=N`, which a GET may carry too; every answer carries `X-Jurat: 1`. \
            A POST may carry an `Idempotency-Key`, under which it is done once."
    ),
    components(schemas(Language, LiveMessage, LiveSaid, ProblemBody))
)]
struct Frame;

/// The frame that the routes are written into.
pub fn frame() -> OpenApi {
    Frame::openapi()
}

/// Completes what the handlers say of themselves.
pub fn complete(described: &mut OpenApi) {
    let schemas = described.components.get_or_insert_with(Components::new).schemas.values_mut();
    schemas.for_each(require_members);
    for (path, item) in &mut described.paths.paths {
        for (method, operation) in operations(item) {
            refusals(method, path, operation);
            contents(operation).for_each(|(media, content)| name_bytes(media, content));
            for (status, response) in &mut operation.responses.responses {
                if let RefOr::T(response) = response {
                    complete_response(status, response);
                }
            }
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let PathItem { get, put, post, delete, .. } = item;
    [("GET", get), ("PUT", put), ("POST", post), ("DELETE", delete)]
        .into_iter()
        .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// Every member of a body is there; what is absent is `null`.
fn require_members(schema: &mut RefOr<Schema>) {
    let RefOr::T(schema) = schema else { return };
    match schema {
        Schema::Object(object) => object.required = object.properties.keys().cloned().collect(),
        Schema::AllOf(all) => all.items.iter_mut().for_each(require_members),
        Schema::OneOf(one) => one.items.iter_mut().for_each(require_members),
        _ => {}
    }
}

/// What is refused before a handler is asked, or by its extractors.
fn refusals(method: &str, path: &str, operation: &mut Operation) {
    let line = rights::TABLE.iter().find(|line| line.path == path && line.method == method);
    let known = line.is_some_and(|line| !line.is_open());
    let by_role = line.is_some_and(|line| !line.roles.is_empty());
    let writes = method != "GET";
    let asks = operation.parameters.iter().flatten().any(|parameter| {
        matches!(parameter, RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query)
    });
    let reads = operation.request_body.is_some();
    let keyed = known && method == "POST" && !replay::TOLD_ONCE.contains(&path);
    for (applies, status, code) in [
        (known, StatusCode::UNAUTHORIZED, "not_signed_in"),
        (by_role, StatusCode::FORBIDDEN, "forbidden"),
        (writes, StatusCode::FORBIDDEN, "cross_site"),
        (writes || known, StatusCode::CONFLICT, "meant_for_another"),
        (writes && known, StatusCode::PRECONDITION_REQUIRED, "addressee_needed"),
        (keyed, StatusCode::CONFLICT, "still_running, in_doubt, key_reused"),
        (reads, StatusCode::REQUEST_TIMEOUT, "too_slow"),
        (path.contains("{session}"), StatusCode::NOT_FOUND, "no_such_session"),
        (path.contains("{centre}"), StatusCode::NOT_FOUND, "no_such_centre"),
        (path.contains("{part}"), StatusCode::NOT_FOUND, "no_such_part, no_such_page"),
        (reads, StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
        (reads, StatusCode::UNPROCESSABLE_ENTITY, "unreadable_body"),
        (asks, StatusCode::UNPROCESSABLE_ENTITY, "unreadable_query"),
        (keyed, StatusCode::UNPROCESSABLE_ENTITY, "bad_idempotency_key"),
        (path.starts_with("/api/v1/"), StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
    ] {
        if applies {
            refuse(operation, status, code);
        }
    }
}

/// Adds a code to those of a status, unless it is told there.
fn refuse(operation: &mut Operation, status: StatusCode, code: &str) {
    let responses = &mut operation.responses.responses;
    let response = responses.entry(status.as_str().to_owned());
    let response = response.or_insert_with(|| RefOr::T(Response::default()));
    let RefOr::T(response) = response else { return };
    if response.description.is_empty() {
        code.clone_into(&mut response.description);
    } else if !response.description.contains(code) {
        response.description = format!("{}, {code}", response.description);
    }
}

fn complete_response(status: &str, response: &mut Response) {
    let status: Option<StatusCode> = status.parse().ok();
    if response.description.is_empty() {
        let reason = status.and_then(|status| status.canonical_reason());
        reason.unwrap_or_default().clone_into(&mut response.description);
    }
    let refused = status.is_some_and(|s| s.is_client_error() || s.is_server_error());
    if refused {
        // Beside what a page for people may say.
        let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        response.content.insert("application/problem+json".to_owned(), RefOr::T(problem));
    }
}

fn contents(operation: &mut Operation) -> impl Iterator<Item = (&String, &mut RefOr<Content>)> {
    let Operation { request_body, responses, .. } = operation;
    let body = request_body.iter_mut().filter_map(|body| match body {
        RefOr::T(body) => Some(body.content.iter_mut()),
        RefOr::Ref(_) => None,
    });
    let answers = responses.responses.values_mut().filter_map(|response| match response {
        RefOr::T(response) => Some(response.content.iter_mut()),
        RefOr::Ref(_) => None,
    });
    body.flatten().chain(answers.flatten())
}

/// A file is bytes, not a list of numbers.
fn name_bytes(media: &str, content: &mut RefOr<Content>) {
    if let RefOr::T(content) = content
        && media != JSON
        && !media.starts_with("text/html")
    {
        let binary = SchemaFormat::KnownFormat(KnownFormat::Binary);
        let bytes = ObjectBuilder::new().schema_type(Type::String).format(Some(binary));
        content.schema = Some(RefOr::T(Schema::Object(bytes.build())));
    }
}
