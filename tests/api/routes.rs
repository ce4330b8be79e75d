//! What is no route, and paths to nothing.

use crate::{both, support::TestApp};

/// What ends the walk for who walks.
pub const LEAVES: [&str; 2] = ["/api/v1/sign-out", "/api/v1/attempt/leave"];

/// The path with ids that stand for nothing.
pub fn random_ids(path: &str) -> String {
    let id = "0123456789abcdef0123456789abcdef";
    [
        ("{centre}", format!("cen_{id}")),
        ("{session}", format!("ses_{id}")),
        ("{invitation}", format!("inv_{id}")),
        ("{enrolment}", format!("enr_{id}")),
        ("{attempt}", format!("att_{id}")),
        ("{panel}", format!("pan_{id}")),
        ("{case}", format!("cas_{id}")),
        ("{certificate}", format!("crt_{id}")),
        ("{code}", "0000-0000-0000".to_owned()),
        ("{part}", "1".to_owned()),
        ("{item}", "crcn-1.1-01".to_owned()),
        ("{page}", "exam".to_owned()),
        ("{*rest}", "x".to_owned()),
        ("{*file}", "x".to_owned()),
    ]
    .into_iter()
    .fold(path.to_owned(), |path, (name, value)| path.replace(name, &value))
}

both! {
    async fn a_route_that_is_not_in_the_table_is_no_route(app: TestApp) {
        let mut admin = app.admin().await;
        admin.get("/api/v1/secrets").await.refused(404, "no_such_page");
        admin.delete("/api/v1/me").await.refused(405, "no_such_method");
    }
}
