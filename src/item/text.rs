//! Whether a text is right: what a comparison folds away, and how many slips it forgives.

use std::collections::BTreeSet;

use serde::Deserialize;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A right text.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextKey {
    /// The text.
    pub text: String,
    /// The largest edit distance divided by the longer length, 0 to 0.25. Never applies to a key of
    /// digits only, nor of four characters or fewer.
    #[serde(default)]
    pub tolerance: f64,
    /// What the comparison folds away.
    #[serde(default = "usual")]
    pub ignore: BTreeSet<Ignore>,
}

/// What a comparison can fold away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ignore {
    /// Upper and lower case.
    Case,
    /// Accents; ligatures are written out.
    Accents,
    /// White space.
    Spaces,
    /// Everything but letters, digits and white space.
    Punctuation,
}

fn usual() -> BTreeSet<Ignore> {
    BTreeSet::from([Ignore::Case, Ignore::Accents, Ignore::Spaces])
}

impl TextKey {
    /// A key that forgives case, accents and spaces, and no slip.
    pub fn exact(text: &str) -> Self {
        Self { text: text.to_owned(), tolerance: 0.0, ignore: usual() }
    }

    /// Whether an answer is this key.
    pub fn is_right(&self, answer: &str) -> bool {
        let (key, answer) = (fold(&self.text, &self.ignore), fold(answer, &self.ignore));
        if key == answer {
            return true;
        }
        let length = key.chars().count();
        if length <= 4 || key.chars().all(char::is_numeric) {
            return false;
        }
        let longer = u32::try_from(length.max(answer.chars().count())).unwrap_or(u32::MAX);
        let slips = u32::try_from(strsim::levenshtein(&key, &answer)).unwrap_or(u32::MAX);
        f64::from(slips) <= self.tolerance * f64::from(longer)
    }

    /// The key as it is compared.
    pub(super) fn folded(&self) -> String {
        fold(&self.text, &self.ignore)
    }
}

/// The text as it is compared. Typographic apostrophes and quotation marks are made straight and
/// no-break spaces ordinary, whatever else is folded.
fn fold(text: &str, ignore: &BTreeSet<Ignore>) -> String {
    let mut text: String = text.nfc().map(plain).collect();
    if ignore.contains(&Ignore::Case) {
        text = text.to_lowercase();
    }
    if ignore.contains(&Ignore::Accents) {
        text = text.nfd().filter(|c| !is_combining_mark(*c)).collect();
        for (ligature, letters) in [("œ", "oe"), ("Œ", "OE"), ("æ", "ae"), ("Æ", "AE"), ("ß", "ss")]
        {
            text = text.replace(ligature, letters);
        }
    }
    if ignore.contains(&Ignore::Punctuation) {
        text.retain(|c| c.is_alphanumeric() || c.is_whitespace());
    }
    if ignore.contains(&Ignore::Spaces) {
        text.retain(|c| !c.is_whitespace());
        return text;
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn plain(character: char) -> char {
    match character {
        '\u{2018}' | '\u{2019}' | '\u{02bc}' => '\'',
        '\u{201c}' | '\u{201d}' | '\u{201e}' => '"',
        '\u{a0}' | '\u{202f}' | '\u{2009}' => ' ',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(text: &str, tolerance: f64) -> TextKey {
        TextKey { tolerance, ..TextKey::exact(text) }
    }

    #[test]
    fn case_accents_spaces_and_ligatures_are_forgiven_when_declared() {
        assert!(key("œuvre protégée", 0.0).is_right("  Oeuvre  PROTEGEE "));
        let strict = TextKey { ignore: BTreeSet::new(), ..key("Œuvre l'été", 0.0) };
        assert!(strict.is_right(" Œuvre  l’été "));
        assert!(!strict.is_right("œuvre l'été"));
        assert!(!strict.is_right("Œuvrel'été"));
    }

    #[test]
    fn punctuation_counts_unless_it_is_declared() {
        assert!(!key("=SOMME(A1;B1)", 0.0).is_right("=SOMME(A1,B1)"));
        let loose = TextKey { ignore: BTreeSet::from([Ignore::Punctuation]), ..key("a-b", 0.0) };
        assert!(loose.is_right("ab"));
    }

    #[test]
    fn slips_are_forgiven_up_to_the_tolerance_and_never_in_numbers_or_short_words() {
        assert!(key("accessibilité", 0.15).is_right("accesibilite"));
        assert!(!key("accessibilité", 0.05).is_right("accesibilite"));
        assert!(!key("2018", 0.25).is_right("2019"));
        assert!(!key("20180525", 0.25).is_right("20180526"));
        assert!(!key("POST", 0.25).is_right("PORT"));
    }

    proptest! {
        #[test]
        fn key_matches_itself(text in "\\PC{1,40}", tolerance in 0.0..0.25) {
            prop_assert!(key(&text, tolerance).is_right(&text));
        }

        #[test]
        fn empty_answer_is_never_right(text in "[a-zé0-9]{1,20}", tolerance in 0.0..0.25) {
            prop_assert!(!key(&text, tolerance).is_right(""));
        }

        #[test]
        fn more_tolerance_never_turns_right_into_wrong(
            a in "[a-c]{1,12}", b in "[a-c]{1,12}", low in 0.0..0.25, more in 0.0..0.25
        ) {
            prop_assert!(!key(&a, low).is_right(&b) || key(&a, low + more).is_right(&b));
        }
    }
}
