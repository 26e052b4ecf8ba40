//! `/me/schedule`: every instalment and every payment, on each account.

use domain::day::Day;
use domain::loan::{EntryKind, InstalmentPosition, Part, Stops};
use domain::person::Account;
use maud::{Markup, html};

use super::Me;
use super::owed::part_word;
use crate::pages::parts::lists::{self, Happened, Tone, chip};
use crate::texts::{Reader, value};

/// The page's body.
pub(super) fn body(reader: &Reader, me: &Me) -> Markup {
    html! {
        a.back href="/me" { (reader.text("back")) }
        h1 { (reader.text("schedule")) }
        @for account in me.person.accounts.values() {
            section.card {
                h2 { (reader.fill("me-account", [("number", value(account.number.as_str()))])) }
                (table(reader, account, me.today))
                (entries(reader, account))
            }
        }
    }
}

fn table(reader: &Reader, account: &Account, today: Day) -> Markup {
    let position = account.loan.position(today);
    let columns =
        [reader.text("part-principal"), reader.text("schedule-cost"), reader.text("part-penalty"), reader.text("col-paid")];
    html! {
        div.scroll tabindex="0" role="region" aria-label=(reader.text("schedule")) {
            table.cells {
                thead { tr {
                    th scope="col" { (reader.text("col-instalment")) }
                    @for column in &columns { th.num scope="col" { (column) } }
                    th scope="col" { (reader.text("col-state")) }
                } }
                tbody { @for it in &position.instalments { tr {
                    th scope="row" { (it.number) " · " (reader.day(it.due_on)) }
                    td.num data-name=(columns[0]) { (reader.amount(it.due.principal)) }
                    td.num data-name=(columns[1]) { (reader.amount(it.due.interest + it.due.fee)) }
                    td.num data-name=(columns[2]) { (reader.amount(it.due.penalty)) }
                    td.num data-name=(columns[3]) { (reader.amount(it.paid.total())) }
                    td data-name=(reader.text("col-state")) { (state(reader, it, today)) }
                } } }
            }
        }
    }
}

fn state(reader: &Reader, it: &InstalmentPosition, today: Day) -> Markup {
    match () {
        () if it.is_paid() => chip(Tone::Good, &reader.text("instalment-paid")),
        () if it.due_on < today => chip(Tone::Warn, &reader.text("instalment-late")),
        () if it.due_on == today => chip(Tone::Warn, &reader.text("instalment-today")),
        () if it.paid.total().is_positive() => chip(Tone::Plain, &reader.text("instalment-part")),
        () => chip(Tone::Plain, &reader.text("instalment-ahead")),
    }
}

/// What was paid, charged and taken off, newest first.
fn entries(reader: &Reader, account: &Account) -> Markup {
    let mut entries: Vec<_> = account.loan.entries().iter().collect();
    entries.sort_by_key(|entry| std::cmp::Reverse((entry.effective_on, entry.id)));
    let happened: Vec<Happened> = entries
        .into_iter()
        .filter_map(|entry| {
            let is_reversed = account.loan.is_reversed(entry.id);
            let (tone, says) = entry_words(reader, &entry.kind)?;
            let what = html! { @if is_reversed { s { (says) } " " (reader.text("entry-taken-back")) } @else { (says) } };
            Some(Happened {
                at: reader.day(entry.effective_on),
                by: None,
                what,
                tone: if is_reversed { Tone::Plain } else { tone },
            })
        })
        .collect();
    html! { @if !happened.is_empty() { h3 { (reader.text("schedule-entries")) } (lists::timeline(&happened)) } }
}

fn entry_words(reader: &Reader, kind: &EntryKind) -> Option<(Tone, String)> {
    let amount = |amount| [("amount", value(reader.money(amount)))];
    let said = match kind {
        EntryKind::Payment { amount: paid, .. } => (Tone::Good, reader.fill("entry-payment", amount(*paid))),
        EntryKind::Fee { amount: fee, is_penalty: false, .. } => (Tone::Plain, reader.fill("entry-fee", amount(*fee))),
        EntryKind::Fee { amount: fee, is_penalty: true, .. } => (Tone::Plain, reader.fill("entry-penalty", amount(*fee))),
        EntryKind::Waiver { part, amount, .. } => {
            let what = [("amount", value(reader.money(*amount))), ("part", value(part_word(reader, *part)))];
            (Tone::Good, reader.fill("entry-waiver", what))
        }
        EntryKind::Opening { paid, .. } => (Tone::Plain, reader.fill("entry-opening", amount(paid[Part::Principal]))),
        EntryKind::Pause { until, stops: Stops::Penalty } => {
            (Tone::Good, reader.fill("entry-pause", [("day", value(reader.day(*until)))]))
        }
        EntryKind::Pause { until, stops: Stops::AllCost } => {
            (Tone::Good, reader.fill("entry-pause-all-cost", [("day", value(reader.day(*until)))]))
        }
        EntryKind::Resume => (Tone::Plain, reader.text("entry-resume")),
        EntryKind::WriteOff => (Tone::Good, reader.text("entry-write-off")),
        EntryKind::Disbursement { amount: paid_out } => (Tone::Plain, reader.fill("entry-disbursement", amount(*paid_out))),
        EntryKind::Chargeback { amount: back, .. } => (Tone::Plain, reader.fill("entry-chargeback", amount(*back))),
        EntryKind::Refund { amount: back } | EntryKind::CreditRefund { amount: back } => {
            (Tone::Plain, reader.fill("entry-refund", amount(*back)))
        }
        EntryKind::Reage { instalments, .. } => {
            (Tone::Good, reader.fill("entry-reage", [("count", value(instalments.to_string()))]))
        }
        EntryKind::Extend { instalments, .. } => {
            (Tone::Good, reader.fill("entry-extend", [("count", value(instalments.to_string()))]))
        }
        EntryKind::Defer { from, to } => {
            (Tone::Good, reader.fill("entry-defer", [("from", value(reader.day(*from))), ("to", value(reader.day(*to)))]))
        }
        // The payment that it takes back says so; a charge-off changes nothing for the person.
        EntryKind::Reversal { .. } | EntryKind::ChargeOff => return None,
    };
    Some(said)
}
