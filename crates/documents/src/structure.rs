//! What a document is made of, beside where its ink stands: what a screen reader reads out, and in what order (tagged PDF as
//! PDF/UA-1, ISO 14289-1, asks for it).

use std::num::NonZeroU16;

use krilla::tagging::{Identifier, ListNumbering, Node, TableHeaderScope, Tag, TagGroup, TagKind, TagTree};

/// What a part is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// One document of a file, with its language.
    Document(String),
    /// A heading, with its level from 1 and its words.
    Heading(u16, String),
    /// Running text.
    Paragraph,
    /// A list with bullets.
    List,
    /// Names and what they are.
    Pairs,
    /// An item of either.
    Item,
    /// The bullet or the name of an item.
    Label,
    /// What an item says.
    Body,
    /// A table.
    Table,
    /// Its heading.
    Head,
    /// Its rows.
    Rows,
    /// The row that sums up.
    Sum,
    /// A row.
    Row,
    /// The heading of a column.
    Title,
    /// A cell.
    Cell,
}

/// A part of a document.
pub(crate) struct Part {
    /// What it is.
    pub(crate) role: Role,
    /// The part that it is in.
    pub(crate) within: Option<usize>,
}

/// The tree of the parts; `ink` says of each line of characters, in the order in which it is read, which part it belongs to.
pub(crate) fn tree(parts: &[Part], ink: &[(usize, Identifier)]) -> TagTree {
    let mut tree = TagTree::new();
    for root in (0..parts.len()).filter(|part| parts[*part].within.is_none()) {
        tree.push(group(parts, ink, root));
    }
    tree
}

fn group(parts: &[Part], ink: &[(usize, Identifier)], part: usize) -> TagGroup {
    // Parts stand in the order of their beginning, and ink in the order of the parts that it belongs to.
    let within = (part + 1..parts.len()).take_while(|at| parts[*at].within >= Some(part));
    let parts_in = within.filter(|at| parts[*at].within == Some(part)).map(|at| Node::from(group(parts, ink, at)));
    let first = ink.partition_point(|(of, _)| *of < part);
    let lines = ink[first..].iter().take_while(|(of, _)| *of == part).map(|(_, line)| Node::from(*line));
    TagGroup::with_children(tag(&parts[part].role), lines.chain(parts_in).collect())
}

fn tag(role: &Role) -> TagKind {
    match role {
        Role::Document(language) => Tag::Part.with_lang(Some(language.clone())).into(),
        Role::Heading(level, words) => Tag::Hn(NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN), Some(words.clone())).into(),
        Role::Paragraph => Tag::P.into(),
        Role::List => Tag::L(ListNumbering::Disc).into(),
        Role::Pairs => Tag::L(ListNumbering::None).into(),
        Role::Item => Tag::LI.into(),
        Role::Label => Tag::Lbl.into(),
        Role::Body => Tag::LBody.into(),
        Role::Table => Tag::Table.into(),
        Role::Head => Tag::THead.into(),
        Role::Rows => Tag::TBody.into(),
        Role::Sum => Tag::TFoot.into(),
        Role::Row => Tag::TR.into(),
        Role::Title => Tag::TH(TableHeaderScope::Column).into(),
        Role::Cell => Tag::TD.into(),
    }
}
