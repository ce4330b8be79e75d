//! Who may sit on a panel, what may be voted, when a case is decided.
//!
//! Source: the scheme's rule for the jury.

use std::collections::BTreeSet;

use crate::{
    base::{PersonId, prose},
    journal::Outcome,
    scheme::{JuryRule, Scheme, Tie},
};

/// The longest reason, in characters.
pub const LONGEST_REASON: usize = 2_000;

impl Outcome {
    /// Whether the attempt counts for nothing.
    pub fn voids(self) -> bool {
        match self {
            Self::Validated | Self::Changed | Self::Refused => false,
            Self::Cancelled | Self::Rejected => true,
        }
    }
}

/// What a vote is for; two votes for the same choice agree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Choice {
    /// The outcome.
    pub outcome: Outcome,
    /// The level; present for `validated` and `changed`, and for nothing else.
    pub level: Option<String>,
}

/// What one juror says of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vote {
    /// Who says it.
    pub juror: PersonId,
    /// What.
    pub choice: Choice,
    /// Why; may be empty only for `validated`.
    pub reason: String,
}

/// A member of a panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat {
    /// Who.
    pub person: PersonId,
    /// Whether they preside.
    pub president: bool,
}

/// How somebody who was given a seat stands now.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// May judge.
    Judges,
    /// Is a juror no longer.
    NoJuror,
    /// Has become a member of the centre whose candidates are judged.
    OfTheCentre,
}

/// How somebody stands who was given a seat.
pub fn standing(is_juror: bool, of_the_centre: bool) -> Standing {
    match (is_juror, of_the_centre) {
        (false, _) => Standing::NoJuror,
        (true, true) => Standing::OfTheCentre,
        (true, false) => Standing::Judges,
    }
}

/// Why a rule of the jury said no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Only a closed session has a panel.
    #[error("the session is not closed")]
    SessionNotClosed,
    /// A session has one panel.
    #[error("the session has a panel already")]
    AlreadyConvened,
    /// The scheme says how many.
    #[error("the panel must have {expected} members, the president among them")]
    WrongSize {
        /// Members of a panel.
        expected: usize,
    },
    /// Somebody would vote twice.
    #[error("a person is named twice")]
    NamedTwice,
    /// Only who holds the role judges.
    #[error("a person named is not a juror")]
    NotAJuror,
    /// Nobody judges candidates of their own centre.
    #[error("a person named is a member of the centre")]
    JurorOfTheCentre,
    /// Nobody chooses themselves to judge.
    #[error("who convenes a panel has no seat on it")]
    ConvenesOneself,
    /// What is decided stays decided.
    #[error("the case is decided")]
    AlreadyDecided,
    /// There is nothing to validate.
    #[error("no level is proposed; validate is not possible")]
    NothingProposed,
    /// A level must be named, another than the proposed one.
    #[error("name the level, another than the proposed one")]
    LevelNeeded,
    /// The scheme has no such level, or the outcome has none.
    #[error("this level does not go with this outcome")]
    LevelNotPossible,
    /// A reason must be given.
    #[error("give a reason")]
    ReasonRequired,
    /// The reason is too long.
    #[error("the reason is longer than 2000 characters")]
    ReasonTooLong,
    /// Too few have voted.
    #[error("{quorum} votes are needed")]
    NoQuorum {
        /// Votes needed.
        quorum: usize,
    },
    /// The president's vote settles the case, so it must be there.
    #[error("the president has not voted")]
    PresidentHasNotVoted,
    /// The panel has work to do.
    #[error("{open} cases are open")]
    OpenCases {
        /// Cases not decided.
        open: usize,
    },
    /// The panel has closed.
    #[error("the panel has closed")]
    PanelClosed,
    /// Decisions rested on votes that count no longer; their cases are open again.
    #[error("votes count no longer; the cases {cases:?} are open again")]
    CasesOpenAgain {
        /// Their numbers.
        cases: Vec<i32>,
    },
}

impl Refusal {
    /// The code of the problem; never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::SessionNotClosed => "session_not_closed",
            Self::AlreadyConvened => "panel_already_convened",
            Self::WrongSize { .. } => "wrong_panel_size",
            Self::NamedTwice => "juror_named_twice",
            Self::NotAJuror => "not_a_juror",
            Self::JurorOfTheCentre => "juror_of_the_centre",
            Self::ConvenesOneself => "convenes_oneself",
            Self::AlreadyDecided => "already_decided",
            Self::NothingProposed => "nothing_proposed",
            Self::LevelNeeded => "level_needed",
            Self::LevelNotPossible => "level_not_possible",
            Self::ReasonRequired => "reason_required",
            Self::ReasonTooLong => "reason_too_long",
            Self::NoQuorum { .. } => "no_quorum",
            Self::PresidentHasNotVoted => "president_has_not_voted",
            Self::OpenCases { .. } => "panel_has_open_cases",
            Self::PanelClosed => "panel_closed",
            Self::CasesOpenAgain { .. } => "cases_open_again",
        }
    }
}

/// The seats of a panel, if these persons may make one that `convener` convenes. `are_jurors` and
/// `of_the_centre` tell of everybody named whether they hold the role, and who is a member of the
/// session's centre.
pub fn seat(
    rule: &JuryRule,
    convener: PersonId,
    (president, others): (PersonId, &[PersonId]),
    are_jurors: bool,
    of_the_centre: bool,
) -> Result<Vec<Seat>, Refusal> {
    let seats: Vec<Seat> = std::iter::once(Seat { person: president, president: true })
        .chain(others.iter().map(|person| Seat { person: *person, president: false }))
        .collect();
    let persons: BTreeSet<PersonId> = seats.iter().map(|seat| seat.person).collect();
    if persons.len() != seats.len() {
        return Err(Refusal::NamedTwice);
    }
    if seats.len() != rule.members {
        return Err(Refusal::WrongSize { expected: rule.members });
    }
    if persons.contains(&convener) {
        return Err(Refusal::ConvenesOneself);
    }
    if !are_jurors {
        return Err(Refusal::NotAJuror);
    }
    if of_the_centre {
        return Err(Refusal::JurorOfTheCentre);
    }
    Ok(seats)
}

/// The choice and the reason of a vote, if it may be cast on an open case.
pub fn check_vote(
    scheme: &Scheme,
    proposed: Option<&str>,
    outcome: Outcome,
    level: Option<&str>,
    reason: &str,
) -> Result<(Choice, String), Refusal> {
    let reason = prose(reason);
    let level = match outcome {
        Outcome::Validated => {
            let proposed = proposed.ok_or(Refusal::NothingProposed)?;
            if level.is_some_and(|level| level != proposed) {
                return Err(Refusal::LevelNotPossible);
            }
            Some(proposed)
        }
        Outcome::Changed => {
            let level = level.filter(|level| Some(*level) != proposed);
            let level = level.ok_or(Refusal::LevelNeeded)?;
            Some(scheme.level(level).map(|l| l.id.as_str()).ok_or(Refusal::LevelNotPossible)?)
        }
        Outcome::Refused | Outcome::Cancelled | Outcome::Rejected => {
            if level.is_some() {
                return Err(Refusal::LevelNotPossible);
            }
            None
        }
    };
    if reason.is_empty() && outcome != Outcome::Validated {
        return Err(Refusal::ReasonRequired);
    }
    if reason.chars().count() > LONGEST_REASON {
        return Err(Refusal::ReasonTooLong);
    }
    Ok((Choice { outcome, level: level.map(str::to_owned) }, reason))
}

/// What the votes decide by themselves: the choice of more than half of the panel, or, when all
/// have voted and no choice has that many, the president's. Fewer than a quorum decide nothing,
/// however few still sit on the panel.
pub fn decided(rule: &JuryRule, seats: &[Seat], votes: &[Vote]) -> Option<Choice> {
    if votes.len() < rule.quorum {
        return None;
    }
    let majority = majority(seats, votes);
    if votes.len() < seats.len() {
        return majority;
    }
    majority.or_else(|| presidents_choice(rule.tie, seats, votes))
}

/// What the president decides when not all have voted.
pub fn decided_by_president(
    rule: &JuryRule,
    seats: &[Seat],
    votes: &[Vote],
) -> Result<Choice, Refusal> {
    if votes.len() < rule.quorum {
        return Err(Refusal::NoQuorum { quorum: rule.quorum });
    }
    majority(seats, votes)
        .or_else(|| presidents_choice(rule.tie, seats, votes))
        .ok_or(Refusal::PresidentHasNotVoted)
}

/// What votes settle, by themselves or by the word of the president.
pub fn settled(rule: &JuryRule, seats: &[Seat], votes: &[Vote]) -> Option<Choice> {
    decided(rule, seats, votes).or_else(|| decided_by_president(rule, seats, votes).ok())
}

fn majority(seats: &[Seat], votes: &[Vote]) -> Option<Choice> {
    let for_choice = |choice: &Choice| votes.iter().filter(|vote| vote.choice == *choice).count();
    let choice = votes.iter().map(|vote| &vote.choice);
    choice.clone().find(|choice| for_choice(choice) * 2 > seats.len()).cloned()
}

fn presidents_choice(tie: Tie, seats: &[Seat], votes: &[Vote]) -> Option<Choice> {
    match tie {
        Tie::President => {
            let president = seats.iter().find(|seat| seat.president)?.person;
            votes.iter().find(|vote| vote.juror == president).map(|vote| vote.choice.clone())
        }
    }
}

/// The reason of a decision: the president's, if they voted for it, else the first given.
pub fn reason(seats: &[Seat], votes: &[Vote], choice: &Choice) -> String {
    let presides = |vote: &&Vote| seats.iter().any(|s| s.president && s.person == vote.juror);
    let mut agreeing: Vec<&Vote> = votes.iter().filter(|vote| vote.choice == *choice).collect();
    agreeing.sort_by_key(|vote| (vote.reason.is_empty(), !presides(vote)));
    agreeing.first().map_or(String::new(), |vote| vote.reason.clone())
}

#[cfg(test)]
mod tests;
