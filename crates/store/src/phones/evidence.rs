//! Photos, signatures and sound: named by the hash of what the phone sent, written once, encrypted by whoever keeps them.

use domain::id::{PersonId, VisitId};
use domain::moment::Timestamp;

use crate::asker::Asker;
use crate::db::Value;
use crate::error::Error;
use crate::reader::{Reader, instant, may_see, person_id};
use crate::store::Store;

/// A piece of evidence as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct KeptEvidence {
    /// The visit it is of.
    pub visit: VisitId,
    /// SHA-256 of what the phone sent, 64 hexadecimal digits.
    pub sent: String,
    /// Whose door it was.
    pub person: PersonId,
    /// `photo`, `signature` or `audio`.
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

impl Store {
    /// Keeps evidence, once: what is kept under a name already stays as it is, and is what comes back.
    pub fn keep_evidence(&self, evidence: KeptEvidence) -> Result<KeptEvidence, Error> {
        self.write(move |db| {
            let sql = "INSERT INTO evidence (visit, sent, person, kind, media, kept, body, received_at) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (visit, sent) DO NOTHING";
            let (visit, person) = (evidence.visit.to_string(), evidence.person.to_string());
            let params: [Value<'_>; 8] = [
                (&visit).into(),
                (&evidence.sent).into(),
                (&person).into(),
                (&evidence.kind).into(),
                (&evidence.media).into(),
                (&evidence.kept).into(),
                evidence.body.as_deref().into(),
                evidence.received_at.as_microsecond().into(),
            ];
            db.execute(sql, &params)?;
            let found = db.query_one(ONE, &[(&visit).into(), (&evidence.sent).into()], read)?;
            found.ok_or_else(|| Error::Damaged("evidence that was just written".into()))
        })
    }
}

impl Reader {
    /// A piece of evidence, for those who may see the person and read notes.
    pub fn evidence(&self, asker: Asker, visit: VisitId, sent: &str) -> Result<Option<KeptEvidence>, Error> {
        if !asker.reads_notes() {
            return Ok(None);
        }
        self.look(|db| {
            let found = db.query_one(ONE, &[(&visit.to_string()).into(), sent.into()], read)?;
            let Some(found) = found else { return Ok(None) };
            Ok(may_see(db, asker, found.person)?.then_some(found))
        })
    }
}

fn read(row: &crate::db::Row<'_>) -> Result<KeptEvidence, Error> {
    let visit: String = row.get(0)?;
    Ok(KeptEvidence {
        visit: VisitId::parse(&visit).ok_or_else(|| Error::Damaged("the visit of a piece of evidence".into()))?,
        sent: row.get(1)?,
        person: person_id(&row.get::<String>(2)?)?,
        kind: row.get(3)?,
        media: row.get(4)?,
        kept: row.get(5)?,
        body: row.get(6)?,
        received_at: instant(row.get(7)?)?,
    })
}
