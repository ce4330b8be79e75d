//! Words that bodies of entries hold. What follows from each is decided where it is worked with: in
//! `attempt`, `board`, `jury` and `certificate`.

use crate::base::words;

words! {
    /// The name of a state, as the database and the API tell it.
    pub enum AttemptState {
        /// On the list.
        Enrolled = "enrolled",
        /// Did not come.
        Absent = "absent",
        /// Came, and is who they say.
        CheckedIn = "checked_in",
        /// May begin part 1.
        Admitted = "admitted",
        /// The clock of a part runs.
        Running = "running",
        /// The clock of a part stands.
        Held = "held",
        /// Between the parts.
        Break = "break",
        /// All parts are sealed.
        Submitted = "submitted",
        /// Ended by staff.
        Terminated = "terminated",
        /// Given up by the candidate.
        Withdrawn = "withdrawn",
        /// The session has closed over it.
        Sealed = "sealed",
        /// Annulled by the jury.
        Voided = "voided",
    }

    /// What sealed a part.
    pub enum SealCause {
        /// The candidate handed it in.
        Finished = "finished",
        /// Its time was over.
        Deadline = "deadline",
        /// The attempt was terminated or withdrawn.
        Ended = "ended",
    }

    /// What kind of irregularity an incident is.
    pub enum IncidentCategory {
        /// The room: noise, power, comfort.
        Environment = "environment",
        /// What a candidate did.
        CandidateBehaviour = "candidate_behaviour",
        /// Who a candidate is.
        Identity = "identity",
        /// Somebody fell ill.
        Illness = "illness",
        /// Somebody came late.
        Late = "late",
        /// What staff did, or did not do.
        Staff = "staff",
        /// The network.
        TechnicalNetwork = "technical_network",
        /// A workstation.
        TechnicalWorkstation = "technical_workstation",
        /// The exam itself.
        TechnicalExam = "technical_exam",
        /// A suspicion of fraud.
        SuspectedFraud = "suspected_fraud",
        /// Anything else.
        Other = "other",
    }

    /// What a panel can decide.
    pub enum Outcome {
        /// The proposed level stands.
        Validated = "validated",
        /// Another level.
        Changed = "changed",
        /// No level.
        Refused = "refused",
        /// The attempt does not count, for a technical reason.
        Cancelled = "cancelled",
        /// No level, for fraud.
        Rejected = "rejected",
    }

    /// Why a certificate is taken back.
    pub enum RevocationReason {
        /// It was obtained by fraud.
        Fraud = "fraud",
        /// It says something wrong.
        Error = "error",
        /// Its holder asks for it.
        Request = "request",
    }
}
