//! For whom a write is meant: a page says for whom it was opened, and what does not fit the cookies
//! is refused. Two tabs of a browser share their cookies: the page of the first person would
//! otherwise write in the name of the second.

use std::str::FromStr;

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{asking::Asking, problem::Problem, rights::Acting};
use crate::people::{Holder, Seat};

/// `per_…` for a person, `att_…;epoch=N` for a seat.
pub const ADDRESSEE: HeaderName = HeaderName::from_static("x-jurat-for");

/// For whom a write is meant.
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

/// Lets a write through when it is meant for who acts. Where nobody has to be signed in, only what
/// is said has to fit.
pub async fn check(request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    let extensions = request.extensions();
    let acting = extensions.get::<Acting>().and_then(|acting| acting.0);
    let asking = extensions.get::<Asking>().cloned().unwrap_or_default();
    match decide(said(request.headers()), acting, &asking) {
        Ok(()) => next.run(request).await,
        Err(refused) => refused.into_response(),
    }
}

/// Nothing, or for whom; what nobody can read is meant for nobody here.
fn said(headers: &HeaderMap) -> Option<Result<Addressee, ()>> {
    headers.get(ADDRESSEE).map(|value| value.to_str().map_err(drop)?.parse())
}

fn decide(
    said: Option<Result<Addressee, ()>>,
    acting: Option<Holder>,
    asking: &Asking,
) -> Result<(), Problem> {
    let Some(said) = said else {
        return if acting.is_some() { Err(Problem::addressee_needed()) } else { Ok(()) };
    };
    let fits = said.is_ok_and(|Addressee(meant)| match acting {
        Some(acting) => meant == acting,
        None => is_here(meant, asking),
    });
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
        said: Option<Result<Addressee, ()>>,
        acting: Option<Holder>,
    ) -> Result<(), &'static str> {
        let asking = Asking::default();
        decide(said, acting, &asking).map_err(|problem| match problem.status().as_u16() {
            428 => "needed",
            409 => "another",
            _ => "something else",
        })
    }

    #[test]
    fn a_write_fits_who_acts_or_is_refused() {
        let meant = |holder| Some(Ok(Addressee(holder)));
        assert_eq!(code(meant(PERSON), Some(PERSON)), Ok(()));
        assert_eq!(code(meant(seat(1)), Some(seat(1))), Ok(()));
        assert_eq!(code(None, Some(PERSON)), Err("needed"));
        assert_eq!(code(meant(OTHER), Some(PERSON)), Err("another"));
        assert_eq!(code(meant(seat(1)), Some(seat(2))), Err("another"));
        assert_eq!(code(meant(PERSON), Some(seat(1))), Err("another"));
        assert_eq!(code(Some(Err(())), Some(PERSON)), Err("another"));
    }

    #[test]
    fn an_open_write_needs_no_addressee_but_never_a_wrong_one() {
        assert_eq!(code(None, None), Ok(()));
        assert_eq!(code(Some(Ok(Addressee(PERSON))), None), Err("another"));
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
