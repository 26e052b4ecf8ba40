//! Visits: proposed, chosen, assigned, made, and recorded on a phone that sends when it can.

use std::sync::Arc;

use domain::contact::{self, Act};
use domain::event::Actor;
use domain::id::{VisitId, VisitPermitId};
use domain::person::Person;
use domain::visit::{self, Collector, Decline, Doorstep, Met, Slot, VisitEnd};
use jiff::SignedDuration;

use super::books::{Answer, Deed};
use super::check::{Broken, must};
use super::deeds::as_seen;
use super::plant::Plant;
use super::world::World;

type Did = Result<(), Broken>;

impl World {
    /// A visit in three slots of the next days.
    pub(super) fn propose_visit(&mut self, who: usize) -> Did {
        if !self.chance.once_in(3) {
            self.audit(who)?;
        }
        let (id, book, now, plant) = (VisitId(self.chance.bits()), Arc::clone(&self.book), self.now(), self.plant);
        let mut slot = |days: i32| {
            let from = self.book.start_of(self.day.plus_days(days)) + SignedDuration::from_hours(self.chance.between(8, 18));
            Slot { from, until: from + SignedDuration::from_hours(self.chance.between(1, 3)) }
        };
        let slots = vec![slot(0), slot(1), slot(2)];
        let slots: Vec<Slot> = slots.into_iter().filter(|slot| slot.from > now.at()).collect();
        let actor = self.staff_member();
        let deed = self.deed(who, actor, "propose visit", move |person| {
            let permit = contact::ask(&as_seen(person, plant), &book, &Act::visit(2), &now)?;
            visit::propose(person, &book, permit, id, slots.clone(), &now)
        });
        self.send(&deed, |_| {}).map(drop)
    }

    /// The person picks a slot, or moves the visit; sometimes to a slot that was never offered.
    pub(super) fn choose(&mut self, who: usize) -> Did {
        let Some((id, slots)) = self.person(who).open_visit().map(|visit| (visit.id, visit.slots.clone())) else { return Ok(()) };
        let mut slot = *self.chance.pick(&slots);
        if self.chance.once_in(20) {
            slot.from += SignedDuration::from_mins(7);
        }
        let (now, person) = (self.now(), self.people[who].id);
        let deed = self.deed(who, Actor::Consumer(person), "choose", move |person| visit::choose(person, id, slot, &now));
        self.send(&deed, |_| {}).map(drop)
    }

    pub(super) fn decline(&mut self, who: usize) -> Did {
        let Some(id) = self.person(who).open_visit().map(|visit| visit.id) else { return Ok(()) };
        let because = *self.chance.pick(&[Decline::NoVisit, Decline::AnotherChannel, Decline::NotMine, Decline::NeedsHelp]);
        let person = self.people[who].id;
        let deed = self.deed(who, Actor::Consumer(person), "decline", move |person| visit::decline(person, id, because));
        self.send(&deed, |_| {}).map(drop)
    }

    /// A team is given the visit: mostly two, sometimes one or the same one twice.
    pub(super) fn assign(&mut self, who: usize) -> Did {
        let Some((id, agreed)) = self.person(who).open_visit().map(|visit| (visit.id, visit.agreed)) else { return Ok(()) };
        let arrive_at = agreed.map_or(self.now().at(), |slot| slot.from) + SignedDuration::from_mins(self.chance.between(0, 10));
        let team = match self.chance.between(0, 9) {
            0 => vec![self.staff[0]],
            1 => vec![self.staff[0], self.staff[0]],
            _ => vec![self.staff[0], self.staff[1]],
        };
        // Mostly everybody's certificate is good; sometimes somebody's has lapsed.
        let lapsed = self.chance.once_in(10);
        let until = if lapsed { self.day.plus_days(-1) } else { self.day.plus_days(90) };
        let team: Vec<Collector> = team.into_iter().map(|staff| Collector { staff, certified_until: Some(until) }).collect();
        let (actor, book, now) = (self.staff_member(), Arc::clone(&self.book), self.now());
        let deed = self.deed(who, actor, "assign", move |person| visit::assign(person, &book, id, &team, arrive_at, &now));
        self.send(&deed, |_| {}).map(drop)
    }

    /// The visit is permitted for the team that was assigned.
    fn permit(&mut self, who: usize, id: VisitId) -> Did {
        let Some(assigned) = self.person(who).visits[&id].assigned.clone() else { return Ok(()) };
        let until = Some(self.day.plus_days(90));
        let team: Vec<Collector> =
            assigned.team.iter().map(|staff| Collector { staff: *staff, certified_until: until }).collect();
        let (actor, book, now, plant) = (self.staff_member(), Arc::clone(&self.book), self.now(), self.plant);
        let permit_id = VisitPermitId(self.chance.bits());
        let deed = self.deed(who, actor, "permit", move |person| {
            let planned = book.moment(assigned.arrive_at.max(now.at()));
            let permit = contact::ask(&as_seen(person, plant), &book, &Act::visit(2), &planned)?;
            visit::permit(person, &book, permit, permit_id, id, &team, &now)
        });
        self.send(&deed, |_| {}).map(drop)
    }

    /// A team stands at the door of somebody who expects it now. What happens is written on its phone. Tells whether
    /// there was such a door.
    pub(super) fn call_at_a_door(&mut self) -> Result<bool, Broken> {
        let now = self.now();
        let expects = |person: &Person| {
            let visit = person.open_visit().filter(|visit| visit.started_at.is_none())?;
            visit.agreed.filter(|slot| slot.from <= now.at() && now.at() <= slot.until).map(|_| visit.id)
        };
        let found = (0..self.people.len()).find_map(|who| Some((who, expects(self.person(who))?)));
        let Some((who, id)) = found else { return Ok(false) };
        let is_assigned = self.person(who).visits[&id].assigned.is_some();
        if !is_assigned {
            self.assign(who)?;
        }
        if !self.chance.once_in(10) {
            self.permit(who, id)?;
        }
        let (book, plant, lead) = (Arc::clone(&self.book), self.plant, Actor::Staff(self.staff[0]));
        let moment = now.clone();
        let start = self.deed(who, lead, "start visit", move |person| {
            let permit = contact::ask(&as_seen(person, plant), &book, &Act::visit(2), &moment)?;
            visit::start(person, permit, id, &moment)
        });
        if !matches!(self.send(&start, |_| {})?, Answer::Done(_)) {
            return Ok(true);
        }
        let doorstep = Doorstep {
            met: *self.chance.pick(&[Met::Debtor, Met::OtherAdult, Met::Minor, Met::Nobody]),
            identity_verified: !self.chance.once_in(10),
            debt_told_to_other: self.chance.once_in(20),
            circumstances: None,
            asked_to_leave: self.chance.once_in(4),
            distress: false,
            words: Some(self.note()),
        };
        let record = self.deed(who, lead, "record visit", move |person| Ok(visit::record(person, id, doorstep.clone())));
        let close = self.deed(who, lead, "close visit", move |person| visit::close(person, id, &now));
        let person = self.people[who].id;
        let phone = &mut self.phones[0];
        phone.outbox.extend([record, close]);
        phone.confirmed.push((person, id));
        self.phones.swap(0, 1);
        Ok(true)
    }

    /// A phone has a connection: it sends its outbox in order, and the connection may break. Once it is empty, every visit
    /// that it confirmed is in the books (Y1, Y3).
    pub(super) fn send_outbox(&mut self) -> Did {
        let mut outbox = std::mem::take(&mut self.phones[0].outbox);
        match self.plant {
            Some(Plant::PhoneOutOfOrder) => outbox.reverse(),
            Some(Plant::PhoneForgets) if outbox.len() > 1 => drop(outbox.remove(0)),
            _ => {}
        }
        let breaks_after = if self.chance.once_in(4) { self.chance.between(0, 2) as usize } else { outbox.len() };
        let waiting: Vec<Deed> = outbox.split_off(breaks_after.min(outbox.len()));
        // It happened when it happened; it is recorded now.
        let now = self.now().at();
        outbox.iter_mut().for_each(|deed| deed.at = now);
        for deed in &outbox {
            self.send(deed, |_| {})?;
        }
        if let Some(last) = outbox.last().filter(|_| self.chance.once_in(4)).cloned() {
            // The answer was lost on the way: the phone sends the deed again with its key.
            self.send(&last, |_| {})?;
        }
        self.phones[0].outbox = waiting;
        if self.phones[0].outbox.is_empty() {
            for (person, visit) in std::mem::take(&mut self.phones[0].confirmed) {
                let live = &self.books.stream(person).live;
                let visit = live.visits.get(&visit);
                let is_there = visit.is_some_and(|it| it.doorstep.is_some() && matches!(it.end, Some(VisitEnd::Closed { .. })));
                must(is_there, "Y3 no record confirmed on a phone is lost, and each arrives in order", || format!("{visit:?}"))?;
            }
        }
        self.phones.swap(0, 1);
        Ok(())
    }
}
