//! The world of the demonstration book, run day by day through the real use cases: people join, buy and pay; the office
//! writes, calls and visits; at the end of each day comes the night.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use domain::book::Book;
use domain::day::Day;
use domain::event::Event;
use domain::follow_up::Step;
use domain::id::{AccountId, CaseId, ComplaintId, PersonId, StaffId, VisitId};
use domain::identity::Identity;
use domain::moment::{Moment, Timestamp};
use domain::money::Money;
use domain::visit::Slot;

use store::Error;

use super::chance::Chance;
use super::life::Habit;
use super::people::CITIES;
use super::scribe::Scribe;
use super::stories::{STORIES, Scene, Story};

/// Days between two messages, or two letters, of one case.
const TIME_TO_ANSWER: i32 = 7;

/// Everybody, and what is to happen on which day.
pub(super) struct World<'a, 'b> {
    pub(super) book: Arc<Book>,
    pub(super) scribe: Scribe<'a, 'b>,
    pub(super) staff: Staff,
    pub(super) today: Day,
    pub(super) people: Vec<Somebody>,
    index: HashMap<PersonId, usize>,
    agenda: BTreeMap<Day, Vec<(usize, Todo)>>,
}

/// Who works here.
#[derive(Clone)]
pub(crate) struct Staff {
    /// At a desk.
    pub(crate) desk: Vec<StaffId>,
    /// At doors, two a city.
    pub(crate) field: Vec<StaffId>,
    pub(super) conduct: StaffId,
}

/// One life.
pub(super) struct Somebody {
    pub(super) id: PersonId,
    pub(super) habit: Habit,
    pub(super) city: usize,
    pub(super) chance: Chance,
    pub(super) identity: Option<Identity>,
    pub(super) accounts: Vec<AccountId>,
    /// The last complaint.
    pub(super) complaint: Option<ComplaintId>,
    /// The last visit that was proposed, its slots, and the one agreed.
    pub(super) visit: Option<VisitId>,
    pub(super) slots: Vec<Slot>,
    pub(super) agreed: Option<Slot>,
    /// The steps that nights planned, and in which case; the last is the one to be taken.
    pub(super) planned: Vec<(CaseId, Step)>,
    /// The name a story gives them.
    pub(super) name: Option<&'static str>,
}

/// What is to happen to somebody on a day.
#[derive(Clone, Copy, Debug)]
pub(super) enum Todo {
    Join,
    Buy,
    Pay {
        account: AccountId,
        due_on: Day,
    },
    CatchUp,
    PayToward {
        amount: Money,
    },
    /// A step, by its place among those that were planned for the person.
    TakeUp {
        step: Step,
        plan: usize,
    },
    AnswerProposal,
    Visit,
    AnswerComplaint,
    Play(Scene),
}

impl<'a, 'b> World<'a, 'b> {
    /// A world in which accounts are opened over two years up to `today`, until there are about `accounts` of them, and in
    /// which the stories are told.
    pub(super) fn new(
        scribe: Scribe<'a, 'b>,
        book: Arc<Book>,
        staff: Staff,
        seed: u64,
        accounts: u32,
        today: Day,
    ) -> World<'a, 'b> {
        let (people, index, agenda) = (vec![], HashMap::new(), BTreeMap::new());
        let mut world = World { book, scribe, staff, today, people, index, agenda };
        let mut chance = Chance::new(seed);
        for (story, (_, id)) in STORIES.iter().zip(cast(&mut chance)) {
            world.cast(story, id, &mut chance);
        }
        let first = today.plus_days(1 - super::DAYS);
        let mut planned = STORIES.len() as u32;
        while planned < accounts {
            let joins_on = first.plus_days(chance.between(0, first.days_until(today) - 12));
            let habit = Habit::draw(&mut chance, joins_on, today);
            let id = PersonId(chance.bits());
            let index = world.add(id, &mut chance, habit, None);
            world.plan(joins_on, index, Todo::Join);
            planned += 1;
            if chance.percent(30) && planned < accounts {
                world.plan(joins_on.plus_days(chance.between(20, 300)).min(today), index, Todo::Buy);
                planned += 1;
            }
        }
        world
    }

    fn cast(&mut self, story: &Story, id: PersonId, chance: &mut Chance) {
        let from = self.today.plus_days(if story.scenes.is_empty() { 1 } else { -62 });
        let index = self.add(id, chance, Habit::Told { from }, Some(story.name));
        // Joined on a day of the month that makes the missed instalment due 60 to 62 days before the end.
        self.plan(self.today.plus_days(-61).plus_months(-5), index, Todo::Join);
        for (days_before, scene) in story.scenes {
            self.plan(self.today.plus_days(-days_before), index, Todo::Play(*scene));
        }
    }

    fn add(&mut self, id: PersonId, chance: &mut Chance, habit: Habit, name: Option<&'static str>) -> usize {
        let index = self.people.len();
        self.people.push(Somebody {
            id,
            habit,
            city: index % CITIES.len(),
            chance: Chance::new(chance.bits()),
            identity: None,
            accounts: vec![],
            complaint: None,
            visit: None,
            slots: vec![],
            agreed: None,
            planned: vec![],
            name,
        });
        self.index.insert(id, index);
        index
    }

    /// Runs one day: what is planned, then the night.
    pub(super) fn run(&mut self, day: Day) -> Result<(), Error> {
        // What is done may plan more for the same day.
        while let Some(todos) = self.agenda.remove(&day) {
            for (index, todo) in todos {
                self.does(index, day, todo)?;
            }
        }
        for (person, event) in self.scribe.night(day)? {
            self.night_said(person, day, &event);
        }
        Ok(())
    }

    /// Makes everything up to now last.
    pub(super) fn commit(&mut self) -> Result<(), Error> {
        self.scribe.commit()
    }

    pub(super) fn plan(&mut self, day: Day, index: usize, todo: Todo) {
        if day <= self.today {
            self.agenda.entry(day).or_default().push((index, todo));
        }
    }

    /// The office takes up what the night planned, except where a story tells what happens.
    fn night_said(&mut self, person: PersonId, day: Day, event: &Event) {
        let Event::FollowUpPlanned { case, step, due_on, .. } = event else { return };
        let Some(index) = self.index.get(&person).copied() else { return };
        if matches!(self.people[index].habit, Habit::Told { .. }) {
            return;
        }
        let somebody = &mut self.people[index];
        let days = day.days_until(*due_on).max(1);
        let soon = day.plus_days(somebody.chance.between(1, days));
        // Who was written to before in this case is given time to answer before they are written to again.
        let is_again = matches!(step, Step::Message | Step::Letter) && somebody.planned.contains(&(*case, *step));
        let on = if is_again { (*due_on).max(day.plus_days(TIME_TO_ANSWER)) } else { soon };
        somebody.planned.push((*case, *step));
        let plan = somebody.planned.len();
        self.plan(on, index, Todo::TakeUp { step: *step, plan });
    }

    /// The instant `minute` minutes after midnight of `day`, by the book's clocks.
    pub(super) fn at(&mut self, day: Day, minute: i32) -> Timestamp {
        self.scribe.at(day, minute)
    }

    /// That instant as a moment.
    pub(super) fn moment(&mut self, day: Day, minute: i32) -> Moment {
        let at = self.at(day, minute);
        self.book.moment(at)
    }

    fn does(&mut self, index: usize, day: Day, todo: Todo) -> Result<(), Error> {
        match todo {
            Todo::Join => self.join(index, day),
            Todo::Buy => self.buy(index, day),
            Todo::Pay { account, due_on } => self.pay(index, day, account, due_on),
            Todo::CatchUp => self.catch_up(index, day),
            Todo::PayToward { amount } => self.pay_toward(index, day, amount),
            // Planned otherwise since: what was planned before is not done any more.
            Todo::TakeUp { plan, .. } if plan != self.people[index].planned.len() => Ok(()),
            Todo::TakeUp { step, .. } => self.take_up(index, day, step),
            Todo::AnswerProposal => self.answer_proposal(index, day),
            Todo::Visit => self.visit_drawn(index, day),
            Todo::AnswerComplaint => self.answer_drawn(index, day),
            Todo::Play(scene) => self.play(index, day, scene),
        }
    }
}

/// Who plays which story, drawn first of all.
pub(super) fn cast(chance: &mut Chance) -> Vec<(&'static str, PersonId)> {
    STORIES.iter().map(|story| (story.key, PersonId(chance.bits()))).collect()
}
