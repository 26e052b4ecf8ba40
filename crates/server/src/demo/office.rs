//! What the office does about somebody in arrears: writes, calls, comes by appointment, answers complaints, agrees plans.

use std::sync::Arc;

use domain::complaint::{self, Answer, Matter};
use domain::contact::{self, Act, Channel, ContactOutcome};
use domain::day::Day;
use domain::event::{Actor, Event};
use domain::file;
use domain::id::{ComplaintId, PromiseId, StaffId, VisitId, VisitPermitId};
use domain::means::{self, Taken};
use domain::options::{self, Fit, Offer, Way};
use domain::person::Person;
use domain::plan::{self, Accepted, Signed};
use domain::promise::{self, Origin};
use domain::visit::{self, Collector, Decline, Doorstep, Rating, Slot, Treated};
use jiff::SignedDuration;

use store::Error;

use super::life;
use super::scribe::Deed;
use super::world::World;

impl World<'_, '_> {
    /// Reaches out, if the law allows it. Tells whether it did.
    pub(super) fn reach(
        &mut self,
        index: usize,
        day: Day,
        minute: i32,
        act: Act,
        outcome: ContactOutcome,
    ) -> Result<bool, Error> {
        let template = (act.channel != Channel::Call).then(|| "owed-and-ways-out".to_owned());
        let now = self.moment(day, minute);
        let deed = self.desk_deed(index, now.at());
        let book = Arc::clone(&self.book);
        let said = self.scribe.does(deed, move |person: &Person| {
            // Who works the queue sees that there is nothing to ask for any more.
            if person.open_case().is_none() {
                return Ok(vec![]);
            }
            let permit = contact::ask(person, &book, &act, &now)?;
            contact::reach(person, permit, &act, template, outcome, None, &now)
        })?;
        Ok(!said.is_empty())
    }

    /// A promise of all that is overdue.
    pub(super) fn promise(&mut self, index: usize, day: Day, due_on: Day, origin: Origin) -> Result<Vec<Event>, Error> {
        let promise = PromiseId(self.people[index].chance.bits());
        let at = self.at(day, 19 * 60 + 30);
        let deed = self.desk_deed(index, at);
        self.scribe.does(deed, move |person: &Person| promise::make(person, promise, person.overdue(day), due_on, origin, day))
    }

    /// Something the person says went wrong.
    pub(super) fn complain(&mut self, index: usize, day: Day, matter: Matter) -> Result<(), Error> {
        let somebody = &mut self.people[index];
        let (person, id) = (somebody.id, ComplaintId(somebody.chance.bits()));
        somebody.complaint = Some(id);
        let (book, at) = (Arc::clone(&self.book), self.at(day, 20 * 60));
        let deed = Deed::new(person, Actor::Consumer(person), at);
        self.scribe.does(deed, move |person: &Person| Ok(complaint::open(person, &book, id, matter, None, day))).map(drop)
    }

    /// The officer answers the last complaint.
    pub(super) fn answer(&mut self, index: usize, day: Day, answer: Answer) -> Result<(), Error> {
        let (person, Some(id)) = (self.people[index].id, self.people[index].complaint) else { return Ok(()) };
        let conduct = self.staff.conduct;
        let deed = Deed::new(person, Actor::Staff(conduct), self.at(day, 11 * 60));
        self.scribe
            .does(deed, move |person: &Person| complaint::answer(person, id, answer, None, Actor::Staff(conduct), day))
            .map(drop)
    }

    /// Means are stated, and a plan within them is agreed. Tells what was promised.
    pub(super) fn agree_plan(&mut self, index: usize, day: Day) -> Result<(), Error> {
        let somebody = &mut self.people[index];
        let stated = life::means(&mut somebody.chance, somebody.habit);
        let at = self.at(day, 15 * 60);
        let deed = self.desk_deed(index, at);
        self.scribe.does(deed, move |_: &Person| Ok(means::state(stated, Some(Taken::Desk), vec![], day).unwrap_or_default()))?;
        let deed = self.desk_deed(index, at);
        let book = Arc::clone(&self.book);
        let code = format!("{:08}", self.people[index].chance.bits() % 100_000_000);
        let said = self.scribe.does(deed, move |person: &Person| {
            let offers = options::lay_out(person, &book, day);
            let is_plan =
                |offer: &&Offer| matches!(offer.way, Way::Instalments { .. } | Way::Token { .. }) && offer.fit == Fit::Fits;
            let Some(offer) = offers.iter().find(is_plan) else { return Ok(vec![]) };
            plan::agree(person, &book, &offer.way, Signed { code, accepted: Accepted::Page }, None, day, at)
        })?;
        self.will_keep(index, &said);
        Ok(())
    }

    /// The file is audited, and a visit in three lawful slots is proposed.
    pub(super) fn propose_visit(&mut self, index: usize, day: Day) -> Result<(), Error> {
        let identity = self.people[index].identity.clone();
        let now = self.moment(day, 10 * 60);
        let deed = self.desk_deed(index, now.at());
        self.people[index].visit = None;
        let book = Arc::clone(&self.book);
        let audited = self.scribe.does(deed, move |person: &Person| match person.open_case() {
            Some(_) if person.open_visit().is_none() => file::audit(person, &book, identity.as_ref(), day),
            Some(_) | None => Ok(vec![]),
        })?;
        if audited.is_empty() {
            return Ok(());
        }
        let id = VisitId(self.people[index].chance.bits());
        let mut slot = |days: i32, minute: i32| {
            let from = self.at(day.plus_days(days), minute);
            Slot { from, until: from + SignedDuration::from_hours(1) }
        };
        let slots = vec![slot(3, 10 * 60), slot(4, 14 * 60), slot(5, 19 * 60)];
        self.people[index].slots = slots.clone();
        let book = Arc::clone(&self.book);
        let deed = self.desk_deed(index, now.at());
        let said = self.scribe.does(deed, move |person: &Person| {
            let permit = contact::ask(person, &book, &Act::visit(2), &now)?;
            visit::propose(person, &book, permit, id, slots, &now)
        })?;
        self.people[index].visit = (!said.is_empty()).then_some(id);
        Ok(())
    }

    /// The person picks a slot of the last proposal, or moves the visit to it.
    pub(super) fn choose(&mut self, index: usize, day: Day, which: usize) -> Result<(), Error> {
        let somebody = &self.people[index];
        let (person, Some(visit), Some(slot)) = (somebody.id, somebody.visit, somebody.slots.get(which).copied()) else {
            return Ok(());
        };
        let now = self.moment(day, 20 * 60);
        let deed = Deed::new(person, Actor::Consumer(person), now.at());
        let said = self.scribe.does(deed, move |person: &Person| visit::choose(person, visit, slot, &now))?;
        if !said.is_empty() {
            self.people[index].agreed = Some(slot);
        }
        Ok(())
    }

    /// The person wants no visit.
    pub(super) fn decline(&mut self, index: usize, day: Day, because: Decline) -> Result<(), Error> {
        let (person, Some(visit)) = (self.people[index].id, self.people[index].visit) else { return Ok(()) };
        let deed = Deed::new(person, Actor::Consumer(person), self.at(day, 20 * 60));
        self.scribe.does(deed, move |person: &Person| visit::decline(person, visit, because)).map(drop)
    }

    /// Two certified collectors are told where to go, with the law's permit. Tells who leads, if they may go.
    pub(super) fn send_team(&mut self, index: usize, day: Day, minute: i32) -> Result<Option<StaffId>, Error> {
        let somebody = &self.people[index];
        let (city, Some(visit), Some(slot)) = (somebody.city, somebody.visit, somebody.agreed) else { return Ok(None) };
        let certified = |staff| Collector { staff, certified_until: Some(Day::MAX) };
        let team: Vec<Collector> = self.staff.field[city * 2..city * 2 + 2].iter().copied().map(certified).collect();
        let (lead, book, now) = (team[0].staff, Arc::clone(&self.book), self.moment(day, minute));
        let permit_id = VisitPermitId(self.people[index].chance.bits());
        let deed = self.desk_deed(index, now.at());
        let sent = self.scribe.does(deed, {
            let (book, team, now) = (Arc::clone(&book), team.clone(), now.clone());
            move |person: &Person| visit::assign(person, &book, visit, &team, slot.from, &now)
        })?;
        if sent.is_empty() {
            return Ok(None);
        }
        let deed = self.desk_deed(index, now.at());
        self.scribe.does(deed, move |person: &Person| {
            let permit = contact::ask(person, &book, &Act::visit(2), &book.moment(slot.from))?;
            visit::permit(person, &book, permit, permit_id, visit, &team, &now)
        })?;
        Ok(Some(lead))
    }

    /// Two collectors come at the agreed time, and what happens is recorded. Tells whether they could.
    pub(super) fn visit(&mut self, index: usize, doorstep: Doorstep) -> Result<bool, Error> {
        let somebody = &self.people[index];
        let (person, Some(visit), Some(slot)) = (somebody.id, somebody.visit, somebody.agreed) else { return Ok(false) };
        let Some(lead) = self.send_team(index, self.book.day_of(slot.from), 7 * 60)? else { return Ok(false) };
        let (lead, book) = (Actor::Staff(lead), Arc::clone(&self.book));
        let now = self.book.moment(slot.from + SignedDuration::from_mins(4));
        let at_door = now.clone();
        let said = self.scribe.does(Deed::new(person, lead, now.at()), move |person: &Person| {
            let permit = contact::ask(person, &book, &Act::visit(2), &at_door)?;
            visit::start(person, permit, visit, &at_door)
        })?;
        if said.is_empty() {
            return Ok(false);
        }
        let words = doorstep.circumstances.map(|_| self.scribe.note("words", &"本人在家，说明了目前的收入情况，愿意继续协商。"));
        let doorstep = Doorstep { words: words.as_ref().map(|note| note.reference()), ..doorstep };
        let deed = Deed::new(person, lead, now.at()).with_notes(words.into_iter().collect());
        self.scribe.does(deed, move |person: &Person| Ok(visit::record(person, visit, doorstep)))?;
        let closing = self.book.moment(now.at() + SignedDuration::from_mins(25));
        self.scribe.does(Deed::new(person, lead, closing.at()), move |person: &Person| visit::close(person, visit, &closing))?;
        Ok(true)
    }

    /// Three wrong codes at the agreed time: the third stops the visit and alerts compliance.
    pub(super) fn wrong_codes(&mut self, index: usize) -> Result<(), Error> {
        let somebody = &self.people[index];
        let (person, Some(visit), Some(slot)) = (somebody.id, somebody.visit, somebody.agreed) else { return Ok(()) };
        for minute in [3, 4, 6] {
            let at = slot.from + SignedDuration::from_mins(minute);
            let deed = Deed::new(person, Actor::Consumer(person), at);
            self.scribe.does(deed, move |person: &Person| visit::try_code(person, visit, false, at))?;
        }
        Ok(())
    }

    /// The person says how the last visit was.
    pub(super) fn rate(&mut self, index: usize, day: Day, treated: Treated) -> Result<(), Error> {
        let somebody = &self.people[index];
        let (person, Some(visit)) = (somebody.id, somebody.visit) else { return Ok(()) };
        let at = self.at(day, 20 * 60);
        let rating = Rating { identified: Some(true), treated };
        let deed = Deed::new(person, Actor::Consumer(person), at);
        self.scribe.does(deed, move |person: &Person| visit::rate(person, visit, rating, None, at)).map(drop)
    }

    /// A deed of somebody at a desk.
    fn desk_deed(&mut self, index: usize, at: domain::moment::Timestamp) -> Deed {
        let somebody = &mut self.people[index];
        let desk = somebody.chance.pick(&self.staff.desk);
        Deed::new(somebody.id, Actor::Staff(desk), at)
    }
}
