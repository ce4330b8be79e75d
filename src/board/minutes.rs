//! The minutes of a session: the facts of the day, and their signature.
//!
//! What is signed is the JSON text of [`Facts`] without spaces, members sorted, with Ed25519. The
//! facts name the last entry of the journal, so that the signature covers the whole chain.
//!
//! Format: `docs/FORMATS.md`, section 7.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::IncidentCategory;
use crate::{
    app::App,
    attempt::rules::AttemptState,
    base::{AttemptId, PersonId, Timestamp},
    journal::Told,
    scheme::Text,
};

/// The first words of the facts, so that a signature over them is good for nothing else.
pub const FORMAT: &str = "jurat session minutes v1";

/// The facts of a day. Instants carry the offset of the centre's zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// What this text is.
    pub format: String,
    /// The session.
    pub session: SessionFacts,
    /// Who closed it and signed.
    pub signed_by: String,
    /// When.
    pub signed_at: String,
    /// What was remarked at the end.
    pub comment: String,
    /// Who invigilated.
    pub invigilators: Vec<String>,
    /// How many candidates ended how.
    pub attendance: Attendance,
    /// The candidates, by name.
    pub candidates: Vec<CandidateFacts>,
    /// What staff did to clocks and attempts, in order.
    pub acts: Vec<Act>,
    /// What was refused at the door: one line for the room, one for each seat.
    #[serde(default)]
    pub refused: Vec<RefusedFacts>,
    /// The incidents, in order.
    pub incidents: Vec<IncidentFacts>,
    /// The notices, in order.
    pub notices: Vec<NoticeFacts>,
    /// How many entries the journal has.
    pub journal_entries: i64,
    /// The hash of the last of them.
    pub journal_hash: String,
}

/// The session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionFacts {
    /// Its id.
    pub id: String,
    /// Who held it.
    pub centre: String,
    /// What was certified.
    pub scheme: String,
    /// Its title.
    pub scheme_title: Text,
    /// In which version.
    pub scheme_version: String,
    /// Where: the house.
    pub place: String,
    /// Where: the room.
    pub room: String,
    /// The zone of the times.
    pub time_zone: String,
    /// When it was planned to begin.
    pub starts_at: String,
    /// When check-in began.
    pub opened_at: String,
    /// When it was closed.
    pub closed_at: String,
}

/// How many candidates ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendance {
    /// On the list.
    pub enrolled: usize,
    /// Came.
    pub present: usize,
    /// Did not come.
    pub absent: usize,
    /// Handed in both parts.
    pub submitted: usize,
    /// Were ended by staff.
    pub terminated: usize,
    /// Gave up.
    pub withdrawn: usize,
}

/// A candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CandidateFacts {
    /// The attempt.
    pub attempt: AttemptId,
    /// As enrolled.
    pub family_name: String,
    /// As enrolled.
    pub given_names: String,
    /// As enrolled.
    pub birth_date: NaiveDate,
    /// The centre's own number; may be empty.
    pub external_id: String,
    /// A fraction; empty when there is none.
    pub extra_time: String,
    /// How the attempt ended.
    pub ended: AttemptState,
    /// Why, where a reason was given.
    pub reason: String,
    /// The parts that began.
    pub parts: Vec<PartFacts>,
}

/// A part that began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartFacts {
    /// Its number.
    pub part: i32,
    /// When it began.
    pub started_at: String,
    /// When it was sealed.
    pub sealed_at: String,
    /// The time allowed, extra time included.
    pub allowed_s: i64,
    /// How many items were answered.
    pub answers: i64,
    /// SHA-256 of the answer sheet, as on the receipt.
    pub digest: String,
}

/// Something staff or the clock did to an attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// When.
    pub at: String,
    /// The word of the journal.
    pub kind: Told,
    /// To whom; absent for the room.
    pub attempt: Option<AttemptId>,
    /// Who did it; empty for the candidate and the server.
    pub by: String,
    /// Why, where a reason was given.
    pub reason: String,
    /// Of an extension, or of a clock that was corrected.
    pub seconds: Option<i64>,
    /// Of a release: whether the held time was given back.
    pub credit: Option<bool>,
}

/// What was refused at one door.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedFacts {
    /// The first time.
    pub from: String,
    /// When it was told for the last time.
    pub until: String,
    /// Whose seat; absent for the room.
    pub attempt: Option<AttemptId>,
    /// The word of the journal.
    pub kind: Told,
    /// How often.
    pub count: i64,
    /// From how many devices; 64 stands for more as well.
    pub devices: i64,
}

/// An incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentFacts {
    /// When.
    pub at: String,
    /// Whom it concerns; absent for the room.
    pub attempt: Option<AttemptId>,
    /// What kind.
    pub category: IncidentCategory,
    /// What happened.
    pub note: String,
    /// Who wrote it down.
    pub by: String,
}

/// A notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeFacts {
    /// When.
    pub at: String,
    /// For whom; absent for the room.
    pub attempt: Option<AttemptId>,
    /// The text.
    pub text: String,
    /// Who posted it.
    pub by: String,
}

/// The facts as they were signed.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Signed {
    /// Who signed.
    pub signed_by: PersonId,
    /// When.
    pub signed_at: Timestamp,
    /// The very text that was signed.
    pub facts: String,
    /// The key.
    pub key_id: Vec<u8>,
    /// Ed25519, 64 bytes.
    pub signature: Vec<u8>,
}

/// Signs the facts.
pub fn sign(app: &App, facts: &Facts, signed_by: PersonId, signed_at: Timestamp) -> Signed {
    // a JSON value keeps its members sorted
    let facts = serde_json::to_value(facts).expect("facts are JSON").to_string();
    Signed {
        signed_by,
        signed_at,
        key_id: app.signer.key_id().to_vec(),
        signature: app.signer.sign(facts.as_bytes()).to_vec(),
        facts,
    }
}
