//! What the features complain about, as problems.

use axum::http::StatusCode;

use super::Problem;
use crate::{
    app::TooMany,
    attempt, centre, certificate,
    enrolment::{NoList, Unreadable},
    http::{faults::ListErrorBody, noted::About},
    jury, people, session, verify,
};

impl From<people::Error> for Problem {
    fn from(error: people::Error) -> Self {
        match error {
            people::Error::BadCredentials { whose } => {
                let problem = Self::new(StatusCode::UNAUTHORIZED, "bad_credentials", error);
                let about = About { whose, ..About::default() };
                Self { about: Some(Box::new(about)), ..problem }
            }
            people::Error::TooMany(limit) => Self::too_many(limit),
            people::Error::Busy(busy) => Self::busy(busy),
            people::Error::Refused(why) => Self::unreadable(why.code(), &why),
            people::Error::Db(cause) => Self::database(&cause),
        }
    }
}

impl From<attempt::Error> for Problem {
    fn from(error: attempt::Error) -> Self {
        match error {
            attempt::Error::NoSession => Self::not_found("session"),
            attempt::Error::NoAttempt => Self::not_found("attempt"),
            attempt::Error::NoPart => Self::not_found("part"),
            attempt::Error::NoItem => Self::not_found("item"),
            attempt::Error::EntryRefused => Self::entry_refused(),
            attempt::Error::WrongShape(why) => Self::unreadable("wrong_shape", why),
            attempt::Error::TooMany(limit) => Self::too_many(limit),
            attempt::Error::TooFast(pace) => Self::too_fast(pace),
            attempt::Error::ClockDisagrees => Self::clock_disagrees(error),
            attempt::Error::Clock(why) => Self::refused(why.code(), why),
            attempt::Error::Refused(why) => Self::refused(why.code(), &why),
            attempt::Error::Db(cause) => Self::database(&cause),
        }
    }
}

impl From<centre::Error> for Problem {
    fn from(error: centre::Error) -> Self {
        match error {
            centre::Error::NotFound => Self::not_found("centre"),
            centre::Error::Forbidden => Self::forbidden(),
            centre::Error::NoInvitation => Self::not_found("invitation"),
            centre::Error::TooMany(limit) => Self::too_many(limit),
            centre::Error::Busy(busy) => Self::busy(busy),
            centre::Error::Refused(why) if why.is_of_the_request() => {
                Self::unreadable(why.code(), &why)
            }
            centre::Error::Refused(why) => Self::refused(why.code(), &why),
            centre::Error::Db(cause) => Self::database(&cause),
        }
    }
}

impl From<session::Error> for Problem {
    fn from(error: session::Error) -> Self {
        match error {
            session::Error::NotFound => Self::not_found("session"),
            session::Error::Forbidden => Self::forbidden(),
            session::Error::NoEnrolment => Self::not_found("enrolment"),
            session::Error::ChangedMeanwhile => Self::changed_meanwhile(error),
            session::Error::NoList(NoList::NotRead(cause)) => Self::internal(&cause),
            session::Error::NoList(NoList::Unreadable(why)) => {
                let code = match why {
                    Unreadable::TooLarge(_) => "list_too_large",
                    Unreadable::OldExcel
                    | Unreadable::Macros
                    | Unreadable::NotASpreadsheet
                    | Unreadable::Damaged => "unreadable_list",
                };
                Self::unreadable(code, why).with("reason", why.reason())
            }
            session::Error::List(errors) => {
                let errors: Vec<_> = errors.into_iter().map(ListErrorBody::from).collect();
                Self::refused("list_has_errors", "the list has errors; nothing was imported")
                    .with("errors", errors)
            }
            session::Error::Refused(why) => {
                let problem = Self::refused(why.code(), &why);
                let session::Refusal::Candidate(faults) = why else { return problem };
                let errors: Vec<_> = faults.iter().map(ListErrorBody::from).collect();
                problem.with("errors", errors)
            }
            session::Error::Draw(cause) => Self::internal(&cause),
            session::Error::Db(cause) => Self::database(&cause),
        }
    }
}

impl From<certificate::Error> for Problem {
    fn from(error: certificate::Error) -> Self {
        match error {
            certificate::Error::NotFound => Self::not_found("certificate"),
            certificate::Error::Refused(why) => Self::refused(why.code(), why),
            certificate::Error::Draw(cause) => Self::internal(&cause),
            broken @ certificate::Error::Broken(..) => Self::internal(&broken),
            certificate::Error::Db(cause) => Self::database(&cause),
        }
    }
}

impl From<verify::Error> for Problem {
    fn from(error: verify::Error) -> Self {
        match error {
            verify::Error::TooMany(limit) => Self::too_many(limit),
            verify::Error::Certificate(failed) => failed.into(),
        }
    }
}

impl From<jury::Error> for Problem {
    fn from(error: jury::Error) -> Self {
        match error {
            jury::Error::NotFound => Self::not_found("case"),
            jury::Error::NotPresident | jury::Error::Forbidden => Self::forbidden(),
            jury::Error::Refused(why) => {
                let problem = Self::refused(why.code(), &why);
                let jury::Refusal::CasesOpenAgain { cases } = why else { return problem };
                problem.with("cases", cases)
            }
            jury::Error::Attempt(failed) => failed.into(),
            jury::Error::Board(failed) => failed.into(),
            jury::Error::Draw(cause) => Self::internal(&cause),
            jury::Error::Db(cause) => Self::database(&cause),
        }
    }
}

impl From<TooMany> for Problem {
    fn from(limit: TooMany) -> Self {
        Self::too_many(limit)
    }
}
