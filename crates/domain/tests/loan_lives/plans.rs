//! Random lives of promises, plans, pleas and respites: what must hold in every one of them.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use domain::book::Book;
use domain::complaint::Matter;
use domain::contact::{self, Act, Channel, Direction};
use domain::day::Day;
use domain::event::Event;
use domain::follow_up::Step as Next;
use domain::house::House;
use domain::id::{AccountId, PlanId};
use domain::law::{Calendar, Law, Pack};
use domain::loan::{Entry, EntryKind, InstalmentPosition, InterestOn, Loan, Part, Position};
use domain::means;
use domain::money::Money;
use domain::options::Way;
use domain::person::{Account, Person};
use domain::plan::{Plan, PlanEnd};
use domain::promise::{self, PromiseEnd};
use jiff::tz::{Offset, TimeZone};

use crate::life::{Chance, lives_of};

mod life;
mod opinion;

use life::{Spoil, Step, live};
use opinion::{Mistake, opinion};

/// The house as it ships, and a law that lets one message a day leave in daytime.
fn book() -> Book {
    let pack: Pack = toml::from_str(include_str!("../stories/messages_house.toml")).unwrap();
    let strategy = include_str!("../../../../house/strategy.toml");
    let house: House = toml::from_str(&format!("{}\n{strategy}", include_str!("../../../../house/options.toml"))).unwrap();
    Book {
        currency: "CNY".into(),
        zone: TimeZone::fixed(Offset::constant(8)),
        law: Law::new(vec![pack], &|name| TimeZone::get(name).ok()).unwrap(),
        calendar: Calendar::default(),
        zones: |_| None,
        house,
    }
}

fn unspoilt(_: &mut Vec<Event>) {}

/// Everything that must hold, of one life.
fn check(seed: u64, chance: &mut Chance, book: &Book, spoil: Spoil) {
    let (person, today) = live(chance, book, spoil, &mut |step| {
        money_keeps_each_promise_at_most_once(seed, book, &step);
        no_plan_takes_more_than_is_left_without_a_second_person(seed, &step);
        nothing_goes_out_during_a_respite_or_an_open_plea(seed, book, &step);
        agreeing_and_taking_back_conserve_the_principal(seed, &step);
    });
    for _ in 0..10 {
        let day = today.plus_days(-1 - chance.below(240) as i32);
        charges_rest_exactly_as_long_as_they_should(seed, &person, day);
    }
}

#[test]
fn what_was_agreed_is_kept_to_in_every_life() {
    let book = book();
    lives_of(500, |seed, chance| check(seed, chance, &book, unspoilt));
}

fn money_keeps_each_promise_at_most_once(seed: u64, book: &Book, step: &Step<'_>) {
    let person = step.after;
    let toward = promise::paid_toward(person, book);
    let received: Money = person.payments().iter().map(|payment| payment.amount).sum();
    assert!(toward.values().copied().sum::<Money>() <= received, "seed {seed}: money counted twice");
    if !step.events.is_empty() {
        return;
    }
    // It is morning: what the last night had to say is said.
    assert_eq!(said(person), opinion(person, book, step.today.plus_days(-1), Mistake::Nothing), "seed {seed} on {}", step.today);
}

/// What the file says of each promise that nothing took the place of.
fn said(person: &Person) -> BTreeMap<domain::id::PromiseId, Option<(promise::Outcome, Money)>> {
    let judged = person.promises.values().filter(|it| !it.is_withdrawn()).map(|it| match it.end {
        Some(PromiseEnd::Judged { outcome, paid, .. }) => (it.id, Some((outcome, paid))),
        Some(PromiseEnd::Superseded { .. } | PromiseEnd::Cancelled { .. }) | None => (it.id, None),
    });
    judged.collect()
}

fn no_plan_takes_more_than_is_left_without_a_second_person(seed: u64, step: &Step<'_>) {
    for event in step.events {
        let Event::PlanAgreed { plan, overridden, agreement: Some(agreement), .. } = event else { continue };
        if let Some(yes) = overridden {
            assert_ne!(yes.asked_by, yes.approved_by, "seed {seed}: nobody says yes to their own wish");
            continue;
        }
        let gives_up = match agreement.way {
            Way::Settlement { amount, until } => step.before.owed(until) > amount,
            // What a payment today leaves to come is the borrower's own doing.
            Way::PayNow | Way::ShortExtension { .. } | Way::Parts { .. } => false,
            _ => agreement.extra < Money::ZERO,
        };
        assert!(!gives_up, "seed {seed}: {:?} gives something up", agreement.way);
        // What is paid at once asks for no monthly room.
        if matches!(agreement.way, Way::PayNow | Way::Settlement { .. }) {
            continue;
        }
        // Worked out anew, from the statement of means and the promises of each month.
        let means = &step.before.means.as_ref().unwrap_or_else(|| panic!("seed {seed}: means are known")).means;
        let owed = step.before.owed(step.today);
        let may = means::pro_rata(owed, means.capacity(), owed + means.owed_elsewhere());
        let mut months: BTreeMap<(i32, u32), Money> = BTreeMap::new();
        for made in step.after.promises.values().filter(|it| it.origin == promise::Origin::Plan(*plan)) {
            let (year, month, _) = made.due_on.civil();
            *months.entry((year, month)).or_insert(Money::ZERO) += made.amount;
        }
        assert!(months.values().all(|a_month| *a_month <= may), "seed {seed}: {months:?} of {may:?}");
    }
}

fn nothing_goes_out_during_a_respite_or_an_open_plea(seed: u64, book: &Book, step: &Step<'_>) {
    let has_plea = |person: &Person| {
        let is_plea = |matter: &Matter| matches!(matter, Matter::Hardship { .. } | Matter::Appeal { .. });
        person.complaints.values().any(|it| it.is_open() && is_plea(&it.matter))
    };
    let rests = |person: &Person| person.open_respite().is_some() || has_plea(person);
    if !rests(step.after) {
        return;
    }
    let outward = |person: &Person| person.contacts.iter().filter(|it| it.direction == Direction::Outbound).count();
    if rests(step.before) {
        assert_eq!(outward(step.after), outward(step.before), "seed {seed} on {}: somebody was reached", step.today);
    }
    assert!(step.after.messages.values().all(|it| !it.may_be_taken_back()), "seed {seed}: something waits to leave");
    assert!(step.after.open_visit().is_none(), "seed {seed}: a visit waits");
    let noon = book.moment(book.start_of(step.today) + jiff::SignedDuration::from_hours(12));
    for channel in [Channel::Call, Channel::Sms, Channel::Email, Channel::Letter, Channel::SocialPrivate, Channel::Visit] {
        assert!(
            contact::ask(step.after, book, &Act::demand(channel), &noon).is_err(),
            "seed {seed} on {}: {channel:?} is open",
            step.today
        );
    }
    let mut planned = step.events.iter().filter_map(|event| match event {
        Event::FollowUpPlanned { step, .. } => Some(*step),
        _ => None,
    });
    assert!(planned.next_back().is_none_or(|next| next == Next::Wait), "seed {seed} on {}: a step is planned", step.today);
}

fn agreeing_and_taking_back_conserve_the_principal(seed: u64, step: &Step<'_>) {
    let is_changed = |event: &Event| matches!(event, Event::PlanAgreed { .. } | Event::PlanWithdrawn { .. });
    if !step.events.iter().any(is_changed) {
        return;
    }
    for (id, account) in &step.after.accounts {
        let (then, now) = (step.before.accounts[id].loan.position(step.today), account.loan.position(step.today));
        let sum = |it: &Position, of: fn(&InstalmentPosition) -> Money| it.instalments.iter().map(of).sum::<Money>();
        let lent = |it: &Position| sum(it, |line| line.due.principal + line.waived.principal);
        let money = |it: &Position| sum(it, |line| line.paid.total()) + it.unapplied;
        assert_eq!(lent(&then), lent(&now), "seed {seed} on {}: what was lent", step.today);
        assert_eq!(money(&then), money(&now), "seed {seed} on {}: what was paid", step.today);
        assert_eq!(sum(&now, |line| line.unpaid().principal), now.outstanding.principal, "seed {seed}: asked for once");
        let costs = |it: &Position| sum(it, |line| line.unpaid().cost());
        // Interest that runs by the day goes on as long as something is outstanding; the agreement names it.
        let is_by_schedule = account.loan.terms().interest_on == InterestOn::Schedule;
        if is_by_schedule && step.events.iter().any(|event| matches!(event, Event::PlanAgreed { .. })) {
            assert!(costs(&now) <= costs(&then), "seed {seed}: agreeing costs nothing");
        }
    }
    for event in step.events {
        let Event::PlanWithdrawn { plan, .. } = event else { continue };
        let entries = &step.after.plans[plan].agreement.as_ref().unwrap().entries;
        for account in step.after.accounts.values() {
            // The loan as if nobody had ever agreed.
            let is_of_plan = |entry: &Entry| {
                let of = if let EntryKind::Reversal { of } = entry.kind { of } else { entry.id };
                entries.iter().any(|(_, id)| *id == of)
            };
            let mut never = Loan::new(account.loan.terms().clone()).unwrap();
            account.loan.entries().iter().filter(|entry| !is_of_plan(entry)).cloned().for_each(|entry| never.record(entry));
            for days in [0, 30, 200] {
                let day = step.today.plus_days(days);
                let (now, never) = (account.loan.position(day), never.position(day));
                assert_eq!(now.instalments, never.instalments, "seed {seed}: taken back, it is as before");
            }
        }
    }
}

/// Whether charges on an account rest on `day`, by the file alone: a respite, or a plan that says so, as long as it runs.
fn rests(person: &Person, account: &Account, day: Day) -> bool {
    person.respites.iter().any(|it| it.began_on < day && it.covers(day))
        || person.plans.values().any(|plan| plan.agreed_on < day && plan_rests(person, plan, account.id, day))
}

fn plan_rests(person: &Person, plan: &Plan, account: AccountId, day: Day) -> bool {
    let Some(agreement) = plan.agreement.as_ref().filter(|it| it.entries.iter().any(|(of, _)| *of == account)) else {
        return false;
    };
    let until = match agreement.way {
        Way::ShortExtension { until } => until,
        Way::Token { months, first_on, .. } => first_on.plus_months(months as i32 - 1),
        _ => return false,
    };
    let ended_on = match plan.end {
        None => Day::MAX,
        Some(PlanEnd::Kept { on } | PlanEnd::Broken { on }) => on,
        Some(PlanEnd::Withdrawn { .. }) => return false,
        Some(PlanEnd::Superseded) => superseded_on(person, plan.id),
    };
    day <= until && day <= ended_on
}

/// When the next plan took its place.
fn superseded_on(person: &Person, id: PlanId) -> Day {
    let since = person.plans[&id].agreed_at;
    let later = person.plans.values().filter(|it| it.agreed_at > since);
    later.min_by_key(|it| it.agreed_at).map_or(Day::MAX, |it| it.agreed_on)
}

fn charges_rest_exactly_as_long_as_they_should(seed: u64, person: &Person, day: Day) {
    let yesterday = day.plus_days(-1);
    for account in person.accounts.values().filter(|it| it.loan.terms().disbursed_on < yesterday) {
        // What is posted moves charges by itself.
        let entries = account.loan.entries().iter();
        if entries.filter(|it| !account.loan.is_reversed(it.id)).any(|it| it.effective_on == day || it.effective_on == yesterday)
        {
            continue;
        }
        let (before, after) = (account.loan.position(yesterday), account.loan.position(day));
        let charges = |it: &Position| -> Money {
            it.instalments.iter().map(|line| line.due[Part::Penalty] + line.waived[Part::Penalty]).sum()
        };
        let grew = charges(&after) - charges(&before);
        if rests(person, account, day) {
            assert_eq!(grew, Money::ZERO, "seed {seed}: account {} on {day}", account.id);
            assert!(after.days_past_due <= before.days_past_due, "seed {seed}: days on {day}");
            if person.respites.iter().any(|it| it.began_on < day && it.covers(day)) {
                assert_eq!(after.interest_accrued, before.interest_accrued, "seed {seed}: interest on {day}");
            }
            continue;
        }
        // Elsewhere it goes on: a day more, and some cents on what is not small.
        let oldest = before.instalments.iter().find(|line| Some(line.due_on) == before.oldest_unpaid_due_on);
        if before.days_past_due > 0 && oldest.is_some_and(|line| line.unpaid().principal.minor() >= 10_000) {
            assert_eq!(after.days_past_due, before.days_past_due + 1, "seed {seed}: account {} on {day}", account.id);
            assert!(grew.is_positive(), "seed {seed}: account {} on {day}", account.id);
        }
    }
}

#[test]
fn every_mistake_that_others_made_with_promises_shows() {
    let book = book();
    let mut found = Mistake::ALL.map(|_| 0_u32);
    for seed in 0..300 {
        live(&mut Chance::of(seed), &book, unspoilt, &mut |step| {
            if !step.events.is_empty() {
                return;
            }
            for (found, mistake) in found.iter_mut().zip(Mistake::ALL) {
                *found += u32::from(said(step.after) != opinion(step.after, &book, step.today.plus_days(-1), mistake));
            }
        });
    }
    println!("mornings that show each mistake: {:?}", Mistake::ALL.iter().zip(&found).collect::<Vec<_>>());
    assert!(found.iter().all(|count| *count > 0), "{found:?}");
}

/// Events as a core with a defect would write them.
const SPOILT: [(&str, Spoil); 6] = [
    ("a plan above capacity without a second person", |events| {
        events.iter_mut().for_each(|event| {
            if let Event::PlanAgreed { overridden, .. } = event {
                *overridden = None;
            }
        });
    }),
    ("a message that stays in the outbox", |events| {
        events.retain(|event| !matches!(event, Event::MessageWithdrawn { .. }));
    }),
    ("a visit that stays", |events| events.retain(|event| !matches!(event, Event::VisitLapsed { .. }))),
    ("a pause that is forgotten", |events| {
        events.retain(|event| !matches!(event, Event::EntryPosted { entry: Entry { kind: EntryKind::Pause { .. }, .. }, .. }));
    }),
    ("a promise that is not judged", |events| events.retain(|event| !matches!(event, Event::PromiseJudged { .. }))),
    ("principal given up by agreeing", |events| {
        let agreed = events.iter().any(|event| matches!(event, Event::PlanAgreed { .. }));
        let posted = events.iter_mut().find_map(|event| match event {
            Event::EntryPosted { entry, .. } if agreed => Some(entry),
            _ => None,
        });
        if let Some(entry) = posted {
            entry.kind = EntryKind::Waiver { part: Part::Principal, amount: Money::from_minor(1), instalment: None };
        }
    }),
];

#[test]
fn every_defect_of_plans_and_respites_shows() {
    let book = book();
    let quiet = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let shown = SPOILT.map(|(_, spoil)| {
        (0..100)
            .filter(|seed| catch_unwind(AssertUnwindSafe(|| check(*seed, &mut Chance::of(*seed), &book, spoil))).is_err())
            .count()
    });
    std::panic::set_hook(quiet);
    let shown: Vec<(&str, usize)> = SPOILT.iter().map(|(name, _)| *name).zip(shown).collect();
    println!("lives of 100 that show each defect: {shown:?}");
    assert!(shown.iter().all(|(_, lives)| *lives > 0), "{shown:?}");
}
