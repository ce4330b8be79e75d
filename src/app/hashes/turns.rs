//! Whose turn it is: everybody who waits gets one in the round, whatever the others brought.

use std::collections::VecDeque;

/// Who waits for a hash. Each of them waits behind their own tries and one of everybody else's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asker {
    /// A device that somebody has signed in at before, by its name.
    Device(String),
    /// Whoever holds an invitation, by its id.
    Invited(String),
    /// Whoever runs the program.
    Operator,
    /// A device that nobody knows, by its address.
    Stranger(String),
}

impl Asker {
    fn is_known(&self) -> bool {
        match self {
            Self::Device(_) | Self::Invited(_) | Self::Operator => true,
            Self::Stranger(_) => false,
        }
    }
}

/// What waits in one lane at most: at twenty to thirty milliseconds each, two at a time, nobody waits for
/// a second, and on a machine that is busy with other things for hardly more than two.
const IN_A_LANE: usize = 32;
/// What one asker may have waiting.
const OF_ONE: usize = 16;

/// What one asker waits for.
#[derive(Debug)]
struct Line<T> {
    asker: Asker,
    waiting: VecDeque<T>,
}

/// Askers in the order of their turns.
#[derive(Debug)]
struct Lane<T>(VecDeque<Line<T>>);

/// Those who are known and strangers, in turns: a flood of strangers costs those who are known one turn each.
#[derive(Debug)]
pub struct Turns<T> {
    known: Lane<T>,
    strangers: Lane<T>,
    strangers_next: bool,
}

/// What waited has lost its place: its lane is full, and others have fewer waiting.
#[derive(Debug, PartialEq, Eq)]
pub struct Displaced<T>(pub T);

impl<T> Default for Turns<T> {
    fn default() -> Self {
        Self { known: Lane::default(), strangers: Lane::default(), strangers_next: false }
    }
}

impl<T> Turns<T> {
    /// Queues `job`. In a full lane the last of whoever has most waiting loses its place, which may be
    /// this one.
    pub fn queue(&mut self, asker: &Asker, job: T) -> Option<Displaced<T>> {
        let lane = if asker.is_known() { &mut self.known } else { &mut self.strangers };
        lane.queue(asker, job)
    }

    /// The next job.
    pub fn next(&mut self) -> Option<T> {
        let (first, second) = if self.strangers_next {
            (&mut self.strangers, &mut self.known)
        } else {
            (&mut self.known, &mut self.strangers)
        };
        self.strangers_next = !self.strangers_next;
        first.next().or_else(|| second.next())
    }
}

impl<T> Default for Lane<T> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<T> Lane<T> {
    fn queue(&mut self, asker: &Asker, job: T) -> Option<Displaced<T>> {
        match self.0.iter_mut().find(|line| line.asker == *asker) {
            Some(line) => line.waiting.push_back(job),
            None => self.0.push_back(Line { asker: asker.clone(), waiting: [job].into() }),
        }
        let waiting: usize = self.0.iter().map(|line| line.waiting.len()).sum();
        let longest = self.0.iter_mut().max_by_key(|line| line.waiting.len())?;
        if waiting <= IN_A_LANE && longest.waiting.len() <= OF_ONE {
            return None;
        }
        let last = longest.waiting.pop_back().map(Displaced);
        self.0.retain(|line| !line.waiting.is_empty());
        last
    }

    fn next(&mut self) -> Option<T> {
        let mut line = self.0.pop_front()?;
        let job = line.waiting.pop_front();
        if !line.waiting.is_empty() {
            self.0.push_back(line);
        }
        job
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stranger(number: usize) -> Asker {
        Asker::Stranger(format!("192.0.2.{number}"))
    }

    #[test]
    fn whoever_comes_after_many_tries_of_another_is_next_but_one() {
        let mut turns = Turns::default();
        for _ in 0..10 {
            assert_eq!(turns.queue(&stranger(1), "guess"), None);
        }
        assert_eq!(turns.queue(&stranger(2), "honest"), None);
        assert_eq!([turns.next(), turns.next()], [Some("guess"), Some("honest")]);
    }

    #[test]
    fn a_known_device_waits_for_one_stranger_at_most() {
        let mut turns = Turns::default();
        for number in 0..IN_A_LANE {
            assert_eq!(turns.queue(&stranger(number), "guess"), None);
        }
        turns.queue(&Asker::Device("ada".into()), "honest");
        assert!([turns.next(), turns.next()].contains(&Some("honest")));
    }

    #[test]
    fn one_asker_cannot_fill_the_lane() {
        let mut turns = Turns::default();
        let lost = (0..600).filter(|_| turns.queue(&stranger(1), ()).is_some()).count();
        assert_eq!(lost, 600 - OF_ONE);
        assert_eq!(turns.queue(&stranger(2), ()), None);
    }

    #[test]
    fn in_a_full_lane_the_last_of_whoever_has_most_waiting_goes() {
        let mut turns = Turns::default();
        for number in 0..IN_A_LANE {
            turns.queue(&stranger(number % 4), number);
        }
        assert_eq!(turns.queue(&stranger(9), 99), Some(Displaced(IN_A_LANE - 1)));
        assert_eq!(std::iter::from_fn(|| turns.next()).count(), IN_A_LANE);
    }

    #[test]
    fn what_everybody_brought_is_done_in_the_order_it_came() {
        let mut turns = Turns::default();
        for job in 0..3 {
            turns.queue(&Asker::Operator, job);
        }
        assert_eq!(std::iter::from_fn(|| turns.next()).collect::<Vec<_>>(), [0, 1, 2]);
    }
}
