//! Evidence: what phones sent of a door, and papers that people handed in for what they stated. Each piece is named by the hash
//! of what was sent, written once, encrypted by whoever keeps it. The log vouches for a piece of a visit itself; for a paper it
//! vouches by a note, whose words are the paper's [`Label`].

use domain::id::{NoteId, PersonId, VisitId};
use domain::moment::Timestamp;
use serde::{Deserialize, Serialize};

use crate::asker::Asker;
use crate::db::{Db, Value};
use crate::error::Error;
use crate::note::Note;
use crate::reader::{Reader, instant, may_see, person_id};
use crate::store::Store;

/// The kind of the notes whose words are labels.
pub(crate) const NOTE: &str = "evidence";

/// What a piece of evidence hangs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// A visit: the phone of the team sent it.
    Visit(VisitId),
    /// A note, whose words are the label of the paper.
    Note(NoteId),
}

/// The stored form, in the column `visit`, which is older than papers: a visit's id, or `note:` and a note's.
impl std::fmt::Display for Of {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Of::Visit(id) => write!(f, "{id}"),
            Of::Note(id) => write!(f, "note:{id}"),
        }
    }
}

impl Of {
    fn parse(text: &str) -> Option<Of> {
        match text.strip_prefix("note:") {
            Some(note) => NoteId::parse(note).map(Of::Note),
            None => VisitId::parse(text).map(Of::Visit),
        }
    }

    /// What a piece of it is sealed under, so that no piece can be put in another's place.
    pub fn seal_name(self, sent: &str) -> String {
        format!("{self}/{sent}")
    }
}

/// What a paper is, as its note says it: the words that the log's digest covers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// What sort of paper.
    pub kind: String,
    /// SHA-256 of what was sent, 64 hexadecimal digits.
    pub sent: String,
    /// SHA-256 of the bytes as they are kept, 64 hexadecimal digits.
    pub kept: String,
    /// Its media type, once opened.
    pub media: String,
    /// How long it is, once opened.
    pub bytes: u64,
}

/// The media type of a piece of a visit, by its kind: pictures and sound are kept as what they are made anew as. None for a kind
/// that is none of ours.
pub fn media_of(kind: &str) -> Option<&'static str> {
    match kind {
        "photo" => Some("image/jpeg"),
        "signature" => Some("image/png"),
        "audio" => Some("audio/webm"),
        _ => None,
    }
}

/// A paper to be kept together with the note that says what it is, or not at all.
#[derive(Clone, PartialEq, Eq)]
pub struct Paper {
    /// What it is.
    pub label: Label,
    /// Its bytes, encrypted.
    pub body: Vec<u8>,
}

impl Note {
    /// The note that vouches for a paper.
    pub fn of_paper(id: NoteId, salt: [u8; 16], paper: Paper) -> Note {
        let body = serde_json::to_string(&paper.label).unwrap_or_default();
        Note { id, kind: NOTE, salt, body, paper: Some(paper) }
    }
}

/// A paper that was handed in, as a list of them shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandedIn {
    /// The note that vouches for it.
    pub note: NoteId,
    /// What it is.
    pub label: Label,
    /// When it came.
    pub at: Timestamp,
}

/// A piece of evidence as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct KeptEvidence {
    /// What it is of.
    pub of: Of,
    /// SHA-256 of what was sent, 64 hexadecimal digits.
    pub sent: String,
    /// Whose door it was, or whose paper.
    pub person: PersonId,
    /// `photo`, `signature` or `audio`, or what sort of paper.
    pub kind: String,
    /// Its media type, once opened.
    pub media: String,
    /// SHA-256 of `body`.
    pub kept: String,
    /// The bytes, encrypted; none once erased.
    pub body: Option<Vec<u8>>,
    /// When it came.
    pub received_at: Timestamp,
}

const ONE: &str = "SELECT visit, sent, person, kind, media, kept, body, received_at FROM evidence WHERE visit = $1 AND sent = $2";
const PAPER: &str =
    "SELECT visit, sent, person, kind, media, kept, body, received_at FROM evidence WHERE visit = $1 AND person = $2";

impl Store {
    /// Keeps evidence, once: what is kept under a name already stays as it is, and is what comes back.
    pub fn keep_evidence(&self, evidence: KeptEvidence) -> Result<KeptEvidence, Error> {
        self.write(move |db| {
            write(db, &evidence)?;
            let of = evidence.of.to_string();
            let found = db.query_one(ONE, &[(&of).into(), (&evidence.sent).into()], read)?;
            found.ok_or_else(|| Error::Damaged("evidence that was just written".into()))
        })
    }
}

/// Writes the paper of a note, in the transaction that writes the note.
pub(crate) fn keep_paper(db: &mut Db, person: PersonId, note: NoteId, paper: &Paper, at: Timestamp) -> Result<(), Error> {
    let label = paper.label.clone();
    write(
        db,
        &KeptEvidence {
            of: Of::Note(note),
            sent: label.sent,
            person,
            kind: label.kind,
            media: label.media,
            kept: label.kept,
            body: Some(paper.body.clone()),
            received_at: at,
        },
    )
}

fn write(db: &mut Db, evidence: &KeptEvidence) -> Result<(), Error> {
    let sql = "INSERT INTO evidence (visit, sent, person, kind, media, kept, body, received_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (visit, sent) DO NOTHING";
    let (of, person) = (evidence.of.to_string(), evidence.person.to_string());
    let params: [Value<'_>; 8] = [
        (&of).into(),
        (&evidence.sent).into(),
        (&person).into(),
        (&evidence.kind).into(),
        (&evidence.media).into(),
        (&evidence.kept).into(),
        evidence.body.as_deref().into(),
        evidence.received_at.as_microsecond().into(),
    ];
    db.execute(sql, &params).map(drop)
}

impl Reader {
    /// A piece of evidence of a visit, for those who may see the person and read notes.
    pub fn evidence(&self, asker: Asker, visit: VisitId, sent: &str) -> Result<Option<KeptEvidence>, Error> {
        if !asker.reads_notes() {
            return Ok(None);
        }
        self.look(|db| {
            let found = db.query_one(ONE, &[(&Of::Visit(visit).to_string()).into(), sent.into()], read)?;
            let Some(found) = found else { return Ok(None) };
            Ok(may_see(db, asker, found.person)?.then_some(found))
        })
    }

    /// How long a piece of evidence of a visit is as it is kept, for those who may see the person and read notes; nothing where
    /// it is not there or was erased.
    pub fn evidence_kept(&self, asker: Asker, visit: VisitId, sent: &str) -> Result<Option<u64>, Error> {
        if !asker.reads_notes() {
            return Ok(None);
        }
        self.look(|db| {
            let sql =
                "SELECT person, CAST(LENGTH(body) AS BIGINT) FROM evidence WHERE visit = $1 AND sent = $2 AND body IS NOT NULL";
            let visit = Of::Visit(visit).to_string();
            let found =
                db.query_one(sql, &[(&visit).into(), sent.into()], |row| Ok((row.get::<String>(0)?, row.get::<i64>(1)?)))?;
            let Some((person, bytes)) = found else { return Ok(None) };
            Ok(may_see(db, asker, person_id(&person)?)?.then_some(bytes as u64))
        })
    }

    /// A paper of this person, for those who may see the person and read notes.
    pub fn paper(&self, asker: Asker, person: PersonId, note: NoteId) -> Result<Option<KeptEvidence>, Error> {
        if !asker.reads_notes() {
            return Ok(None);
        }
        self.look(|db| {
            if !may_see(db, asker, person)? {
                return Ok(None);
            }
            db.query_one(PAPER, &[(&Of::Note(note).to_string()).into(), (&person.to_string()).into()], read)
        })
    }

    /// All papers of a person that were not erased, the latest first, for those who may see the person and read notes.
    pub fn papers(&self, asker: Asker, person: PersonId) -> Result<Vec<HandedIn>, Error> {
        if !asker.reads_notes() {
            return Ok(vec![]);
        }
        self.look(|db| {
            if !may_see(db, asker, person)? {
                return Ok(vec![]);
            }
            let sql = "SELECT note, body, recorded_at FROM notes WHERE person = $1 AND kind = $2 AND body IS NOT NULL \
                       ORDER BY recorded_at DESC, note";
            let found = db.query(sql, &[(&person.to_string()).into(), NOTE.into()], |row| {
                Ok((row.get::<String>(0)?, row.get::<String>(1)?, row.get::<i64>(2)?))
            })?;
            found
                .into_iter()
                .map(|(note, body, at)| {
                    let label = serde_json::from_str(&body).ok();
                    let (note, label) =
                        NoteId::parse(&note).zip(label).ok_or_else(|| Error::Damaged(format!("the note {note}")))?;
                    Ok(HandedIn { note, label, at: instant(at)? })
                })
                .collect()
        })
    }
}

fn read(row: &crate::db::Row<'_>) -> Result<KeptEvidence, Error> {
    let of: String = row.get(0)?;
    Ok(KeptEvidence {
        of: Of::parse(&of).ok_or_else(|| Error::Damaged("what a piece of evidence is of".into()))?,
        sent: row.get(1)?,
        person: person_id(&row.get::<String>(2)?)?,
        kind: row.get(3)?,
        media: row.get(4)?,
        kept: row.get(5)?,
        body: row.get(6)?,
        received_at: instant(row.get(7)?)?,
    })
}
