//! Type: three faces of Noto Sans (OFL 1.1), cut down to the characters of GB 2312, of Big5 and of Latin. `fonts/README.md` says
//! how they were made.

use std::collections::HashMap;
use std::sync::LazyLock;

use krilla::text::{Font, GlyphId};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

use crate::Script;

const SIMPLIFIED: &[u8] = include_bytes!("../fonts/NotoSansSC.ttf");
const TRADITIONAL: &[u8] = include_bytes!("../fonts/NotoSansTC.ttf");

/// Latin of its own: in the Chinese faces quotation marks and apostrophes are as wide as a character.
const LATIN: &[u8] = include_bytes!("../fonts/NotoSansLatin.otf");

static FACES: LazyLock<[Face; 3]> = LazyLock::new(|| [SIMPLIFIED, TRADITIONAL, LATIN].map(Face::new));

/// One face.
pub(crate) struct Face {
    pub(crate) font: Font,
    /// Glyph and width, in parts of the size, of every character.
    glyphs: HashMap<char, (GlyphId, f32)>,
}

impl Face {
    fn new(data: &'static [u8]) -> Face {
        let found = FontRef::new(data).expect("our own file is a font");
        let metrics = found.glyph_metrics(Size::unscaled(), LocationRef::default());
        let em = f32::from(found.metrics(Size::unscaled(), LocationRef::default()).units_per_em);
        let glyph = |(code, glyph): (u32, skrifa::GlyphId)| {
            let width = metrics.advance_width(glyph).unwrap_or(em) / em;
            Some((char::from_u32(code)?, (GlyphId::new(glyph.to_u32()), width)))
        };
        let glyphs = found.charmap().mappings().filter_map(glyph).collect();
        Face { font: Font::new(data.into(), 0).expect("our own file is a font"), glyphs }
    }
}

/// A character as it is set: which face, which glyph, how wide at size one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Set {
    pub(crate) face: usize,
    pub(crate) glyph: GlyphId,
    pub(crate) width: f32,
}

/// The faces, by their place.
pub(crate) fn face(at: usize) -> &'static Face {
    &FACES[at]
}

/// Finds a character, first in the face of the script. What no face has is set as a sign that can be seen (〓).
pub(crate) fn set(script: Script, character: char) -> Set {
    let order = match script {
        Script::Simplified => [0, 1, 2],
        Script::Traditional => [1, 0, 2],
        Script::Latin => [2, 0, 1],
    };
    let find = |character: char| {
        let in_face = |face: usize| FACES[face].glyphs.get(&character).map(|(glyph, width)| (face, *glyph, *width));
        order.into_iter().find_map(in_face)
    };
    let (face, glyph, width) = find(character).or_else(|| find('\u{3013}')).unwrap_or((order[0], GlyphId::new(0), 1.0));
    Set { face, glyph, width }
}
