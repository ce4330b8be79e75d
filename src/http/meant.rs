//! For whom a request is meant: a page says for whom it was opened, and what does not fit the cookies
//! is refused. Two tabs of a browser share their cookies: the page of the first person would
//! otherwise write in the name of the second, and show what is theirs.

use std::str::FromStr;

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, Method},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{asking::Asking, problem::Problem, rights::Acting};
use crate::people::{Holder, Seat};

/// `per_…` for a person, `att_…;epoch=N` for a seat.
pub const ADDRESSEE: HeaderName = HeaderName::from_static("x-jurat-for");

/// For whom a request is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Addressee(Holder);

impl FromStr for Addressee {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let holder = match text.split_once(";epoch=") {
            Some((attempt, epoch)) => Holder::Seat(Seat {
                attempt: attempt.trim().parse().map_err(drop)?,
                epoch: epoch.trim().parse().map_err(drop)?,
            }),
            None => Holder::Person(text.trim().parse().map_err(drop)?),
        };
        Ok(Self(holder))
    }
}

/// Lets a request through when it is meant for who acts.
pub async fn check(request: Request, next: Next) -> Response {
    let extensions = request.extensions();
    let acting = extensions.get::<Acting>().and_then(|acting| acting.0);
    let nobody = Asking::default();
    let asking = extensions.get::<Asking>().unwrap_or(&nobody);
    match decide(request.method(), said(request.headers()), acting, asking) {
        Ok(()) => next.run(request).await,
        Err(refused) => refused.into_response(),
    }
}

/// Nothing, or for whom; what nobody can read is meant for nobody here.
fn said(headers: &HeaderMap) -> Option<Result<Addressee, ()>> {
    headers.get(ADDRESSEE).map(|value| value.to_str().map_err(drop)?.parse())
}

/// Whoever acts is the one that was said. A read need not say it, as a document is opened by a link.
/// Where nobody has to be signed in, a write says nothing wrong, and a read may be asked by anybody:
/// "who is there?" is among those.
fn decide(
    method: &Method,
    said: Option<Result<Addressee, ()>>,
    acting: Option<Holder>,
    asking: &Asking,
) -> Result<(), Problem> {
    let reads = method.is_safe();
    let fits = match (said, acting) {
        (None, Some(_)) if !reads => return Err(Problem::addressee_needed()),
        (None, _) => true,
        (Some(said), Some(acting)) => said.is_ok_and(|Addressee(meant)| meant == acting),
        (Some(said), None) => reads || said.is_ok_and(|Addressee(meant)| is_here(meant, asking)),
    };
    if fits { Ok(()) } else { Err(Problem::meant_for_another()) }
}

/// Whether the browser stands for that person or seat.
fn is_here(meant: Holder, asking: &Asking) -> bool {
    match meant {
        Holder::Person(person) => {
            asking.person.as_ref().is_some_and(|rights| rights.person == person)
        }
        Holder::Seat(seat) => asking.seat == Some(seat),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{AttemptId, PersonId};

    const PERSON: Holder = Holder::Person(PersonId(uuid::Uuid::from_u128(1)));
    const OTHER: Holder = Holder::Person(PersonId(uuid::Uuid::from_u128(2)));

    fn seat(epoch: i64) -> Holder {
        Holder::Seat(Seat { attempt: AttemptId(uuid::Uuid::from_u128(3)), epoch })
    }

    fn code(
        method: &Method,
        said: Option<Result<Addressee, ()>>,
        acting: Option<Holder>,
    ) -> Result<(), &'static str> {
        let asking = Asking::default();
        decide(method, said, acting, &asking).map_err(|problem| match problem.status().as_u16() {
            428 => "needed",
            409 => "another",
            _ => "something else",
        })
    }

    #[expect(clippy::unnecessary_wraps, reason = "a header that is there and can be read")]
    fn meant(holder: Holder) -> Option<Result<Addressee, ()>> {
        Some(Ok(Addressee(holder)))
    }

    #[test]
    fn whatever_is_asked_fits_who_acts_or_is_refused() {
        for method in [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::DELETE] {
            let code = |said, acting| code(&method, said, acting);
            assert_eq!(code(meant(PERSON), Some(PERSON)), Ok(()));
            assert_eq!(code(meant(seat(1)), Some(seat(1))), Ok(()));
            assert_eq!(code(meant(OTHER), Some(PERSON)), Err("another"));
            assert_eq!(code(meant(seat(1)), Some(seat(2))), Err("another"));
            assert_eq!(code(meant(PERSON), Some(seat(1))), Err("another"));
            assert_eq!(code(Some(Err(())), Some(PERSON)), Err("another"));
        }
    }

    #[test]
    fn a_write_says_for_whom_it_is_and_a_read_may() {
        assert_eq!(code(&Method::POST, None, Some(PERSON)), Err("needed"));
        assert_eq!(code(&Method::GET, None, Some(PERSON)), Ok(()));
    }

    #[test]
    fn an_open_write_needs_no_addressee_but_never_a_wrong_one() {
        assert_eq!(code(&Method::POST, None, None), Ok(()));
        assert_eq!(code(&Method::POST, meant(PERSON), None), Err("another"));
    }

    #[test]
    fn anybody_may_ask_who_is_there() {
        assert_eq!(code(&Method::GET, meant(PERSON), None), Ok(()));
        assert_eq!(code(&Method::GET, None, None), Ok(()));
    }

    #[test]
    fn an_addressee_is_read_as_it_is_written() {
        let text = format!("{};epoch=2", AttemptId(uuid::Uuid::from_u128(3)));
        assert_eq!(text.parse(), Ok(Addressee(seat(2))));
        let person = PersonId(uuid::Uuid::from_u128(1)).to_string();
        assert_eq!(person.parse(), Ok(Addressee(PERSON)));
        for nonsense in ["", "per_", "att_1;epoch=1", "ses_00000000000000000000000000000001"] {
            assert_eq!(nonsense.parse::<Addressee>(), Err(()), "{nonsense}");
        }
    }
}
