//! A random life with a debt: somebody pays or does not, promises, states means, agrees, takes back, pleads and rests, and we try
//! to write and to visit all the while. Nights are run when the person is to be woken, and on no other day.

use domain::arrears;
use domain::book::Book;
use domain::complaint::{self, Answer, HardshipReason, Matter};
use domain::contact::{self, Act, Channel};
use domain::credit::{self, Applicant};
use domain::day::Day;
use domain::event::{Actor, Event, NoteRef, Recorded};
use domain::hardship::{self, Relief};
use domain::id::{AccountId, ComplaintId, EntryId, MessageId, NoteId, PersonId, PlanId, PromiseId, StaffId, VisitId};
use domain::law::Purpose;
use domain::loan::{InterestOn, Late, Method, Terms};
use domain::means::{self, Category, Creditor, CreditorKind, Line, Means};
use domain::message::{self, Draft};
use domain::moment::Timestamp;
use domain::money::Money;
use domain::options::{Instalment, Way};
use domain::payment;
use domain::person::Person;
use domain::plan::{self, Accepted, Override, Signed};
use domain::promise::{self, Origin};
use domain::respite::{self, Ground, RespiteEnd};
use domain::visit;
use rust_decimal::Decimal;

use crate::life::Chance;

/// Events as they are appended, with the person before and after.
pub(super) struct Step<'a> {
    pub(super) before: &'a Person,
    pub(super) events: &'a [Event],
    pub(super) after: &'a Person,
    pub(super) today: Day,
}

/// What a core with a defect does to the events that it is about to write.
pub(super) type Spoil = fn(&mut Vec<Event>);

/// A life under way.
pub(super) struct Life<'a> {
    pub(super) person: Person,
    book: &'a Book,
    today: Day,
    minute: i64,
    last_night: Day,
    ids: u64,
    chance: &'a mut Chance,
    watch: &'a mut dyn FnMut(Step<'_>),
}

/// Lives one, and shows each append to `watch`, and with no events each morning on which something is about to happen. `spoil`
/// changes the events before they are written.
pub(super) fn live(chance: &mut Chance, book: &Book, spoil: Spoil, watch: &mut dyn FnMut(Step<'_>)) -> (Person, Day) {
    let today = Day::parse("2025-11-20").unwrap().plus_days(chance.below(60) as i32);
    let last_night = today.plus_days(-1);
    let person = Person::new(PersonId(1 + chance.below(1_000)));
    let mut life = Life { person, book, today, minute: 720, last_night, ids: 100, chance, watch };
    life.buys(spoil);
    for _ in 0..8 + life.chance.below(14) {
        let days = 1 + life.chance.below(24) as i32;
        life.pass(days, spoil);
        life.act(spoil);
    }
    life.pass(40, spoil);
    (life.person, life.today)
}

impl Life<'_> {
    fn id(&mut self) -> u64 {
        self.ids += 1;
        self.ids
    }

    fn now(&self) -> Timestamp {
        self.book.start_of(self.today) + jiff::SignedDuration::from_mins(self.minute)
    }

    /// As the store appends.
    fn write(&mut self, actor: Actor, mut events: Vec<Event>, recorded_at: Timestamp, spoil: Spoil) {
        events.extend(message::taken_back(&self.person, &events));
        events.extend(visit::revoke_fallen(&self.person, &events, recorded_at));
        spoil(&mut events);
        if events.is_empty() {
            return;
        }
        let before = self.person.clone();
        for event in &events {
            let recorded = Recorded { version: self.person.version + 1, recorded_at, actor, event: event.clone() };
            self.person.apply(&recorded);
        }
        (self.watch)(Step { before: &before, events: &events, after: &self.person, today: self.today });
    }

    fn buys(&mut self, spoil: Spoil) {
        let identity = NoteRef { id: NoteId(1), digest: String::new() };
        let mut events = vec![Event::PersonRegistered { identity, zone: String::new() }];
        let (income, other_debts) = (Money::from_minor(900_000), Money::ZERO);
        let applicant = Applicant {
            age: 30,
            income,
            other_debts,
            months_employed: 36,
            worst_days_past_due: 0,
            inquiries: 0,
            active_months: 12,
        };
        events.extend(credit::apply_for(applicant).unwrap());
        self.write(Actor::Import, events, self.now(), spoil);
        for number in 1..=1 + self.chance.below(2) {
            let terms = any_terms(self.chance, self.today);
            let signed =
                credit::sign(&self.person, self.book, AccountId(number), number.to_string(), terms, Decimal::ZERO, self.today);
            self.write(Actor::Import, signed.unwrap(), self.now(), spoil);
        }
    }

    /// Lets days pass; their nights are run where somebody is to be woken.
    fn pass(&mut self, days: i32, spoil: Spoil) {
        let until = self.today.plus_days(days);
        while let Some(night) = arrears::wakes_on(&self.person, self.book, self.last_night).filter(|night| *night < until) {
            (self.today, self.last_night) = (night, night);
            let midnight = self.book.start_of(night.plus_days(1));
            let events = arrears::night(&self.person, self.book, night, midnight);
            self.write(Actor::Night, events, midnight, spoil);
        }
        (self.today, self.last_night, self.minute) = (until, until.plus_days(-1), 720);
        (self.watch)(Step { before: &self.person, events: &[], after: &self.person, today: until });
    }

    /// Something happens, or is tried in vain.
    fn act(&mut self, spoil: Spoil) {
        let staff = |id| Actor::Staff(StaffId(id));
        let (actor, events) = match self.chance.below(20) {
            0..=4 => (staff(1), self.pays()),
            5 => (staff(1), self.bounces()),
            6 | 7 => (staff(1), self.promises()),
            8 => (staff(1), self.cancels()),
            9 | 10 => (staff(1), self.states()),
            11..=13 => (Actor::Consumer(self.person.id), self.agrees()),
            14 => (Actor::Consumer(self.person.id), self.takes_back()),
            15 => (Actor::Consumer(self.person.id), self.pleads()),
            16 => (staff(2 + self.chance.below(2)), self.hears()),
            17 => (staff(1), self.rests()),
            18 => (staff(1), self.is_visited()),
            _ => (Actor::Outbox, vec![]),
        };
        self.minute += 1;
        self.write(actor, events, self.now(), spoil);
        self.is_written_to(spoil);
    }

    fn account(&mut self) -> AccountId {
        AccountId(1 + self.chance.below(self.person.accounts.len() as u64))
    }

    fn pays(&mut self) -> Vec<Event> {
        let (account, id) = (self.account(), EntryId(self.id()));
        let promised = self.person.promises.values().filter(|it| it.is_open()).min_by_key(|it| it.due_on).map(|it| it.amount);
        let due = self.person.accounts[&account].loan.position(self.today).due.total();
        let amount = match (self.chance.below(5), promised) {
            (0, Some(promised)) => Money::from_minor(promised.minor() / 2 + 1),
            (1 | 2, Some(promised)) => promised,
            (3, _) if due.is_positive() => due,
            _ => self.chance.money(60_000),
        };
        let before = if self.chance.below(4) == 0 { self.chance.below(9) as i32 } else { 0 };
        let effective_on = self.today.plus_days(-before);
        payment::receive(&self.person, account, id, amount, effective_on, self.today, self.now()).unwrap_or_default()
    }

    fn bounces(&mut self) -> Vec<Event> {
        let (account, id) = (self.account(), EntryId(self.id()));
        let payments = self.person.accounts[&account].known_at.keys().copied().collect::<Vec<_>>();
        let Some(of) = payments.last() else { return vec![] };
        payment::reverse(&self.person, account, id, *of, self.today, self.now()).unwrap_or_default()
    }

    fn promises(&mut self) -> Vec<Event> {
        let (id, amount) = (PromiseId(self.id()), self.chance.money(80_000));
        let due_on = self.today.plus_days(self.chance.below(30) as i32);
        promise::make(&self.person, id, amount, due_on, Origin::Call, self.today).unwrap_or_default()
    }

    fn cancels(&mut self) -> Vec<Event> {
        let open = self.person.promises.values().find(|it| it.is_open()).map(|it| it.id);
        open.and_then(|id| promise::cancel(&self.person, id, self.today).ok()).unwrap_or_default()
    }

    fn states(&mut self) -> Vec<Event> {
        let line = |category, amount| Line { category, amount: Some(amount) };
        let creditor = |kind, owed, a_month| Creditor { kind, owed, a_month };
        let means = Means {
            income: vec![line(Category::Wages, Money::from_minor(200_000) + self.chance.money(600_000))],
            outgoings: vec![line(Category::Rent, self.chance.money(400_000))],
            household: 1,
            creditors: match self.chance.below(3) {
                0 => vec![creditor(CreditorKind::Credit, self.chance.money(900_000), self.chance.money(20_000))],
                1 => vec![creditor(CreditorKind::Home, self.chance.money(900_000), self.chance.money(20_000))],
                _ => vec![],
            },
            ..Means::default()
        };
        means::state(means, None, vec![], self.today).unwrap()
    }

    fn agrees(&mut self) -> Vec<Event> {
        let (way, signed) = (self.way(), Signed { code: String::new(), accepted: Accepted::Page });
        let overridden = match self.chance.below(4) {
            0 => {
                let approved_by = StaffId(1 + self.chance.below(2));
                Some(Override { asked_by: StaffId(1), approved_by, reason: NoteRef { id: NoteId(9), digest: String::new() } })
            }
            _ => None,
        };
        plan::agree(&self.person, self.book, &way, signed, overridden, self.today, self.now()).unwrap_or_default()
    }

    fn way(&mut self) -> Way {
        let (today, months) = (self.today, 1 + self.chance.below(24) as u32);
        let first_on = today.plus_days(1 + self.chance.below(45) as i32);
        match self.chance.below(10) {
            0 => Way::PayNow,
            1 | 2 => Way::ShortExtension { until: today.plus_days(1 + self.chance.below(14) as i32) },
            3 => {
                let mut due_on = today;
                let mut part = || {
                    due_on = due_on.plus_days(1 + self.chance.below(30) as i32);
                    Instalment { due_on, amount: self.chance.money(40_000) }
                };
                Way::Parts { parts: vec![part(), part()] }
            }
            4 => Way::Deferral { months: 1 + months % 3 },
            5 => Way::Instalments { months, first_on },
            6 => Way::InterestStop { months, first_on },
            7 | 8 => Way::Token { amount: self.chance.money(10_000), months: 1 + months % 4, first_on },
            _ => {
                let owed = self.person.owed(today).minor().max(2) as u64;
                Way::Settlement { amount: self.chance.money(owed), until: first_on }
            }
        }
    }

    fn takes_back(&mut self) -> Vec<Event> {
        let open: Vec<PlanId> = self.person.plans.values().filter(|it| it.end.is_none()).map(|it| it.id).collect();
        let Some(id) = open.first() else { return self.agrees() };
        plan::withdraw(&self.person, *id, self.today, self.now()).unwrap_or_default()
    }

    fn pleads(&mut self) -> Vec<Event> {
        let id = ComplaintId(self.id());
        complaint::open(&self.person, self.book, id, Matter::Hardship { reason: HardshipReason::NotSaid }, None, self.today)
    }

    fn hears(&mut self) -> Vec<Event> {
        let (today, now) = (self.today, self.now());
        let words = NoteRef { id: NoteId(9), digest: String::new() };
        let Some(plea) = self.person.complaints.values().find(|it| it.is_open()).map(|it| it.id) else {
            let answered = self.person.complaints.values().find(|it| complaint::may_be_appealed(&self.person, it, today));
            let Some(of) = answered.map(|it| it.id) else { return vec![] };
            let id = ComplaintId(self.id());
            return complaint::appeal(&self.person, self.book, id, of, None, today).unwrap_or_default();
        };
        let by = Actor::Staff(StaffId(2 + self.chance.below(2)));
        let until = today.plus_days(self.chance.below(50) as i32);
        let granted = |relief| hardship::grant(&self.person, self.book, plea, relief, vec![], None, by, today, now);
        match self.chance.below(3) {
            0 => hardship::refuse(&self.person, plea, words, by, today).unwrap_or_default(),
            1 => granted(Relief::Plan).unwrap_or_default(),
            _ => granted(Relief::Respite { until })
                .or_else(|_| complaint::answer(&self.person, plea, Answer::Upheld, None, by, today))
                .unwrap_or_default(),
        }
    }

    fn rests(&mut self) -> Vec<Event> {
        let (today, now) = (self.today, self.now());
        if self.person.open_respite().is_some() {
            let because = self.chance.one_of(&[RespiteEnd::Withdrawn, RespiteEnd::GroundGone]);
            return respite::end(&self.person, because, today, now).unwrap_or_default();
        }
        let ground = self.chance.one_of(&[Ground::Hardship, Ground::Hardship, Ground::Crisis, Ground::Court, Ground::Death]);
        let until = match self.chance.below(3) {
            0 => None,
            _ => Some(today.plus_days(self.chance.below(50) as i32)),
        };
        respite::begin(&self.person, self.book, ground, until, vec![], None, today, now).unwrap_or_default()
    }

    /// A visit is proposed for tomorrow, unless the file stops it.
    fn is_visited(&mut self) -> Vec<Event> {
        let is_open = self.person.open_case().filter(|_| self.person.open_visit().is_none());
        let Some(case) = is_open.map(|case| case.id) else { return vec![] };
        if self.person.stops(&Act::visit(2), self.today).is_err() {
            return vec![];
        }
        // The form of the event is the golden file's; only its ids and its slot are this life's.
        let golden = include_str!("../../golden/events.ndjson");
        let line = golden.lines().find(|line| line.contains("visit_proposed")).unwrap();
        let mut event: Event = serde_json::from_str(line).unwrap();
        if let Event::VisitProposed { visit, case: of, slots, .. } = &mut event {
            (*visit, *of) = (VisitId(self.id()), case);
            let from = self.now() + jiff::SignedDuration::from_hours(24);
            slots[0] = visit::Slot { from, until: from + jiff::SignedDuration::from_hours(1) };
        }
        vec![event]
    }

    /// What waits in the outbox is handed over, and something more is put into it, by any channel, as far as it is let.
    fn is_written_to(&mut self, spoil: Spoil) {
        let waiting: Vec<(MessageId, Channel)> =
            self.person.messages.values().filter(|it| it.waits()).map(|it| (it.id, it.channel)).collect();
        for (id, channel) in waiting {
            let batch = (channel == Channel::Letter).then_some("B1");
            let events = message::hand_over(&self.person, self.book, id, batch, self.now()).unwrap_or_default();
            self.write(Actor::Outbox, events, self.now(), spoil);
        }
        let channel = self.chance.one_of(&[Channel::Sms, Channel::Email, Channel::Letter, Channel::Call]);
        let now = contact::moment_of(&self.person, self.book, self.now());
        let purpose = self.chance.one_of(&[Purpose::DemandPayment, Purpose::ServiceNotice]);
        let Ok(permit) = contact::ask(&self.person, self.book, &message::act(channel, purpose), &now) else { return };
        let id = self.id();
        let words = NoteRef { id: NoteId(id), digest: String::new() };
        let draft = Draft { id: MessageId(id), template: String::from("owed"), words, due_at: now.at() };
        let events = match channel {
            Channel::Call => {
                let (act, outcome) = (message::act(channel, purpose), contact::ContactOutcome::Reached);
                contact::reach(&self.person, permit, &act, None, outcome, None, &now)
            }
            _ => message::queue(&self.person, permit, draft),
        };
        self.write(Actor::Outbox, events.unwrap_or_default(), self.now(), spoil);
    }
}

fn any_terms(chance: &mut Chance, today: Day) -> Terms {
    let principal = Money::from_minor(20_000 + chance.below(500_000) as i64);
    let mut terms = Terms::interest_free(principal, today, 2 + chance.below(10) as u32);
    terms.grace_days = chance.below(5) as u32;
    terms.late = Late {
        annual_rate: Decimal::new(1_825, 4),
        fee: chance.one_of(&[Money::ZERO, Money::from_minor(1_000)]),
        ..Late::default()
    };
    match chance.below(4) {
        0 => terms.method = Method::FlatFee { rate: Decimal::new(1, 2) },
        1 => (terms.method, terms.annual_rate) = (Method::EqualInstalment, Decimal::new(18, 2)),
        2 => {
            (terms.method, terms.annual_rate) = (Method::EqualInstalment, Decimal::new(18, 2));
            terms.interest_on = InterestOn::Outstanding;
        }
        _ => {}
    }
    terms
}
