//! What phones sent and what people handed in: every piece of evidence that the log says was kept is there, byte for byte and
//! under its own labels; every receipt says what the log says of its record and of who sent it; and nothing is there that the
//! log does not know.

use data_encoding::HEXLOWER;
use domain::event::{Event, NoteRef};
use domain::id::VisitId;
use domain::record::{Evidence, Record};
use sha2::{Digest, Sha256};

use super::{Difference, Verifier};
use crate::chain::shard_and_seq;
use crate::error::Error;
use crate::evidence::{Label, Of, media_of};
use crate::phones::CHAIN_GENESIS;

/// Events read at a time.
const PAGE: i64 = 500;

/// Where an event stands, whose it is, and who did it when, by which command.
struct Place {
    shard: u16,
    seq: u64,
    person: String,
    actor: String,
    command: String,
    recorded_at: i64,
}

pub(super) fn verify(verifier: &mut Verifier<'_>) -> Result<(), Error> {
    let (mut pieces, mut receipts) = (0, 0);
    let mut after = -1_i64;
    loop {
        let sql = "SELECT place, person, actor, command, recorded_at, body FROM events WHERE place > $1 \
                   AND (body LIKE '{\"event\":\"evidence_kept\"%' OR body LIKE '{\"event\":\"record_received\"%' \
                   OR body LIKE '{\"event\":\"means_stated\"%' OR body LIKE '{\"event\":\"complaint_opened\"%') \
                   ORDER BY place LIMIT $2";
        let page = verifier.db.query(sql, &[after.into(), PAGE.into()], |row| {
            let (shard, seq) = shard_and_seq(row.get(0)?).unwrap_or_default();
            let (person, actor, command, recorded_at) = (row.text(1)?, row.text(2)?, row.text(3)?, row.get(4)?);
            Ok((row.get::<i64>(0)?, Place { shard, seq, person, actor, command, recorded_at }, row.text(5)?))
        })?;
        let Some(last) = page.last() else { break };
        after = last.0;
        for (_, place, body) in page {
            // What cannot be read has been named by the check of the log.
            match serde_json::from_str(&body) {
                Ok(Event::EvidenceKept { visit, evidence }) => pieces += verify_piece(verifier, &place, visit, &evidence)?,
                Ok(Event::MeansStated { evidence, .. } | Event::ComplaintOpened { evidence, .. }) => {
                    for paper in &evidence {
                        pieces += verify_paper(verifier, &place, paper)?;
                    }
                }
                Ok(Event::RecordReceived { visit, record }) => receipts += verify_receipt(verifier, &place, visit, &record)?,
                _ => {}
            }
        }
    }
    verify_nothing_else(verifier, pieces, receipts)
}

/// Looks at one piece, and says whether there is one.
fn verify_piece(verifier: &mut Verifier<'_>, place: &Place, visit: VisitId, evidence: &Evidence) -> Result<i64, Error> {
    let sql = "SELECT kept, body, person, kind, media FROM evidence WHERE visit = $1 AND sent = $2";
    let visit = visit.to_string();
    let found = verifier.db.query_one(sql, &[(&visit).into(), (&evidence.sent).into()], |row| {
        Ok((row.text(0)?, row.get::<Option<Vec<u8>>>(1)?, row.text(2)?, row.text(3)?, row.text(4)?))
    })?;
    let Some((kept, body, person, kind, media)) = found else {
        name(verifier, "evidence", Some(place), "body", "a piece that the log says was kept is missing");
        return Ok(0);
    };
    // Erased: nothing is left of the bytes that could be compared.
    let is_whole = body.is_none_or(|body| HEXLOWER.encode(&Sha256::digest(&body)) == evidence.kept);
    for (holds, column, what) in [
        (is_whole, "body", "the bytes are not those that were kept"),
        (kept == evidence.kept, "kept", "the digest is not the one in the log"),
        (person == place.person, "person", "it is kept under another person"),
        (kind == evidence.kind, "kind", "it is not the kind that the log names"),
        (Some(media.as_str()) == media_of(&evidence.kind), "media", "it is not the media type of its kind"),
    ] {
        if !holds {
            name(verifier, "evidence", Some(place), column, what);
        }
    }
    Ok(1)
}

/// Looks at one paper that was handed in, and says whether there is one. What it must be stands in the note that the event
/// names, and the check of the log has held that note against its digest.
fn verify_paper(verifier: &mut Verifier<'_>, place: &Place, note: &NoteRef) -> Result<i64, Error> {
    let sql = "SELECT body, erased_at, recorded_at FROM notes WHERE note = $1";
    let words = verifier.db.query_one(sql, &[(&note.id.to_string()).into()], |row| {
        Ok((row.text_or_nothing(0)?, row.get::<Option<i64>>(1)?.is_some(), row.get::<i64>(2)?))
    })?;
    if words.as_ref().is_some_and(|(.., at)| *at != place.recorded_at) {
        name(verifier, "notes", Some(place), "recorded_at", "it is not when the log says that the paper came");
    }
    let sql = "SELECT sent, kept, body, person, kind, media FROM evidence WHERE visit = $1";
    let found = verifier.db.query_one(sql, &[(&Of::Note(note.id).to_string()).into()], |row| {
        let body = row.get::<Option<Vec<u8>>>(2)?;
        Ok((row.text(0)?, row.text(1)?, body, row.text(3)?, row.text(4)?, row.text(5)?))
    })?;
    let Some((sent, kept, body, person, kind, media)) = found else {
        name(verifier, "evidence", Some(place), "body", "a paper that the log says was handed in is missing");
        return Ok(0);
    };
    if person != place.person {
        name(verifier, "evidence", Some(place), "person", "it is kept under another person");
    }
    let label = match words {
        Some((_, true, _)) => {
            if body.is_some() {
                name(verifier, "evidence", Some(place), "body", "the note of this paper was erased, and its bytes were not");
            }
            return Ok(1);
        }
        Some((Some(words), false, _)) => serde_json::from_str::<Label>(&words).ok(),
        _ => None,
    };
    let Some(label) = label else {
        name(verifier, "evidence", Some(place), "visit", "the note of this paper does not say what it is");
        return Ok(1);
    };
    for (holds, column, what) in [
        (
            body.map(|body| HEXLOWER.encode(&Sha256::digest(&body))) == Some(label.kept.clone()),
            "body",
            "the bytes are not those that were kept",
        ),
        (kept == label.kept, "kept", "the digest is not the one in the note"),
        (sent == label.sent, "sent", "it is not the paper that was handed in"),
        (kind == label.kind, "kind", "it is not the kind that the note names"),
        (media == label.media, "media", "it is not the media type that the note names"),
    ] {
        if !holds {
            name(verifier, "evidence", Some(place), column, what);
        }
    }
    Ok(1)
}

/// Looks at the receipt of one record, and says whether there is one: a crash between the log and the receipt leaves none, and
/// the phone sends again.
fn verify_receipt(verifier: &mut Verifier<'_>, place: &Place, visit: VisitId, record: &Record) -> Result<i64, Error> {
    let sql = "SELECT device, sequence, visit, state, staff, kind, reasons FROM phone_receipts WHERE record = $1 AND hash = $2";
    let hash = HEXLOWER.encode(&Sha256::digest(&record.header));
    let found = verifier.db.query_one(sql, &[(&record.id.to_string()).into(), (&hash).into()], |row| {
        let (device, sequence, of, state) = (row.text(0)?, row.get::<i64>(1)?, row.text(2)?, row.text(3)?);
        Ok((device, sequence, of, state, row.text(4)?, row.text(5)?, row.text(6)?))
    })?;
    let Some((device, sequence, of, state, staff, kind, reasons)) = found else { return Ok(0) };
    let expected = if record.beside.is_empty() { "recorded" } else { "beside" };
    // What the phone signed says what sort of record it is; who acted in the log is who sent it.
    let signed: Option<serde_json::Value> = serde_json::from_str(&record.header).ok();
    let signed = signed.as_ref().and_then(|header| header["kind"].as_str());
    let broken = broken_rules(verifier, place, record)?;
    for (holds, column) in [
        (device == record.device.to_string(), "device"),
        (sequence as u64 == record.sequence, "sequence"),
        (of == visit.to_string(), "visit"),
        (state == expected, "state"),
        (format!("staff:{staff}") == place.actor, "staff"),
        (Some(kind.as_str()) == signed, "kind"),
        (reasons == broken, "reasons"),
    ] {
        if !holds {
            name(verifier, "phone_receipts", Some(place), column, "the receipt does not say what the log says of its record");
        }
    }
    Ok(i64::from(state != "quarantined"))
}

/// The rules that a record broke or for which it stands beside, as its receipt lists them: the record's own, then those of what it
/// told of the visit.
fn broken_rules(verifier: &mut Verifier<'_>, place: &Place, record: &Record) -> Result<String, Error> {
    let mut rules: Vec<String> = record.breaches.iter().chain(&record.beside).cloned().collect();
    let sql = "SELECT body FROM events WHERE person = $1 AND actor = $2 AND command = $3 \
               AND body LIKE '{\"event\":\"visit_recorded\"%' ORDER BY version";
    let params = [(&place.person).into(), (&place.actor).into(), (&place.command).into()];
    for body in verifier.db.query(sql, &params, |row| row.text(0))? {
        if let Ok(Event::VisitRecorded { breaches, .. }) = serde_json::from_str(&body) {
            rules.extend(breaches);
        }
    }
    Ok(rules.join(","))
}

/// Pieces and receipts that the log does not know, and phones whose chain does not end with their last receipt.
fn verify_nothing_else(verifier: &mut Verifier<'_>, pieces: i64, receipts: i64) -> Result<(), Error> {
    let count = |verifier: &mut Verifier<'_>, sql: &'static str| {
        let found = verifier.db.query_one(sql, &[], |row| row.get::<i64>(0))?;
        Ok::<i64, Error>(found.unwrap_or(0))
    };
    if count(verifier, "SELECT COUNT(*) FROM evidence")? != pieces {
        name(
            verifier,
            "evidence",
            None,
            "sent",
            "pieces are there that the log does not know, or under other names than it knows",
        );
    }
    if count(verifier, "SELECT COUNT(*) FROM phone_receipts WHERE state <> 'quarantined'")? != receipts {
        name(verifier, "phone_receipts", None, "record", "receipts are there for records that the log does not know");
    }
    let astray = "SELECT COUNT(*) FROM devices WHERE (sequence <> 0 OR head <> $1) AND NOT EXISTS (SELECT 1 FROM phone_receipts r \
                  WHERE r.device = devices.device AND r.sequence = devices.sequence AND r.hash = devices.head)";
    let astray = verifier.db.query_one(astray, &[CHAIN_GENESIS.into()], |row| row.get::<i64>(0))?;
    if astray.unwrap_or(0) != 0 {
        name(verifier, "devices", None, "head", "a phone's chain does not end where its last receipt says");
    }
    Ok(())
}

fn name(verifier: &mut Verifier<'_>, table: &str, place: Option<&Place>, column: &str, what: &str) {
    verifier.report(Difference {
        table: table.to_owned(),
        event: place.map(|place| (place.shard, place.seq)),
        person: place.map(|place| place.person.clone()),
        column: Some(column.to_owned()),
        what: what.to_owned(),
    });
}
