//! Route × role, and pairs of roles, × own, foreign and random ids. A role gives in each scope what it
//! gives there, whatever else a person holds elsewhere; and no body holds what is another house's.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Mutex,
};

use futures_util::{StreamExt, stream};
use jurat::{
    http::rights::{Line, Scope, TABLE},
    people::Role,
};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::{
    both,
    routes::{LEAVES, random_ids},
    support::{
        Actor, Answer, TestApp,
        world::{Grant, House, World},
    },
};

/// Each route by which a role in its scope lets through, and the status with which it answers the
/// request of this walk when it does. What is not JSON it takes for nonsense.
const EXPECTED: &[(&str, &[Role], u16)] = {
    use Role::{Admin, Invigilator, Juror, Manager};
    &[
        ("GET /api/v1/people", &[Admin], 422),
        ("GET /api/v1/invitations", &[Admin], 200),
        ("POST /api/v1/invitations", &[Admin], 422),
        ("POST /api/v1/invitations/{invitation}/confirm", &[Manager, Admin], 422),
        ("POST /api/v1/invitations/{invitation}/refuse", &[Manager, Admin], 404),
        ("GET /api/v1/clock", &[Admin], 200),
        ("POST /api/v1/clock/acceptance", &[Admin], 422),
        ("GET /api/v1/centres", &[Admin], 200),
        ("POST /api/v1/centres", &[Admin], 422),
        ("GET /api/v1/centres/{centre}", &[Manager, Admin], 200),
        ("POST /api/v1/centres/{centre}/invitations", &[Manager, Admin], 422),
        ("GET /api/v1/schemes", &[], 200),
        ("GET /api/v1/centres/{centre}/sessions", &[Manager, Admin], 200),
        ("POST /api/v1/centres/{centre}/sessions", &[Manager], 422),
        ("GET /api/v1/sessions", &[Manager, Invigilator, Admin], 200),
        ("GET /api/v1/sessions/{session}", &[Manager, Invigilator, Admin], 200),
        ("PUT /api/v1/sessions/{session}", &[Manager], 428),
        ("POST /api/v1/sessions/{session}/open", &[Manager, Invigilator], 200),
        ("GET /api/v1/sessions/{session}/attendance.pdf", &[Manager, Invigilator], 422),
        ("GET /api/v1/sessions/{session}/kit.pdf", &[Manager, Invigilator], 422),
        ("GET /api/v1/sessions/{session}/enrolments", &[Manager], 200),
        ("POST /api/v1/sessions/{session}/enrolments", &[Manager], 422),
        ("PUT /api/v1/sessions/{session}/enrolments/{enrolment}", &[Manager], 428),
        ("DELETE /api/v1/sessions/{session}/enrolments/{enrolment}", &[Manager], 409),
        ("POST /api/v1/sessions/{session}/candidate-list/preview", &[Manager], 200),
        ("POST /api/v1/sessions/{session}/candidate-list", &[Manager], 422),
        ("GET /api/v1/sessions/{session}/certificates", &[Manager, Admin], 200),
        ("GET /api/v1/certificates/{certificate}/certificate.pdf", &[Manager, Admin], 200),
        ("POST /api/v1/certificates/{certificate}/revoke", &[Admin], 422),
        ("GET /api/v1/sessions/{session}/board", &[Manager, Invigilator], 200),
        ("POST /api/v1/sessions/{session}/commands", &[Manager, Invigilator], 422),
        ("POST /api/v1/sessions/{session}/incidents", &[Manager, Invigilator], 422),
        ("POST /api/v1/sessions/{session}/notices", &[Manager, Invigilator], 422),
        ("POST /api/v1/sessions/{session}/close", &[Manager, Invigilator], 422),
        ("GET /api/v1/sessions/{session}/minutes.pdf", &[Manager, Invigilator, Admin], 422),
        ("GET /api/v1/sessions/{session}/journal", &[Manager, Invigilator], 200),
        ("GET /api/v1/sessions/{session}/attempts/{attempt}/journal", &[Manager, Invigilator], 200),
        ("POST /api/v1/sessions/{session}/socket-ticket", &[Manager, Invigilator], 200),
        ("POST /api/v1/sessions/{session}/panel", &[Admin], 422),
        ("GET /api/v1/panels", &[Juror, Admin], 200),
        ("GET /api/v1/panels/{panel}", &[Juror, Admin], 200),
        ("POST /api/v1/panels/{panel}/close", &[Juror], 409),
        ("GET /api/v1/panels/{panel}/minutes.pdf", &[Juror, Admin], 422),
        ("GET /api/v1/cases/{case}", &[Juror], 200),
        ("PUT /api/v1/cases/{case}/vote", &[Juror], 422),
        ("POST /api/v1/cases/{case}/decide", &[Juror], 409),
    ]
};

fn named(line: &Line) -> String {
    format!("{} {}", line.method, line.path)
}

/// What is expected of a route that asks for a person; a route without expectation ends the test.
fn expected(line: &Line) -> (&'static [Role], u16) {
    let name = named(line);
    let found = EXPECTED.iter().find(|(route, ..)| *route == name);
    let (_, roles, status) = found.unwrap_or_else(|| panic!("say in EXPECTED who calls {name}"));
    (*roles, *status)
}

/// The routes that ask for a person.
fn for_people() -> impl Iterator<Item = &'static Line> {
    TABLE.iter().filter(|line| !line.is_open() && line.scope != Scope::Seat)
}

/// Whose ids stand in a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of<'a> {
    House(&'a House),
    Nothing,
}

impl PartialEq for House {
    fn eq(&self, other: &Self) -> bool {
        self.mark == other.mark
    }
}

impl Eq for House {}

impl std::fmt::Debug for House {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.mark)
    }
}

/// The path of a route with ids of a house. What is left of a session when it is over is looked for
/// in the one that was judged.
fn path(line: &Line, of: Of<'_>) -> String {
    let Of::House(house) = of else { return with_query(&random_ids(line.path)) };
    let over = ["/minutes.pdf", "/certificates", "/panel", "{session}/journal"];
    let is_over = over.iter().any(|end| line.path.ends_with(end));
    let session = if is_over { &house.judged } else { &house.session };
    let ids = [
        ("{centre}", &house.centre),
        ("{session}", session),
        ("{enrolment}", &house.enrolment),
        ("{attempt}", &house.seat.attempt),
        ("{panel}", &house.panel),
        ("{case}", &house.case),
        ("{certificate}", &house.certificate),
    ];
    let with_ids = |path: String, (name, id): (&str, &String)| path.replace(name, id);
    with_query(&random_ids(&ids.into_iter().fold(line.path.to_owned(), with_ids)))
}

/// Papers are drawn elsewhere: here they are asked for in no language.
fn with_query(path: &str) -> String {
    let drawn = ["/attendance.pdf", "/kit.pdf", "/minutes.pdf"];
    let is_drawn = drawn.iter().any(|end| path.ends_with(end));
    if is_drawn { format!("{path}?lang=none") } else { path.to_owned() }
}

/// The roles that these grants give on the platform, and in any house.
fn held_anywhere(grants: &[Grant]) -> (Vec<Role>, Vec<Role>) {
    let (mut platform, mut centre) = (Vec::new(), Vec::new());
    for grant in grants {
        match grant {
            Grant::Platform(role) => platform.push(*role),
            Grant::President(_) => platform.push(Role::Juror),
            Grant::Manager(_) => centre.push(Role::Manager),
            Grant::Invigilator(_) | Grant::Member(_) => centre.push(Role::Invigilator),
        }
    }
    (platform, centre)
}

/// The roles that these grants give in a thing of a house; `None` where the very question is refused,
/// because a juror is of the centre that is judged.
fn held_in(grants: &[Grant], scope: Scope, mark: &'static str) -> Option<Vec<Role>> {
    let has = |grant: Grant, role: Role| grants.contains(&grant).then_some(role);
    let manages = has(Grant::Manager(mark), Role::Manager);
    let watches = has(Grant::Invigilator(mark), Role::Invigilator);
    let is_member = has(Grant::Member(mark), Role::Invigilator);
    let presides = has(Grant::President(mark), Role::Juror);
    let admin = has(Grant::Platform(Role::Admin), Role::Admin);
    let roles = match scope {
        Scope::Centre => [admin, manages, watches, is_member],
        Scope::Session | Scope::Certificate => [admin, manages, watches, None],
        Scope::Panel | Scope::Case => {
            let conflict = presides.is_some() && manages.or(watches).or(is_member).is_some();
            if conflict && admin.is_none() {
                return None;
            }
            [admin, presides.filter(|_| !conflict), None, None]
        }
        other => panic!("{other:?} is in no house"),
    };
    Some(roles.into_iter().flatten().collect())
}

/// The status with which a route answers who holds these grants.
fn status(line: &Line, grants: &[Grant], of: Of<'_>) -> u16 {
    let (roles, through) = expected(line);
    let (platform, centre) = held_anywhere(grants);
    let (held, to_a_stranger) = match (line.scope, of) {
        (Scope::Account, _) => return through,
        (Scope::Platform, _) => (platform, 403),
        (Scope::Anywhere, _) => ([platform, centre].concat(), 403),
        (_, Of::Nothing) => return 404,
        (scope, Of::House(house)) => match held_in(grants, scope, house.mark) {
            Some(held) => (held, 404),
            None => return 409,
        },
    };
    match held.as_slice() {
        held if held.iter().any(|role| roles.contains(role)) => through,
        [] => to_a_stranger,
        _ => 403,
    }
}

/// Whether these grants let a mark be read: a class of things, and whose.
fn may_read(class: &str, mark: &'static str, line: &Line, grants: &[Grant]) -> bool {
    let has = |grant| grants.contains(&grant);
    let manages = has(Grant::Manager(mark));
    let watches = has(Grant::Invigilator(mark));
    let admin = has(Grant::Platform(Role::Admin));
    match class {
        "mail" => manages,
        "Name" | "NAME" => manages || watches || admin && line.path.contains("/certificate"),
        "TEXT" => manages || watches || admin || has(Grant::President(mark)),
        "CENTRE" => manages || watches || admin,
        other => panic!("{other} is no class of marks"),
    }
}

const CLASSES: [&str; 5] = ["mail", "Name", "NAME", "TEXT", "CENTRE"];

async fn ask(actor: &mut Actor, line: &Line, of: Of<'_>) -> Answer {
    let method: Method = line.method.parse().unwrap();
    let body = (method != Method::GET).then(|| json!({ "nonsense": true }));
    actor.send(method, &path(line, of), body).await
}

/// One person asks every route; what was read of each house is noted.
async fn walk(world: &World, mut actor: Actor, grants: &[Grant], read: &Mutex<BTreeSet<String>>) {
    for line in for_people() {
        let mut missing = None;
        let all = [Of::House(&world.houses[0]), Of::House(&world.houses[1]), Of::Nothing];
        let of_interest = if line.path.contains('{') { &all[..] } else { &all[..1] };
        for &of in of_interest {
            let answer = ask(&mut actor, line, of).await;
            let what = format!("{} of {of:?} as {grants:?}", named(line));
            let text = String::from_utf8_lossy(&answer.bytes);
            assert_eq!(answer.status, status(line, grants, of), "{what}: {text:.2000}");
            if answer.status == StatusCode::NOT_FOUND {
                let told = missing.get_or_insert_with(|| text.to_string());
                assert_eq!(*told, text, "{what}: foreign and missing are told alike");
            }
            for mark in ["alpha", "beta"] {
                for class in
                    CLASSES.iter().filter(|class| text.contains(&format!("{class}-{mark}")))
                {
                    assert!(
                        may_read(class, mark, line, grants),
                        "{what}: {class} of {mark}: {text:.2000}"
                    );
                    read.lock().unwrap().insert(format!("{class} {mark}"));
                }
            }
        }
    }
}

/// Every grant alone, and every two that meet: on the platform, in a house, in both.
fn people() -> Vec<Vec<Grant>> {
    let platform = [Role::Admin, Role::Juror].map(Grant::Platform);
    let own = [Grant::Manager("alpha"), Grant::Invigilator("alpha"), Grant::Member("alpha")];
    let other = [Grant::Manager("beta"), Grant::Invigilator("beta"), Grant::President("beta")];
    let auditor = Grant::Platform(Role::Auditor);
    let mut all = vec![Vec::new(), vec![Grant::President("alpha")], vec![auditor]];
    all.extend(platform.iter().chain(&own).chain(&other).map(|grant| vec![*grant]));
    let meet = |ones: &[Grant], others: &[Grant]| -> Vec<Vec<Grant>> {
        ones.iter().flat_map(|one| others.iter().map(|another| vec![*one, *another])).collect()
    };
    all.extend([meet(&platform, &own), meet(&platform, &other), meet(&own, &other)].concat());
    all.push(platform.to_vec());
    all.push(vec![auditor, Grant::Manager("alpha")]);
    all.push(vec![Grant::Manager("beta"), Grant::President("beta")]);
    all.push(vec![Grant::Invigilator("alpha"), Grant::President("alpha")]);
    all
}

both! {
    async fn a_role_gives_in_each_scope_what_it_gives_there_and_never_more(app: TestApp) {
        let world = app.world().await;
        let read = Mutex::new(BTreeSet::new());
        let walks = stream::iter(people().into_iter().enumerate()).map(|(number, grants)| {
            let (world, read, app) = (&world, &read, &app);
            async move {
                let actor = world.person(app, &format!("person{number}"), &grants).await;
                walk(world, actor, &grants, read).await;
            }
        });
        walks.buffer_unordered(8).collect::<Vec<()>>().await;
        let read = read.into_inner().unwrap();
        assert_eq!(read.len(), 2 * CLASSES.len(), "the marks are there to be read: {read:?}");
    }

    async fn who_is_nobody_or_at_a_seat_reaches_nothing_of_people_and_of_another_house(app: TestApp) {
        let world = app.world().await;
        let [alpha, beta] = &world.houses;
        for line in for_people() {
            for mut actor in [app.anyone(), alpha.seat.browser.clone()] {
                let answer = ask(&mut actor, line, Of::House(alpha)).await;
                answer.refused(401, "not_signed_in");
            }
        }
        let mut seen = String::new();
        for line in TABLE.iter().filter(|line| !LEAVES.contains(&line.path)) {
            let mut seat = alpha.seat.browser.clone();
            let answer = ask(&mut seat, line, Of::House(beta)).await;
            seen.push_str(&String::from_utf8_lossy(&answer.bytes));
            if line.scope == Scope::Seat {
                assert!(![401, 403].contains(&answer.status.as_u16()), "{}", named(line));
                let refused = ask(&mut world.admin.clone(), line, Of::House(alpha)).await;
                refused.refused(401, "not_signed_in");
            }
        }
        assert!(seen.contains("Name-alpha"));
        for class in CLASSES {
            assert!(!seen.contains(&format!("{class}-beta")), "{class}");
        }
    }

    async fn what_is_of_another_session_is_not_reached_through_ones_own(app: TestApp) {
        let world = app.world().await;
        let [alpha, beta] = &world.houses;
        let mut manager = world.person(&app, "mallory", &[Grant::Manager("alpha")]).await;
        let at = |rest: &str| format!("/api/v1/sessions/{}{rest}", alpha.session);
        let place = at(&format!("/enrolments/{}", beta.enrolment));
        manager.delete(&place).await.expect(409);
        let body = json!({ "family_name": "X", "given_names": "Y", "birth_date": "1990-12-10",
            "external_id": "", "email": "", "extra_time": "" });
        manager.put_over(&json!(1), &place, body).await.refused(404, "no_such_enrolment");
        let theirs = &beta.seat.attempt;
        let command = json!({ "command": "check_in", "attempts": [theirs] });
        manager.post(&at("/commands"), command).await.refused(404, "no_such_attempt");
        let timeline = at(&format!("/attempts/{theirs}/journal"));
        manager.get(&timeline).await.refused(404, "no_such_attempt");
        let note = json!({ "attempt_id": theirs, "category": "other", "note": "x" });
        manager.post(&at("/incidents"), note).await.refused(404, "no_such_attempt");
        let notice = json!({ "attempt_id": theirs, "text": "x" });
        manager.post(&at("/notices"), notice).await.refused(404, "no_such_attempt");
    }
}

#[test]
fn every_route_says_who_calls_it_and_the_walk_knows_it() {
    let mut known: BTreeMap<_, _> =
        EXPECTED.iter().map(|(route, roles, _)| (*route, roles)).collect();
    for line in for_people() {
        let roles = known.remove(named(line).as_str());
        let roles = roles.unwrap_or_else(|| panic!("say in EXPECTED who calls {}", named(line)));
        assert_eq!(line.roles, *roles, "{}", named(line));
    }
    assert!(known.is_empty(), "no such route: {known:?}");
}
