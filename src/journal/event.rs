//! The closed list of what a journal tells: each kind with its word and what its entries hold.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::words::{AttemptState, IncidentCategory, Outcome, RevocationReason, SealCause};
use crate::base::{
    AttemptId, EnrolmentId, IncidentId, Language, PanelId, PersonId, Timestamp, words,
};

/// `events! { Held = "attempt_held" { part: i32, } }`: a word of [`Kind`] and a variant of [`Event`].
macro_rules! events {
    ($($(#[$doc:meta])* $name:ident = $word:tt {
        $($(#[$of_member:meta])* $member:ident: $type:ty,)*
    })+) => {
        words! {
            /// What an entry of a journal is about: a word in the past tense.
            #[schema(as = JournalKind)]
            pub enum Kind {
                $($(#[$doc])* $name = $word,)+
            }
        }

        /// What happened, with its particulars: a kind and the body that belongs to it.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "kind", content = "body")]
        pub enum Event {
            $($(#[$doc])* #[serde(rename = $word)] $name {
                $($(#[$of_member])* $member: $type,)*
            },)+
        }

        impl Event {
            /// Its kind.
            pub fn kind(&self) -> Kind {
                match self {
                    $(Self::$name { .. } => Kind::$name,)+
                }
            }
        }
    };
}

events! {
    /// A session was planned.
    SessionPlanned = "session_planned" {
        /// When it is to begin.
        starts_at: Timestamp,
    }
    /// Its plan was changed.
    SessionReplanned = "session_replanned" {
        /// When it is to begin.
        starts_at: Timestamp,
        /// Where: the house.
        place: String,
        /// Where: the room.
        room: String,
        /// Of its papers and certificates.
        language: Language,
        /// Who is to watch.
        invigilators: Vec<PersonId>,
    }
    /// Candidates got places.
    CandidatesEnrolled = "candidates_enrolled" {
        /// How many.
        added: usize,
        /// SHA-256 of the list they were on; absent for one who was typed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        list_sha256: Option<String>,
    }
    /// The details of a candidate were corrected.
    EnrolmentCorrected = "enrolment_corrected" {
        /// The place.
        enrolment: EnrolmentId,
        /// The version that it has now.
        version: i64,
    }
    /// A place was taken back.
    EnrolmentRemoved = "enrolment_removed" {
        /// The place.
        enrolment: EnrolmentId,
    }
    /// Check-in began.
    SessionOpened = "session_opened" {}
    /// Everything was sealed and the minutes signed.
    SessionClosed = "session_closed" {
        /// What was remarked; may be empty.
        comment: String,
    }

    /// A candidate came, and is who they say.
    AttemptCheckedIn = "attempt_checked_in" {}
    /// A candidate did not come.
    AttemptMarkedAbsent = "attempt_marked_absent" {}
    /// Who had been marked absent came after all.
    AttemptReinstated = "attempt_reinstated" {
        /// Why.
        reason: String,
    }
    /// A candidate may begin.
    AttemptAdmitted = "attempt_admitted" {}
    /// A candidate took the seat.
    AttemptEntered = "attempt_entered" {
        /// Raised by each change of the device.
        epoch: i64,
    }
    /// The candidate may enter at another device.
    DeviceChanged = "device_changed" {
        /// Raised by it.
        epoch: i64,
    }
    /// A part began.
    PartStarted = "part_started" {
        /// Its number.
        part: i32,
        /// Its time, extra time included.
        allowed_s: i64,
        /// When it is over.
        deadline: Option<Timestamp>,
    }
    /// A part began later than the break before it allowed.
    BreakOverrun = "break_overrun" {
        /// How much later.
        seconds: i64,
    }
    /// An answer was saved. What it says is not told.
    AnswerSaved = "answer_saved" {
        /// Of which part.
        part: i32,
        /// To which item.
        item: String,
        /// From which device.
        epoch: i64,
        /// Counted by that device.
        revision: i64,
        /// SHA-256 of what it says.
        sha256: String,
    }
    /// The clock of a part stands from now on.
    AttemptHeld = "attempt_held" {
        /// Which part.
        part: i32,
        /// Why.
        reason: String,
    }
    /// It runs again.
    AttemptReleased = "attempt_released" {
        /// Which part.
        part: i32,
        /// Whether the time that it stood is given back.
        credit: bool,
        /// When the part is over now.
        deadline: Option<Timestamp>,
    }
    /// Time was given or taken.
    ClockExtended = "clock_extended" {
        /// Of which part.
        part: i32,
        /// How much; less than 0 when taken.
        seconds: i64,
        /// Why.
        reason: String,
        /// When the part is over now.
        deadline: Option<Timestamp>,
    }
    /// The server's clock was set forward or back, which nobody's time follows.
    ClockCorrected = "clock_corrected" {
        /// By how much.
        seconds: i64,
        /// The clock of one candidate that moved with it; absent for the room.
        #[serde(flatten)]
        clock: Option<CorrectedClock>,
    }
    /// A part was sealed.
    PartSealed = "part_sealed" {
        /// Its number.
        part: i32,
        /// By what.
        cause: SealCause,
        /// When; at its deadline, if that was the cause.
        sealed_at: Timestamp,
        /// SHA-256 of the answer sheet, as on the receipt.
        digest: String,
        /// How many items were answered.
        answers: usize,
    }
    /// Staff ended an attempt.
    AttemptTerminated = "attempt_terminated" {
        /// Why.
        reason: String,
    }
    /// A candidate gave up.
    AttemptWithdrawn = "attempt_withdrawn" {
        /// Why; may be empty.
        reason: String,
    }
    /// What a mistake sealed or ended goes on: its part stands on hold.
    AttemptReopened = "attempt_reopened" {
        /// Which part.
        part: i32,
        /// How much time it got beside what was left.
        seconds: i64,
        /// Why.
        reason: String,
        /// When the part is over now.
        deadline: Option<Timestamp>,
    }
    /// The session closed over an attempt.
    AttemptSealed = "attempt_sealed" {
        /// How it had ended.
        ended: AttemptState,
    }
    /// The jury annulled an attempt.
    AttemptVoided = "attempt_voided" {
        /// SHA-256 of the minutes that say so.
        minutes: String,
    }

    /// Entries with the session's code matched nobody.
    EntriesRefused = "entries_refused" {
        /// How often since the last line.
        count: i64,
        /// Since when.
        since: Timestamp,
        /// From how many devices; 64 stands for more as well.
        devices: usize,
        /// How often altogether.
        total: i64,
        /// From how many devices altogether.
        total_devices: usize,
    }
    /// Other devices wanted a seat that is taken.
    SecondDeviceRefused = "second_device_refused" {
        /// How often since the last line.
        count: i64,
        /// Since when.
        since: Timestamp,
        /// From how many devices; 64 stands for more as well.
        devices: usize,
        /// How often altogether.
        total: i64,
        /// From how many devices altogether.
        total_devices: usize,
    }
    /// An irregularity was written down.
    IncidentWritten = "incident_written" {
        /// Which.
        id: IncidentId,
        /// What kind.
        category: IncidentCategory,
        /// What happened; may be empty.
        note: String,
    }
    /// Something was announced.
    NoticePosted = "notice_posted" {
        /// Its number within the session.
        number: i32,
        /// What it says.
        text: String,
    }

    /// A jury was made for the session.
    PanelConvened = "panel_convened" {
        /// The jury.
        panel: PanelId,
        /// Who presides.
        president: PersonId,
        /// All who judge.
        jurors: Vec<PersonId>,
        /// How many attempts are before it.
        cases: usize,
    }
    /// A vote was cast, or changed. Whose it is and what it says is not told.
    VoteCast = "vote_cast" {
        /// What jurors see instead of a name.
        number: i32,
        /// How many votes there are on the case.
        votes: usize,
    }
    /// A case was decided.
    CaseDecided = "case_decided" {
        /// What jurors see instead of a name.
        number: i32,
    }
    /// Votes that count no longer had settled a case.
    CaseReopened = "case_reopened" {
        /// What jurors see instead of a name.
        number: i32,
    }
    /// Every case is decided and the jury's minutes are signed.
    PanelClosed = "panel_closed" {
        /// The jury.
        panel: PanelId,
        /// SHA-256 of its minutes.
        minutes: String,
        /// What was decided.
        decided: Vec<DecidedCase>,
    }
    /// A certificate was signed.
    CertificateIssued = "certificate_issued" {
        /// Its code.
        code: String,
        /// The level, as people read it.
        level: String,
    }
    /// A certificate was taken back.
    CertificateRevoked = "certificate_revoked" {
        /// Its code.
        code: String,
        /// Why.
        reason: RevocationReason,
    }
}

/// The clock of one candidate when the server's was corrected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectedClock {
    /// Of which part.
    pub part: i32,
    /// When the part is over now; absent between parts.
    pub deadline: Option<Timestamp>,
}

/// What was decided of an attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecidedCase {
    /// Of which.
    pub attempt: AttemptId,
    /// What jurors saw instead of a name.
    pub number: i32,
    /// What.
    pub outcome: Outcome,
    /// The level obtained.
    pub level: Option<String>,
}

impl Event {
    /// The body as it is stored and hashed: JSON without spaces, members sorted.
    pub fn body(&self) -> String {
        let mut whole = serde_json::to_value(self).expect("an event is JSON");
        whole["body"].take().to_string()
    }

    /// The event of this kind with this body; nothing for a body that another version wrote
    /// differently.
    pub fn read(kind: Kind, body: &str) -> Option<Self> {
        let body: Value = serde_json::from_str(body).ok()?;
        serde_json::from_value(serde_json::json!({ "kind": kind, "body": body })).ok()
    }
}
