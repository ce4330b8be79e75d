//! The code that opens the door of a session: what is drawn, and how what was typed is read.
//!
//! Format: `docs/FORMATS.md`, section 4.

/// What codes are drawn from: no vowels that could make words, and of symbols that look alike one.
pub(super) const ALPHABET: &str = "0123456789CDFHJKMNPRTVWXY";
/// Symbols of a code.
pub(super) const LENGTH: usize = 6;

/// Symbols that look like one that is used, and which; the migration `0005` folds stored codes so.
const LOOK_ALIKES: [(char, char); 7] =
    [('B', '8'), ('G', '6'), ('S', '5'), ('Z', '2'), ('O', '0'), ('I', '1'), ('L', '1')];

/// What codes are compared by: capitals and digits, whatever was typed between, and look-alikes read
/// as one.
pub fn fold_code(typed: &str) -> String {
    let symbols = typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase());
    symbols
        .map(|c| LOOK_ALIKES.iter().find(|(other, _)| *other == c).map_or(c, |to| to.1))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_each_pair_of_look_alikes_one_is_drawn_and_the_other_is_read_as_it() {
        for pair in ["B8", "G6", "5S", "2Z", "0O", "1I", "1L", "IL"] {
            let drawn = pair.chars().filter(|c| ALPHABET.contains(*c)).count();
            assert!(drawn <= 1, "{pair}");
            let (one, other) = pair.split_at(1);
            assert_eq!(fold_code(one), fold_code(other), "{pair}");
        }
    }

    #[test]
    fn what_is_drawn_is_read_as_it_is_written() {
        assert_eq!(fold_code(ALPHABET), ALPHABET);
        assert_eq!(fold_code(" k7m-bog "), "K7M806");
        assert_eq!(fold_code("é\0-"), "");
    }
}
