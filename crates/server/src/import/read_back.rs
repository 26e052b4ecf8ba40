//! Reading loans back for the control totals: as soon as they are on disk, from the log, while others are still written.

use std::iter;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, Scope, ScopedJoinHandle};

use domain::day::Day;
use domain::id::{AccountId, PersonId};
use store::{Asker, Store};

use crate::ahead;
use crate::commands::{Exit, Stop as Trouble};

use super::load::from_store;
use super::stated::Sums;

/// People read back in one look.
pub(crate) const AT_A_TIME: usize = 256;

/// A loan that is on disk, to be read back as it stood on a day.
pub(crate) type Held = (PersonId, AccountId, Day);

/// As many readers as there are cores, each with its share of what is to be read.
pub(crate) struct ReadBack<'scope> {
    due: Sender<Vec<Held>>,
    readers: Vec<ScopedJoinHandle<'scope, Result<Sums, Trouble>>>,
}

impl<'scope> ReadBack<'scope> {
    /// Begins, with nothing to read yet.
    pub(crate) fn begin(scope: &'scope Scope<'scope, '_>, store: &'scope Store) -> ReadBack<'scope> {
        let (due, parts) = channel();
        let parts = Arc::new(Mutex::new(parts));
        let reader = |_| {
            let parts = Arc::clone(&parts);
            scope.spawn(move || sums_of_all(store, &parts))
        };
        let readers = (0..thread::available_parallelism().map_or(1, usize::from)).map(reader).collect();
        ReadBack { due, readers }
    }

    /// Has these read.
    pub(crate) fn read(&self, part: Vec<Held>) {
        // Nobody takes it if every reader met a fault, which `sums` tells.
        let _ = self.due.send(part);
    }

    /// The sums of all that was to be read, as the book holds it.
    pub(crate) fn sums(self) -> Result<Sums, Trouble> {
        drop(self.due);
        let fell = || Trouble { exit: Exit::Failed, says: "reading the book back broke off; run the same command again".into() };
        self.readers.into_iter().try_fold(Sums::default(), |sums, reader| Ok(sums + reader.join().map_err(|_| fell())??))
    }
}

fn sums_of_all(store: &Store, parts: &Mutex<Receiver<Vec<Held>>>) -> Result<Sums, Trouble> {
    ahead::let_the_writer_go_first();
    let next = || parts.lock().unwrap_or_else(PoisonError::into_inner).recv().ok();
    iter::from_fn(next).try_fold(Sums::default(), |sums, part| Ok(sums + sums_of(store, part)?))
}

fn sums_of(store: &Store, mut part: Vec<Held>) -> Result<Sums, Trouble> {
    part.sort_unstable();
    let mut ids: Vec<PersonId> = part.iter().map(|(person, ..)| *person).collect();
    ids.dedup();
    let people = store.reader().persons(Asker::Night, &ids).map_err(from_store)?;
    let mut sums = Sums::default();
    for (id, account, as_of) in part {
        let person = people.binary_search_by_key(&id, |person| person.id).ok().map(|at| &people[at]);
        if let Some(account) = person.and_then(|person| person.accounts.get(&account)) {
            sums.add_held(&account.loan, &account.loan.position(as_of));
        }
    }
    Ok(sums)
}
