//! The rows of the board: one for each candidate, whole, so that applying one twice is harmless.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Error,
    rules::{self, Presence},
    store,
};
use crate::{
    app::App,
    attempt::{
        self, Stored,
        clock::{self, Entry},
        rules::{self as machine, Ask, Attempt, AttemptState, State},
    },
    base::{AttemptId, SessionId, Timestamp},
    db::{DbError, Tx},
    enrolment::{self, Enrolment},
    people,
    scheme::Scheme,
    session::{self, RefusedAtDoor, Session, SessionState},
};

/// A candidate on the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = BoardRow)]
pub struct Row {
    /// The attempt.
    pub attempt_id: AttemptId,
    /// As enrolled.
    pub family_name: String,
    /// As enrolled.
    pub given_names: String,
    /// As enrolled.
    pub birth_date: NaiveDate,
    /// The centre's own number; may be empty.
    pub external_id: String,
    /// A fraction such as 1/3; empty when there is none.
    pub extra_time: String,
    /// Where the attempt stands.
    pub state: AttemptState,
    /// The part begun last; 0 before the first.
    pub part: i32,
    /// Raised by every change.
    pub version: i64,
    /// Since when it stands there.
    pub since: DateTime<Utc>,
    /// Why, where a reason was given.
    pub reason: String,
    /// How many items of the part are answered.
    pub answered: i64,
    /// How many items the part has.
    pub items: usize,
    /// When the part began.
    pub started_at: Option<DateTime<Utc>>,
    /// When the part ends, while its clock runs or is held.
    pub deadline: Option<DateTime<Utc>>,
    /// When its break is over, while it lasts or is overrun.
    pub break_until: Option<DateTime<Utc>>,
    /// Since when its clock stands.
    pub held_since: Option<DateTime<Utc>>,
    /// Seconds that the part has left if it is reopened; none where no clock would go on.
    pub reopened_left_s: Option<i64>,
    /// The time allowed for the part, extra time included.
    pub allowed_s: Option<i64>,
    /// What extensions add up to.
    pub extended_s: i64,
    /// Whether the device is heard.
    pub presence: Presence,
    /// When the device was last heard.
    pub last_seen: Option<DateTime<Utc>>,
    /// Other devices that wanted the seat and were refused.
    pub second_devices: Option<RefusedAtDoor>,
    /// How many incidents concern this attempt.
    pub incidents: usize,
    /// Whether the candidate has signed in at a device.
    pub entered: bool,
    /// What staff may ask of it now.
    pub allowed: Vec<Ask>,
}

/// What a row is made of besides the attempt.
struct Facts {
    place: Enrolment,
    answered: i64,
    incidents: usize,
    entered: bool,
    second_devices: Option<RefusedAtDoor>,
}

/// What all rows are made in.
struct Room<'a> {
    app: &'a App,
    scheme: &'a Scheme,
    is_open: bool,
    now: Timestamp,
}

/// From this many changed rows on, the whole session is read at once.
const FEW: usize = 4;

/// The rows of a session by name; of `only` these attempts, where given.
pub async fn list(
    app: &App,
    tx: &mut Tx,
    session: &Session,
    only: Option<&BTreeSet<AttemptId>>,
    now: Timestamp,
) -> Result<Vec<Row>, Error> {
    let scheme = session::scheme_of(tx, session).await?;
    let room = Room { app, scheme: &scheme, is_open: session.state == SessionState::Open, now };
    let made = |stored: &Stored, facts| row(&room, stored, facts);
    if let Some(only) = only.filter(|only| only.len() <= FEW) {
        let mut rows = Vec::new();
        for &attempt in only {
            let Some(stored) = attempt::find(tx, attempt).await? else { continue };
            let Some(facts) = facts_of(tx, &stored, now).await? else { continue };
            rows.push(made(&stored, facts));
        }
        return Ok(rows);
    }
    let all = attempt::list_attempts(tx, session.id).await?;
    let mut facts = facts_of_all(tx, session.id, &all, now).await?;
    let by_enrolment: HashMap<_, _> = all.iter().map(|stored| (stored.enrolment, stored)).collect();
    let places = enrolment::list_of_session(tx, session.id).await?;
    let ordered = places.iter().filter_map(|place| by_enrolment.get(&place.id));
    let wanted = ordered.filter(|stored| only.is_none_or(|only| only.contains(&stored.id)));
    Ok(wanted.filter_map(|stored| Some(made(stored, facts.remove(&stored.id)?))).collect())
}

async fn facts_of(tx: &mut Tx, stored: &Stored, now: Timestamp) -> Result<Option<Facts>, DbError> {
    let Some(place) = enrolment::find_enrolment(tx, stored.enrolment).await? else {
        return Ok(None);
    };
    let part = stored.attempt.state.part();
    let incidents = store::list_incidents(tx, stored.session).await?;
    let subject = people::Subject::Attempt(stored.id);
    Ok(Some(Facts {
        place,
        answered: attempt::count_answered(tx, stored.id, part).await?,
        incidents: incidents.iter().filter(|i| i.attempt_id == Some(stored.id)).count(),
        second_devices: session::list_refused(tx, stored.session).await?.seats.remove(&stored.id),
        entered: people::is_signed_in(tx, subject, now).await?,
    }))
}

async fn facts_of_all(
    tx: &mut Tx,
    session: SessionId,
    all: &[Stored],
    now: Timestamp,
) -> Result<BTreeMap<AttemptId, Facts>, DbError> {
    let mut places: HashMap<_, _> = enrolment::list_of_session(tx, session)
        .await?
        .into_iter()
        .map(|place| (place.id, place))
        .collect();
    let answered: HashMap<_, _> = attempt::list_answered(tx, session)
        .await?
        .into_iter()
        .map(|(attempt, part, count)| ((attempt, part), count))
        .collect();
    let mut incidents: HashMap<AttemptId, usize> = HashMap::new();
    for incident in store::list_incidents(tx, session).await? {
        if let Some(attempt) = incident.attempt_id {
            *incidents.entry(attempt).or_default() += 1;
        }
    }
    let ids: Vec<_> = all.iter().map(|stored| stored.id).collect();
    let entered = people::list_seats(tx, &ids, now).await?;
    let mut refused = session::list_refused(tx, session).await?.seats;
    let facts = all.iter().filter_map(|stored| {
        let part = stored.attempt.state.part();
        let facts = Facts {
            place: places.remove(&stored.enrolment)?,
            answered: answered.get(&(stored.id, part)).copied().unwrap_or_default(),
            incidents: incidents.get(&stored.id).copied().unwrap_or_default(),
            entered: entered.contains(&stored.id),
            second_devices: refused.remove(&stored.id),
        };
        Some((stored.id, facts))
    });
    Ok(facts.collect())
}

/// What the rules allow now, while the session is open; a new device is offered where there is one
/// that it would replace.
fn allowed(room: &Room<'_>, attempt: &Attempt, entered: bool) -> Vec<Ask> {
    if !room.is_open {
        return Vec::new();
    }
    let mut asks = machine::allowed(attempt, &Ask::OF_STAFF, room.now);
    asks.retain(|ask| *ask != Ask::NewDevice || entered);
    asks
}

fn row(room: &Room<'_>, stored: &Stored, facts: Facts) -> Row {
    let Room { app, scheme, now, .. } = *room;
    let attempt = &stored.attempt;
    let part = attempt.state.part();
    let last_seen = app.presence.last_seen(stored.id);
    let ticking = matches!(attempt.state, State::Running { .. } | State::Held { .. });
    let held = matches!(attempt.state, State::Held { .. });
    let allowed_s = attempt.ledger.iter().find_map(|entry| match *entry {
        Entry::Start { allowed_s, .. } => Some(allowed_s),
        Entry::Hold { .. }
        | Entry::Release { .. }
        | Entry::Extend { .. }
        | Entry::Correction { .. } => None,
    });
    Row {
        attempt_id: stored.id,
        family_name: facts.place.family_name,
        given_names: facts.place.given_names,
        birth_date: facts.place.birth_date,
        external_id: facts.place.external_id,
        extra_time: facts.place.extra_time.to_string(),
        state: attempt.state.name(),
        part,
        version: stored.version,
        since: attempt.since,
        reason: attempt.reason.clone(),
        answered: facts.answered,
        items: scheme.part(part).map_or(0, crate::scheme::Part::items),
        started_at: clock::started_at(&attempt.ledger),
        deadline: attempt.deadline().filter(|_| ticking),
        break_until: attempt.break_until(scheme.break_s),
        held_since: clock::held_since(&attempt.ledger).filter(|_| held),
        reopened_left_s: attempt.left_if_reopened(),
        allowed_s,
        extended_s: clock::extended_s(&attempt.ledger),
        presence: rules::presence(facts.entered, last_seen, now),
        last_seen,
        second_devices: facts.second_devices,
        incidents: facts.incidents,
        entered: facts.entered,
        allowed: allowed(room, attempt, facts.entered),
    }
}
