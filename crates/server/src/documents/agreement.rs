//! The agreement about a plan: who, what was agreed, every instalment, the whole cost, what follows, the person's rights, where
//! to complain, and how to check the paper. It is made from the log each time, and says the same each time.

use documents::{Block, Column, Document, Signature, Table};
use domain::book::Book;
use domain::day::Day;
use domain::id::PlanId;
use domain::moment::Timestamp;
use domain::money::Money;
use domain::options::{self, Instalment};
use domain::person::Person;
use domain::plan::{self, Accepted, Agreement, Plan, UNDO_HOURS};
use jiff::SignedDuration;

use super::script;
use crate::letterhead::Letterhead;
use crate::pages::parts::ways;
use crate::texts::{Reader, value};

/// What an agreement is made from.
pub(crate) struct Facts<'a> {
    /// Who lends.
    pub(crate) lender: &'a Letterhead,
    /// Who pays; empty once it was erased.
    pub(crate) name: &'a str,
    /// What was agreed.
    pub(crate) agreement: &'a Agreement,
    /// When.
    pub(crate) agreed_on: Day,
    /// The instant.
    pub(crate) agreed_at: Timestamp,
    /// What the person could pay a month then, if it was known.
    pub(crate) capacity: Option<Money>,
    /// Each amount and its day, in order.
    pub(crate) instalments: Vec<Instalment>,
    /// The numbers of the accounts it is about.
    pub(crate) accounts: Vec<&'a str>,
    /// By when a complaint of that day would be answered.
    pub(crate) answer_by: Day,
}

impl<'a> Facts<'a> {
    /// The facts of a plan that was agreed in writing; none for one from before that was kept.
    pub(crate) fn of(lender: &'a Letterhead, person: &'a Person, name: &'a str, book: &Book, id: PlanId) -> Option<Facts<'a>> {
        let plan = person.plans.get(&id)?;
        let agreement = plan.agreement.as_ref()?;
        Some(Facts {
            lender,
            name,
            agreement,
            agreed_on: plan.agreed_on,
            agreed_at: plan.agreed_at,
            capacity: plan.capacity,
            instalments: instalments(person, id),
            accounts: accounts(person, plan, agreement),
            answer_by: book.complaint_due_on(plan.agreed_on),
        })
    }
}

/// Each amount of a plan and its day, in order.
pub(crate) fn instalments(person: &Person, id: PlanId) -> Vec<Instalment> {
    let promised = plan::promises_of(person, id).map(|it| Instalment { due_on: it.due_on, amount: it.amount });
    let mut instalments: Vec<Instalment> = promised.collect();
    instalments.sort_by_key(|it| it.due_on);
    instalments
}

/// The accounts that something was posted on; where nothing was, those that were open on the day.
fn accounts<'a>(person: &'a Person, plan: &Plan, agreement: &Agreement) -> Vec<&'a str> {
    let is_named = |id| agreement.entries.iter().any(|(account, _)| *account == id);
    let was_open = |account: &domain::person::Account| {
        account.loan.terms().disbursed_on <= plan.agreed_on && account.settled_on.is_none_or(|on| on >= plan.agreed_on)
    };
    let of = person.accounts.values().filter(|account| match agreement.entries.is_empty() {
        true => was_open(account),
        false => is_named(account.id),
    });
    of.map(|account| account.number.as_str()).collect()
}

/// The paper as PDF.
pub(crate) fn pdf(reader: &Reader, facts: &Facts<'_>) -> Vec<u8> {
    documents::render(&document(reader, facts))
}

fn document(reader: &Reader, facts: &Facts<'_>) -> Document {
    let text = |key: &str| reader.text(key);
    let agreement = facts.agreement;
    let number = || value(agreement.number.to_uppercase());
    let code = || value(agreement.code.as_str());
    let day = |day| value(reader.long_day(day));
    let mut blocks = vec![
        Block::Heading(text("paper-parties")),
        Block::Pairs(vec![
            (text("paper-lender"), facts.lender.sender()),
            (text("paper-borrower"), facts.name.to_owned()),
            (text("paper-accounts"), facts.accounts.join(", ")),
        ]),
        Block::Heading(text("paper-agreed")),
        Block::Pairs(sums(reader, facts)),
        Block::Notice(in_all(reader, facts)),
    ];
    if !facts.instalments.is_empty() {
        blocks.extend([Block::Heading(text("paper-schedule")), Block::Table(schedule(reader, &facts.instalments))]);
    }
    let follows = options::follows(&agreement.way).into_iter().map(|it| text(ways::consequence_key(it)));
    let checked_at = format!("{}/v/agreement", facts.lender.site.trim_end_matches('/'));
    blocks.extend([
        Block::Heading(text("paper-follows")),
        Block::List(follows.collect()),
        Block::Heading(text("paper-rights")),
        Block::List(rights(reader, facts)),
        Block::Heading(text("paper-complain")),
        Block::List(complaints(reader, facts)),
        Block::Heading(text("paper-check")),
        Block::Paragraph(reader.fill("paper-check-says", [("page", value(checked_at)), ("number", number()), ("code", code())])),
        Block::Heading(text("paper-signatures")),
        Block::Signatures(vec![
            Signature { who: text("paper-lender"), signed: Some(facts.lender.name.clone()) },
            Signature { who: text("paper-borrower"), signed: Some(accepted(reader, facts)) },
        ]),
    ]);
    Document {
        language: reader.lang.tag().to_owned(),
        script: script(reader.lang),
        window: None,
        title: text("paper-agreement"),
        under_title: vec![
            reader.fill("paper-number-and-code", [("number", number()), ("code", code()), ("day", day(facts.agreed_on))]),
        ],
        foot: reader.fill("paper-foot", [("number", number()), ("code", code())]),
        page_of: reader.fill("paper-page", [("page", value("{page}")), ("pages", value("{pages}"))]),
        blocks,
    }
}

fn sums(reader: &Reader, facts: &Facts<'_>) -> Vec<(String, String)> {
    let agreement = facts.agreement;
    let mut sums = vec![
        (reader.text("paper-way"), ways::title(reader, &agreement.way)),
        (reader.text("paper-instalments"), reader.count(facts.instalments.len() as i64)),
        (reader.text("paper-a-month"), reader.money(agreement.a_month)),
        (reader.text("paper-total"), reader.money(agreement.total)),
    ];
    let rest = rest(agreement, &facts.instalments);
    if rest.is_positive() {
        sums.push((reader.text("paper-rest"), reader.money(rest)));
    }
    sums.push((reader.text("paper-ends"), reader.long_day(agreement.ends_on)));
    if let Some(capacity) = facts.capacity {
        sums.push((reader.text("paper-capacity"), reader.money(capacity)));
    }
    sums
}

/// What of the total is in none of the instalments and falls due as it was agreed before: a way such as paying what is due today
/// is no new schedule, so that the sum of its instalments is not all that will be paid.
pub(crate) fn rest(agreement: &Agreement, instalments: &[Instalment]) -> Money {
    (agreement.total - instalments.iter().map(|it| it.amount).sum::<Money>()).or_zero()
}

/// The whole cost in one sentence, and by how much it is more or less than before.
fn in_all(reader: &Reader, facts: &Facts<'_>) -> String {
    let agreement = facts.agreement;
    let key = match agreement.extra.cmp(&Money::ZERO) {
        std::cmp::Ordering::Greater => "paper-in-all-more",
        std::cmp::Ordering::Less => "paper-in-all-less",
        std::cmp::Ordering::Equal => "paper-in-all-same",
    };
    let extra = if agreement.extra < Money::ZERO { Money::ZERO - agreement.extra } else { agreement.extra };
    let facts = [
        ("total", value(reader.money(agreement.total))),
        ("extra", value(reader.money(extra))),
        ("day", value(reader.long_day(agreement.ends_on))),
    ];
    reader.fill(key, facts)
}

fn rights(reader: &Reader, facts: &Facts<'_>) -> Vec<String> {
    let until = facts.agreed_at + SignedDuration::from_hours(UNDO_HOURS);
    let mut rights = vec![reader.fill("paper-right-undo", [("until", value(reader.long_moment(until)))])];
    rights.extend(
        ["paper-right-early", "paper-right-time", "paper-right-visit", "paper-right-records"].map(|key| reader.text(key)),
    );
    rights
}

fn complaints(reader: &Reader, facts: &Facts<'_>) -> Vec<String> {
    let line = |key: &str, number: &str| (!number.is_empty()).then(|| reader.fill(key, [("number", value(number.to_owned()))]));
    [
        line("paper-complaint-line", &facts.lender.complaint_line),
        Some(reader.fill("paper-complain-says", [("day", value(reader.long_day(facts.answer_by)))])),
        line("paper-regulator-line", &facts.lender.regulator_line),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// How the person agreed, in place of a signature.
fn accepted(reader: &Reader, facts: &Facts<'_>) -> String {
    let key = match facts.agreement.accepted {
        Accepted::Page => "paper-accepted-page",
        Accepted::Door { .. } => "paper-accepted-door",
        Accepted::Paper { .. } => "paper-accepted-paper",
        Accepted::Recording { .. } => "paper-accepted-recording",
    };
    reader.fill(key, [("name", value(facts.name)), ("at", value(reader.moment(facts.agreed_at)))])
}

/// Number, day, amount, and what is left of the plan after it.
fn schedule(reader: &Reader, instalments: &[Instalment]) -> Table {
    let in_currency = |key: &str| reader.fill(key, [("currency", value(reader.currency.code.as_str()))]);
    let column = |title: String, share| Column { title, share, is_figures: true };
    let total: Money = instalments.iter().map(|it| it.amount).sum();
    let mut left = total;
    let rows = (1_i64..).zip(instalments).map(|(number, it)| {
        left -= it.amount;
        vec![reader.count(number), reader.day(it.due_on), reader.amount(it.amount), reader.amount(left)]
    });
    Table {
        rows: rows.collect(),
        columns: vec![
            column(reader.text("paper-column-number"), 2),
            column(reader.text("paper-column-due"), 4),
            column(in_currency("paper-column-amount"), 5),
            column(in_currency("paper-column-left"), 5),
        ],
        total: Some(vec![String::new(), reader.text("paper-column-sum"), reader.amount(total), String::new()]),
    }
}
