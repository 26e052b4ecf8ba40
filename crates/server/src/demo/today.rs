//! The visits of today: whoever opens the demonstration as a collector finds a day to make, at whatever hour they open it.

use std::sync::Arc;

use domain::contact::{self, Act};
use domain::day::Day;
use domain::event::{Actor, Event};
use domain::file;
use domain::id::{PersonId, StaffId, VisitId};
use domain::moment::{Moment, Timestamp};
use domain::person::Person;
use domain::refusal::Refusal;
use domain::visit::{self, Collector, Slot};
use jiff::SignedDuration;
use store::{Asker, Command, Error, Note, QueueView, Role, Sorting, Store, Wanted};

use super::Staff;
use super::chance::Chance;
use crate::phone::Phones;

/// How many visits the first team makes today.
const STOPS: usize = 9;
/// The second team's visit began this long ago.
const MADE: SignedDuration = SignedDuration::from_mins(90);
/// Nobody is visited for less than this, in minor units.
const WORTH_A_VISIT: i64 = 10_000;
/// A slot lasts this long ...
const SLOT: SignedDuration = SignedDuration::from_hours(4);
/// ... and begins this long before now, so that it can be looked at at once.
const BEGUN: SignedDuration = SignedDuration::from_mins(30);

/// Proposes, agrees and assigns visits for today to the first team, if it has fewer. As many as files and law allow: at night
/// that is none. The second team made one this morning, which its phone recorded, and the bank has sent its statement. Yesterday
/// letters of the `lender` were posted and cash was taken, and somebody handed in a payslip.
pub(crate) fn make_today(store: &Arc<Store>, staff: &Staff, phones: &Phones, lender: &str, now: Timestamp) -> Result<(), Error> {
    let book = store.book();
    let from = book.start_of(book.day_of(now));
    let leader = staff.field[0];
    let planned =
        store.reader().visits_between(Asker::Staff(leader, Role::Field), from, from + SignedDuration::from_hours(24))?;
    if planned.len() >= STOPS {
        return Ok(());
    }
    let desk = Asker::Staff(staff.desk[0], Role::Desk);
    let wanted = Wanted {
        view: QueueView::InCase,
        search: None,
        buckets: vec![],
        sorting: Sorting::MostOverdue,
        skip: 0,
        limit: 200,
        today: book.day_of(now),
    };
    super::bank::take(store, staff, now)?;
    let rows = store.reader().queue(desk, &wanted)?.rows;
    super::post::take(store, staff, lender, &rows, now)?;
    super::post::take_cash(store, staff, &rows, now)?;
    super::papers::hand_in(store, staff, phones, now)?;
    // A team's day lies in the town in which it has a visit already; another one only where that is not enough.
    let town = planned.first().and_then(|visit| visit.area.clone());
    let (near, far): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| town.is_none() || row.area == town);
    let (mut made, mut is_recorded) = (0, false);
    for row in near.into_iter().chain(far) {
        if !is_recorded {
            let slot = Slot { from: now - MADE, until: now - MADE + SignedDuration::from_hours(1) };
            if let Some(visit) = plan(store, staff, [staff.field[2], staff.field[3]], row.person, slot)? {
                super::at_the_door::record(store, staff, phones, row.person, visit, slot)?;
                is_recorded = true;
                continue;
            }
        }
        let early = SignedDuration::from_mins(10 * made as i64);
        let slot = Slot { from: now - BEGUN - early, until: now - BEGUN - early + SLOT };
        if plan(store, staff, [staff.field[0], staff.field[1]], row.person, slot)?.is_some() {
            made += 1;
        }
        if made == STOPS {
            break;
        }
    }
    Ok(())
}

/// One visit: the file checked and the visit proposed yesterday, chosen in the evening, assigned this morning.
fn plan(
    store: &Arc<Store>,
    staff: &Staff,
    members: [StaffId; 2],
    person: PersonId,
    slot: Slot,
) -> Result<Option<VisitId>, Error> {
    let (book, desk) = (store.book(), staff.desk[0]);
    let Some(known) = store.reader().person(Asker::Staff(desk, Role::Desk), person)? else { return Ok(None) };
    let identity = store.reader().identity(Asker::Staff(desk, Role::Desk), &known)?;
    let proposed_at = slot.from - SignedDuration::from_hours(24);
    let at = |moment: Timestamp| book.moment(moment);
    let is_little = known.overdue(book.day_of(slot.from)).minor() < WORTH_A_VISIT;
    if is_little || known.open_visit().is_some() || contact::ask(&known, &book, &Act::visit(2), &at(slot.from + BEGUN)).is_err() {
        return Ok(None);
    }
    let checks = file::checks(&known, &book, identity.as_ref(), at(proposed_at).day());
    if checks.iter().any(|check| check.verdict != file::Verdict::Passed) {
        return Ok(None);
    }
    let id = VisitId(Chance::new(person.0 ^ slot.from.as_second() as u64).bits());
    let team = team_of(&members);
    let mut steps = Steps { store, person, visit: id, number: 0 };
    let checked = Arc::clone(&book);
    let audited = steps.take(Actor::Staff(desk), &at(proposed_at), vec![], move |person, now| {
        file::audit(person, &checked, identity.as_ref(), now.day())
    })?;
    let asked = Arc::clone(&book);
    let proposed = audited
        && steps.take(Actor::Staff(desk), &at(proposed_at), vec![], move |person, now| {
            let permit = contact::ask(person, &asked, &Act::visit(2), now)?;
            visit::propose(person, &asked, permit, id, vec![slot], now)
        })?;
    let evening = proposed_at + SignedDuration::from_hours(2);
    let chosen = proposed
        && steps.take(Actor::Consumer(person), &at(evening), vec![], move |person, now| visit::choose(person, id, slot, now))?;
    let morning = slot.from - SignedDuration::from_hours(1);
    let asked = Arc::clone(&book);
    let is_assigned = chosen
        && steps.take(Actor::Staff(desk), &at(morning), vec![], move |person, now| {
            visit::assign(person, &asked, id, &team, slot.from + BEGUN, now)
        })?;
    Ok(is_assigned.then_some(id))
}

/// Collectors whose certificates are good.
pub(super) fn team_of(members: &[StaffId; 2]) -> [Collector; 2] {
    members.map(|staff| Collector { staff, certified_until: Some(Day::MAX) })
}

/// The commands of one visit, one after the other.
pub(super) struct Steps<'a> {
    pub(super) store: &'a Arc<Store>,
    pub(super) person: PersonId,
    pub(super) visit: VisitId,
    pub(super) number: u32,
}

impl Steps<'_> {
    /// Sends one and says whether anything came of it.
    pub(super) fn take(
        &mut self,
        actor: Actor,
        now: &Moment,
        notes: Vec<Note>,
        decide: impl FnOnce(&Person, &Moment) -> Result<Vec<Event>, Refusal> + Send + 'static,
    ) -> Result<bool, Error> {
        self.number += 1;
        let moment = now.clone();
        let command = Command {
            person: self.person,
            actor,
            key: format!("demo-today-{}-{}", self.visit, self.number),
            body_hash: [0; 32],
            intent: "demo",
            recorded_at: now.at(),
            night: None,
            notes,
            decide: Box::new(move |person| decide(person, &moment)),
        };
        Ok(!self.store.run(command)?.recorded().is_empty())
    }
}
