//! What was refused at the doors, as the minutes tell it: however many lines the journal has, one for the
//! room and one for each seat.

use std::collections::BTreeMap;

use serde_json::Value;

use super::minutes::RefusedFacts;
use crate::{
    base::{AttemptId, Timestamp},
    journal::Written,
    session::{ENTRIES_REFUSED, SECOND_DEVICE_REFUSED},
};

/// What the lines of a journal about doors add up to.
#[derive(Debug, Default)]
pub struct Refused(BTreeMap<(Option<AttemptId>, String), Sum>);

#[derive(Debug)]
struct Sum {
    from: Timestamp,
    until: Timestamp,
    count: i64,
    devices: i64,
}

impl Refused {
    /// Adds a line, if it is about a door.
    pub fn note(&mut self, entry: &Written) {
        if ![ENTRIES_REFUSED, SECOND_DEVICE_REFUSED].contains(&entry.kind.as_str()) {
            return;
        }
        let body: Value = serde_json::from_str(&entry.body).unwrap_or_default();
        let since = body["since"].as_str().and_then(|at| at.parse().ok()).unwrap_or(entry.at);
        let sum = self.0.entry((entry.attempt_id, entry.kind.clone())).or_insert(Sum {
            from: since,
            until: entry.at,
            count: 0,
            devices: 1,
        });
        sum.from = sum.from.min(since);
        sum.until = sum.until.max(entry.at);
        // a line of before there were counts is one device that was refused once
        sum.count += body["count"].as_i64().unwrap_or(1);
        sum.devices = body["total_devices"].as_i64().unwrap_or(sum.devices);
    }

    /// One line for each door, with instants as `told`.
    pub fn facts(self, told: impl Fn(Timestamp) -> String) -> Vec<RefusedFacts> {
        let line = |((attempt, kind), sum): ((Option<AttemptId>, String), Sum)| RefusedFacts {
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
    use serde_json::json;

    use super::*;
    use crate::base::Chance;

    fn line(kind: &str, attempt: Option<AttemptId>, minute: i64, body: &Value) -> Written {
        Written {
            seq: minute,
            at: Timestamp::UNIX_EPOCH + chrono::Duration::minutes(minute),
            actor: "system".into(),
            kind: kind.into(),
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
            let body = json!({ "count": 100, "devices": 2, "total_devices": 3 });
            refused.note(&line(ENTRIES_REFUSED, None, minute, &body));
            refused.note(&line("answer_saved", seat, minute, &json!({})));
        }
        refused.note(&line(SECOND_DEVICE_REFUSED, seat, 7, &json!({ "epoch": 1 })));
        let facts = refused.facts(|at| at.timestamp().to_string());
        let told: Vec<_> = facts.iter().map(|f| (f.attempt, f.count, f.devices)).collect();
        assert_eq!(told, [(None, 6000, 3), (seat, 1, 1)]);
        assert_eq!((facts[0].from.as_str(), facts[0].until.as_str()), ("0", "3540"));
    }
}
