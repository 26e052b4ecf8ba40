//! The file on one page.

use std::cmp::Reverse;
use std::sync::Arc;

use axum::extract::{Path, State};
use domain::contact::{Act, Channel};
use domain::follow_up::Step;
use domain::law::Grade;
use domain::loan::Position;
use domain::moment::Moment;
use domain::money::Money;
use domain::options;
use domain::person::{Account, Person};
use domain::promise::{Outcome, PromiseEnd};
use maud::{Markup, html};

use super::{File, acts, audit, file, find, happened, papers, planned, relief};
use crate::pages::agreement;
use crate::pages::law::sure;
use crate::pages::layout;
use crate::pages::parts::form;
use crate::pages::parts::gate::Gate;
use crate::pages::parts::lists::{self, Tone, chip, figures, long_timeline};
use crate::pages::parts::rule;
use crate::pages::queue::{bucket_name, step_key};
use crate::texts::{Reader, value};
use crate::web::session::{Collectors, Readers, Roles, Workers};
use crate::web::{Answers, Failure, Page, Site, Staff, Viewer};
use crate::why::Figure;

pub(super) async fn show(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Readers>,
    Path(id): Path<String>,
) -> Result<Markup, Failure> {
    let file = find(&site, staff.asker(), &id).await?;
    Ok(render(&page, &site, &file, &Answers::default()))
}

/// The page, with what was wrong in a form that was just sent.
pub(super) fn render(page: &Page, site: &Site, file: &File, answers: &Answers) -> Markup {
    let (reader, person, today) = (&page.reader, &file.person, site.today());
    let now = site.moment();
    let key = format!("{}-{}", person.id, person.version);
    let may_act = is_one_of::<Collectors>(page);
    let timeline = html! {
        h2 { (reader.text("file-timeline")) }
        (long_timeline(reader, &happened::all(reader, &site.book().law, &file.events)))
    };
    let body = html! {
        (identity_bar(reader, file, is_one_of::<Workers>(page)))
        (form::summary_naming(reader, answers, &labels(reader, site)))
        @if person.open_case().is_some() { (gate(reader, site, person, &Act::visit(2), "gate-act-visit", &now).panel(reader)) }
        (figures(&[
            (reader.text("file-owed"), reader.money(person.owed(today))),
            (reader.text("file-overdue"), reader.money(person.overdue(today))),
            (reader.text("file-days"), reader.count(i64::from(person.days_past_due(today)))),
            (reader.text("file-limit"), person.credit.as_ref().and_then(|it| it.limit).map_or_else(|| "–".to_owned(), |limit| reader.money(limit))),
        ]))
        @if let Some(follow_up) = person.open_case().and_then(|case| case.follow_up.as_ref()) {
            p { @match follow_up.step {
                Step::Wait if follow_up.due_on > site.book().day_of(follow_up.planned_at) => {
                    (reader.fill("file-next-wait", [("until", value(reader.short_day(follow_up.due_on)))]))
                }
                // Nobody knows when it is over, or it should have been.
                Step::Wait => { (reader.text("file-next-wait-open")) }
                step => { (reader.fill("file-next-step", [
                    ("step", value(reader.text(step_key(step.name())))),
                    ("by", value(reader.short_day(follow_up.due_on))),
                ])) }
            } " · " span.dim { (because(reader, site, &follow_up.because)) } }
        }
        div.columns {
            div {
                @if person.accounts.is_empty() { p.dim { (reader.text("file-no-accounts")) } }
                @for account in person.accounts.values() { (account_card(reader, site, person, account)) }
                @if !person.accounts.is_empty() { p { a href={ "/people/" (person.id) "/statement" } { (reader.text("statement-link")) } } }
                (promises(reader, person))
                (agreement::papers(reader, person))
                (papers::card(reader, file))
                (audit::section(reader, &site.book(), file, &site.strategy, &now, may_act.then_some(key.as_str())))
            }
            div.tasks {
                @if may_act { (relief::card(reader, site, person, answers, &key)) }
                @if may_act && person.open_case().is_some() { (act_forms(reader, site, person, answers, &key, &now)) }
                @if !may_act { (timeline) }
            }
            @if may_act { div { (timeline) } }
        }
    };
    layout::desk(page, &file.name(), "/queue", body)
}

/// What the fields of the forms below are called.
fn labels(reader: &Reader, site: &Site) -> Vec<(String, String)> {
    const OURS: [(&str, &str); 5] =
        [("amount", "act-amount"), ("due_on", "act-due-on"), ("paid", "act-paid"), ("way", "planned-way"), ("at", "planned-at")];
    let ours = OURS.map(|(name, key)| (name.to_owned(), reader.text(key)));
    ours.into_iter().chain(file::means_labels(reader, &site.book().house.means)).collect()
}

/// Whether the reader works in one of these roles: what they may not do is not offered to them.
pub(super) fn is_one_of<R: Roles>(page: &Page) -> bool {
    matches!(&page.viewer, Some(Viewer::Staff { role, .. }) if R::ALLOWED.contains(role))
}

fn identity_bar(reader: &Reader, file: &File, opens_known: bool) -> Markup {
    let phone = file.identity.as_ref().and_then(|identity| identity.phone.as_deref()).map(masked);
    html! {
        div.identity {
            h1 { (file.name()) }
            @if let Some(phone) = phone { span { (phone) } }
            @if let Some(address) = &file.address { span { (address.city) } span.dim { (address.line) } }
            @if file.person.open_case().is_some() { (chip(Tone::Warn, &reader.text("file-in-case"))) }
            @if file.person.complaints.values().any(|it| it.is_open()) { (chip(Tone::Care, &reader.text("queue-stopped"))) }
            @if opens_known { a href={ "/people/" (file.person.id) "/known" } { (reader.text("known-title")) } }
        }
    }
}

/// `138****1234`.
fn masked(phone: &str) -> String {
    if phone.len() == 11 && phone.is_ascii() { format!("{}****{}", &phone[..3], &phone[7..]) } else { "****".to_owned() }
}

/// What the law says to `act` now, and from when on it would be allowed.
pub(super) fn gate(reader: &Reader, site: &Site, person: &Person, act: &Act, act_key: &str, now: &Moment) -> Gate {
    Gate::of(reader, &site.book(), person, act, reader.text(act_key), now)
}

fn account_card(reader: &Reader, site: &Site, person: &Person, account: &Account) -> Markup {
    let position = account.loan.position(site.today());
    html! {
        section.card {
            h2 { (reader.fill("file-account", [("number", value(account.number.clone()))])) " " span.dim { (bucket_name(account.standing.bucket)) } }
            (lists::pairs(&figures_of(reader, site, person, account, &position)))
            details { summary { (reader.text("file-schedule")) }
                div.scroll tabindex="0" role="region" aria-label=(reader.text("file-schedule")) { table {
                    thead { tr {
                        th scope="col" { (reader.text("file-number")) }
                        th scope="col" { (reader.text("file-due")) }
                        th.num scope="col" { (reader.text("file-amount")) }
                        th.num scope="col" { (reader.text("file-paid")) }
                        th scope="col" { (reader.text("file-state")) }
                    } }
                    tbody { @for instalment in &position.instalments { tr {
                        th scope="row" { (instalment.number) }
                        td { (reader.day(instalment.due_on)) }
                        td.num { (reader.amount(instalment.due.total())) }
                        td.num { (reader.amount(instalment.paid.total())) }
                        td { (instalment_state(reader, instalment.due.total(), instalment.paid.total(), instalment.due_on < position.as_of)) }
                    } } }
                } }
            }
        }
    }
}

/// The figures of an account, each with the way to why it is so.
fn figures_of(reader: &Reader, site: &Site, person: &Person, account: &Account, position: &Position) -> Vec<(String, Markup)> {
    let why = |figure: Figure, says: String| html! { a href={ "/people/" (person.id) "/accounts/" (account.number) "/" (figure.name()) } { (says) } };
    let (owed, today) = (position.outstanding, site.today());
    let paid: Money = position.instalments.iter().map(|line| line.paid.total()).sum::<Money>() + position.unapplied;
    let mut rows = vec![
        (reader.text("file-owed"), why(Figure::Balance, reader.money(owed.total()))),
        (reader.text("part-principal"), html! { (reader.money(owed.principal)) }),
        (reader.text("part-interest"), why(Figure::Interest, reader.money(owed.interest))),
        (reader.text("part-fee"), html! { (reader.money(owed.fee)) }),
        (reader.text("part-penalty"), why(Figure::Penalty, reader.money(owed.penalty))),
        (reader.text("file-days"), why(Figure::Dpd, reader.count(i64::from(position.days_past_due)))),
        (reader.text("file-account-paid"), why(Figure::Allocation, reader.money(paid))),
        (reader.text("why-settlement"), why(Figure::Settlement, reader.money(position.settlement))),
    ];
    if position.unapplied.is_positive() {
        rows.push((reader.text("file-held"), html! { (reader.money(position.unapplied)) }));
    }
    if let Some(cap) = account.loan.explain_cap(today) {
        rows.push((reader.text("why-cap"), why(Figure::Cap, reader.money(cap.figure))));
    }
    let book = site.book();
    if let Some(grading) = book.grading(today).filter(|_| !position.is_settled()) {
        let (tone, key) = graded(grading.grade_of(&account.loan, today));
        rows.push((
            reader.text("grade"),
            html! {
                (chip(tone, &reader.text(key))) " " span.dim { (grading.id) } (sure(reader, &grading.provenance))
            },
        ));
    }
    let journal = format!("/people/{}/accounts/{}/journal", person.id, account.number);
    rows.push((reader.text("journal-link"), html! { a href=(journal) { (reader.text("why-show")) } }));
    rows
}

fn graded(grade: Grade) -> (Tone, &'static str) {
    match grade {
        Grade::Normal => (Tone::Good, "grade-normal"),
        Grade::Watch => (Tone::Plain, "grade-watch"),
        Grade::Substandard => (Tone::Warn, "grade-substandard"),
        Grade::Doubtful => (Tone::Warn, "grade-doubtful"),
        Grade::Loss => (Tone::Warn, "grade-loss"),
    }
}

fn instalment_state(reader: &Reader, due: Money, paid: Money, is_past: bool) -> Markup {
    match (paid >= due, is_past) {
        (true, _) => chip(Tone::Good, &reader.text("file-is-paid")),
        (false, true) => chip(Tone::Warn, &reader.text("file-is-late")),
        (false, false) => chip(Tone::Plain, &reader.text("file-is-open")),
    }
}

fn promises(reader: &Reader, person: &Person) -> Markup {
    let mut promises: Vec<_> = person.promises.values().collect();
    promises.sort_by_key(|promise| Reverse((promise.due_on, promise.id)));
    html! {
        @if !promises.is_empty() {
            section.card {
                h2 { (reader.text("file-promises")) }
                ul { @for promise in promises { li {
                    (reader.money(promise.amount)) " " (reader.fill("file-by", [("day", value(reader.day(promise.due_on)))])) " "
                    @match promise.end {
                        None => { (chip(Tone::Plain, &reader.text("promise-open"))) }
                        Some(PromiseEnd::Superseded { .. }) => { (chip(Tone::Plain, &reader.text("promise-superseded"))) }
                        Some(PromiseEnd::Cancelled { .. }) => { (chip(Tone::Plain, &reader.text("promise-cancelled"))) }
                        Some(PromiseEnd::Judged { outcome: Outcome::Kept, .. }) => { (chip(Tone::Good, &reader.text("promise-kept"))) }
                        Some(PromiseEnd::Judged { outcome: Outcome::Partial, .. }) => { (chip(Tone::Warn, &reader.text("promise-partial"))) }
                        Some(PromiseEnd::Judged { outcome: Outcome::Broken, .. }) => { (chip(Tone::Warn, &reader.text("promise-broken"))) }
                    }
                } } }
            }
        }
    }
}

/// Who may have called: the lender's own staff, and every agency of the register; nothing where there is none.
fn by_whom(reader: &Reader, site: &Site) -> Vec<form::Choice> {
    let book = site.book();
    let agencies = &book.house.agencies;
    let us = (!agencies.is_empty()).then(|| form::Choice::new("us", reader.text("act-by-us")));
    us.into_iter()
        .chain(agencies.iter().map(|agency| form::Choice::new(agency.number.to_string(), agency.name.clone())))
        .collect()
}

/// The forms of what can be done now; what the law forbids says so in place of its button.
fn act_forms(reader: &Reader, site: &Site, person: &Person, answers: &Answers, key: &str, now: &Moment) -> Markup {
    let to = |what: &str| format!("/people/{}/{what}", person.id);
    let call = gate(reader, site, person, &Act::demand(Channel::Call), "gate-act-call", now);
    let sms = gate(reader, site, person, &Act::demand(Channel::Sms), "gate-act-sms", now);
    let capacity = person.capacity(now.day());
    let way = acts::first_that_fits(person, &site.book(), now.day());
    let agencies = by_whom(reader, site);
    let offer = way.and_then(|way| options::work_out(person, &site.book(), &way, now.day()).ok()).map(|offer| offer.instalments);
    html! {
        section.card {
            h2 { (reader.text("act-contact")) }
            form.stack method="post" action=(to("contact")) {
                input type="hidden" name="key" value={ "contact-" (key) };
                p { (reader.text("act-call")) " " (call.chip(reader)) }
                p { (reader.text("act-sms")) " " (sms.chip(reader)) }
                (form::select(reader, answers, "what", "act-what", &[
                    form::Choice::new("call-reached", reader.text("act-call-reached")),
                    form::Choice::new("call-not-reached", reader.text("act-call-not-reached")),
                    form::Choice::new("sms", reader.text("act-send-sms")),
                    form::Choice::new("letter", reader.text("act-send-letter")),
                ]))
                @if !agencies.is_empty() { (form::select(reader, answers, "by", "act-by", &agencies)) }
                (form::words(reader, answers, "words", "act-words").optional().render())
                button { (reader.text("act-save")) }
            }
            p { a.button href=(to("write")) { (reader.text("write-message")) } }
        }
        (planned::card(reader, person, answers, key, now))
        section.card {
            h2 { (reader.text("act-promise")) }
            form.stack method="post" action=(to("promise")) {
                input type="hidden" name="key" value={ "promise-" (key) };
                (form::money(reader, answers, "amount", "act-amount").render())
                (form::day(reader, answers, "due_on", "act-due-on").render())
                button { (reader.text("act-save")) }
            }
        }
        section.card {
            h2 { (reader.text("act-means")) }
            @match (capacity, &offer) {
                (Some(capacity), Some(offer)) => {
                    p { (reader.fill("act-capacity", [("capacity", value(reader.money(capacity)))])) }
                    form.stack method="post" action=(to("plan")) {
                        input type="hidden" name="key" value={ "plan-" (key) };
                        p { (reader.fill("act-offer", [
                            ("count", value(reader.count(offer.len() as i64))),
                            ("amount", value(reader.money(offer.first().map_or(Money::ZERO, |first| first.amount)))),
                            ("first", value(offer.first().map_or_else(String::new, |first| reader.day(first.due_on)))),
                        ])) }
                        button { (reader.text("act-agree")) }
                    }
                }
                (Some(capacity), None) => { p { (reader.fill("act-capacity", [("capacity", value(reader.money(capacity)))])) } }
                (None, _) => { p.dim { (reader.text("act-means-unknown")) } }
            }
            p { a href=(to("options")) { (reader.text("act-options")) } }
            // What was sent back with a fault is in sight.
            details open[!answers.get("household").is_empty()] { summary { (reader.text("act-state-means")) } (file::means_form(reader, &site.book().house.means, answers, &to("means"), key)) }
        }
        section.card {
            h2 { (reader.text("act-payment")) }
            form.stack method="post" action=(to("payment")) {
                input type="hidden" name="key" value={ "payment-" (key) };
                (form::money(reader, answers, "paid", "act-paid").render())
                button { (reader.text("act-save")) }
            }
        }
    }
}

/// The sentence of a rule of the strategy; the rule's name where the house has given it up since.
fn because(reader: &Reader, site: &Site, rule: &str) -> String {
    let book = site.book();
    let says = book.house.strategy.says(rule);
    says.map_or_else(|| rule.to_owned(), |says| rule::said(reader, says).to_owned())
}
