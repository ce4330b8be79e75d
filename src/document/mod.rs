//! Pages that are drawn: archived documents under PDF/A, working papers, QR symbols, and the templates
//! of certificates.
//!
//! Owns no table. A [`Paper`] is text in blocks; [`flow`] lays it out on pages, and one of two
//! writers puts it into a file: [`archived`] for what is signed or kept (krilla, PDF/A-3a and
//! PDF/UA-1 under its validator, the same bytes on every run), [`working`] for what is used in the
//! room (printpdf). Lengths are millimetres from the upper left corner, type sizes are points.

pub mod dates;
pub mod fonts;
pub mod drawing;
pub mod flow;
mod qr;
pub mod template;
mod archived;
mod working;

pub use archived::write as write_archived;
pub use drawing::{Attachment, Drawing, Ink};
pub use qr::{Modules, qr};

use crate::base::Timestamp;

/// Why a document could not be drawn.
#[derive(Debug, thiserror::Error)]
pub enum DrawError {
    /// The fonts have no glyph for a character that must be right.
    #[error("no glyph for {0:?} in {1:?}")]
    MissingGlyph(char, String),
    /// A text is longer than its box, even at the smallest size.
    #[error("{0:?} does not fit its box {1:?}")]
    Overflow(String, String),
    /// A QR symbol cannot hold the text.
    #[error("text of {0} characters does not fit a QR symbol")]
    QrTooLong(usize),
    /// The validator of the archive format refused.
    #[error("not a valid archive document: {0}")]
    Invalid(String),
    /// A template is not readable.
    #[error("template {0}: {1}")]
    Template(String, String),
}

/// A text document of several pages.
#[derive(Debug, Clone)]
pub struct Paper {
    /// The title, drawn large on the first page and small on the others.
    pub title: String,
    /// A line below the title.
    pub subtitle: String,
    /// `fr` or `en`.
    pub lang: String,
    /// When it was made, as the file says.
    pub made_at: Timestamp,
    /// Wider than high.
    pub landscape: bool,
    /// What stands at the foot of each page, beside the page number.
    pub footer: String,
    /// The content.
    pub blocks: Vec<Block>,
}

/// A piece of a [`Paper`].
#[derive(Debug, Clone)]
pub enum Block {
    /// A heading below the title.
    Heading(String),
    /// Running text; line breaks are kept.
    Paragraph(String),
    /// Names of facts and the facts, one a line.
    Facts(Vec<(String, String)>),
    /// A table; its header is repeated on each page.
    Table(Table),
    /// A word for reading aloud or copying, drawn large: label, word.
    Large(String, String),
    /// Places to sign, side by side: under whose name.
    Signatures(Vec<String>),
    /// What follows begins a new page.
    NewPage,
}

/// A table of a [`Paper`].
#[derive(Debug, Clone)]
pub struct Table {
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, a text for each column.
    pub rows: Vec<Vec<String>>,
    /// No row is lower than this, in millimetres (room for a signature); 0 for as low as the text.
    pub row_height_mm: f32,
}

/// A column of a [`Table`].
#[derive(Debug, Clone)]
pub struct Column {
    /// What stands above it.
    pub title: String,
    /// Its share of the width, relative to the other columns.
    pub share: f32,
    /// Numbers stand at the right edge.
    pub right: bool,
}

impl Column {
    /// A column of text.
    pub fn text(title: &str, share: f32) -> Self {
        Self { title: title.to_owned(), share, right: false }
    }

    /// A column of numbers.
    pub fn number(title: &str, share: f32) -> Self {
        Self { title: title.to_owned(), share, right: true }
    }
}

/// Draws what is signed or kept: PDF/A-3a and PDF/UA-1, the same bytes on every run.
pub fn archived(paper: &Paper, attachments: Vec<Attachment>) -> Result<Vec<u8>, DrawError> {
    let mut drawing = flow::lay_out(paper);
    drawing.attachments = attachments;
    archived::write(&drawing)
}

/// Bytes as hexadecimal digits for people to compare: two groups of sixteen on a line.
pub fn digits(bytes: &[u8]) -> String {
    let line = |line: &[u8]| line.chunks(8).map(hex::encode).collect::<Vec<_>>().join(" ");
    bytes.chunks(16).map(line).collect::<Vec<_>>().join("\n")
}

/// Draws what is used in the room.
pub fn working(paper: &Paper) -> Result<Vec<u8>, DrawError> {
    working::write(&flow::lay_out(paper))
}
