//! Notes: names, phones, addresses and words, kept outside the log so that they can be erased. The log holds an id and a
//! salted digest: with the note at hand anyone can check it, without it nobody can guess it.

use data_encoding::HEXLOWER;
use domain::event::NoteRef;
use domain::id::NoteId;
use sha2::{Digest, Sha256};

use crate::evidence::{self, Paper};

/// A note to be kept with a command.
#[derive(Clone, PartialEq, Eq)]
pub struct Note {
    /// Its id, made by whoever made the note.
    pub id: NoteId,
    /// What it is, as [`kind_of`] the place where the event names it: `identity`, `address`, `words`, `evidence` and so on.
    pub kind: &'static str,
    /// Chance, so that a short note such as a phone number cannot be found by trying all of them.
    pub salt: [u8; 16],
    /// The text.
    pub body: String,
    /// A paper that is kept with it, whose label the text is.
    pub paper: Option<Paper>,
}

impl Note {
    /// What an event says of this note.
    pub fn reference(&self) -> NoteRef {
        NoteRef { id: self.id, digest: digest(&self.salt, &self.body) }
    }
}

/// Never shows the words: notes must not reach a log file.
impl std::fmt::Debug for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Note({}, {})", self.id, self.kind)
    }
}

/// What a note is that `event` names in `field`: the log itself says it by where the reference stands.
pub(crate) fn kind_of(event: &str, field: &str) -> &'static str {
    match (event, field) {
        (_, "identity") => "identity",
        (_, "address") => "address",
        (_, "evidence") => evidence::NOTE,
        ("record_received", "body") => "record",
        (_, "signature") => "signature",
        ("message_queued", "words") => "message",
        _ => "words",
    }
}

/// SHA-256 over salt and text, 64 hexadecimal digits.
pub(crate) fn digest(salt: &[u8], body: &str) -> String {
    HEXLOWER.encode(&Sha256::new().chain_update(salt).chain_update(body).finalize())
}
