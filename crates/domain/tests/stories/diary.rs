//! The diary a story is told in.

use domain::arrears;
use domain::book::Book;
use domain::complaint::{self, Answer, HardshipReason, Matter};
use domain::credit::{self, Applicant};
use domain::day::Day;
use domain::event::{Actor, Event, NoteRef, Recorded};
use domain::hardship::{self, Relief};
use domain::house::House;
use domain::id::{AccountId, ComplaintId, EntryId, NoteId, PersonId, PlanId, PromiseId, StaffId, VisitId};
use domain::law::{Calendar, Law, Pack};
use domain::loan::{Late, Method, Position, Terms};
use domain::means::{self, Category, Line, Means};
use domain::message;
use domain::moment::Timestamp;
use domain::money::Money;
use domain::options::{Instalment, Way};
use domain::payment;
use domain::person::Person;
use domain::plan::{self, Accepted, Override, Signed};
use domain::promise::{self, Origin, Outcome, PromiseEnd};
use domain::refusal::Refusal;
use domain::respite::{self, Ground, RespiteEnd};
use domain::visit;
use jiff::tz::{Offset, TimeZone};
use rust_decimal::Decimal;

pub(crate) const ACCOUNT: AccountId = AccountId(1);
/// Who answers complaints.
pub(crate) const OFFICER: StaffId = StaffId(31);
/// Somebody else who does.
pub(crate) const OTHER_OFFICER: StaffId = StaffId(32);

/// Somebody's life with one account, told day by day. Every day ends with its night.
pub(crate) struct Diary {
    pub(crate) person: Person,
    pub(crate) book: Book,
    pub(crate) today: Day,
    /// The minute of the day at which the next thing happens.
    pub(crate) minute: i64,
    next: u64,
}

impl Diary {
    /// Somebody with a limit of 16,000 yuan buys for `yuan` in `months` instalments without interest, three days of grace
    /// and half a thousandth a day on what is late.
    pub(crate) fn buys(on: &str, yuan: i64, months: u32) -> Diary {
        Diary::buys_on(on, yuan, months, |terms| terms)
    }

    /// The same at 18 % a year, in equal instalments.
    pub(crate) fn buys_with_interest(on: &str, yuan: i64, months: u32) -> Diary {
        let at_interest = |terms| Terms { annual_rate: Decimal::new(18, 2), method: Method::EqualInstalment, ..terms };
        Diary::buys_on(on, yuan, months, at_interest)
    }

    /// The same with a fee of a hundredth a month, where each instalment that is late costs ten yuan at once and all cost
    /// together may not pass 24 % a year: little is left of the ten yuan.
    pub(crate) fn buys_near_the_cap(on: &str, yuan: i64, months: u32) -> Diary {
        Diary::buys_on(on, yuan, months, |terms| Terms {
            method: Method::FlatFee { rate: Decimal::new(1, 2) },
            late: Late { fee: yuan_of(10), ..terms.late },
            cost_cap: Some(Decimal::new(24, 2)),
            ..terms
        })
    }

    fn buys_on(on: &str, yuan: i64, months: u32, agreed: impl FnOnce(Terms) -> Terms) -> Diary {
        let zone = TimeZone::fixed(Offset::constant(8));
        let law = Law::new(vec![], &|_| None).unwrap();
        let zones = |name: &str| TimeZone::get(name).ok();
        let book = Book { currency: "CNY".into(), zone, law, calendar: Calendar::default(), zones, house: house() };
        let mut diary = Diary { person: Person::new(PersonId(7)), book, today: day(on), minute: 12 * 60, next: 100 };
        let identity = NoteRef { id: NoteId(1), digest: "00".repeat(32) };
        diary.write(vec![Event::PersonRegistered { identity, zone: "Asia/Shanghai".into() }]);
        let applicant = Applicant {
            age: 30,
            income: Money::from_minor(900_000),
            other_debts: Money::from_minor(100_000),
            months_employed: 36,
            worst_days_past_due: 0,
            inquiries: 0,
            active_months: 12,
        };
        diary.write(credit::apply_for(applicant).unwrap());
        let late = Late { annual_rate: "0.1825".parse().unwrap(), ..Late::default() };
        let terms = Terms { grace_days: 3, late, ..Terms::interest_free(yuan_of(yuan), diary.today, months) };
        let signed =
            credit::sign(&diary.person, &diary.book, ACCOUNT, "F1".into(), agreed(terms), "0".parse().unwrap(), diary.today);
        diary.write(signed.unwrap());
        diary
    }

    /// Lets the days pass up to `until`, each with its night; `until` itself has begun.
    pub(crate) fn until(&mut self, until: &str) -> &mut Diary {
        while self.today < day(until) {
            self.night();
            self.today = self.today.plus_days(1);
            self.minute = 12 * 60;
        }
        self
    }

    /// The night that ends today; run again, it must say nothing.
    pub(crate) fn night(&mut self) -> Vec<Event> {
        let midnight = self.book.start_of(self.today.plus_days(1));
        let events = arrears::night(&self.person, &self.book, self.today, midnight);
        self.write_as(Actor::Night, events.clone());
        assert_eq!(arrears::night(&self.person, &self.book, self.today, midnight), [], "the night of {} ran twice", self.today);
        events
    }

    /// Pays `yuan` today, counting from today.
    pub(crate) fn pays(&mut self, yuan: i64) -> EntryId {
        self.pays_as_of(yuan, self.today)
    }

    /// Pays `yuan`, which becomes known today and counts from `effective_on`.
    pub(crate) fn pays_as_of(&mut self, yuan: i64, effective_on: Day) -> EntryId {
        let id = EntryId(self.id());
        let events = payment::receive(&self.person, ACCOUNT, id, yuan_of(yuan), effective_on, self.today, self.now());
        self.write(events.unwrap());
        id
    }

    /// Pays an amount to the cent.
    pub(crate) fn pays_exactly(&mut self, amount: Money) -> EntryId {
        let id = EntryId(self.id());
        let events = payment::receive(&self.person, ACCOUNT, id, amount, self.today, self.today, self.now());
        self.write(events.unwrap());
        id
    }

    /// Wants to buy something more.
    pub(crate) fn buys_more(&self) -> Result<Vec<Event>, Refusal> {
        let terms = Terms::interest_free(yuan_of(100), self.today, 3);
        credit::sign(&self.person, &self.book, AccountId(2), "F2".into(), terms, "0".parse().unwrap(), self.today)
    }

    /// The book comes under the law of China.
    pub(crate) fn under_chinese_law(&mut self) -> &mut Diary {
        let text = concat!(include_str!("../../../../packs/cn/pack.toml"), "\n", include_str!("../../../../packs/cn/money.toml"));
        let pack: Pack = toml::from_str(text).unwrap();
        self.book.law = Law::new(vec![pack], &|name| TimeZone::get(name).ok()).unwrap();
        self
    }

    /// Where the account stands today.
    pub(crate) fn position(&self) -> Position {
        self.person.accounts[&ACCOUNT].loan.position(self.today)
    }

    /// A payment turns out not to have come.
    pub(crate) fn bounces(&mut self, payment: EntryId) -> &mut Diary {
        let id = EntryId(self.id());
        let events = payment::reverse(&self.person, ACCOUNT, id, payment, self.today, self.noon());
        self.write(events.unwrap());
        self
    }

    /// Promises `yuan` by `due_on`.
    pub(crate) fn promises(&mut self, yuan: i64, due_on: &str) -> PromiseId {
        let id = PromiseId(self.id());
        let made = promise::make(&self.person, id, yuan_of(yuan), day(due_on), Origin::Call, self.today);
        self.write(made.unwrap());
        id
    }

    /// Calls a promise off.
    pub(crate) fn cancels(&mut self, id: PromiseId) -> Result<(), Refusal> {
        let events = promise::cancel(&self.person, id, self.today)?;
        self.write(events);
        Ok(())
    }

    /// A team stands at the door now.
    pub(crate) fn is_visited(&mut self) -> VisitId {
        // The form of both events is the golden file's; only the case and the minute are this story's.
        let golden = include_str!("../golden/events.ndjson");
        let (case, now) = (self.person.open_case().unwrap().id, self.now());
        for kind in ["visit_proposed", "visit_started"] {
            let line = golden.lines().find(|line| line.contains(kind)).unwrap();
            let mut event: Event = serde_json::from_str(line).unwrap();
            match &mut event {
                Event::VisitProposed { case: of, .. } => *of = case,
                Event::VisitStarted { at, .. } => *at = now,
                _ => unreachable!("{line}"),
            }
            self.write_as(Actor::Staff(OFFICER), vec![event]);
        }
        self.person.open_visit().unwrap().id
    }

    /// Promises `yuan` by `due_on` at the door.
    pub(crate) fn promises_at_the_door(&mut self, yuan: i64, due_on: &str, visit: VisitId) -> PromiseId {
        let id = PromiseId(self.id());
        let made = promise::make(&self.person, id, yuan_of(yuan), day(due_on), Origin::Visit(visit), self.today);
        self.write(made.unwrap());
        id
    }

    /// States an income and outgoings a month.
    pub(crate) fn states(&mut self, income: i64, outgoings: i64) -> &mut Diary {
        let line = |category, yuan| Line { category, amount: Some(yuan_of(yuan)) };
        let means = Means {
            income: vec![line(Category::Wages, income)],
            outgoings: vec![line(Category::Rent, outgoings)],
            household: 1,
            ..Means::default()
        };
        let stated = means::state(means, None, vec![], self.today).unwrap();
        self.write(stated);
        self
    }

    /// Agrees to pay `yuan` of what is due on each of `days`, beside what falls due anyway.
    pub(crate) fn plans(&mut self, yuan: i64, days: &[&str]) -> Result<PlanId, Refusal> {
        let parts = days.iter().map(|due_on| Instalment { due_on: day(due_on), amount: yuan_of(yuan) });
        self.agrees(&Way::Parts { parts: parts.collect() })
    }

    /// Agrees to a way out on their own page.
    pub(crate) fn agrees(&mut self, way: &Way) -> Result<PlanId, Refusal> {
        self.agrees_with(way, None)
    }

    /// Agrees to a way out with the yes of a second person, if there is one.
    pub(crate) fn agrees_with(&mut self, way: &Way, overridden: Option<Override>) -> Result<PlanId, Refusal> {
        let signed = Signed { code: "K7QW2X9M".into(), accepted: Accepted::Page };
        let events = plan::agree(&self.person, &self.book, way, signed, overridden, self.today, self.now())?;
        self.write(events);
        Ok(self.person.plans.values().max_by_key(|plan| (plan.agreed_at, plan.agreed_on)).unwrap().id)
    }

    /// Takes an agreement back.
    pub(crate) fn takes_back(&mut self, plan: PlanId) -> Result<(), Refusal> {
        let events = plan::withdraw(&self.person, plan, self.today, self.now())?;
        self.write(events);
        Ok(())
    }

    /// Says that paying is hard now.
    pub(crate) fn pleads(&mut self) -> ComplaintId {
        self.says(Matter::Hardship { reason: HardshipReason::LessIncome })
    }

    /// Says that something went wrong.
    pub(crate) fn says(&mut self, matter: Matter) -> ComplaintId {
        let id = ComplaintId(self.id());
        let events = complaint::open(&self.person, &self.book, id, matter, None, self.today);
        self.write(events);
        id
    }

    /// Gets an answer.
    pub(crate) fn hears(&mut self, id: ComplaintId, answer: Answer) -> &mut Diary {
        self.hears_from(OFFICER, id, answer).unwrap();
        self
    }

    /// Gets an answer from a member of staff.
    pub(crate) fn hears_from(&mut self, staff: StaffId, id: ComplaintId, answer: Answer) -> Result<(), Refusal> {
        let by = Actor::Staff(staff);
        let events = complaint::answer(&self.person, id, answer, None, by, self.today)?;
        self.write_as(by, events);
        Ok(())
    }

    /// Does not accept an answer.
    pub(crate) fn appeals(&mut self, of: ComplaintId) -> Result<ComplaintId, Refusal> {
        let id = ComplaintId(self.id());
        let events = complaint::appeal(&self.person, &self.book, id, of, None, self.today)?;
        self.write(events);
        Ok(id)
    }

    /// A plea is granted: nothing is asked until a day.
    pub(crate) fn is_granted_respite(&mut self, plea: ComplaintId, until: &str) -> &mut Diary {
        let (relief, by) = (Relief::Respite { until: day(until) }, Actor::Staff(OFFICER));
        let now = self.now();
        let granted = hardship::grant(&self.person, &self.book, plea, relief, vec!["北方催收".into()], None, by, self.today, now);
        self.write_as(by, granted.unwrap());
        self
    }

    /// Everything stops.
    pub(crate) fn rests(&mut self, ground: Ground, until: Option<&str>) -> Result<(), Refusal> {
        let (until, now) = (until.map(day), self.now());
        let events = respite::begin(&self.person, &self.book, ground, until, vec![], None, self.today, now)?;
        self.write_as(Actor::Staff(OFFICER), events);
        Ok(())
    }

    /// Everything goes on.
    pub(crate) fn goes_on(&mut self, because: RespiteEnd) -> &mut Diary {
        let events = respite::end(&self.person, because, self.today, self.now()).unwrap();
        self.write_as(Actor::Staff(OFFICER), events);
        self
    }

    /// What the ledger said of a promise, and how much was paid toward it, in yuan.
    pub(crate) fn outcome(&self, id: PromiseId) -> Option<(Outcome, i64)> {
        match self.person.promises[&id].end? {
            PromiseEnd::Judged { outcome, paid, .. } => Some((outcome, paid.minor() / 100)),
            PromiseEnd::Superseded { .. } | PromiseEnd::Cancelled { .. } => None,
        }
    }

    /// What is overdue today, penalty included.
    pub(crate) fn overdue(&self) -> Money {
        self.person.overdue(self.today)
    }

    /// Now, to the minute.
    pub(crate) fn now(&self) -> Timestamp {
        self.book.start_of(self.today) + jiff::SignedDuration::from_mins(self.minute)
    }

    /// The clock of today shows `hour`.
    pub(crate) fn at(&mut self, hour: i64) -> &mut Diary {
        self.minute = hour * 60;
        self
    }

    pub(crate) fn noon(&self) -> Timestamp {
        self.book.start_of(self.today) + jiff::SignedDuration::from_hours(12)
    }

    pub(crate) fn write(&mut self, events: Vec<Event>) {
        self.write_as(Actor::Consumer(self.person.id), events);
    }

    /// As the store appends: with what the events take back.
    pub(crate) fn write_as(&mut self, actor: Actor, mut events: Vec<Event>) {
        events.extend(message::taken_back(&self.person, &events));
        events.extend(visit::revoke_fallen(&self.person, &events, self.now()));
        for event in events {
            let recorded = Recorded { version: self.person.version + 1, recorded_at: self.now(), actor, event };
            self.person.apply(&recorded);
        }
    }

    fn id(&mut self) -> u64 {
        self.next += 1;
        self.next
    }
}

/// The house as it ships, with the Chinese form of means.
pub(crate) fn house() -> House {
    let text = concat!(
        include_str!("../../../../house/options.toml"),
        include_str!("../../../../house/waivers.toml"),
        include_str!("../../../../house/strategy.toml"),
        include_str!("../../../../house/means/cn.toml"),
    );
    toml::from_str(text).unwrap()
}

/// A note of which nothing but its being there matters.
pub(crate) fn note() -> NoteRef {
    NoteRef { id: NoteId(9), digest: "00".repeat(32) }
}

pub(crate) fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

pub(crate) fn yuan_of(yuan: i64) -> Money {
    Money::from_minor(yuan * 100)
}
