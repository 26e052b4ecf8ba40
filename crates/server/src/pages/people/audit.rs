//! The file audit on a person's page: each check, the figures it rests on, and how to mend what did not pass; then the
//! visit that it opens the way to.

use domain::book::Book;
use domain::day::Day;
use domain::file::{self, Check, Subject, Verdict};
use domain::follow_up::Step;
use domain::limitation;
use domain::moment::Moment;
use domain::person::Person;
use domain::promise::{Outcome, PromiseEnd};
use domain::strategy::{Figures, Table};
use domain::visit::Visit;
use maud::{Markup, html};

use super::File;
use crate::pages::parts::lists::{Tone, chip};
use crate::pages::parts::rule;
use crate::pages::queue::step_key;
use crate::pages::visits::permits;
use crate::texts::{Reader, number, value};

/// The last audit with each check and its derivation as of `today`, and what can be done next by who may act:
/// they have a key.
pub(super) fn section(reader: &Reader, book: &Book, file: &File, strategy: &Table, now: &Moment, key: Option<&str>) -> Markup {
    let today = now.day();
    let advice = Figures::of(&file.person, today).and_then(|figures| strategy.decide(&figures));
    let person = &file.person;
    let is_ready = person.audit.as_ref().is_some_and(|audit| audit.is_complete() && !audit.is_void);
    html! {
        @if person.open_case().is_some() {
            section.card #audit {
                h2 { (reader.text("audit-title")) }
                @match &person.audit {
                    None => { p { (reader.text("audit-none")) } }
                    Some(audit) => {
                        p { (reader.fill("audit-as-of", [("day", value(reader.day(audit.as_of)))]))
                            @if audit.is_void { " " (chip(Tone::Warn, &reader.text("audit-void"))) } }
                        ul.checks { @for check in &audit.checks { (line(reader, book, person, check, today)) } }
                    }
                }
                @if let Some(row) = advice {
                    p { strong { (reader.text("strategy")) } " " (reader.text(step_key(row.step.name()))) " · " (rule::said(reader, &row.says))
                        " " span.dim { code { (row.rule) } " " (strategy.version) } }
                }
                @if let Some(key) = key {
                    form.actions method="post" action={ "/people/" (person.id) "/audit" } {
                        input type="hidden" name="key" value={ "audit-" (key) };
                        button { (reader.text("audit-do")) }
                    }
                }
                @if let Some(key) = key.filter(|_| is_ready && person.open_visit().is_none() && advice.is_some_and(|row| row.step == Step::Visit)) {
                    form.actions method="post" action={ "/people/" (person.id) "/visit" } {
                        input type="hidden" name="key" value={ "visit-" (key) };
                        button.primary { (reader.text("audit-propose")) }
                    }
                }
                @if let Some(visit) = person.open_visit() { (open_visit(reader, file, visit, now.at(), key)) }
            }
        }
        (records(reader, book, person, today))
    }
}

fn line(reader: &Reader, book: &Book, person: &Person, check: &Check, today: Day) -> Markup {
    html! {
        li {
            (verdict(reader, check.verdict)) " " (reader.text(subject_key(check.subject)))
            @for says in because(reader, book, person, check.subject, today) { div.dim { (says) } }
            @if check.verdict != Verdict::Passed { div { (reader.text(mend_key(check))) } }
        }
    }
}

fn verdict(reader: &Reader, verdict: Verdict) -> Markup {
    match verdict {
        Verdict::Passed => chip(Tone::Good, &reader.text("audit-passed")),
        Verdict::Failed => chip(Tone::Stop, &reader.text("audit-failed")),
        Verdict::Missing => chip(Tone::Warn, &reader.text("audit-missing")),
    }
}

/// The figures a check rests on, worked out from the log again.
fn because(reader: &Reader, book: &Book, person: &Person, subject: Subject, today: Day) -> Vec<String> {
    let late = || person.accounts.values().map(|account| (account, account.loan.position(today)));
    let late = || late().filter(|(_, position)| position.days_past_due > 0);
    let day = |day: Day| value(reader.day(day));
    match subject {
        Subject::Amount => late()
            .map(|(account, position)| {
                let money = |money| value(reader.money(money));
                let parts = position.overdue;
                reader.fill(
                    "audit-amount-says",
                    [
                        ("number", value(account.number.clone())),
                        ("principal", money(parts.principal)),
                        ("interest", money(parts.interest)),
                        ("fee", money(parts.fee)),
                        ("penalty", money(parts.penalty)),
                        ("total", money(parts.total())),
                    ],
                )
            })
            .collect(),
        Subject::DaysPastDue => late()
            .filter_map(|(account, position)| {
                let due_on = position.oldest_unpaid_due_on?;
                let values = [
                    ("number", value(account.number.clone())),
                    ("due", day(due_on)),
                    ("raw", number(i64::from(position.days_past_due_raw))),
                    ("off", number(i64::from(position.days_past_due_raw.saturating_sub(position.days_past_due)))),
                    ("days", number(i64::from(position.days_past_due))),
                ];
                Some(reader.fill("audit-days-says", values))
            })
            .collect(),
        Subject::Address => person
            .address
            .iter()
            .map(|address| {
                let age = address.observed_on.days_until(today);
                let from = reader.text(provenance_key(&address.provenance));
                reader.fill(
                    "audit-address-says",
                    [("from", value(from)), ("day", day(address.observed_on)), ("age", number(i64::from(age)))],
                )
            })
            .collect(),
        Subject::Promise => {
            let ended = |wanted: Outcome| {
                let is_it = |end| matches!(end, Some(PromiseEnd::Judged { outcome, .. }) if outcome == wanted);
                number(person.promises.values().filter(|promise| is_it(promise.end)).count())
            };
            if person.promises.is_empty() {
                return vec![reader.text("audit-promises-none")];
            }
            let made = number(person.promises.len());
            let values = [
                ("made", made),
                ("kept", ended(Outcome::Kept)),
                ("partial", ended(Outcome::Partial)),
                ("broken", ended(Outcome::Broken)),
            ];
            vec![reader.fill("audit-promises-says", values)]
        }
        Subject::LighterChannel => {
            let opened_on = person.open_case().map(|case| case.opened_on);
            let in_case = person.contacts.iter().filter(|contact| opened_on.is_some_and(|opened| contact.day >= opened)).count();
            vec![reader.fill("audit-contacts-says", [("count", number(in_case))])]
        }
        Subject::Notice => {
            let last = file::notices(person).last();
            last.map(|contact| reader.fill("audit-notice-says", [("day", day(contact.day))])).into_iter().collect()
        }
        Subject::Limitation => {
            let ends = limitation::ends_on(person, book, today);
            ends.map(|ends| reader.fill("audit-limitation-says", [("day", day(ends))])).into_iter().collect()
        }
        Subject::Respite => {
            let until = file::pause_on(person, today);
            until.map(|until| reader.fill("audit-respite-says", [("day", day(until))])).into_iter().collect()
        }
        Subject::Identity | Subject::Phone | Subject::Dispute | Subject::Complaint | Subject::Hardship => vec![],
    }
}

/// The visit under way: its hour, its place, its permit.
fn open_visit(reader: &Reader, file: &File, visit: &Visit, now: jiff::Timestamp, key: Option<&str>) -> Markup {
    html! {
        p { (reader.text("audit-visit-open")) " "
            @match visit.agreed {
                Some(slot) => { (reader.long_moment(slot.from)) }
                None => { (reader.text("audit-visit-waiting")) }
            }
        }
        (permits::state(reader, visit, now))
        @if visit.named.is_some() {
            p { (reader.text("place-to-check")) }
            @if let Some(named) = &file.named { p { strong { (named.city) " " (named.line) } } }
            @if let Some(key) = key {
                form.actions method="post" action={ "/people/" (file.person.id) "/place" } {
                    input type="hidden" name="key" value={ "place-" (key) };
                    button { (reader.text("place-accept")) }
                }
            }
        }
    }
}

/// Receipts of the visits that were made. What was made today has no seal yet, and its receipt is there tomorrow.
fn records(reader: &Reader, book: &Book, person: &Person, today: Day) -> Markup {
    let at = |visit: &Visit| visit.started_at.unwrap_or(visit.proposed_at);
    let made: Vec<&Visit> = person.visits.values().filter(|visit| visit.started_at.is_some() || visit.alert.is_some()).collect();
    html! {
        @if !made.is_empty() {
            section.card {
                h2 { (reader.text("receipt")) }
                ul { @for visit in made { li {
                    @let made = [("at", value(reader.moment(at(visit))))];
                    @if book.day_of(at(visit)) < today {
                        a href={ "/people/" (person.id) "/visits/" (visit.id) "/receipt" } download { (reader.fill("receipt-of", made)) }
                    } @else { (reader.fill("receipt-tomorrow", made)) }
                } } }
            }
        }
    }
}

fn provenance_key(provenance: &str) -> &'static str {
    match provenance {
        "application" => "from-application",
        "consumer" => "from-consumer",
        "import" => "from-import",
        "visit" => "from-visit",
        _ => "from-other",
    }
}

const fn subject_key(subject: Subject) -> &'static str {
    match subject {
        Subject::Identity => "check-identity",
        Subject::Phone => "check-phone",
        Subject::Amount => "check-amount",
        Subject::DaysPastDue => "check-days",
        Subject::Address => "check-address",
        Subject::Dispute => "check-dispute",
        Subject::Complaint => "check-complaint",
        Subject::Hardship => "check-hardship",
        Subject::Promise => "check-promise",
        Subject::Limitation => "check-limitation",
        Subject::LighterChannel => "check-lighter",
        Subject::Respite => "check-respite",
        Subject::Notice => "check-notice",
    }
}

const fn mend_key(check: &Check) -> &'static str {
    match (check.subject, check.verdict) {
        (Subject::Identity, Verdict::Missing) => "mend-identity-card",
        (Subject::Identity, _) => "mend-identity",
        (Subject::Phone, _) => "mend-phone",
        (Subject::Amount, _) => "mend-amount",
        (Subject::DaysPastDue, _) => "mend-days",
        (Subject::Address, _) => "mend-address",
        (Subject::Dispute | Subject::Complaint | Subject::Hardship, _) => "mend-answer",
        (Subject::Promise, _) => "mend-promise",
        (Subject::Limitation, _) => "mend-limitation",
        (Subject::LighterChannel, _) => "mend-lighter",
        (Subject::Respite, _) => "mend-respite",
        (Subject::Notice, _) => "mend-notice",
    }
}
