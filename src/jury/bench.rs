//! Who judges on a panel: the seats as they were given, and how those who have them stand now.

use std::collections::BTreeMap;

use super::{
    Error, Panel, Refusal, Seat, Vote,
    rules::{self, Standing},
    store,
};
use crate::{
    base::{CaseId, PersonId},
    centre,
    db::Tx,
    people::{self, Role},
    session,
};

/// A seat of a panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seated {
    /// Whose, and whether they preside.
    pub seat: Seat,
    /// How the person stands now.
    pub standing: Standing,
    /// Whether the votes from this seat count: now, or when the panel closed.
    pub counts: bool,
}

/// The seats of a panel, the president's first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bench(Vec<Seated>);

impl Bench {
    /// The bench of a panel as it stands now. What counted when a panel closed counts for good; who
    /// may look at it is asked anew all the same.
    pub(super) async fn of(tx: &mut Tx, panel: &Panel) -> Result<Self, Error> {
        let session = session::find(tx, panel.session).await?.ok_or(Error::NotFound)?;
        let seats = store::list_seats(tx, panel.id).await?;
        let people = seats.iter().map(|(seat, _)| seat.person);
        let jurors = people::list_holding(tx, people, Role::Juror).await?;
        let members = centre::list_member_ids(tx, session.centre).await?;
        let seated = |(seat, counted): (Seat, bool)| {
            let is_juror = jurors.contains(&seat.person);
            let standing = rules::standing(is_juror, members.contains(&seat.person));
            let judges = standing == Standing::Judges;
            let counts = if panel.closed_at.is_some() { counted } else { judges };
            Seated { seat, standing, counts }
        };
        Ok(Self(seats.into_iter().map(seated).collect()))
    }

    /// All seats.
    pub(super) fn all(&self) -> &[Seated] {
        &self.0
    }

    /// The seats whose votes count.
    pub(super) fn judging(&self) -> Vec<Seat> {
        self.0.iter().filter(|seated| seated.counts).map(|seated| seated.seat).collect()
    }

    /// Whether the votes of a person count.
    fn counts(&self, person: PersonId) -> bool {
        self.0.iter().any(|seated| seated.counts && seated.seat.person == person)
    }

    /// Those of the votes on a case that count.
    pub(super) fn counted(&self, mut votes: Vec<Vote>) -> Vec<Vote> {
        votes.retain(|vote| self.counts(vote.juror));
        votes
    }

    /// Those of the votes on any case that count, by case.
    pub(super) fn counted_of(&self, votes: Vec<(CaseId, Vote)>) -> BTreeMap<CaseId, Vec<Vote>> {
        let mut counted: BTreeMap<CaseId, Vec<Vote>> = BTreeMap::new();
        for (case, vote) in votes.into_iter().filter(|(_, vote)| self.counts(vote.juror)) {
            counted.entry(case).or_default().push(vote);
        }
        counted
    }

    /// The seat from which a person may judge.
    ///
    /// # Errors
    /// [`Error::NotFound`] for whoever has none or is a juror no longer,
    /// [`Refusal::JurorOfTheCentre`] for whoever has become a member of the centre.
    pub(super) fn seat_of(&self, person: PersonId) -> Result<Seat, Error> {
        let found = self.0.iter().find(|seated| seated.seat.person == person);
        let seated = found.ok_or(Error::NotFound)?;
        match seated.standing {
            Standing::Judges => Ok(seated.seat),
            Standing::OfTheCentre => Err(Refusal::JurorOfTheCentre.into()),
            Standing::NoJuror => Err(Error::NotFound),
        }
    }
}
