//! What may be wrong with a candidate as written, and why, in both languages.

use serde::{Deserialize, Serialize};

use super::Column;
use crate::scheme::Text;

/// What is wrong with a value, a row or a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{}", self.reason().en)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// A column that a list must have is absent.
    MissingColumn(Column),
    /// No column of this name is known.
    UnknownColumn,
    /// Two columns mean the same; the title of the first.
    RepeatedColumn(String),
    /// Nothing, or no letter at all.
    Required,
    /// More characters than this.
    TooLong(usize),
    /// Neither DD/MM/YYYY nor YYYY-MM-DD, or no day of the calendar.
    NotADate,
    /// Before 1900-01-02 or after today.
    BirthDateOutOfRange,
    /// A percentage, a decimal number or something else.
    NotAFraction,
    /// Not above 0 and at most 1.
    ExtraTimeOutOfRange,
    /// Not of the shape of an address.
    NotAnEmail,
    /// A character that cannot be seen, or that turns the direction of writing.
    ControlCharacter,
    /// The same person as in an earlier row.
    DuplicateInList(u32),
    /// The person is enrolled in the session.
    AlreadyEnrolled,
    /// No candidate at all.
    EmptyList,
    /// More candidates than this.
    TooManyRows(usize),
}

impl Fault {
    /// Every code.
    pub const CODES: [&str; 15] = [
        "missing_column",
        "unknown_column",
        "repeated_column",
        "required",
        "too_long",
        "not_a_date",
        "birth_date_out_of_range",
        "not_a_fraction",
        "extra_time_out_of_range",
        "not_an_email",
        "control_character",
        "duplicate_in_list",
        "already_enrolled",
        "empty_list",
        "too_many_rows",
    ];

    /// The code of the contract; it never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::MissingColumn(..) => "missing_column",
            Self::UnknownColumn => "unknown_column",
            Self::RepeatedColumn(_) => "repeated_column",
            Self::Required => "required",
            Self::TooLong(_) => "too_long",
            Self::NotADate => "not_a_date",
            Self::BirthDateOutOfRange => "birth_date_out_of_range",
            Self::NotAFraction => "not_a_fraction",
            Self::ExtraTimeOutOfRange => "extra_time_out_of_range",
            Self::NotAnEmail => "not_an_email",
            Self::ControlCharacter => "control_character",
            Self::DuplicateInList(_) => "duplicate_in_list",
            Self::AlreadyEnrolled => "already_enrolled",
            Self::EmptyList => "empty_list",
            Self::TooManyRows(_) => "too_many_rows",
        }
    }

    /// The reason, for the person who has to mend it.
    pub fn reason(&self) -> Text {
        let (fr, en) = match self {
            Self::MissingColumn(column) => {
                let (fr, en) = column.titles();
                (format!("La colonne « {fr} » manque."), format!("The column “{en}” is missing."))
            }
            Self::RepeatedColumn(first) => (
                format!("Cette colonne dit la même chose que « {first} » : gardez-en une."),
                format!("This column means the same as “{first}”: keep one of them."),
            ),
            Self::TooLong(limit) => {
                (format!("Au plus {limit} caractères."), format!("At most {limit} characters."))
            }
            Self::DuplicateInList(row) => (
                format!("La même personne figure déjà à la ligne {row}."),
                format!("The same person is already in row {row}."),
            ),
            Self::TooManyRows(limit) => (
                format!("Au plus {limit} candidats par liste : partagez-la en plusieurs."),
                format!("At most {limit} candidates in a list: split it."),
            ),
            fixed => {
                let (fr, en) = fixed.fixed_reason();
                (fr.to_owned(), en.to_owned())
            }
        };
        Text { fr, en }
    }

    /// The reasons that name nothing of the list.
    fn fixed_reason(&self) -> (&'static str, &'static str) {
        match self {
            Self::UnknownColumn => (
                "Cette colonne n’est pas connue : retirez-la ou renommez-la comme dans le modèle.",
                "This column is not known: remove it or name it as in the template.",
            ),
            Self::Required => ("Cette valeur est nécessaire.", "This value is required."),
            Self::NotADate => (
                "Ce jour n’existe pas, ou n’est pas écrit ainsi : 24/05/2001 (jour/mois/année) ou 2001-05-24.",
                "There is no such day, or it is not written as 24/05/2001 (day/month/year) or 2001-05-24.",
            ),
            Self::BirthDateOutOfRange => (
                "La date de naissance doit être après le 1er janvier 1900 et au plus tard aujourd’hui.",
                "The birth date must lie after 1 January 1900 and not after today.",
            ),
            Self::NotAFraction => (
                "Écrivez une fraction exacte, par exemple 1/3, et non un pourcentage ; dans un \
                 tableur, mettez d’abord la colonne au format texte.",
                "Write an exact fraction such as 1/3, not a percentage; in a spreadsheet, set the \
                 column to text first.",
            ),
            Self::ExtraTimeOutOfRange => (
                "La fraction doit être plus grande que 0 et au plus 1 ; laissez vide s’il n’y a \
                 pas de temps majoré.",
                "The fraction must be greater than 0 and at most 1; leave it empty when there is \
                 no extra time.",
            ),
            Self::NotAnEmail => (
                "Ce n’est pas une adresse de la forme nom@domaine.fr.",
                "This is not an address such as name@example.org.",
            ),
            Self::ControlCharacter => (
                "Un caractère invisible s’y trouve (retour à la ligne, sens d’écriture…) : \
                 saisissez de nouveau la valeur.",
                "It holds an invisible character (line break, writing direction…): type the value \
                 again.",
            ),
            Self::AlreadyEnrolled => (
                "Cette personne est déjà inscrite à la session.",
                "This person is already enrolled in the session.",
            ),
            Self::EmptyList => {
                ("La liste ne contient aucun candidat.", "The list holds no candidate.")
            }
            Self::MissingColumn(..)
            | Self::RepeatedColumn(_)
            | Self::TooLong(_)
            | Self::DuplicateInList(_)
            | Self::TooManyRows(_) => ("", ""),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_has_a_code_of_the_list() {
        let faults = [
            Fault::MissingColumn(Column::FamilyName),
            Fault::UnknownColumn,
            Fault::RepeatedColumn("Nom".to_owned()),
            Fault::Required,
            Fault::TooLong(1),
            Fault::NotADate,
            Fault::BirthDateOutOfRange,
            Fault::NotAFraction,
            Fault::ExtraTimeOutOfRange,
            Fault::NotAnEmail,
            Fault::ControlCharacter,
            Fault::DuplicateInList(2),
            Fault::AlreadyEnrolled,
            Fault::EmptyList,
            Fault::TooManyRows(1),
        ];
        assert!(faults.iter().map(Fault::code).eq(Fault::CODES));
    }
}
