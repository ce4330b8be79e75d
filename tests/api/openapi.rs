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
