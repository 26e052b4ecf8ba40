//! Finding things for someone. Each lookup takes the asker, and answers `None` alike for what is not there and for what is
//! not theirs.

use std::sync::{Mutex, PoisonError};

use domain::event::{NoteRef, Recorded};
use domain::id::{AccountId, CaseId, ComplaintId, MessageId, NoteId, PersonId, PlanId, PromiseId, VisitId};
use domain::identity::{Address, Identity};
use domain::moment::Timestamp;
use domain::person::Person;
use domain::rows::Row;
use serde::de::DeserializeOwned;

use crate::asker::Asker;
use crate::db::{Db, Place};
use crate::error::Error;
use crate::projection;
use crate::stream;

/// Reading connections, made as needed and kept.
pub struct Reader {
    place: Place,
    idle: Mutex<Vec<Db>>,
}

/// Connections kept open while nobody uses them.
const IDLE_KEPT: usize = 8;

/// Something of a person's by which they can be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named after what they are")]
pub enum Thing<'a> {
    Account(AccountId),
    AccountNumber(&'a str),
    Case(CaseId),
    Visit(VisitId),
    Promise(PromiseId),
    Complaint(ComplaintId),
    Message(MessageId),
}

/// A note as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct KeptNote {
    /// What it is: `identity`, `address`, `words`.
    pub kind: String,
    /// The text; none once erased.
    pub body: Option<String>,
    /// When it was kept.
    pub recorded_at: Timestamp,
}

/// What is needed to write to a person.
pub struct Reached {
    /// Name, phone and the like; none once erased.
    pub identity: Option<Identity>,
    /// Where letters go.
    pub address: Option<Address>,
}

impl Reader {
    pub(crate) fn new(place: Place) -> Reader {
        Reader { place, idle: Mutex::new(vec![]) }
    }

    /// A person, folded from the log.
    pub fn person(&self, asker: Asker, id: PersonId) -> Result<Option<Person>, Error> {
        self.look(|db| match may_see(db, asker, id)? {
            true => stream::person(db, id),
            false => Ok(None),
        })
    }

    /// Several people, folded from the log in one snapshot; those the asker may not see are left out.
    pub fn persons(&self, asker: Asker, ids: &[PersonId]) -> Result<Vec<Person>, Error> {
        self.look(|db| {
            let mut found = Vec::with_capacity(ids.len());
            for id in ids {
                if may_see(db, asker, *id)? {
                    found.extend(stream::person(db, *id)?);
                }
            }
            Ok(found)
        })
    }

    /// The next people after `after` that the asker may see, in the order of their ids; none at the end. For whatever goes
    /// through the whole book.
    pub fn people(&self, asker: Asker, after: Option<PersonId>) -> Result<Vec<PersonId>, Error> {
        self.look(|db| {
            let mut after = after.map(|person| person.to_string()).unwrap_or_default();
            loop {
                let page = crate::rebuild::page_of_people(db, &after)?;
                let Some(last) = page.last() else { return Ok(vec![]) };
                after.clone_from(last);
                let people = page.iter().map(|id| person_id(id)).collect::<Result<Vec<PersonId>, Error>>()?;
                let mut seen = vec![];
                for person in people {
                    if may_see(db, asker, person)? {
                        seen.push(person);
                    }
                }
                if !seen.is_empty() {
                    return Ok(seen);
                }
            }
        })
    }

    /// Everything recorded about a person, in order.
    pub fn timeline(&self, asker: Asker, id: PersonId) -> Result<Option<Vec<Recorded>>, Error> {
        self.look(|db| {
            if !may_see(db, asker, id)? {
                return Ok(None);
            }
            let events = stream::events(db, id, 1, i64::MAX as u64)?;
            Ok((!events.is_empty()).then_some(events))
        })
    }

    /// A person's derived rows, over all tables.
    pub fn rows(&self, asker: Asker, id: PersonId) -> Result<Option<Vec<Row>>, Error> {
        self.look(|db| {
            if !may_see(db, asker, id)? {
                return Ok(None);
            }
            let rows = projection::stored_rows(db, &id.to_string())?;
            Ok((!rows.is_empty()).then_some(rows))
        })
    }

    /// Whose something is.
    pub fn owner(&self, asker: Asker, thing: Thing<'_>) -> Result<Option<PersonId>, Error> {
        let (sql, key) = match thing {
            Thing::Account(id) => ("SELECT person FROM accounts WHERE account = $1", id.to_string()),
            Thing::AccountNumber(number) => ("SELECT person FROM accounts WHERE number = $1", number.to_string()),
            Thing::Case(id) => ("SELECT person FROM cases WHERE case_id = $1", id.to_string()),
            Thing::Visit(id) => ("SELECT person FROM visits WHERE visit = $1", id.to_string()),
            Thing::Promise(id) => ("SELECT person FROM promises WHERE promise = $1", id.to_string()),
            Thing::Complaint(id) => ("SELECT person FROM complaints WHERE complaint = $1", id.to_string()),
            Thing::Message(id) => ("SELECT person FROM messages WHERE message = $1", id.to_string()),
        };
        self.look(|db| {
            let Some(person) = db.query_one(sql, &[(&key).into()], |row| person_id(&row.get::<String>(0)?))? else {
                return Ok(None);
            };
            Ok(may_see(db, asker, person)?.then_some(person))
        })
    }

    /// The person of an agreement, found by the number and the code that stand on its paper: whoever holds both may ask what
    /// we know of it. One that does not fit is answered like none.
    pub fn agreement(&self, number: &str, code: &str) -> Result<Option<(Person, PlanId)>, Error> {
        let Some(plan) = number.rsplit_once('-').and_then(|(_, id)| PlanId::parse(id)) else { return Ok(None) };
        self.look(|db| {
            let sql = "SELECT person FROM promises WHERE plan = $1 LIMIT 1";
            let owner = db.query_one(sql, &[(&plan.to_string()).into()], |row| person_id(&row.get::<String>(0)?))?;
            let found = owner.map(|person| stream::person(db, person)).transpose()?.flatten();
            let is_theirs = |person: &Person| {
                let agreement = person.plans.get(&plan).and_then(|plan| plan.agreement.as_ref());
                let fits = |ours: &str, typed: &str| ours.eq_ignore_ascii_case(typed);
                agreement.is_some_and(|it| fits(&it.number, number) && fits(&it.code, code))
            };
            Ok(found.filter(is_theirs).map(|person| (person, plan)))
        })
    }

    /// A note, for those who may read notes of that person.
    pub fn note(&self, asker: Asker, id: NoteId) -> Result<Option<KeptNote>, Error> {
        if !asker.reads_notes() {
            return Ok(None);
        }
        self.look(|db| {
            let sql = "SELECT person, kind, body, recorded_at FROM notes WHERE note = $1";
            let found = db.query_one(sql, &[(&id.to_string()).into()], |row| {
                let recorded_at = instant(row.get(3)?)?;
                Ok((person_id(&row.get::<String>(0)?)?, KeptNote { kind: row.get(1)?, body: row.get(2)?, recorded_at }))
            })?;
            let Some((person, note)) = found else { return Ok(None) };
            Ok(may_see(db, asker, person)?.then_some(note))
        })
    }

    /// Name, resident ID and phone of a person, for those who may read them.
    pub fn identity(&self, asker: Asker, person: &Person) -> Result<Option<Identity>, Error> {
        self.told(asker, person.identity.as_ref())
    }

    /// The address of a person, for those who may read it.
    pub fn address(&self, asker: Asker, person: &Person) -> Result<Option<Address>, Error> {
        self.told(asker, person.address.as_ref().map(|address| &address.address))
    }

    /// Name and addresses of a person. Only for the night that writes to them: nobody asks, and nobody reads it but the text.
    pub fn reached(&self, person: &Person) -> Result<Reached, Error> {
        let own = Asker::Consumer(person.id);
        Ok(Reached { identity: self.identity(own, person)?, address: self.address(own, person)? })
    }

    fn told<T: DeserializeOwned>(&self, asker: Asker, note: Option<&NoteRef>) -> Result<Option<T>, Error> {
        let Some(note) = note else { return Ok(None) };
        let kept = self.note(asker, note.id)?.and_then(|kept| kept.body);
        let read = |body: String| serde_json::from_str(&body).map_err(|_| Error::Damaged(format!("the note {}", note.id)));
        kept.map(read).transpose()
    }

    /// Runs `look` on a connection of the pool, in one snapshot.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&mut Db) -> Result<T, Error>) -> Result<T, Error> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut db = idle.filter(Db::is_alive).map_or_else(|| Db::open_read_only(&self.place), Ok)?;
        db.begin_snapshot()?;
        let seen = look(&mut db);
        match &seen {
            Ok(_) => db.end_snapshot()?,
            Err(_) => db.rollback(),
        }
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_KEPT {
            idle.push(db);
        }
        seen
    }
}

/// Whether a person is there and the asker may see them.
pub(crate) fn may_see(db: &mut Db, asker: Asker, person: PersonId) -> Result<bool, Error> {
    let id = person.to_string();
    if asker.only_person().is_some_and(|own| own != id) {
        return Ok(false);
    }
    // Two statements and not one with a condition: what SQLite does for `LIKE` it works out anew for every value.
    let found = match asker.only_team() {
        None => db.query_one("SELECT 1 FROM streams WHERE person = $1", &[(&id).into()], |_| Ok(()))?,
        Some(team) => {
            let sql = "SELECT 1 FROM streams WHERE person = $1 \
                       AND EXISTS (SELECT 1 FROM visits WHERE visits.person = streams.person AND team LIKE $2)";
            db.query_one(sql, &[(&id).into(), (&team).into()], |_| Ok(()))?
        }
    };
    Ok(found.is_some())
}

/// A person's id from its column.
pub(crate) fn person_id(text: &str) -> Result<PersonId, Error> {
    PersonId::parse(text).ok_or_else(|| Error::Damaged(format!("the person id `{text}`")))
}

/// An instant from its column.
pub(crate) fn instant(microseconds: i64) -> Result<Timestamp, Error> {
    Timestamp::from_microsecond(microseconds).map_err(|_| Error::Damaged(format!("the instant {microseconds}")))
}
