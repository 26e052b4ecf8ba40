//! The people: each stream is folded again, and every derived row compared with what follows from it, as are the words that
//! they are looked for by.

use std::cmp::Ordering;
use std::panic::{AssertUnwindSafe, catch_unwind};

use domain::book::Book;
use domain::person::Person;
use domain::rows::{self, Row, TABLES};

use super::{Difference, Verifier};
use crate::append::shard_of;
use crate::error::Error;
use crate::folds::{self, Fold};
use crate::projection::{self, key};
use crate::reader::person_id;
use crate::rebuild::page_of_people;
use crate::sought;
use crate::stream::{self, day};

pub(super) fn verify(verifier: &mut Verifier<'_>, book: &Book, shards: u16) -> Result<(), Error> {
    let mut after = String::new();
    loop {
        let people = page_of_people(verifier.db, &after)?;
        // An id that is no text any more sorts elsewhere than it reads: where the end does not move on, it was seen before.
        let Some(last) = people.last().filter(|last| **last > after) else { break };
        after.clone_from(last);
        for person in &people {
            verify_person(verifier, book, shards, person)?;
        }
        (verifier.advance)(people.len() as u64);
    }
    verify_nobody_else(verifier)
}

fn verify_person(verifier: &mut Verifier<'_>, book: &Book, shards: u16, who: &str) -> Result<(), Error> {
    let Ok(id) = person_id(who) else {
        verifier.report(of(who, "streams", Some("person"), "is no id of a person".into()));
        return Ok(());
    };
    let sql = "SELECT shard, version, night_on FROM streams WHERE person = $1";
    let head =
        verifier.db.query_one(sql, &[who.into()], |row| Ok((row.get::<i64>(0)?, row.get::<i64>(1)? as u64, day(row.get(2)?))))?;
    let Some((shard, version, night)) = head else { return Ok(()) };
    if shard != i64::from(shard_of(id, shards)) {
        verifier.report(of(who, "streams", Some("shard"), format!("is {shard} and must be {}", shard_of(id, shards))));
    }
    let events = match stream::events(verifier.db, id, 1, i64::MAX as u64) {
        Ok(events) => events,
        Err(Error::Damaged(what)) => {
            verifier.report(of(who, "events", Some("body"), format!("cannot be read: {what}")));
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    if !events.iter().map(|recorded| recorded.version).eq(1..=version) {
        let what = format!("is {version}, and the stream does not run from 1 to there without gaps");
        verifier.report(of(who, "streams", Some("version"), what));
    }
    // What was altered may be impossible, and impossible things may panic.
    let expected = catch_unwind(AssertUnwindSafe(|| {
        let (person, fold) = folds::of_whole(id, &events)?;
        let rows = rows::rows(&person, book, night);
        Ok::<_, Error>((person, fold, rows))
    }));
    let Ok(Ok((person, fold, expected))) = expected else {
        verifier.report(of(who, "events", None, "the stream cannot be folded".into()));
        return Ok(());
    };
    let stored = projection::stored_rows(verifier.db, who)?;
    compare(verifier, who, &expected, &stored);
    verify_fold(verifier, who, fold)?;
    verify_sought(verifier, who, &person)
}

/// What is kept of the person as folded, if anything is, is what their stream says.
fn verify_fold(verifier: &mut Verifier<'_>, who: &str, expected: Option<Fold>) -> Result<(), Error> {
    let Some(kept) = folds::kept(verifier.db, who)? else { return Ok(()) };
    let column = match expected {
        Some(expected) if expected == kept => return Ok(()),
        Some(expected) if expected.version == kept.version => "body",
        _ => "version",
    };
    verifier.report(of(who, "folds", Some(column), "does not follow from the stream".into()));
    Ok(())
}

/// What they are looked for by is what their note of identity says. The words themselves are not told: they are their name.
fn verify_sought(verifier: &mut Verifier<'_>, who: &str, person: &Person) -> Result<(), Error> {
    let what = match (sought::expected(verifier.db, person)?, sought::kept(verifier.db, who)?) {
        (expected, kept) if expected == kept => return Ok(()),
        (Some(_), None) => "are missing: nobody finds this person",
        (None, Some(_)) => "are there, and no note of identity is kept",
        _ => "are not those of the note of identity",
    };
    verifier.report(of(who, "sought", Some("words"), what.into()));
    Ok(())
}

fn compare(verifier: &mut Verifier<'_>, who: &str, expected: &[Row], stored: &[Row]) {
    let (mut expected, mut stored) = (expected.iter().peekable(), stored.iter().peekable());
    loop {
        let order = match (expected.peek(), stored.peek()) {
            (None, None) => return,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(right), Some(found)) => key(right).cmp(&key(found)),
        };
        let right = if order == Ordering::Greater { None } else { expected.next() };
        let found = if order == Ordering::Less { None } else { stored.next() };
        match (right, found) {
            (Some(right), Some(found)) => {
                let columns = TABLES[right.table].columns.iter().zip(right.cells.iter().zip(&found.cells));
                for (column, (right_cell, found_cell)) in columns.filter(|(_, (right, found))| right != found) {
                    let what = format!("of row {:?} is {found_cell:?} and must be {right_cell:?}", key(right).1);
                    verifier.report(of(who, TABLES[right.table].name, Some(column.name), what));
                }
            }
            (Some(right), None) => {
                verifier.report(of(who, TABLES[right.table].name, None, format!("row {:?} is missing", key(right).1)));
            }
            (None, Some(found)) => {
                let what = format!("row {:?} follows from no event", key(found).1);
                verifier.report(of(who, TABLES[found.table].name, None, what));
            }
            (None, None) => {}
        }
    }
}

/// Streams, rows and commands that hang on nobody.
fn verify_nobody_else(verifier: &mut Verifier<'_>) -> Result<(), Error> {
    let lost = "SELECT DISTINCT person FROM events WHERE person NOT IN (SELECT person FROM streams) LIMIT 100";
    for person in verifier.db.query(lost, &[], |row| row.text(0))? {
        verifier.report(of(&person, "streams", None, "the row is missing".into()));
    }
    for (table, person) in projection::rows_of_nobody(verifier.db)? {
        verifier.report(of(&person, table, Some("person"), "nobody of this id has a stream".into()));
    }
    for person in folds::of_nobody(verifier.db)? {
        verifier.report(of(&person, "folds", Some("person"), "nobody of this id has a stream".into()));
    }
    for person in sought::of_nobody(verifier.db)? {
        verifier.report(of(&person, "sought", Some("person"), "nobody of this id has a stream".into()));
    }
    let unasked = "SELECT e.person, e.command FROM events e WHERE NOT EXISTS (SELECT 1 FROM commands c \
                   WHERE c.actor = e.actor AND c.key = e.command AND c.person = e.person \
                   AND e.version BETWEEN c.first_version AND c.last_version) LIMIT 100";
    for (person, command) in verifier.db.query(unasked, &[], |row| Ok((row.text(0)?, row.text(1)?)))? {
        verifier.report(of(
            &person,
            "commands",
            Some("key"),
            format!("command `{command}` made events and is not there as it was"),
        ));
    }
    Ok(())
}

fn of(person: &str, table: &str, column: Option<&str>, what: String) -> Difference {
    Difference { table: table.into(), event: None, person: Some(person.into()), column: column.map(Into::into), what }
}
