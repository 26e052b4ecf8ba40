//! The sync contract: records come in, each gets a receipt, and each is taken once.
//!
//! The same record with the same hash gets the receipt it had; with another hash it is put aside. Who sends it is the
//! session's and the enrolled phone's to say, never the body's. A record that leaves a gap is not taken yet: the phone still
//! has the one that is missing and sends both.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::event::Event;
use domain::id::{DeviceId, NoteId, VisitId};
use domain::moment::Timestamp;
use domain::person::Person;
use domain::plan::{Accepted, Signed};
use domain::record::{self, Record, Told};
use ed25519_dalek::VerifyingKey;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{Device, Note, PhoneReceipt, Thing};
use utoipa::ToSchema;

use super::envelope::{Content, Envelope, Header};
use super::{clock, told, unreadable, watch};
use crate::evidence::sha256;
use crate::lease;
use crate::web::act::{Deed, code, new_id, new_note};
use crate::web::session::Visitors;
use crate::web::{Failure, Page, Site, Staff};

/// Records that one request may carry.
const MOST: usize = 50;

/// What a phone sends.
#[derive(Deserialize, ToSchema)]
#[schema(as = SentRecords)]
pub(super) struct Sent {
    device: String,
    /// In the order of the phone's chain; 50 at most.
    records: Vec<Envelope>,
}

/// Receipts for records, in the order they were sent; one that left a gap has none.
#[derive(Serialize, ToSchema)]
pub(super) struct Receipts {
    schema: &'static str,
    receipts: Vec<Receipt>,
    expected: Expected,
    time: clock::Told,
}

/// The server's word that it has a record.
#[derive(Serialize, ToSchema)]
struct Receipt {
    record: String,
    /// SHA-256 of the header that was taken.
    hash: String,
    /// `recorded`, `beside` or `quarantined`.
    state: String,
    /// Rules, each with its sentence in each language.
    reasons: Vec<Value>,
    received_at: String,
}

/// What the phone's chain goes on with.
#[derive(Serialize, ToSchema)]
struct Expected {
    sequence: u64,
    previous: String,
}

/// Takes what a phone sends, in the order of its chain, and answers with receipts. The same record gets the receipt it had.
#[utoipa::path(post, path = "/phone/records", tag = "phone", request_body = Sent, responses((status = 200, body = Receipts)))]
pub(super) async fn receive(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Visitors>,
    Json(sent): Json<Sent>,
) -> Result<Json<Receipts>, Failure> {
    let id = DeviceId::parse(&sent.device).ok_or_else(|| unreadable("`device` must be an id of 13 letters and digits"))?;
    if sent.records.len() > MOST {
        return Err(unreadable("`records` may hold 50 at most; send the rest afterwards"));
    }
    let turn = site.phones.turn(id);
    let _turn = turn.lock().await;
    // Somebody else's phone is not there.
    let device = site.look(move |reader| reader.device(id)).await?.filter(|it| it.staff == staff.id);
    let mut device = device.ok_or(Failure::NotFound)?;
    let mut receipts = vec![];
    for envelope in sent.records {
        match take(&site, &staff, &device, envelope).await? {
            Some(receipt) => {
                if receipt.sequence == device.sequence + 1 {
                    device.sequence += 1;
                    device.head.clone_from(&receipt.hash);
                }
                receipts.push(Receipt {
                    record: receipt.record.to_string(),
                    reasons: told(&site, &page.reader, &receipt.reasons),
                    hash: receipt.hash,
                    state: receipt.state,
                    received_at: receipt.received_at.to_string(),
                });
            }
            // A gap: the ones behind it wait.
            None => break,
        }
    }
    let expected = Expected { sequence: device.sequence + 1, previous: device.head };
    let time = clock::tell(&site.key, id, site.now());
    Ok(Json(Receipts { schema: "forbear.receipts/1", receipts, expected, time }))
}

/// Takes one envelope. `None` if the one before it has not come.
async fn take(
    site: &Arc<Site>,
    staff: &Staff<Visitors>,
    device: &Device,
    envelope: Envelope,
) -> Result<Option<PhoneReceipt>, Failure> {
    let Some(header) = envelope.header().filter(|header| header.device == device.id) else {
        return Err(unreadable("a header cannot be read, or is another phone's; nothing of this request was taken after it"));
    };
    let (hash, record) = (envelope.hash(), header.record);
    let earlier = site.look(move |reader| reader.phone_receipts(record)).await?;
    if let Some(receipt) = earlier.iter().find(|receipt| receipt.hash == hash) {
        return Ok(Some(receipt.clone()));
    }
    if header.sequence > device.sequence + 1 {
        return Ok(None);
    }
    let aside = if !earlier.is_empty() {
        Some("RECORD-CONFLICT")
    } else if device.revoked_at.is_some() {
        Some("DEVICE-REVOKED")
    } else if header.sequence <= device.sequence {
        Some("RECORD-SEQUENCE")
    } else {
        envelope.fault(&header, &device.public_key)
    };
    let (state, reasons) = match aside {
        Some(reason) => ("quarantined", vec![reason.to_owned()]),
        None => record_of(site, staff, device, &envelope, &header, &hash).await?,
    };
    let sealed = match state {
        "quarantined" => Some(site.phones.vault.seal(&hash, &serde_json::to_vec(&envelope)?)?),
        _ => None,
    };
    let receipt = PhoneReceipt {
        record: header.record,
        hash,
        device: device.id,
        sequence: header.sequence,
        staff: staff.id,
        visit: header.visit.to_string(),
        kind: header.kind,
        state: state.to_owned(),
        reasons,
        received_at: site.now(),
        envelope: sealed,
    };
    let (store, kept) = (Arc::clone(&site.store), receipt.clone());
    let kept = tokio::task::spawn_blocking(move || store.keep_phone_receipt(kept)).await;
    kept.map_err(|error| anyhow::anyhow!("keeping a receipt broke off: {error}"))??;
    Ok(Some(receipt))
}

/// Puts a record that is what the phone signed into the person's stream, with what follows from it. Tells how it was taken
/// and which rules it broke.
async fn record_of(
    site: &Arc<Site>,
    staff: &Staff<Visitors>,
    device: &Device,
    envelope: &Envelope,
    header: &Header,
    hash: &str,
) -> Result<(&'static str, Vec<String>), Failure> {
    let quarantined = |reason: &str| Ok(("quarantined", vec![reason.to_owned()]));
    let (asker, visit) = (staff.asker(), header.visit);
    let found = site.look(move |reader| match reader.owner(asker, Thing::Visit(visit))? {
        Some(owner) => reader.person(asker, owner),
        None => Ok(None),
    });
    let Some(person) = found.await? else { return quarantined("VISIT-NOT-YOURS") };
    let Some(content) = envelope.content(header, team_of(&person, visit), &site.book().house.means) else {
        return quarantined("RECORD-KIND");
    };
    let Some(salt) = envelope.salt() else { return quarantined("RECORD-BODY") };

    let key = site.key.verifying_key();
    let bounds = clock::bound(&key, device.id, &header.time, site.now());
    let mut doubts: Vec<String> = header.doubts.iter().take(20).filter(|doubt| is_plain(doubt)).cloned().collect();
    doubts.extend(bounds.doubts);
    if header.previous != device.head {
        doubts.push("chain-broken".to_owned());
    }
    let Content { mut told, lease, words, signature } = content;
    let mut breaches = vec![];
    if matches!(told, Told::Arrival { .. }) {
        breaches.extend(broken(&key, lease.as_deref(), device, visit, bounds.made_at).map(str::to_owned));
    }
    let body = Note { id: NoteId(new_id()?), kind: "record", salt, body: envelope.body.clone(), paper: None };
    let mut notes = vec![];
    if let Told::Doorstep(doorstep) = &mut told
        && !words.is_empty()
    {
        let note = new_note("words", &words)?;
        doorstep.words = Some(note.reference());
        notes.push(note);
    }
    if let Told::Plan { signed, .. } = &mut told
        && let Some(signature) = signature
    {
        let note = new_note("signature", &signature)?;
        let accepted = Accepted::Door { visit, signature: note.reference() };
        *signed = Some(Signed { code: code()?, accepted });
        notes.push(note);
    }
    let made = Record {
        id: header.record,
        device: device.id,
        device_key: data_encoding::HEXLOWER.encode(&device.public_key),
        sequence: header.sequence,
        header: envelope.header.clone(),
        signature: envelope.signature_hex(),
        body: body.reference(),
        made_at: bounds.made_at,
        not_before: bounds.not_before,
        doubts,
        breaches,
        beside: vec![],
    };
    notes.push(body);
    let deed = Deed {
        actor: staff.actor(),
        person: person.id,
        intent: "record.receive",
        key: format!("record-{}", header.record),
        body: hash.to_owned(),
        notes,
    };
    let (book, now) = (site.book(), site.moment());
    let recorded = site.act(deed, move |person: &Person| Ok(record::receive(person, &book, visit, made, told, &now))).await;
    match recorded {
        Ok(events) => {
            match header.kind.as_str() {
                "arrival" => watch::begin(site, staff.id, visit, bounds.made_at).await?,
                "departure" => watch::end(site, staff.id, Some(visit)).await?,
                _ => {}
            }
            Ok(answer(&events))
        }
        Err(Failure::Conflict) => quarantined("RECORD-CONFLICT"),
        Err(failure) => Err(failure),
    }
}

/// The rule of leases that a start of `visit` at `at` breaks; none if it breaks none.
fn broken(key: &VerifyingKey, lease: Option<&str>, device: &Device, visit: VisitId, at: Timestamp) -> Option<&'static str> {
    let Some(lease) = lease else { return Some("LEASE-NONE") };
    let Ok(lease) = lease::read(lease, key) else { return Some("LEASE-FORGED") };
    let is_theirs = lease.staff == device.staff.to_string() && lease.device == sha256(&device.public_key);
    if lease.visit != visit.to_string() || !is_theirs {
        return Some("LEASE-OTHER");
    }
    let is_inside = at >= lease.window.from && at <= lease.window.until && at <= lease.expires_at;
    (!is_inside).then_some("LEASE-EXPIRED")
}

/// How the log says that a record was taken.
fn answer(events: &[Event]) -> (&'static str, Vec<String>) {
    let mut reasons = vec![];
    let mut state = "recorded";
    for event in events {
        match event {
            Event::RecordReceived { record, .. } => {
                reasons.extend(record.breaches.iter().chain(&record.beside).cloned());
                if !record.beside.is_empty() {
                    state = "beside";
                }
            }
            Event::VisitRecorded { breaches, .. } => reasons.extend(breaches.iter().cloned()),
            _ => {}
        }
    }
    (state, reasons)
}

fn team_of(person: &Person, visit: VisitId) -> u16 {
    let assigned = person.visits.get(&visit).and_then(|visit| visit.assigned.as_ref());
    assigned.map_or(0, |assigned| assigned.team.len() as u16)
}

/// Whether a word of the phone's may stand in the log: a name of ours, not a text.
fn is_plain(word: &str) -> bool {
    word.len() <= 40 && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
}
