//! What a handler or a problem leaves with its answer for the log.

use crate::base::PersonId;

/// Something that a handler did and the log tells.
#[derive(Debug, Clone, Copy)]
pub struct Happened {
    /// The event, in words of ours.
    pub event: &'static str,
    /// Whom it is about.
    pub person: Option<PersonId>,
}

/// Why a request was refused, as far as the log is concerned.
#[derive(Debug, Clone)]
pub struct Refused {
    /// The code of the problem.
    pub code: String,
    /// What else there is to tell.
    pub about: About,
}

/// What the log tells of a refusal besides its code.
#[derive(Debug, Clone, Copy, Default)]
pub struct About {
    /// Which limit held it up.
    pub limit: Option<&'static str>,
    /// Whose account was tried.
    pub whose: Option<PersonId>,
}
