//! The right to listen: looked up before a socket is opened, and again and again while it is open.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use super::line::Closing;
use crate::{
    app::{App, Ticket},
    attempt,
    base::{AttemptId, PersonId, SessionId},
    board,
    http::{problem::Problem, rights::STAFF},
    people::{self, Holder, Seat, Token},
    session,
};

/// How often the right is looked up: it ends a socket within two seconds, also when the look takes some
/// time.
const EVERY: Duration = Duration::from_millis(1_500);

/// Why nothing more is told.
#[derive(Debug)]
pub enum Stop {
    /// The socket is to be closed.
    Close(Closing),
    /// Not now; the cursor stays, so that the next look makes up for it.
    Failed(Problem),
}

impl From<Closing> for Stop {
    fn from(why: Closing) -> Self {
        Self::Close(why)
    }
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Failed(problem)
    }
}

impl From<board::Error> for Stop {
    fn from(error: board::Error) -> Self {
        Problem::from(error).into()
    }
}

impl From<attempt::Error> for Stop {
    fn from(error: attempt::Error) -> Self {
        Problem::from(error).into()
    }
}

impl From<people::Error> for Stop {
    fn from(error: people::Error) -> Self {
        Problem::from(error).into()
    }
}

/// How closely is looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// At everything, before the socket is opened.
    Opening,
    /// At what ends while it is open; the epoch of a seat is looked at whenever it is told of its attempt,
    /// and the sign-ins of an earlier device end with it.
    Open,
}

/// The right of one socket.
#[derive(Debug, Clone)]
pub struct Standing {
    app: App,
    ticket: Ticket,
    token: Token,
}

impl Standing {
    /// What the ticket stands for, drawn with the sign-in of `token`.
    pub fn new(app: App, ticket: Ticket, token: Token) -> Self {
        Self { app, ticket, token }
    }

    /// What operations are given.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Who listens, and to what.
    pub fn ticket(&self) -> Ticket {
        self.ticket
    }

    /// The session whose journal is followed.
    pub fn session(&self) -> SessionId {
        match self.ticket {
            Ticket::Board { session, .. } | Ticket::Seat { session, .. } => session,
        }
    }

    /// Waits until the right has ended. What is being told meanwhile keeps nobody from looking.
    pub async fn ended(&self) -> Closing {
        let mut turns = interval(EVERY);
        turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
        turns.tick().await;
        loop {
            turns.tick().await;
            if let Err(Stop::Close(why)) = self.look(Depth::Open).await {
                return why;
            }
        }
    }

    /// Looks whether the sign-in and the right stand.
    pub async fn look(&self, depth: Depth) -> Result<(), Stop> {
        let holder = people::who(&self.app, &self.token).await?;
        match self.ticket {
            Ticket::Board { person, .. } if holder == Some(Holder::Person(person)) => {
                self.access(person).await.map(drop)
            }
            Ticket::Board { .. } => Err(Closing::NotSignedIn.into()),
            Ticket::Seat { attempt, epoch, .. } => {
                let sits = holder == Some(Holder::Seat(Seat { attempt, epoch }));
                if sits && depth == Depth::Open {
                    return Ok(());
                }
                match self.is_the_device(attempt, epoch).await? {
                    false => Err(Closing::Fenced.into()),
                    true if sits => Ok(()),
                    true => Err(Closing::NotSignedIn.into()),
                }
            }
        }
    }

    async fn is_the_device(&self, attempt: AttemptId, epoch: i64) -> Result<bool, Stop> {
        Ok(attempt::look_at(&self.app, attempt).await?.stored.attempt.epoch == epoch)
    }

    /// The right of the person at the board.
    pub async fn access(&self, person: PersonId) -> Result<session::Access, Stop> {
        let rights = people::rights(&self.app, person).await?.ok_or(Closing::NotSignedIn)?;
        match session::access(&self.app, &rights, self.session(), STAFF).await {
            Ok(access) => Ok(access),
            Err(session::Error::NotFound | session::Error::Forbidden) => {
                Err(Closing::Forbidden.into())
            }
            Err(failed) => Err(Problem::from(failed).into()),
        }
    }
}
