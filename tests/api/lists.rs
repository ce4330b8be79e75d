//! A list asks the database as often for twenty as for one.

use std::collections::BTreeMap;

use jurat::{
    base::{CentreId, Chance, PersonId, SessionId},
    db::Tx,
    exec,
    journal::{self, Actor as Who},
    people::Role,
};
use serde_json::Value;

use crate::{
    both,
    support::{Actor, TestApp, centre::text, morning},
};

/// Whose lists grow.
struct Owners {
    centre: CentreId,
    manager: PersonId,
    invigilator: PersonId,
    juror: PersonId,
    /// A session of the centre.
    session: SessionId,
}

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(of: &Value) -> T {
    text(of).parse().unwrap()
}

async fn me(actor: &mut Actor) -> PersonId {
    id(&actor.get("/api/v1/me").await.expect(200)["id"])
}

/// One row more in each list.
async fn grow(tx: &mut Tx, owners: &Owners, chance: &Chance) {
    let (person, other) = (chance.id(morning()), chance.id(morning()));
    grow_people(tx, owners, chance, person).await;
    grow_what_was_said(tx, owners, chance, person).await;
    exec!(
        tx,
        "INSERT INTO centre (id, name, kind, time_zone, external_id, created_at)
         VALUES ($1, 'C', 'school', 'Europe/Paris', '', $2)",
        other,
        morning(),
    )
    .unwrap();
    add_member(tx, other, owners.manager, "manager").await;
    for centre in [owners.centre, other] {
        grow_sessions(tx, owners, chance, centre, person).await;
    }
}

async fn add_member(tx: &mut Tx, centre: CentreId, person: PersonId, role: &str) {
    exec!(
        tx,
        "INSERT INTO member (centre_id, person_id, role, created_at) VALUES ($1, $2, $3, $4)",
        centre,
        person,
        role,
        morning(),
    )
    .unwrap();
}

/// One more who is a member, watches, and has accepted invitations that nobody has confirmed.
async fn grow_people(tx: &mut Tx, owners: &Owners, chance: &Chance, person: PersonId) {
    let (now, email) = (morning(), format!("{person}@x.example"));
    exec!(
        tx,
        "INSERT INTO person (id, email, display_name, password_hash, created_at)
         VALUES ($1, $2, 'P', 'x', $3)",
        person,
        &email,
        now,
    )
    .unwrap();
    add_member(tx, owners.centre, person, "invigilator").await;
    for (centre, role) in [(Some(owners.centre), "invigilator"), (None, "juror")] {
        exec!(
            tx,
            "INSERT INTO invitation (id, code_hash, email, role, centre_id, created_at, expires_at,
                                     accepted_at, person_id)
             VALUES ($1, $2, $3, $4, $5, $6, $6, $6, $7)",
            chance.id::<PersonId>(now),
            chance.bytes::<32>().as_slice(),
            &email,
            role,
            centre,
            now,
            person,
        )
        .unwrap();
    }
    exec!(
        tx,
        "INSERT INTO session_invigilator (session_id, person_id) VALUES ($1, $2)",
        owners.session,
        person,
    )
    .unwrap();
}

/// An incident, a notice and a line of the journal more, each by somebody else.
async fn grow_what_was_said(tx: &mut Tx, owners: &Owners, chance: &Chance, person: PersonId) {
    let now = morning();
    exec!(
        tx,
        "INSERT INTO incident (id, session_id, category, note, author, at)
         VALUES ($1, $2, 'other', 'x', $3, $4)",
        chance.id::<PersonId>(now),
        owners.session,
        person,
        now,
    )
    .unwrap();
    exec!(
        tx,
        "INSERT INTO notice (session_id, number, text, author, at)
         VALUES ($1, (SELECT COUNT(*) + 1 FROM notice), 'x', $2, $3)",
        owners.session,
        person,
        now,
    )
    .unwrap();
    let entry = journal::Entry {
        session: owners.session,
        at: now,
        actor: Who::Person(person),
        attempt: None,
        event: journal::Event::SessionOpened {},
    };
    journal::append(tx, &entry).await.unwrap();
}

/// One session more of a centre, with its panel.
async fn grow_sessions(
    tx: &mut Tx,
    owners: &Owners,
    chance: &Chance,
    centre: CentreId,
    person: PersonId,
) {
    let now = morning();
    let session: SessionId = chance.id(now);
    exec!(
        tx,
        "INSERT INTO session (centre_id, id, entry_code, scheme_id, scheme_version, place, room,
            starts_at, time_zone, state, language, comment, version, created_by, created_at)
         SELECT $1, $2, $3, scheme_id, scheme_version, 'x', 'x', $4, 'Europe/Paris', 'planned', 'fr',
                '', 1, $5, $4 FROM session WHERE id = $6",
        centre, session, session.to_string(), now, person, owners.session,
    )
    .unwrap();
    exec!(
        tx,
        "INSERT INTO session_invigilator (session_id, person_id) VALUES ($1, $2)",
        session,
        owners.invigilator,
    )
    .unwrap();
    let panel: PersonId = chance.id(now);
    exec!(
        tx,
        "INSERT INTO panel (id, session_id, created_at) VALUES ($1, $2, $3)",
        panel,
        session,
        now,
    )
    .unwrap();
    exec!(
        tx,
        "INSERT INTO juror (panel_id, person_id, president) VALUES ($1, $2, TRUE)",
        panel,
        owners.juror,
    )
    .unwrap();
}

/// What each of these pages asks of the database, the least of several times: the server itself asks
/// now and then. Also how much it lists.
async fn asked(app: &TestApp, pages: &mut [(Actor, String)]) -> BTreeMap<String, (u64, usize)> {
    let mut asked = BTreeMap::new();
    for (number, (actor, path)) in pages.iter_mut().enumerate() {
        let (mut least, mut length) = (u64::MAX, 0);
        for _ in 0..4 {
            let before = app.app.db.statements();
            length = actor.get(path).await.expect(200).to_string().len();
            least = least.min(app.app.db.statements() - before);
        }
        asked.insert(format!("{number} {path}"), (least, length));
    }
    asked
}

both! {
    async fn a_list_of_twenty_asks_as_often_as_a_list_of_one(app: TestApp) {
        let mut house = app.house("Halimi").await;
        let (mut invigilator, _) = house.invigilator(&app, "grace@halimi.example").await;
        let session = house.session().await;
        let mut juror = app.holder("juror@jurat.example", Role::Juror).await;
        let owners = Owners {
            centre: house.centre.parse().unwrap(),
            manager: me(&mut house.manager).await,
            invigilator: me(&mut invigilator).await,
            juror: me(&mut juror).await,
            session: session.parse().unwrap(),
        };
        let admin = app.admin().await;
        let of_centre = |rest: &str| format!("/api/v1/centres/{}{rest}", house.centre);
        let of_session = |rest: &str| format!("/api/v1/sessions/{session}{rest}");
        let of_all = |rest: &str| format!("/api/v1{rest}");
        let mut pages = vec![
            (house.manager.clone(), of_centre("")),
            (house.manager.clone(), of_centre("/sessions")),
            (house.manager.clone(), of_all("/sessions")),
            (house.manager.clone(), of_all("/me")),
            (house.manager.clone(), of_session("")),
            (house.manager.clone(), of_session("/board")),
            (house.manager.clone(), of_session("/journal")),
            (house.manager.clone(), of_session("/journal?after=0")),
            (invigilator, of_all("/sessions")),
            (admin.clone(), of_all("/sessions")),
            (admin.clone(), of_all("/centres")),
            (admin.clone(), of_all("/invitations")),
            (admin, of_all("/panels")),
            (juror, of_all("/panels")),
        ];
        let mut lists = Vec::new();
        for more in [1, 19] {
            let mut tx = app.app.db.begin().await.unwrap();
            for _ in 0..more {
                grow(&mut tx, &owners, &app.app.chance).await;
            }
            tx.commit().await.unwrap();
            lists.push(asked(&app, &mut pages).await);
        }
        for (path, (one, short)) in &lists[0] {
            let (twenty, long) = lists[1][path];
            assert!(long > *short, "{path} lists more");
            assert_eq!(*one, twenty, "{path} asks for each row");
        }
    }
}
