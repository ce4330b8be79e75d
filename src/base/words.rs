//! Lists of words: enumerations whose members are kept in the database and told in the API as one word.

/// A word that this program does not know where it expects one of a list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{word:?} is not a word of {list}")]
pub struct UnknownWord {
    /// The list.
    pub list: &'static str,
    /// What was read instead.
    pub word: String,
}

impl From<UnknownWord> for sqlx::Error {
    fn from(unknown: UnknownWord) -> Self {
        Self::Decode(Box::new(unknown))
    }
}

/// `words! { pub enum Colour { Red = "red", Blue = "blue" } }`: an enumeration that is this word in the
/// database, in JSON and in the description of the API, and is read back from it.
macro_rules! words {
    ($($(#[$meta:meta])* $seen:vis enum $name:ident {
        $($(#[$of_one:meta])* $one:ident = $word:tt,)+
    })+) => {$(
        #[derive(
            Debug,
            Clone,
            Copy,
            PartialEq,
            Eq,
            Hash,
            PartialOrd,
            Ord,
            serde::Serialize,
            serde::Deserialize,
            utoipa::ToSchema,
        )]
        $(#[$meta])*
        $seen enum $name {
            $($(#[$of_one])* #[serde(rename = $word)] $one,)+
        }

        impl $name {
            /// All of them, in their order.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$one),+];

            /// The word in database and API.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$one => $word,)+
                }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::base::UnknownWord;

            fn from_str(word: &str) -> Result<Self, $crate::base::UnknownWord> {
                let unknown =
                    || $crate::base::UnknownWord { list: stringify!($name), word: word.to_owned() };
                Self::ALL.into_iter().find(|one| one.as_str() == word).ok_or_else(unknown)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::base::UnknownWord;

            fn try_from(word: String) -> Result<Self, $crate::base::UnknownWord> {
                word.parse()
            }
        }
    )+};
}

pub(crate) use words;

#[cfg(test)]
mod tests {
    words! {
        /// A light.
        enum Light {
            /// Wait.
            Red = "red",
            /// Drive.
            Green = "go_ahead",
        }
    }

    #[test]
    fn a_word_is_the_same_in_the_program_in_json_and_in_the_description() {
        for light in Light::ALL {
            assert_eq!(light.as_str().parse(), Ok(light));
            assert_eq!(Light::try_from(light.as_str().to_owned()), Ok(light));
            assert_eq!(serde_json::to_value(light).unwrap(), light.as_str());
            assert_eq!(serde_json::from_value::<Light>(light.as_str().into()).unwrap(), light);
        }
        let described = serde_json::to_value(<Light as utoipa::PartialSchema>::schema()).unwrap();
        assert_eq!(described["enum"], serde_json::json!(["red", "go_ahead"]));
    }

    #[test]
    fn a_word_of_no_list_is_named_with_the_list() {
        let unknown = "amber".parse::<Light>().unwrap_err();
        assert_eq!(unknown.to_string(), "\"amber\" is not a word of Light");
    }
}
