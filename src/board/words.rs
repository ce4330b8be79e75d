//! What the minutes call things, in French and in English.

use super::IncidentCategory;
use crate::{attempt::rules::AttemptState, document::dates};

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

/// What was done to an attempt; a word of a newer program stays as it is.
pub fn act<'a>(kind: &'a str, lang: &str) -> &'a str {
    let (fr, en) = match kind {
        "attempt_reinstated" => ("réintégration", "reinstated"),
        "attempt_held" => ("suspension", "held"),
        "attempt_released" => ("reprise", "released"),
        "break_overrun" => ("pause dépassée", "break overrun"),
        "clock_extended" => ("temps modifié", "time changed"),
        "clock_corrected" => (
            "horloge du serveur recalée, temps restants inchangés",
            "server clock corrected, remaining times unchanged",
        ),
        "attempt_terminated" => ("interruption", "terminated"),
        "attempt_withdrawn" => ("abandon", "withdrawn"),
        "device_changed" => ("changement de poste", "device changed"),
        "entries_refused" => ("entrées refusées", "entries refused"),
        "second_device_refused" => ("second poste refusé", "second device refused"),
        other => return other,
    };
    pick(lang, fr, en)
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
        assert_eq!(act("attempt_held", "en"), "held");
        assert_eq!(act("something_new", "fr"), "something_new");
    }
}
