//! Gathering the facts of a day for its minutes.

use std::collections::HashMap;

use chrono::SecondsFormat;
use chrono_tz::Tz;
use serde_json::Value;

use super::{
    Error,
    door::Refused,
    list_incidents, list_notices,
    minutes::{
        Act, Attendance, CandidateFacts, FORMAT, Facts, IncidentFacts, NoticeFacts, PartFacts,
        RefusedFacts, SessionFacts,
    },
};
use crate::{
    attempt::{self, PartRow, Stored, rules::AttemptState},
    base::{AttemptId, PersonId, Timestamp},
    centre,
    db::Tx,
    enrolment, journal,
    people::Names,
    session::{self, Session},
};

/// Entries of the journal read at once.
const PAGE: i64 = 2000;

/// An instant as people of the zone read it, with its offset.
fn local(zone: Tz, at: Timestamp) -> String {
    at.with_timezone(&zone).to_rfc3339_opts(SecondsFormat::Secs, false)
}

/// Gathers the facts of a session in which everything is sealed.
pub async fn gather(
    tx: &mut Tx,
    session: &Session,
    (person, comment): (PersonId, &str),
    now: Timestamp,
) -> Result<Facts, Error> {
    let zone: Tz = session.time_zone.parse().unwrap_or(Tz::UTC);
    let mut names = Names::default();
    let candidates = candidates(tx, session, zone).await?;
    let (journal_entries, hash) = journal::find_head(tx, session.id).await?;
    let mut invigilators = Vec::new();
    let watch = session::list_invigilators(tx, session.id).await?;
    names.know(tx, watch.iter().copied()).await?;
    for invigilator in watch {
        invigilators.push(names.of(tx, invigilator).await?);
    }
    let (acts, refused) = acts(tx, session, zone, &mut names).await?;
    Ok(Facts {
        format: FORMAT.to_owned(),
        session: session_facts(tx, session, zone).await?,
        signed_by: names.of(tx, person).await?,
        signed_at: local(zone, now),
        comment: comment.to_owned(),
        invigilators,
        attendance: attendance(&candidates),
        candidates,
        acts,
        refused,
        incidents: incidents(tx, session, zone).await?,
        notices: notices(tx, session, zone).await?,
        journal_entries,
        journal_hash: hex::encode(hash),
    })
}

async fn session_facts(tx: &mut Tx, session: &Session, zone: Tz) -> Result<SessionFacts, Error> {
    let centre = centre::find_centre(tx, session.centre).await?;
    let scheme = session::scheme_of(tx, session).await?;
    let told = |at: Option<Timestamp>| at.map(|at| local(zone, at)).unwrap_or_default();
    Ok(SessionFacts {
        id: session.id.to_string(),
        centre: centre.map(|centre| centre.name).unwrap_or_default(),
        scheme: session.scheme_id.clone(),
        scheme_title: scheme.title.clone(),
        scheme_version: session.scheme_version.clone(),
        place: session.place.clone(),
        room: session.room.clone(),
        time_zone: session.time_zone.clone(),
        starts_at: local(zone, session.starts_at),
        opened_at: told(session.opened_at),
        closed_at: told(session.closed_at),
    })
}

fn attendance(candidates: &[CandidateFacts]) -> Attendance {
    let count = |state| candidates.iter().filter(|candidate| candidate.ended == state).count();
    let absent = count(AttemptState::Absent);
    Attendance {
        enrolled: candidates.len(),
        present: candidates.len() - absent,
        absent,
        submitted: count(AttemptState::Submitted),
        terminated: count(AttemptState::Terminated),
        withdrawn: count(AttemptState::Withdrawn),
    }
}

async fn candidates(
    tx: &mut Tx,
    session: &Session,
    zone: Tz,
) -> Result<Vec<CandidateFacts>, Error> {
    let all = attempt::list_attempts(tx, session.id).await?;
    let by_enrolment: HashMap<_, Stored> =
        all.into_iter().map(|stored| (stored.enrolment, stored)).collect();
    let answered: HashMap<_, _> = attempt::list_answered(tx, session.id)
        .await?
        .into_iter()
        .map(|(attempt, part, count)| ((attempt, part), count))
        .collect();
    let mut parts: HashMap<AttemptId, Vec<PartFacts>> = HashMap::new();
    for row in attempt::list_parts_of_session(tx, session.id).await? {
        let answers = answered.get(&(row.attempt_id, row.part)).copied().unwrap_or_default();
        parts.entry(row.attempt_id).or_default().push(part_facts(&row, answers, zone));
    }
    let mut candidates = Vec::new();
    for place in enrolment::list_of_session(tx, session.id).await? {
        let Some(stored) = by_enrolment.get(&place.id) else { continue };
        candidates.push(CandidateFacts {
            attempt: stored.id,
            family_name: place.family_name,
            given_names: place.given_names,
            birth_date: place.birth_date,
            external_id: place.external_id,
            extra_time: place.extra_time.to_string(),
            ended: stored.attempt.state.ended(),
            reason: stored.attempt.reason.clone(),
            parts: parts.remove(&stored.id).unwrap_or_default(),
        });
    }
    Ok(candidates)
}

fn part_facts(row: &PartRow, answers: i64, zone: Tz) -> PartFacts {
    PartFacts {
        part: row.part,
        started_at: local(zone, row.started_at),
        sealed_at: row.sealed_at.map(|at| local(zone, at)).unwrap_or_default(),
        allowed_s: row.allowed_s,
        answers,
        digest: row.digest.as_deref().map(hex::encode).unwrap_or_default(),
    }
}

/// What is an act worth telling: what was done to attempts and clocks, not what candidates answered.
const ACTS: [&str; 9] = [
    "attempt_reinstated",
    "attempt_held",
    "attempt_released",
    "clock_extended",
    "clock_corrected",
    "break_overrun",
    "attempt_terminated",
    "attempt_withdrawn",
    "device_changed",
];

async fn acts(
    tx: &mut Tx,
    session: &Session,
    zone: Tz,
    names: &mut Names,
) -> Result<(Vec<Act>, Vec<RefusedFacts>), Error> {
    let (mut acts, mut refused, mut after) = (Vec::new(), Refused::default(), 0);
    loop {
        let page = journal::list_after(tx, session.id, after, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok((acts, refused.facts(|at| local(zone, at))));
        };
        after = last.seq;
        for entry in &page {
            refused.note(entry);
        }
        names.know(tx, journal::people_in(&page)).await?;
        for entry in page.iter().filter(|entry| ACTS.contains(&entry.kind.as_str())) {
            // a clock is corrected for everybody: one line says so, not one for each
            if entry.kind == "clock_corrected" && entry.attempt_id.is_some() {
                continue;
            }
            let body: Value = serde_json::from_str(&entry.body).unwrap_or_default();
            acts.push(Act {
                at: local(zone, entry.at),
                kind: entry.kind.clone(),
                attempt: entry.attempt_id,
                by: names.of_actor(tx, &entry.actor).await?,
                reason: body["reason"].as_str().unwrap_or_default().to_owned(),
                seconds: body["seconds"].as_i64(),
                credit: body["credit"].as_bool(),
            });
        }
    }
}

async fn incidents(tx: &mut Tx, session: &Session, zone: Tz) -> Result<Vec<IncidentFacts>, Error> {
    let all = list_incidents(tx, session.id).await?.into_iter();
    Ok(all
        .map(|incident| IncidentFacts {
            at: local(zone, incident.at),
            attempt: incident.attempt_id,
            category: incident.category,
            note: incident.note,
            by: incident.author,
        })
        .collect())
}

async fn notices(tx: &mut Tx, session: &Session, zone: Tz) -> Result<Vec<NoticeFacts>, Error> {
    let all = list_notices(tx, session.id).await?.into_iter();
    Ok(all
        .map(|notice| NoticeFacts {
            at: local(zone, notice.at),
            attempt: notice.attempt_id,
            text: notice.text,
            by: notice.author,
        })
        .collect())
}
