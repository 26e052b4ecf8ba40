//! The derived rows of a person: what lists, queues and reports are made of. A pure function of the fold and of the last
//! night, so that rebuilt equals live.

use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use crate::arrears::{self, CaseEnd};
use crate::book::Book;
use crate::complaint::{Answer, Matter};
use crate::contact::Channel;
use crate::day::Day;
use crate::event::Actor;
use crate::follow_up;
use crate::hardship;
use crate::loan::{Part, PastDue};
use crate::message::{Message, State, Withdrawal};
use crate::moment::Timestamp;
use crate::money::Money;
use crate::person::Person;
use crate::promise::{Origin, Outcome, PromiseEnd};
use crate::respite::Ground;
use crate::visit::{Met, Visit, VisitEnd};
use crate::waiver::WaiverEnd;

/// A derived table: its name, its columns, and how many of the first ones are the key.
#[derive(Debug)]
pub struct Table {
    /// Its name in the database.
    pub name: &'static str,
    /// The columns in order.
    pub columns: &'static [Column],
    /// How many of the first columns make the key.
    pub key: usize,
}

/// A column and what it holds.
#[derive(Debug)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// Whether it holds whole numbers; text otherwise. Either may be empty.
    pub is_int: bool,
}

/// One row of a derived table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// Index into [`TABLES`].
    pub table: usize,
    /// One cell a column.
    pub cells: Vec<Cell>,
}

/// What a row holds in a column. Days are whole numbers since 1970-01-01, instants microseconds since then, money minor units.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A whole number.
    Int(i64),
    /// A text.
    Text(String),
}

const fn int(name: &'static str) -> Column {
    Column { name, is_int: true }
}

const fn text(name: &'static str) -> Column {
    Column { name, is_int: false }
}

/// Every derived table. The second or first column of each is the person.
pub const TABLES: [Table; 16] = [
    Table {
        name: "persons",
        key: 1,
        columns: &[
            text("person"),
            int("version"),
            text("identity_note"),
            text("area"),
            int("limit_minor"),
            int("overdue_minor"),
            int("past_due_since"),
            int("paused_after"),
            int("paused_until"),
            int("bucket"),
            text("case_id"),
            text("step"),
            int("step_due_on"),
            int("written_from"),
            int("wakes_on"),
        ],
    },
    Table {
        name: "accounts",
        key: 1,
        columns: &[
            text("account"),
            text("person"),
            text("number"),
            int("opened_on"),
            int("granted_minor"),
            int("principal_minor"),
            int("overdue_minor"),
            int("oldest_due_on"),
            int("bucket"),
            int("settled_on"),
        ],
    },
    Table { name: "buckets", key: 3, columns: &[text("person"), text("account"), int("from_on"), int("bucket")] },
    Table {
        name: "cases",
        key: 1,
        columns: &[
            text("case_id"),
            text("person"),
            int("opened_on"),
            int("first_payment_default"),
            int("closed_on"),
            text("closed_because"),
        ],
    },
    Table {
        name: "contacts",
        key: 2,
        columns: &[text("person"), int("number"), text("channel"), int("at"), int("on_day"), text("outcome"), int("breaches")],
    },
    Table {
        name: "visits",
        key: 1,
        columns: &[
            text("visit"),
            text("person"),
            text("state"),
            int("proposed_at"),
            int("agreed_from"),
            int("agreed_until"),
            int("arrive_at"),
            text("team"),
            int("started_at"),
            text("met"),
            int("breaches"),
            int("permit_until"),
        ],
    },
    Table {
        name: "promises",
        key: 1,
        columns: &[
            text("promise"),
            text("person"),
            text("plan"),
            int("amount_minor"),
            int("made_on"),
            int("due_on"),
            text("outcome"),
            int("paid_minor"),
            int("ended_on"),
        ],
    },
    Table {
        name: "complaints",
        key: 1,
        columns: &[
            text("complaint"),
            text("person"),
            text("kind"),
            text("about"),
            int("opened_on"),
            int("due_on"),
            text("answer"),
            int("answered_on"),
        ],
    },
    Table {
        name: "refusals",
        key: 3,
        columns: &[text("person"), int("number"), text("rule"), text("intent"), int("at"), int("on_day")],
    },
    Table { name: "alerts", key: 1, columns: &[text("visit"), text("person"), text("because"), int("at"), int("answered_at")] },
    Table { name: "ratings", key: 1, columns: &[text("visit"), text("person"), int("identified"), text("treated"), int("at")] },
    Table {
        name: "breaches",
        key: 3,
        columns: &[text("person"), text("what"), text("rule"), text("channel"), int("at"), int("on_day")],
    },
    Table {
        name: "messages",
        key: 1,
        columns: &[
            text("message"),
            text("person"),
            text("channel"),
            text("purpose"),
            text("template"),
            text("words_note"),
            text("state"),
            int("queued_at"),
            int("due_at"),
            int("attempts"),
            int("moved_at"),
            text("because"),
            text("batch"),
        ],
    },
    Table {
        name: "waivers",
        key: 1,
        columns: &[
            text("waiver"),
            text("person"),
            text("account"),
            text("part"),
            int("amount_minor"),
            int("asked_on"),
            text("outcome"),
            int("ended_on"),
        ],
    },
    Table {
        name: "respites",
        key: 1,
        columns: &[
            text("respite"),
            text("person"),
            text("ground"),
            int("began_on"),
            int("until_on"),
            int("ended_on"),
            int("unacknowledged"),
        ],
    },
    // What waits for a second person.
    Table {
        name: "approvals",
        key: 2,
        columns: &[text("person"), text("approval"), text("what"), text("asked_by"), int("asked_on"), int("amount_minor")],
    },
];

/// The derived rows of a person after the night of `after`, sorted.
pub fn rows(person: &Person, book: &Book, after: Day) -> Vec<Row> {
    let mut rows = rows_of_what_happened(person, book);
    rows.insert(0, person_row(person, book, after));
    rows
}

/// The same without the row of the person: what follows from what happened, and moves with no night.
pub fn rows_of_what_happened(person: &Person, book: &Book) -> Vec<Row> {
    let mut rows = vec![];
    let who = Cell::Text(person.id.to_string());
    let mut push = |table: usize, cells: Vec<Cell>| rows.push(Row { table, cells });
    for account in person.accounts.values() {
        let standing = account.standing;
        let id = || Cell::Text(account.id.to_string());
        let principal = account.loan.principal_outstanding(account.last_change_on());
        push(
            1,
            vec![
                id(),
                who.clone(),
                Cell::Text(account.number.clone()),
                day(account.loan.terms().disbursed_on),
                money(account.loan.terms().principal),
                money(principal),
                money(standing.overdue),
                maybe_day(standing.oldest_due_on),
                Cell::Int(i64::from(standing.bucket)),
                maybe_day(account.settled_on),
            ],
        );
        for (from_on, bucket) in last_of_each_day(&account.buckets) {
            push(2, vec![who.clone(), id(), day(from_on), Cell::Int(i64::from(bucket))]);
        }
    }
    for case in &person.cases {
        let closed_because = case.closed.map(|(_, because)| match because {
            CaseEnd::Cured => "cured",
            CaseEnd::Settled => "settled",
        });
        push(
            3,
            vec![
                Cell::Text(case.id.to_string()),
                who.clone(),
                day(case.opened_on),
                Cell::Int(i64::from(case.first_payment_default)),
                maybe_day(case.closed.map(|(on, _)| on)),
                maybe_text(closed_because),
            ],
        );
    }
    for (number, contact) in person.contacts.iter().enumerate() {
        push(
            4,
            vec![
                who.clone(),
                Cell::Int(number as i64),
                Cell::Text(contact.channel.name().to_string()),
                instant(contact.at),
                day(contact.day),
                Cell::Text(contact.outcome.name().to_string()),
                Cell::Int(contact.breaches.len() as i64),
            ],
        );
        for rule in distinct(&contact.breaches) {
            let what = Cell::Text(number.to_string());
            let channel = Cell::Text(contact.channel.name().to_string());
            push(11, vec![who.clone(), what, Cell::Text(rule.clone()), channel, instant(contact.at), day(contact.day)]);
        }
    }
    for visit in person.visits.values() {
        push(5, visit_cells(visit, &who));
        for rule in distinct(&visit.breaches) {
            let what = Cell::Text(visit.id.to_string());
            let at = visit.started_at.unwrap_or(visit.proposed_at);
            let channel = Cell::Text(Channel::Visit.name().to_string());
            push(11, vec![who.clone(), what, Cell::Text(rule.clone()), channel, instant(at), day(book.day_of(at))]);
        }
        if let Some(alert) = &visit.alert {
            let because = Cell::Text(alert.because.name().to_string());
            let answered_at = alert.answered.as_ref().map_or(Cell::Null, |(at, _)| instant(*at));
            push(9, vec![Cell::Text(visit.id.to_string()), who.clone(), because, instant(alert.raised_at), answered_at]);
        }
        if let Some(rated) = &visit.rated {
            let identified = rated.rating.identified.map_or(Cell::Null, |so| Cell::Int(i64::from(so)));
            let treated = Cell::Text(rated.rating.treated.name().to_string());
            push(10, vec![Cell::Text(visit.id.to_string()), who.clone(), identified, treated, instant(rated.at)]);
        }
    }
    for promise in person.promises.values() {
        let plan = match promise.origin {
            Origin::Plan(plan) => Cell::Text(plan.to_string()),
            Origin::Visit(_) | Origin::Call | Origin::Portal => Cell::Null,
        };
        let (outcome, paid, ended_on) = match promise.end {
            None => (None, Cell::Null, None),
            Some(PromiseEnd::Superseded { on }) => (Some("superseded"), Cell::Null, Some(on)),
            Some(PromiseEnd::Cancelled { on }) => (Some("cancelled"), Cell::Null, Some(on)),
            Some(PromiseEnd::Judged { outcome, paid, on }) => (Some(outcome_name(outcome)), money(paid), Some(on)),
        };
        push(
            6,
            vec![
                Cell::Text(promise.id.to_string()),
                who.clone(),
                plan,
                money(promise.amount),
                day(promise.made_on),
                day(promise.due_on),
                maybe_text(outcome),
                paid,
                maybe_day(ended_on),
            ],
        );
    }
    for complaint in person.complaints.values() {
        let (kind, about) = match complaint.matter {
            Matter::Complaint { about, .. } => ("complaint", about.map(Channel::name)),
            Matter::Dispute { .. } => ("dispute", None),
            Matter::Hardship { .. } => ("hardship", None),
            Matter::Appeal { .. } => ("appeal", None),
        };
        let answer = complaint.answered.as_ref().map(|answered| match answered.answer {
            Answer::Upheld => "upheld",
            Answer::PartlyUpheld => "partly_upheld",
            Answer::NotUpheld => "not_upheld",
        });
        push(
            7,
            vec![
                Cell::Text(complaint.id.to_string()),
                who.clone(),
                Cell::Text(kind.to_string()),
                maybe_text(about),
                day(complaint.opened_on),
                day(complaint.due_on),
                maybe_text(answer),
                maybe_day(complaint.answered.as_ref().map(|answered| answered.on)),
            ],
        );
    }
    for (number, refused) in person.refusals.iter().enumerate() {
        for rule in &refused.refusal.by {
            let (number, rule, intent) = (Cell::Int(number as i64), Cell::Text(rule.clone()), Cell::Text(refused.intent.clone()));
            push(8, vec![who.clone(), number, rule, intent, instant(refused.at), day(book.day_of(refused.at))]);
        }
    }
    for message in person.messages.values() {
        push(12, message_cells(message, &who));
    }
    push_waivers(person, &who, &mut push);
    push_approvals(person, book, &who, &mut push);
    push_respites(person, &who, &mut push);
    rows.sort();
    rows.dedup();
    rows
}

/// Each rule once.
fn distinct(rules: &[String]) -> impl Iterator<Item = &String> {
    rules.iter().enumerate().filter(|(at, rule)| !rules[..*at].contains(rule)).map(|(_, rule)| rule)
}

fn push_waivers(person: &Person, who: &Cell, push: &mut impl FnMut(usize, Vec<Cell>)) {
    for waiver in person.waivers.values() {
        let (outcome, ended_on) = match waiver.end {
            None => (None, None),
            Some(WaiverEnd::Approved { on, .. }) => (Some("approved"), Some(on)),
            Some(WaiverEnd::Declined { on, .. }) => (Some("declined"), Some(on)),
        };
        let part = match waiver.part {
            Part::Penalty => "penalty",
            Part::Fee => "fee",
            Part::Interest => "interest",
            Part::Principal => "principal",
        };
        let cells = vec![
            Cell::Text(waiver.id.to_string()),
            who.clone(),
            Cell::Text(waiver.account.to_string()),
            Cell::Text(part.to_string()),
            money(waiver.amount),
            day(waiver.asked_on),
            maybe_text(outcome),
            maybe_day(ended_on),
        ];
        push(13, cells);
    }
}

/// What waits for somebody else's decision: waivers and ways out above capacity with who asked, appeals with who gave the answer
/// that they are about, and places that the person named and nobody has looked at.
fn push_approvals(person: &Person, book: &Book, who: &Cell, push: &mut impl FnMut(usize, Vec<Cell>)) {
    let staff = |actor| if let Actor::Staff(id) = actor { Some(id.to_string()) } else { None };
    for waiver in person.waivers.values().filter(|waiver| waiver.end.is_none()) {
        let (id, asked_by) = (waiver.id.to_string(), staff(waiver.asked_by));
        let what = Cell::Text("waiver".into());
        let cells = vec![who.clone(), Cell::Text(id), what, maybe_text(asked_by), day(waiver.asked_on), money(waiver.amount)];
        push(15, cells);
    }
    if let Some(exception) = &person.exception {
        // There is one at most.
        let (id, what) = (Cell::Text("exception".into()), Cell::Text("exception".into()));
        let asked_by = maybe_text(Some(exception.asked_by.to_string()));
        push(15, vec![who.clone(), id, what, asked_by, day(exception.asked_on), Cell::Null]);
    }
    for appeal in person.complaints.values().filter(|complaint| complaint.is_open()) {
        let Matter::Appeal { of } = appeal.matter else { continue };
        let first = person.complaints.get(&of).and_then(|first| first.answered.as_ref());
        let answered_by = maybe_text(first.and_then(|answered| staff(answered.by)));
        let what = if hardship::is_of_hardship(person, &appeal.matter) { "appeal_hardship" } else { "appeal" };
        let (id, what) = (Cell::Text(appeal.id.to_string()), Cell::Text(what.into()));
        push(15, vec![who.clone(), id, what, answered_by, day(appeal.opened_on), Cell::Null]);
    }
    for visit in person.visits.values().filter(|visit| visit.is_open() && visit.named.is_some()) {
        let since = visit.named_at.map_or(Cell::Null, |at| day(book.day_of(at)));
        let (id, what) = (Cell::Text(visit.id.to_string()), Cell::Text("place".into()));
        push(15, vec![who.clone(), id, what, Cell::Null, since, Cell::Null]);
    }
}

fn push_respites(person: &Person, who: &Cell, push: &mut impl FnMut(usize, Vec<Cell>)) {
    for respite in &person.respites {
        let ground = match respite.ground {
            Ground::Hardship => "hardship",
            Ground::Statutory => "statutory",
            Ground::Crisis => "crisis",
            Ground::Death => "death",
            Ground::Court => "court",
        };
        let cells = vec![
            Cell::Text(respite.id.to_string()),
            who.clone(),
            Cell::Text(ground.to_string()),
            day(respite.began_on),
            maybe_day(respite.until),
            maybe_day(respite.end.map(|(on, _)| on)),
            Cell::Int(respite.unacknowledged().count() as i64),
        ];
        push(14, cells);
    }
}

/// How days past due are counted (K1), of the account that is late longest on `day`.
fn past_due(person: &Person, day: Day) -> Option<PastDue> {
    let late = person.accounts.values().filter_map(|account| Some(account.loan.past_due_of(account.standing.oldest_due_on?)));
    late.max_by_key(|late| (late.days(day), core::cmp::Reverse(late.since)))
}

fn person_row(person: &Person, book: &Book, after: Day) -> Row {
    let standings = || person.accounts.values().map(|account| account.standing);
    let case = person.open_case();
    let follow_up = case.and_then(|case| case.follow_up.as_ref());
    let past_due = past_due(person, after);
    let pause = past_due.and_then(|past_due| past_due.pause);
    let cells = vec![
        Cell::Text(person.id.to_string()),
        Cell::Int(person.version as i64),
        maybe_text(person.identity.as_ref().map(|note| note.id.to_string())),
        maybe_text(person.address.as_ref().map(|address| address.area.as_str())),
        person.credit.as_ref().and_then(|decision| decision.limit).map_or(Cell::Null, money),
        money(standings().map(|standing| standing.overdue).sum()),
        maybe_day(past_due.map(|past_due| past_due.since)),
        maybe_day(pause.map(|(from, _)| from)),
        maybe_day(pause.map(|(_, until)| until)),
        Cell::Int(i64::from(standings().map(|standing| standing.bucket).max().unwrap_or(0))),
        maybe_text(case.map(|case| case.id.to_string())),
        maybe_text(follow_up.map(|follow_up| follow_up.step.name())),
        maybe_day(follow_up.map(|follow_up| follow_up.due_on)),
        maybe_day(follow_up::written_from(person).map(|(_, from)| from)),
        maybe_day(arrears::wakes_on(person, book, after)),
    ];
    Row { table: 0, cells }
}

fn visit_cells(visit: &Visit, who: &Cell) -> Vec<Cell> {
    let state = match (&visit.end, visit.started_at, &visit.assigned, visit.agreed) {
        (Some(VisitEnd::Closed { .. }), ..) => "closed",
        (Some(VisitEnd::Declined(_)), ..) => "declined",
        (Some(VisitEnd::Lapsed(_)), ..) => "lapsed",
        (Some(VisitEnd::Stopped(_)), ..) => "stopped",
        (None, Some(_), ..) => "started",
        (None, None, Some(_), _) => "assigned",
        (None, None, None, Some(_)) => "agreed",
        (None, None, None, None) => "proposed",
    };
    let team =
        visit.assigned.as_ref().map(|assigned| assigned.team.iter().map(ToString::to_string).collect::<Vec<_>>().join(","));
    let met = visit.doorstep.as_ref().map(|doorstep| match doorstep.met {
        Met::Debtor => "debtor",
        Met::OtherAdult => "other_adult",
        Met::Minor => "minor",
        Met::Nobody => "nobody",
    });
    vec![
        Cell::Text(visit.id.to_string()),
        who.clone(),
        Cell::Text(state.to_string()),
        instant(visit.proposed_at),
        visit.agreed.map_or(Cell::Null, |slot| instant(slot.from)),
        visit.agreed.map_or(Cell::Null, |slot| instant(slot.until)),
        visit.assigned.as_ref().map_or(Cell::Null, |assigned| instant(assigned.arrive_at)),
        maybe_text(team),
        visit.started_at.map_or(Cell::Null, instant),
        maybe_text(met),
        Cell::Int(visit.breaches.len() as i64),
        visit.permits.last().filter(|it| it.revoked.is_none()).map_or(Cell::Null, |it| instant(it.permit.expires_at)),
    ]
}

fn message_cells(message: &Message, who: &Cell) -> Vec<Cell> {
    let (moved_at, because) = match &message.state {
        State::Queued => (message.queued_at, None),
        State::Released { at } | State::Sent { at } | State::Delivered { at } => (*at, None),
        State::Failed { at, because } => (*at, Some(because.name().to_string())),
        State::Withdrawn { at, because: Withdrawal::Law(by) } => (*at, Some(by.join(","))),
        State::Withdrawn { at, because } => (*at, Some(because.name().to_string())),
    };
    vec![
        Cell::Text(message.id.to_string()),
        who.clone(),
        Cell::Text(message.channel.name().to_string()),
        Cell::Text(message.purpose.name().to_string()),
        Cell::Text(message.template.clone()),
        Cell::Text(message.words.id.to_string()),
        Cell::Text(message.state.name().to_string()),
        instant(message.queued_at),
        instant(message.due_at),
        Cell::Int(i64::from(message.attempts)),
        instant(moved_at),
        maybe_text(because),
        maybe_text(message.batch.clone()),
    ]
}

/// An account may enter several buckets on one day, as by a payment and its reversal; only the last counts for the day.
fn last_of_each_day(buckets: &[(Day, u8)]) -> impl Iterator<Item = (Day, u8)> {
    buckets
        .iter()
        .enumerate()
        .filter(|(at, (on, _))| buckets.get(at + 1).is_none_or(|(next, _)| next != on))
        .map(|(_, entered)| *entered)
}

const fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Kept => "kept",
        Outcome::Partial => "partial",
        Outcome::Broken => "broken",
    }
}

fn day(day: Day) -> Cell {
    Cell::Int(i64::from(day.epoch_days()))
}

fn maybe_day(maybe: Option<Day>) -> Cell {
    maybe.map_or(Cell::Null, day)
}

fn money(money: Money) -> Cell {
    Cell::Int(money.minor())
}

fn instant(at: Timestamp) -> Cell {
    Cell::Int(at.as_microsecond())
}

fn maybe_text(maybe: Option<impl Into<String>>) -> Cell {
    maybe.map_or(Cell::Null, |text| Cell::Text(text.into()))
}
