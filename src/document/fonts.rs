//! The faces of the house, and text measured and broken into lines with them.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use super::DrawError;

/// Points in a millimetre.
pub const POINTS: f32 = 72.0 / 25.4;

/// A face.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Face {
    /// Noto Sans.
    Regular,
    /// Noto Sans Bold.
    Bold,
    /// Noto Serif Display.
    Display,
    /// Noto Serif Display Bold.
    DisplayBold,
}

/// All faces, in the order of their numbers.
pub const FACES: [Face; 4] = [Face::Regular, Face::Bold, Face::Display, Face::DisplayBold];

static SHAPERS: LazyLock<[rustybuzz::Face<'static>; 4]> = LazyLock::new(|| {
    FACES.map(|face| {
        rustybuzz::Face::from_slice(face.bytes(), 0).expect("the fonts in the tree are readable")
    })
});

impl Face {
    /// The font file.
    pub fn bytes(self) -> &'static [u8] {
        match self {
            Self::Regular => {
                include_bytes!("../../certificate-templates/fonts/NotoSans-Regular.ttf")
            }
            Self::Bold => include_bytes!("../../certificate-templates/fonts/NotoSans-Bold.ttf"),
            Self::Display => {
                include_bytes!("../../certificate-templates/fonts/NotoSerifDisplay-Regular.ttf")
            }
            Self::DisplayBold => {
                include_bytes!("../../certificate-templates/fonts/NotoSerifDisplay-Bold.ttf")
            }
        }
    }

    /// Its place in [`FACES`].
    pub fn number(self) -> usize {
        match self {
            Self::Regular => 0,
            Self::Bold => 1,
            Self::Display => 2,
            Self::DisplayBold => 3,
        }
    }

    fn shaper(self) -> &'static rustybuzz::Face<'static> {
        &SHAPERS[self.number()]
    }

    /// The advance of a glyph before kerning, in em.
    pub fn nominal(self, glyph: u16) -> f32 {
        let shaper = self.shaper();
        let advance = shaper.glyph_hor_advance(rustybuzz::ttf_parser::GlyphId(glyph));
        f32::from(advance.unwrap_or(0)) / f32::from(shaper.as_ref().units_per_em())
    }

    fn has(self, character: char) -> bool {
        self.shaper().glyph_index(character).is_some()
    }
}

/// A placed glyph; lengths in em, the range in bytes of the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Glyph {
    /// Its number in the font.
    pub id: u16,
    /// How far the pen moves.
    pub advance: f32,
    /// Where it stands beside the pen.
    pub offset: (f32, f32),
    /// The text it stands for.
    pub text: std::ops::Range<usize>,
}

/// A shaped line of text.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Its face.
    pub face: Face,
    /// Its text.
    pub text: String,
    /// Its glyphs.
    pub glyphs: Vec<Glyph>,
    /// Its width in em.
    pub width: f32,
}

impl Run {
    /// Its width in millimetres at a size in points.
    pub fn width_mm(&self, size: f32) -> f32 {
        self.width * size / POINTS
    }

    /// The same with letters further apart, by `em`.
    #[must_use]
    pub fn spaced(mut self, em: f32) -> Self {
        for glyph in &mut self.glyphs {
            glyph.advance += em;
            self.width += em;
        }
        self
    }
}

/// Shapes a text that must be drawn as it is.
///
/// # Errors
/// [`DrawError::MissingGlyph`].
pub fn shape(face: Face, text: &str) -> Result<Run, DrawError> {
    let text: String = text.nfc().collect();
    match text.chars().find(|c| !face.has(*c)) {
        Some(missing) => Err(DrawError::MissingGlyph(missing, text)),
        None => Ok(shape_known(face, text)),
    }
}

/// Shapes a text in which a character without a glyph may become a question mark.
pub fn shape_any(face: Face, text: &str) -> Run {
    let known = |c: char| match c {
        c if face.has(c) => c,
        c if c.is_whitespace() || c.is_control() => ' ',
        _ => '?',
    };
    shape_known(face, text.nfc().map(known).collect())
}

fn shape_known(face: Face, text: String) -> Run {
    let mut buffer = rustybuzz::UnicodeBuffer::new();
    buffer.push_str(&text);
    buffer.set_direction(rustybuzz::Direction::LeftToRight);
    let shaped = rustybuzz::shape(face.shaper(), &[], buffer);
    let em = f32::from(face.shaper().as_ref().units_per_em());
    let em_of = |units: i32| f32::from(i16::try_from(units).unwrap_or(0)) / em;
    let infos = shaped.glyph_infos();
    let mut glyphs = Vec::with_capacity(infos.len());
    for (i, (info, place)) in infos.iter().zip(shaped.glyph_positions()).enumerate() {
        let start = info.cluster as usize;
        let next = infos[i..].iter().map(|later| later.cluster as usize).find(|c| *c != start);
        glyphs.push(Glyph {
            id: u16::try_from(info.glyph_id).unwrap_or(0),
            advance: em_of(place.x_advance),
            offset: (em_of(place.x_offset), em_of(place.y_offset)),
            text: start..next.unwrap_or(text.len()),
        });
    }
    let width = glyphs.iter().map(|g| g.advance).sum();
    Run { face, text, glyphs, width }
}

/// Never begins a line.
const HOLDS_ON: [char; 6] = [':', ';', '?', '!', '%', '»'];

/// Breaks a text into lines of at most `width` millimetres; a word that is longer is broken inside.
/// Nothing is lost.
pub fn wrap(face: Face, text: &str, size: f32, width: f32) -> Vec<Run> {
    let fits = |line: &str| shape_any(face, line.trim_end()).width_mm(size) <= width;
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in pieces(paragraph) {
            if fits(&format!("{line}{word}")) {
                line.push_str(word);
                continue;
            }
            if !line.trim().is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            line.clear();
            for character in word.chars() {
                line.push(character);
                if !fits(&line) && line.chars().count() > 1 {
                    line.pop();
                    lines.push(std::mem::replace(&mut line, character.to_string()));
                }
            }
        }
        lines.push(line);
    }
    if lines.is_empty() {
        lines.push(String::new());
    }
    lines.iter().map(|line| shape_any(face, line)).collect()
}

/// Words with the space or hyphen behind them. A space before `:`, `;`, `?`, `!`, `%` and `»` or
/// behind `«` holds together what it separates, as French writes it.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices().filter(|(_, c)| [' ', '-', '/', '@'].contains(c)) {
        let (before, behind) = (&text[..at], &text[at + 1..]);
        let held = c == ' ' && (before.ends_with('«') || behind.starts_with(HOLDS_ON));
        if !held {
            pieces.push(&text[start..=at]);
            start = at + 1;
        }
    }
    pieces.push(&text[start..]);
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_character_is_lost_between_lines(text in "[a-zé' -]{0,120}", width in 4.0_f32..80.0) {
            let lines = wrap(Face::Regular, &text, 9.0, width);
            let joined: String = lines.iter().map(|l| l.text.as_str()).collect();
            let letters = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(letters(&joined), letters(&text));
            for line in lines.iter().filter(|l| l.text.trim_end().chars().count() > 1) {
                let drawn = shape_any(Face::Regular, line.text.trim_end());
                prop_assert!(drawn.width_mm(9.0) <= width + 0.01);
            }
        }
    }

    #[test]
    fn french_punctuation_never_begins_a_line() {
        let text = "Quand ? « Demain » : 62,5 % des voix, pour ; et contre !";
        for width in 22_u8..90 {
            for line in wrap(Face::Regular, text, 9.0, f32::from(width)) {
                let drawn = line.text.trim_end();
                let cut = drawn.starts_with(HOLDS_ON) || drawn.ends_with('«');
                assert!(!cut, "{width} mm: {drawn}");
            }
        }
    }

    #[test]
    fn accents_of_all_candidates_have_glyphs() {
        for name in
            ["Éléonore Ñuñez", "Łukasz Žižka", "Ødegård", "Ελένη", "Юлія", "Nguyễn Thị Hạnh"]
        {
            for face in FACES {
                assert!(shape(face, name).is_ok(), "{name} {face:?}");
            }
        }
        assert!(shape(Face::Regular, "Ada 🎓").is_err());
    }

    #[test]
    fn a_decomposed_accent_is_drawn_as_one_letter() {
        assert_eq!(shape(Face::Bold, "e\u{301}").unwrap().text, "é");
    }
}
