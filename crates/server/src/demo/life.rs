//! How people of the demonstration book live with their debts: most pay, some pay late, a few cannot, fewer will not.

use domain::complaint::HardshipReason;
use domain::contact::ContactOutcome;
use domain::credit::Applicant;
use domain::day::Day;
use domain::means::{Category, Line, Means};
use domain::money::Money;
use domain::visit::Circumstances;

use super::chance::Chance;

/// A way of living with a debt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Habit {
    /// Pays on the due day or a little before.
    Punctual,
    /// Forgets now and then, pays within a week or so of being reminded.
    Forgetful,
    /// Loses income on a day and can pay only in parts from then on.
    LosesIncome {
        /// The day.
        on: Day,
    },
    /// Stops paying on a day although there is money; answers, promises, and keeps some of it.
    Delays {
        /// The day.
        from: Day,
    },
    /// Never pays anything and is hard to reach.
    NeverPays,
    /// Has a script, and pays by it from a day on.
    Told {
        /// The day.
        from: Day,
    },
}

impl Habit {
    /// Draws a habit for somebody who joins on `joined`, for a book that ends on `today`.
    pub(super) fn draw(chance: &mut Chance, joined: Day, today: Day) -> Habit {
        let some_day = |chance: &mut Chance| joined.plus_days(chance.between(60, joined.days_until(today).max(61)));
        match chance.between(1, 1000) {
            1..=700 => Habit::Punctual,
            701..=880 => Habit::Forgetful,
            881..=940 => Habit::LosesIncome { on: some_day(chance) },
            941..=994 => Habit::Delays { from: some_day(chance) },
            _ => Habit::NeverPays,
        }
    }

    /// The day an instalment due on `due_on` is paid without anybody asking; none if it is not.
    pub(super) fn pays_on(self, chance: &mut Chance, due_on: Day) -> Option<Day> {
        let early = |chance: &mut Chance| due_on.plus_days(-chance.between(0, 3));
        match self {
            Habit::Punctual => Some(early(chance)),
            Habit::Forgetful if chance.percent(88) => Some(early(chance)),
            Habit::Forgetful => Some(due_on.plus_days(chance.between(2, 24))),
            Habit::LosesIncome { on } if due_on < on => Some(early(chance)),
            Habit::Delays { from } if due_on < from => Some(early(chance)),
            Habit::Told { from } if due_on < from => Some(early(chance)),
            Habit::LosesIncome { .. } | Habit::Delays { .. } | Habit::NeverPays | Habit::Told { .. } => None,
        }
    }

    /// What becomes of a call to them.
    pub(super) fn answers(self, chance: &mut Chance) -> ContactOutcome {
        let percent = match self {
            Habit::Punctual | Habit::Forgetful => 70,
            Habit::LosesIncome { .. } => 65,
            Habit::Delays { .. } => 45,
            Habit::NeverPays | Habit::Told { .. } => 8,
        };
        if chance.percent(percent) { ContactOutcome::Reached } else { ContactOutcome::NotReached }
    }

    /// In how many of a hundred cases they pay what they promised.
    pub(super) fn keeps_promises_percent(self) -> u64 {
        match self {
            Habit::Punctual | Habit::Forgetful => 92,
            Habit::LosesIncome { .. } => 74,
            Habit::Delays { .. } => 55,
            Habit::NeverPays => 5,
            Habit::Told { .. } => 0,
        }
    }

    /// How they say they stand when somebody comes.
    pub(super) fn circumstances(self) -> Circumstances {
        match self {
            Habit::Punctual | Habit::Forgetful => Circumstances::CanPay,
            Habit::LosesIncome { .. } | Habit::Told { .. } => Circumstances::InHardship,
            Habit::Delays { .. } => Circumstances::CanPayInParts,
            Habit::NeverPays => Circumstances::WillNotPay,
        }
    }

    /// Why they say it is hard to pay, for those who say so.
    pub(super) fn hardship(self, chance: &mut Chance) -> Option<HardshipReason> {
        let reasons = [HardshipReason::LessIncome, HardshipReason::Illness, HardshipReason::OtherDebts, HardshipReason::NotSaid];
        matches!(self, Habit::LosesIncome { .. }).then(|| chance.pick(&reasons))
    }
}

/// Somebody who asks for credit.
pub(super) fn applicant(chance: &mut Chance) -> Applicant {
    let income = Money::from_minor(i64::from(chance.between(30, 180)) * 10_000);
    Applicant {
        age: chance.between(22, 62) as u32,
        income,
        other_debts: Money::from_minor(income.minor() * i64::from(chance.between(0, 30)) / 100),
        months_employed: chance.between(3, 120) as u32,
        worst_days_past_due: if chance.percent(80) { 0 } else { chance.between(1, 40) as u32 },
        inquiries: chance.between(0, 4) as u32,
        active_months: chance.between(3, 12) as u32,
    }
}

/// What somebody with this habit states of their means.
pub(super) fn means(chance: &mut Chance, habit: Habit) -> Means {
    let line = |category, yuan: i32| Line { category, amount: Some(Money::from_minor(i64::from(yuan) * 100)) };
    let wages = match habit {
        Habit::LosesIncome { .. } | Habit::Told { .. } => chance.between(2600, 4800),
        Habit::Punctual | Habit::Forgetful | Habit::Delays { .. } | Habit::NeverPays => chance.between(4500, 11_000),
    };
    let living = wages * chance.between(55, 85) / 100;
    Means {
        income: vec![line(Category::Wages, wages)],
        outgoings: vec![
            line(Category::Rent, living * 4 / 10),
            line(Category::Food, living * 3 / 10),
            line(Category::Utilities, living / 10),
            line(Category::Transport, living / 10),
            line(Category::Health, living / 20),
            Line { category: Category::Other, amount: None },
        ],
        other_debts: Money::from_minor(i64::from(chance.between(0, 3) * 200) * 100),
        household: chance.between(1, 5) as u32,
        ..Means::default()
    }
}
