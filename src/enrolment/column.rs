//! The columns of a list, and the titles that they are known by.

use super::folding::folded;
use crate::base::words;

words! {
    /// Something a list may say of a candidate, in the order of the template.
    pub enum Column {
        /// Family name; required.
        FamilyName = "family_name",
        /// Given names; required.
        GivenNames = "given_names",
        /// Birth date; required.
        BirthDate = "birth_date",
        /// E-mail address.
        Email = "email",
        /// The centre's own number.
        ExternalId = "external_id",
        /// Extra time as a fraction.
        ExtraTime = "extra_time",
    }
}

impl Column {
    /// Its title in the template, in French and English.
    pub fn titles(self) -> (&'static str, &'static str) {
        match self {
            Self::FamilyName => ("Nom", "Family name"),
            Self::GivenNames => ("Prénoms", "Given names"),
            Self::BirthDate => ("Date de naissance", "Birth date"),
            Self::Email => ("E-mail", "Email"),
            Self::ExternalId => ("Identifiant externe", "External id"),
            Self::ExtraTime => ("Temps majoré", "Extra time"),
        }
    }

    /// Further titles it is known by, folded.
    fn other_titles(self) -> &'static [&'static str] {
        match self {
            Self::FamilyName => &[
                "nomdefamille",
                "nomdenaissance",
                "lastname",
                "surname",
                "birthname",
                "familyname",
            ],
            Self::GivenNames => {
                &["prenom", "givenname", "firstname", "firstnames", "forename", "forenames"]
            }
            Self::BirthDate => {
                &["naissance", "neele", "nele", "datenaissance", "dateofbirth", "birthday", "dob"]
            }
            Self::Email => &[
                "mail",
                "courriel",
                "adresseemail",
                "adressemail",
                "adresseelectronique",
                "emailaddress",
            ],
            Self::ExternalId => {
                &["identifiant", "idexterne", "numeroetudiant", "id", "identifier", "studentnumber"]
            }
            Self::ExtraTime => {
                &["tierstemps", "majoration", "majorationdetemps", "tempssupplementaire"]
            }
        }
    }

    /// Whether a list must have it.
    pub(super) fn is_required(self) -> bool {
        matches!(self, Self::FamilyName | Self::GivenNames | Self::BirthDate)
    }

    /// The column that a title means, whatever its case, accents and remarks in brackets.
    pub(super) fn titled(title: &str) -> Option<Self> {
        let whole = folded(title);
        let bare = folded(title.split('(').next().unwrap_or(title));
        let is_meant = |column: &Self, title: &str| {
            let (fr, en) = column.titles();
            [folded(fr), folded(en), folded(column.as_str())].iter().any(|known| known == title)
                || column.other_titles().contains(&title)
        };
        let find = |title: &str| Self::ALL.into_iter().find(|column| is_meant(column, title));
        find(&whole).or_else(|| find(&bare))
    }
}
