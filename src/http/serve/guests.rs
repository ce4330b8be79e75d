//! Who is connected, what each is waited for, and who goes when too many are strangers.
//!
//! A stranger is a connection on which nobody has made a signed-in request yet, unless it is that of a
//! proxy that we trust. There may be so many of them; beyond, the one that has done nothing for longest goes.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::Notify, time::Instant};

/// A new connection must have said something by then, and a request that has begun must have told its head.
pub const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// A connection is kept for the next request. Longer than proxies keep theirs (a minute), so that it is
/// they who close, and none sends a request into a connection that is just being closed.
pub const KEPT_IDLE: Duration = Duration::from_secs(75);
/// Whoever is being answered counts as idle when it takes longer.
const ANSWERED_WITHIN: Duration = Duration::from_secs(5);

/// Everybody who is connected.
#[derive(Debug, Clone)]
pub struct Guests(Arc<Mutex<Book>>);

#[derive(Debug)]
struct Book {
    guests: HashMap<u64, Arc<Guest>>,
    /// Strangers by the instant since which they count as idle.
    strangers: BTreeSet<(Instant, u64)>,
    strangers_at_most: usize,
    came: u64,
}

/// A connection.
#[derive(Debug)]
pub struct Guest {
    id: u64,
    guests: Guests,
    asked_to_go: Notify,
    standing: Mutex<Standing>,
}

#[derive(Debug)]
struct Standing {
    phase: Phase,
    /// Since when it counts as idle; absent when it is no stranger.
    idle_since: Option<Instant>,
    /// Something was sent that nobody has read.
    unread: bool,
}

/// What a connection is waited for.
#[derive(Debug, Clone, Copy)]
enum Phase {
    /// The first byte of a request, until then.
    Silent(Instant),
    /// The rest of its head, until then.
    Head(Instant),
    /// Our answer.
    Answer,
    /// Nothing: it is a socket, which has its own limits.
    Socket,
}

/// Held by the stream of a connection: when it is dropped, the guest has gone.
#[derive(Debug)]
pub struct Visit(pub Arc<Guest>);

impl Drop for Visit {
    fn drop(&mut self) {
        let mut book = self.0.guests.book();
        book.guests.remove(&self.0.id);
        if let Some(since) = self.0.standing().idle_since.take() {
            book.strangers.remove(&(since, self.0.id));
        }
    }
}

impl Guests {
    /// Nobody yet; so many strangers at most.
    pub fn new(strangers_at_most: usize) -> Self {
        let (guests, strangers) = (HashMap::new(), BTreeSet::new());
        Self(Arc::new(Mutex::new(Book { guests, strangers, strangers_at_most, came: 0 })))
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody comes, `trusted` or a stranger; whom there is no place for is asked to go.
    pub fn welcome(&self, trusted: bool) -> Visit {
        let now = Instant::now();
        let mut book = self.book();
        book.came += 1;
        let id = book.came;
        let idle_since = (!trusted).then_some(now);
        let standing =
            Standing { phase: Phase::Silent(now + HEAD_WITHIN), idle_since, unread: false };
        let (guests, asked_to_go) = (self.clone(), Notify::new());
        let guest = Arc::new(Guest { id, guests, asked_to_go, standing: Mutex::new(standing) });
        book.guests.insert(id, guest.clone());
        book.strangers.extend(idle_since.map(|since| (since, id)));
        if book.strangers.len() > book.strangers_at_most {
            book.send_one_away();
        }
        Visit(guest)
    }

    /// Asks strangers to go because the machine gives no more connections. Says whether there was one.
    pub fn make_room(&self) -> bool {
        self.book().send_one_away()
    }

    /// Asks everybody to go at once.
    pub fn send_away(&self) {
        self.book().guests.values().for_each(|guest| guest.asked_to_go.notify_one());
    }
}

impl Book {
    fn send_one_away(&mut self) -> bool {
        let Some((_, id)) = self.strangers.pop_first() else { return false };
        if let Some(guest) = self.guests.get(&id) {
            guest.standing().idle_since = None;
            guest.asked_to_go.notify_one();
        }
        true
    }
}

impl Guest {
    fn standing(&self) -> MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until this one has to go.
    pub async fn has_to_go(&self) {
        self.asked_to_go.notified().await;
    }

    /// Bytes came. Says whether they begin a request.
    pub fn hears(&self) -> bool {
        let mut standing = self.standing();
        let begins = matches!(standing.phase, Phase::Silent(_));
        if begins {
            standing.phase = Phase::Head(Instant::now() + HEAD_WITHIN);
        }
        begins
    }

    /// A request is there.
    pub fn asks(&self) {
        self.standing().phase = Phase::Answer;
        self.counts_as_idle_from(Instant::now() + ANSWERED_WITHIN);
    }

    /// The answer begins, which may make it a socket.
    pub fn is_answered(&self, becomes_socket: bool) {
        let now = Instant::now();
        self.standing().phase =
            if becomes_socket { Phase::Socket } else { Phase::Silent(now + KEPT_IDLE) };
        self.counts_as_idle_from(now);
    }

    /// Bytes of the answer went.
    pub fn takes(&self) {
        let mut standing = self.standing();
        if let Phase::Silent(until) = &mut standing.phase {
            *until = Instant::now() + KEPT_IDLE;
        }
    }

    /// The request was of somebody who is signed in or has a seat: no stranger any more.
    pub fn is_known(&self) {
        if self.standing().idle_since.is_some() {
            let mut book = self.guests.book();
            if let Some(since) = self.standing().idle_since.take() {
                book.strangers.remove(&(since, self.id));
            }
        }
    }

    /// Part of what was sent will not be read.
    pub fn leaves_something_unread(&self) {
        self.standing().unread = true;
    }

    /// Whether something that was sent was not read: a body, or what is no request.
    pub fn has_unread(&self) -> bool {
        let standing = self.standing();
        standing.unread || matches!(standing.phase, Phase::Head(_))
    }

    /// Whether it is a socket, whose limits are its own.
    pub fn is_socket(&self) -> bool {
        matches!(self.standing().phase, Phase::Socket)
    }

    /// When it has been waited for in vain; never while it waits for us.
    pub fn due(&self) -> Option<Instant> {
        match self.standing().phase {
            Phase::Silent(until) | Phase::Head(until) => Some(until),
            Phase::Answer | Phase::Socket => None,
        }
    }

    fn counts_as_idle_from(&self, at: Instant) {
        if self.standing().idle_since.is_none() {
            return;
        }
        // always the book first, then the standing
        let mut book = self.guests.book();
        if let Some(since) = &mut self.standing().idle_since {
            book.strangers.remove(&(*since, self.id));
            book.strangers.insert((at, self.id));
            *since = at;
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    async fn a_second() {
        tokio::time::advance(Duration::from_secs(1)).await;
    }

    fn goes(guest: &Visit) -> bool {
        guest.0.has_to_go().now_or_never().is_some()
    }

    #[tokio::test(start_paused = true)]
    async fn the_stranger_who_was_silent_for_longest_goes() {
        let guests = Guests::new(2);
        let first = guests.welcome(false);
        a_second().await;
        let second = guests.welcome(false);
        a_second().await;
        first.0.asks();
        first.0.is_answered(false);
        a_second().await;
        let third = guests.welcome(false);
        assert_eq!([&first, &second, &third].map(goes), [false, true, false]);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_is_being_answered_stays_unless_it_takes_long() {
        let guests = Guests::new(2);
        let asking = guests.welcome(false);
        asking.0.asks();
        a_second().await;
        let silent = guests.welcome(false);
        let third = guests.welcome(false);
        assert_eq!([&asking, &silent, &third].map(goes), [false, true, false]);
        drop(silent);
        tokio::time::advance(2 * ANSWERED_WITHIN).await;
        let fourth = guests.welcome(false);
        let fifth = guests.welcome(false);
        assert_eq!([&asking, &third, &fourth, &fifth].map(goes), [true, true, false, false]);
    }

    #[tokio::test(start_paused = true)]
    async fn neither_who_is_known_nor_a_trusted_proxy_is_counted() {
        let guests = Guests::new(1);
        let (proxy, known) = (guests.welcome(true), guests.welcome(false));
        known.0.asks();
        known.0.is_known();
        known.0.is_answered(false);
        let stranger = guests.welcome(false);
        assert_eq!([&proxy, &known, &stranger].map(goes), [false; 3]);
        assert!(guests.make_room());
        assert_eq!([&proxy, &known, &stranger].map(goes), [false, false, true]);
        assert!(!guests.make_room());
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_has_gone_leaves_the_place() {
        let guests = Guests::new(1);
        drop(guests.welcome(false));
        let next = guests.welcome(false);
        assert!(!goes(&next));
        drop(next);
        let book = guests.book();
        assert!(book.guests.is_empty() && book.strangers.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_must_come_soon_and_an_idle_connection_is_kept_for_a_while() {
        let guest = Guests::new(1).welcome(false).0.clone();
        let begun = Instant::now();
        let due = |guest: &Guest| guest.due().map(|due| (due - begun).as_secs());
        assert_eq!(due(&guest), Some(10));
        a_second().await;
        assert!(guest.hears());
        a_second().await;
        assert!(!guest.hears());
        assert_eq!(due(&guest), Some(11));
        guest.asks();
        assert_eq!(due(&guest), None);
        guest.is_answered(false);
        a_second().await;
        guest.takes();
        assert_eq!(due(&guest), Some(3 + 75));
        guest.is_answered(true);
        assert_eq!((due(&guest), guest.is_socket()), (None, true));
    }
}
