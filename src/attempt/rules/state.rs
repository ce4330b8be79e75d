//! Where an attempt stands.

use crate::journal::AttemptState;

/// Where an attempt stands, with what belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// On the list.
    Enrolled,
    /// Did not come.
    Absent,
    /// Came, and is who they say.
    CheckedIn,
    /// May begin part 1.
    Admitted,
    /// Works on a part; its clock runs.
    Running {
        /// Which part.
        part: i32,
    },
    /// Works on a part; its clock stands.
    Held {
        /// Which part.
        part: i32,
    },
    /// A part is sealed, the next has not begun.
    Break {
        /// The part that it follows.
        after: i32,
    },
    /// All parts are sealed.
    Submitted {
        /// The last part.
        part: i32,
    },
    /// Ended by staff.
    Terminated {
        /// The part begun last.
        part: i32,
        /// Whether it had been sealed before, and the candidate was on a break.
        on_break: bool,
    },
    /// Given up by the candidate.
    Withdrawn {
        /// The part begun last, 0 when none.
        part: i32,
    },
    /// The session has closed over it.
    Sealed {
        /// The part begun last, 0 when none.
        part: i32,
        /// How it had ended.
        ended: AttemptState,
    },
    /// Annulled by the jury.
    Voided {
        /// The part begun last, 0 when none.
        part: i32,
        /// How it had ended.
        ended: AttemptState,
    },
}

impl AttemptState {
    /// Whether a part was begun, or the attempt ended before one was.
    pub fn has_begun(self) -> bool {
        match self {
            Self::Enrolled | Self::Absent | Self::CheckedIn | Self::Admitted => false,
            Self::Running
            | Self::Held
            | Self::Break
            | Self::Submitted
            | Self::Terminated
            | Self::Withdrawn
            | Self::Sealed
            | Self::Voided => true,
        }
    }

    /// Whether the candidate's work is over, whatever comes of it.
    pub fn has_ended(self) -> bool {
        match self {
            Self::Submitted | Self::Terminated | Self::Withdrawn | Self::Sealed | Self::Voided => {
                true
            }
            Self::Enrolled
            | Self::Absent
            | Self::CheckedIn
            | Self::Admitted
            | Self::Running
            | Self::Held
            | Self::Break => false,
        }
    }

    /// Whether a session cannot close over it.
    pub fn blocks_closing(self) -> bool {
        !self.has_ended() && self != Self::Absent
    }
}

impl State {
    /// Its name.
    pub fn name(self) -> AttemptState {
        match self {
            Self::Enrolled => AttemptState::Enrolled,
            Self::Absent => AttemptState::Absent,
            Self::CheckedIn => AttemptState::CheckedIn,
            Self::Admitted => AttemptState::Admitted,
            Self::Running { .. } => AttemptState::Running,
            Self::Held { .. } => AttemptState::Held,
            Self::Break { .. } => AttemptState::Break,
            Self::Submitted { .. } => AttemptState::Submitted,
            Self::Terminated { .. } => AttemptState::Terminated,
            Self::Withdrawn { .. } => AttemptState::Withdrawn,
            Self::Sealed { .. } => AttemptState::Sealed,
            Self::Voided { .. } => AttemptState::Voided,
        }
    }

    /// The part begun last, 0 before the first.
    pub fn part(self) -> i32 {
        match self {
            Self::Enrolled | Self::Absent | Self::CheckedIn | Self::Admitted => 0,
            Self::Break { after } => after,
            Self::Submitted { part }
            | Self::Running { part }
            | Self::Held { part }
            | Self::Terminated { part, .. }
            | Self::Withdrawn { part }
            | Self::Sealed { part, .. }
            | Self::Voided { part, .. } => part,
        }
    }

    /// The part that is not sealed, whether its clock runs or stands.
    pub fn open_part(self) -> Option<i32> {
        match self {
            Self::Running { part } | Self::Held { part } => Some(part),
            Self::Enrolled
            | Self::Absent
            | Self::CheckedIn
            | Self::Admitted
            | Self::Break { .. }
            | Self::Submitted { .. }
            | Self::Terminated { .. }
            | Self::Withdrawn { .. }
            | Self::Sealed { .. }
            | Self::Voided { .. } => None,
        }
    }

    /// Whether a clock runs.
    pub fn is_running(self) -> bool {
        self.name() == AttemptState::Running
    }

    /// Whether a clock stands.
    pub fn is_held(self) -> bool {
        self.name() == AttemptState::Held
    }

    /// How the candidate's work ended: the state itself, or the one before it was sealed.
    pub fn ended(self) -> AttemptState {
        match self {
            Self::Sealed { ended, .. } | Self::Voided { ended, .. } => ended,
            Self::Enrolled
            | Self::Absent
            | Self::CheckedIn
            | Self::Admitted
            | Self::Running { .. }
            | Self::Held { .. }
            | Self::Break { .. }
            | Self::Submitted { .. }
            | Self::Terminated { .. }
            | Self::Withdrawn { .. } => self.name(),
        }
    }

    /// Whether it was terminated between two parts.
    pub fn on_break(self) -> bool {
        match self {
            Self::Terminated { on_break, .. } => on_break,
            Self::Enrolled
            | Self::Absent
            | Self::CheckedIn
            | Self::Admitted
            | Self::Running { .. }
            | Self::Held { .. }
            | Self::Break { .. }
            | Self::Submitted { .. }
            | Self::Withdrawn { .. }
            | Self::Sealed { .. }
            | Self::Voided { .. } => false,
        }
    }

    /// The state that [`Self::name`], [`Self::part`], [`Self::ended`] and [`Self::on_break`] were told of.
    pub fn from_words(name: AttemptState, part: i32, ended: AttemptState, on_break: bool) -> Self {
        match name {
            AttemptState::Enrolled => Self::Enrolled,
            AttemptState::Absent => Self::Absent,
            AttemptState::CheckedIn => Self::CheckedIn,
            AttemptState::Admitted => Self::Admitted,
            AttemptState::Running => Self::Running { part },
            AttemptState::Held => Self::Held { part },
            AttemptState::Break => Self::Break { after: part },
            AttemptState::Submitted => Self::Submitted { part },
            AttemptState::Terminated => Self::Terminated { part, on_break },
            AttemptState::Withdrawn => Self::Withdrawn { part },
            AttemptState::Sealed => Self::Sealed { part, ended },
            AttemptState::Voided => Self::Voided { part, ended },
        }
    }
}
