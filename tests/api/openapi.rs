//! The description of the API: stored in the tree, complete, and never stale.

use std::collections::BTreeSet;

use jurat::http::{self, rights};

#[test]
fn the_stored_description_is_the_one_of_the_code() {
    let stored = std::fs::read_to_string("openapi.json").unwrap();
    let made = http::document().to_pretty_json().unwrap();
    assert!(stored.trim_end() == made, "openapi.json is stale: run `make openapi`");
}

#[test]
fn the_table_of_rights_and_the_description_name_the_same_routes() {
    let table: BTreeSet<_> = rights::TABLE
        .iter()
        .filter(|line| line.path.starts_with("/api/"))
        .map(|line| (line.method.to_lowercase(), line.path.to_owned()))
        .collect();
    let described = serde_json::to_value(http::document()).unwrap();
    let mut routes = BTreeSet::new();
    for (path, methods) in described["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys().filter(|_| path.starts_with("/api/")) {
            routes.insert((method.clone(), path.clone()));
        }
    }
    assert_eq!(table, routes);
}

#[test]
fn every_route_tells_its_success_and_every_refusal_is_a_problem() {
    let described = serde_json::to_value(http::document()).unwrap();
    let mut names = BTreeSet::new();
    for (path, methods) in described["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let route = format!("{method} {path}");
            assert!(names.insert(operation["operationId"].as_str().unwrap()), "{route}: name");
            let responses = operation["responses"].as_object().unwrap();
            assert!(responses.keys().any(|status| status < &"400".to_owned()), "{route}");
            for (status, response) in responses {
                assert!(!response["description"].as_str().unwrap().is_empty(), "{route} {status}");
                let schema = &response["content"]["application/problem+json"]["schema"]["$ref"];
                let refused = status >= &"400".to_owned();
                assert_eq!(refused, schema == "#/components/schemas/Problem", "{route} {status}");
            }
        }
    }
}

#[test]
fn every_member_of_a_body_is_there() {
    let described = serde_json::to_value(http::document()).unwrap();
    for (name, schema) in described["components"]["schemas"].as_object().unwrap() {
        let Some(members) = schema["properties"].as_object() else { continue };
        let required: BTreeSet<_> = schema["required"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one.as_str().unwrap())
            .collect();
        assert!(members.keys().all(|member| required.contains(member.as_str())), "{name}");
    }
}

#[test]
fn every_body_that_is_named_is_described() {
    let text = http::document().to_json().unwrap();
    let described = serde_json::to_value(http::document()).unwrap();
    for rest in text.split("\"#/components/schemas/").skip(1) {
        let name = rest.split('"').next().unwrap();
        assert!(described["components"]["schemas"][name].is_object(), "{name} is not described");
    }
}

#[test]
fn every_route_is_told_in_the_document_for_programmers() {
    let document = std::fs::read_to_string("docs/API.md").unwrap();
    for line in rights::TABLE {
        if let Some(path) = line.path.strip_prefix("/api/v1") {
            let named = format!("`{} {path}`", line.method);
            assert!(document.contains(&named), "docs/API.md does not name {named}");
        }
    }
}
