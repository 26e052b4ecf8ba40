//! What if this had been the law: every contact that was ever recorded, judged under another pack, with the file as it was then.

use std::collections::{BTreeMap, BTreeSet};

use domain::book::Book;
use domain::contact::{self, Channel};
use domain::id::PersonId;
use domain::law::{Law, Pack, Ruling};
use domain::moment::Timestamp;
use domain::person::Person;
use store::{Asker, Reader};

use crate::packs;

/// A contact that the other law would not have allowed.
pub(crate) struct Blocked {
    /// Towards whom.
    pub(crate) person: PersonId,
    /// When.
    pub(crate) at: Timestamp,
    /// By what means.
    pub(crate) channel: Channel,
    /// What the other law says of it.
    pub(crate) ruling: Ruling,
    /// What the law of the book says of it.
    pub(crate) under_ours: &'static str,
}

/// What came of a replay.
#[derive(Default)]
pub(crate) struct Told {
    /// Contacts and visits that were judged.
    pub(crate) contacts: u64,
    /// Those that the other law would have stopped.
    pub(crate) blocked: u64,
    /// Those of them that the law of the book allows.
    pub(crate) newly: u64,
    /// Those that the law of the book stops and the other one would not.
    pub(crate) freed: u64,
    /// How many each rule would have stopped, and of how many people.
    pub(crate) by_rule: BTreeMap<String, Stopped>,
}

/// What one rule would have stopped.
#[derive(Default)]
pub(crate) struct Stopped {
    /// How many contacts.
    pub(crate) contacts: u64,
    /// Towards whom.
    pub(crate) people: BTreeSet<PersonId>,
}

/// The law of `book` with `packs` in the place of those of the same id, as if they had always been in force.
pub(crate) fn law_with(book: &Book, others: Vec<Pack>) -> anyhow::Result<Law> {
    let others = others.into_iter().map(|pack| Pack { in_force_from: domain::day::Day::MIN, ..pack });
    let others: Vec<Pack> = others.collect();
    let kept = book.law.packs().iter().filter(|pack| others.iter().all(|other| other.id != pack.id));
    packs::law_of(kept.map(|pack| Pack::clone(pack)).chain(others.iter().cloned()).collect())
}

/// Judges everything that was recorded, person by person, each act with the file as it was before it. Calls `each` with what the
/// other law stops.
pub(crate) fn replay(reader: &Reader, book: &Book, other: &Law, each: &mut dyn FnMut(&Blocked)) -> anyhow::Result<Told> {
    let under_other = Book { law: other.clone(), ..book.clone() };
    let mut told = Told::default();
    let mut after = None;
    loop {
        let people = reader.people(Asker::Night, after)?;
        let Some(last) = people.last() else { return Ok(told) };
        after = Some(*last);
        for id in people {
            let mut person = Person::new(id);
            for recorded in reader.timeline(Asker::Night, id)?.unwrap_or_default() {
                if let Some((act, at)) = contact::done(&person, &recorded.event) {
                    let moment = contact::moment_of(&person, book, at);
                    let situation = contact::situation(&person, &under_other, &act, &moment);
                    let (ruling, ours) = (other.rule(&situation), book.law.rule(&situation).word());
                    told.take(&Blocked { person: id, at, channel: act.channel, ruling, under_ours: ours }, each);
                }
                person.apply(&recorded);
            }
        }
    }
}

impl Told {
    fn take(&mut self, act: &Blocked, each: &mut dyn FnMut(&Blocked)) {
        self.contacts += 1;
        if let Ruling::Allowed(_) = act.ruling {
            self.freed += u64::from(act.under_ours != "permit");
            return;
        }
        self.blocked += 1;
        self.newly += u64::from(act.under_ours == "permit");
        for rule in act.ruling.rules() {
            let stopped = self.by_rule.entry(rule).or_default();
            stopped.contacts += 1;
            stopped.people.insert(act.person);
        }
        each(act);
    }
}
