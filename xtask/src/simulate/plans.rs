//! Plans, respites and waivers: what people and staff do about them, drawn at random, and a second opinion on capacity.

use std::sync::Arc;

use domain::complaint;
use domain::day::Day;
use domain::enforcement::{self, Claim};
use domain::event::Actor;
use domain::hardship::{self, Relief};
use domain::id::{ComplaintId, PlanId, PromiseId, WaiverId};
use domain::loan::Part;
use domain::money::Money;
use domain::options::{Instalment, Way};
use domain::person::Person;
use domain::plan::{self, Accepted, Agreement, Override, Signed};
use domain::promise;
use domain::respite::{self, Ground, RespiteEnd};
use domain::waiver::{self, Approver};

use super::check::{Broken, must};
use super::deeds::with_means;
use super::plant::Plant;
use super::world::World;

type Did = Result<(), Broken>;

/// What a plan may take a month, worked out once more from the lines themselves (K35, K36).
pub(super) fn capacity(person: &Person) -> Money {
    let Some(on_file) = &person.means else { return Money::ZERO };
    let stated = &on_file.means;
    let minor = |amount: Option<Money>| amount.map_or(0, Money::minor);
    let income: i64 = stated.income.iter().map(|line| minor(line.amount)).sum();
    let living: i64 = stated.outgoings.iter().map(|line| minor(line.amount)).sum();
    let assumed: i64 = stated.assumed.iter().map(|line| minor(line.amount)).sum();
    let first: i64 = stated.creditors.iter().filter(|it| it.kind.is_priority()).map(|it| it.a_month.minor()).sum();
    let left = (income - living - assumed - first - stated.other_debts.minor()).max(0);
    Money::from_minor(left - left / 10)
}

/// Whether a way is one payment of the person's own choice, which no month has to carry.
pub(super) fn is_paid_at_once(way: &Way) -> bool {
    matches!(way, Way::PayNow | Way::Settlement { .. })
}

/// No plan takes more in a month than there is, unless a second person said yes.
pub(super) fn within_capacity(person: &Person, agreement: Option<&Agreement>, is_overridden: bool, on: Day) -> Did {
    let Some(agreement) = agreement else { return Ok(()) };
    let most = capacity(person);
    let is_within = agreement.a_month <= most || is_paid_at_once(&agreement.way);
    must(is_overridden || is_within, "K35 no plan above capacity without a second person's yes", || {
        format!("{:?} a month of {most:?} on {on}", agreement.a_month)
    })
}

impl World {
    /// A plan: any way out, within the means, above them, and above them with somebody's yes.
    pub(super) fn agree_plan(&mut self, who: usize) -> Did {
        let (day, now, plant, book) = (self.day, self.now().at(), self.plant, Arc::clone(&self.book));
        let first_on = day.plus_days(self.chance.between(-1, 40) as i32);
        let months = self.chance.between(0, 62) as u32;
        let percent = self.chance.between(1, 110);
        let kind = self.chance.between(0, 11);
        let (asked_by, approved_by) = (*self.chance.pick(&self.staff), *self.chance.pick(&self.staff));
        let overridden = self.chance.once_in(4).then(|| Override { asked_by, approved_by, reason: self.note() });
        let person = self.people[who].id;
        let actor = if self.chance.once_in(2) { self.staff_member() } else { Actor::Consumer(person) };
        let deed = self.deed(who, actor, "agree plan", move |person| {
            let person = &with_means(person, plant);
            let part = |whole: Money| Money::from_minor(whole.minor() * percent / 100);
            let way = match kind {
                0 => Way::PayNow,
                1 => Way::ShortExtension { until: first_on },
                2 => Way::Deferral { months: months % 4 },
                3 => Way::Holiday { months: months % 5 },
                4 => Way::Token { amount: part(person.capacity(day).unwrap_or(Money::ZERO)), months: months % 14, first_on },
                5 => Way::Settlement { amount: part(person.owed(day)), until: first_on },
                6 => Way::InterestStop { months, first_on },
                7 | 8 => {
                    let due_on = |at: i32| first_on.plus_days(at * 15);
                    let amount = Money::from_minor(person.overdue(day).minor() * percent / 300);
                    Way::Parts { parts: (0..3).map(|at| Instalment { due_on: due_on(at), amount }).collect() }
                }
                _ => Way::Instalments { months, first_on },
            };
            let signed = Signed { code: "SIMULATE".to_owned(), accepted: Accepted::Page };
            plan::agree(person, &book, &way, signed, overridden.clone(), day, now)
        });
        self.send(&deed, |_| {}).map(drop)
    }

    /// Somebody thinks better of an agreement, or of a promise.
    pub(super) fn take_back_a_word(&mut self, who: usize) -> Did {
        let (day, now) = (self.day, self.now().at());
        let plans: Vec<PlanId> = self.person(who).plans.keys().copied().collect();
        let promises: Vec<PromiseId> = self.person(who).promises.keys().copied().collect();
        let person = self.people[who].id;
        if !plans.is_empty() && self.chance.once_in(2) {
            let id = *self.chance.pick(&plans);
            let deed =
                self.deed(who, Actor::Consumer(person), "take plan back", move |person| plan::withdraw(person, id, day, now));
            return self.send(&deed, |_| {}).map(drop);
        }
        if promises.is_empty() {
            return Ok(());
        }
        let id = *self.chance.pick(&promises);
        let deed = self.deed(who, Actor::Consumer(person), "cancel promise", move |person| promise::cancel(person, id, day));
        self.send(&deed, |_| {}).map(drop)
    }

    /// Everything stops, goes on, or an agency says that it has stopped.
    pub(super) fn rest(&mut self, who: usize) -> Did {
        let (day, now, book) = (self.day, self.now().at(), Arc::clone(&self.book));
        let actor = self.staff_member();
        let ground = *self.chance.pick(&[Ground::Hardship, Ground::Crisis, Ground::Court, Ground::Statutory, Ground::Death]);
        let until = (!self.chance.once_in(5)).then(|| day.plus_days(self.chance.between(-1, 60) as i32));
        let because = *self.chance.pick(&[RespiteEnd::Withdrawn, RespiteEnd::GroundGone, RespiteEnd::TimePassed]);
        let deed = match self.chance.between(0, 5) {
            0..=2 => self.deed(who, actor, "respite", move |person| {
                respite::begin(person, &book, ground, until, vec!["north".to_owned()], None, day, now)
            }),
            3 => self.deed(who, actor, "acknowledge", move |person| respite::acknowledge(person, "north", day)),
            _ => self.deed(who, actor, "end respite", move |person| respite::end(person, because, day, now)),
        };
        self.send(&deed, |_| {}).map(drop)
    }

    /// A plea is granted or refused, or an answer is appealed.
    pub(super) fn decide_plea(&mut self, who: usize) -> Did {
        let (day, now, book) = (self.day, self.now().at(), Arc::clone(&self.book));
        let known: Vec<ComplaintId> = self.person(who).complaints.keys().copied().collect();
        if known.is_empty() {
            return Ok(());
        }
        let (id, actor, note) = (*self.chance.pick(&known), self.staff_member(), self.note());
        let until = day.plus_days(self.chance.between(0, 40) as i32);
        let relief = if self.chance.once_in(2) { Relief::Plan } else { Relief::Respite { until } };
        let (appeal, person) = (ComplaintId(self.chance.bits()), self.people[who].id);
        let deed = match self.chance.between(0, 2) {
            0 => self.deed(who, actor, "grant", move |person| {
                hardship::grant(person, &book, id, relief, vec![], None, actor, day, now)
            }),
            1 => self.deed(who, actor, "refuse", move |person| hardship::refuse(person, id, note.clone(), actor, day)),
            _ => self.deed(who, Actor::Consumer(person), "appeal", move |person| {
                complaint::appeal(person, &book, appeal, id, None, day)
            }),
        };
        self.send(&deed, |_| {}).map(drop)
    }

    /// Something is to be given up: one asks, somebody says yes or no.
    pub(super) fn waive(&mut self, who: usize) -> Did {
        let (day, now, book, plant) = (self.day, self.now().at(), Arc::clone(&self.book), self.plant);
        let waiting: Vec<WaiverId> = self.person(who).waivers.values().filter(|it| it.end.is_none()).map(|it| it.id).collect();
        let accounts: Vec<_> = self.person(who).accounts.keys().copied().collect();
        let (actor, note) = (self.staff_member(), self.note());
        if waiting.is_empty() {
            if accounts.is_empty() {
                return Ok(());
            }
            let (account, part) = (*self.chance.pick(&accounts), *self.chance.pick(&Part::ALL));
            let percent = self.chance.between(0, 110);
            let deed = self.deed(who, actor, "ask waiver", move |person| {
                let owed = waiver::owed_of(person, account, part, day);
                let amount = Money::from_minor(owed.minor() * percent / 100);
                waiver::ask(person, account, part, amount, note.clone(), day)
            });
            return self.send(&deed, |_| {}).map(drop);
        }
        let (id, role) = (*self.chance.pick(&waiting), *self.chance.pick(&["desk", "manager", "compliance", "field"]));
        let deed = match self.chance.between(0, 3) {
            0 => {
                self.deed(who, actor, "decline waiver", move |person| waiver::decline(person, id, actor, Some(note.clone()), day))
            }
            _ => self.deed(who, actor, "approve waiver", move |person| {
                let mut seen = person.clone();
                if plant == Some(Plant::WaiverAlone)
                    && let Some(waiver) = seen.waivers.get_mut(&id)
                {
                    waiver.asked_by = Actor::Night;
                }
                waiver::approve(&seen, &book.house.waivers, id, Approver { actor, role }, day, now)
            }),
        };
        self.send(&deed, |_| {}).map(drop)
    }

    /// Somebody decides on court or a register, takes it back, or writes what may not be true.
    pub(super) fn threaten(&mut self, who: usize) -> Did {
        let (day, book) = (self.day, Arc::clone(&self.book));
        let (claim, actor, note) = (*self.chance.pick(&Claim::ALL), self.staff_member(), self.note());
        let deed = match self.chance.between(0, 2) {
            0 => self.deed(who, actor, "decide", move |person| enforcement::decide(person, &book, claim, note.clone(), day)),
            1 => self.deed(who, actor, "undecide", move |person| enforcement::withdraw(person, claim, day)),
            _ => self.deed(who, actor, "speak of court", move |person| {
                let proof = enforcement::prove(person, &book, claim, day)?;
                let is_decided = person.decided.iter().any(|it| it.claim == proof.claim() && it.withdrawn_on.is_none());
                assert!(is_decided, "a proof of what was not decided");
                Ok(vec![])
            }),
        };
        self.send(&deed, |_| {}).map(drop)
    }

    /// Somebody speaks for the person, or no more.
    pub(super) fn represent(&mut self, who: usize) -> Did {
        let day = self.day;
        let (name, actor) = (self.chance.once_in(2).then(|| self.note()), self.staff_member());
        let deed = self.deed(who, actor, "represent", move |person| respite::represent(person, name.clone(), day));
        self.send(&deed, |_| {}).map(drop)
    }
}
