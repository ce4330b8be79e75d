//! What journals hold today, line by line: they are read, written and hashed alike by every version to
//! come. A kind that is added gets a line; a line that is there is never changed.

use super::{chain::link, *};

/// A kind and its body in each line, as they were stored and hashed before there was a list of kinds.
const WRITTEN: &str = include_str!("written_before.txt");
/// The hash of the last line when all follow each other in one journal, worked out by another program.
const LAST_HASH: &str = "f851a3280c7fc496c0775603f9a44b78df62098e07d7c3e3471d4e4936087f6e";

fn lines() -> Vec<(Told, &'static str)> {
    let split = |line: &'static str| line.split_once(' ').unwrap();
    WRITTEN.lines().map(split).map(|(word, body)| (Told::from(word.to_owned()), body)).collect()
}

fn entry(seq: i64, kind: Told, body: &str) -> Written {
    let (at, actor) = ("2027-03-01T09:00:00Z".parse().unwrap(), "system".to_owned());
    Written { seq, at, actor, kind, attempt_id: None, body: body.to_owned(), hash: Vec::new() }
}

fn session() -> SessionId {
    "ses_0000000000007000800000000000000a".parse().unwrap()
}

/// One journal of entries.
fn chained(entries: impl IntoIterator<Item = Written>) -> Vec<Written> {
    let mut chain: Vec<Written> = Vec::new();
    for mut entry in entries {
        let previous = chain.last().map(|entry| entry.hash.clone()).unwrap_or_default();
        entry.hash = link(session(), &previous, &entry);
        chain.push(entry);
    }
    chain
}

#[test]
fn every_kind_is_written_as_it_was_and_read_back_as_it_was_meant() {
    for (told, body) in lines() {
        let kind = told.known().unwrap();
        let event = entry(1, told, body).event();
        let event = event.unwrap_or_else(|| panic!("{} does not read {body}", kind.as_str()));
        assert_eq!((event.kind(), event.body().as_str()), (kind, body));
    }
}

#[test]
fn every_kind_has_a_line_of_what_was_written() {
    for kind in Kind::ALL {
        assert!(lines().iter().any(|(told, _)| told.is(kind)), "no line of {}", kind.as_str());
    }
}

#[test]
fn a_journal_of_before_the_list_of_kinds_verifies() {
    let entries = lines().into_iter().zip(1..).map(|((kind, body), seq)| entry(seq, kind, body));
    let mut journal = chained(entries);
    assert_eq!(hex::encode(&journal.last().unwrap().hash), LAST_HASH);
    assert_eq!(verify(session(), &journal), Ok(()));
    journal[4].kind = Told::Known(Kind::EnrolmentRemoved);
    assert_eq!(verify(session(), &journal), Err(ChainBroken(5)), "a kind is hashed by its word");
}

#[test]
fn what_a_newer_program_wrote_is_kept_by_its_word_and_verifies() {
    let newer = || Told::from("something_newer".to_owned());
    assert_eq!(newer(), Told::Unknown("something_newer".to_owned()));
    assert_eq!(serde_json::to_value(newer()).unwrap(), "something_newer");
    let journal = chained([entry(1, newer(), "{\"part\":1}"), entry(2, newer(), "{}")]);
    assert_eq!(verify(session(), &journal), Ok(()));
    assert_eq!(journal[0].event(), None);
}

#[test]
fn a_body_with_more_in_it_is_read_and_one_with_less_is_not() {
    let held = |body: &str| entry(1, Told::Known(Kind::AttemptHeld), body).event();
    let fire = Event::AttemptHeld { part: 1, reason: "fire".to_owned() };
    assert_eq!(held("{\"part\":1,\"reason\":\"fire\",\"newer\":true}"), Some(fire));
    assert_eq!(held("{\"reason\":\"fire\"}"), None);
    assert_eq!(held("[]"), None);
}

#[test]
fn nobody_is_told_who_voted() {
    let mut cast = entry(1, Told::Known(Kind::VoteCast), "{}");
    cast.actor = "per_00000000000070008000000000000001".to_owned();
    assert_eq!(cast.actor_told(), "jury");
    cast.kind = Told::Known(Kind::PanelClosed);
    assert_eq!(cast.actor_told(), cast.actor);
}

#[test]
fn what_is_reopened_without_more_time_tells_of_none() {
    let seconds_of = |seconds| {
        let reason = "handed in by mistake".to_owned();
        Event::AttemptReopened { part: 1, seconds, reason, deadline: None }.done().seconds
    };
    assert_eq!(seconds_of(0), None);
    assert_eq!(seconds_of(300), Some(300));
}
