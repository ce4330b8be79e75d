//! What is asked of an attempt, what happens to it, and why it may be refused.

use crate::{
    base::Timestamp,
    journal::{AttemptState, SealCause},
};

/// What someone, or the clock, wants of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// The person is here and is who they say.
    CheckIn,
    /// The person did not come.
    MarkAbsent,
    /// The person came after all.
    Reinstate {
        /// Why.
        reason: String,
    },
    /// The candidate may begin.
    Admit,
    /// The clock is to stop.
    Hold {
        /// Why.
        reason: String,
    },
    /// The clock is to go on.
    Release {
        /// Whether the held time is given back.
        credit: bool,
    },
    /// Time is to be added (taken away when negative).
    Extend {
        /// How much.
        seconds: i64,
        /// Why.
        reason: String,
    },
    /// The attempt is to end here.
    Terminate {
        /// Why.
        reason: String,
    },
    /// The candidate gives up.
    Withdraw {
        /// Why.
        reason: String,
    },
    /// The candidate goes on at another device.
    NewDevice,
    /// A part that was sealed, or an attempt that was terminated, is to go on.
    Reopen {
        /// Time that is added to what was left.
        seconds: i64,
        /// Why.
        reason: String,
    },
    /// The candidate begins a part.
    StartPart {
        /// Which.
        part: i32,
        /// The time allowed for it, extra time included.
        allowed_s: i64,
        /// How long the break before it may last.
        break_s: i64,
    },
    /// The candidate hands in a part.
    FinishPart {
        /// Which.
        part: i32,
    },
    /// The clock looks whether the part is over.
    DeadlineReached,
    /// A step of the wall clock was accepted.
    CorrectClock {
        /// How far the agreed instant moves.
        shift_s: i64,
    },
    /// The session closes.
    Seal,
    /// The jury lets it count for nothing.
    Void {
        /// The digest of the jury's minutes, which say why.
        minutes: String,
    },
}

/// What happened to an attempt. It is over: it cannot be refused any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Identity was checked.
    CheckedIn,
    /// The person did not come.
    MarkedAbsent,
    /// An absent person came after all.
    Reinstated {
        /// Why.
        reason: String,
    },
    /// The candidate may begin.
    Admitted,
    /// The break that ends now was longer than the scheme allows.
    BreakOverrun {
        /// By how much, rounded up.
        seconds: i64,
    },
    /// A part began.
    PartStarted {
        /// Which.
        part: i32,
        /// The time allowed for it.
        allowed_s: i64,
    },
    /// The clock stopped.
    Held {
        /// Why.
        reason: String,
    },
    /// The clock goes on.
    Released {
        /// Whether the held time was given back.
        credit: bool,
    },
    /// The deadline moved.
    Extended {
        /// By how much.
        seconds: i64,
        /// Why.
        reason: String,
    },
    /// The agreed instant moved, and the deadline with it: what remains is what remained.
    ClockCorrected {
        /// How far.
        shift_s: i64,
    },
    /// Nothing more is accepted for a part.
    PartSealed {
        /// Which.
        part: i32,
        /// What sealed it.
        cause: SealCause,
    },
    /// The attempt was ended by staff.
    Terminated {
        /// Whether no part was open, between two of them.
        on_break: bool,
        /// Why.
        reason: String,
    },
    /// The candidate gave up.
    Withdrawn {
        /// Why.
        reason: String,
    },
    /// Another device takes over.
    DeviceChanged,
    /// It goes on, and its clock stands.
    Reopened {
        /// The part begun last.
        part: i32,
        /// What was added to the time that was left.
        seconds: i64,
        /// Why.
        reason: String,
    },
    /// The session closed over it.
    Sealed,
    /// The jury lets it count for nothing.
    Voided {
        /// The digest of the jury's minutes, which say why.
        minutes: String,
    },
}

/// What a command leads to, or why it is refused.
pub(super) type Happened = Result<Vec<What>, Refusal>;

/// Something that happened, with its instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When, server time. A part sealed by its deadline is sealed at the deadline.
    pub at: Timestamp,
    /// What.
    pub what: What,
}

/// Why a rule said no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The attempt is in another state than the command needs.
    #[error("this is not possible while the attempt is {}", .state.as_str())]
    WrongState {
        /// Where it stands.
        state: AttemptState,
    },
    /// The candidate was not admitted yet.
    #[error("the candidate has not been admitted")]
    NotAdmitted,
    /// The part is not running.
    #[error("this part is not running")]
    NotRunning,
    /// The clock stands.
    #[error("the exam is on hold")]
    Held,
    /// The part was sealed.
    #[error("this part is closed")]
    PartClosed,
    /// It came after the deadline and its grace.
    #[error("the time of this part ended at {deadline}")]
    TooLate {
        /// When it ended.
        deadline: Timestamp,
    },
    /// Another device has taken over.
    #[error("the exam goes on at another device")]
    Fenced,
    /// A newer answer to the item is there, or another one of the same revision.
    #[error("a newer answer is there already")]
    StaleRevision,
    /// The exam is open on another device.
    #[error("the exam is open on another device")]
    AlreadyOpen,
    /// The new deadline would lie in the past.
    #[error("the part would be over at once")]
    DeadlineWouldPass,
    /// Nothing, or more than anyone means.
    #[error("an extension has between 1 second and 4 hours, added or taken away")]
    ExtensionOutOfRange,
    /// A reason has to be given.
    #[error("a reason is required")]
    ReasonRequired,
    /// A reason is printed in the minutes and has its limits.
    #[error("a reason has at most {} characters, this one has {too_long}", super::LONGEST_REASON)]
    ReasonTooLong {
        /// Its characters.
        too_long: usize,
    },
    /// The session is not open.
    #[error("the session is not open")]
    SessionNotOpen,
}

impl Refusal {
    /// The code that never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::WrongState { .. } => "wrong_state",
            Self::NotAdmitted => "not_admitted",
            Self::NotRunning => "not_running",
            Self::Held => "held",
            Self::PartClosed => "part_closed",
            Self::TooLate { .. } => "too_late",
            Self::Fenced => "fenced",
            Self::StaleRevision => "stale_revision",
            Self::AlreadyOpen => "already_open",
            Self::DeadlineWouldPass => "deadline_would_pass",
            Self::ExtensionOutOfRange => "extension_out_of_range",
            Self::ReasonRequired => "reason_required",
            Self::ReasonTooLong { .. } => "reason_too_long",
            Self::SessionNotOpen => "session_not_open",
        }
    }
}
