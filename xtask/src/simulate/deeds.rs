//! What people and staff do, drawn at random: mostly sensible, sometimes hostile, sometimes mistaken.

use std::sync::Arc;

use domain::complaint::{self, Answer as Reply, HardshipReason, Matter};
use domain::contact::{self, Act, Channel, ContactOutcome};
use domain::credit::{self, Applicant};
use domain::event::{Actor, Event, NoteRef};
use domain::file;
use domain::id::{AccountId, ComplaintId, EntryId, NoteId, PromiseId};
use domain::identity::{Identity, check_character};
use domain::means::{self, Category, Line, Means};
use domain::money::Money;
use domain::payment;
use domain::person::Person;
use domain::promise::{self, Origin};
use domain::refusal::Refusal;
use rust_decimal::Decimal;

use super::check::{Broken, Receipt};
use super::plant::Plant;
use super::terms;
use super::world::World;

type Did = Result<(), Broken>;

impl World {
    /// One thing that somebody does.
    pub(super) fn something(&mut self) -> Did {
        if self.chance.once_in(2) && self.call_at_a_door()? {
            return Ok(());
        }
        let who = self.chance.between(0, self.people.len() as i64 - 1) as usize;
        match self.chance.between(0, 99) {
            0..=2 => self.buy(who),
            3..=24 if self.people[who].is_punctual || self.chance.once_in(5) => self.pay(who),
            25..=26 => self.take_back(who),
            3..=46 => self.reach(who),
            47..=48 => self.observe(who),
            49..=52 => self.audit(who),
            53..=64 => self.propose_visit(who),
            65..=72 => self.choose(who),
            73 => self.decline(who),
            74..=75 => self.assign(who),
            76..=79 => self.send_outbox(),
            80..=83 => self.state_means(who),
            84..=87 => self.agree_plan(who),
            88..=89 => self.promise(who),
            90 => self.complain(who),
            91 => self.rest(who),
            92 => self.decide_plea(who),
            93 => self.waive(who),
            94 => self.take_back_a_word(who),
            95 => match self.chance.between(0, 3) {
                0 => self.represent(who),
                _ => self.threaten(who),
            },
            _ => self.answer(who),
        }
    }

    /// Somebody registers, and applies for credit.
    pub(super) fn join(&mut self) -> Did {
        let born = format!(
            "1101011990{:02}{:02}{:03}",
            self.chance.between(1, 12),
            self.chance.between(1, 28),
            self.chance.between(0, 999)
        );
        let resident_id = Some(format!("{born}{}", check_character(&born)));
        let identity =
            Identity { name: "王小明".to_owned(), resident_id, phone: Some("13800001234".to_owned()), ..Identity::default() };
        let who = self.welcome(identity);
        let applicant = Applicant {
            age: self.chance.between(17, 60) as u32,
            income: Money::from_minor(self.chance.between(300_000, 3_000_000)),
            other_debts: Money::from_minor(self.chance.between(0, 300_000)),
            months_employed: self.chance.between(0, 60) as u32,
            worst_days_past_due: self.chance.between(0, 10) as u32,
            inquiries: self.chance.between(0, 3) as u32,
            active_months: 12,
        };
        let (identity, address, day) = (self.note(), self.note(), self.day);
        let person = self.people[who].id;
        let deed = self.deed(who, Actor::Consumer(person), "join", move |_| {
            let (zone, area, provenance) = ("Asia/Shanghai".to_owned(), "西安".to_owned(), "application".to_owned());
            let mut events = vec![
                Event::PersonRegistered { identity: identity.clone(), zone },
                Event::AddressRecorded { address: address.clone(), area, provenance, observed_on: day },
            ];
            events.extend(credit::apply_for(applicant).unwrap_or_default());
            Ok(events)
        });
        self.send(&deed, |_| {})?;
        self.buy(who)
    }

    /// A purchase, mostly within the limit.
    fn buy(&mut self, who: usize) -> Did {
        let (account, day) = (AccountId(self.chance.bits()), self.day);
        let share = self.chance.between(10, 105);
        let terms = terms::drawn(&mut self.chance, day);
        let (person, book) = (self.people[who].id, Arc::clone(&self.book));
        let deed = self.deed(who, Actor::Consumer(person), "buy", move |person| {
            let principal = Money::from_minor(credit::available(person, day).minor() * share / 100);
            let terms = terms.clone().of(principal);
            credit::sign(person, &book, account, format!("F{}", account.0 % 100_000_000), terms, Decimal::new(15, 0), day)
        });
        self.send(&deed, |_| {}).map(drop)
    }

    /// Money comes in: what is due, a part, too much, for an earlier day, twice, or an amount that is none.
    fn pay(&mut self, who: usize) -> Did {
        let now = self.now().at();
        let Some((account, due, began)) = self.drawn_account(who) else { return Ok(()) };
        let account = if self.chance.once_in(100) { AccountId(self.chance.bits()) } else { account };
        let amount = match self.chance.between(0, 19) {
            0..=9 if due.is_positive() => due,
            10..=15 => Money::from_minor(self.chance.between(1, due.minor().max(100_000))),
            16 => Money::from_minor(self.chance.between(-1, 0)),
            17 => Money::from_minor(*self.chance.pick(&[i64::MAX, i64::MIN, Money::LIMIT.minor() + 1])),
            _ => Money::from_minor(self.chance.between(100, 300_000)),
        };
        let days = if self.chance.once_in(3) { self.chance.between(-1, 20) } else { 0 };
        let effective_on = self.day.plus_days(-days as i32).max(began.plus_days(-1));
        let known = self.people[who].receipts.keys().next().map(|(_, entry)| *entry);
        let entry = known.filter(|_| self.chance.once_in(40)).unwrap_or(EntryId(self.chance.bits()));
        let day = self.day;
        let deed = self.deed(who, Actor::Import, "pay", move |person| {
            payment::receive(person, account, entry, amount, effective_on, day, now)
        });
        let receipt = Receipt { amount, effective_on, is_reversed: false };
        self.send(&deed, |receipts| {
            receipts.insert((account, entry), receipt);
        })
        .map(drop)
    }

    /// A payment bounces; now and then one that did already.
    fn take_back(&mut self, who: usize) -> Did {
        let keys: Vec<_> = self.people[who].receipts.keys().copied().collect();
        if keys.is_empty() {
            return Ok(());
        }
        let (account, entry) = *self.chance.pick(&keys);
        let (id, day, now) = (EntryId(self.chance.bits()), self.day, self.now().at());
        let deed =
            self.deed(who, Actor::Import, "take back", move |person| payment::reverse(person, account, id, entry, day, now));
        self.send(&deed, |receipts| {
            if let Some(receipt) = receipts.get_mut(&(account, entry)) {
                receipt.is_reversed = true;
            }
        })
        .map(drop)
    }

    /// A call, a message or a letter, if the law allows it at this hour.
    fn reach(&mut self, who: usize) -> Did {
        let channel = *self.chance.pick(&[Channel::Call, Channel::Call, Channel::Call, Channel::Sms, Channel::Letter]);
        let outcome = match channel {
            Channel::Call => *self.chance.pick(&[ContactOutcome::Reached, ContactOutcome::Reached, ContactOutcome::NotReached]),
            _ => ContactOutcome::Sent,
        };
        let repeats = if self.chance.once_in(10) { 8 } else { 1 };
        for _ in 0..repeats {
            let (book, now, plant) = (Arc::clone(&self.book), self.now(), self.plant);
            let template = (channel != Channel::Call).then(|| "owed-and-ways-out".to_owned());
            let actor = self.staff_member();
            let deed = self.deed(who, actor, "reach", move |person| {
                let act = Act::demand(channel);
                let permit = contact::ask(&as_seen(person, plant), &book, &act, &now)?;
                contact::reach(person, permit, &act, template.clone(), outcome, None, &now)
            });
            self.send(&deed, |_| {})?;
        }
        Ok(())
    }

    /// A contact that nobody asked about and that somebody saw.
    fn observe(&mut self, who: usize) -> Did {
        let (book, now) = (Arc::clone(&self.book), self.now());
        let direction = *self.chance.pick(&[contact::Direction::Inbound, contact::Direction::Outbound]);
        let actor = self.staff_member();
        let deed = self.deed(who, actor, "observe", move |person| {
            let act = Act::demand(Channel::Call);
            Ok(contact::observe(person, &book, &act, direction, ContactOutcome::Reached, None, &now))
        });
        self.send(&deed, |_| {}).map(drop)
    }

    pub(super) fn audit(&mut self, who: usize) -> Did {
        let (identity, day) = (self.people[who].identity.clone(), self.day);
        let is_on_file = !self.chance.once_in(20);
        let (actor, book) = (self.staff_member(), Arc::clone(&self.book));
        let deed =
            self.deed(who, actor, "audit", move |person| file::audit(person, &book, Some(&identity).filter(|_| is_on_file), day));
        self.send(&deed, |_| {}).map(drop)
    }

    fn state_means(&mut self, who: usize) -> Did {
        let line = |category, amount: i64| Line { category, amount: Some(Money::from_minor(amount)) };
        let stated = Means {
            income: vec![line(Category::Wages, self.chance.between(-1, 1_500_000))],
            outgoings: vec![
                line(Category::Rent, self.chance.between(0, 700_000)),
                Line { category: Category::Food, amount: None },
            ],
            other_debts: Money::from_minor(self.chance.between(0, 100_000)),
            household: self.chance.between(0, 5) as u32,
            ..Means::default()
        };
        let (person, day) = (self.people[who].id, self.day);
        let deed = self.deed(who, Actor::Consumer(person), "state means", move |_| {
            means::state(stated.clone(), None, vec![], day).map_err(|invalid| Refusal::by(&invalid.field))
        });
        self.send(&deed, |_| {}).map(drop)
    }

    fn promise(&mut self, who: usize) -> Did {
        let (id, day) = (PromiseId(self.chance.bits()), self.day);
        let due_on = day.plus_days(self.chance.between(-1, 62) as i32);
        let percent = self.chance.between(0, 110);
        let person = self.people[who].id;
        let deed = self.deed(who, Actor::Consumer(person), "promise", move |person| {
            let amount = Money::from_minor(person.owed(day).minor() * percent / 100);
            promise::make(person, id, amount, due_on, Origin::Portal, day)
        });
        self.send(&deed, |_| {}).map(drop)
    }

    fn complain(&mut self, who: usize) -> Did {
        let matters = [
            Matter::Complaint { about: Some(Channel::Call), visit: None },
            Matter::Complaint { about: Some(Channel::Visit), visit: None },
            Matter::Complaint { about: None, visit: None },
            Matter::Dispute { account: None },
            Matter::Hardship { reason: HardshipReason::Illness },
        ];
        let (id, matter, book, day) =
            (ComplaintId(self.chance.bits()), *self.chance.pick(&matters), Arc::clone(&self.book), self.day);
        let person = self.people[who].id;
        let deed = self.deed(who, Actor::Consumer(person), "complain", move |person| {
            Ok(complaint::open(person, &book, id, matter, None, day))
        });
        self.send(&deed, |_| {}).map(drop)
    }

    fn answer(&mut self, who: usize) -> Did {
        let known: Vec<ComplaintId> = self.person(who).complaints.keys().copied().collect();
        if known.is_empty() {
            return Ok(());
        }
        let (id, day) = (*self.chance.pick(&known), self.day);
        let reply = *self.chance.pick(&[Reply::Upheld, Reply::PartlyUpheld, Reply::NotUpheld]);
        let actor = self.staff_member();
        let deed = self.deed(who, actor, "answer", move |person| complaint::answer(person, id, reply, None, actor, day));
        self.send(&deed, |_| {}).map(drop)
    }

    /// One of the person's accounts, what is due on it, and when it began.
    fn drawn_account(&mut self, who: usize) -> Option<(AccountId, Money, domain::day::Day)> {
        let ids: Vec<AccountId> = self.person(who).accounts.keys().copied().collect();
        let id = if ids.is_empty() { None } else { Some(*self.chance.pick(&ids)) }?;
        let loan = &self.person(who).accounts[&id].loan;
        Some((id, loan.position(self.day).due.total(), loan.terms().disbursed_on))
    }

    pub(super) fn staff_member(&mut self) -> Actor {
        Actor::Staff(*self.chance.pick(&self.staff))
    }

    pub(super) fn note(&mut self) -> NoteRef {
        NoteRef { id: NoteId(self.chance.bits()), digest: format!("{:064x}", self.chance.bits()) }
    }
}

/// The person as the asker of the law sees them: whole, unless a planted mistake hides something.
pub(super) fn as_seen(person: &Person, plant: Option<Plant>) -> Person {
    let mut seen = person.clone();
    match plant {
        Some(Plant::CountsForgotten) => {
            seen.contacts.clear();
            seen.visits.clear();
        }
        Some(Plant::ComplaintForgotten) => seen.complaints.clear(),
        Some(Plant::RespiteForgotten) => seen.respites.clear(),
        _ => {}
    }
    seen
}

/// The person with means that a planted mistake has doubled.
pub(super) fn with_means(person: &Person, plant: Option<Plant>) -> Person {
    let mut person = person.clone();
    if plant == Some(Plant::PlanAboveMeans)
        && let Some(means) = &mut person.means
    {
        means.means.income.push(Line { category: Category::OtherIncome, amount: Some(Money::from_minor(500_000)) });
    }
    person
}
