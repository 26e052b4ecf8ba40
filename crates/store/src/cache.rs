//! The people folded lately. Bounded: when half of the room is full, what was not used since the last time is let go.

use std::collections::HashMap;

use domain::id::PersonId;

use crate::stream::Folded;

pub(crate) struct Cache {
    room: usize,
    /// Counts how often others wrote; what was put in before the last time is doubted.
    age: u64,
    young: HashMap<PersonId, (Folded, u64)>,
    old: HashMap<PersonId, (Folded, u64)>,
}

impl Cache {
    pub(crate) fn new(room: usize) -> Cache {
        Cache { room, age: 0, young: HashMap::new(), old: HashMap::new() }
    }

    /// Somebody as they are, unless others may have written to them since they were put in.
    pub(crate) fn get(&self, person: PersonId) -> Option<&Folded> {
        let (folded, age) = self.young.get(&person).or_else(|| self.old.get(&person))?;
        (*age == self.age).then_some(folded)
    }

    /// Takes somebody out, and says whether others may have written to them since they were put in.
    pub(crate) fn take(&mut self, person: PersonId) -> Option<(Folded, bool)> {
        let (folded, age) = self.young.remove(&person).or_else(|| self.old.remove(&person))?;
        Some((folded, age != self.age))
    }

    pub(crate) fn put(&mut self, person: PersonId, folded: Folded) {
        if self.young.len() >= self.room.div_ceil(2) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(person, (folded, self.age));
    }

    /// Somebody else wrote.
    pub(crate) fn doubt_all(&mut self) {
        self.age += 1;
    }

    pub(crate) fn clear(&mut self) {
        self.young.clear();
        self.old.clear();
    }
}
