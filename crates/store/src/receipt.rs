//! The receipt of a visit: its events as the log holds them, the words that go with them, and the proof that they lie under
//! a signed seal. Whoever has the file can check it offline, without this book and without us (`docs/receipt.md`).

use data_encoding::HEXLOWER;
use domain::event::Event;
use domain::id::{PersonId, VisitId};
use domain::promise::Origin;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::asker::Asker;
use crate::chain::{GENESIS, Hash, Record};
use crate::error::Error;
use crate::note::digest;
use crate::reader::{Reader, may_see};
use crate::seal::TreeHead;
use crate::sealing::{hashes, record, shard_origin, shard_seal};
use crate::store::BookRecord;
use crate::tree::{self, leaf_hash};

/// The form of the file.
const SCHEMA: &str = "forbear.receipt/1";
/// What stands before the file under its signature, so that no other text of ours can be taken for it.
const CONTEXT: &str = "forbear.receipt/1\n";

/// A receipt as it stands in its file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// `forbear.receipt/1`.
    pub schema: String,
    /// The name of the book.
    pub book: String,
    /// The visit.
    pub visit: String,
    /// Whose visit: the id of a person, never a name.
    pub person: String,
    /// The shard of the log that holds it.
    pub shard: u16,
    /// The public key that verifies seal and signature, 64 hexadecimal digits.
    pub key: String,
    /// The signed tree head of the shard.
    pub seal: String,
    /// The events of the visit that the seal covers, in order.
    pub events: Vec<Entry>,
    /// Events of the visit that were recorded after the seal: a later receipt holds them.
    pub not_sealed_yet: u64,
    /// The book's signature over all of the above, 128 hexadecimal digits.
    pub signature: String,
}

/// One event and its proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its place in the shard's log.
    pub seq: u64,
    /// Its place in the person's stream.
    pub version: u64,
    /// When it was recorded, in microseconds since 1970.
    pub recorded_at: i64,
    /// Who acted.
    pub actor: String,
    /// The key of the command that made it.
    pub command: String,
    /// The event as it is stored, byte for byte.
    pub event: String,
    /// The hash of the event before it in the log.
    pub previous: String,
    /// The path from this event to the sealed root (RFC 9162 2.1.3).
    pub path: Vec<String>,
    /// Words that the event refers to by their digest.
    pub notes: Vec<Words>,
}

/// Words with their salt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// The id that the event names.
    pub id: String,
    /// The salt, 32 hexadecimal digits.
    pub salt: String,
    /// The words.
    pub text: String,
}

/// What a receipt that holds says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The receipt.
    pub receipt: Receipt,
    /// The seal it lies under.
    pub head: TreeHead,
}

impl Receipt {
    /// The file's text: the one form in which it is written and accepted.
    pub fn text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Signs the receipt as it stands.
    pub fn sign(&mut self, key: &SigningKey) {
        self.signature.clear();
        self.signature = HEXLOWER.encode(&key.sign(self.signed_text().as_bytes()).to_bytes());
    }

    fn signed_text(&self) -> String {
        let bare = Receipt { signature: String::new(), ..self.clone() };
        format!("{CONTEXT}{}", bare.text())
    }
}

/// Checks a receipt's file. Every fault is named with the part that is wrong; a receipt holds if there is none.
pub fn check(text: &str) -> Result<Checked, Vec<String>> {
    let receipt: Receipt = match serde_json::from_str(text) {
        Ok(receipt) => receipt,
        Err(error) => return Err(vec![format!("the file cannot be read as a receipt: {error}")]),
    };
    let mut faults = vec![];
    if receipt.schema != SCHEMA {
        faults.push(format!("schema: is `{}` and must be `{SCHEMA}`", receipt.schema));
    }
    let written = receipt.text();
    if written != text {
        let at = written.bytes().zip(text.bytes()).take_while(|(ours, theirs)| ours == theirs).count();
        let line = text.as_bytes()[..at.min(text.len())].iter().filter(|byte| **byte == b'\n').count() + 1;
        faults.push(format!("form: the file is not written as it was; it differs first at byte {at}, in line {line}"));
    }
    let head = seal_of(&receipt, &mut faults);
    for (at, entry) in receipt.events.iter().enumerate() {
        check_entry(&receipt, at, entry, head.as_ref(), &mut faults);
    }
    if receipt.events.is_empty() {
        faults.push("events: there are none".into());
    }
    if receipt.events.windows(2).any(|pair| pair[0].seq >= pair[1].seq || pair[0].version >= pair[1].version) {
        faults.push("events: they are not in their order, or one stands twice".into());
    }
    match head {
        Some(head) if faults.is_empty() => Ok(Checked { receipt, head }),
        _ => Err(faults),
    }
}

/// The seal, and the signature over the whole, under the key in the file.
fn seal_of(receipt: &Receipt, faults: &mut Vec<String>) -> Option<TreeHead> {
    let key = hash(&receipt.key).and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok());
    let Some(key) = key else {
        faults.push("key: is not a public key of 64 hexadecimal digits".into());
        return None;
    };
    let head = TreeHead::verify(&receipt.seal, &key);
    match &head {
        None => faults.push("seal: is not as the key in the file signed it; the seal or the key is another".into()),
        Some(head) if head.origin != shard_origin(&receipt.book, receipt.shard) => {
            faults.push(format!("book, shard: the seal is of `{}`", head.origin));
        }
        Some(_) => {}
    }
    let signature = HEXLOWER.decode(receipt.signature.as_bytes()).ok().and_then(|bytes| Signature::from_slice(&bytes).ok());
    let is_signed = signature.is_some_and(|it| key.verify_strict(receipt.signed_text().as_bytes(), &it).is_ok());
    if !is_signed {
        let what = "signature: the file as a whole is not as it was signed; something was changed, added or left out";
        faults.push(what.into());
    }
    head
}

fn check_entry(receipt: &Receipt, at: usize, entry: &Entry, head: Option<&TreeHead>, faults: &mut Vec<String>) {
    let mut wrong = |what: &str| faults.push(format!("events[{at}] (version {}): {what}", entry.version));
    let record = Record {
        shard: receipt.shard,
        seq: entry.seq,
        person: receipt.person.clone(),
        version: entry.version,
        recorded_at: entry.recorded_at,
        actor: entry.actor.clone(),
        command: entry.command.clone(),
        body: entry.event.clone(),
    };
    let path: Option<Vec<Hash>> = entry.path.iter().map(|text| hash(text)).collect();
    match (hash(&entry.previous), path) {
        (Some(previous), Some(path)) => {
            let leaf = leaf_hash(&record.hash(&previous));
            if head.is_some_and(|head| !tree::is_included(leaf, entry.seq, head.size, &path, &head.root)) {
                wrong("is not the event that was sealed, or its proof is not the right one");
            }
        }
        (None, _) => wrong("`previous` is not a hash of 64 hexadecimal digits"),
        (_, None) => wrong("`path` holds what is not a hash of 64 hexadecimal digits"),
    }
    let event: Result<Event, _> = serde_json::from_str(&entry.event);
    let is_of_visit = VisitId::parse(&receipt.visit).zip(event.ok()).is_some_and(|(visit, event)| concerns(&event, visit));
    if !is_of_visit {
        wrong(&format!("is not an event of visit {}", receipt.visit));
    }
    let body: Json = serde_json::from_str(&entry.event).unwrap_or_default();
    let mut named = vec![];
    crate::verify::find_references(&body, &mut named);
    for words in &entry.notes {
        let salt = HEXLOWER.decode(words.salt.as_bytes()).unwrap_or_default();
        let found = digest(&salt, &words.text);
        match named.iter().find(|it| it.id == words.id) {
            None => wrong(&format!("does not refer to note {}", words.id)),
            Some(note) if note.digest != found => {
                wrong(&format!("note {} is not as it was when the event was recorded", words.id));
            }
            Some(_) => {}
        }
    }
}

fn hash(text: &str) -> Option<Hash> {
    HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok()
}

/// Whether an event belongs to the record of a visit.
fn concerns(event: &Event, visit: VisitId) -> bool {
    match event {
        Event::PromiseMade { origin: Origin::Visit(of), .. } => *of == visit,
        event => domain::visit::of(event) == Some(visit),
    }
}

impl Reader {
    /// The receipt of a visit, signed. `None` if it is not there or not for this asker, or if nothing of it is sealed yet. Words
    /// go with it for those who may read them.
    pub fn receipt(&self, asker: Asker, person: PersonId, visit: VisitId, key: &SigningKey) -> Result<Option<Receipt>, Error> {
        let found = self.look(|db| {
            if !may_see(db, asker, person)? {
                return Ok(None);
            }
            let sql = "SELECT place, person, version, recorded_at, actor, command, body, hash FROM events \
                       WHERE person = $1 ORDER BY version";
            let of_person = db.query(sql, &[(&person.to_string()).into()], record)?;
            let concerns = |record: &Record| serde_json::from_str(&record.body).is_ok_and(|event: Event| concerns(&event, visit));
            let records: Vec<Record> = of_person.into_iter().map(|(record, _)| record).filter(concerns).collect();
            let (Some(first), Some(book)) = (records.first(), BookRecord::find(db)?) else { return Ok(None) };
            let shard = first.shard;
            let Some((seal, size)) = shard_seal(db, &book.name, shard)? else { return Ok(None) };
            let hashes = hashes(db, shard, size)?;
            let leaves: Vec<Hash> = hashes.iter().map(|hash| leaf_hash(hash)).collect();
            let (sealed, later): (Vec<Record>, Vec<Record>) = records.into_iter().partition(|record| record.seq < size);
            let mut events = vec![];
            for record in sealed {
                let at = record.seq as usize;
                let previous = at.checked_sub(1).and_then(|before| hashes.get(before)).unwrap_or(&GENESIS);
                let Some(path) = tree::inclusion_proof(&leaves, at) else { continue };
                let notes = if asker.reads_notes() { notes_of(db, &record)? } else { vec![] };
                events.push(Entry {
                    seq: record.seq,
                    version: record.version,
                    recorded_at: record.recorded_at,
                    actor: record.actor,
                    command: record.command,
                    event: record.body,
                    previous: HEXLOWER.encode(previous),
                    path: path.iter().map(|hash| HEXLOWER.encode(hash)).collect(),
                    notes,
                });
            }
            if events.is_empty() {
                return Ok(None);
            }
            let key = HEXLOWER.encode(&book.verifying_key);
            Ok(Some(Receipt {
                schema: SCHEMA.into(),
                book: book.name,
                visit: visit.to_string(),
                person: person.to_string(),
                shard,
                key,
                seal,
                events,
                not_sealed_yet: later.len() as u64,
                signature: String::new(),
            }))
        })?;
        Ok(found.map(|mut receipt| {
            receipt.sign(key);
            receipt
        }))
    }
}

/// The words an event refers to, as far as they are still kept. An address is where somebody lives and stays out.
fn notes_of(db: &mut crate::db::Db, record: &Record) -> Result<Vec<Words>, Error> {
    let body: Json = serde_json::from_str(&record.body).unwrap_or_default();
    let mut named = vec![];
    crate::verify::find_references(&body, &mut named);
    let mut notes = vec![];
    for id in named.iter().map(|note| note.id) {
        let sql = "SELECT salt, body FROM notes WHERE note = $1 AND person = $2 AND kind = 'words'";
        let kept = db.query_one(sql, &[id.into(), (&record.person).into()], |row| {
            Ok(row.get::<Option<Vec<u8>>>(0)?.zip(row.get::<Option<String>>(1)?))
        })?;
        if let Some(Some((salt, text))) = kept {
            notes.push(Words { id: id.into(), salt: HEXLOWER.encode(&salt), text });
        }
    }
    Ok(notes)
}

#[cfg(test)]
mod tests;
