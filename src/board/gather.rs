//! Gathering the facts of a day for its minutes.

use std::collections::HashMap;

use super::{
    Error, acts, list_incidents, list_notices,
    minutes::{
        Attendance, CandidateFacts, FORMAT, Facts, IncidentFacts, NoticeFacts, PartFacts,
        SessionFacts,
    },
};
use crate::{
    attempt::{self, PartRow, Stored, rules::AttemptState},
    base::{AttemptId, PersonId, SessionId, Timestamp},
    centre,
    db::Tx,
    enrolment,
    journal::{self, Event, Kind},
    people::Names,
    session::{self, Session},
};
use chrono::SecondsFormat;
use chrono_tz::Tz;

/// An instant as people of the zone read it, with its offset.
fn local(zone: Tz, at: Timestamp) -> String {
    at.with_timezone(&zone).to_rfc3339_opts(SecondsFormat::Secs, false)
}

/// The end of a session, as the entry says that closed its journal.
pub struct Closing {
    /// Who closed it.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
    /// What was remarked.
    pub comment: String,
    /// The number of the entry.
    seq: i64,
    /// Its hash.
    hash: Vec<u8>,
}

/// How a session was closed.
pub async fn closing(tx: &mut Tx, session: SessionId) -> Result<Option<Closing>, Error> {
    let Some(last) = journal::find_last_of(tx, session, Kind::SessionClosed).await? else {
        return Ok(None);
    };
    let (by, event) = (last.actor.parse().ok(), last.event());
    let (Some(by), Some(Event::SessionClosed { comment })) = (by, event) else { return Ok(None) };
    Ok(Some(Closing { by, at: last.at, comment, seq: last.seq, hash: last.hash }))
}

/// Gathers the facts of a session in which everything is sealed.
pub async fn gather(tx: &mut Tx, session: &Session, closing: &Closing) -> Result<Facts, Error> {
    let zone: Tz = session.time_zone.parse().unwrap_or(Tz::UTC);
    let mut names = Names::default();
    let candidates = candidates(tx, session, zone).await?;
    let mut invigilators = Vec::new();
    let watch = session::list_invigilators(tx, session.id).await?;
    names.know(tx, watch.iter().copied()).await?;
    for invigilator in watch {
        invigilators.push(names.of(tx, invigilator).await?);
    }
    let (acts, refused) =
        acts::list(tx, (session.id, closing.seq), &mut names, |at| local(zone, at)).await?;
    Ok(Facts {
        format: FORMAT.to_owned(),
        session: session_facts(tx, session, zone).await?,
        signed_by: names.of(tx, closing.by).await?,
        signed_at: local(zone, closing.at),
        comment: closing.comment.clone(),
        invigilators,
        attendance: attendance(&candidates),
        candidates,
        acts,
        refused,
        incidents: incidents(tx, session, zone).await?,
        notices: notices(tx, session, zone).await?,
        journal_entries: closing.seq,
        journal_hash: hex::encode(&closing.hash),
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
