//! A person's stream: reading it back and folding it.

use domain::book::Book;
use domain::day::Day;
use domain::event::{Event, Recorded};
use domain::id::{AccountId, PersonId};
use domain::loan::Terms;
use domain::moment::Timestamp;
use domain::person::Person;
use domain::rows::{self, Row};
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::command::parse_actor;
use crate::db::{self, Db};
use crate::error::Error;
use crate::folds;

/// A person as folded, the rows derived from them, and the night these know of.
#[derive(Clone, Debug)]
pub(crate) struct Folded {
    pub(crate) person: Person,
    /// Of somebody who was just read, without the row of the person: every command moves the version in it and writes it anew,
    /// and working out when they wake is most of the work.
    pub(crate) rows: Vec<Row>,
    pub(crate) night: Day,
}

impl Folded {
    /// Somebody with no stream yet.
    pub(crate) fn new(id: PersonId, night: Day) -> Folded {
        Folded { person: Person::new(id), rows: vec![], night }
    }

    /// The rows as they should be now.
    pub(crate) fn fresh_rows(&self, book: &Book) -> Vec<Row> {
        rows::rows(&self.person, book, self.night)
    }
}

/// The end of a person's stream: version and last night, or `None` if there is no stream.
pub(crate) fn head(db: &mut Db, person: PersonId) -> Result<Option<(u64, Day)>, Error> {
    let sql = "SELECT version, night_on FROM streams WHERE person = $1";
    db.query_one(sql, &[(&person.to_string()).into()], |row| Ok((row.get::<i64>(0)? as u64, day(row.get(1)?))))
}

/// Reads and folds a person, without the rows that follow from them.
pub(crate) fn person(db: &mut Db, id: PersonId) -> Result<Option<Person>, Error> {
    let person = person_so_far(db, id)?;
    Ok((person.version > 0).then_some(person))
}

/// Somebody as they are, who is nobody yet where there is no stream: from the fold that is kept, and what happened since.
fn person_so_far(db: &mut Db, id: PersonId) -> Result<Person, Error> {
    let mut person = folds::person(db, id)?;
    events(db, id, person.version + 1, i64::MAX as u64)?.iter().for_each(|recorded| person.apply(recorded));
    Ok(person)
}

/// Reads and folds a person with the rows that follow, but for that of the person.
pub(crate) fn fold(db: &mut Db, id: PersonId, book: &Book) -> Result<Option<Folded>, Error> {
    let Some((_, night)) = head(db, id)? else { return Ok(None) };
    let person = person_so_far(db, id)?;
    let rows = rows::rows_of_what_happened(&person, book);
    Ok(Some(Folded { person, rows, night }))
}

/// The events of a stream from version `first` to `last`, both included.
pub(crate) fn events(db: &mut Db, person: PersonId, first: u64, last: u64) -> Result<Vec<Recorded>, Error> {
    let sql =
        "SELECT version, recorded_at, actor, body FROM events WHERE person = $1 AND version BETWEEN $2 AND $3 ORDER BY version";
    db.query(sql, &[(&person.to_string()).into(), (first as i64).into(), (last as i64).into()], recorded)
}

fn recorded(row: &db::Row<'_>) -> Result<Recorded, Error> {
    let (version, recorded_at): (i64, i64) = (row.get(0)?, row.get(1)?);
    let (actor, body): (String, String) = (row.get(2)?, row.get(3)?);
    parse(version as u64, recorded_at, &actor, &body)
}

/// An event from the columns it is stored in.
pub(crate) fn parse(version: u64, recorded_at: i64, actor: &str, body: &str) -> Result<Recorded, Error> {
    let unread = |what: &str| Error::Damaged(format!("{what} of an event, version {version}"));
    let recorded_at = Timestamp::from_microsecond(recorded_at).map_err(|_| unread("time"))?;
    let actor = parse_actor(actor).ok_or_else(|| unread("actor"))?;
    let event = parse_event(body).map_err(|_| unread("body"))?;
    Ok(Recorded { version, recorded_at, actor, event })
}

/// What opens an account, without its name.
#[derive(Deserialize)]
struct AccountOpened {
    account: AccountId,
    number: String,
    terms: Terms,
    annual_cost_percent: Option<Decimal>,
}

/// Serde holds all of an event before it looks at its name. The one that opens an account is the longest of those that everybody
/// has: its name is looked at first.
fn parse_event(body: &str) -> serde_json::Result<Event> {
    if body.starts_with(r#"{"event":"account_opened","#) {
        let AccountOpened { account, number, terms, annual_cost_percent } = serde_json::from_str(body)?;
        return Ok(Event::AccountOpened { account, number, terms, annual_cost_percent });
    }
    serde_json::from_str(body)
}

/// A day from its column.
pub(crate) fn day(epoch_days: i64) -> Day {
    Day::from_epoch_days(epoch_days.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_stored_is_read_the_same_with_its_name_first() {
        let golden = include_str!("../../domain/tests/golden/events.ndjson");
        let mut opened = 0;
        for line in golden.lines() {
            let event = parse_event(line).unwrap();
            assert_eq!(event, serde_json::from_str(line).unwrap(), "{line}");
            // As it is written, its name stands first.
            let written = serde_json::to_string(&event).unwrap();
            assert_eq!(parse_event(&written).unwrap(), event, "{written}");
            opened += u32::from(written.starts_with(r#"{"event":"account_opened","#));
            let cut = written.replace("}", "");
            assert!(parse_event(&cut).is_err(), "{cut}");
        }
        assert!(opened > 0);
    }
}
