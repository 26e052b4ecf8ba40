//! A receipt holds as it was written, and no alteration of it does.

use domain::day::Day;

use super::*;
use crate::note::Note;
use crate::tree::{inclusion_proof, root};

const VISIT: &str = "0000000000005";
const PERSON: &str = "0000000000007";

fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

/// A shard of twenty events, three of them of the visit, sealed.
fn receipt() -> Receipt {
    let note = Note {
        id: domain::id::NoteId(9),
        kind: "words",
        salt: [3; 16],
        body: "本人在家，愿意继续协商。\n\"On the 10th.\"".into(),
        paper: None,
    };
    let words = serde_json::to_string(&note.reference()).unwrap();
    let of_visit = [
        (4, format!(r#"{{"event":"visit_declined","visit":"{VISIT}","because":"no_visit"}}"#)),
        (11, format!(r#"{{"event":"visit_remarked","visit":"{VISIT}","words":{words},"at":"2026-11-25T05:00:00Z"}}"#)),
        (12, format!(r#"{{"event":"visit_closed","visit":"{VISIT}","at":"2026-11-25T05:10:00Z"}}"#)),
    ];
    let mut previous = GENESIS;
    let (mut records, mut before, mut leaves) = (vec![], vec![], vec![]);
    for seq in 0..20_u64 {
        let ours = of_visit.iter().find(|(at, _)| *at == seq);
        let record = Record {
            shard: 0,
            seq,
            person: if ours.is_some() { PERSON.into() } else { "0000000000008".into() },
            version: seq + 1,
            recorded_at: 1_795_000_000_000_000 + seq as i64,
            actor: "staff:0000000000001".into(),
            command: format!("key {seq}"),
            body: ours.map_or_else(|| "{}".into(), |(_, body)| body.clone()),
        };
        let hash = record.hash(&previous);
        leaves.push(leaf_hash(&hash));
        before.push(previous);
        previous = hash;
        records.push(record);
    }
    let head =
        TreeHead { origin: shard_origin("demo", 0), size: 20, root: root(&leaves), day: Day::parse("2026-11-25").unwrap() };
    let entry = |at: u64| {
        let record = &records[at as usize];
        let notes = if at == 11 {
            vec![Words { id: note.id.to_string(), salt: HEXLOWER.encode(&note.salt), text: note.body.clone() }]
        } else {
            vec![]
        };
        Entry {
            seq: at,
            version: record.version,
            recorded_at: record.recorded_at,
            actor: record.actor.clone(),
            command: record.command.clone(),
            event: record.body.clone(),
            previous: HEXLOWER.encode(&before[at as usize]),
            path: inclusion_proof(&leaves, at as usize).unwrap().iter().map(|hash| HEXLOWER.encode(hash)).collect(),
            notes,
        }
    };
    let mut receipt = Receipt {
        schema: SCHEMA.into(),
        book: "demo".into(),
        visit: VISIT.into(),
        person: PERSON.into(),
        shard: 0,
        key: HEXLOWER.encode(key().verifying_key().as_bytes()),
        seal: head.sign(&key()),
        events: [4, 11, 12].map(entry).to_vec(),
        not_sealed_yet: 0,
        signature: String::new(),
    };
    receipt.sign(&key());
    receipt
}

/// Numbers that follow from a seed (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) % bound as u64) as usize
    }
}

#[test]
fn a_receipt_holds_as_it_was_written() {
    let checked = check(&receipt().text()).unwrap();
    assert_eq!(checked.receipt, receipt());
    assert_eq!((checked.head.origin.as_str(), checked.head.size), ("forbear/demo/0", 20));
}

#[test]
fn ten_thousand_random_alterations_are_all_found() {
    let text = receipt().text();
    let seed = 20_261_126;
    let mut dice = Dice(seed);
    for round in 0..10_000 {
        let mut bytes = text.clone().into_bytes();
        let at = dice.below(bytes.len());
        match dice.below(4) {
            0 => bytes[at] ^= 1 << dice.below(8),
            1 => bytes.insert(at, dice.below(256) as u8),
            2 => drop(bytes.remove(at)),
            _ => {
                let other = dice.below(bytes.len());
                bytes.swap(at, other);
            }
        }
        if bytes == text.as_bytes() {
            continue;
        }
        // What is no text at all is refused by whoever reads the file.
        let Ok(altered) = String::from_utf8(bytes) else { continue };
        let faults = check(&altered).expect_err(&format!("seed {seed}, round {round}, byte {at}"));
        assert!(!faults.is_empty() && faults.iter().all(|fault| !fault.is_empty()), "round {round}");
    }
}

/// Alters one field and signs the whole anew, as somebody with the book's key could; what is named must be the field.
fn check_forged(alter: impl FnOnce(&mut Receipt), named: &str) {
    let mut forged = receipt();
    alter(&mut forged);
    forged.sign(&key());
    let faults = check(&forged.text()).unwrap_err();
    assert!(faults.iter().all(|fault| fault.starts_with(named)), "{named}: {faults:?}");
}

#[test]
fn even_with_the_key_nothing_can_be_altered_that_was_sealed_and_what_is_wrong_is_named() {
    check_forged(|it| it.events[0].event = it.events[0].event.replace("no_visit", "not_mine"), "events[0]");
    check_forged(|it| it.events[1].recorded_at += 1, "events[1]");
    check_forged(|it| it.events[1].actor = "staff:0000000000002".into(), "events[1]");
    check_forged(|it| it.events[1].notes[0].text.push('!'), "events[1] (version 12): note");
    check_forged(|it| it.events[1].notes[0].id = "0000000000001".into(), "events[1] (version 12): does not refer");
    check_forged(|it| it.events[2].path.truncate(1), "events[2]");
    check_forged(|it| it.events[2].previous = "00".repeat(32), "events[2]");
    check_forged(|it| it.visit = "0000000000006".into(), "events[");
    check_forged(|it| it.person = "0000000000008".into(), "events[");
    check_forged(|it| it.book = "other".into(), "book");
    check_forged(|it| it.seal = it.seal.replace("2026-11-25", "2026-11-24"), "seal");
    check_forged(|it| it.events.swap(0, 1), "events: ");
    check_forged(|it| it.events.clear(), "events: ");
    check_forged(|it| it.schema = "forbear.receipt/2".into(), "schema");
}

#[test]
fn without_the_key_nothing_can_be_left_out() {
    let mut shorter = receipt();
    shorter.events.pop();
    let faults = check(&shorter.text()).unwrap_err();
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].starts_with("signature"), "{faults:?}");
}

#[test]
fn another_key_in_the_file_is_another_seal() {
    let mut other = receipt();
    other.key = HEXLOWER.encode(SigningKey::from_bytes(&[8; 32]).verifying_key().as_bytes());
    other.sign(&SigningKey::from_bytes(&[8; 32]));
    let faults = check(&other.text()).unwrap_err();
    assert!(faults[0].starts_with("seal"), "{faults:?}");
}
