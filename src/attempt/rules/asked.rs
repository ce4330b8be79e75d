//! What people may ask of an attempt now.

use super::{Attempt, Command, LARGEST_EXTENSION_S, State, decided::decide};
use crate::base::Timestamp;

/// What people ask of an attempt, by the word that a body is tagged with.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// The person is here and is who they say.
    CheckIn,
    /// The person did not come.
    MarkAbsent,
    /// The person came after all.
    Reinstate,
    /// The candidate may begin.
    Admit,
    /// The clock stops.
    Hold,
    /// The clock goes on.
    Release,
    /// The deadline moves.
    Extend,
    /// The attempt ends.
    Terminate,
    /// The candidate gives up.
    Withdraw,
    /// Another device takes over.
    NewDevice,
    /// What was sealed or ended goes on.
    Reopen,
    /// The candidate begins the part whose turn it is.
    StartPart,
    /// The candidate hands in the part that runs.
    FinishPart,
}

impl Ask {
    /// What staff ask.
    pub const OF_STAFF: [Self; 11] = [
        Self::CheckIn,
        Self::MarkAbsent,
        Self::Reinstate,
        Self::Admit,
        Self::Hold,
        Self::Release,
        Self::Extend,
        Self::Terminate,
        Self::Withdraw,
        Self::NewDevice,
        Self::Reopen,
    ];
    /// What the candidate asks.
    pub const OF_CANDIDATE: [Self; 2] = [Self::StartPart, Self::FinishPart];

    /// A command of this kind that nothing but the attempt can stand against.
    fn command(self, a: &Attempt) -> Command {
        let reason = ".".to_owned();
        match self {
            Self::CheckIn => Command::CheckIn,
            Self::MarkAbsent => Command::MarkAbsent,
            Self::Reinstate => Command::Reinstate { reason },
            Self::Admit => Command::Admit,
            Self::Hold => Command::Hold { reason },
            Self::Release => Command::Release { credit: true },
            Self::Extend => Command::Extend { seconds: LARGEST_EXTENSION_S, reason },
            Self::Terminate => Command::Terminate { reason },
            Self::Withdraw => Command::Withdraw { reason },
            Self::NewDevice => Command::NewDevice,
            Self::Reopen => Command::Reopen { seconds: LARGEST_EXTENSION_S, reason },
            Self::StartPart => Command::StartPart { part: turn(a), allowed_s: 1, break_s: 0 },
            Self::FinishPart => Command::FinishPart { part: a.state.part() },
        }
    }
}

/// The part whose turn it is: the one that is open, else the next.
pub fn turn(a: &Attempt) -> i32 {
    match a.state {
        State::Break { after } => after + 1,
        State::Enrolled | State::Absent | State::CheckedIn | State::Admitted => 1,
        State::Running { part }
        | State::Held { part }
        | State::Submitted { part }
        | State::Terminated { part, .. }
        | State::Withdrawn { part }
        | State::Sealed { part, .. }
        | State::Voided { part, .. } => part,
    }
}

/// Of `asks`, those that would lead to something now.
pub fn allowed(a: &Attempt, asks: &[Ask], now: Timestamp) -> Vec<Ask> {
    let leads =
        |ask: &Ask| decide(a, &ask.command(a), now).is_ok_and(|happens| !happens.is_empty());
    asks.iter().copied().filter(leads).collect()
}
