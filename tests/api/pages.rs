//! The web application as a browser gets it.

use reqwest::{Method, header};

use crate::{
    both,
    support::{Actor, Answer, TestApp},
};

async fn small(anyone: &mut Actor, path: &str) -> Answer {
    let request = anyone.request(Method::GET, path).header(header::ACCEPT_ENCODING, "gzip, br");
    anyone.answer(request).await
}

both! {
    async fn pages_and_assets_come_small_and_under_a_strict_policy(app: TestApp) {
        let mut anyone = app.anyone();
        for page in ["/", "/admin", "/centre", "/invigilate", "/exam", "/jury"] {
            let plain = anyone.get(page).await;
            let told = small(&mut anyone, page).await;
            assert_eq!((plain.status.as_u16(), told.status.as_u16()), (200, 200), "{page}");
            assert_eq!(told.headers["content-encoding"], "br", "{page}");
            assert!(told.bytes.len() < plain.bytes.len(), "{page}");
            assert_eq!(told.headers["cache-control"], "no-cache", "{page}");
            let policy = told.headers["content-security-policy"].to_str().unwrap();
            for rule in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"] {
                assert!(policy.contains(rule), "{page}: {policy}");
            }
            assert!(!policy.contains("unsafe"), "{page}: {policy}");
            assert_eq!(told.headers["x-content-type-options"], "nosniff", "{page}");
        }
        let html = String::from_utf8(anyone.get("/exam").await.bytes).unwrap();
        let assets: Vec<_> = html.split('"').filter(|part| part.starts_with("/assets/")).collect();
        assert!(!assets.is_empty(), "the web application is built");
        for asset in assets {
            let told = small(&mut anyone, asset).await;
            assert_eq!(told.headers["content-encoding"], "br", "{asset}");
            let cache = &told.headers["cache-control"];
            assert_eq!(cache, "public, max-age=31536000, immutable", "{asset}");
        }
        anyone.get("/assets/none.js").await.refused(404, "no_such_page");
    }
}
