//! What happened in a session since a number of its journal, as those who follow it are told.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Error, Incident, Notice, Presence, list_incidents, list_notices, rules};
use crate::{
    app::App,
    base::{AttemptId, SessionId},
    journal::{self, Written},
    session::{self, ENTRIES_REFUSED, RefusedAtDoor, SECOND_DEVICE_REFUSED},
};

/// Whoever has missed more entries than this loads again over HTTP.
pub const MISSED_AT_MOST: i64 = 4096;

/// What happened.
#[derive(Debug, Clone, Default)]
pub struct News {
    /// The last number that is in it.
    pub seq: i64,
    /// Too much was missed, or rows came and went: load again.
    pub resync: bool,
    /// The attempts whose rows changed.
    pub rows: BTreeSet<AttemptId>,
    /// Those of them whose candidates are told; who saves an answer knows it already.
    pub told: BTreeSet<AttemptId>,
    /// Incidents that were written down.
    pub incidents: Vec<Incident>,
    /// Notices that were posted.
    pub notices: Vec<Notice>,
    /// Whether entries were refused at the door.
    pub door: bool,
    /// Whether the session itself changed.
    pub session: bool,
}

/// The last number of a session's journal.
pub async fn head(app: &App, session: SessionId) -> Result<i64, Error> {
    Ok(journal::find_head(&mut app.db.read().await?, session).await?.0)
}

/// What happened after number `after`.
pub async fn news(app: &App, session: SessionId, after: i64) -> Result<News, Error> {
    let mut tx = app.db.read().await?;
    let entries = journal::list_after(&mut tx, session, after, MISSED_AT_MOST + 1).await?;
    let Some(last) = entries.last() else { return Ok(News { seq: after, ..News::default() }) };
    let mut news = News { seq: last.seq, ..News::default() };
    if entries.iter().zip(0..).any(|(_, missed)| missed == MISSED_AT_MOST) {
        (news.seq, _) = journal::find_head(&mut tx, session).await?;
        news.resync = true;
        return Ok(news);
    }
    for entry in &entries {
        news.note(entry);
    }
    let numbers = particulars(&entries, "notice_posted", "number");
    if !numbers.is_empty() {
        news.notices = list_notices(&mut tx, session).await?;
        news.notices.retain(|notice| numbers.contains(&notice.number.to_string()));
    }
    let ids = particulars(&entries, "incident_written", "id");
    if !ids.is_empty() {
        news.incidents = list_incidents(&mut tx, session).await?;
        news.incidents.retain(|incident| ids.contains(&incident.id.to_string()));
    }
    Ok(news)
}

impl News {
    fn note(&mut self, entry: &Written) {
        match (entry.kind.as_str(), entry.attempt_id) {
            ("notice_posted", _) | ("incident_written", None) => {}
            (ENTRIES_REFUSED, _) => self.door = true,
            ("incident_written" | "answer_saved" | SECOND_DEVICE_REFUSED, Some(attempt)) => {
                self.rows.insert(attempt);
            }
            (_, Some(attempt)) => {
                self.rows.insert(attempt);
                self.told.insert(attempt);
            }
            (kind, None) => {
                self.session = true;
                self.resync |= kind.starts_with("candidate");
            }
        }
    }
}

/// The member `name` of every entry of one kind, as text.
fn particulars(entries: &[Written], kind: &str, name: &str) -> BTreeSet<String> {
    let of_kind = entries.iter().filter(|entry| entry.kind == kind);
    of_kind
        .filter_map(|entry| match &serde_json::from_str::<Value>(&entry.body).ok()?[name] {
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        })
        .collect()
}

/// Entries with the session's code that match nobody.
pub async fn entries_refused(
    app: &App,
    session: SessionId,
) -> Result<Option<RefusedAtDoor>, Error> {
    Ok(session::list_refused(&mut app.db.read().await?, session).await?.entries)
}

/// The presence of a candidate at this instant.
pub fn presence(app: &App, attempt: AttemptId, entered: bool) -> Presence {
    rules::presence(entered, app.presence.last_seen(attempt), app.clock.now())
}
