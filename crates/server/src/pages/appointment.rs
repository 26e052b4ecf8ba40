//! `/me/visit`: who would come, why and when; the person picks an hour, moves it, or says no. Saying no costs nothing.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::identity::Address;
use domain::visit::{self, Decline, Slot, Visit, VisitEnd};
use jiff::Timestamp;
use maud::{Markup, html};
use store::Staff as Member;

use super::layout;
use super::parts::form::{self, Choice};
use super::portal::me;
use super::verify;
use crate::door_code::DoorCode;
use crate::letterhead::Letterhead;
use crate::texts::{Reader, number, value};
use crate::web::act::{Deed, new_note};
use crate::web::{Answers, Consumer, Failure, Page, Site};

/// `/me/visit` and what is said at the door.
pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new()
        .route("/me/visit", get(show).post(choose))
        .route("/me/visit/code", post(try_code))
        .route("/me/visit/stop", post(stop))
        .route("/me/visit/place", get(place).post(name_place))
}

/// The visit with those who would come: their names, badges and numbers in a register.
struct Planned {
    visit: Visit,
    team: Vec<Member>,
    /// What they must say first, once an hour is agreed.
    code: Option<DoorCode>,
}

async fn find(site: &Arc<Site>, consumer: &Consumer) -> Result<Option<Planned>, Failure> {
    let me = me(site, consumer).await?;
    let latest = me.person.visits.values().max_by_key(|visit| (visit.is_open(), visit.proposed_at)).cloned();
    let Some(visit) = latest else { return Ok(None) };
    let ids = visit.assigned.as_ref().map(|assigned| assigned.team.clone()).unwrap_or_default();
    let team = site.look(move |reader| ids.into_iter().map(|id| reader.staff(id)).collect::<Result<Vec<_>, _>>()).await?;
    let team = team.into_iter().flatten().collect();
    let code = visit.agreed.as_ref().map(|slot| DoorCode::of(visit.id, slot, &site.key));
    Ok(Some(Planned { visit, team, code }))
}

async fn show(page: Page, State(site): State<Arc<Site>>, consumer: Consumer) -> Result<Markup, Failure> {
    let planned = find(&site, &consumer).await?;
    Ok(render(&page, &site.letterhead, planned.as_ref(), site.now(), &Answers::default()))
}

async fn choose(
    page: Page,
    State(site): State<Arc<Site>>,
    consumer: Consumer,
    mut answers: Answers,
) -> Result<Response, Failure> {
    let planned = find(&site, &consumer).await?.ok_or(Failure::NotFound)?;
    let visit = &planned.visit;
    let Some(wish) = answers.choice("wish", |name| wish(visit, name), "visit-choose") else {
        return Ok(render(&page, &site.letterhead, Some(&planned), site.now(), &answers).into_response());
    };
    let (id, now) = (visit.id, site.moment());
    let key = format!("visit-{id}-{}-{}", answers.get("wish"), answers.get("version"));
    let body = answers.get("wish").to_owned();
    let deed = |intent| Deed { actor: consumer.actor(), person: consumer.person, intent, key, body, notes: vec![] };
    match wish {
        Wish::Come(slot) => site.act(deed("visit.choose"), move |person| visit::choose(person, id, slot, &now)).await?,
        Wish::Stay(because) => site.act(deed("visit.decline"), move |person| visit::decline(person, id, because)).await?,
    };
    Ok(Redirect::to("/me/visit").into_response())
}

/// What was said at the door, compared with the code. Only the answer is kept, not what was typed.
async fn try_code(
    page: Page,
    State(site): State<Arc<Site>>,
    consumer: Consumer,
    mut answers: Answers,
) -> Result<Response, Failure> {
    let planned = find(&site, &consumer).await?.ok_or(Failure::NotFound)?;
    let said: String = answers.get("said").chars().take(80).collect();
    if said.trim().is_empty() {
        answers.fault("said", "code-give");
        return Ok(render(&page, &site.letterhead, Some(&planned), site.now(), &answers).into_response());
    }
    let (id, now) = (planned.visit.id, site.now());
    let is_right = planned.code.is_some_and(|code| code.is_said(&said));
    let key = answers.get("key").to_owned();
    let body = is_right.to_string();
    let deed = Deed { actor: consumer.actor(), person: consumer.person, intent: "visit.code", key, body, notes: vec![] };
    site.act(deed, move |person| visit::try_code(person, id, is_right, now)).await?;
    Ok(Redirect::to("/me/visit").into_response())
}

/// "The one who came is wrong": nothing is asked first, and it stops at once.
async fn stop(State(site): State<Arc<Site>>, consumer: Consumer, answers: Answers) -> Result<Response, Failure> {
    let planned = find(&site, &consumer).await?.ok_or(Failure::NotFound)?;
    let (id, now, key) = (planned.visit.id, site.now(), answers.get("key").to_owned());
    let body = String::new();
    let deed = Deed { actor: consumer.actor(), person: consumer.person, intent: "visit.stop", key, body, notes: vec![] };
    site.act(deed, move |person| visit::stop(person, id, now)).await?;
    Ok(Redirect::to("/me/visit").into_response())
}

/// Asks for another place; without a visit to come there is none to move.
async fn place(page: Page, State(site): State<Arc<Site>>, consumer: Consumer) -> Result<Response, Failure> {
    let planned = find(&site, &consumer).await?.filter(|planned| planned.visit.is_open());
    Ok(match planned {
        Some(_) => place_page(&page, &Answers::default()).into_response(),
        None => Redirect::to("/me/visit").into_response(),
    })
}

/// Another place, in two lines. Nothing else is asked: why it suits better is the person's own affair.
fn place_page(page: &Page, answers: &Answers) -> Markup {
    let reader = &page.reader;
    let title = form::title(reader, answers, &reader.text("place"));
    let body = html! {
        a.back href="/me/visit" { (reader.text("visit")) }
        h1 { (reader.text("place")) }
        p { (reader.text("place-says")) }
        form.stack method="post" action="/me/visit/place" {
            (form::summary(reader, answers))
            input type="hidden" name="key" value={ "place-" (page.request_id) };
            (form::text(reader, answers, "city", "place-city").render())
            (form::text(reader, answers, "line", "place-line").hint("place-line-hint").render())
            div.actions { button.primary { (reader.text("place-send")) } }
        }
    };
    layout::portal(page, &title, body)
}

async fn name_place(
    page: Page,
    State(site): State<Arc<Site>>,
    consumer: Consumer,
    mut answers: Answers,
) -> Result<Response, Failure> {
    let planned = find(&site, &consumer).await?.ok_or(Failure::NotFound)?;
    let (city, line) = (answers.words("city", 60, "place-give-city"), answers.words("line", 200, "place-give-line"));
    let (Some(city), Some(line)) = (city, line) else { return Ok(place_page(&page, &answers).into_response()) };
    let address = serde_json::to_string(&Address { line, city, micro_degrees: None }).map_err(anyhow::Error::from)?;
    let note = new_note("address", &address)?;
    let (id, now, reference, key) = (planned.visit.id, site.now(), note.reference(), answers.get("key").to_owned());
    let (actor, person, intent) = (consumer.actor(), consumer.person, "visit.place");
    let deed = Deed { actor, person, intent, key, body: address, notes: vec![note] };
    site.act(deed, move |person| visit::name_place(person, id, reference, now)).await?;
    Ok(Redirect::to("/me/visit").into_response())
}

/// What the person wants.
#[derive(Clone, Copy)]
enum Wish {
    Come(Slot),
    Stay(Decline),
}

/// The ways to say no, each a full answer.
const NO: [(&str, &str, Decline); 4] = [
    ("another-channel", "visit-no-other", Decline::AnotherChannel),
    ("no-visit", "visit-no", Decline::NoVisit),
    ("not-mine", "visit-not-mine", Decline::NotMine),
    ("needs-help", "visit-help", Decline::NeedsHelp),
];

fn wish(visit: &Visit, name: &str) -> Option<Wish> {
    let slot = visit.slots.iter().find(|slot| slot_name(slot) == name).map(|slot| Wish::Come(*slot));
    slot.or_else(|| NO.iter().find(|(no, ..)| *no == name).map(|(.., because)| Wish::Stay(*because)))
}

fn slot_name(slot: &Slot) -> String {
    format!("slot-{}", slot.from.as_second())
}

fn render(page: &Page, lender: &Letterhead, planned: Option<&Planned>, now: Timestamp, answers: &Answers) -> Markup {
    let reader = &page.reader;
    let body = html! {
        a.back href="/me" { (reader.text("me-back")) }
        @match planned {
            None => { h1 { (reader.text("visit")) } p { (reader.text("visit-none")) } }
            Some(planned) => {
                @match (&planned.visit.end, planned.visit.started_at) {
                    (Some(end), _) => (ended(reader, planned.visit.id, end)),
                    (None, Some(_)) => { h1 { (reader.text("visit")) } p { (reader.text("visit-under-way")) } }
                    (None, None) => (offer(reader, lender, planned, now, answers)),
                }
            }
        }
    };
    layout::portal(page, &form::title(reader, answers, &reader.text("visit")), body)
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

fn offer(reader: &Reader, lender: &Letterhead, planned: &Planned, now: Timestamp, answers: &Answers) -> Markup {
    let visit = &planned.visit;
    let ahead = visit.slots.iter().filter(|slot| slot.from > now);
    let says = |slot: &Slot| {
        reader.fill(
            "visit-slot",
            [
                ("day", value(reader.long_day(reader.day_of(slot.from)))),
                ("from", value(reader.clock(slot.from))),
                ("until", value(reader.clock(slot.until))),
            ],
        )
    };
    let chosen = visit.agreed.map(|slot| slot_name(&slot)).unwrap_or_default();
    let shown = if answers.get("wish").is_empty() && answers.faults().is_empty() {
        Answers::of([("wish", chosen)])
    } else {
        answers.clone()
    };
    let yes = ahead.map(|slot| Choice::new(slot_name(slot), says(slot)));
    let no = NO.map(|(name, key, _)| Choice::new(name, reader.text(key)));
    let choices: Vec<Choice> = yes.chain(no).collect();
    html! {
        h1 { (reader.text(if visit.agreed.is_some() { "visit-yours" } else { "visit-asked" })) }
        @if let Some(slot) = &visit.agreed { p.big { (says(slot)) } }
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
                form.stack method="post" action="/me/visit/stop" {
                    input type="hidden" name="key" value={ "stop-" (visit.id) };
                    button.danger { (reader.text("code-stop")) }
                    p.hint { (reader.text("code-stop-says")) }
                }
            }
        }
        form method="post" action="/me/visit" {
            (form::summary(reader, &shown))
            input type="hidden" name="version" value={ (visit.proposed_at.as_second()) "-" (visit.agreed.map_or(0, |slot| slot.from.as_second())) };
            (form::radios(reader, &shown, "wish", "visit-question", &choices))
            @if visit.agreed.is_some() { p.hint { (reader.text("visit-agreed-says")) } }
            p { a href="/me/visit/place" { (reader.text("place")) } }
            p.hint { (reader.text("visit-free")) }
            div.actions { button.primary { (reader.text("wizard-continue")) } }
        }
    }
}
