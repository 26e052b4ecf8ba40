//! The law of money and time as dated data: cost caps, limitation, complaint and retention clocks.

use alloc::string::String;
use alloc::vec::Vec;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::day::Day;

use super::calendar::Calendar;
use super::grade::Grading;
use super::pack::{Cite, Force, Provenance, Says};
use super::words::{Institution, Product, Words};

/// What a pack says about money and time.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MoneyLaw {
    /// Reference rates by date, oldest first.
    pub reference_rates: Vec<ReferenceRate>,
    /// Ceilings on the cost of credit.
    pub cost_caps: Vec<CostCap>,
    /// Which of the five grades a claim has.
    pub gradings: Vec<Grading>,
    /// How long a claim can be pressed.
    pub limitation: Option<Limitation>,
    /// How soon a complaint must be answered.
    pub complaints: Option<ComplaintClock>,
    /// How long records must be kept.
    pub retention: Vec<Retention>,
    /// Rules about money that no clock or ceiling expresses.
    pub rules: Vec<MoneyRule>,
}

/// A rule about money in words: the engine that follows it names its id.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MoneyRule {
    /// `CN-M-1`.
    pub id: String,
    /// How binding it is.
    pub force: Force,
    /// Where it is written.
    pub cites: Vec<Cite>,
    /// How its text became known.
    pub provenance: Provenance,
    /// The rule in one sentence.
    pub says: Says,
}

/// A published reference rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferenceRate {
    /// The first day it holds.
    pub from: Day,
    /// The rate a year; 0.03 is 3 %.
    pub rate: Decimal,
}

/// A ceiling on what credit may cost a year, all charges together.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CostCap {
    /// `CN-M-9`.
    pub id: String,
    /// Lenders it binds; empty means any.
    #[serde(default)]
    pub institutions: Words<Institution>,
    /// Lenders it does not bind.
    #[serde(default)]
    pub except_institutions: Words<Institution>,
    /// Products it binds; empty means any.
    #[serde(default)]
    pub products: Words<Product>,
    /// The first day of agreement it binds.
    pub from: Day,
    /// The last day of agreement it binds.
    #[serde(default)]
    pub until: Option<Day>,
    /// The ceiling a year; 0.24 is 24 %.
    #[serde(default)]
    pub a_year: Option<Decimal>,
    /// The ceiling as a multiple of the reference rate of the day of agreement.
    #[serde(default)]
    pub times_reference: Option<Decimal>,
    /// How binding it is.
    pub force: Force,
    /// Where it is written.
    pub cites: Vec<Cite>,
    /// How its text became known.
    pub provenance: Provenance,
    /// The rule in one sentence.
    pub says: Says,
}

/// How long a claim can be pressed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limitation {
    /// Years from the day the claim could be pressed, or from the last interruption.
    pub years: u16,
    /// Years after which no interruption helps; none where the law has no such end.
    #[serde(default)]
    pub at_most_years: Option<u16>,
    /// Whether a last day that is not worked moves to the next workday.
    #[serde(default)]
    pub ends_on_workday: bool,
    /// What starts the period again.
    #[serde(default)]
    pub interrupted_by: Vec<Interruption>,
    /// Months within which a suit must follow a demand, or the demand counts as never made; none where a demand stands alone.
    #[serde(default)]
    pub suit_within_months: Option<u16>,
    /// An obstacle in so many last months stops the period, which then ends so many months after the obstacle did; none where
    /// the law knows no such thing.
    #[serde(default)]
    pub suspended_in_last_months: Option<u16>,
    /// Where it is written.
    pub cites: Vec<Cite>,
    /// How its text became known.
    pub provenance: Provenance,
    /// The rule in one sentence.
    pub says: Says,
}

/// What may start a limitation period again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interruption {
    /// A demand that reached, or should have reached, the debtor.
    Demand,
    /// The debtor acknowledged the debt, promised to pay or asked for time.
    Acknowledgement,
    /// The debtor paid a part.
    PartPayment,
    /// A suit, an application for a payment order, mediation, or what stands equal to it.
    Suit,
    /// Notice that the claim was assigned.
    AssignmentNotice,
}

/// How soon a complaint must be answered, in calendar days from receipt.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComplaintClock {
    /// An ordinary complaint.
    pub days: u16,
    /// A complex one.
    #[serde(default)]
    pub complex_days: Option<u16>,
    /// What may be added in special cases.
    #[serde(default)]
    pub further_days: u16,
    /// Where it is written.
    pub cites: Vec<Cite>,
    /// How its text became known.
    pub provenance: Provenance,
    /// The rule in one sentence.
    pub says: Says,
}

/// A kind of record that a law wants kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    /// Recordings of calls and visits.
    CollectionRecordings,
    /// What was done to collect, and when.
    CollectionRecords,
    /// Complaints and their answers.
    Complaints,
    /// How the person's data were processed.
    ProcessingRecords,
}

/// How long a kind of record must be kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// What is kept.
    pub of: RecordKind,
    /// Months at least.
    pub months: u16,
    /// Lenders it binds; empty means any.
    #[serde(default)]
    pub institutions: Words<Institution>,
    /// Products it binds; empty means any.
    #[serde(default)]
    pub products: Words<Product>,
    /// Where it is written.
    pub cites: Vec<Cite>,
    /// How its text became known.
    pub provenance: Provenance,
    /// The rule in one sentence.
    pub says: Says,
}

/// How far a complaint's time was extended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extension {
    /// Not at all.
    None,
    /// The matter is complex.
    Complex,
    /// Special causes, on top of complex.
    Special,
}

/// A ceiling that applies, with the rule it comes from.
#[derive(Clone, Copy, Debug)]
pub struct Ceiling<'a> {
    /// The rate a year; 0.24 is 24 %.
    pub a_year: Decimal,
    /// The rule.
    pub cap: &'a CostCap,
}

impl MoneyLaw {
    /// The lowest ceiling on the yearly cost of credit that `institution` agreed on `day`, and the rule it comes from.
    /// `None` where no rule sets one, or the reference rate of that day is not in the pack.
    pub fn cost_cap(&self, institution: Institution, product: Product, day: Day) -> Option<Ceiling<'_>> {
        self.cost_caps
            .iter()
            .filter(|cap| cap.binds(institution, product, day))
            .filter_map(|cap| Some(Ceiling { a_year: self.ceiling(cap, day)?, cap }))
            .min_by_key(|ceiling| ceiling.a_year)
    }

    /// Which grading holds on `day` for what `institution` lends: one for the product before one for any.
    pub fn grading(&self, institution: Institution, product: Product, day: Day) -> Option<&Grading> {
        let binding = self.gradings.iter().filter(|grading| grading.binds(institution, product, day));
        binding.max_by_key(|grading| (!grading.products.is_empty(), grading.from))
    }

    /// The reference rate that held on `day`.
    pub fn reference_rate(&self, day: Day) -> Option<Decimal> {
        self.reference_rates.iter().rev().find(|rate| rate.from <= day).map(|rate| rate.rate)
    }

    /// By when a complaint received on `day` must be answered.
    pub fn complaint_due_on(&self, day: Day, extension: Extension) -> Option<Day> {
        let clock = self.complaints.as_ref()?;
        let complex = clock.complex_days.unwrap_or(clock.days);
        let days = match extension {
            Extension::None => clock.days,
            Extension::Complex => complex,
            Extension::Special => complex + clock.further_days,
        };
        Some(day.plus_days(i32::from(days)))
    }

    /// The last day on which a claim can be pressed against a debtor who pleads time: `last_due` is the day the last instalment
    /// fell due, `interrupted` what may have started the period again and when, `suspended` the first and last days of obstacles.
    pub fn limitation_ends_on(
        &self,
        last_due: Day,
        interrupted: &[(Day, Interruption)],
        suspended: &[(Day, Day)],
        calendar: &Calendar,
    ) -> Option<Day> {
        let limitation = self.limitation.as_ref()?;
        let years = |start: Day, years: u16| start.plus_months(i32::from(years) * 12);
        let mut interruptions = interrupted.to_vec();
        interruptions.sort_unstable();
        let mut ends = limitation.past_obstacles(years(last_due, limitation.years), suspended);
        for (on, by) in &interruptions {
            if *on <= ends && limitation.starts_again(*on, *by, interrupted) {
                ends = limitation.past_obstacles(ends.max(years(*on, limitation.years)), suspended);
            }
        }
        if let Some(most) = limitation.at_most_years {
            ends = ends.min(years(last_due, most));
        }
        Some(if limitation.ends_on_workday { calendar.next_workday_from(ends) } else { ends })
    }

    /// The rules by which such a lender must keep records of such a product.
    pub fn retention_rules(&self, institution: Institution, product: Product) -> impl Iterator<Item = &Retention> {
        self.retention.iter().filter(move |rule| {
            (rule.institutions.is_empty() || rule.institutions.has(institution))
                && (rule.products.is_empty() || rule.products.has(product))
        })
    }

    fn ceiling(&self, cap: &CostCap, day: Day) -> Option<Decimal> {
        let multiple = match cap.times_reference {
            Some(times) => Some(times * self.reference_rate(day)?),
            None => None,
        };
        [cap.a_year, multiple].into_iter().flatten().min()
    }
}

impl Limitation {
    /// Whether what happened starts the period again: a demand only if a suit follows in time, where the law asks for one.
    fn starts_again(&self, on: Day, by: Interruption, all: &[(Day, Interruption)]) -> bool {
        let has_suit = |months: u16| {
            let until = on.plus_months(i32::from(months));
            all.iter().any(|(day, other)| *other == Interruption::Suit && on <= *day && *day <= until)
        };
        self.interrupted_by.contains(&by) && (by != Interruption::Demand || self.suit_within_months.is_none_or(has_suit))
    }

    /// The end of a period that would end on `ends`, moved by obstacles in its last months.
    fn past_obstacles(&self, ends: Day, obstacles: &[(Day, Day)]) -> Day {
        let Some(months) = self.suspended_in_last_months else { return ends };
        let last = ends.plus_months(-i32::from(months));
        let in_the_way = obstacles.iter().filter(|(from, until)| *from <= ends && last <= *until);
        in_the_way.map(|(_, until)| until.plus_months(i32::from(months))).fold(ends, Day::max)
    }
}

impl CostCap {
    fn binds(&self, institution: Institution, product: Product, day: Day) -> bool {
        (self.institutions.is_empty() || self.institutions.has(institution))
            && !self.except_institutions.has(institution)
            && (self.products.is_empty() || self.products.has(product))
            && self.from <= day
            && self.until.is_none_or(|until| day <= until)
    }
}
