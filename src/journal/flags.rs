//! What follows from a kind, for those who read a journal.

use super::event::{Event, Kind};

impl Kind {
    /// Whether a jury should look at it twice.
    pub fn weighs(self) -> bool {
        match self {
            Self::AttemptHeld
            | Self::AttemptTerminated
            | Self::AttemptWithdrawn
            | Self::AttemptReopened
            | Self::AttemptVoided
            | Self::BreakOverrun
            | Self::ClockExtended
            | Self::ClockCorrected
            | Self::DeviceChanged
            | Self::IncidentWritten => true,
            Self::SessionPlanned
            | Self::SessionReplanned
            | Self::CandidatesEnrolled
            | Self::EnrolmentCorrected
            | Self::EnrolmentRemoved
            | Self::SessionOpened
            | Self::SessionClosed
            | Self::AttemptCheckedIn
            | Self::AttemptMarkedAbsent
            | Self::AttemptReinstated
            | Self::AttemptAdmitted
            | Self::AttemptEntered
            | Self::PartStarted
            | Self::AnswerSaved
            | Self::AttemptReleased
            | Self::PartSealed
            | Self::AttemptSealed
            | Self::EntriesRefused
            | Self::SecondDeviceRefused
            | Self::NoticePosted
            | Self::PanelConvened
            | Self::VoteCast
            | Self::CaseDecided
            | Self::CaseReopened
            | Self::PanelClosed
            | Self::CertificateIssued
            | Self::CertificateRevoked => false,
        }
    }

    /// How it is told to boards and seats that listen.
    pub fn reach(self) -> Reach {
        match self {
            Self::NoticePosted => Reach::Notice,
            Self::IncidentWritten => Reach::Incident,
            Self::EntriesRefused => Reach::Door,
            // who saves an answer knows it, and who sits at the seat is not told who else wants it
            Self::AnswerSaved | Self::SecondDeviceRefused => Reach::Row,
            Self::CandidatesEnrolled | Self::EnrolmentRemoved => Reach::Reload,
            Self::SessionPlanned
            | Self::SessionReplanned
            | Self::SessionOpened
            | Self::SessionClosed
            | Self::PanelConvened
            | Self::VoteCast
            | Self::CaseDecided
            | Self::CaseReopened
            | Self::PanelClosed
            | Self::EnrolmentCorrected
            | Self::AttemptCheckedIn
            | Self::AttemptMarkedAbsent
            | Self::AttemptReinstated
            | Self::AttemptAdmitted
            | Self::AttemptEntered
            | Self::DeviceChanged
            | Self::PartStarted
            | Self::BreakOverrun
            | Self::AttemptHeld
            | Self::AttemptReleased
            | Self::ClockExtended
            | Self::ClockCorrected
            | Self::PartSealed
            | Self::AttemptTerminated
            | Self::AttemptWithdrawn
            | Self::AttemptReopened
            | Self::AttemptSealed
            | Self::AttemptVoided
            | Self::CertificateIssued
            | Self::CertificateRevoked => Reach::Concerned,
        }
    }

    /// Whether a panel did it in secret: nobody is told who.
    pub fn is_secret(self) -> bool {
        match self {
            Self::VoteCast | Self::CaseDecided => true,
            Self::SessionPlanned
            | Self::SessionReplanned
            | Self::CandidatesEnrolled
            | Self::EnrolmentCorrected
            | Self::EnrolmentRemoved
            | Self::SessionOpened
            | Self::SessionClosed
            | Self::AttemptCheckedIn
            | Self::AttemptMarkedAbsent
            | Self::AttemptReinstated
            | Self::AttemptAdmitted
            | Self::AttemptEntered
            | Self::DeviceChanged
            | Self::PartStarted
            | Self::BreakOverrun
            | Self::AnswerSaved
            | Self::AttemptHeld
            | Self::AttemptReleased
            | Self::ClockExtended
            | Self::ClockCorrected
            | Self::PartSealed
            | Self::AttemptTerminated
            | Self::AttemptWithdrawn
            | Self::AttemptReopened
            | Self::AttemptSealed
            | Self::AttemptVoided
            | Self::EntriesRefused
            | Self::SecondDeviceRefused
            | Self::IncidentWritten
            | Self::NoticePosted
            | Self::PanelConvened
            | Self::CaseReopened
            | Self::PanelClosed
            | Self::CertificateIssued
            | Self::CertificateRevoked => false,
        }
    }
}

/// Who is to learn of an entry while they listen, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// As a notice, to those it is for.
    Notice,
    /// As an incident, to boards; the row of an attempt changes with it.
    Incident,
    /// As a count at the door, to boards.
    Door,
    /// As a changed row, to boards.
    Row,
    /// To whom it concerns: an attempt's row on boards and its seat; or the session.
    Concerned,
    /// Rows came or went: boards load again.
    Reload,
}

/// What was done to an attempt or a clock, as the minutes tell it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Done {
    /// Why; empty where no reason is given.
    pub reason: String,
    /// By how much, of a change of time.
    pub seconds: Option<i64>,
    /// Of a release: whether the held time was given back.
    pub credit: Option<bool>,
}

impl Event {
    /// Its particulars, as far as it is an act.
    pub fn done(self) -> Done {
        let none = Done::default();
        match self {
            Self::AttemptReinstated { reason }
            | Self::AttemptTerminated { reason }
            | Self::AttemptWithdrawn { reason }
            | Self::AttemptHeld { reason, .. } => Done { reason, ..none },
            Self::ClockExtended { seconds, reason, .. } => {
                Done { reason, seconds: Some(seconds), ..none }
            }
            Self::AttemptReopened { seconds, reason, .. } => {
                let seconds = Some(seconds).filter(|added| *added != 0);
                Done { reason, seconds, ..none }
            }
            Self::ClockCorrected { seconds, .. } | Self::BreakOverrun { seconds } => {
                Done { seconds: Some(seconds), ..none }
            }
            Self::AttemptReleased { credit, .. } => Done { credit: Some(credit), ..none },
            Self::SessionPlanned { .. }
            | Self::SessionReplanned { .. }
            | Self::CandidatesEnrolled { .. }
            | Self::EnrolmentCorrected { .. }
            | Self::EnrolmentRemoved { .. }
            | Self::SessionOpened {}
            | Self::SessionClosed { .. }
            | Self::AttemptCheckedIn {}
            | Self::AttemptMarkedAbsent {}
            | Self::AttemptAdmitted {}
            | Self::AttemptEntered { .. }
            | Self::DeviceChanged { .. }
            | Self::PartStarted { .. }
            | Self::AnswerSaved { .. }
            | Self::PartSealed { .. }
            | Self::AttemptSealed { .. }
            | Self::AttemptVoided { .. }
            | Self::EntriesRefused { .. }
            | Self::SecondDeviceRefused { .. }
            | Self::IncidentWritten { .. }
            | Self::NoticePosted { .. }
            | Self::PanelConvened { .. }
            | Self::VoteCast { .. }
            | Self::CaseDecided { .. }
            | Self::CaseReopened { .. }
            | Self::PanelClosed { .. }
            | Self::CertificateIssued { .. }
            | Self::CertificateRevoked { .. } => none,
        }
    }
}
