//! Who may sit what, with which accommodations; import of lists.
//!
//! Owns the table `enrolment`. Promises that everything wrong with a list is told at once, with
//! row, column, value and reason; that one person has one place in a session, whatever the accents
//! and the order of the names; and that extra time is an exact fraction. Start reading at
//! [`rules`].

mod folding;
mod column;
mod fault;
mod extra_time;
mod table;
pub mod rules;
mod store;
mod list;
mod reading;
mod template;

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::base::{CentreId, EnrolmentId, SessionId};

pub use column::Column;
pub use extra_time::ExtraTime;
pub use fault::Fault;
pub use folding::{folded, name_key};
pub use list::{CandidateList, ListError, ListRow};
pub use reading::{NoList, answer, read_list};
pub use rules::FieldFault;
pub use store::{
    add_enrolment, count_of_sessions, find_enrolment, find_match, list_of_session, put_enrolment,
    remove_enrolment,
};
pub use table::{Cell, Format, MAX_BYTES, MAX_ROWS, Unreadable};
pub use template::{export, template};

/// A person, as duplicates are compared: folded names and birth date.
pub type PersonKey = (String, NaiveDate);

/// Who wants to sit an exam, as enrolled or about to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// As it is printed on the certificate.
    pub family_name: String,
    /// As they are printed on the certificate.
    pub given_names: String,
    /// Day of birth.
    pub birth_date: NaiveDate,
    /// May be empty.
    pub email: String,
    /// The centre's own number; may be empty.
    pub external_id: String,
    /// The accommodation.
    pub extra_time: ExtraTime,
}

impl Candidate {
    /// What makes two candidates the same person.
    pub fn key(&self) -> PersonKey {
        (name_key(&self.family_name, &self.given_names), self.birth_date)
    }

    /// This candidate's place in a session.
    pub fn enrolled(self, id: EnrolmentId, centre: CentreId, session: SessionId) -> Enrolment {
        Enrolment {
            id,
            centre,
            session,
            family_name: self.family_name,
            given_names: self.given_names,
            birth_date: self.birth_date,
            email: self.email,
            external_id: self.external_id,
            extra_time: self.extra_time,
            version: 1,
        }
    }
}

impl fmt::Display for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}, {}", self.family_name, self.given_names, self.birth_date)
    }
}

/// A candidate's place in a session.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Enrolment {
    /// Its id.
    pub id: EnrolmentId,
    /// The centre that enrolled.
    #[sqlx(rename = "centre_id")]
    pub centre: CentreId,
    /// The session.
    #[sqlx(rename = "session_id")]
    pub session: SessionId,
    /// As it is printed on the certificate.
    pub family_name: String,
    /// As they are printed on the certificate.
    pub given_names: String,
    /// Day of birth.
    pub birth_date: NaiveDate,
    /// May be empty.
    pub email: String,
    /// The centre's own number; may be empty.
    pub external_id: String,
    /// The accommodation.
    #[sqlx(flatten)]
    pub extra_time: ExtraTime,
    /// Raised by every correction.
    pub version: i64,
}

impl Enrolment {
    /// What makes two candidates the same person.
    pub fn key(&self) -> PersonKey {
        (name_key(&self.family_name, &self.given_names), self.birth_date)
    }
}
