//! Who the simulated candidates are, and what the script of the day says becomes of them.

use chrono::NaiveDate;

use crate::base::Chance;

/// What a candidate can do and what happens to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Knows everything.
    Expert,
    /// Misses every second of the hardest items.
    Advanced,
    /// Misses the hardest items.
    Confirmed,
    /// Weak on the first part.
    Initiated,
    /// Brilliant on the first part, below the floor on the second.
    BelowTheFloor,
    /// Advanced, with a third more time, and held for a while.
    Held,
    /// Confirmed, and never handing in: the server closes.
    OutOfTime,
    /// Never comes.
    Absent,
    /// Leaves in the first part.
    Withdrawn,
    /// Is caught copying in the first part.
    Terminated,
}

impl Fate {
    /// The state in which the session leaves the attempt, before it is sealed.
    pub fn ends(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Withdrawn => "withdrawn",
            Self::Terminated => "terminated",
            Self::Expert
            | Self::Advanced
            | Self::Confirmed
            | Self::Initiated
            | Self::BelowTheFloor
            | Self::Held
            | Self::OutOfTime => "submitted",
        }
    }

    /// The state in which the jury leaves the attempt: fraud is rejected.
    pub fn stands(self) -> &'static str {
        match self {
            Self::Terminated => "voided",
            Self::Absent
            | Self::Withdrawn
            | Self::Expert
            | Self::Advanced
            | Self::Confirmed
            | Self::Initiated
            | Self::BelowTheFloor
            | Self::Held
            | Self::OutOfTime => "sealed",
        }
    }

    /// The level on the certificate, if there is one.
    pub fn level(self) -> Option<&'static str> {
        match self {
            Self::Expert => Some("expert"),
            Self::Advanced | Self::Held => Some("avance"),
            Self::Confirmed | Self::OutOfTime => Some("confirme"),
            Self::Initiated => Some("initie"),
            Self::BelowTheFloor | Self::Absent | Self::Withdrawn | Self::Terminated => None,
        }
    }

    /// Whether the candidate masters an item: the `nth` of its difficulty (1 to 4) in the part.
    pub fn masters(self, part: i32, difficulty: i32, nth: usize) -> bool {
        match self {
            Self::Expert => true,
            Self::Advanced | Self::Held => difficulty < 4 || nth.is_multiple_of(2),
            Self::Confirmed | Self::OutOfTime | Self::Withdrawn | Self::Terminated => {
                difficulty < 4
            }
            Self::Initiated => difficulty < if part == 1 { 3 } else { 4 },
            Self::BelowTheFloor => part == 1 || difficulty < 3,
            Self::Absent => false,
        }
    }

    /// How many of `items` the candidate comes to in a part.
    pub fn reaches(self, items: usize) -> usize {
        match self {
            Self::Absent => 0,
            Self::Withdrawn => items / 4,
            Self::Terminated => items / 2,
            Self::Expert
            | Self::Advanced
            | Self::Confirmed
            | Self::Initiated
            | Self::BelowTheFloor
            | Self::Held
            | Self::OutOfTime => items,
        }
    }
}

/// A simulated candidate.
#[derive(Debug, Clone)]
pub struct Persona {
    /// As on the list.
    pub family_name: String,
    /// As on the list.
    pub given_names: String,
    /// As on the list.
    pub birth_date: NaiveDate,
    /// As on the list: empty, or a fraction.
    pub extra_time: &'static str,
    /// What the script says.
    pub fate: Fate,
}

/// The fates in the order in which they are dealt; the rare ones come late, so that a small
/// session still has every level.
const DEALT: [Fate; 16] = [
    Fate::Expert,
    Fate::Advanced,
    Fate::Confirmed,
    Fate::Initiated,
    Fate::Held,
    Fate::BelowTheFloor,
    Fate::OutOfTime,
    Fate::Absent,
    Fate::Advanced,
    Fate::Confirmed,
    Fate::Terminated,
    Fate::Advanced,
    Fate::Initiated,
    Fate::Withdrawn,
    Fate::Confirmed,
    Fate::Expert,
];

const FAMILIES: [&str; 40] = [
    "Lefèvre",
    "Nguyen",
    "Diallo",
    "Garcia",
    "Moreau",
    "Benali",
    "Roux",
    "Kowalski",
    "Petit",
    "Fontaine",
    "Haddad",
    "Marchand",
    "Da Silva",
    "Rousseau",
    "Bertrand",
    "Okonkwo",
    "Girard",
    "Müller",
    "Chevalier",
    "Traoré",
    "Lambert",
    "Ferrari",
    "Dupuis",
    "Yılmaz",
    "Perrin",
    "Le Goff",
    "Cissé",
    "Faure",
    "O’Connor",
    "Rahmani",
    "Gauthier",
    "Novák",
    "Barbier",
    "Sanchez",
    "Noël",
    "Mbemba",
    "Aubert",
    "Papadopoulos",
    "Masson",
    "Çelik",
];

const GIVEN: [&str; 50] = [
    "Camille",
    "Ada",
    "Élodie",
    "Youssef",
    "Inès",
    "Maël",
    "Sofia",
    "Théo",
    "Aïcha",
    "Hugo",
    "Léa",
    "Mamadou",
    "Chloé",
    "Antoine",
    "Zoé",
    "Nadia",
    "Gaël",
    "Linh",
    "Benoît",
    "Salomé",
    "Rayan",
    "Anaïs",
    "Loïc",
    "Fatou",
    "Jules",
    "Maëlys",
    "Omar",
    "Noémie",
    "Luc",
    "Agnès",
    "Karim",
    "Hélène",
    "Éric",
    "Mina",
    "Sacha",
    "Françoise",
    "Ilan",
    "Rose",
    "Bruno",
    "Awa",
    "Paul-Émile",
    "Jeanne",
    "Tomasz",
    "Clara",
    "Yann",
    "Lucía",
    "Rémi",
    "Odile",
    "Björn",
    "Manon",
];

/// The cast of a session, the same for the same stream of chance. Names do not repeat below 2,000.
pub fn cast(count: usize, chance: &Chance) -> Vec<Persona> {
    (0..count)
        .zip(names(chance))
        .map(|(at, name)| {
            let fate = DEALT[at % DEALT.len()];
            let days = 365 * 22 + i64::from(chance.below(365 * 38));
            let born = NaiveDate::from_ymd_opt(2005, 1, 1).expect("the first of January exists");
            Persona {
                family_name: FAMILIES[name % FAMILIES.len()].to_owned(),
                given_names: GIVEN[name / FAMILIES.len()].to_owned(),
                birth_date: born - chrono::Duration::days(days - 365 * 20),
                extra_time: if fate == Fate::Held { "1/3" } else { "" },
                fate,
            }
        })
        .collect()
}

/// The numbers of all names, shuffled.
fn names(chance: &Chance) -> Vec<usize> {
    let mut names: Vec<_> = (0..FAMILIES.len() * GIVEN.len()).collect();
    for (at, bound) in (0..names.len()).zip(1..) {
        names.swap(at, chance.below(bound) as usize);
    }
    names
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn two_thousand_candidates_have_two_thousand_names() {
        let names: HashSet<_> = cast(2_000, &Chance::seeded(3))
            .into_iter()
            .map(|persona| (persona.family_name, persona.given_names))
            .collect();
        assert_eq!(names.len(), 2_000);
    }

    #[test]
    fn the_same_seed_gives_the_same_cast() {
        let names = |seed| {
            cast(30, &Chance::seeded(seed)).into_iter().map(|p| p.family_name).collect::<Vec<_>>()
        };
        assert_eq!(names(5), names(5));
        assert_ne!(names(5), names(6));
    }
}
