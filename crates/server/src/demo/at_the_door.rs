//! A visit of this morning as a collector's phone recorded it: arrival, what was said, a photo, departure. Signed by a phone of
//! the demonstration's own, so that the record can be looked at before anybody takes a phone in hand.

use std::io::Cursor;
use std::sync::Arc;

use domain::contact::{self, Act};
use domain::event::{Actor, Event};
use domain::id::{DeviceId, NoteId, PersonId, RecordId, VisitId, VisitPermitId};
use domain::moment::Timestamp;
use domain::record::{self, Evidence, Record, Told};
use domain::visit::{self, Circumstances, Doorstep, Met, Slot};
use ed25519_dalek::{Signer, SigningKey};
use image::{ImageFormat, Rgb, RgbImage};
use jiff::SignedDuration;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::{CHAIN_GENESIS, Error, KeptEvidence, Note, Of, PhoneReceipt, Store};

use super::Staff;
use super::chance::Chance;
use super::today::Steps;
use crate::phone::Phones;

/// What the phone signed last.
struct Phone {
    id: DeviceId,
    key: SigningKey,
    sequence: u64,
    head: String,
}

/// Records the visit `visit` of `person`, which is assigned to the second team, as made at its hour.
pub(super) fn record(
    store: &Arc<Store>,
    staff: &Staff,
    phones: &Phones,
    person: PersonId,
    visit: VisitId,
    slot: Slot,
) -> Result<(), Error> {
    let mut chance = Chance::new(person.0 ^ visit.0);
    let (book, lead) = (store.book(), staff.field[2]);
    let mut steps = Steps { store, person, visit, number: 10 };
    let minute = |minutes: i64| slot.from + SignedDuration::from_mins(minutes);
    let (asked, permit_id) = (Arc::clone(&book), VisitPermitId(chance.bits()));
    let team = super::today::team_of(&[lead, staff.field[3]]);
    let permitted = steps.take(Actor::Staff(staff.desk[0]), &book.moment(minute(-30)), vec![], move |person, now| {
        let permit = contact::ask(person, &asked, &Act::visit(2), &asked.moment(slot.from))?;
        visit::permit(person, &asked, permit, permit_id, visit, &team, now)
    })?;
    if !permitted {
        return Ok(());
    }
    let key = SigningKey::from_bytes(&std::array::from_fn(|_| chance.bits() as u8));
    let id = DeviceId(chance.bits());
    store.enrol_device(id, lead, key.verifying_key().to_bytes(), minute(-60))?;
    let mut phone = Phone { id, key, sequence: 0, head: CHAIN_GENESIS.to_owned() };

    let photo = drawn_door();
    let sent = hex(&photo);
    let sealed =
        phones.vault.seal(&Of::Visit(visit).seal_name(&sent), &photo).map_err(|error| Error::Broken(error.to_string()))?;
    let kept = KeptEvidence {
        of: Of::Visit(visit),
        sent: sent.clone(),
        person,
        kind: String::from("photo"),
        media: String::from("image/jpeg"),
        kept: hex(&sealed),
        body: Some(sealed),
        received_at: minute(21),
    };
    let kept = store.keep_evidence(kept)?;
    let evidence = Evidence { sent: sent.clone(), kept: kept.kept, kind: kept.kind, sent_bytes: photo.len() as u64, device: id };

    let doorstep = Doorstep {
        met: Met::Debtor,
        identity_verified: true,
        debt_told_to_other: false,
        circumstances: Some(Circumstances::CanPayInParts),
        asked_to_leave: false,
        distress: false,
        words: None,
    };
    let said = json!({ "met": "debtor", "identity_verified": true, "circumstances": "can_pay_in_parts" });
    let photos = json!([{ "sha256": sent, "kind": "photo", "bytes": photo.len() }]);
    let told = [
        (4, "arrival", Told::Arrival { team: 2 }, json!({ "place": null }), json!([])),
        (19, "doorstep", Told::Doorstep(doorstep), said, photos),
        (20, "departure", Told::Departure, json!({}), json!([])),
    ];
    for (at, kind, told, body, pictures) in told {
        let (record, note) = phone.sign(&mut chance, visit, (kind, minute(at)), &body, &pictures);
        let receipt = PhoneReceipt {
            record: record.id,
            hash: phone.head.clone(),
            device: id,
            sequence: record.sequence,
            staff: lead,
            visit: visit.to_string(),
            kind: kind.to_owned(),
            state: String::from("recorded"),
            reasons: vec![],
            received_at: minute(21),
            envelope: None,
        };
        let book = Arc::clone(&book);
        let now = book.moment(minute(21));
        steps.take(Actor::Staff(lead), &now, vec![note], move |person, now| {
            Ok(record::receive(person, &book, visit, record, told, now))
        })?;
        store.keep_phone_receipt(receipt)?;
    }
    let kept = vec![Event::EvidenceKept { visit, evidence }];
    steps.take(Actor::Staff(lead), &book.moment(minute(21)), vec![], move |_, _| Ok(kept)).map(drop)
}

impl Phone {
    /// The next record of the chain, and the note of its body.
    fn sign(
        &mut self,
        chance: &mut Chance,
        visit: VisitId,
        (kind, at): (&str, Timestamp),
        body: &Value,
        evidence: &Value,
    ) -> (Record, Note) {
        let id = RecordId(chance.bits());
        let note = Note {
            id: NoteId(chance.bits()),
            kind: "record",
            salt: std::array::from_fn(|_| chance.bits() as u8),
            body: body.to_string(),
            paper: None,
        };
        self.sequence += 1;
        let header = json!({
            "form": 1, "record": id.to_string(), "device": self.id.to_string(), "sequence": self.sequence, "previous": self.head,
            "visit": visit.to_string(), "kind": kind, "said_at": at.to_string(), "token": null, "after_ms": null, "by": "none",
            "lease": null, "pack": "cn", "body": note.reference().digest, "evidence": evidence, "doubts": [],
        })
        .to_string();
        self.head = hex(header.as_bytes());
        let record = Record {
            id,
            device: self.id,
            device_key: data_encoding::HEXLOWER.encode(self.key.verifying_key().as_bytes()),
            sequence: self.sequence,
            signature: data_encoding::HEXLOWER.encode(&self.key.sign(header.as_bytes()).to_bytes()),
            header,
            body: note.reference(),
            made_at: at,
            not_before: None,
            doubts: vec![String::from("time-unbounded")],
            breaches: vec![],
            beside: vec![],
        };
        (record, note)
    }
}

/// A picture of a door that nobody lives behind.
fn drawn_door() -> Vec<u8> {
    let picture = RgbImage::from_fn(320, 240, |x, y| match (x, y) {
        (118..=202, 42..=239) if (190..=196).contains(&x) && (138..=146).contains(&y) => Rgb([214, 178, 84]),
        (118..=202, 42..=239) => Rgb([122, 74, 46]),
        (110..=210, 34..=239) => Rgb([92, 92, 96]),
        (_, 0..=200) => Rgb([206, 200, 188]),
        _ => Rgb([150, 146, 140]),
    });
    let mut out = Cursor::new(vec![]);
    // Writing to memory fails only where there is none.
    picture.write_to(&mut out, ImageFormat::Jpeg).unwrap_or_default();
    out.into_inner()
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
}
