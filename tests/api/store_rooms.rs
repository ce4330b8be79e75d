//! Two servers on one database, two rooms, everybody answers through both: nobody waits for the other
//! for ever, and nobody is sent away.

use std::time::{Duration, Instant};

use jurat::{
    attempt,
    base::SessionId,
    db::{DbError, Errand, Tx},
    enrolment::ExtraTime,
    session,
};
use tokio::task::JoinSet;

use crate::support::{
    On,
    exam::{door_at, open_room_at},
    process::{Data, offline},
    sitting::{Sitting, room},
    start,
};

/// Holds one session, as everything that writes in it does, and then another out of order.
struct HoldsBoth(SessionId, SessionId);

impl Errand for HoldsBoth {
    type Done = ();
    type Error = attempt::Error;

    async fn session(&self, _: &mut Tx) -> Result<SessionId, attempt::Error> {
        Ok(self.0)
    }

    async fn lock(tx: &mut Tx, session: SessionId) -> Result<(), DbError> {
        session::lock(tx, session).await.map(drop)
    }

    async fn run(&self, tx: &mut Tx, _: SessionId) -> Result<(), attempt::Error> {
        Ok(session::lock(tx, self.1).await.map(drop)?)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_that_is_lost_to_a_deadlock_is_done_again_before_anybody_is_told() {
    let app = start(On::Postgres).await;
    let mut sessions = Vec::new();
    for code in CODES {
        sessions.push(open_room_at(&app.app, code, &["Hopper"], ExtraTime::NONE).await.session);
    }
    let mut other = app.app.db.begin().await.unwrap();
    session::lock(&mut other, sessions[1]).await.unwrap();
    let group = app.app.answers.clone();
    let errand = HoldsBoth(sessions[0], sessions[1]);
    let told = tokio::spawn(async move { group.run(errand).await });
    // who has waited longest is the one whom PostgreSQL sends away
    tokio::time::sleep(Duration::from_millis(300)).await;
    session::lock(&mut other, sessions[0]).await.expect("the other goes on");
    other.commit().await.unwrap();
    told.await.unwrap().expect("and the batch is done again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_enters_one_room_does_not_wait_for_another() {
    let app = start(On::Postgres).await;
    let mut sessions = Vec::new();
    for code in CODES {
        sessions.push(open_room_at(&app.app, code, &["Hopper"], ExtraTime::NONE).await.session);
    }
    let mut other = app.app.db.begin().await.unwrap();
    session::lock(&mut other, sessions[0]).await.unwrap();
    let enter = |code| {
        let mut browser = app.anyone();
        async move { browser.post("/api/v1/entry", door_at(code, "Hopper")).await.expect(200) }
    };
    let waits = tokio::spawn(enter(CODES[0]));
    tokio::time::sleep(Duration::from_millis(200)).await;
    enter(CODES[1]).await;
    assert!(!waits.is_finished(), "the first waits for its own session");
    other.commit().await.unwrap();
    waits.await.unwrap();
}

const CODES: [&str; 2] = ["ACDF3479", "HJKM3479"];
const NAMES: [&str; 8] =
    ["Hopper", "Lovelace", "Noether", "Curie", "Germain", "Agnesi", "Kovalevskaya", "Meitner"];
/// For how long they answer.
const FOR: Duration = Duration::from_secs(3);

/// Answers through one server and the other in turn. Returns what was not told 200.
async fn answer(mut sitting: Sitting, urls: [String; 2]) -> (Sitting, Vec<u16>) {
    let begun = Instant::now();
    let mut refused = Vec::new();
    for n in 0.. {
        if begun.elapsed() > FOR {
            break;
        }
        sitting.at(&urls[n % 2]);
        let told = sitting.save().await;
        if told.status == 429 {
            tokio::time::sleep(Duration::from_millis(200)).await;
        } else if told.status != 200 {
            refused.push(told.status);
        }
    }
    (sitting, refused)
}

#[test]
fn two_rooms_on_two_servers_never_stand_in_each_others_way() {
    let data = Data::empty(On::Postgres);
    let rooms = offline(async {
        let app = data.open().await;
        let mut rooms = Vec::new();
        for code in CODES {
            rooms.push(room(&app, code, &NAMES).await);
        }
        app.db.close().await;
        rooms
    });
    let servers = [data.serve(), Data::on(data.database().to_owned()).serve()];
    let urls = servers.each_ref().map(|server| server.url.clone());
    offline(async {
        let mut answering = JoinSet::new();
        for (room, code) in rooms.iter().zip(CODES) {
            for name in NAMES {
                let sitting = Sitting::begin(&urls[0], room, code, name).await;
                answering.spawn(answer(sitting, urls.clone()));
            }
        }
        let app = data.open().await;
        let mut kept = 0;
        for (sitting, refused) in answering.join_all().await {
            assert_eq!(refused, [0; 0], "somebody was sent away");
            kept += sitting.kept.len();
            sitting.assert_kept(&app, &rooms[0]).await;
        }
        println!("{kept} answers in {FOR:?}");
        assert!(kept > 100, "only {kept}");
    });
    for server in servers {
        let deadlocks = server.log().iter().filter(|line| line.contains("deadlock")).count();
        assert_eq!(deadlocks, 0);
    }
}
