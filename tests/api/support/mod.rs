//! A real server on a free port with a clock that stands still, on either database.

mod actor;
pub mod centre;
pub mod day;
pub mod disk;
pub mod exam;
pub mod judged;
pub mod jury;
pub mod postgres;
pub mod process;
pub mod proxy;
pub mod sitting;
mod socket;
pub mod statements;
pub mod world;

use std::{path::Path, sync::Arc, time::Duration};

use jurat::{
    app::{App, Signer},
    base::{Chance, Clock, Timestamp},
    config::{ANSWERS_BURST, ANSWERS_PER_S, CONNECTIONS_BEFORE_SIGN_IN, Config, DatabaseAddress},
    confined::Reader,
    db::Db,
    http,
    people::{self, Role},
};
use tempfile::TempDir;
use tokio::{sync::Notify, task::JoinHandle};

pub use actor::{Actor, Answer};
pub use socket::Opening;

/// The password of everybody in the tests.
pub const PASSWORD: &str = "correct horse battery";

/// Which database a story runs on.
#[derive(Debug, Clone, Copy)]
pub enum On {
    Sqlite,
    Postgres,
}

/// A server of a test.
pub struct TestApp {
    pub app: App,
    pub url: String,
    ending: Arc<Notify>,
    running: JoinHandle<()>,
    _folder: TempDir,
}

/// Runs a story on both databases: `both! { async fn name(app: TestApp) { … } }`.
#[macro_export]
macro_rules! both {
    ($(async fn $name:ident($app:ident: $kind:ty) $story:block)+) => {$(
        mod $name {
            use super::*;

            async fn story($app: $kind) $story

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                story($crate::support::start($crate::support::On::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                story($crate::support::start($crate::support::On::Postgres).await).await;
            }
        }
    )+};
}

/// The instant at which every test begins.
pub fn morning() -> Timestamp {
    "2027-03-01T08:00:00Z".parse().unwrap()
}

/// Starts a server on an empty database.
pub async fn start(on: On) -> TestApp {
    start_read_by(on, reader(Path::new(env!("CARGO_BIN_EXE_jurat")), 15)).await
}

/// Has lists read by `program`, which may take `patience_s`.
pub fn reader(program: &Path, patience_s: u64) -> Reader {
    Reader::run_by(program, Duration::from_secs(patience_s))
}

/// Starts a server on an empty database that has lists read by `reader`.
pub async fn start_read_by(on: On, reader: Reader) -> TestApp {
    let folder = tempfile::tempdir().unwrap();
    let database = match on {
        On::Sqlite => format!("sqlite:{}", folder.path().join("jurat.db").display()),
        On::Postgres => postgres::fresh_database().await,
    };
    let database = DatabaseAddress::from(database);
    let server = http::bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let url = format!("http://{}", server.address);
    let config = Config {
        listen: server.address,
        data: folder.path().to_owned(),
        database: database.clone(),
        public_url: url.clone(),
        trusted_proxies: vec!["127.0.0.1".parse().unwrap()],
        answers_per_s: ANSWERS_PER_S,
        answers_burst: ANSWERS_BURST,
        connections_before_sign_in: CONNECTIONS_BEFORE_SIGN_IN,
    };
    let db = Db::open(&database).await.unwrap();
    let signer = Signer::open(folder.path(), &Chance::Os).unwrap();
    let app = App::new(config, db, Clock::manual(morning()), Chance::Os, signer).reading_by(reader);
    let ending = Arc::new(Notify::new());
    let end = ending.clone();
    let running = tokio::spawn(server.run(app.clone(), async move { end.notified().await }));
    TestApp { app, url, ending, running, _folder: folder }
}

/// The text of a PDF, as poppler reads it.
pub fn text_of(pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.pdf");
    std::fs::write(&path, pdf).unwrap();
    let read = std::process::Command::new("pdftotext").arg("-layout").arg(&path).arg("-").output();
    String::from_utf8(read.expect("poppler-utils are installed").stdout).unwrap()
}

impl TestApp {
    /// Somebody without a sign-in.
    pub fn anyone(&self) -> Actor {
        Actor::new(&self.url)
    }

    /// Somebody who runs the platform, signed in.
    pub async fn admin(&self) -> Actor {
        self.holder("admin@jurat.example", Role::Admin).await
    }

    /// Somebody who holds a role on the platform, signed in.
    pub async fn holder(&self, email: &str, role: Role) -> Actor {
        let name = email.split('@').next().unwrap();
        let created = people::create_with_role(&self.app, email, name, PASSWORD, role).await;
        let there = |error: &people::Error| {
            matches!(error, people::Error::Refused(people::Refusal::HasAccount(_)))
        };
        assert!(created.as_ref().err().is_none_or(there), "{created:?}");
        self.signed_in(email).await
    }

    /// Somebody who has an account, signed in.
    pub async fn signed_in(&self, email: &str) -> Actor {
        let mut actor = self.anyone();
        let body = serde_json::json!({ "email": email, "password": PASSWORD });
        actor.post("/api/v1/sign-in", body).await.expect(200);
        actor
    }

    /// Ends the server as SIGTERM does, and waits until it has ended.
    pub async fn end(self) {
        self.ending.notify_one();
        self.running.await.unwrap();
    }

    /// Lets time pass.
    pub fn later(&self, seconds: i64) {
        self.app.clock.advance(chrono::Duration::seconds(seconds));
    }
}
