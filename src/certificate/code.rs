//! The code people copy: twelve characters of which two check the others.
//!
//! Format: `docs/FORMATS.md`, section 4.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::base::Chance;

/// The characters, in the order of their values.
pub const ALPHABET: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

const LENGTH: usize = 12;

/// A code with right check characters; shown as `XXXX-XXXX-XXXX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Code([u8; LENGTH]);

/// Why a text is not a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotACode {
    /// Not twelve characters of the alphabet.
    #[error("a code has twelve letters and digits")]
    Form,
    /// The check characters do not fit; with one other character it would be this code.
    #[error("this code was not copied right")]
    Check {
        /// What may have been meant.
        meant: Option<Code>,
    },
}

/// Multiplies in GF(32).
fn times(mut a: u8, mut b: u8) -> u8 {
    let mut product = 0;
    while b > 0 {
        if b & 1 == 1 {
            product ^= a;
        }
        a <<= 1;
        if a & 32 != 0 {
            a ^= 0b10_0101;
        }
        b >>= 1;
    }
    product
}

/// α to a power.
fn alpha(power: usize) -> u8 {
    (0..power % 31).fold(1, |value, _| times(value, 2))
}

fn inverse(value: u8) -> Option<u8> {
    (1..32).find(|other| times(value, *other) == 1)
}

/// The word as a polynomial, first character highest, at α and α²; both 0 for a code.
fn syndromes(word: &[u8]) -> (u8, u8) {
    let at = |x: u8| word.iter().fold(0, |sum, symbol| times(sum, x) ^ symbol);
    (at(2), at(4))
}

impl Code {
    /// Draws a code.
    pub fn draw(chance: &Chance) -> Self {
        let bits = u64::from_be_bytes(chance.bytes()) >> 14;
        Self::of_bits(bits)
    }

    /// The code of 50 bits; higher bits are ignored.
    pub fn of_bits(bits: u64) -> Self {
        let mut word = [0; LENGTH];
        for (i, symbol) in word.iter_mut().take(10).enumerate() {
            *symbol = u8::try_from(bits >> (45 - 5 * i) & 31).unwrap_or(0);
        }
        // The rest of the division by (x + α)(x + α²) = x² + (α + α²)x + α³.
        let mut rest = word;
        for i in 0..10 {
            let factor = rest[i];
            rest[i + 1] ^= times(factor, alpha(1) ^ alpha(2));
            rest[i + 2] ^= times(factor, alpha(3));
        }
        word[10] = rest[10];
        word[11] = rest[11];
        Self(word)
    }

    /// The 50 random bits.
    pub fn bits(self) -> u64 {
        self.0[..10].iter().fold(0, |bits, symbol| bits << 5 | u64::from(*symbol))
    }

    /// Reads what a person typed.
    ///
    /// # Errors
    /// [`NotACode`]: not twelve characters, or check characters that do not fit.
    pub fn parse(text: &str) -> Result<Self, NotACode> {
        let symbols: Option<Vec<u8>> = text
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '‐' | '‑' | '–'))
            .map(value)
            .collect();
        let word: [u8; LENGTH] = symbols.and_then(|s| s.try_into().ok()).ok_or(NotACode::Form)?;
        match syndromes(&word) {
            (0, 0) => Ok(Self(word)),
            found => Err(NotACode::Check { meant: located(word, found) }),
        }
    }
}

/// The value of a character, folded.
fn value(character: char) -> Option<u8> {
    let folded = match character.to_ascii_uppercase() {
        'I' | 'L' => '1',
        'O' => '0',
        other => other,
    };
    ALPHABET.find(folded).and_then(|at| u8::try_from(at).ok())
}

/// The code that differs in one character, if there is one.
fn located(mut word: [u8; LENGTH], (first, second): (u8, u8)) -> Option<Code> {
    let place = times(second, inverse(first)?);
    let power = (0..LENGTH).find(|power| alpha(*power) == place)?;
    let error = times(times(first, first), inverse(second)?);
    word[LENGTH - 1 - power] ^= error;
    (syndromes(&word) == (0, 0)).then_some(Code(word))
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, symbol) in self.0.iter().enumerate() {
            if i > 0 && i % 4 == 0 {
                f.write_str("-")?;
            }
            let at = usize::from(*symbol);
            f.write_str(&ALPHABET[at..=at])?;
        }
        Ok(())
    }
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn letters(code: Code) -> Vec<char> {
        code.to_string().chars().filter(|c| *c != '-').collect()
    }

    fn read(letters: &[char]) -> Result<Code, NotACode> {
        Code::parse(&letters.iter().collect::<String>())
    }

    proptest! {
        #[test]
        fn code_is_read_back_and_keeps_its_bits(bits in 0_u64..1 << 50) {
            let code = Code::of_bits(bits);
            prop_assert_eq!(code.bits(), bits);
            prop_assert_eq!(Code::parse(&code.to_string()), Ok(code));
            prop_assert_eq!(Code::parse(&code.to_string().to_lowercase()), Ok(code));
        }

        #[test]
        fn every_wrong_character_is_noticed_and_located(bits in 0_u64..1 << 50) {
            let code = Code::of_bits(bits);
            for place in 0..LENGTH {
                for other in ALPHABET.chars() {
                    let mut wrong = letters(code);
                    if wrong[place] == other { continue; }
                    wrong[place] = other;
                    prop_assert_eq!(read(&wrong), Err(NotACode::Check { meant: Some(code) }));
                }
            }
        }

        #[test]
        fn every_swap_of_two_characters_is_noticed(bits in 0_u64..1 << 50) {
            let code = Code::of_bits(bits);
            for (a, b) in (0..LENGTH).flat_map(|a| (0..a).map(move |b| (a, b))) {
                let mut wrong = letters(code);
                wrong.swap(a, b);
                if wrong != letters(code) {
                    prop_assert!(read(&wrong).is_err());
                }
            }
        }
    }

    #[test]
    fn letters_that_look_alike_are_read_as_digits() {
        let code = Code::of_bits(0b00001_00000_00001);
        let typed = code.to_string().replace('0', "o").replace('1', "l").replace('-', " ");
        assert_eq!(Code::parse(&typed), Ok(code));
        assert_eq!(Code::parse("ABC"), Err(NotACode::Form));
        assert_eq!(Code::parse("ABCD-EFGH-JKMU"), Err(NotACode::Form));
    }
}
