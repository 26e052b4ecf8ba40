//! What stands on a page, as ink: characters and lines at their places; and how it becomes PDF.

use krilla::color::rgb;
use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point};
use krilla::metadata::Metadata;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag};
use krilla::text::KrillaGlyph;
use krilla::{Document as Pdf, SerializeSettings};

use crate::Document;
use crate::face::{self, Set};
use crate::structure::{self, Part, Role};

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
    /// Characters, and the part that they belong to; none for what is not read out, such as the foot of a page.
    Text {
        x: f32,
        y: f32,
        size: f32,
        ink: Ink,
        is_bold: bool,
        characters: Vec<(char, Set)>,
        part: Option<usize>,
    },
    Line {
        from: (f32, f32),
        to: (f32, f32),
        ink: Ink,
        width: f32,
    },
}

/// Writes pages as PDF. No clock and no chance: the same pages give the same bytes.
pub(crate) fn write(first: &Document, pages: &[Vec<Mark>], parts: &[Part]) -> Vec<u8> {
    let configuration = ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1).finish();
    let configuration = configuration.expect("one standard does not contradict itself");
    let mut pdf = Pdf::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let about = Metadata::new().creator("Forbear".into());
    pdf.set_metadata(about.title(first.title.clone()).language(first.language.clone()));
    let mut read: Vec<(usize, Identifier)> = vec![];
    for marks in pages {
        let settings = PageSettings::from_wh(WIDTH, HEIGHT).expect("A4 is a size");
        let mut page = pdf.start_page_with(settings);
        let mut surface = page.surface();
        for mark in marks {
            let part = if let Mark::Text { part, .. } = mark { *part } else { None };
            let line = surface.start_tagged(match part {
                Some(_) => ContentTag::Span(SpanTag::empty()),
                None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
            });
            draw(&mut surface, mark);
            surface.end_tagged();
            read.extend(part.map(|part| (part, line)));
        }
        surface.finish();
        page.finish();
    }
    // Columns are drawn beside each other; what is read out goes part by part.
    read.sort_by_key(|(part, _)| *part);
    pdf.set_tag_tree(structure::tree(parts, &read));
    pdf.set_outline(outline(pages, parts));
    // It fails for faulty fonts and where the standard is not met; the fonts are ours, and every mark and heading is tagged here.
    pdf.finish().expect("our own fonts can be embedded, and all is tagged")
}

/// Where each heading stands, for whoever leaps from one to the next.
fn outline(pages: &[Vec<Mark>], parts: &[Part]) -> Outline {
    let mut titles: Vec<OutlineNode> = vec![];
    let mut seen = None;
    for (at, mark) in pages.iter().enumerate().flat_map(|(at, marks)| marks.iter().map(move |mark| (at, mark))) {
        let Mark::Text { x, y, size, part: Some(part), .. } = mark else { continue };
        let Role::Heading(level, words) = &parts[*part].role else { continue };
        if seen.replace(*part) == Some(*part) {
            continue;
        }
        let node = OutlineNode::new(words.clone(), XyzDestination::new(at, Point::from_xy(*x, y - size)));
        match titles.last_mut() {
            Some(title) if *level > 1 => title.push_child(node),
            _ => titles.push(node),
        }
    }
    let mut outline = Outline::new();
    titles.into_iter().for_each(|title| outline.push_child(title));
    outline
}

fn draw(surface: &mut Surface<'_>, mark: &Mark) {
    match mark {
        Mark::Text { x, y, size, ink, is_bold, characters, part: _ } => {
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
