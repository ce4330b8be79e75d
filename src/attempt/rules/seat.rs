//! What a seat may ask for, by where its attempt stands. Whether the attempt then does it is decided
//! by the machine.

use super::{AttemptState, Refusal};

/// What a candidate's page may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// See where the attempt stands, with receipts and result, and be told when that changes.
    Look,
    /// Fetch the certificate.
    Certificate,
    /// Deliver an answer.
    Deliver,
    /// Hand in a part, or hear that it is handed in.
    HandIn,
    /// Begin a part, see its paper and its files.
    Work,
}

/// Lets a seat do what its state allows: until the end everything; after the end deliver what was
/// unsaved, whatever becomes of it, and hear once more what was handed in; after the session has
/// closed, see receipts and result.
///
/// # Errors
/// [`Refusal::PartClosed`].
pub fn seat_may(state: AttemptState, doing: Doing) -> Result<(), Refusal> {
    let last = match state {
        AttemptState::Enrolled
        | AttemptState::Absent
        | AttemptState::CheckedIn
        | AttemptState::Admitted
        | AttemptState::Running
        | AttemptState::Held
        | AttemptState::Break => Reach::Everything,
        AttemptState::Submitted | AttemptState::Terminated | AttemptState::Withdrawn => Reach::Rest,
        AttemptState::Sealed | AttemptState::Voided => Reach::Result,
    };
    let needed = match doing {
        Doing::Look | Doing::Certificate => Reach::Result,
        Doing::Deliver | Doing::HandIn => Reach::Rest,
        Doing::Work => Reach::Everything,
    };
    if needed <= last { Ok(()) } else { Err(Refusal::PartClosed) }
}

/// How much is still open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    /// Receipts and result.
    Result,
    /// What was left to deliver as well.
    Rest,
    /// All of the exam.
    Everything,
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOINGS: [Doing; 5] =
        [Doing::Look, Doing::Certificate, Doing::Deliver, Doing::HandIn, Doing::Work];

    fn allowed(state: AttemptState) -> Vec<Doing> {
        DOINGS.into_iter().filter(|doing| seat_may(state, *doing).is_ok()).collect()
    }

    #[test]
    fn a_seat_that_has_ended_delivers_and_looks_and_does_nothing_else() {
        for state in AttemptState::ALL {
            let open = match state {
                AttemptState::Sealed | AttemptState::Voided => 2,
                ended if ended.has_ended() => 4,
                _ => 5,
            };
            assert_eq!(allowed(state), DOINGS[..open], "{state:?}");
        }
    }
}
