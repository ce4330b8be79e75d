//! Names and titles reduced to what is compared.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// What entry and duplicates compare: both names without accents, case, spaces, hyphens and
/// apostrophes. Family and given names that changed places have the same key.
pub fn name_key(family_name: &str, given_names: &str) -> String {
    let mut names = [folded(family_name), folded(given_names)];
    names.sort();
    names.join("|")
}

/// A text reduced to its letters and digits, without accents and case.
pub fn folded(text: &str) -> String {
    let lower = text.nfkd().filter(|c| !is_combining_mark(*c)).collect::<String>().to_lowercase();
    let mut folded = String::with_capacity(lower.len());
    for c in lower.nfkd().filter(|c| c.is_alphanumeric() && !is_combining_mark(*c)) {
        match c {
            'œ' => folded.push_str("oe"),
            'æ' => folded.push_str("ae"),
            'ß' => folded.push_str("ss"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ı' => folded.push('i'),
            other => folded.push(other),
        }
    }
    folded
}
