//! What happened in a session since a number of its journal, as those who follow it are told.

use std::collections::BTreeSet;

use super::{Error, Incident, Notice, Presence, list_incidents, list_notices, rules};
use crate::{
    app::App,
    base::{AttemptId, IncidentId, SessionId},
    journal::{self, Event, Kind, Reach, Written},
    session::{self, RefusedAtDoor},
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
    let (mut numbers, mut ids) = (BTreeSet::new(), BTreeSet::new());
    for entry in &entries {
        match news.note(entry) {
            Some(Said::Notice(number)) => _ = numbers.insert(number),
            Some(Said::Incident(id)) => _ = ids.insert(id),
            None => {}
        }
    }
    if !numbers.is_empty() {
        news.notices = list_notices(&mut tx, session).await?;
        news.notices.retain(|notice| numbers.contains(&notice.number));
    }
    if !ids.is_empty() {
        news.incidents = list_incidents(&mut tx, session).await?;
        news.incidents.retain(|incident| ids.contains(&incident.id));
    }
    Ok(news)
}

/// What is told with its text.
#[derive(Debug, PartialEq, Eq)]
enum Said {
    Notice(i32),
    Incident(IncidentId),
}

impl News {
    fn note(&mut self, entry: &Written) -> Option<Said> {
        match (entry.kind.known().map(Kind::reach), entry.attempt_id) {
            (Some(Reach::Notice), _) => return self.said(entry),
            (Some(Reach::Incident), attempt) => {
                self.rows.extend(attempt);
                return self.said(entry);
            }
            (Some(Reach::Door), _) => self.door = true,
            (Some(Reach::Row), attempt) => self.rows.extend(attempt),
            // of what a newer program tells of an attempt, its row and its seat are shown anew
            (Some(Reach::Concerned | Reach::Reload) | None, Some(attempt)) => {
                self.rows.insert(attempt);
                self.told.insert(attempt);
            }
            (Some(Reach::Concerned), None) => self.session = true,
            (Some(Reach::Reload) | None, None) => {
                self.session = true;
                self.resync = true;
            }
        }
        None
    }

    /// Which notice or incident it is; where the entry does not say it as this program does, all is
    /// loaded again.
    fn said(&mut self, entry: &Written) -> Option<Said> {
        let event = entry.event();
        if let Some(Event::NoticePosted { number, .. }) = event {
            Some(Said::Notice(number))
        } else if let Some(Event::IncidentWritten { id, .. }) = event {
            Some(Said::Incident(id))
        } else {
            self.resync = true;
            None
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::{Chance, Timestamp},
        journal::Told,
    };

    fn noted(kind: Told, attempt: Option<AttemptId>) -> News {
        let (at, body) = (Timestamp::UNIX_EPOCH, "{}".to_owned());
        let (actor, hash) = ("system".to_owned(), Vec::new());
        let entry = Written { seq: 1, at, actor, kind, attempt_id: attempt, body, hash };
        let mut news = News::default();
        news.note(&entry);
        news
    }

    #[test]
    fn what_a_newer_program_wrote_is_told_to_all_whom_it_may_concern() {
        let ada = Chance::seeded(1).id(Timestamp::UNIX_EPOCH);
        let newer = || Told::Unknown("something_newer".to_owned());
        let news = noted(newer(), Some(ada));
        assert!(news.rows.contains(&ada) && news.told.contains(&ada) && !news.resync);
        let news = noted(newer(), None);
        assert!(news.session && news.resync, "rows may have come or gone");
    }

    #[test]
    fn a_place_that_is_taken_back_lets_boards_load_again() {
        assert!(noted(Told::Known(Kind::CandidatesEnrolled), None).resync);
        assert!(noted(Told::Known(Kind::EnrolmentRemoved), None).resync);
        assert!(!noted(Told::Known(Kind::SessionOpened), None).resync);
    }

    #[test]
    fn a_seat_is_not_told_of_the_answer_that_it_saved() {
        let ada = Chance::seeded(1).id(Timestamp::UNIX_EPOCH);
        for kind in [Kind::AnswerSaved, Kind::SecondDeviceRefused] {
            let news = noted(Told::Known(kind), Some(ada));
            assert!(news.rows.contains(&ada) && news.told.is_empty());
        }
        assert!(noted(Told::Known(Kind::AttemptHeld), Some(ada)).told.contains(&ada));
    }
}
