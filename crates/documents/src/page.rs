//! What stands on a page, as ink: characters and lines at their places; and how it becomes PDF.

use krilla::Document as Pdf;
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::text::KrillaGlyph;

use crate::Document;
use crate::face::{self, Set};

/// A4 in points.
pub(crate) const WIDTH: f32 = 595.28;
pub(crate) const HEIGHT: f32 = 841.89;

/// How dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    /// Text.
    Black,
    /// What is beside the text.
    Grey,
    /// Lines of tables.
    Light,
}

impl Ink {
    fn color(self) -> rgb::Color {
        match self {
            Ink::Black => rgb::Color::new(0x1a, 0x1d, 0x21),
            Ink::Grey => rgb::Color::new(0x5a, 0x60, 0x68),
            Ink::Light => rgb::Color::new(0xc4, 0xc9, 0xd0),
        }
    }
}

/// Something on a page.
pub(crate) enum Mark {
    Text { x: f32, y: f32, size: f32, ink: Ink, is_bold: bool, characters: Vec<(char, Set)> },
    Line { from: (f32, f32), to: (f32, f32), ink: Ink, width: f32 },
}

/// Writes pages as PDF. No clock and no chance: the same pages give the same bytes.
pub(crate) fn write(document: Option<&Document>, pages: &[Vec<Mark>]) -> Vec<u8> {
    let mut pdf = Pdf::new();
    let mut about = Metadata::new().creator("Forbear".into());
    if let Some(document) = document {
        about = about.title(document.title.clone()).language(document.language.clone());
    }
    pdf.set_metadata(about);
    for marks in pages {
        let settings = PageSettings::from_wh(WIDTH, HEIGHT).expect("A4 is a size");
        let mut page = pdf.start_page_with(settings);
        let mut surface = page.surface();
        for mark in marks {
            draw(&mut surface, mark);
        }
        surface.finish();
        page.finish();
    }
    // It fails for faulty fonts and for standards that were asked for; the fonts are ours and no standard is.
    pdf.finish().expect("our own fonts can be embedded")
}

fn draw(surface: &mut Surface<'_>, mark: &Mark) {
    match mark {
        Mark::Text { x, y, size, ink, is_bold, characters } => {
            surface.set_fill(Some(Fill { paint: ink.color().into(), ..Fill::default() }));
            // A face has one weight; a thin line around the letters makes the other.
            let width = size * 0.035;
            surface.set_stroke(is_bold.then(|| Stroke { paint: ink.color().into(), width, ..Stroke::default() }));
            let mut at = *x;
            for run in characters.chunk_by(|one, next| one.1.face == next.1.face) {
                let text: String = run.iter().map(|(character, _)| *character).collect();
                let starts = text.char_indices().map(|(start, character)| start..start + character.len_utf8());
                let glyphs: Vec<KrillaGlyph> = (run.iter().zip(starts))
                    .map(|((_, set), range)| KrillaGlyph::new(set.glyph, set.width, 0.0, 0.0, 0.0, range, None))
                    .collect();
                surface.draw_glyphs(Point::from_xy(at, *y), &glyphs, face::face(run[0].1.face).font.clone(), &text, *size, false);
                at += crate::lines::measured(run, *size);
            }
        }
        Mark::Line { from, to, ink, width } => {
            surface.set_fill(None);
            surface.set_stroke(Some(Stroke { paint: ink.color().into(), width: *width, ..Stroke::default() }));
            let mut path = PathBuilder::new();
            path.move_to(from.0, from.1);
            path.line_to(to.0, to.1);
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
        }
    }
}
