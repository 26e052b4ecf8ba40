//! XML as a tree that knows its lines. Document types and entities of a file's own are refused: a statement needs none, and
//! they can make a small file endless.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::line::Fault;

/// An element.
pub(crate) struct Node {
    /// Without prefix.
    pub(crate) name: String,
    /// The element it stands in, as a path.
    path: String,
    pub(crate) at_line: usize,
    attributes: Vec<(String, String)>,
    pub(crate) text: String,
    children: Vec<Node>,
}

/// Elements inside each other at most; a statement has about fifteen.
const DEEPEST: usize = 64;

impl Node {
    /// The path for people: from the statement down.
    pub(crate) fn path(&self) -> &str {
        self.path.strip_prefix("Document/BkToCstmrStmt/").unwrap_or(&self.path)
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Every namespace that is named here.
    pub(crate) fn namespaces(&self) -> impl Iterator<Item = &str> {
        self.attributes.iter().filter(|(key, _)| key.starts_with("xmlns")).map(|(_, value)| value.as_str())
    }

    /// The children called `name`.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Node> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first element at a path such as `BookgDt/Dt`.
    pub(crate) fn find(&self, path: &str) -> Option<&Node> {
        path.split('/').try_fold(self, |node, name| node.children.iter().find(|child| child.name == name))
    }

    /// The text of the first element at a path, if it has one.
    pub(crate) fn text_at(&self, path: &str) -> Option<&str> {
        self.find(path).map(|node| node.text.as_str()).filter(|text| !text.is_empty())
    }

    /// The element at a path that must be there.
    pub(crate) fn needs(&self, path: &str) -> Result<&Node, Fault> {
        let missing = || Fault::new(self.at_line, format!("{}/{path}", self.path()), "is missing");
        self.find(path).ok_or_else(missing)
    }

    /// A fault of this element.
    pub(crate) fn fault(&self, says: impl Into<String>) -> Fault {
        Fault::new(self.at_line, self.path(), says)
    }
}

/// Reads a whole document.
pub(crate) fn read(text: &str) -> Result<Node, Fault> {
    let mut reader = Reader::from_str(text);
    let mut lines = Lines { text, seen: 0, line: 1 };
    let mut open: Vec<Node> = vec![];
    let mut root = None;
    loop {
        let event = reader.read_event();
        let at_line = lines.at(usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX));
        let inside = |open: &[Node]| open.last().map_or("the document".to_owned(), |node| node.path().to_owned());
        let broken = |open: &[Node], says: String| Fault::new(at_line, inside(open), says);
        match event.map_err(|error| broken(&open, format!("is not well-formed XML: {error}")))? {
            Event::Start(start) => {
                if open.len() >= DEEPEST {
                    return Err(broken(&open, format!("has more than {DEEPEST} elements inside each other")));
                }
                let node = element(&start, open.last(), at_line)?;
                open.push(node);
            }
            Event::Empty(start) => {
                let node = element(&start, open.last(), at_line)?;
                close(node, &mut open, &mut root);
            }
            Event::End(_) => {
                let Some(mut node) = open.pop() else { return Err(broken(&open, "ends what did not begin".into())) };
                node.text = node.text.trim().to_owned();
                close(node, &mut open, &mut root);
            }
            Event::Text(text) => add(&mut open, &text.into_inner()),
            Event::CData(text) => add(&mut open, &text.into_inner()),
            Event::GeneralRef(reference) => match character(&reference) {
                Some(character) => add(&mut open, character.encode_utf8(&mut [0; 4])),
                None => return Err(broken(&open, format!("uses the entity `&{};`, which is not XML's own", &*reference))),
            },
            Event::DocType(_) => return Err(broken(&open, "has a document type, which a statement needs not".into())),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
    }
    if let Some(node) = open.last() {
        return Err(node.fault("is not closed; the file ends in the middle"));
    }
    root.ok_or_else(|| Fault::new(1, "the document", "holds no element"))
}

fn element(start: &BytesStart<'_>, parent: Option<&Node>, at_line: usize) -> Result<Node, Fault> {
    let name = start.local_name().into_inner().to_owned();
    let path = parent.map_or_else(|| name.clone(), |parent| format!("{}/{name}", parent.path));
    let mut attributes = vec![];
    for attribute in start.attributes() {
        let unread = |says: String| Fault::new(at_line, path.clone(), says);
        let attribute = attribute.map_err(|error| unread(format!("has an attribute that cannot be read: {error}")))?;
        attributes.push((attribute.key.into_inner().to_owned(), attribute.value.clone().into_owned()));
    }
    Ok(Node { name, path, at_line, attributes, text: String::new(), children: vec![] })
}

fn close(node: Node, open: &mut [Node], root: &mut Option<Node>) {
    match open.last_mut() {
        Some(parent) => parent.children.push(node),
        None => *root = root.take().or(Some(node)),
    }
}

fn add(open: &mut [Node], text: &str) {
    if let Some(node) = open.last_mut() {
        node.text.push_str(text);
    }
}

fn character(reference: &quick_xml::events::BytesRef<'_>) -> Option<char> {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return Some(character);
    }
    match &**reference {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

/// Counts lines as the reader goes on.
struct Lines<'a> {
    text: &'a str,
    seen: usize,
    line: usize,
}

impl Lines<'_> {
    fn at(&mut self, position: usize) -> usize {
        let until = position.min(self.text.len());
        self.line += self.text.as_bytes()[self.seen..until].iter().filter(|byte| **byte == b'\n').count();
        self.seen = until;
        self.line
    }
}
