//! The collector's day on a phone: the stops in order, the door, and the record, one question a page. Each step is a use case
//! of its own and is on disk before the next is shown.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::contact::{self, Act};
use domain::id::{PromiseId, VisitId};
use domain::identity::Address;
use domain::person::Person;
use domain::promise::{self, Origin};
use domain::visit::{self, Circumstances, Doorstep, Met, Visit};
use jiff::SignedDuration;
use maud::{Markup, html};
use store::{Thing, VisitRow};

use super::layout;
use super::parts::form::{self, Choice};
use super::parts::lists::{Tone, chip};
use super::parts::wizard::{self, Step, Turn};
use super::visits::permits;
use crate::door_code::DoorCode;
use crate::texts::{Reader, number, value};
use crate::web::act::{Deed, new_id, new_note};
use crate::web::session::Visitors;
use crate::web::{Answers, Failure, Page, Site, Staff};

/// `/today` and what is done at a door.
pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new()
        .route("/today", get(today))
        .route("/today/permits", post(permits_of_today))
        .route("/today/{id}", get(stop))
        .route("/today/{id}/permit", post(permit_of_stop))
        .route("/today/{id}/start", post(start))
        .route("/today/{id}/record", get(record).post(record))
        .route("/today/{id}/promise", post(promise))
        .route("/today/{id}/close", post(close))
}

async fn today(page: Page, State(site): State<Arc<Site>>, staff: Staff<Visitors>) -> Result<Markup, Failure> {
    let (asker, from) = (staff.asker(), site.book().start_of(site.today()));
    let rows = site.look(move |reader| reader.visits_between(asker, from, from + SignedDuration::from_hours(24))).await?;
    let reader = &page.reader;
    let body = html! {
        h1 { (reader.fill("today-title", [("count", number(rows.len()))])) }
        p { (reader.long_day(site.today())) }
        p { a href="/field/" { (reader.text("today-app")) } }
        @if rows.is_empty() { p.empty { (reader.text("today-none")) } }
        @if rows.iter().any(|row| row.state == "assigned" && row.permit_until.is_none_or(|until| until < site.now())) {
            form method="post" action="/today/permits" {
                input type="hidden" name="key" value=(page.request_id);
                button { (reader.text("today-take")) }
                p.dim { (reader.text("permit-ask-says")) }
            }
        }
        ol.stops { @for row in &rows { (line(reader, row)) } }
    };
    Ok(layout::field(&page, &reader.text("nav-today"), None, body))
}

fn line(reader: &Reader, row: &VisitRow) -> Markup {
    let name = row.identity.as_ref().map_or_else(|| row.visit.to_string(), |identity| identity.name.clone());
    html! {
        li.card {
            h2 { a href={ "/today/" (row.visit) } { (name) } }
            p {
                @if let (Some(from), Some(until)) = (row.agreed_from, row.agreed_until) { (reader.clock(from)) "–" (reader.clock(until)) " " }
                @if let Some(area) = &row.area { (area) " " }
                (state(reader, &row.state))
            }
        }
    }
}

fn state(reader: &Reader, state: &str) -> Markup {
    match state {
        "closed" => chip(Tone::Good, &reader.text("today-closed")),
        "started" => chip(Tone::Warn, &reader.text("today-started")),
        _ => chip(Tone::Plain, &reader.text("today-waiting")),
    }
}

/// A visit of this team, with what must be known at the door.
struct Stop {
    person: Person,
    visit: Visit,
    name: String,
    address: Option<Address>,
    badge: String,
    registration: Option<String>,
}

async fn find(site: &Arc<Site>, staff: &Staff<Visitors>, id: &str) -> Result<Stop, Failure> {
    let id = VisitId::parse(id).ok_or(Failure::NotFound)?;
    let (asker, me) = (staff.asker(), staff.id);
    let found = site.look(move |reader| {
        let Some(owner) = reader.owner(asker, Thing::Visit(id))? else { return Ok(None) };
        let Some(person) = reader.person(asker, owner)? else { return Ok(None) };
        let Some(visit) = person.visits.get(&id).cloned() else { return Ok(None) };
        let name = reader.identity(asker, &person)?.map_or_else(|| owner.to_string(), |identity| identity.name);
        let address = reader.address(asker, &person)?;
        let own = reader.staff(me)?;
        let badge = own.as_ref().map(|staff| format!("{} · {}", staff.name, staff.badge)).unwrap_or_default();
        let registration = own.and_then(|staff| staff.registration);
        Ok(Some(Stop { person, visit, name, address, badge, registration }))
    });
    found.await?.ok_or(Failure::NotFound)
}

async fn stop(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Visitors>,
    Path(id): Path<String>,
) -> Result<Markup, Failure> {
    let stop = find(&site, &staff, &id).await?;
    Ok(stop_page(&page, &site, &stop, &Answers::default()))
}

fn stop_page(page: &Page, site: &Site, stop: &Stop, answers: &Answers) -> Markup {
    let reader = &page.reader;
    let to = |what: &str| format!("/today/{}/{what}", stop.visit.id);
    let key = |what: &str| format!("{what}-{}", stop.visit.id);
    let body = html! {
        h1 { (stop.name) }
        @if let Some(address) = &stop.address { p { (address.city) " " (address.line) } }
        @if let Some(slot) = stop.visit.agreed { p { (reader.fill("stop-agreed", [("at", value(reader.long_moment(slot.from)))])) } }
        (form::summary(reader, answers))
        @match (&stop.visit.started_at, &stop.visit.doorstep, stop.visit.is_open()) {
            (_, _, false) => { p { (chip(Tone::Good, &reader.text("today-closed"))) } }
            (None, _, _) => {
                section.card.doorstep {
                    p { (reader.text("stop-show-this")) }
                    p.large { strong { (stop.badge) } }
                    @if let Some(number) = &stop.registration { p { (reader.fill("verify-registration", [("number", value(number.as_str()))])) } }
                    ul {
                        li { (reader.text("stop-may-call")) }
                        li { (reader.text("stop-may-have-someone")) }
                        li { (reader.text("stop-may-another-day")) }
                        li { (reader.text("stop-may-ask-to-leave")) }
                    }
                }
                (permits::state(reader, &stop.visit, site.now()))
                @if stop.visit.standing_permit(site.now()).is_some() {
                    p { (reader.text("stop-start-says")) }
                    form method="post" action=(to("start")) {
                        input type="hidden" name="key" value=(key("start"));
                        button.primary { (reader.text("stop-start")) }
                    }
                } @else {
                    p { (reader.text("permit-ask-says")) }
                    form method="post" action=(to("permit")) {
                        input type="hidden" name="key" value=(page.request_id);
                        button.primary { (reader.text("permit-ask")) }
                    }
                }
            }
            (Some(_), None, _) => {
                @if let Some(slot) = &stop.visit.agreed {
                    section.card.doorstep {
                        p { (reader.text("code-say-first")) }
                        p.large.code { strong { (DoorCode::of(stop.visit.id, slot, &site.key).said_in(reader.lang)) } }
                    }
                }
                p { (reader.text("stop-identity-first")) }
                p { a.button href=(to("record")) { (reader.text("stop-record")) } }
            }
            (Some(_), Some(doorstep), _) => {
                @if doorstep.met == Met::Debtor && !doorstep.asked_to_leave && !doorstep.distress {
                    section.card {
                        h2 { (reader.text("act-promise")) }
                        p { (reader.fill("stop-overdue", [("overdue", value(reader.money(stop.person.overdue(site.today()))))])) }
                        form.stack method="post" action=(to("promise")) {
                            input type="hidden" name="key" value=(key("promise"));
                            (form::money(reader, answers, "amount", "act-amount").render())
                            (form::day(reader, answers, "due_on", "act-due-on").render())
                            button { (reader.text("act-save")) }
                        }
                    }
                }
                form method="post" action=(to("close")) {
                    input type="hidden" name="key" value=(key("close"));
                    button.primary { (reader.text("stop-close")) }
                }
            }
        }
    };
    layout::field(page, &stop.name, Some("/today"), body)
}

/// The permits of everything that is assigned to me today.
async fn permits_of_today(State(site): State<Arc<Site>>, staff: Staff<Visitors>, answers: Answers) -> Result<Response, Failure> {
    let (asker, from) = (staff.asker(), site.book().start_of(site.today()));
    let rows = site.look(move |reader| reader.visits_between(asker, from, from + SignedDuration::from_hours(24))).await?;
    permits::issue(&site, staff.actor(), &rows, answers.get("key")).await?;
    Ok(Redirect::to("/today").into_response())
}

async fn permit_of_stop(
    State(site): State<Arc<Site>>,
    staff: Staff<Visitors>,
    Path(id): Path<String>,
    answers: Answers,
) -> Result<Response, Failure> {
    let stop = find(&site, &staff, &id).await?;
    permits::issue_one(&site, staff.actor(), stop.person.id, stop.visit.id, answers.get("key")).await?;
    Ok(Redirect::to(&format!("/today/{}", stop.visit.id)).into_response())
}

/// "I am here": the law is asked again in this minute.
async fn start(
    State(site): State<Arc<Site>>,
    staff: Staff<Visitors>,
    Path(id): Path<String>,
    answers: Answers,
) -> Result<Response, Failure> {
    let stop = find(&site, &staff, &id).await?;
    let (visit, book, now) = (stop.visit.id, site.book(), site.moment());
    let team = stop.visit.assigned.as_ref().map_or(0, |assigned| assigned.team.len() as u16);
    let deed = deed(&staff, &stop, "visit.start", &answers, String::new());
    site.act(deed, move |person| {
        let permit = contact::ask(person, &book, &Act::visit(team), &now)?;
        visit::start(person, permit, visit, &now)
    })
    .await?;
    Ok(Redirect::to(&format!("/today/{visit}")).into_response())
}

const STEPS: &[Step] = &[
    Step { name: "met", fields: &["met"], check: |answers| _ = answers.choice("met", met, "record-choose") },
    Step {
        name: "stand",
        fields: &["stand", "seen"],
        check: |answers| {
            if answers.has("met", "debtor") {
                _ = answers.choice("stand", circumstances, "record-choose");
            }
        },
    },
    Step {
        name: "words",
        fields: &["words"],
        check: |answers| {
            if answers.get("words").chars().count() > 4_000 {
                answers.fault("words", "fault-too-long");
            }
        },
    },
];

/// The record of what happened, one question a page.
async fn record(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Visitors>,
    Path(id): Path<String>,
    mut answers: Answers,
) -> Result<Response, Failure> {
    let stop = find(&site, &staff, &id).await?;
    let (reader, action) = (&page.reader, format!("/today/{}/record", stop.visit.id));
    let body = match wizard::turn(STEPS, &mut answers) {
        Turn::Send => return save(&site, &staff, &stop, &answers).await,
        Turn::Check => html! {
            h1 { (reader.text("check-answers")) }
            (wizard::check(reader, &action, STEPS, &answers, &given(reader, &answers), &reader.text("record-save"), None))
        },
        Turn::Ask(at) => html! {
            h1 { (reader.text("record-title")) }
            (wizard::ask(reader, &action, STEPS, at, &answers, &[], question(reader, &STEPS[at], &answers)))
        },
    };
    let back = format!("/today/{}", stop.visit.id);
    let title = form::title(reader, &answers, &reader.text("record-title"));
    Ok(layout::field(&page, &title, Some(&back), body).into_response())
}

async fn save(site: &Arc<Site>, staff: &Staff<Visitors>, stop: &Stop, answers: &Answers) -> Result<Response, Failure> {
    let Some(met) = met(answers.get("met")) else { return Err(Failure::Unreadable("who was met".to_owned())) };
    let words = answers.get("words");
    let note = if words.is_empty() { None } else { Some(new_note("words", words)?) };
    let doorstep = Doorstep {
        met,
        // The question before this one is only asked once the identity was checked; whoever met somebody else says so.
        identity_verified: met == Met::Debtor,
        debt_told_to_other: answers.has("seen", "told"),
        circumstances: circumstances(answers.get("stand")),
        asked_to_leave: answers.has("seen", "leave"),
        distress: answers.has("seen", "distress"),
        words: note.as_ref().map(|note| note.reference()),
    };
    let visit = stop.visit.id;
    // Without the note, which is another one each time the same is sent.
    let said = Doorstep { words: None, ..doorstep.clone() };
    let mut deed = deed(staff, stop, "visit.record", answers, format!("{said:?} {words}"));
    deed.key = format!("record-{visit}");
    deed.notes = note.into_iter().collect();
    site.act(deed, move |person| Ok(visit::record(person, visit, doorstep))).await?;
    Ok(Redirect::to(&format!("/today/{visit}")).into_response())
}

/// A promise given at the door.
async fn promise(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Visitors>,
    Path(id): Path<String>,
    mut answers: Answers,
) -> Result<Response, Failure> {
    let stop = find(&site, &staff, &id).await?;
    let (Some(amount), Some(due_on)) = (answers.money("amount", "act-give-amount"), answers.day("due_on", "act-give-day")) else {
        return Ok(stop_page(&page, &site, &stop, &answers).into_response());
    };
    let (promise, visit, today) = (PromiseId(new_id()?), stop.visit.id, site.today());
    let deed = deed(&staff, &stop, "promise", &answers, format!("{amount} {due_on}"));
    site.act(deed, move |person| promise::make(person, promise, amount, due_on, Origin::Visit(visit), today)).await?;
    Ok(Redirect::to(&format!("/today/{visit}")).into_response())
}

/// Leaves, and closes the record.
async fn close(
    State(site): State<Arc<Site>>,
    staff: Staff<Visitors>,
    Path(id): Path<String>,
    answers: Answers,
) -> Result<Response, Failure> {
    let stop = find(&site, &staff, &id).await?;
    let (visit, now) = (stop.visit.id, site.moment());
    let deed = deed(&staff, &stop, "visit.close", &answers, String::new());
    site.act(deed, move |person| visit::close(person, visit, &now)).await?;
    Ok(Redirect::to("/today").into_response())
}

fn deed(staff: &Staff<Visitors>, stop: &Stop, intent: &'static str, answers: &Answers, body: String) -> Deed {
    Deed { actor: staff.actor(), person: stop.person.id, intent, key: answers.get("key").to_owned(), body, notes: vec![] }
}

fn question(reader: &Reader, step: &Step, answers: &Answers) -> Markup {
    match step.name {
        "met" => form::radios(reader, answers, "met", "record-met", &people_met(reader)),
        "stand" => html! {
            @if answers.has("met", "debtor") { (form::radios(reader, answers, "stand", "record-stand", &stands(reader))) }
            (form::boxes(reader, answers, "seen", "record-seen", &[
                Choice::new("leave", reader.text("seen-leave")),
                Choice::new("distress", reader.text("seen-distress")),
                Choice::new("told", reader.text("seen-told")),
            ]))
        },
        _ => form::words(reader, answers, "words", "record-words").hint("record-words-hint").optional().render(),
    }
}

fn given(reader: &Reader, answers: &Answers) -> Vec<(String, String)> {
    let chosen = |name: &str, choices: Vec<Choice>| {
        choices.into_iter().find(|choice| answers.has(name, &choice.value)).map_or_else(|| "–".to_owned(), |choice| choice.says)
    };
    vec![
        (reader.text("record-met"), chosen("met", people_met(reader))),
        (reader.text("record-stand"), chosen("stand", stands(reader))),
        (reader.text("record-words"), answers.get("words").to_owned()),
    ]
}

fn people_met(reader: &Reader) -> Vec<Choice> {
    vec![
        Choice::new("debtor", reader.text("met-debtor")),
        Choice::new("other_adult", reader.text("met-other")).hint(reader.text("met-other-hint")),
        Choice::new("minor", reader.text("met-minor")).hint(reader.text("met-minor-hint")),
        Choice::new("nobody", reader.text("met-nobody")),
    ]
}

fn stands(reader: &Reader) -> Vec<Choice> {
    [
        ("can_pay", "stand-can-pay"),
        ("in_parts", "stand-in-parts"),
        ("in_hardship", "stand-in-hardship"),
        ("disputes", "stand-disputes"),
        ("will_not_pay", "stand-will-not-pay"),
        ("not_said", "stand-not-said"),
    ]
    .map(|(name, key)| Choice::new(name, reader.text(key)))
    .into()
}

fn met(name: &str) -> Option<Met> {
    match name {
        "debtor" => Some(Met::Debtor),
        "other_adult" => Some(Met::OtherAdult),
        "minor" => Some(Met::Minor),
        "nobody" => Some(Met::Nobody),
        _ => None,
    }
}

fn circumstances(name: &str) -> Option<Circumstances> {
    match name {
        "can_pay" => Some(Circumstances::CanPay),
        "in_parts" => Some(Circumstances::CanPayInParts),
        "in_hardship" => Some(Circumstances::InHardship),
        "disputes" => Some(Circumstances::Disputes),
        "will_not_pay" => Some(Circumstances::WillNotPay),
        "not_said" => Some(Circumstances::NotSaid),
        _ => None,
    }
}
