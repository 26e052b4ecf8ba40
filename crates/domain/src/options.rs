//! The lawful ways out of arrears, laid side by side: what each costs in all, what it takes a month, when it ends and what
//! follows from it. Worked out from the accounts themselves: every figure is what the ledger will ask once it is chosen.

use alloc::vec;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use crate::book::Book;
use crate::day::Day;
use crate::id::{AccountId, EntryId};
use crate::loan::{Entry, EntryKind, InterestOn, Loan, Part, Rhythm, Stops};
use crate::money::Money;
use crate::person::{Account, Person};
use crate::refusal::Refusal;
use crate::respite;

mod course;

use course::Course;

/// A way out, with what was chosen about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "way")]
pub enum Way {
    /// All that is due, today.
    PayNow,
    /// All that is due, by a day soon; late charges rest until then.
    ShortExtension {
        /// The day.
        until: Day,
    },
    /// What is due in parts, beside what falls due anyway.
    Parts {
        /// The parts in order of their days.
        parts: Vec<Instalment>,
    },
    /// Everything falls due later: so many months, counted from now.
    Deferral {
        /// How many.
        months: u32,
    },
    /// All that is owed anew in equal monthly instalments, with the cost that was agreed and none beyond it.
    Instalments {
        /// How many.
        months: u32,
        /// The first day.
        first_on: Day,
    },
    /// As instalments, and what has not fallen due of interest and instalment fees is given up.
    InterestStop {
        /// How many.
        months: u32,
        /// The first day.
        first_on: Day,
    },
    /// A small amount a month while there is hardly anything left; late charges rest meanwhile, then it is looked at again.
    Token {
        /// How much.
        amount: Money,
        /// For how many months.
        months: u32,
        /// The first day.
        first_on: Day,
    },
    /// Part of what is owed settles all of it, if it is paid by a day.
    Settlement {
        /// How much.
        amount: Money,
        /// The day.
        until: Day,
    },
    /// Nothing for some months.
    Holiday {
        /// How many.
        months: u32,
    },
    /// The moratorium that the law gives.
    Respite {
        /// How many days.
        days: u32,
    },
}

/// An amount and its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instalment {
    /// By when.
    pub due_on: Day,
    /// How much.
    pub amount: Money,
}

/// A way out worked out for a person on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// What is chosen.
    pub way: Way,
    /// What the agreement promises, by day.
    pub instalments: Vec<Instalment>,
    /// The most that is paid in any month, all accounts together: what has to fit.
    pub a_month: Money,
    /// All that will be paid from today on.
    pub total: Money,
    /// By how much that is more than paying what is due today and the rest as agreed; less than nothing where something is
    /// given up.
    pub extra: Money,
    /// What is given up.
    pub given_up: Money,
    /// When the last of it is paid; of a respite or a token plan, when it ends.
    pub ends_on: Day,
    /// What follows from it.
    pub consequences: Vec<Consequence>,
    /// Whether it can be kept.
    pub fit: Fit,
    /// Whether a second person has to say yes even if it fits, because something is given up.
    pub needs_second: bool,
    /// What is posted on the accounts once it is agreed.
    #[serde(skip)]
    pub(crate) entries: Vec<(AccountId, EntryKind)>,
}

/// Whether a way can be kept by the means on file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// It leaves the buffer alone.
    Fits,
    /// It takes more than is left: only over a second person's reasoned yes.
    AboveCapacity,
    /// No means are on file.
    MeansUnknown,
    /// Paid at once or asking nothing: the means have no say.
    NotAsked,
}

/// Something that follows from a way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consequence {
    /// Nothing is overdue any more from today on.
    ArrearsEnd,
    /// What is overdue stays overdue until it is paid.
    ArrearsStay,
    /// No more late charges while it is kept.
    LateChargesRest,
    /// Nobody asks for payment while it is kept.
    ContactRests,
    /// Interest that has not fallen due is given up.
    InterestGivenUp,
    /// The rest is given up once it is paid, and not before.
    RestGivenUp,
    /// If one instalment is missed, the instalments stay as agreed and what is missed is overdue.
    MissedIsOverdue,
    /// If it is not paid, all of it is owed as before.
    MissedIsAsBefore,
    /// At its end the means are looked at again.
    LookedAtAgain,
    /// Nothing new can be bought on credit meanwhile.
    NoNewCredit,
}

/// What a house offers, as data.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// Days a short extension runs.
    pub extension_days: u32,
    /// Numbers of monthly instalments that are offered, besides the fewest that fit.
    pub months: Vec<u32>,
    /// The most instalments where the law names no other number.
    pub longest_months: u32,
    /// Months of a deferral.
    pub deferral_months: u32,
    /// Months of a holiday.
    pub holiday_months: u32,
    /// Months of token payments before the means are looked at again.
    pub token_months: u32,
    /// The smallest token. There is no smallest instalment.
    pub token_minor: Money,
    /// Tokens that a phone takes along to a door, where nobody knows yet what can be paid: the largest that fits is offered.
    pub door_tokens_minor: Vec<Money>,
    /// Days in which a settlement is to be paid.
    pub settlement_days: u32,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            extension_days: 14,
            months: vec![3, 6, 9, 12, 18, 24, 36, 48, 60],
            longest_months: 36,
            deferral_months: 1,
            holiday_months: 3,
            token_months: 6,
            token_minor: Money::from_minor(100),
            door_tokens_minor: [100, 1_000, 2_000, 5_000, 10_000].map(Money::from_minor).to_vec(),
            settlement_days: 30,
        }
    }
}

/// Days from today in which the first instalment of a plan must fall due.
const FIRST_WITHIN_DAYS: i32 = 62;
/// How many numbers of instalments are laid out.
const SHOWN: usize = 3;

/// The most monthly instalments: five years for personalised card plans where the law of the book says so (CN-M-12), else
/// what the house offers.
pub fn longest_months(book: &Book, today: Day) -> u32 {
    let is_law = book.law.money_on(today).any(|money| money.rules.iter().any(|rule| rule.id == "CN-M-12"));
    if is_law { 60 } else { book.house.options.longest_months }
}

/// Every lawful way out for a person today, the quickest first. Nothing where nothing is owed.
pub fn lay_out(person: &Person, book: &Book, today: Day) -> Vec<Offer> {
    let first_on = today.plus_months(1);
    lay_out_from(person, book, first_on, today)
}

/// As [`lay_out`], with the first instalment of every plan on a day of the person's choice.
pub fn lay_out_from(person: &Person, book: &Book, first_on: Day, today: Day) -> Vec<Offer> {
    let policy = &book.house.options;
    let try_out = |way: Way| work_out(person, book, &way, today).ok();
    let mut offers: Vec<Offer> = vec![];
    offers.extend(try_out(Way::PayNow));
    offers.extend(try_out(Way::ShortExtension { until: today.plus_days(policy.extension_days as i32) }));
    offers.extend(try_out(Way::Deferral { months: policy.deferral_months }));
    let plans = instalment_plans(person, book, first_on, today);
    let shortest_fit = plans.iter().find(|offer| offer.fit == Fit::Fits).cloned();
    let is_hard = shortest_fit.is_none();
    offers.extend(plans);
    if let Some(Way::Instalments { months, .. }) = shortest_fit.map(|offer| offer.way) {
        offers.extend(try_out(Way::InterestStop { months, first_on }).filter(|offer| offer.given_up.is_positive()));
    } else {
        let longest = longest_months(book, today);
        offers.extend(try_out(Way::InterestStop { months: longest, first_on }).filter(|offer| offer.given_up.is_positive()));
    }
    if is_hard && let Some(capacity) = person.capacity(today) {
        let amount = capacity.min(person.owed(today)).max(policy.token_minor);
        offers.extend(try_out(Way::Token { amount, months: policy.token_months, first_on }));
    }
    let principal = person.principal_in_use(today);
    if principal < person.owed(today) {
        let until = today.plus_days(policy.settlement_days as i32);
        offers.extend(try_out(Way::Settlement { amount: principal, until }));
    }
    offers.extend(try_out(Way::Holiday { months: policy.holiday_months }));
    offers.extend(try_out(Way::Respite { days: 60 }));
    offers
}

/// Every way that a person may agree by themselves once their means are known. A phone takes them along to a door and leaves
/// out those that the means stated there do not carry.
pub fn lay_out_to_take_along(person: &Person, book: &Book, today: Day) -> Vec<Offer> {
    let (policy, first_on) = (&book.house.options, today.plus_months(1));
    let longest = longest_months(book, today);
    let months = policy.months.iter().copied().filter(|months| *months <= longest);
    let mut ways = vec![
        Way::PayNow,
        Way::ShortExtension { until: today.plus_days(policy.extension_days as i32) },
        Way::Deferral { months: policy.deferral_months },
    ];
    ways.extend(months.map(|months| Way::Instalments { months, first_on }));
    let tokens = policy.door_tokens_minor.iter();
    ways.extend(tokens.map(|amount| Way::Token { amount: *amount, months: policy.token_months, first_on }));
    ways.push(Way::Holiday { months: policy.holiday_months });
    let offers = ways.iter().filter_map(|way| work_out(person, book, way, today).ok());
    offers.filter(|offer| !offer.needs_second).collect()
}

/// Plans in instalments: the fewest that fit and some longer ones; where none fits, the longest, for a second person to see.
fn instalment_plans(person: &Person, book: &Book, first_on: Day, today: Day) -> Vec<Offer> {
    let longest = longest_months(book, today);
    let plan = |months: u32| work_out(person, book, &Way::Instalments { months, first_on }, today).ok();
    let steps = book.house.options.months.iter().copied().filter(|months| *months <= longest);
    let Some(capacity) = person.capacity(today) else {
        return steps.take(SHOWN).filter_map(plan).collect();
    };
    if !capacity.is_positive() {
        return plan(longest).into_iter().collect();
    }
    let fits = |offer: &Offer| offer.fit == Fit::Fits;
    // The more instalments, the less each of them asks for.
    let (mut too_few, mut enough) = (0, longest);
    let Some(mut fewest) = plan(longest).filter(fits) else {
        return plan(longest).into_iter().collect();
    };
    while enough - too_few > 1 {
        let months = (too_few + enough) / 2;
        match plan(months).filter(fits) {
            Some(offer) => (enough, fewest) = (months, offer),
            None => too_few = months,
        }
    }
    let Way::Instalments { months: at_least, .. } = fewest.way else { return vec![] };
    let longer = steps.into_iter().filter(|months| *months > at_least).filter_map(plan);
    [fewest].into_iter().chain(longer).take(SHOWN).collect()
}

/// Works out one way. Refused where it makes no sense for this person or the law of the book does not know it.
pub fn work_out(person: &Person, book: &Book, way: &Way, today: Day) -> Result<Offer, Refusal> {
    let open: Vec<&Account> = person.accounts.values().filter(|account| account.settled_on.is_none()).collect();
    if !person.owed(today).is_positive() {
        return Err(Refusal::by("PLAN-NOTHING-OWED"));
    }
    let due: Money = open.iter().map(|account| account.loan.position(today).due.total()).sum();
    // Accounts that are current stay as they are, unless all are: then the person asks before it is too late.
    let is_late = |account: &&Account| account.loan.position(today).due.total().is_positive();
    let concerned: Vec<&Account> = match due.is_positive() {
        true => open.iter().copied().filter(is_late).collect(),
        false => open.clone(),
    };
    let entries = entries(book, &concerned, way, due, today)?;
    let after = loans_after(person, &open, &entries, today)?;
    let course = Course::new(after, today);
    let before = Course::new(open.iter().map(|account| account.loan.clone()).collect(), today).run_on();
    let promised: Vec<Instalment> = match way {
        Way::PayNow => vec![Instalment { due_on: today, amount: due }],
        Way::ShortExtension { until } => vec![Instalment { due_on: *until, amount: due }],
        Way::Parts { parts } => parts.clone(),
        Way::Token { amount, months, first_on } => {
            let days = (0..*months).map(|month| first_on.plus_months_on(month as i32, first_on.civil().2));
            days.map(|due_on| Instalment { due_on, amount: *amount }).collect()
        }
        Way::Settlement { amount, until } => vec![Instalment { due_on: *until, amount: *amount }],
        Way::Deferral { .. } | Way::Instalments { .. } | Way::InterestStop { .. } | Way::Holiday { .. } | Way::Respite { .. } => {
            vec![]
        }
    };
    check_parts(&promised, person.owed(today), today)?;
    let (paid, instalments, ends_on) = match way {
        Way::PayNow | Way::ShortExtension { .. } | Way::Parts { .. } => {
            let paid = course.run_with(&promised);
            let ends_on = paid.last().map_or(today, |last| last.due_on);
            (paid, promised, ends_on)
        }
        Way::Deferral { .. } | Way::Holiday { .. } => {
            let paid = course.run_on();
            let first = paid.iter().find(|paid| paid.due_on > today).copied();
            let ends_on = paid.last().map_or(today, |last| last.due_on);
            (paid, first.into_iter().collect(), ends_on)
        }
        Way::Instalments { months, first_on } | Way::InterestStop { months, first_on } => {
            let paid = course.run_on();
            let is_new = |paid: &&Instalment| paid.due_on >= *first_on;
            let days: Vec<Day> = (0..*months).map(|month| first_on.plus_months_on(month as i32, first_on.civil().2)).collect();
            let concerned: Vec<Loan> = concerned_after(&concerned, &entries, today);
            let theirs = Course::new(concerned, today).run_on();
            let promised = theirs.iter().filter(is_new).filter(|paid| days.contains(&paid.due_on)).copied().collect();
            let ends_on = paid.last().map_or(today, |last| last.due_on);
            (paid, promised, ends_on)
        }
        Way::Token { .. } | Way::Settlement { .. } | Way::Respite { .. } => {
            let ends_on = match way {
                Way::Respite { days } => today.plus_days(*days as i32),
                _ => promised.last().map_or(today, |last| last.due_on),
            };
            (promised.clone(), promised, ends_on)
        }
    };
    let total: Money = match way {
        Way::Token { .. } => person.owed(today),
        Way::Respite { .. } => total_of(&before),
        _ => total_of(&paid),
    };
    let a_month = busiest_month(&paid);
    let given_up = match way {
        // What it gives up when it is paid: what grows until then is part of it.
        Way::Settlement { amount, until } => (person.owed(*until) - *amount).or_zero(),
        // Cost to come is kept where loans are spread anew; should a way ask for less all the same, somebody else must agree.
        Way::InterestStop { .. } | Way::Instalments { .. } | Way::Deferral { .. } | Way::Holiday { .. } => {
            (total_of(&before) - total).or_zero()
        }
        Way::PayNow | Way::ShortExtension { .. } | Way::Parts { .. } | Way::Token { .. } | Way::Respite { .. } => Money::ZERO,
    };
    let fit = match (way, person.capacity(today)) {
        (Way::PayNow | Way::Respite { .. } | Way::Settlement { .. }, _) => Fit::NotAsked,
        (_, None) => Fit::MeansUnknown,
        (_, Some(capacity)) if a_month <= capacity => Fit::Fits,
        (_, Some(_)) => Fit::AboveCapacity,
    };
    Ok(Offer {
        way: way.clone(),
        instalments,
        a_month,
        total,
        extra: if matches!(way, Way::Token { .. }) { Money::ZERO } else { total - total_of(&before) },
        given_up,
        ends_on,
        consequences: consequences(way, due),
        fit,
        needs_second: given_up.is_positive(),
        entries,
    })
}

/// What is posted on the accounts concerned.
fn entries(
    book: &Book,
    concerned: &[&Account],
    way: &Way,
    due: Money,
    today: Day,
) -> Result<Vec<(AccountId, EntryKind)>, Refusal> {
    let each = |kind: &dyn Fn(&Account) -> Option<EntryKind>| -> Vec<(AccountId, EntryKind)> {
        concerned.iter().filter_map(|account| Some((account.id, kind(account)?))).collect()
    };
    let longest = longest_months(book, today);
    let monthly = |months: u32, first_on: Day| {
        if months == 0 || months > longest {
            return Err(Refusal::by(if longest == 60 { "CN-M-12" } else { "PLAN-TOO-LONG" }));
        }
        if first_on <= today || today.days_until(first_on) > FIRST_WITHIN_DAYS {
            return Err(Refusal::by("PLAN-DAYS"));
        }
        Ok(EntryKind::Reage {
            first_on,
            every: Rhythm::Months(1),
            instalments: months,
            with_costs: true,
            keeps_cost_to_come: true,
        })
    };
    match way {
        Way::PayNow | Way::Parts { .. } if !due.is_positive() => Err(Refusal::by("PLAN-NOTHING-DUE")),
        Way::PayNow | Way::Parts { .. } | Way::Settlement { .. } => Ok(vec![]),
        Way::ShortExtension { until } => {
            if !due.is_positive() {
                return Err(Refusal::by("PLAN-NOTHING-DUE"));
            }
            if *until <= today || today.days_until(*until) > book.house.options.extension_days as i32 {
                return Err(Refusal::by("PLAN-DAYS"));
            }
            Ok(each(&|_| Some(EntryKind::Pause { until: *until, stops: Stops::Penalty })))
        }
        Way::Deferral { months } | Way::Holiday { months } => {
            if *months == 0 || *months > 6 {
                return Err(Refusal::by("PLAN-DAYS"));
            }
            Ok(each(&|account| deferral(&account.loan, *months, today)))
        }
        Way::Instalments { months, first_on } => {
            let reage = monthly(*months, *first_on)?;
            Ok(each(&|_| Some(reage.clone())))
        }
        Way::InterestStop { months, first_on } => {
            let reage = monthly(*months, *first_on)?;
            // Interest on what is really outstanding is recalculated by the day; giving it up line by line would not stop it.
            if concerned.iter().any(|account| account.loan.terms().interest_on != InterestOn::Schedule) {
                return Err(Refusal::by("PLAN-INTEREST-BY-THE-DAY"));
            }
            let mut entries = vec![];
            for account in concerned {
                entries.extend(cost_to_come(&account.loan, today).into_iter().map(|kind| (account.id, kind)));
                entries.push((account.id, reage.clone()));
            }
            Ok(entries)
        }
        Way::Token { amount, months, first_on } => {
            if !amount.is_positive() || *months == 0 || *months > 12 {
                return Err(Refusal::by("PLAN-AMOUNT"));
            }
            if *first_on <= today || today.days_until(*first_on) > FIRST_WITHIN_DAYS {
                return Err(Refusal::by("PLAN-DAYS"));
            }
            let until = first_on.plus_months(*months as i32 - 1);
            Ok(each(&|_| Some(EntryKind::Pause { until, stops: Stops::Penalty })))
        }
        Way::Respite { days } => {
            if !respite::is_in_the_law(book) || *days == 0 || *days > 60 {
                return Err(Refusal::by("RESPITE-NOT-IN-LAW"));
            }
            Ok(vec![])
        }
    }
}

/// The oldest unpaid instalment, and all after it, later by whole months: so that it falls due at least `months` less half a
/// month from today.
fn deferral(loan: &Loan, months: u32, today: Day) -> Option<EntryKind> {
    let position = loan.position(today);
    let from = position.instalments.iter().find(|line| !line.is_paid())?.due_on;
    let earliest = today.plus_months(months as i32 - 1).plus_days(15);
    let anchor = from.civil().2;
    let to = (1..1_200).map(|by| from.plus_months_on(by, anchor)).find(|to| *to >= earliest && *to > from)?;
    Some(EntryKind::Defer { from, to })
}

/// Waivers of the interest and the instalment fees that have not fallen due.
fn cost_to_come(loan: &Loan, today: Day) -> Vec<EntryKind> {
    let position = loan.position(today);
    let ahead = position.instalments.iter().filter(|line| line.due_on > today);
    let give_up = |number: u32, part: Part, amount: Money| {
        amount.is_positive().then_some(EntryKind::Waiver { part, amount, instalment: Some(number) })
    };
    ahead
        .flat_map(|line| {
            let unpaid = line.unpaid();
            [
                give_up(line.number, Part::Interest, unpaid.interest),
                give_up(line.number, Part::Fee, (unpaid.fee - line.charged).or_zero()),
            ]
        })
        .flatten()
        .collect()
}

/// The open loans with the entries posted on them.
fn loans_after(person: &Person, open: &[&Account], entries: &[(AccountId, EntryKind)], today: Day) -> Result<Vec<Loan>, Refusal> {
    let mut loans = vec![];
    let mut at = 0;
    for account in open {
        let mut loan = account.loan.clone();
        for (_, kind) in entries.iter().filter(|(id, _)| *id == account.id) {
            at += 1;
            let entry = Entry { id: EntryId(person.nth_id(1_000 + at)), effective_on: today, kind: kind.clone() };
            loan.check(&entry).map_err(|_| Refusal::by("PLAN-ENTRY"))?;
            loan.record(entry);
        }
        loans.push(loan);
    }
    Ok(loans)
}

fn concerned_after(concerned: &[&Account], entries: &[(AccountId, EntryKind)], today: Day) -> Vec<Loan> {
    let loan = |account: &&Account| {
        let mut loan = account.loan.clone();
        for (at, (_, kind)) in (1..).zip(entries.iter().filter(|(id, _)| *id == account.id)) {
            loan.record(Entry { id: EntryId(u64::MAX - at), effective_on: today, kind: kind.clone() });
        }
        loan
    };
    concerned.iter().map(loan).collect()
}

/// Parts are more than nothing, follow each other from today on, and come to no more than what is owed.
fn check_parts(parts: &[Instalment], owed: Money, today: Day) -> Result<(), Refusal> {
    if parts.iter().any(|part| !part.amount.is_positive()) {
        return Err(Refusal::by("PLAN-AMOUNT"));
    }
    let is_ordered = parts.windows(2).all(|pair| pair[0].due_on < pair[1].due_on);
    if !is_ordered || parts.first().is_some_and(|first| first.due_on < today) {
        return Err(Refusal::by("PLAN-DAYS"));
    }
    if parts.len() > 60 {
        return Err(Refusal::by("CN-M-12"));
    }
    if parts.iter().map(|part| part.amount).sum::<Money>() > owed {
        return Err(Refusal::by("PLAN-ABOVE-OWED"));
    }
    Ok(())
}

fn total_of(paid: &[Instalment]) -> Money {
    paid.iter().map(|paid| paid.amount).sum()
}

/// The most that is paid in one calendar month.
fn busiest_month(paid: &[Instalment]) -> Money {
    let month = |day: Day| (day.civil().0, day.civil().1);
    let sum_of = |of: Day| paid.iter().filter(|paid| month(paid.due_on) == month(of)).map(|paid| paid.amount).sum::<Money>();
    paid.iter().map(|paid| sum_of(paid.due_on)).max().unwrap_or(Money::ZERO)
}

/// What follows from an agreed way, as its paper says it.
pub fn follows(way: &Way) -> Vec<Consequence> {
    consequences(way, Money::from_minor(1))
}

fn consequences(way: &Way, due: Money) -> Vec<Consequence> {
    use Consequence::*;
    let was_late = due.is_positive();
    let mut follows = match way {
        Way::PayNow => vec![ArrearsEnd],
        Way::ShortExtension { .. } => vec![ArrearsStay, LateChargesRest, ContactRests],
        Way::Parts { .. } => vec![ArrearsStay, ContactRests, MissedIsAsBefore],
        Way::Deferral { .. } | Way::Holiday { .. } => vec![ArrearsEnd, LateChargesRest, ContactRests, MissedIsOverdue],
        Way::Instalments { .. } => vec![ArrearsEnd, LateChargesRest, ContactRests, MissedIsOverdue],
        Way::InterestStop { .. } => vec![ArrearsEnd, InterestGivenUp, LateChargesRest, ContactRests, MissedIsOverdue],
        Way::Token { .. } => vec![ArrearsStay, LateChargesRest, ContactRests, LookedAtAgain],
        Way::Settlement { .. } => vec![RestGivenUp, ContactRests, MissedIsAsBefore],
        Way::Respite { .. } => vec![ArrearsStay, LateChargesRest, ContactRests],
    };
    if !was_late {
        follows.retain(|it| *it != ArrearsEnd);
    }
    if !matches!(way, Way::PayNow) {
        follows.push(NoNewCredit);
    }
    follows
}
