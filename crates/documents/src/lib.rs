//! Documents as PDF. What a document says is put together elsewhere, in the reader's language; this crate sets it: A4, type
//! that is embedded and cut down to what is used, lines broken as Chinese and English break them, tables that go on over
//! pages with their heading. The same document gives the same bytes, so that a digest in the log proves it. Every file says what
//! its parts are, so that it can be read out (PDF/UA-1).

mod face;
mod lines;
mod page;
mod sheet;
mod structure;

pub use sheet::{pages, render, render_all};

/// The script that is preferred where both have a form of a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    /// 简体.
    Simplified,
    /// 繁體.
    Traditional,
    /// Latin, with marks of its own width.
    Latin,
}

/// A document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// BCP 47.
    pub language: String,
    /// Which forms of characters come first.
    pub script: Script,
    /// Where an envelope shows through, on the first page; only letters have it.
    pub window: Option<Window>,
    /// At the head, and the title of the file.
    pub title: String,
    /// Under the title, small: the number of the document, its code and its day.
    pub under_title: Vec<String>,
    /// At the foot of every page, left.
    pub foot: String,
    /// At the foot of every page, right, with `{page}` and `{pages}`.
    pub page_of: String,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// What shows through the window of an envelope: the field of DIN 5008 form B, 20 mm from the left, 45 mm from the top, 85 mm wide
/// and 45 mm high, which the windows of DL and C5/6 envelopes uncover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// Where it goes back to if nobody takes it: one line, small.
    pub sender: String,
    /// To whom and where.
    pub to: Vec<String>,
}

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A heading. It stays with what follows.
    Heading(String),
    /// Running text.
    Paragraph(String),
    /// A sentence that must be seen: in a frame.
    Notice(String),
    /// Names and what they are, in two columns.
    Pairs(Vec<(String, String)>),
    /// A list with bullets.
    List(Vec<String>),
    /// A table.
    Table(Table),
    /// Places to sign, side by side; they stay together.
    Signatures(Vec<Signature>),
}

/// A table. Its heading stands again on every page it goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, a cell for each column.
    pub rows: Vec<Vec<String>>,
    /// The last row, which sums up.
    pub total: Option<Vec<String>>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub title: String,
    /// Its share of the width.
    pub share: u32,
    /// Whether it holds figures, which stand at the right.
    pub is_figures: bool,
}

/// A place to sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Who signs.
    pub who: String,
    /// Name and day, where it was signed by agreeing on a page; a line to sign on otherwise.
    pub signed: Option<String>,
}
