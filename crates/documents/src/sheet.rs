//! Setting: blocks go down the page, and over to the next where there is no room.

use crate::face;
use crate::lines::{self, Line};
use crate::page::{self, HEIGHT, Ink, Mark, WIDTH};
use crate::structure::{Part, Role};
use crate::{Block, Document, Script, Signature, Table, Window};

const LEFT: f32 = 56.0;
const RIGHT: f32 = WIDTH - 56.0;
const TOP: f32 = 60.0;
const BOTTOM: f32 = HEIGHT - 66.0;
const TEXT: f32 = 10.0;
const SMALL: f32 = 8.5;
const LEADING: f32 = 1.62;
const CELL: f32 = 4.0;

/// Points in a millimetre.
const MM: f32 = 72.0 / 25.4;
/// The field of the window: left, top and width; under it the letter begins.
const WINDOW: (f32, f32, f32) = (20.0 * MM, 45.0 * MM, 85.0 * MM);
const UNDER_WINDOW: f32 = 98.0 * MM;

/// Sets a document and writes it as PDF.
pub fn render(document: &Document) -> Vec<u8> {
    render_all(std::slice::from_ref(document))
}

/// Sets documents one after the other, each from the top of a page and with its own numbers of pages, as one PDF. It has the
/// title and the language of the first.
///
/// # Panics
/// Without a document.
pub fn render_all(documents: &[Document]) -> Vec<u8> {
    let (mut pages, mut parts) = (vec![], vec![]);
    for document in documents {
        let set = set(document, parts);
        pages.extend(set.pages);
        parts = set.parts;
    }
    page::write(documents.first().expect("a file has a document"), &pages, &parts)
}

/// How many pages a document takes.
pub fn pages(document: &Document) -> usize {
    set(document, vec![]).pages.len()
}

/// Sets a document after the `parts` of those before it.
fn set(document: &Document, parts: Vec<Part>) -> Sheet {
    let mut sheet = Sheet { script: document.script, pages: vec![vec![]], y: TOP, parts, part: None };
    sheet.part(Role::Document(document.language.clone()), |sheet| sheet.document(document));
    foot(document, &mut sheet.pages);
    sheet
}

struct Sheet {
    script: Script,
    pages: Vec<Vec<Mark>>,
    y: f32,
    parts: Vec<Part>,
    /// The part that is being set; none for what is not read out.
    part: Option<usize>,
}

impl Sheet {
    /// Sets a part within the one that is being set.
    fn part(&mut self, role: Role, set: impl FnOnce(&mut Sheet)) {
        let within = self.part;
        self.parts.push(Part { role, within });
        self.part = Some(self.parts.len() - 1);
        set(self);
        self.part = within;
    }

    fn document(&mut self, document: &Document) {
        if let Some(window) = &document.window {
            self.window(window);
        }
        self.title(document);
        for (at, block) in document.blocks.iter().enumerate() {
            self.block(block, document.blocks.get(at + 1));
        }
    }

    fn window(&mut self, window: &Window) {
        let (left, top, width) = WINDOW;
        self.y = top;
        self.part(Role::Paragraph, |sheet| sheet.text(&window.sender, left, width, 7.0, Ink::Grey, false));
        self.mark(Mark::Line { from: (left, self.y + 1.0), to: (left + width, self.y + 1.0), ink: Ink::Light, width: 0.4 });
        self.y += 8.0;
        self.part(Role::Paragraph, |sheet| {
            for line in &window.to {
                sheet.text(line, left, width, 10.5, Ink::Black, false);
            }
        });
        self.y = UNDER_WINDOW;
    }

    fn title(&mut self, document: &Document) {
        let heading = Role::Heading(1, document.title.clone());
        self.part(heading, |sheet| sheet.text(&document.title, LEFT, RIGHT - LEFT, 17.0, Ink::Black, true));
        self.y += 4.0;
        for line in &document.under_title {
            self.part(Role::Paragraph, |sheet| sheet.text(line, LEFT, RIGHT - LEFT, SMALL, Ink::Grey, false));
        }
        self.y += 6.0;
        self.rule(Ink::Black, 0.8);
        self.y += 10.0;
    }

    fn block(&mut self, block: &Block, next: Option<&Block>) {
        match block {
            Block::Heading(text) => {
                let follows = match next {
                    Some(Block::Signatures(_)) => 120.0,
                    Some(_) => 60.0,
                    None => 0.0,
                };
                self.room_for(12.0 * LEADING + follows);
                self.y += 8.0;
                let heading = Role::Heading(2, text.clone());
                self.part(heading, |sheet| sheet.text(text, LEFT, RIGHT - LEFT, 12.0, Ink::Black, true));
                self.y += 2.0;
            }
            Block::Paragraph(text) => {
                self.part(Role::Paragraph, |sheet| sheet.text(text, LEFT, RIGHT - LEFT, TEXT, Ink::Black, false));
                self.y += 5.0;
            }
            Block::Notice(text) => self.notice(text),
            Block::Pairs(pairs) => self.part(Role::Pairs, |sheet| sheet.pairs(pairs)),
            Block::List(items) => self.part(Role::List, |sheet| sheet.list(items)),
            Block::Table(table) => self.part(Role::Table, |sheet| sheet.table(table)),
            Block::Signatures(signatures) => self.signatures(signatures),
        }
    }

    fn list(&mut self, items: &[String]) {
        for item in items {
            let lines = lines::broken(self.script, item, TEXT, RIGHT - LEFT - 14.0);
            self.room_for(height(&lines, TEXT).min(200.0));
            self.part(Role::Item, |sheet| {
                let y = sheet.y + TEXT;
                sheet.part(Role::Label, |sheet| sheet.put("•", LEFT + 3.0, y, TEXT, Ink::Grey, false));
                sheet.part(Role::Body, |sheet| sheet.lines(lines, LEFT + 14.0, TEXT, Ink::Black, false));
            });
            self.y += 2.0;
        }
        self.y += 4.0;
    }

    fn notice(&mut self, text: &str) {
        let lines = lines::broken(self.script, text, TEXT, RIGHT - LEFT - 20.0);
        let tall = height(&lines, TEXT) + 12.0;
        self.room_for(tall + 6.0);
        let (top, bottom) = (self.y, self.y + tall);
        let corners = [(LEFT, top), (RIGHT, top), (RIGHT, bottom), (LEFT, bottom), (LEFT, top)];
        for side in corners.windows(2) {
            self.mark(Mark::Line { from: side[0], to: side[1], ink: Ink::Grey, width: 0.7 });
        }
        self.y += 6.0;
        self.part(Role::Paragraph, |sheet| sheet.lines(lines, LEFT + 10.0, TEXT, Ink::Black, false));
        self.y = bottom + 8.0;
    }

    fn pairs(&mut self, pairs: &[(String, String)]) {
        const NAME: f32 = 150.0;
        for (name, what) in pairs {
            let (name, what) = (
                lines::broken(self.script, name, TEXT, NAME - 10.0),
                lines::broken(self.script, what, TEXT, RIGHT - LEFT - NAME),
            );
            let tall = height(&name, TEXT).max(height(&what, TEXT));
            self.room_for(tall);
            let top = self.y;
            self.part(Role::Item, |sheet| {
                sheet.part(Role::Label, |sheet| sheet.lines(name, LEFT, TEXT, Ink::Grey, false));
                sheet.y = top;
                sheet.part(Role::Body, |sheet| sheet.lines(what, LEFT + NAME, TEXT, Ink::Black, false));
            });
            self.y = top + tall;
        }
        self.y += 6.0;
    }

    fn table(&mut self, table: &Table) {
        let shares: u32 = table.columns.iter().map(|column| column.share).sum::<u32>().max(1);
        let widths: Vec<f32> = table.columns.iter().map(|column| (RIGHT - LEFT) * column.share as f32 / shares as f32).collect();
        let titles: Vec<String> = table.columns.iter().map(|column| column.title.clone()).collect();
        let rows: Vec<Row> = table.rows.iter().map(|row| self.row(&widths, row)).collect();
        let total = table.total.as_ref().map(|total| self.row(&widths, total));
        let heading = self.row(&widths, &titles);
        // No heading stands without two rows under it, and no sum without two above it.
        let first: f32 = rows.iter().take(2).map(|row| row.tall).sum();
        self.room_for(heading.tall + first);
        self.part(Role::Head, |sheet| sheet.draw_row(table, &widths, heading, Ink::Grey, true));
        let count = rows.len();
        let last: f32 = rows.iter().skip(count.saturating_sub(2)).chain(&total).map(|row| row.tall).sum();
        self.part(Role::Rows, |sheet| {
            for (at, row) in rows.into_iter().enumerate() {
                let needed = if at + 2 == count { last.max(row.tall) } else { row.tall };
                sheet.on_with(table, &widths, &titles, needed);
                sheet.draw_row(table, &widths, row, Ink::Black, false);
            }
        });
        if let Some(total) = total {
            self.on_with(table, &widths, &titles, total.tall);
            self.part(Role::Sum, |sheet| sheet.draw_row(table, &widths, total, Ink::Black, true));
        }
        self.y += 8.0;
    }

    /// Goes on with a table on the next page, under its heading, where there is no room for `tall`.
    fn on_with(&mut self, table: &Table, widths: &[f32], titles: &[String], tall: f32) {
        if self.y + tall > BOTTOM {
            self.next_page();
            // It was read out at the head of the table.
            let part = self.part.take();
            let heading = self.row(widths, titles);
            self.ink_row(table, widths, heading, Ink::Grey, true);
            self.part = part;
        }
    }

    fn row(&self, widths: &[f32], cells: &[String]) -> Row {
        let broken = |(cell, width): (&String, &f32)| lines::broken(self.script, cell, SMALL, width - 2.0 * CELL);
        let cells: Vec<Vec<Line>> = cells.iter().zip(widths).map(broken).collect();
        let tall = cells.iter().map(|lines| height(lines, SMALL)).fold(0.0, f32::max) + CELL;
        Row { cells, tall }
    }

    fn draw_row(&mut self, table: &Table, widths: &[f32], row: Row, ink: Ink, is_bold: bool) {
        self.part(Role::Row, |sheet| sheet.ink_row(table, widths, row, ink, is_bold));
    }

    /// The cells of a row; those of the heading are titles, and those that stand for themselves alone are not read out.
    fn ink_row(&mut self, table: &Table, widths: &[f32], row: Row, ink: Ink, is_bold: bool) {
        let (top, mut x) = (self.y, LEFT);
        let group = self.part.and_then(|row| self.parts[row].within);
        let is_head = group.is_some_and(|group| self.parts[group].role == Role::Head);
        for ((lines, width), column) in row.cells.into_iter().zip(widths).zip(&table.columns) {
            self.y = top + CELL / 2.0;
            let cell = |sheet: &mut Sheet| {
                for line in lines {
                    let at = if column.is_figures { x + width - CELL - line.width } else { x + CELL };
                    sheet.line(line, at, SMALL, ink, is_bold);
                }
            };
            match self.part {
                Some(_) => self.part(if is_head { Role::Title } else { Role::Cell }, cell),
                None => cell(self),
            }
            x += width;
        }
        self.y = top + row.tall;
        self.rule(if is_bold { Ink::Grey } else { Ink::Light }, if is_bold { 0.7 } else { 0.4 });
    }

    fn signatures(&mut self, signatures: &[Signature]) {
        self.room_for(90.0);
        let width = (RIGHT - LEFT) / signatures.len().max(1) as f32;
        let top = self.y;
        for (at, signature) in signatures.iter().enumerate() {
            let x = LEFT + width * at as f32;
            self.y = top + 6.0;
            self.part(Role::Paragraph, |sheet| sheet.text(&signature.who, x, width - 20.0, TEXT, Ink::Grey, false));
            self.y = top + 30.0;
            match &signature.signed {
                Some(signed) => {
                    self.part(Role::Paragraph, |sheet| sheet.text(signed, x, width - 20.0, TEXT, Ink::Black, false));
                }
                None => self.mark(Mark::Line {
                    from: (x, top + 62.0),
                    to: (x + width - 24.0, top + 62.0),
                    ink: Ink::Black,
                    width: 0.6,
                }),
            }
        }
        self.y = top + 84.0;
    }

    /// Running text, over pages.
    fn text(&mut self, text: &str, x: f32, width: f32, size: f32, ink: Ink, is_bold: bool) {
        let lines = lines::broken(self.script, text, size, width);
        self.lines(lines, x, size, ink, is_bold);
    }

    /// Lines over pages; where they go on, at least two stand on either side.
    fn lines(&mut self, lines: Vec<Line>, x: f32, size: f32, ink: Ink, is_bold: bool) {
        let (count, tall) = (lines.len(), size * LEADING);
        // A little is allowed for rounding: what was measured to fit does.
        let fitting = ((BOTTOM - self.y) / tall + 0.01).floor().max(0.0) as usize;
        let breaks_at = match fitting {
            _ if fitting >= count => count,
            0 | 1 => 0,
            _ if fitting + 1 == count => {
                if fitting == 2 {
                    0
                } else {
                    fitting - 1
                }
            }
            _ => fitting,
        };
        for (at, line) in lines.into_iter().enumerate() {
            if at == breaks_at && self.y > TOP {
                self.next_page();
            }
            self.room_for(tall - 0.2);
            self.line(line, x, size, ink, is_bold);
        }
    }

    fn line(&mut self, line: Line, x: f32, size: f32, ink: Ink, is_bold: bool) {
        let y = self.y + size * 1.2;
        self.mark(Mark::Text { x, y, size, ink, is_bold, characters: line.characters, part: self.part });
        self.y += size * LEADING;
    }

    fn put(&mut self, text: &str, x: f32, y: f32, size: f32, ink: Ink, is_bold: bool) {
        let script = self.script;
        let characters = text.chars().map(|character| (character, face::set(script, character))).collect();
        self.mark(Mark::Text { x, y: y + size * 0.2, size, ink, is_bold, characters, part: self.part });
    }

    fn rule(&mut self, ink: Ink, width: f32) {
        let y = self.y;
        self.mark(Mark::Line { from: (LEFT, y), to: (RIGHT, y), ink, width });
    }

    fn room_for(&mut self, tall: f32) {
        if self.y + tall > BOTTOM && self.y > TOP {
            self.next_page();
        }
    }

    fn next_page(&mut self) {
        self.pages.push(vec![]);
        self.y = TOP;
    }

    fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }
}

/// A row as it is broken.
struct Row {
    cells: Vec<Vec<Line>>,
    tall: f32,
}

fn height(lines: &[Line], size: f32) -> f32 {
    lines.len() as f32 * size * LEADING
}

fn foot(document: &Document, pages: &mut [Vec<Mark>]) {
    let count = pages.len();
    for (at, page) in pages.iter_mut().enumerate() {
        let right = document.page_of.replace("{page}", &(at + 1).to_string()).replace("{pages}", &count.to_string());
        let y = HEIGHT - 38.0;
        page.push(Mark::Line { from: (LEFT, y - 14.0), to: (RIGHT, y - 14.0), ink: Ink::Light, width: 0.4 });
        for (text, is_right) in [(&document.foot, false), (&right, true)] {
            let Some(line) = lines::broken(document.script, text, SMALL, RIGHT - LEFT).into_iter().next() else { continue };
            let x = if is_right { RIGHT - line.width } else { LEFT };
            page.push(Mark::Text { x, y, size: SMALL, ink: Ink::Grey, is_bold: false, characters: line.characters, part: None });
        }
    }
}
