//! Letters: one sheet each, the address where the window of an envelope shows it; and the list that lies on top of a batch.

use documents::{Block, Column, Document, Table, Window};
use domain::day::Day;

use super::script;
use crate::letterhead::Letterhead;
use crate::messages::Words;
use crate::texts::{Lang, Reader, number, value};

/// A letter as it is printed.
pub(crate) struct Printed {
    /// Its number: the id of the message.
    pub(crate) id: String,
    /// To whom.
    pub(crate) name: String,
    /// To where, and the words.
    pub(crate) words: Words,
}

/// The letters of a batch of `on` as one PDF, with the list on top, in the language of whoever prints it.
pub(crate) fn batch(reader: &Reader, lender: &Letterhead, name: &str, on: Day, letters: &[Printed]) -> Vec<u8> {
    let sheets: Vec<Document> = letters.iter().map(|letter| sheet(reader, lender, on, letter)).collect();
    let pages: Vec<usize> = sheets.iter().map(documents::pages).collect();
    let mut all = vec![cover(reader, name, letters, &pages)];
    all.extend(sheets);
    documents::render_all(&all)
}

fn cover(reader: &Reader, name: &str, letters: &[Printed], pages: &[usize]) -> Document {
    let column = |key: &str, share, is_figures| Column { title: reader.text(key), share, is_figures };
    let row = |(at, (letter, pages)): (i64, (&Printed, &usize))| {
        let to = format!("{}\n{}", letter.name, letter.words.to);
        vec![reader.count(at), to, letter.words.subject.clone(), letter.id.to_uppercase(), reader.count(*pages as i64)]
    };
    let sheets: usize = pages.iter().map(|pages| pages.div_ceil(2)).sum();
    let counted = [("letters", number(letters.len() as i64)), ("sheets", number(sheets as i64))];
    Document {
        language: reader.lang.tag().to_owned(),
        script: script(reader.lang),
        window: None,
        title: reader.fill("letters-batch", [("batch", value(name.to_owned()))]),
        under_title: vec![reader.fill("letters-counted", counted)],
        foot: name.to_owned(),
        page_of: reader.fill("paper-page", [("page", value("{page}")), ("pages", value("{pages}"))]),
        blocks: vec![
            Block::Paragraph(reader.text("letters-cover-says")),
            Block::Table(Table {
                columns: vec![
                    column("letters-column-number", 2, true),
                    column("letters-column-to", 12, false),
                    column("letters-column-text", 7, false),
                    column("letters-column-id", 7, false),
                    column("letters-column-pages", 3, true),
                ],
                rows: (1..).zip(letters.iter().zip(pages)).map(row).collect(),
                total: None,
            }),
        ],
    }
}

/// One letter, in the language of whoever gets it.
fn sheet(reader: &Reader, lender: &Letterhead, on: Day, letter: &Printed) -> Document {
    let lang = letter.words.language.as_deref().and_then(Lang::from_tag).unwrap_or(Lang::Hans);
    let reader = &Reader { lang, ..reader.clone() };
    let id = letter.id.to_uppercase();
    let mut blocks: Vec<Block> = letter.words.text.lines().map(|line| Block::Paragraph(line.to_owned())).collect();
    let line = |key: &str, number: &str| {
        (!number.is_empty()).then(|| Block::Paragraph(reader.fill(key, [("number", value(number.to_owned()))])))
    };
    blocks.extend(line("paper-complaint-line", &lender.complaint_line));
    blocks.extend(line("paper-regulator-line", &lender.regulator_line));
    blocks.push(Block::Paragraph(lender.name.clone()));
    let mut to = vec![letter.name.clone()];
    to.extend(letter.words.to.lines().map(str::to_owned));
    Document {
        language: lang.tag().to_owned(),
        script: script(lang),
        window: Some(Window { sender: lender.sender(), to }),
        title: letter.words.subject.clone(),
        under_title: vec![reader.long_day(on)],
        foot: id,
        page_of: reader.fill("paper-page", [("page", value("{page}")), ("pages", value("{pages}"))]),
        blocks,
    }
}
