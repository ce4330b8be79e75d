//! What was refused at the doors, as the minutes tell it: however many lines the journal has, one for the
//! room and one for each seat.

use std::collections::BTreeMap;

use super::minutes::RefusedFacts;
use crate::{
    base::{AttemptId, Timestamp},
    journal::{Event, Told, Written},
};

/// What the lines of a journal about doors add up to.
#[derive(Debug, Default)]
pub struct Refused(BTreeMap<(Option<AttemptId>, Told), Sum>);

#[derive(Debug)]
struct Sum {
    from: Timestamp,
    until: Timestamp,
    count: i64,
    devices: i64,
}

impl Refused {
    /// Adds a line about a door.
    pub fn note(&mut self, entry: &Written) {
        let event = entry.event();
        // a line of before there were counts is one device that was refused once
        let (count, since, devices) = match event {
            Some(
                Event::EntriesRefused { count, since, total_devices, .. }
                | Event::SecondDeviceRefused { count, since, total_devices, .. },
            ) => (count, since, i64::try_from(total_devices).ok()),
            Some(_) | None => (1, entry.at, None),
        };
        let sum = self.0.entry((entry.attempt_id, entry.kind.clone())).or_insert(Sum {
            from: since,
            until: entry.at,
            count: 0,
            devices: 1,
        });
        sum.from = sum.from.min(since);
        sum.until = sum.until.max(entry.at);
        sum.count += count;
        sum.devices = devices.unwrap_or(sum.devices);
    }

    /// One line for each door, with instants as `told`.
    pub fn facts(self, told: impl Fn(Timestamp) -> String) -> Vec<RefusedFacts> {
        let line = |((attempt, kind), sum): ((Option<AttemptId>, Told), Sum)| RefusedFacts {
            from: told(sum.from),
            until: told(sum.until),
            attempt,
            kind,
            count: sum.count,
            devices: sum.devices,
        };
        self.0.into_iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{base::Chance, journal::Kind};

    fn line(kind: Kind, attempt: Option<AttemptId>, minute: i64, body: &Value) -> Written {
        Written {
            seq: minute,
            at: Timestamp::UNIX_EPOCH + chrono::Duration::minutes(minute),
            actor: "system".into(),
            kind: Told::Known(kind),
            attempt_id: attempt,
            body: body.to_string(),
            hash: Vec::new(),
        }
    }

    #[test]
    fn six_thousand_refusals_are_one_line_for_the_room_and_one_for_the_seat() {
        let seat = Some(Chance::seeded(1).id(Timestamp::UNIX_EPOCH));
        let mut refused = Refused::default();
        for minute in 0..60 {
            let since = Timestamp::UNIX_EPOCH + chrono::Duration::minutes(minute);
            let body = json!({ "count": 100, "devices": 2, "total": 100, "total_devices": 3,
                               "since": since });
            refused.note(&line(Kind::EntriesRefused, None, minute, &body));
        }
        refused.note(&line(Kind::SecondDeviceRefused, seat, 7, &json!({ "epoch": 1 })));
        let facts = refused.facts(|at| at.timestamp().to_string());
        let told: Vec<_> = facts.iter().map(|f| (f.attempt, f.count, f.devices)).collect();
        assert_eq!(told, [(None, 6000, 3), (seat, 1, 1)]);
        assert_eq!((facts[0].from.as_str(), facts[0].until.as_str()), ("0", "3540"));
    }
}
