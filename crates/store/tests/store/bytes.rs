//! Any byte of a record, a photo or a seal that is altered behind the store's back is found and named.

use domain::event::{Actor, Event};
use domain::id::{DeviceId, NoteId, PersonId, RecordId, StaffId, VisitId};
use domain::record::{Evidence, Record};
use ed25519_dalek::{Signer, SigningKey};
use rusqlite::Connection;
use rusqlite::types::Value;
use sha2::{Digest, Sha256};
use store::{Difference, KeptEvidence, Note, Of, PhoneReceipt, Place, Store};

use crate::bed::{Bed, KEY, at, borrow, day, pay, visit_by};
use crate::papers::{payslip, state};

const PEOPLE: u64 = 4;
const TRIES: u64 = 3_000;

/// Each table with the columns of its key first, and whatever else of it the log or a seal vouches for.
const VOUCHED: &[(&str, usize, &[&str])] = &[
    ("events", 1, &["place", "person", "version", "recorded_at", "actor", "command", "body", "hash"]),
    ("notes", 1, &["note", "person", "kind", "salt", "body"]),
    ("seals", 2, &["on_day", "origin", "note"]),
    ("evidence", 2, &["visit", "sent", "person", "kind", "media", "kept", "body"]),
    ("phone_receipts", 2, &["record", "hash", "device", "sequence", "staff", "visit", "kind", "state", "reasons"]),
    ("devices", 1, &["device", "sequence", "head"]),
    ("shards", 1, &["shard", "size", "head", "frontier"]),
    ("streams", 1, &["person", "shard", "version"]),
    ("sought", 1, &["person", "words"]),
    ("folds", 1, &["person", "version", "body"]),
];

pub(crate) fn any_byte_of_a_record_a_photo_or_a_seal_that_is_altered_is_named(bed: &Bed) {
    let Place::File(path) = &bed.place else { return println!("single bytes are altered on SQLite only") };
    let store = some_visits(bed);
    let raw = Connection::open(path).unwrap();
    raw.execute_batch(
        "DROP TRIGGER events_are_not_altered; DROP TRIGGER events_are_not_deleted; DROP TRIGGER evidence_is_not_altered;",
    )
    .unwrap();
    assert_eq!(store.verify(&mut |_, _| {}).unwrap(), [], "before anything is altered");
    let mut tried = vec![0; VOUCHED.len()];
    for seed in 0..TRIES {
        let mut chance = Chance(seed);
        let which = chance.below(VOUCHED.len());
        let (table, key, columns) = VOUCHED[which];
        let row = row_of(&raw, table, columns, &mut chance);
        let column = chance.below(columns.len());
        let Some(altered) = alter(&row[column], &mut chance) else { continue };
        let told = format!("seed {seed}: {table}.{} from {:?} to {altered:?}", columns[column], row[column]);
        let mut other = row.clone();
        other[column] = altered;
        // What the database itself does not let in needs no finding.
        if !write(&raw, (table, key, columns), &row, &other) {
            continue;
        }
        tried[which] += 1;
        let found = store.verify(&mut |_, _| {}).unwrap_or_else(|error| panic!("{told}: {error}"));
        let names = |difference: &Difference| difference.table == table;
        assert!(found.iter().any(names), "{told}: {found:?}");
        assert!(write(&raw, (table, key, columns), &other, &row), "{told}: cannot be put back");
    }
    assert_eq!(store.verify(&mut |_, _| {}).unwrap(), [], "after all was put back");
    assert!(tried.iter().all(|times| *times > 100), "{tried:?}");
}

/// The bytes of one cell with one of them altered; nothing where there is none.
fn alter(cell: &Value, chance: &mut Chance) -> Option<Value> {
    let mut flip = |bytes: &mut Vec<u8>| {
        let at = chance.below(bytes.len());
        bytes[at] ^= 1 + chance.below(255) as u8;
    };
    Some(match cell {
        Value::Text(text) if !text.is_empty() => {
            let mut bytes = text.clone().into_bytes();
            flip(&mut bytes);
            // Whatever the bytes are now: a text that is none is written as one, too.
            Value::Blob(bytes)
        }
        Value::Blob(bytes) if !bytes.is_empty() => {
            let mut bytes = bytes.clone();
            flip(&mut bytes);
            Value::Blob(bytes)
        }
        Value::Integer(int) => Value::Integer(int ^ (1 << chance.below(63))),
        _ => return None,
    })
}

/// A row by chance.
fn row_of(raw: &Connection, table: &str, columns: &[&str], chance: &mut Chance) -> Vec<Value> {
    let rows: i64 = raw.query_row(&format!("SELECT COUNT(*) FROM {table}"), [], |row| row.get(0)).unwrap();
    let sql = format!("SELECT {} FROM {table} ORDER BY 1, 2 LIMIT 1 OFFSET {}", columns.join(", "), chance.below(rows as usize));
    raw.query_row(&sql, [], |row| (0..columns.len()).map(|at| row.get(at)).collect()).unwrap()
}

/// Writes `to` over `from`; whether the database let it.
fn write(raw: &Connection, (table, key, columns): (&str, usize, &[&str]), from: &[Value], to: &[Value]) -> bool {
    let is_text = |at: usize| matches!((&from[at], &to[at]), (Value::Text(_), _) | (_, Value::Text(_)));
    let as_kept = |at: usize, place: usize| if is_text(at) { format!("CAST(?{place} AS TEXT)") } else { format!("?{place}") };
    let set: Vec<String> = (0..columns.len()).map(|at| format!("{} = {}", columns[at], as_kept(at, at + 1))).collect();
    let by: Vec<String> = (0..key).map(|at| format!("{} = {}", columns[at], as_kept(at, columns.len() + at + 1))).collect();
    let sql = format!("UPDATE {table} SET {} WHERE {}", set.join(", "), by.join(" AND "));
    raw.execute(&sql, rusqlite::params_from_iter(to.iter().chain(&from[..key]))).is_ok_and(|rows| rows == 1)
}

/// People who were visited: what a phone recorded, a photo each, a paper that each handed in, and a sealed day each.
fn some_visits(bed: &Bed) -> Store {
    let store = bed.make();
    let (device, key) = (DeviceId(9), SigningKey::from_bytes(&[3; 32]));
    store.enrol_device(device, StaffId(9), key.verifying_key().to_bytes(), at(0)).unwrap().unwrap();
    let mut previous = store::CHAIN_GENESIS.to_owned();
    for number in 1..=PEOPLE {
        let (person, visit) = (PersonId(number), VisitId(number));
        store.run(borrow(number)).unwrap();
        let does = |key: &str, notes: Vec<Note>, events: Vec<Event>| {
            let mut command = pay(number, &format!("{key} {number}"), 1);
            command.notes = notes;
            command.actor = Actor::Staff(StaffId(9));
            command.decide = Box::new(move |_| Ok(events));
            store.run(command).unwrap();
        };
        does("visit", vec![], visit_by(number, StaffId(9)));
        let photo: Vec<u8> = (0..300_u32).map(|at| (at * 7 + number as u32 * 31) as u8).collect();
        let evidence = KeptEvidence {
            of: Of::Visit(visit),
            sent: hex(&number.to_be_bytes()),
            person,
            kind: "photo".into(),
            media: "image/jpeg".into(),
            kept: hex(&photo),
            body: Some(photo),
            received_at: at(3),
        };
        let kept = store.keep_evidence(evidence).unwrap();
        let evidence = Evidence { sent: kept.sent, kept: kept.kept, kind: kept.kind, sent_bytes: 300, device };
        (0..4).for_each(|turn| does(&format!("nothing {turn}"), vec![], visit_by(number, StaffId(9))[1..].to_vec()));
        does("photo", vec![], vec![Event::EvidenceKept { visit, evidence }]);
        store.run(state(number, vec![payslip(number)])).unwrap();
        let note = Note {
            id: NoteId(100 + number),
            kind: "record",
            salt: [5; 16],
            body: "{\"words\":\"愿意分期\"}".into(),
            paper: None,
        };
        let header = format!("{{\"form\":1,\"kind\":\"doorstep\",\"sequence\":{number},\"previous\":\"{previous}\"}}");
        let record = Record {
            id: RecordId(number),
            device,
            device_key: data_encoding::HEXLOWER.encode(key.verifying_key().as_bytes()),
            sequence: number,
            signature: data_encoding::HEXLOWER.encode(&key.sign(header.as_bytes()).to_bytes()),
            body: note.reference(),
            made_at: at(2),
            not_before: Some(at(1)),
            doubts: vec![],
            breaches: vec![],
            beside: vec!["PROMISE-ABOVE-OWED".into()],
            header: header.clone(),
        };
        does("record", vec![note], vec![Event::RecordReceived { visit, record }]);
        let receipt = PhoneReceipt {
            record: RecordId(number),
            hash: hex(header.as_bytes()),
            device,
            sequence: number,
            staff: StaffId(9),
            visit: visit.to_string(),
            kind: "doorstep".into(),
            state: "beside".into(),
            reasons: vec!["PROMISE-ABOVE-OWED".into()],
            received_at: at(4),
            envelope: None,
        };
        previous.clone_from(&receipt.hash);
        store.keep_phone_receipt(receipt).unwrap();
        store.seal(day("2026-03-02").plus_days(number as i32), &SigningKey::from_bytes(&KEY)).unwrap();
    }
    store
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
}

/// Chance from a seed that is printed when something fails.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }
}
