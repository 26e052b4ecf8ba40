//! `/me`: what I owe today, how each figure is worked out, and everything that can be done about it.

use domain::complaint::{Answer, Complaint, Matter, may_be_appealed};
use domain::day::Day;
use domain::loan::{EntryKind, InstalmentPosition, Method, Part, Position};
use domain::money::Money;
use domain::person::{Account, Person};
use maud::{Markup, html};
use rust_decimal::Decimal;

use super::{Me, answer_word, plan};
use crate::pages::complaints;
use crate::pages::parts::lists::{self, Tone, chip};
use crate::pages::parts::why;
use crate::texts::{Reader, number, value};

/// The page's body.
pub(super) fn body(reader: &Reader, me: &Me) -> Markup {
    let (person, today) = (&me.person, me.today);
    let open: Vec<(&Account, Position)> =
        person.accounts.values().map(|account| (account, account.loan.position(today))).collect();
    let due: Money = open.iter().map(|(_, position)| position.due.total()).sum();
    html! {
        h1 { (reader.text("me-owed")) }
        p.sum { (reader.money(due)) }
        p { (late(reader, &open)) }
        (plan::at_the_top(reader, me))
        (waiting(reader, me))
        @for (account, position) in open.iter().filter(|(account, _)| account.settled_on.is_none()) {
            (account_card(reader, account, position))
        }
        @if open.iter().all(|(account, _)| account.settled_on.is_some()) { p.notice { (reader.text("me-nothing")) } }
        @for (account, position) in open.iter().filter(|(account, it)| account.settled_on.is_some() && it.unapplied.is_positive()) {
            p.notice { (reader.fill("me-left-over", [
                ("amount", value(reader.money(position.unapplied))), ("number", value(account.number.as_str())),
            ])) }
        }
        (promised(reader, person))
        (ways(reader, person))
    }
}

/// How much is late, in a sentence that blames nobody.
fn late(reader: &Reader, open: &[(&Account, Position)]) -> String {
    let is_late =
        |instalment: &&InstalmentPosition, position: &Position| instalment.due_on < position.as_of && !instalment.is_paid();
    let late = open.iter().flat_map(|(_, position)| position.instalments.iter().filter(move |it| is_late(it, position))).count();
    let next = open.iter().filter_map(|(_, position)| position.next_instalment()).min_by_key(|instalment| instalment.due_on);
    match (late, next) {
        (0, None) => reader.text("me-nothing-late"),
        (0, Some(next)) => reader.fill(
            "me-next",
            [("amount", value(reader.money(next.unpaid().total()))), ("day", value(reader.long_day(next.due_on)))],
        ),
        (late, _) => reader.fill("me-late", [("count", number(late))]),
    }
}

/// What the person asked of us and has not been answered, or was answered lately.
fn waiting(reader: &Reader, me: &Me) -> Markup {
    const RECENT_DAYS: i32 = 60;
    let is_shown = |complaint: &&Complaint| {
        complaint.answered.as_ref().is_none_or(|answered| answered.on.days_until(me.today) <= RECENT_DAYS)
    };
    let shown: Vec<&Complaint> = me.person.complaints.values().filter(is_shown).collect();
    html! {
        @if !shown.is_empty() {
            section.card aria-labelledby="waiting" {
                h2 #waiting { (reader.text("me-said")) }
                @for complaint in shown {
                    @let what = complaints::what(reader, &complaint.matter);
                    @match &complaint.answered {
                        None => {
                            p {
                                (chip(Tone::Care, &reader.text("me-said-open"))) " "
                                (reader.fill("me-said-due", [("what", value(what)), ("day", value(reader.long_day(complaint.due_on)))]))
                            }
                        }
                        Some(answered) => {
                            p {
                                (chip(answer_tone(answered.answer), &answer_word(reader, answered.answer))) " "
                                (reader.fill("me-said-answered", [("what", value(what)), ("day", value(reader.long_day(answered.on)))]))
                            }
                            @if let Some(words) = answered.words.as_ref().and_then(|note| me.words.get(&note.id)) { blockquote { (words) } }
                            @if may_be_appealed(&me.person, complaint, me.today) {
                                p { a href={ "/me/appeal/" (complaint.id) } { (reader.text("appeal-link")) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn answer_tone(answer: Answer) -> Tone {
    match answer {
        Answer::Upheld | Answer::PartlyUpheld => Tone::Good,
        Answer::NotUpheld => Tone::Plain,
    }
}

fn account_card(reader: &Reader, account: &Account, position: &Position) -> Markup {
    let due = position.due;
    let asked: Vec<&InstalmentPosition> =
        position.instalments.iter().filter(|it| it.due_on <= position.as_of && it.unpaid().total().is_positive()).collect();
    let numbers = reader.list(asked.iter().map(|it| it.number.to_string()));
    let mut rows = vec![];
    if due.total().is_positive() {
        rows.push((reader.fill("me-principal", [("numbers", value(numbers))]), amount(reader, due.principal)));
        rows.push((reader.text("part-interest"), amount(reader, due.interest)));
        rows.push((reader.text("part-fee"), amount(reader, due.fee)));
        rows.push((reader.text("part-penalty"), amount(reader, due.penalty)));
        rows.push((reader.text("me-account-due"), html! { strong { (reader.money(due.total())) } }));
    }
    if let Some(next) = position.next_instalment() {
        let says = [("amount", value(reader.money(next.unpaid().total()))), ("day", value(reader.long_day(next.due_on)))];
        rows.push((reader.text("me-next-due"), html! { (reader.fill("me-amount-on", says)) }));
    }
    if position.unapplied.is_positive() {
        rows.push((reader.text("me-unapplied"), amount(reader, position.unapplied)));
    }
    rows.push((reader.text("me-settle"), amount(reader, position.settlement)));
    html! {
        section.card {
            h2 { (reader.fill("me-account", [("number", value(account.number.as_str()))])) }
            (lists::pairs(&rows))
            details { summary { (reader.text("me-how")) }
                (worked_out(reader, account, &asked))
                (why::links(reader, "/me/accounts", &account.number))
            }
        }
    }
}

fn amount(reader: &Reader, amount: Money) -> Markup {
    html! { (reader.money(amount)) }
}

/// Where each figure comes from: the instalments, the rates of the contract, what was taken off.
fn worked_out(reader: &Reader, account: &Account, asked: &[&InstalmentPosition]) -> Markup {
    html! {
        @if !asked.is_empty() {
            div.scroll tabindex="0" role="region" aria-label=(reader.text("me-how")) {
                table.cells {
                    thead { tr {
                        th scope="col" { (reader.text("col-instalment")) }
                        @for part in SHOWN { th.num scope="col" { (part_word(reader, part)) } }
                        th.num scope="col" { (reader.text("col-paid")) }
                        th.num scope="col" { (reader.text("col-open")) }
                    } }
                    tbody { @for it in asked { tr {
                        th scope="row" { (it.number) " · " (reader.day(it.due_on)) }
                        @for part in SHOWN { td.num data-name=(part_word(reader, part)) { (reader.amount(it.due[part])) } }
                        td.num data-name=(reader.text("col-paid")) { (reader.amount(it.paid.total())) }
                        td.num data-name=(reader.text("col-open")) { (reader.amount(it.unpaid().total())) }
                    } } }
                }
            }
        }
        ul { @for says in contract(reader, account) { li { (says) } } }
        p { a href="/me/schedule" { (reader.text("me-to-schedule")) } }
    }
}

/// The columns, in the order of the schedule.
const SHOWN: [Part; 4] = [Part::Principal, Part::Interest, Part::Fee, Part::Penalty];

/// What a part is called.
pub(crate) fn part_word(reader: &Reader, part: Part) -> String {
    reader.text(match part {
        Part::Principal => "part-principal",
        Part::Interest => "part-interest",
        Part::Fee => "part-fee",
        Part::Penalty => "part-penalty",
    })
}

/// What the contract says of cost, and what was taken off, each in a sentence.
fn contract(reader: &Reader, account: &Account) -> Vec<String> {
    let terms = account.loan.terms();
    let rate = |rate: Decimal| value(reader.percent(rate, 2));
    let mut says = vec![];
    match terms.method {
        Method::FlatFee { rate: fee } => says.push(reader.fill("me-how-flat", [("rate", rate(fee))])),
        Method::EqualInstalment | Method::EqualPrincipal | Method::Bullet if terms.annual_rate.is_zero() => {
            says.push(reader.text("me-how-free"));
        }
        Method::EqualInstalment | Method::EqualPrincipal | Method::Bullet => {
            says.push(reader.fill("me-how-interest", [("rate", rate(terms.annual_rate))]));
        }
    }
    if !terms.late.annual_rate.is_zero() {
        says.push(reader.fill("me-how-penalty", [("rate", rate(terms.late.annual_rate)), ("days", number(terms.grace_days))]));
    }
    if terms.late.fee.is_positive() {
        says.push(reader.fill("me-how-late-fee", [("amount", value(reader.money(terms.late.fee)))]));
    }
    if let Some(cap) = terms.cost_cap {
        says.push(reader.fill("me-how-cap", [("rate", rate(cap))]));
    }
    for entry in account.loan.entries().iter().filter(|entry| !account.loan.is_reversed(entry.id)) {
        if let EntryKind::Waiver { part, amount, .. } = entry.kind {
            let what = [
                ("day", value(reader.long_day(entry.effective_on))),
                ("amount", value(reader.money(amount))),
                ("part", value(part_word(reader, part))),
            ];
            says.push(reader.fill("me-how-waived", what));
        }
    }
    says
}

/// Promises that still run.
fn promised(reader: &Reader, person: &Person) -> Markup {
    let mut open: Vec<_> = person.promises.values().filter(|promise| promise.end.is_none()).collect();
    open.sort_by_key(|promise| (promise.due_on, promise.id));
    let says = |amount: Money, day: Day| {
        reader.fill("me-amount-on", [("amount", value(reader.money(amount))), ("day", value(reader.long_day(day)))])
    };
    html! {
        @if !open.is_empty() {
            section.card {
                h2 { (reader.text("me-promised")) }
                ul { @for promise in open { li { (says(promise.amount, promise.due_on)) } } }
                p.dim { (reader.text("me-promised-says")) }
            }
        }
    }
}

/// Everything the person can do, the gentlest help first.
fn ways(reader: &Reader, person: &Person) -> Markup {
    let owes = person.accounts.values().any(|account| account.settled_on.is_none());
    let has_hardship = person.complaints.values().any(|it| it.is_open() && matches!(it.matter, Matter::Hardship { .. }));
    let may_plan = person.open_respite().is_none() && person.plans.values().all(|plan| plan.end.is_some());
    html! {
        @if owes {
            p.actions {
                @if may_plan { a.button.primary href="/me/plan" { (reader.text("plan-begin")) } }
                @if !has_hardship { a.button href="/me/hardship" { (reader.text("way-hardship")) } }
                a.button href="/me/promise" { (reader.text("way-promise")) }
            }
            p { (reader.text("me-pay")) }
        }
        section {
            h2 { (reader.text("me-ways")) }
            ul.ways {
                @if person.open_visit().is_some() { li { a href="/me/visit" { (reader.text("way-visit")) } } }
                li { a href="/me/statement" { (reader.text("statement-link")) } }
                li { a href="/me/dispute" { (reader.text("way-dispute")) } }
                li { a href="/me/complain" { (reader.text("way-complain")) } }
                li { a href="/me/wishes" { (reader.text("wishes-title")) } }
                li { a href="/me/contacts" { (reader.text("way-contacts")) } }
                @if owes { li { a href="/me/options" { (reader.text("out-title")) } } }
                @if person.means.is_some() { li { a href="/me/papers" { (reader.text("evidence-mine")) } } }
                li { a href="/me/schedule" { (reader.text("way-schedule")) } }
                li { a href="/me/rights" { (reader.text("way-rights")) } }
                li { a href="/v" { (reader.text("way-verify")) } }
            }
        }
    }
}
