//! How a visit stands, as the person reads it: offered, agreed, under way, passed or over, and what they can do.

use domain::visit::{self, Decline, Slot, Visit, VisitEnd};
use jiff::Timestamp;
use maud::{Markup, html};

use super::{NO, Planned, slot_name};
use crate::letterhead::Letterhead;
use crate::pages::layout;
use crate::pages::parts::form::{self, Choice};
use crate::pages::verify;
use crate::texts::{Reader, number, value};
use crate::web::{Answers, Page};

/// The page; `done` is what was just done.
pub(super) fn render(
    page: &Page,
    lender: &Letterhead,
    planned: Option<&Planned>,
    now: Timestamp,
    answers: &Answers,
    done: Option<&str>,
) -> Markup {
    let reader = &page.reader;
    let body = html! {
        a.back href="/me" { (reader.text("me-back")) }
        @match planned {
            None => { h1 { (reader.text("visit")) } p { (reader.text("visit-none")) } }
            Some(planned) => {
                @if let Some(says) = done.and_then(|done| was_done(reader, &planned.visit, done)) { p.gate.good role="status" { (says) } }
                @match (&planned.visit.end, planned.visit.started_at) {
                    (Some(end), _) => (ended(reader, planned.visit.id, end)),
                    (None, Some(_)) => { h1 { (reader.text("visit")) } p { (reader.text("visit-under-way")) } }
                    (None, None) if planned.visit.has_passed(now) => (passed(reader, &planned.visit, now, answers)),
                    (None, None) => (offer(reader, lender, planned, now, answers)),
                }
            }
        }
    };
    layout::portal(page, &form::title(reader, answers, &reader.text("visit")), body)
}

/// What was just done, as far as it is still so: an address can be opened again a day later.
fn was_done(reader: &Reader, visit: &Visit, done: &str) -> Option<String> {
    let key = match (done, &visit.end) {
        ("chosen", None) => "visit-done-chosen",
        ("moved", None) => "visit-done-moved",
        ("same", None) => "visit-done-same",
        ("declined", Some(VisitEnd::Declined(_))) => return Some(reader.text("visit-done-declined")),
        _ => return None,
    };
    visit.agreed.map(|slot| reader.fill(key, [("slot", value(slot_says(reader, &slot)))]))
}

/// The hour went by and no visit began: nobody is expected, so there is no code to ask for, and whoever stands there now is
/// not ours.
fn passed(reader: &Reader, visit: &Visit, now: Timestamp, answers: &Answers) -> Markup {
    let ahead: Vec<Choice> = visit.slots.iter().filter(|slot| slot.from > now).map(|slot| choice_of(reader, slot)).collect();
    html! {
        @match &visit.agreed {
            None => { h1 { (reader.text("visit-hours-passed")) } p { (reader.text("visit-hours-passed-says")) } }
            Some(slot) => {
                h1 { (reader.text("visit-passed")) }
                p { (reader.fill("visit-passed-says", [("slot", value(slot_says(reader, slot)))])) }
                p { (reader.text("visit-passed-record")) }
            }
        }
        @if !ahead.is_empty() {
            p { (reader.text("visit-passed-again")) }
            (wish_form(reader, visit, answers, &ahead, &html! {}))
        }
        ul.ways {
            li { a href="/me/wishes" { (reader.text("wishes-title")) } }
            li { a href="/me/hardship" { (reader.text("way-hardship")) } }
            li { a href="/me/complain" { (reader.text("way-complain")) } }
        }
        @if visit.agreed.is_some() {
            section.card {
                h2 { (reader.text("visit-passed-door")) }
                p { (reader.text("visit-passed-door-says")) }
                (stop_form(reader, visit))
            }
        }
    }
}

/// What happens next, once it is over or was declined.
fn ended(reader: &Reader, id: domain::id::VisitId, end: &VisitEnd) -> Markup {
    let (title, says) = match end {
        VisitEnd::Closed { .. } => ("visit-over", "visit-over-says"),
        VisitEnd::Lapsed(_) => ("visit-called-off", "visit-lapsed-says"),
        VisitEnd::Stopped(_) => ("visit-stopped", "visit-stopped-says"),
        VisitEnd::Declined(Decline::AnotherChannel) => ("visit-nobody-comes", "visit-declined-other"),
        VisitEnd::Declined(Decline::NoVisit) => ("visit-nobody-comes", "visit-declined-no"),
        VisitEnd::Declined(Decline::NotMine) => ("visit-nobody-comes", "visit-declined-not-mine"),
        VisitEnd::Declined(Decline::NeedsHelp) => ("visit-nobody-comes", "visit-declined-help"),
    };
    html! {
        h1 { (reader.text(title)) }
        p { (reader.text(says)) }
        p.actions {
            @match end {
                VisitEnd::Declined(Decline::NotMine) => { a.button.primary href="/me/dispute" { (reader.text("way-dispute")) } }
                VisitEnd::Declined(_) => { a.button.primary href="/me/hardship" { (reader.text("way-hardship")) } }
                VisitEnd::Stopped(_) => {
                    a.button.primary href="/me/complain" { (reader.text("way-complain")) }
                    a.button href={ "/me/visits/" (id) } { (reader.text("record")) }
                }
                VisitEnd::Closed { .. } => { a.button.primary href={ "/me/visits/" (id) } { (reader.text("record")) } }
                VisitEnd::Lapsed(_) => { a.button href="/me/contacts" { (reader.text("way-contacts")) } }
            }
        }
    }
}

fn slot_says(reader: &Reader, slot: &Slot) -> String {
    reader.fill(
        "visit-slot",
        [
            ("day", value(reader.long_day(reader.day_of(slot.from)))),
            ("from", value(reader.clock(slot.from))),
            ("until", value(reader.clock(slot.until))),
        ],
    )
}

fn choice_of(reader: &Reader, slot: &Slot) -> Choice {
    Choice::new(slot_name(slot), slot_says(reader, slot))
}

fn stop_form(reader: &Reader, visit: &Visit) -> Markup {
    html! {
        form.stack method="post" action="/me/visit/stop" {
            input type="hidden" name="key" value={ "stop-" (visit.id) };
            button.danger { (reader.text("code-stop")) }
            p.hint { (reader.text("code-stop-says")) }
        }
    }
}

/// The hours that can be chosen and the ways to say no, what is said `beside` them, and a button.
fn wish_form(reader: &Reader, visit: &Visit, shown: &Answers, hours: &[Choice], beside: &Markup) -> Markup {
    let no = NO.map(|(name, key, _)| Choice::new(name, reader.text(key)));
    let choices: Vec<Choice> = hours.iter().cloned().chain(no).collect();
    html! {
        form method="post" action="/me/visit" {
            (form::summary(reader, shown))
            input type="hidden" name="version" value={ (visit.proposed_at.as_second()) "-" (visit.agreed.map_or(0, |slot| slot.from.as_second())) };
            (form::radios(reader, shown, "wish", "visit-question", &choices))
            (beside)
            p.hint { (reader.text("visit-free")) }
            div.actions { button.primary { (reader.text("wizard-continue")) } }
        }
    }
}

fn offer(reader: &Reader, lender: &Letterhead, planned: &Planned, now: Timestamp, answers: &Answers) -> Markup {
    let visit = &planned.visit;
    let hours: Vec<Choice> = visit.slots.iter().filter(|slot| slot.from > now).map(|slot| choice_of(reader, slot)).collect();
    let chosen = visit.agreed.map(|slot| slot_name(&slot)).unwrap_or_default();
    let shown = if answers.get("wish").is_empty() && answers.faults().is_empty() {
        Answers::of([("wish", chosen)])
    } else {
        answers.clone()
    };
    html! {
        h1 { (reader.text(if visit.agreed.is_some() { "visit-yours" } else { "visit-asked" })) }
        @if let Some(slot) = &visit.agreed { p.big { (slot_says(reader, slot)) } }
        p { strong { (reader.text("visit-door")) " " (reader.text("visit-cash")) } }
        @if visit.named.is_some() { p role="status" { (reader.text("place-named")) } }
        section.card {
            h2 { (reader.text("visit-who")) }
            @if planned.team.is_empty() { p { (reader.text("visit-team-later")) } } @else {
                ul.team { @for member in &planned.team { li {
                    strong { (member.name) } " " a href={ "/v?badge=" (member.badge) } { (member.badge) }
                    @if let Some(number) = &member.registration { " " span.dim { (reader.fill("verify-registration", [("number", value(number.as_str()))])) } }
                } } }
            }
            p { (lender.name) }
            @if !lender.check_line.is_empty() { (verify::check_line(reader, &lender.check_line)) }
            ul {
                li { (reader.text("visit-why")) }
                li { (reader.text("visit-leave")) }
            }
        }
        @if let Some(code) = planned.code {
            section.card {
                h2 { (reader.text("code")) }
                p.code { strong { (code.said_in(reader.lang)) } }
                p { (reader.text("code-says")) }
                form.stack method="post" action="/me/visit/code" {
                    input type="hidden" name="key" value={ "code-" (visit.id) "-" (visit.tries()) };
                    (form::text(reader, answers, "said", "code-said").hint("code-said-hint").render())
                    button { (reader.text("code-check")) }
                }
                @if visit.right_code { p role="status" { (reader.text("code-was-right")) } }
                @if visit.wrong_codes > 0 { p role="status" { (reader.fill("code-was-wrong", [("left", number(visit::WRONG_CODES.saturating_sub(visit.wrong_codes)))])) } }
                (stop_form(reader, visit))
            }
        }
        (wish_form(reader, visit, &shown, &hours, &html! {
            @if visit.agreed.is_some() { p.hint { (reader.text("visit-agreed-says")) } }
            p { a href="/me/visit/place" { (reader.text("place")) } }
        }))
    }
}
