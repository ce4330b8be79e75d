//! What the minutes call things, in French and in English.

use super::IncidentCategory;
use crate::{
    attempt::rules::AttemptState,
    document::dates,
    journal::{Kind, Told},
};

/// French, or English for `en`.
pub fn pick(lang: &str, fr: &'static str, en: &'static str) -> &'static str {
    if lang == "en" { en } else { fr }
}

/// How an attempt ended.
pub fn ended(state: AttemptState, lang: &str) -> &'static str {
    let (fr, en) = match state {
        AttemptState::Enrolled => ("inscrit", "enrolled"),
        AttemptState::Absent => ("absent", "absent"),
        AttemptState::CheckedIn => ("présent", "checked in"),
        AttemptState::Admitted => ("admis en salle", "admitted"),
        AttemptState::Running => ("en cours", "running"),
        AttemptState::Held => ("suspendu", "on hold"),
        AttemptState::Break => ("en pause", "on a break"),
        AttemptState::Submitted => ("copie remise", "handed in"),
        AttemptState::Terminated => ("interrompu", "terminated"),
        AttemptState::Withdrawn => ("abandon", "withdrawn"),
        AttemptState::Sealed => ("scellé", "sealed"),
        AttemptState::Voided => ("annulé", "voided"),
    };
    pick(lang, fr, en)
}

/// A category of incidents.
pub fn category(category: IncidentCategory, lang: &str) -> &'static str {
    let (fr, en) = match category {
        IncidentCategory::Environment => ("environnement", "environment"),
        IncidentCategory::CandidateBehaviour => {
            ("comportement du candidat", "candidate's behaviour")
        }
        IncidentCategory::Identity => ("identité", "identity"),
        IncidentCategory::Illness => ("malaise", "illness"),
        IncidentCategory::Late => ("retard", "late arrival"),
        IncidentCategory::Staff => ("personnel", "staff"),
        IncidentCategory::TechnicalNetwork => ("technique : réseau", "technical: network"),
        IncidentCategory::TechnicalWorkstation => ("technique : poste", "technical: workstation"),
        IncidentCategory::TechnicalExam => ("technique : épreuve", "technical: exam"),
        IncidentCategory::SuspectedFraud => ("suspicion de fraude", "suspected fraud"),
        IncidentCategory::Other => ("autre", "other"),
    };
    pick(lang, fr, en)
}

/// What the minutes do with an entry of the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InMinutes {
    /// A line among the acts, with its words in French and in English.
    Act(&'static str, &'static str),
    /// Summed up for its door, with its words.
    Door(&'static str, &'static str),
    /// Told by another section, or by none.
    Elsewhere,
}

/// What a newer program wrote.
pub const UNKNOWN: InMinutes =
    InMinutes::Act("acte inconnu de cette version", "act unknown to this version");

/// Where a kind stands in the minutes, and in which words.
pub fn in_minutes(kind: Kind) -> InMinutes {
    use InMinutes::{Act, Door, Elsewhere};
    match kind {
        Kind::AttemptReinstated => Act("réintégration", "reinstated"),
        Kind::AttemptHeld => Act("suspension", "held"),
        Kind::AttemptReleased => Act("reprise", "released"),
        Kind::BreakOverrun => Act("pause dépassée", "break overrun"),
        Kind::ClockExtended => Act("temps modifié", "time changed"),
        Kind::ClockCorrected => Act(
            "horloge du serveur recalée, temps restants inchangés",
            "server clock corrected, remaining times unchanged",
        ),
        Kind::AttemptTerminated => Act("interruption", "terminated"),
        Kind::AttemptWithdrawn => Act("abandon", "withdrawn"),
        Kind::AttemptReopened => Act("réouverture", "reopened"),
        Kind::DeviceChanged => Act("changement de poste", "device changed"),
        Kind::EntriesRefused => Door("entrées refusées", "entries refused"),
        Kind::SecondDeviceRefused => Door("second poste refusé", "second device refused"),
        Kind::SessionPlanned
        | Kind::SessionReplanned
        | Kind::CandidatesEnrolled
        | Kind::EnrolmentCorrected
        | Kind::EnrolmentRemoved
        | Kind::SessionOpened
        | Kind::SessionClosed
        | Kind::AttemptCheckedIn
        | Kind::AttemptMarkedAbsent
        | Kind::AttemptAdmitted
        | Kind::AttemptEntered
        | Kind::PartStarted
        | Kind::AnswerSaved
        | Kind::PartSealed
        | Kind::AttemptSealed
        | Kind::AttemptVoided
        | Kind::IncidentWritten
        | Kind::NoticePosted
        | Kind::PanelConvened
        | Kind::VoteCast
        | Kind::CaseDecided
        | Kind::CaseReopened
        | Kind::PanelClosed
        | Kind::CertificateIssued
        | Kind::CertificateRevoked => Elsewhere,
    }
}

/// The words of an act or of a door; those of a newer program say so and name its own word.
pub fn told(kind: &Told, lang: &str) -> String {
    let place = kind.known().map_or(UNKNOWN, in_minutes);
    match (kind, place) {
        (Told::Known(_), InMinutes::Act(fr, en) | InMinutes::Door(fr, en)) => {
            pick(lang, fr, en).to_owned()
        }
        (Told::Unknown(word), InMinutes::Act(fr, en) | InMinutes::Door(fr, en)) => {
            format!("{} ({word})", pick(lang, fr, en))
        }
        // no minutes of ours have such a line
        (told, InMinutes::Elsewhere) => told.word().to_owned(),
    }
}

/// By how much the server's clock was set forward or back, which nobody's time follows.
pub fn clock_corrected(seconds: i64, lang: &str) -> String {
    let by = dates::length(seconds.abs());
    let (fr, en) = if seconds < 0 { ("reculée", "put back") } else { ("avancée", "put forward") };
    if lang == "en" {
        format!("server clock {en} by {by}, remaining times unchanged")
    } else {
        format!("horloge du serveur {fr} de {by}, temps restants inchangés")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_has_a_word_in_both_languages() {
        for state in AttemptState::ALL {
            assert!(!ended(state, "fr").is_empty() && !ended(state, "en").is_empty());
        }
        for one in IncidentCategory::ALL {
            assert!(!category(one, "fr").is_empty() && !category(one, "en").is_empty());
        }
        assert_eq!(told(&Told::Known(Kind::AttemptHeld), "en"), "held");
        let newer = Told::Unknown("something_newer".to_owned());
        assert_eq!(told(&newer, "fr"), "acte inconnu de cette version (something_newer)");
    }
}
