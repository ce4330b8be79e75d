//! The journal as staff read it back: the newest first, page by page, of the room and of one attempt.

use jurat::{
    base::{AttemptId, SessionId},
    journal::{self, Actor as Who, Entry, Event, Written},
};
use serde_json::{Value, json};

use crate::{
    both,
    support::{Actor, TestApp, day::Day},
};

/// What happens again and again on a very long day, twice of it to each candidate.
const TIMES: i64 = 1_100;

/// Fills the journal: each candidate's device is changed and saves an answer.
async fn fill(app: &TestApp, session: SessionId, attempts: &[AttemptId]) {
    let at = app.app.clock.now();
    let mut tx = app.app.db.begin().await.unwrap();
    for epoch in 1..=TIMES {
        for attempt in attempts {
            let (item, sha256) = ("x".to_owned(), "00".to_owned());
            let saved = Event::AnswerSaved { part: 1, item, epoch, revision: 1, sha256 };
            for event in [Event::DeviceChanged { epoch }, saved] {
                let entry =
                    Entry { session, at, actor: Who::System, attempt: Some(*attempt), event };
                journal::append(&mut tx, &entry).await.unwrap();
            }
        }
    }
    tx.commit().await.unwrap();
}

/// A list read as its links lead: the numbers of each page.
async fn pages(actor: &mut Actor, path: &str) -> Vec<Vec<i64>> {
    let (mut pages, mut next) = (Vec::new(), Some(path.to_owned()));
    while let Some(path) = next {
        let page = actor.get(&path).await;
        let link = page.headers.get("link").map(|link| link.to_str().unwrap().to_owned());
        let page = page.expect(200);
        pages.push(page.as_array().unwrap().iter().map(|e| e["seq"].as_i64().unwrap()).collect());
        next = link.map(|link| {
            assert!(link.ends_with(">; rel=\"next\""), "{link}");
            link[1..link.find('>').unwrap()].to_owned()
        });
    }
    pages
}

/// Reads everything behind `path` and compares it with what was written.
async fn reads(actor: &mut Actor, path: &str, written: &[&Written]) {
    let pages = pages(actor, path).await;
    assert!(pages.len() > 2, "{path} is long");
    let (last, full) = pages.split_last().unwrap();
    assert!(full.iter().all(|page| page.len() == 500) && last.len() <= 500, "{path}");
    let read: Vec<i64> = pages.into_iter().rev().flatten().collect();
    let expected: Vec<i64> = written.iter().map(|entry| entry.seq).collect();
    assert_eq!(read, expected, "{path}: each entry once, oldest first within its page");
}

/// A room with two candidates at their seats.
async fn day_of_two(app: &TestApp) -> (Day, [AttemptId; 2]) {
    let mut day = app.day().await;
    for name in ["ada", "grace"] {
        day.enrol(name).await;
    }
    day.open().await;
    let ada = day.enter(app, "ada").await.attempt.parse().unwrap();
    let grace = day.enter(app, "grace").await.attempt.parse().unwrap();
    (day, [ada, grace])
}

both! {
    async fn a_long_day_is_read_back_to_its_beginning_and_nothing_twice(app: TestApp) {
        let (mut day, [ada, grace]) = day_of_two(&app).await;
        let session: SessionId = day.session.parse().unwrap();
        fill(&app, session, &[ada, grace]).await;
        let mut tx = app.app.db.read().await.unwrap();
        let room = journal::list_after(&mut tx, session, 0, 100_000).await.unwrap();
        drop(tx);
        assert_eq!(journal::verify(session, &room), Ok(()));
        let is_answer = |entry: &Written| entry.kind.is(journal::Kind::AnswerSaved);
        for attempt in [None, Some(ada)] {
            let path = match attempt {
                None => day.at("/journal"),
                Some(ada) => day.at(&format!("/attempts/{ada}/journal")),
            };
            let of_this = |entry: &&Written| attempt.is_none() || entry.attempt_id == attempt;
            let all: Vec<&Written> = room.iter().filter(of_this).collect();
            let without: Vec<&Written> =
                all.iter().copied().filter(|entry| !is_answer(entry)).collect();
            assert!(all.len() > without.len() + 1_000, "answers were saved");
            reads(&mut day.invigilator, &path, &without).await;
            reads(&mut day.invigilator, &format!("{path}?answers=false"), &without).await;
            reads(&mut day.manager, &format!("{path}?answers=true"), &all).await;
        }
    }

    async fn a_page_that_just_fits_leads_nowhere(app: TestApp) {
        let (mut day, [ada, _]) = day_of_two(&app).await;
        fill(&app, day.session.parse().unwrap(), &[ada]).await;
        let path = day.at(&format!("/attempts/{ada}/journal"));
        let numbers: Vec<i64> = pages(&mut day.invigilator, &path).await.into_iter().rev().flatten().collect();
        let page = day.invigilator.get(&format!("{path}?before={}", numbers[500])).await;
        assert!(!page.headers.contains_key("link"), "500 and no more");
        assert_eq!(page.expect(200).as_array().unwrap().len(), 500);
        let page = day.invigilator.get(&format!("{path}?before={}", numbers[501])).await;
        assert!(page.headers.contains_key("link"));
        let page = day.invigilator.get(&format!("{path}?before={}", numbers[0])).await;
        assert_eq!(page.expect(200), json!([]));
    }

    async fn a_timeline_tells_who_acted_and_nothing_of_another_candidate(app: TestApp) {
        let (mut day, [ada, grace]) = day_of_two(&app).await;
        day.command("check_in", &[&ada.to_string(), &grace.to_string()], "").await;
        let path = day.at(&format!("/attempts/{ada}/journal"));
        let told = day.invigilator.get(&path).await.expect(200);
        let told = told.as_array().unwrap();
        assert!(told.iter().all(|entry| entry["attempt_id"] == json!(ada)), "{told:?}");
        let lines: Vec<(&Value, &Value)> =
            told.iter().map(|entry| (&entry["kind"], &entry["actor_name"])).collect();
        let expected = [
            (&json!("attempt_entered"), &json!("")),
            (&json!("attempt_checked_in"), &json!("invigilator")),
        ];
        assert_eq!(lines, expected);
    }

    async fn the_journal_is_read_forwards_or_backwards_and_not_both(app: TestApp) {
        let (mut day, [ada, _]) = day_of_two(&app).await;
        let of_attempt = format!("/attempts/{ada}/journal");
        for wrong in [
            "/journal?after=1&before=9",
            "/journal?after=1&answers=true",
            "/journal?before=x",
            "/journal?limit=9",
            &format!("{of_attempt}?after=1"),
            &format!("{of_attempt}?answers=2"),
        ] {
            let path = day.at(wrong);
            day.invigilator.get(&path).await.refused(422, "unreadable_query");
        }
        let missing = day.at("/attempts/att_0123456789abcdef0123456789abcdef/journal");
        day.invigilator.get(&missing).await.refused(404, "no_such_attempt");
    }
}
