//! The log: each event against its hash, each shard against its head and its seals, each note against its digest.

use std::collections::BTreeMap;

use ed25519_dalek::VerifyingKey;
use serde_json::Value as Json;

use super::{Difference, Verifier};
use crate::chain::{GENESIS, Hash, Record, place};
use crate::error::Error;
use crate::note::{digest, kind_of};
use crate::seal::TreeHead;
use crate::sealing::{origin, read_seal, record, shard_origin};
use crate::store::BookRecord;
use crate::tree::{Frontier, leaf_hash};

/// Events read at a time.
const PAGE: i64 = 2_000;

pub(super) fn verify(verifier: &mut Verifier<'_>, book: &BookRecord) -> Result<(), Error> {
    let heads = verify_seals(verifier, book)?;
    for shard in 0..book.shards.max(1) {
        let sealed: Vec<&TreeHead> = heads.iter().filter(|head| head.origin == shard_origin(&book.name, shard)).collect();
        let (tree, head) = walk(verifier, shard, &sealed)?;
        let sql = "SELECT size, frontier, head FROM shards WHERE shard = $1";
        let is_there = verifier.db.query_one(sql, &[i64::from(shard).into()], |row| {
            let (size, frontier, last): (i64, Vec<u8>, Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(size as u64 == tree.size() && frontier == tree.to_bytes() && last == head)
        })?;
        if is_there != Some(true) {
            verifier.report(Difference {
                table: "shards".into(),
                what: format!("the end of shard {shard} is not where its events end; events may be missing"),
                ..Difference::default()
            });
        }
    }
    Ok(())
}

/// Checks every signature, and that the book's seal of each day covers exactly that day's shard seals.
fn verify_seals(verifier: &mut Verifier<'_>, book: &BookRecord) -> Result<Vec<TreeHead>, Error> {
    let key = VerifyingKey::from_bytes(&book.verifying_key).map_err(|_| Error::Damaged("the book's key".into()))?;
    let seals =
        verifier.db.query("SELECT on_day, origin, note FROM seals ORDER BY on_day, LENGTH(origin), origin", &[], read_seal)?;
    let mut heads = vec![];
    let mut days: BTreeMap<_, (Option<Hash>, BTreeMap<String, Hash>)> = BTreeMap::new();
    for seal in &seals {
        let wrong = |what: &str| Difference {
            table: "seals".into(),
            what: format!("the seal of {} for {} {what}", seal.on, seal.origin),
            ..Difference::default()
        };
        let Some(head) = TreeHead::verify(&seal.note, &key) else {
            verifier.report(wrong("is not as it was signed"));
            continue;
        };
        if head.day != seal.on || head.origin != seal.origin {
            verifier.report(wrong("was signed for another"));
            continue;
        }
        let (whole, parts) = days.entry(seal.on).or_default();
        if seal.origin == origin(&book.name) {
            *whole = Some(head.root);
        } else {
            parts.insert(seal.origin.clone(), leaf_hash(seal.note.as_bytes()));
            heads.push(head);
        }
    }
    for (day, (whole, parts)) in days {
        let mut tree = Frontier::default();
        (0..book.shards.max(1)).filter_map(|shard| parts.get(&shard_origin(&book.name, shard))).for_each(|leaf| tree.push(*leaf));
        if whole != Some(tree.root()) {
            let what = format!("the seals of {day} do not make up the book's seal of that day");
            verifier.report(Difference { table: "seals".into(), what, ..Difference::default() });
        }
    }
    Ok(heads)
}

/// Walks a shard's events from the first to the last, and gives the tree and the hash where they end.
fn walk(verifier: &mut Verifier<'_>, shard: u16, sealed: &[&TreeHead]) -> Result<(Frontier, Hash), Error> {
    let sql = "SELECT place, person, version, recorded_at, actor, command, body, hash FROM events \
               WHERE place >= $1 AND place < $2 ORDER BY place LIMIT $3";
    let mut link = Link { previous: GENESIS, otherwise: None };
    let mut tree = Frontier::default();
    let (mut next, end) = (0, place(shard + 1, 0));
    check_seals(verifier, shard, sealed, &tree);
    loop {
        let page = verifier.db.query(sql, &[place(shard, next).into(), end.into(), PAGE.into()], record)?;
        for (record, hash) in &page {
            if record.seq != next {
                verifier.report(about(record, None, &format!("events {next} to {} are missing", record.seq.saturating_sub(1))));
            }
            if let Some(what) = link.follow(record, hash) {
                verifier.report(about(record, Some("hash"), what));
            }
            verify_notes(verifier, record)?;
            tree.push(leaf_hash(hash));
            next = record.seq + 1;
            check_seals(verifier, shard, sealed, &tree);
        }
        (verifier.advance)(page.len() as u64);
        if page.len() < PAGE as usize {
            break;
        }
    }
    for head in sealed.iter().filter(|head| head.size > tree.size()) {
        let what = format!("shard {shard} has {} events, and had {} when {} was sealed", tree.size(), head.size, head.day);
        verifier.report(Difference { table: "events".into(), what, ..Difference::default() });
    }
    Ok((tree, link.previous))
}

/// How the last event links to the next.
struct Link {
    /// Its stored hash.
    previous: Hash,
    /// What its hash should have been, if that is another.
    otherwise: Option<Hash>,
}

impl Link {
    /// Goes on to the next event, and says what is wrong with it. Where the next event still fits what the hash before it
    /// should have been, only that hash was altered, and this event is right.
    fn follow(&mut self, record: &Record, stored: &Hash) -> Option<&'static str> {
        let computed = record.hash(&self.previous);
        let fits = computed == *stored || self.otherwise.is_some_and(|otherwise| record.hash(&otherwise) == *stored);
        self.previous = *stored;
        self.otherwise = (!fits).then_some(computed);
        (!fits).then_some("the event is not as it was when its hash was made")
    }
}

fn check_seals(verifier: &mut Verifier<'_>, shard: u16, sealed: &[&TreeHead], tree: &Frontier) {
    for head in sealed.iter().filter(|head| head.size == tree.size() && head.root != tree.root()) {
        let what = format!("the first {} events of shard {shard} are not those sealed on {}", head.size, head.day);
        verifier.report(Difference { table: "events".into(), what, ..Difference::default() });
    }
}

/// Checks the notes that an event refers to.
fn verify_notes(verifier: &mut Verifier<'_>, record: &Record) -> Result<(), Error> {
    if !record.body.contains("\"digest\"") {
        return Ok(());
    }
    let Ok(body) = serde_json::from_str::<Json>(&record.body) else { return Ok(()) };
    let event = body.get("event").and_then(Json::as_str).unwrap_or_default();
    let mut references = vec![];
    find_references(&body, &mut references);
    for Reference { field, id, digest: expected } in references {
        let sql = "SELECT person, salt, body, erased_at, kind FROM notes WHERE note = $1";
        let kept = verifier.db.query_one(sql, &[id.into()], |row| {
            let (salt, body): (Option<Vec<u8>>, _) = (row.get(1)?, row.text_or_nothing(2)?);
            let is_erased = row.get::<Option<i64>>(3)?.is_some() && salt.is_none() && body.is_none();
            let found = salt.zip(body).map(|(salt, body)| digest(&salt, &body));
            let is_whole = is_erased || found.as_deref() == Some(expected);
            Ok((row.text(0)? == record.person, is_whole, row.text(4)? == kind_of(event, field)))
        })?;
        let what = match kept {
            Some((true, true, true)) => continue,
            Some((true, true, false)) => "is kept as another kind than the event names",
            Some((true, false, _)) => "is not as it was when the event was recorded",
            Some((false, ..)) => "is kept under another person",
            None => "is missing, and was not erased",
        };
        let what = format!("note {id}, named in shard {} seq {}, {what}", record.shard, record.seq);
        verifier.report(Difference { table: "notes".into(), what, ..about(record, None, "") });
    }
    Ok(())
}

/// What an event says of a note, and the field in which it says so.
pub(crate) struct Reference<'a> {
    pub(crate) field: &'a str,
    pub(crate) id: &'a str,
    pub(crate) digest: &'a str,
}

/// The references to notes in an event, wherever they stand: objects of an id and a digest.
pub(crate) fn find_references<'a>(event: &'a Json, found: &mut Vec<Reference<'a>>) {
    find_in("", event, found);
}

fn find_in<'a>(field: &'a str, value: &'a Json, found: &mut Vec<Reference<'a>>) {
    match value {
        Json::Object(fields) => match (fields.get("id"), fields.get("digest")) {
            (Some(Json::String(id)), Some(Json::String(digest))) => found.push(Reference { field, id, digest }),
            _ => fields.iter().for_each(|(name, value)| find_in(name, value, found)),
        },
        Json::Array(items) => items.iter().for_each(|item| find_in(field, item, found)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

fn about(record: &Record, column: Option<&str>, what: &str) -> Difference {
    Difference {
        table: "events".into(),
        event: Some((record.shard, record.seq)),
        person: Some(record.person.clone()),
        column: column.map(Into::into),
        what: what.into(),
    }
}
