//! What one socket is told: the journal of its session after a cursor.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use serde::Serialize;
use tokio::sync::watch;
use utoipa::ToSchema;

use super::{
    line::{Closing, Line},
    standing::{Standing, Stop},
};
use crate::{
    app::{App, Disagreement, Ticket},
    attempt,
    base::{AttemptId, PersonId, SessionId},
    board::{self, Incident, News, Notice, Presence, Row},
    http::{
        attempt_view::{AttemptView, view},
        clock::ClockAlarm,
        sessions::SessionDetail,
    },
    session::RefusedAtDoor,
};

/// Rows in one message at most.
const CHUNK: usize = 100;

/// What the server tells; a client ignores a `type` that it does not know.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum LiveMessage {
    /// Here is where the journal stands.
    Hello { seq: i64, server_now: DateTime<Utc> },
    /// Rows that changed, whole; applying them twice is harmless.
    Rows { seq: i64, server_now: DateTime<Utc>, rows: Vec<Row> },
    /// An incident was written down.
    Incident { seq: i64, incident: Incident },
    /// A notice was posted.
    Notice { seq: i64, notice: Notice },
    /// Entries with the session's code were refused, altogether so often.
    EntriesRefused { seq: i64, entries_refused: RefusedAtDoor },
    /// The session changed.
    Session { seq: i64, session: Box<SessionDetail> },
    /// The candidate's attempt changed.
    Attempt { seq: i64, attempt: Box<AttemptView> },
    /// The server's clock was set, or all is well again.
    Clock { seq: i64, server_now: DateTime<Utc>, clock: Option<ClockAlarm> },
    /// Load again over HTTP.
    Resync {},
}

/// The feed of one socket.
#[derive(Debug)]
pub struct Feed {
    app: App,
    session: SessionId,
    standing: Standing,
    cursor: i64,
    shown: HashMap<AttemptId, (bool, Presence)>,
    alarm: Option<Disagreement>,
}

impl Feed {
    /// A feed that begins where the journal stands when [`Self::hello`] is said.
    pub fn new(standing: Standing) -> Self {
        let (app, session) = (standing.app().clone(), standing.session());
        Self { app, session, standing, cursor: 0, shown: HashMap::new(), alarm: None }
    }

    /// The right to listen.
    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    /// Rings when the journal has grown.
    pub fn bell(&self) -> watch::Receiver<u64> {
        self.app.bell.follow(self.session)
    }

    /// Notes that the device was heard.
    pub fn heard(&self) {
        match self.standing.ticket() {
            Ticket::Seat { attempt, .. } => self.app.presence.seen(attempt, self.app.clock.now()),
            Ticket::Board { .. } => {}
        }
    }

    /// Says where the journal stands, and everything the listener should see now.
    pub async fn hello(&mut self, line: &mut Line) -> Result<(), Stop> {
        self.cursor = board::head(&self.app, self.session).await?;
        let server_now = self.app.clock.now();
        line.tell(&LiveMessage::Hello { seq: self.cursor, server_now }).await?;
        match self.standing.ticket() {
            Ticket::Board { .. } => self.tell_rows(line, None).await,
            Ticket::Seat { attempt, epoch, .. } => self.tell_attempt(line, attempt, epoch).await,
        }
    }

    /// Whether somebody's presence is another than the one shown; asks nothing of the database.
    pub fn presence_changed(&self) -> bool {
        !self.changed_presence().is_empty()
    }

    /// Whether the alarm of the clock is another than the one shown.
    pub fn alarm_changed(&self) -> bool {
        matches!(self.standing.ticket(), Ticket::Board { .. })
            && self.alarm != self.app.alarm.current()
    }

    async fn tell_alarm(&mut self, line: &mut Line) -> Result<(), Stop> {
        let alarm = self.app.alarm.current();
        let (seq, server_now) = (self.cursor, self.app.clock.now());
        let clock = alarm.map(ClockAlarm::from);
        line.tell(&LiveMessage::Clock { seq, server_now, clock }).await?;
        self.alarm = alarm;
        Ok(())
    }

    fn changed_presence(&self) -> BTreeSet<AttemptId> {
        let shown = self.shown.iter();
        shown
            .filter(|(attempt, (entered, shown))| {
                board::presence(&self.app, **attempt, *entered) != *shown
            })
            .map(|(attempt, _)| *attempt)
            .collect()
    }

    /// Tells what happened since the cursor, and whose presence changed.
    pub async fn tell(&mut self, line: &mut Line) -> Result<(), Stop> {
        let news = board::news(&self.app, self.session, self.cursor).await?;
        let before = std::mem::replace(&mut self.cursor, news.seq);
        if self.alarm_changed() {
            self.tell_alarm(line).await?;
        }
        let told = match self.standing.ticket() {
            Ticket::Board { person, .. } => self.tell_board(line, person, news).await,
            Ticket::Seat { attempt, epoch, .. } => self.tell_seat(line, attempt, epoch, news).await,
        };
        if matches!(told, Err(Stop::Failed(_))) {
            self.cursor = before;
        }
        told
    }

    async fn tell_board(
        &mut self,
        line: &mut Line,
        person: PersonId,
        mut news: News,
    ) -> Result<(), Stop> {
        let seq = news.seq;
        if news.resync {
            line.tell(&LiveMessage::Resync {}).await?;
            return self.tell_rows(line, None).await;
        }
        news.rows.append(&mut self.changed_presence());
        if !news.rows.is_empty() {
            self.tell_rows(line, Some(&news.rows)).await?;
        }
        for incident in news.incidents {
            line.tell(&LiveMessage::Incident { seq, incident }).await?;
        }
        for notice in news.notices {
            line.tell(&LiveMessage::Notice { seq, notice }).await?;
        }
        if news.door
            && let Some(entries_refused) = board::entries_refused(&self.app, self.session).await?
        {
            line.tell(&LiveMessage::EntriesRefused { seq, entries_refused }).await?;
        }
        if news.session {
            let access = self.standing.access(person).await?;
            let session = Box::new(SessionDetail::load(&self.app, &access).await?);
            line.tell(&LiveMessage::Session { seq, session }).await?;
        }
        Ok(())
    }

    async fn tell_rows(
        &mut self,
        line: &mut Line,
        only: Option<&BTreeSet<AttemptId>>,
    ) -> Result<(), Stop> {
        let (seq, server_now) = (self.cursor, self.app.clock.now());
        let mut rows = board::rows(&self.app, self.session, only).await?;
        self.shown.extend(rows.iter().map(|row| (row.attempt_id, (row.entered, row.presence))));
        while !rows.is_empty() {
            let rest = rows.split_off(rows.len().min(CHUNK));
            line.tell(&LiveMessage::Rows { seq, server_now, rows }).await?;
            rows = rest;
        }
        Ok(())
    }

    async fn tell_seat(
        &mut self,
        line: &mut Line,
        attempt: AttemptId,
        epoch: i64,
        news: News,
    ) -> Result<(), Stop> {
        if news.resync {
            line.tell(&LiveMessage::Resync {}).await?;
        }
        if news.told.contains(&attempt) {
            self.tell_attempt(line, attempt, epoch).await?;
        }
        let own = |notice: &Notice| notice.attempt_id.is_none_or(|only| only == attempt);
        for notice in news.notices.into_iter().filter(own) {
            line.tell(&LiveMessage::Notice { seq: news.seq, notice }).await?;
        }
        Ok(())
    }

    async fn tell_attempt(
        &self,
        line: &mut Line,
        attempt: AttemptId,
        epoch: i64,
    ) -> Result<(), Stop> {
        let snapshot = attempt::look_at(&self.app, attempt).await?;
        if snapshot.stored.attempt.epoch != epoch {
            return Err(Closing::Fenced.into());
        }
        let attempt = Box::new(view(&self.app, snapshot).await?);
        Ok(line.tell(&LiveMessage::Attempt { seq: self.cursor, attempt }).await?)
    }
}
