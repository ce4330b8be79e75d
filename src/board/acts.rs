//! What the minutes tell of the journal: what was done to attempts and clocks, what was refused at the
//! doors, and whatever a newer program wrote.

use super::{
    Error,
    door::Refused,
    minutes::{Act, RefusedFacts},
    words::{self, InMinutes},
};
use crate::{
    base::{SessionId, Timestamp},
    db::Tx,
    journal::{self, Done, Event, Kind, Told, Written},
    people::Names,
};

/// Entries of the journal read at once.
const PAGE: i64 = 2000;

/// The acts of a session in order up to the entry `until`, and what was refused, with instants as `told`.
pub(super) async fn list(
    tx: &mut Tx,
    (session, until): (SessionId, i64),
    names: &mut Names,
    told: impl Fn(Timestamp) -> String,
) -> Result<(Vec<Act>, Vec<RefusedFacts>), Error> {
    let (mut acts, mut refused, mut after) = (Vec::new(), Refused::default(), 0);
    loop {
        let mut page = journal::list_after(tx, session, after, PAGE).await?;
        page.retain(|entry| entry.seq <= until);
        let Some(last) = page.last() else { return Ok((acts, refused.facts(told))) };
        after = last.seq;
        names.know(tx, journal::people_in(&page)).await?;
        for entry in &page {
            match place(entry) {
                InMinutes::Act(..) => {
                    let by = names.of_actor(tx, &entry.actor_told()).await?;
                    acts.push(act(entry, by, &told));
                }
                InMinutes::Door(..) => refused.note(entry),
                InMinutes::Elsewhere => {}
            }
        }
    }
}

/// Where an entry stands in the minutes.
fn place(entry: &Written) -> InMinutes {
    match &entry.kind {
        // a clock is corrected for everybody: one line says so, not one for each
        Told::Known(Kind::ClockCorrected) if entry.attempt_id.is_some() => InMinutes::Elsewhere,
        Told::Known(kind) => words::in_minutes(*kind),
        Told::Unknown(_) => words::UNKNOWN,
    }
}

fn act(entry: &Written, by: String, told: impl Fn(Timestamp) -> String) -> Act {
    let (at, kind, attempt) = (told(entry.at), entry.kind.clone(), entry.attempt_id);
    let Done { reason, seconds, credit } = entry.event().map(Event::done).unwrap_or_default();
    Act { at, kind, attempt, by, reason, seconds, credit }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{AttemptId, Chance};

    fn entry(kind: Told, attempt: Option<AttemptId>) -> Written {
        let (at, body) = (Timestamp::UNIX_EPOCH, "{\"reason\":\"smoke\"}".to_owned());
        let (actor, hash) = ("system".to_owned(), Vec::new());
        Written { seq: 1, at, actor, kind, attempt_id: attempt, body, hash }
    }

    #[test]
    fn minutes_tell_acts_and_doors_and_what_they_do_not_know_but_not_answers() {
        let ada = Some(Chance::seeded(1).id(Timestamp::UNIX_EPOCH));
        let of = |kind: Kind, attempt| place(&entry(Told::Known(kind), attempt));
        assert_eq!(of(Kind::AnswerSaved, ada), InMinutes::Elsewhere);
        assert!(matches!(of(Kind::EntriesRefused, None), InMinutes::Door(..)));
        assert!(matches!(of(Kind::AttemptHeld, ada), InMinutes::Act(..)));
        assert!(matches!(of(Kind::ClockCorrected, None), InMinutes::Act(..)));
        assert_eq!(of(Kind::ClockCorrected, ada), InMinutes::Elsewhere);
        let newer = entry(Told::Unknown("something_newer".to_owned()), ada);
        assert_eq!(place(&newer), words::UNKNOWN);
        let act = act(&newer, String::new(), |at| at.to_string());
        assert_eq!((act.kind.word(), act.reason.as_str()), ("something_newer", ""));
    }
}
