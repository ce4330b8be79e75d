//! What stands where on which page, and what it means; the writers put it into a file.

use super::fonts::Run;
use crate::base::Timestamp;

/// A colour (sRGB).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ink(pub u8, pub u8, pub u8);

impl Ink {
    /// Text.
    pub const TEXT: Self = Self(0x1a, 0x1d, 0x24);
    /// Text that stands back.
    pub const QUIET: Self = Self(0x59, 0x5f, 0x6b);
    /// Hairlines.
    pub const LINE: Self = Self(0xbc, 0xc1, 0xca);
    /// The ground of a table's header.
    pub const TINT: Self = Self(0xee, 0xf0, 0xf4);
    /// The colour of the house.
    pub const ACCENT: Self = Self(0x1f, 0x3a, 0x68);
}

/// A file to carry along.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// What it is, for people.
    pub description: String,
    /// Its content.
    pub data: Vec<u8>,
}

/// One step of a path.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Step {
    /// Begins at a point.
    Move(f32, f32),
    /// A straight line to a point.
    Line(f32, f32),
    /// A curve: two handles and a point.
    Curve([f32; 6]),
    /// Back to the beginning.
    Close,
}

/// Something drawn. A leaf is the place in the [`Node`]s it belongs to; without one it is decoration.
#[derive(Debug, Clone)]
pub enum Mark {
    /// A line of text; `x`, `y` are where its baseline begins.
    Text {
        /// From the left.
        x: f32,
        /// From the top.
        y: f32,
        /// In points.
        size: f32,
        /// Its colour.
        ink: Ink,
        /// The shaped text.
        run: Run,
        /// Where it belongs.
        leaf: Option<usize>,
    },
    /// A path.
    Shape {
        /// Its steps.
        path: Vec<Step>,
        /// The colour inside.
        fill: Option<Ink>,
        /// The colour and width of its line.
        stroke: Option<(Ink, f32)>,
        /// Where it belongs.
        leaf: Option<usize>,
    },
    /// A place to click.
    Link {
        /// Left, top, width, height.
        area: [f32; 4],
        /// Where it leads.
        address: String,
        /// Where it belongs.
        leaf: usize,
    },
}

/// What marks mean, in reading order.
#[derive(Debug, Clone)]
pub enum Node {
    /// A heading; 1 is the title.
    Heading {
        /// 1 to 6.
        level: u16,
        /// Its text.
        title: String,
        /// Its marks.
        leaf: usize,
    },
    /// A paragraph.
    Paragraph(usize),
    /// A paragraph that is a link; the text says where it leads.
    Link(usize, String),
    /// A picture and what it shows.
    Figure(usize, String),
    /// A table: header cells, rows of cells.
    Table(Vec<usize>, Vec<Vec<usize>>),
}

/// An entry of the outline: title, page (from 0), distance from the top.
#[derive(Debug, Clone)]
pub struct Entry(pub String, pub usize, pub f32);

/// A whole document.
#[derive(Debug, Clone)]
pub struct Drawing {
    /// The title.
    pub title: String,
    /// `fr` or `en`.
    pub lang: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// Width and height of all pages.
    pub size: (f32, f32),
    /// The marks of each page.
    pub pages: Vec<Vec<Mark>>,
    /// What the marks mean.
    pub nodes: Vec<Node>,
    /// How many leaves the nodes name.
    pub leaves: usize,
    /// Where to jump.
    pub outline: Vec<Entry>,
    /// Files to carry along.
    pub attachments: Vec<Attachment>,
}

impl Drawing {
    /// A new place for marks in the reading order.
    pub fn leaf(&mut self) -> usize {
        self.leaves += 1;
        self.leaves - 1
    }
}

/// The path of a rectangle.
pub fn rectangle(x: f32, y: f32, width: f32, height: f32) -> Vec<Step> {
    vec![
        Step::Move(x, y),
        Step::Line(x + width, y),
        Step::Line(x + width, y + height),
        Step::Line(x, y + height),
        Step::Close,
    ]
}

/// A count as a length.
pub fn number(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}
