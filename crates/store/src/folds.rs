//! People as folded from the first events of their streams, kept so that reading somebody is not reading everything that ever
//! happened to them. What counts is the log: a fold that is not there is made from it, and folds that another build of the
//! program made are thrown away. Like the log they hold no personal data.

use domain::event::Recorded;
use domain::id::PersonId;
use domain::person::{self, Person};

use crate::db::{Db, Value};
use crate::error::Error;

/// A stream is folded up to every version that this divides.
const EVERY: u64 = 8;

/// By which rules people are folded. Folds made by others are not used.
pub(crate) const MADE_BY: &str = person::FOLDED_BY;

/// A person as of some version, as it is kept.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fold {
    pub(crate) version: u64,
    pub(crate) body: Vec<u8>,
}

impl Fold {
    /// What is kept of a person as they are, if something is kept of that version.
    pub(crate) fn of(person: &Person) -> Result<Option<Fold>, Error> {
        if person.version == 0 || !person.version.is_multiple_of(EVERY) {
            return Ok(None);
        }
        let body = rmp_serde::to_vec_named(person).map_err(|error| Error::Broken(format!("a fold of {}: {error}", person.id)))?;
        Ok(Some(Fold { version: person.version, body }))
    }

    /// The person, if they can be read.
    fn person(&self) -> Option<Person> {
        rmp_serde::from_slice(&self.body).ok()
    }

    /// Keeps it in place of an earlier one.
    pub(crate) fn put(&self, db: &mut Db, person: &str) -> Result<(), Error> {
        let sql = "INSERT INTO folds (person, version, body) VALUES ($1, $2, $3) \
                   ON CONFLICT (person) DO UPDATE SET version = excluded.version, body = excluded.body";
        db.execute(sql, &[person.into(), (self.version as i64).into(), Value::Blob(&self.body)]).map(drop)
    }
}

/// A person as everything that ever happened to them leaves them, and what is to be kept of them, which must read back as they
/// were.
pub(crate) fn of_whole(id: PersonId, events: &[Recorded]) -> Result<(Person, Option<Fold>), Error> {
    let (kept, since) = events.split_at(events.len() - events.len() % EVERY as usize);
    let mut person = Person::new(id);
    kept.iter().for_each(|recorded| person.apply(recorded));
    let fold = Fold::of(&person)?;
    if fold.as_ref().is_some_and(|fold| fold.person().as_ref() != Some(&person)) {
        return Err(Error::Broken(format!("the fold of {id} does not read back as it was kept")));
    }
    since.iter().for_each(|recorded| person.apply(recorded));
    Ok((person, fold))
}

/// What is kept of a person.
pub(crate) fn kept(db: &mut Db, person: &str) -> Result<Option<Fold>, Error> {
    let sql = "SELECT version, body FROM folds WHERE person = $1";
    db.query_one(sql, &[person.into()], |row| Ok(Fold { version: row.get::<i64>(0)? as u64, body: row.get(1)? }))
}

/// A person as of the version that is kept, or as of none.
pub(crate) fn person(db: &mut Db, id: PersonId) -> Result<Person, Error> {
    let Some(fold) = kept(db, &id.to_string())? else { return Ok(Person::new(id)) };
    // One that cannot be read is named by `verify`; the log says it all the same.
    Ok(fold.person().unwrap_or_else(|| Person::new(id)))
}

/// Empties the table.
pub(crate) fn empty(db: &mut Db) -> Result<(), Error> {
    db.execute("DELETE FROM folds", &[]).map(drop)
}

/// Folds of people who have no stream.
pub(crate) fn of_nobody(db: &mut Db) -> Result<Vec<String>, Error> {
    db.query("SELECT person FROM folds WHERE person NOT IN (SELECT person FROM streams) LIMIT 100", &[], |row| row.text(0))
}
