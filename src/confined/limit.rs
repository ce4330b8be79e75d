//! What a file may cost, in the words of the person who sent it.

use serde::{Deserialize, Serialize};

use super::{ANSWER_MIB, MEMORY_MIB, PROCESSOR_S, WAIT_S};

/// The limit that a file is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// It has more than this many MiB.
    Size(usize),
    /// It unpacks to more than this many MiB.
    Unpacked(usize),
    /// It is made of more than this many files.
    Files(usize),
    /// Something is written beyond this column.
    Columns(usize),
    /// Something is written in more than this many cells.
    Cells(usize),
    /// Its cells hold more than this many MiB of text.
    Text(usize),
    /// Reading it takes more memory than [`MEMORY_MIB`].
    Memory,
    /// Reading it takes more computing than [`PROCESSOR_S`].
    Processor,
    /// Reading it takes longer than [`WAIT_S`].
    Wait,
    /// There is more to tell of it than [`ANSWER_MIB`].
    Answer,
}

impl Limit {
    /// Its name in the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::Size(_) => "size",
            Self::Unpacked(_) => "unpacked",
            Self::Files(_) => "files",
            Self::Columns(_) => "columns",
            Self::Cells(_) => "cells",
            Self::Text(_) => "text",
            Self::Memory => "memory",
            Self::Processor => "processor",
            Self::Wait => "wait",
            Self::Answer => "answer",
        }
    }

    /// The limit in French and English, to stand behind "too large to be read:".
    pub fn words(self) -> (String, String) {
        match self {
            Self::Size(mib) => (format!("{mib}\u{a0}Mio au plus"), format!("{mib} MiB at most")),
            Self::Unpacked(mib) => (
                format!("{mib}\u{a0}Mio au plus une fois décompressé"),
                format!("{mib} MiB at most when unpacked"),
            ),
            Self::Files(most) => (
                format!("{} fichiers internes au plus", spaced(most, '\u{202f}')),
                format!("{} files inside at most", spaced(most, ',')),
            ),
            Self::Columns(most) => (
                format!("{most} colonnes au plus, gardez celles du modèle"),
                format!("{most} columns at most, keep those of the template"),
            ),
            Self::Cells(most) => (
                format!("{} cellules remplies au plus", spaced(most, '\u{202f}')),
                format!("{} written cells at most", spaced(most, ',')),
            ),
            Self::Text(mib) => {
                (format!("{mib}\u{a0}Mio de texte au plus"), format!("{mib} MiB of text at most"))
            }
            Self::Memory => (
                format!("sa lecture demande plus de {MEMORY_MIB}\u{a0}Mio de mémoire"),
                format!("reading it takes more than {MEMORY_MIB} MiB of memory"),
            ),
            Self::Processor => (
                format!("sa lecture demande plus de {PROCESSOR_S}\u{a0}s de calcul"),
                format!("reading it takes more than {PROCESSOR_S} s of computing"),
            ),
            Self::Wait => (
                format!("sa lecture dure plus de {WAIT_S}\u{a0}s"),
                format!("reading it takes longer than {WAIT_S} s"),
            ),
            Self::Answer => (
                format!("il y aurait plus de {ANSWER_MIB}\u{a0}Mio à en dire"),
                format!("there is more than {ANSWER_MIB} MiB to tell of it"),
            ),
        }
    }
}

/// A number with its thousands apart.
fn spaced(number: usize, between: char) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(between);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_told_with_its_number_in_both_languages() {
        let (fr, en) = Limit::Cells(500_000).words();
        assert_eq!(fr, "500\u{202f}000 cellules remplies au plus");
        assert_eq!(en, "500,000 written cells at most");
        assert_eq!(spaced(1000, ','), "1,000");
        assert_eq!(spaced(64, ','), "64");
    }
}
