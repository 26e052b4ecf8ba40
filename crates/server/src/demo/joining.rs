//! Joining, buying and paying.

use std::sync::Arc;

use domain::credit;
use domain::day::Day;
use domain::event::{Actor, Event};
use domain::id::{AccountId, EntryId};
use domain::moment::Timestamp;
use domain::money::Money;
use domain::payment;
use domain::person::Person;

use store::Error;

use super::life;
use super::people::{self, CITIES};
use super::scribe::Deed;
use super::world::{Todo, World};

/// The products of the house that people of the demonstration buy.
const SOLD: [&str; 3] = ["pay-in-three", "twelve-flat-fee", "twenty-four-equal"];

impl World<'_, '_> {
    /// Somebody registers, applies, and buys if they are given a limit.
    pub(super) fn join(&mut self, index: usize, day: Day) -> Result<(), Error> {
        let city = &CITIES[self.people[index].city];
        let chance = &mut self.people[index].chance;
        let (mut identity, address) = (people::identity(chance, city, day), people::address(chance, city));
        if let Some(name) = self.people[index].name {
            identity.name = name.to_owned();
        }
        self.people[index].identity = Some(identity.clone());
        let (identity, address) = (self.scribe.note("identity", &identity), self.scribe.note("address", &address));
        let mut applicant = life::applicant(&mut self.people[index].chance);
        if self.people[index].name.is_some() {
            // A told story needs its loan, whatever chance says of the rest.
            applicant.worst_days_past_due = 0;
            applicant.months_employed = applicant.months_employed.max(24);
            applicant.income = applicant.income.max(Money::from_minor(600_000));
        }
        let (person, zone, area) =
            (self.people[index].id, self.book.zone.iana_name().unwrap_or("Asia/Shanghai").to_owned(), city.name.to_owned());
        let (identity_ref, address_ref) = (identity.reference(), address.reference());
        let deed = Deed::new(person, Actor::Consumer(person), self.at(day, 9 * 60)).with_notes(vec![identity, address]);
        self.scribe.does(deed, move |_| {
            let mut events = vec![
                Event::PersonRegistered { identity: identity_ref, zone },
                Event::AddressRecorded { address: address_ref, area, provenance: "application".to_owned(), observed_on: day },
            ];
            events.extend(credit::apply_for(applicant).unwrap_or_default());
            Ok(events)
        })?;
        self.buy(index, day)
    }

    /// A purchase within the limit, signed after its schedule and all-in annual cost were seen.
    pub(super) fn buy(&mut self, index: usize, day: Day) -> Result<(), Error> {
        let somebody = &mut self.people[index];
        let (person, account) = (somebody.id, AccountId(somebody.chance.bits()));
        // A told story begins with the sixth instalment, which a purchase in three does not have.
        let sold = if somebody.name.is_some() { &SOLD[1..] } else { &SOLD[..] };
        let (wish, product) = (somebody.chance.between(15, 100), somebody.chance.pick(sold));
        let number = format!("F{:08}", account.0 % 100_000_000);
        let deed = Deed::new(person, Actor::Consumer(person), self.at(day, 12 * 60));
        let book = Arc::clone(&self.book);
        let said = self.scribe.does(deed, move |person: &Person| {
            let available = credit::available(person, day);
            let principal = Money::from_minor(available.minor() * i64::from(wish) / 100 / 10_000 * 10_000);
            if principal.is_zero() || person.open_case().is_some() {
                return Ok(vec![]);
            }
            let house = &book.house;
            let Some(product) = house.product(product) else { return Ok(vec![]) };
            let terms = product.terms(&house.orders, principal, day);
            let cost = credit::annual_cost_percent(&terms);
            credit::sign(person, &book, account, number, terms, cost, day)
        })?;
        let terms = said.iter().find_map(|event| match event {
            Event::AccountOpened { terms, .. } => Some(terms.clone()),
            _ => None,
        });
        let Some(schedule) = terms.and_then(|terms| terms.schedule().ok()) else { return Ok(()) };
        let somebody = &mut self.people[index];
        somebody.accounts.push(account);
        let habit = somebody.habit;
        for instalment in &schedule.instalments {
            if let Some(on) = habit.pays_on(&mut self.people[index].chance, instalment.due_on) {
                self.plan(on, index, Todo::Pay { account, due_on: instalment.due_on });
            }
        }
        Ok(())
    }

    /// Pays what is due on an account by `due_on`, whatever it is by then.
    pub(super) fn pay(&mut self, index: usize, day: Day, account: AccountId, due_on: Day) -> Result<(), Error> {
        self.pay_what(index, day, move |person| {
            let loan = &person.accounts.get(&account)?.loan;
            Some((account, loan.position(due_on.max(day)).due.total()))
        })
    }

    /// Pays everything that is due on every account.
    pub(super) fn catch_up(&mut self, index: usize, day: Day) -> Result<(), Error> {
        for account in self.people[index].accounts.clone() {
            self.pay(index, day, account, day)?;
        }
        Ok(())
    }

    /// Pays `amount`, on the account on which most is due.
    pub(super) fn pay_toward(&mut self, index: usize, day: Day, amount: Money) -> Result<(), Error> {
        self.pay_what(index, day, move |person| {
            let due = person.accounts.values().map(|account| (account.loan.position(day).due.total(), account.id));
            let (_, account) = due.max()?;
            Some((account, amount.min(person.owed(day))))
        })
    }

    /// Pays so many percent of what is due.
    pub(super) fn pay_share(&mut self, index: usize, day: Day, percent: i64) -> Result<(), Error> {
        self.pay_what(index, day, move |person| {
            let due = person.accounts.values().map(|account| (account.loan.position(day).due.total(), account.id));
            let (due, account) = due.max()?;
            Some((account, Money::from_minor(due.minor() * percent / 100)))
        })
    }

    /// Pays everything owed and a hundred yuan more.
    pub(super) fn overpay(&mut self, index: usize, day: Day) -> Result<(), Error> {
        self.pay_what(index, day, move |person| {
            let account = *person.accounts.keys().next()?;
            Some((account, person.owed(day) + Money::from_minor(10_000)))
        })
    }

    fn pay_what(
        &mut self,
        index: usize,
        day: Day,
        what: impl FnOnce(&Person) -> Option<(AccountId, Money)> + Send + 'static,
    ) -> Result<(), Error> {
        let somebody = &mut self.people[index];
        let (person, entry) = (somebody.id, EntryId(somebody.chance.bits()));
        let minute = somebody.chance.between(7 * 60, 22 * 60);
        let at: Timestamp = self.at(day, minute);
        self.scribe.does(Deed::new(person, Actor::Consumer(person), at), move |person: &Person| match what(person) {
            Some((account, amount)) if amount.is_positive() => payment::receive(person, account, entry, amount, day, day, at),
            Some(_) | None => Ok(vec![]),
        })?;
        Ok(())
    }
}
