//! Templates: what stands where on a certificate, as data that a designer edits.
//!
//! A folder of `certificate-templates/` has `template.toml` (boxes), `background.svg` (the art
//! behind the text) and `strings.<lang>.toml`. The folders are part of the program.

mod places;
mod content;
mod background;
mod draw;

use std::{collections::BTreeMap, sync::LazyLock};

use serde::{Deserialize, Deserializer, de::Error};

use super::{DrawError, Drawing, Ink, drawing::Mark, fonts::Face};
use places::{places, replace};

pub use content::{Content, Coverage, Rung};

/// The name of the proof among the files a certificate carries.
pub const PROOF_NAME: &str = "jurat-proof.cbor";

/// A template, read.
#[derive(Debug)]
pub struct Template {
    name: String,
    layout: Layout,
    background: Vec<Mark>,
    strings: BTreeMap<String, Strings>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Layout {
    page: [f32; 2],
    #[serde(rename = "text")]
    texts: Vec<TextBox>,
    #[serde(default)]
    bars: Vec<Bars>,
    ladder: Option<Ladder>,
    qr: QrBox,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TextBox {
    text: String,
    role: Role,
    #[serde(default)]
    face: FaceName,
    size: f32,
    min_size: Option<f32>,
    last_size: Option<f32>,
    #[serde(default = "one")]
    lines: usize,
    #[serde(default)]
    spaced: f32,
    #[serde(default)]
    align: Align,
    #[serde(default)]
    bottom: bool,
    #[serde(deserialize_with = "ink")]
    ink: Ink,
    #[serde(rename = "box")]
    area: [f32; 4],
}

fn one() -> usize {
    1
}

/// Reads a colour written `#rrggbb`.
fn ink<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Ink, D::Error> {
    let text = String::deserialize(deserializer)?;
    let mut parts = [0; 3];
    text.strip_prefix('#')
        .and_then(|digits| hex::decode_to_slice(digits, &mut parts).ok())
        .ok_or_else(|| D::Error::custom(format!("{text:?} is not a colour #rrggbb")))?;
    Ok(Ink(parts[0], parts[1], parts[2]))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Role {
    H1,
    H2,
    P,
    Link,
    Artifact,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Align {
    #[default]
    Left,
    Center,
    Right,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FaceName {
    #[default]
    Regular,
    Bold,
    Display,
    DisplayBold,
}

impl From<FaceName> for Face {
    fn from(name: FaceName) -> Self {
        match name {
            FaceName::Regular => Self::Regular,
            FaceName::Bold => Self::Bold,
            FaceName::Display => Self::Display,
            FaceName::DisplayBold => Self::DisplayBold,
        }
    }
}

/// A framework's coverage: title and number, a bar for each domain.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bars {
    part: usize,
    #[serde(deserialize_with = "ink")]
    ink: Ink,
    #[serde(rename = "box")]
    area: [f32; 4],
}

/// All levels side by side, those reached filled.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ladder {
    #[serde(deserialize_with = "ink")]
    ink: Ink,
    #[serde(rename = "box")]
    area: [f32; 4],
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct QrBox {
    #[serde(deserialize_with = "ink")]
    ink: Ink,
    #[serde(rename = "box")]
    area: [f32; 3],
}

#[derive(Debug, Deserialize)]
struct Strings {
    meaning_of: BTreeMap<String, String>,
    #[serde(flatten)]
    texts: BTreeMap<String, String>,
}

/// The files of a template in the tree.
fn files(name: &str) -> Option<[&'static str; 4]> {
    match name {
        "pix-edu" => Some([
            include_str!("../../../certificate-templates/pix-edu/template.toml"),
            include_str!("../../../certificate-templates/pix-edu/background.svg"),
            include_str!("../../../certificate-templates/pix-edu/strings.fr.toml"),
            include_str!("../../../certificate-templates/pix-edu/strings.en.toml"),
        ]),
        _ => None,
    }
}

impl Template {
    /// Reads a template of the tree.
    ///
    /// # Errors
    /// [`DrawError::Template`]: no such template, or a file that is not as it should be.
    pub fn find(name: &str) -> Result<&'static Self, DrawError> {
        static PIX_EDU: LazyLock<Result<Template, DrawError>> =
            LazyLock::new(|| Template::read("pix-edu"));
        let read = match name {
            "pix-edu" => &PIX_EDU,
            _ => return Err(DrawError::Template(name.to_owned(), "not there".to_owned())),
        };
        read.as_ref().map_err(|why| DrawError::Template(name.to_owned(), why.to_string()))
    }

    fn read(name: &str) -> Result<Self, DrawError> {
        let wrong = |why: String| DrawError::Template(name.to_owned(), why);
        let [layout, background, fr, en] =
            files(name).ok_or_else(|| wrong("not there".to_owned()))?;
        let strings = [("fr", fr), ("en", en)]
            .into_iter()
            .map(|(lang, text)| Ok((lang.to_owned(), toml::from_str(text)?)))
            .collect::<Result<_, toml::de::Error>>();
        let layout: Layout = toml::from_str(layout).map_err(|why| wrong(why.to_string()))?;
        let background = background::read(background, layout.page)
            .map_err(|why| wrong(format!("background.svg: {why}")))?;
        Ok(Self {
            name: name.to_owned(),
            layout,
            background,
            strings: strings.map_err(|why| wrong(why.to_string()))?,
        })
    }

    /// What a level means, in a sentence; nothing where the template does not say.
    pub fn meaning(&self, level: &str, lang: &str) -> &str {
        let strings = self.strings.get(lang);
        strings.and_then(|s| s.meaning_of.get(level)).map(String::as_str).unwrap_or_default()
    }

    /// Draws a certificate that carries `proof`.
    ///
    /// # Errors
    /// [`DrawError`]: a text that does not fit, a character without a glyph, a QR under 40 mm.
    pub fn draw(&self, content: &Content, proof: &[u8]) -> Result<Drawing, DrawError> {
        draw::draw(self, self.strings(&content.lang)?, content, proof)
    }

    /// Whether `text` fits each box that shows `{place}` and no other place, laid out as it is drawn.
    ///
    /// # Errors
    /// [`DrawError`]: it is too long, a character has no glyph, no box shows the place alone.
    pub fn fits(&self, lang: &str, place: &str, text: &str) -> Result<(), DrawError> {
        let strings = self.strings(lang)?;
        let mut shown = false;
        for text_box in &self.layout.texts {
            let pattern = strings.pattern(&self.name, &text_box.text)?;
            if places(pattern).eq([place]) {
                draw::fit(text_box, &replace(pattern, &[(place, text.to_owned())]))?;
                shown = true;
            }
        }
        let nowhere = || DrawError::Template(self.name.clone(), format!("no box for {place:?}"));
        shown.then_some(()).ok_or_else(nowhere)
    }

    fn strings(&self, lang: &str) -> Result<&Strings, DrawError> {
        let missing = || DrawError::Template(self.name.clone(), format!("no strings in {lang:?}"));
        self.strings.get(lang).ok_or_else(missing)
    }
}

impl Strings {
    /// The text of a key of `template`, with its places.
    fn pattern(&self, template: &str, key: &str) -> Result<&str, DrawError> {
        let missing = || DrawError::Template(template.to_owned(), format!("no string {key:?}"));
        self.texts.get(key).map(String::as_str).ok_or_else(missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_fits(name: &str) -> Result<(), DrawError> {
        Template::find("pix-edu").unwrap().fits("fr", "name", name)
    }

    #[test]
    fn a_name_that_a_certificate_has_room_for_fits_and_a_longer_one_does_not() {
        assert!(name_fits("Éléonore Zoë Lefèvre-Ñuñez").is_ok());
        assert!(name_fits(&"Marie-Antoinette ".repeat(6)).is_ok(), "smaller, and on three lines");
        assert!(matches!(name_fits(&"Wolfeschlegel ".repeat(40)), Err(DrawError::Overflow(..))));
        assert!(matches!(name_fits("Ada \u{1f393}"), Err(DrawError::MissingGlyph('\u{1f393}', _))));
        assert!(name_fits("{level}").is_ok(), "a name with braces stays as it is");
    }

    #[test]
    fn a_text_that_no_box_shows_alone_is_a_fault_of_the_template() {
        let template = Template::find("pix-edu").unwrap();
        for (lang, place) in [("fr", "rank"), ("fr", "nickname"), ("de", "name")] {
            let fits = template.fits(lang, place, "Ada");
            assert!(matches!(fits, Err(DrawError::Template(..))), "{lang} {place}");
        }
    }
}
