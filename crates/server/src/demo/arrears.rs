//! How the office and people in arrears meet, where no story tells it: drawn by habit.

use domain::complaint::{Answer, Matter};
use domain::contact::{Act, Channel, ContactOutcome};
use domain::day::Day;
use domain::event::Event;
use domain::follow_up::Step;
use domain::money::Money;
use domain::promise::Origin;
use domain::visit::{Decline, Doorstep, Met};

use store::Error;

use super::life::Habit;
use super::world::{Todo, World};

impl World<'_, '_> {
    /// Takes up a step that the night planned.
    pub(super) fn take_up(&mut self, index: usize, day: Day, step: Step) -> Result<(), Error> {
        let somebody = &mut self.people[index];
        let minute = somebody.chance.between(9 * 60, 19 * 60);
        match step {
            Step::Message | Step::Letter => {
                let channel = if step == Step::Message { Channel::Sms } else { Channel::Letter };
                if self.reach(index, day, minute, Act::demand(channel), ContactOutcome::Sent)? {
                    self.may_pay_unasked(index, day);
                }
                Ok(())
            }
            Step::Call => {
                let outcome = somebody.habit.answers(&mut somebody.chance);
                let reached = self.reach(index, day, minute, Act::demand(Channel::Call), outcome)?;
                if reached && outcome == ContactOutcome::Reached { self.talk(index, day, Origin::Call) } else { Ok(()) }
            }
            Step::Visit => {
                self.propose_visit(index, day)?;
                if self.people[index].visit.is_some() {
                    self.plan(day.plus_days(1), index, Todo::AnswerProposal);
                    return Ok(());
                }
                // Where nobody may come yet, for a file that is not complete or a person who said no, the office writes again.
                self.reach(index, day, minute, Act::demand(Channel::Letter), ContactOutcome::Sent).map(drop)
            }
            Step::Wait | Step::Mediation | Step::Review | Step::PaymentOrder | Step::Suit | Step::WriteOff | Step::Sale => Ok(()),
        }
    }

    /// A reminder is all that some need.
    fn may_pay_unasked(&mut self, index: usize, day: Day) {
        let somebody = &mut self.people[index];
        let percent = match somebody.habit {
            Habit::Punctual | Habit::Forgetful => 60,
            Habit::LosesIncome { .. } => 5,
            Habit::Delays { .. } => 12,
            Habit::NeverPays | Habit::Told { .. } => 0,
        };
        if somebody.chance.percent(percent) {
            let on = day.plus_days(somebody.chance.between(1, 4));
            self.plan(on, index, Todo::CatchUp);
        }
    }

    /// A talk ends in a plea of hardship, a complaint, a promise, or nothing.
    fn talk(&mut self, index: usize, day: Day, origin: Origin) -> Result<(), Error> {
        let somebody = &mut self.people[index];
        let answer_on = day.plus_days(somebody.chance.between(2, 13));
        let roll = somebody.chance.between(1, 100);
        let matter = match somebody.habit.hardship(&mut somebody.chance) {
            Some(reason) if roll <= 35 => Some(Matter::Hardship { reason }),
            _ if roll > 98 => Some(Matter::Complaint { about: Some(Channel::Call), visit: None }),
            _ => None,
        };
        if let Some(matter) = matter {
            self.complain(index, day, matter)?;
            self.plan(answer_on, index, Todo::AnswerComplaint);
        } else if roll <= 75 {
            let due_on = day.plus_days(self.people[index].chance.between(3, 10));
            let said = self.promise(index, day, due_on, origin)?;
            self.will_keep(index, &said);
        }
        Ok(())
    }

    /// Plans what comes of the promises in `said`: most are kept, some in part.
    pub(super) fn will_keep(&mut self, index: usize, said: &[Event]) {
        for event in said {
            let Event::PromiseMade { amount, due_on, .. } = event else { continue };
            let somebody = &mut self.people[index];
            let keeps = somebody.habit.keeps_promises_percent();
            let roll = somebody.chance.between(1, 100) as u64;
            let amount = match roll {
                _ if roll <= keeps => *amount,
                _ if roll <= keeps + 10 => Money::from_minor(amount.minor() / 2),
                _ => continue,
            };
            let on = due_on.plus_days(-somebody.chance.between(0, 2));
            self.plan(on, index, Todo::PayToward { amount });
        }
    }

    /// The officer answers; hardship that is accepted ends in a plan.
    pub(super) fn answer_drawn(&mut self, index: usize, day: Day) -> Result<(), Error> {
        let answers = [Answer::Upheld, Answer::Upheld, Answer::PartlyUpheld, Answer::NotUpheld];
        let answer = self.people[index].chance.pick(&answers);
        self.answer(index, day, answer)?;
        let is_hardship = matches!(self.people[index].habit, Habit::LosesIncome { .. });
        if is_hardship && answer != Answer::NotUpheld { self.agree_plan(index, day) } else { Ok(()) }
    }

    /// The person picks a slot, declines, or says nothing.
    pub(super) fn answer_proposal(&mut self, index: usize, day: Day) -> Result<(), Error> {
        let somebody = &mut self.people[index];
        if somebody.habit == Habit::NeverPays {
            return Ok(());
        }
        match somebody.chance.between(1, 100) as usize {
            roll @ 1..=72 => {
                self.choose(index, day, roll % 3)?;
                if let Some(slot) = self.people[index].agreed {
                    self.plan(self.book.day_of(slot.from), index, Todo::Visit);
                }
                Ok(())
            }
            73..=82 => self.decline(index, day, Decline::AnotherChannel),
            83..=88 => self.decline(index, day, Decline::NoVisit),
            89..=92 => self.decline(index, day, Decline::NeedsHelp),
            _ => Ok(()),
        }
    }

    /// The team comes; somebody is at home, or nobody.
    pub(super) fn visit_drawn(&mut self, index: usize, day: Day) -> Result<(), Error> {
        let somebody = &mut self.people[index];
        let habit = somebody.habit;
        let is_home = somebody.chance.percent(85);
        let doorstep = Doorstep {
            met: if is_home { Met::Debtor } else { Met::Nobody },
            identity_verified: is_home,
            debt_told_to_other: false,
            circumstances: is_home.then(|| habit.circumstances()),
            asked_to_leave: false,
            distress: false,
            words: None,
        };
        let visit = somebody.visit;
        let was_made = self.visit(index, doorstep)?;
        match (habit, visit) {
            (Habit::LosesIncome { .. }, Some(_)) if was_made && is_home => self.agree_plan(index, day),
            (Habit::Delays { .. } | Habit::Forgetful, Some(visit)) if was_made && is_home => {
                self.talk(index, day, Origin::Visit(visit))
            }
            _ => Ok(()),
        }
    }
}
