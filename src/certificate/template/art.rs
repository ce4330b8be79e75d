//! The art behind the text: paths and colours.

use serde::{Deserialize, de::Error};

use crate::document::{
    Ink,
    drawing::{Mark, Step},
};

/// The paths of a template.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Art {
    art: Vec<Piece>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Piece {
    d: Path,
    fill: Option<Colour>,
    stroke: Option<Colour>,
    #[serde(default)]
    width: f32,
}

/// A colour written `#rrggbb`.
#[derive(Debug, Clone, Copy)]
pub struct Colour(pub Ink);

#[derive(Debug)]
struct Path(Vec<Step>);

impl Art {
    /// The paths as decoration.
    pub fn marks(&self) -> impl Iterator<Item = Mark> {
        self.art.iter().map(|piece| Mark::Shape {
            path: piece.d.0.clone(),
            fill: piece.fill.map(|colour| colour.0),
            stroke: piece.stroke.map(|colour| (colour.0, piece.width)),
            leaf: None,
        })
    }
}

impl<'de> Deserialize<'de> for Colour {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut parts = [0; 3];
        text.strip_prefix('#')
            .and_then(|digits| hex::decode_to_slice(digits, &mut parts).ok())
            .ok_or_else(|| D::Error::custom(format!("{text:?} is not a colour #rrggbb")))?;
        Ok(Self(Ink(parts[0], parts[1], parts[2])))
    }
}

impl<'de> Deserialize<'de> for Path {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        steps(&text).map(Self).ok_or_else(|| D::Error::custom("a path has M, L, C, Z and numbers"))
    }
}

/// Reads a path: `M x y`, `L x y`, `C x1 y1 x2 y2 x y`, `Z`.
fn steps(text: &str) -> Option<Vec<Step>> {
    let is_command = |c: char| c.is_ascii_alphabetic();
    let mut steps = Vec::new();
    let mut rest = text.trim();
    while let Some(command) = rest.chars().next() {
        let after = &rest[command.len_utf8()..];
        let end = after.find(is_command).unwrap_or(after.len());
        let numbers: Vec<f32> =
            after[..end].split_whitespace().map(|n| n.parse().ok()).collect::<Option<_>>()?;
        steps.push(match (command, numbers.as_slice()) {
            ('M', [x, y]) => Step::Move(*x, *y),
            ('L', [x, y]) => Step::Line(*x, *y),
            ('C', points) => Step::Curve(points.try_into().ok()?),
            ('Z', []) => Step::Close,
            _ => return None,
        });
        rest = &after[end..];
    }
    Some(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_of_lines_and_curves_is_read() {
        let path = steps("M1 2L3 4C1 2 3 4 5 6.5Z").unwrap();
        assert_eq!(path[2], Step::Curve([1.0, 2.0, 3.0, 4.0, 5.0, 6.5]));
        assert_eq!(path.len(), 4);
        assert!(steps("M1 2 3").is_none() && steps("X").is_none());
    }
}
