//! What is refused at the door, told to those who watch: a line of the journal at once, and from then
//! on one a minute that says how often. The journal stays what it is, only ever added to; what waits for
//! its line stands in the database, so that servers count together and a restart forgets nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use super::{Session, SessionState, door_store, store};
use crate::{
    app::{App, DEVICES_TOLD_APART, Knock, Knocks},
    base::{AttemptId, SessionId, Timestamp, words},
    db::{DbError, Tx},
    journal::{self, Actor, Event},
    lasting,
};
use door_store::DoorRow;

/// How often what was refused is written down.
const EVERY: Duration = Duration::from_secs(1);
/// Between two lines of the journal about one door.
const A_LINE_EVERY: chrono::Duration = chrono::Duration::minutes(1);

words! {
    /// Which door something was refused at.
    enum At {
        /// The room's: entries with its code that match nobody.
        Room = "entries_refused",
        /// A seat's: other devices wanted it.
        Seat = "second_device_refused",
    }
}

/// What was refused at one door since it opened.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct RefusedAtDoor {
    /// How often.
    pub count: i64,
    /// From how many devices; 64 stands for more as well.
    pub devices: usize,
    /// The first time.
    pub first_at: DateTime<Utc>,
    /// The last time.
    pub last_at: DateTime<Utc>,
}

/// What was refused at the doors of one session.
#[derive(Debug, Clone, Default)]
pub struct Doors {
    /// Entries with its code that match nobody.
    pub entries: Option<RefusedAtDoor>,
    /// Second devices, by the seat that they wanted.
    pub seats: BTreeMap<AttemptId, RefusedAtDoor>,
}

/// Whether the next line of the journal may be written when the last one was at `told_at`.
fn is_due(told_at: Option<Timestamp>, now: Timestamp) -> bool {
    told_at.is_none_or(|told_at| now - told_at >= A_LINE_EVERY || told_at > now)
}

/// Writes down what was refused for as long as the program runs.
pub async fn keep_telling(app: App) {
    loop {
        if let Err(cause) = tell_refused(&app).await {
            lasting::error("what was refused at doors could not be written", &cause);
        }
        app.clock.moved_or(EVERY).await;
    }
}

/// Writes down what was refused on this server, and tells the journals for which it is time.
pub async fn tell_refused(app: &App) -> Result<(), DbError> {
    let now = app.clock.now();
    // asked first: what is taken below must find the database there
    let mut tx = app.db.read().await?;
    let waiting = door_store::list_sessions_waiting(&mut tx).await?;
    drop(tx);
    let mut fresh: BTreeMap<SessionId, Vec<(Knock, Knocks)>> = BTreeMap::new();
    for (knock, knocks) in app.door.take() {
        fresh.entry(knock.session()).or_default().push((knock, knocks));
    }
    let mut failed = None;
    for session in fresh.keys().copied().chain(waiting).collect::<BTreeSet<_>>() {
        let knocks = fresh.remove(&session).unwrap_or_default();
        if let Err(cause) = tell_session(app, session, &knocks, now).await {
            for (knock, knocks) in knocks {
                app.door.add(knock, knocks);
            }
            failed = Some(cause);
        }
    }
    failed.map_or(Ok(()), Err)
}

async fn tell_session(
    app: &App,
    session: SessionId,
    knocks: &[(Knock, Knocks)],
    now: Timestamp,
) -> Result<(), DbError> {
    if knocks.is_empty() && !is_time(app, session, now).await? {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    let Some(session) = store::lock(&mut tx, session).await? else { return Ok(()) };
    match session.state {
        SessionState::Planned | SessionState::Open => {}
        // its minutes are signed
        SessionState::Closed | SessionState::Validated => return Ok(()),
    }
    write_down(&mut tx, session.id, knocks).await?;
    let told = tell(&mut tx, &session, now, is_due).await?;
    tx.commit().await?;
    if told > 0 {
        app.bell.ring(session.id);
    }
    Ok(())
}

/// Looks without a lock first: mostly the minute is not over.
async fn is_time(app: &App, session: SessionId, now: Timestamp) -> Result<bool, DbError> {
    let doors = door_store::list_doors(&mut app.db.read().await?, session).await?;
    Ok(doors.iter().any(|door| door.waiting > 0 && is_due(door.told_at, now)))
}

/// Tells the journal of a session that closes whatever waits. The session is locked by the caller.
pub async fn tell_waiting(tx: &mut Tx, session: &Session, now: Timestamp) -> Result<(), DbError> {
    tell(tx, session, now, |_, _| true).await.map(drop)
}

async fn write_down(
    tx: &mut Tx,
    session: SessionId,
    knocks: &[(Knock, Knocks)],
) -> Result<(), DbError> {
    if knocks.is_empty() {
        return Ok(());
    }
    let known = door_store::list_doors(tx, session).await?;
    for (knock, knocks) in knocks {
        let (at, about_id) = address(*knock);
        let row = known.iter().find(|row| row.kind == at.as_str() && row.about_id == about_id);
        door_store::put_door(tx, session, &joined(row, at, about_id, knocks)).await?;
    }
    Ok(())
}

fn address(knock: Knock) -> (At, Uuid) {
    match knock {
        Knock::WrongEntry(session) => (At::Room, session.0),
        Knock::SecondDevice(_, attempt) => (At::Seat, attempt.0),
    }
}

/// The row of a door after `more` was refused there.
fn joined(row: Option<&DoorRow>, at: At, about_id: Uuid, more: &Knocks) -> DoorRow {
    let mut all = more.clone();
    let mut waiting = more.clone();
    if let Some(row) = row {
        all.join(Knocks {
            times: row.times,
            first_at: row.first_at,
            last_at: row.last_at,
            devices: read(&row.devices),
        });
        if row.waiting > 0 {
            waiting.join(Knocks {
                times: row.waiting,
                first_at: row.waiting_since,
                last_at: row.last_at,
                devices: read(&row.waiting_devices),
            });
        }
    }
    DoorRow {
        kind: at.as_str().to_owned(),
        about_id,
        times: all.times,
        first_at: all.first_at,
        last_at: all.last_at,
        devices: json!(all.devices).to_string(),
        waiting: waiting.times,
        waiting_since: waiting.first_at,
        waiting_devices: json!(waiting.devices).to_string(),
        told_at: row.and_then(|row| row.told_at),
    }
}

fn read(devices: &str) -> BTreeSet<String> {
    serde_json::from_str(devices).unwrap_or_default()
}

/// Writes a line for each door at which something waits and it is time. Returns how many.
async fn tell(
    tx: &mut Tx,
    session: &Session,
    now: Timestamp,
    is_time: impl Fn(Option<Timestamp>, Timestamp) -> bool,
) -> Result<usize, DbError> {
    let mut told = 0;
    for mut door in door_store::list_doors(tx, session.id).await? {
        if door.waiting == 0 || !is_time(door.told_at, now) {
            continue;
        }
        let (attempt, event) = line(&door)?;
        let (at, actor) = (now, Actor::System);
        let entry = journal::Entry { session: session.id, at, actor, attempt, event };
        journal::append(tx, &entry).await?;
        (door.waiting, door.told_at) = (0, Some(now));
        "[]".clone_into(&mut door.waiting_devices);
        door_store::put_door(tx, session.id, &door).await?;
        told += 1;
    }
    Ok(told)
}

/// What the journal says of what waits at a door.
fn line(door: &DoorRow) -> Result<(Option<AttemptId>, Event), DbError> {
    let (count, since) = (door.waiting, door.waiting_since);
    let devices = read(&door.waiting_devices).len();
    let (total, total_devices) = (door.times, read(&door.devices).len());
    Ok(match door.kind.parse()? {
        At::Room => (None, Event::EntriesRefused { count, since, devices, total, total_devices }),
        At::Seat => {
            let seat = AttemptId(door.about_id);
            (Some(seat), Event::SecondDeviceRefused { count, since, devices, total, total_devices })
        }
    })
}

/// What was refused at the doors of a session.
pub async fn list_refused(tx: &mut Tx, session: SessionId) -> Result<Doors, DbError> {
    let mut doors = Doors::default();
    for row in door_store::list_doors(tx, session).await? {
        let refused = RefusedAtDoor {
            count: row.times,
            devices: read(&row.devices).len().min(DEVICES_TOLD_APART),
            first_at: row.first_at,
            last_at: row.last_at,
        };
        match row.kind.parse()? {
            At::Room => doors.entries = Some(refused),
            At::Seat => _ = doors.seats.insert(AttemptId(row.about_id), refused),
        }
    }
    Ok(doors)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + chrono::Duration::seconds(seconds)
    }

    fn knocks(times: i64, first: i64, last: i64, device: &str) -> Knocks {
        let devices = BTreeSet::from([device.to_owned()]);
        Knocks { times, first_at: at(first), last_at: at(last), devices }
    }

    #[test]
    fn the_first_line_is_written_at_once_and_the_next_after_a_minute() {
        assert!(is_due(None, at(0)));
        assert!(!is_due(Some(at(0)), at(59)));
        assert!(is_due(Some(at(0)), at(60)));
        assert!(is_due(Some(at(3600)), at(0)), "the clock was put back");
    }

    #[test]
    fn what_was_told_is_not_told_again_and_counts_altogether() {
        let id = Uuid::nil();
        let first = joined(None, At::Room, id, &knocks(3, 0, 2, "a"));
        assert_eq!((first.times, first.waiting), (3, 3));
        let told =
            DoorRow { waiting: 0, waiting_devices: "[]".into(), told_at: Some(at(2)), ..first };
        let second = joined(Some(&told), At::Room, id, &knocks(4, 5, 9, "b"));
        assert_eq!((second.times, second.waiting), (7, 4));
        assert_eq!((second.first_at, second.last_at, second.waiting_since), (at(0), at(9), at(5)));
        assert_eq!(read(&second.devices).len(), 2);
        assert_eq!(read(&second.waiting_devices).len(), 1);
        let third = joined(Some(&second), At::Room, id, &knocks(1, 10, 10, "a"));
        assert_eq!((third.times, third.waiting, third.waiting_since), (8, 5, at(5)));
    }
}
