//! `/me/visit`: who would come, why and when; the person picks an hour, moves it, or says no. Saying no costs nothing.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::event::Event;
use domain::identity::Address;
use domain::visit::{self, Decline, Slot, Visit};
use maud::{Markup, html};
use store::Staff as Member;

mod standing;

use self::standing::render;
use super::layout;
use super::parts::form;
use super::portal::me;
use crate::door_code::DoorCode;
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
    let done = page.uri.query().and_then(|query| DONE.into_iter().find(|done| query.contains(&format!("done={done}"))));
    Ok(render(&page, &site.letterhead, planned.as_ref(), site.now(), &Answers::default(), done))
}

/// What was just done, as the address says it after a form was sent.
const DONE: [&str; 4] = ["chosen", "moved", "same", "declined"];

async fn choose(
    page: Page,
    State(site): State<Arc<Site>>,
    consumer: Consumer,
    mut answers: Answers,
) -> Result<Response, Failure> {
    let planned = find(&site, &consumer).await?.ok_or(Failure::NotFound)?;
    let visit = &planned.visit;
    let Some(wish) = answers.choice("wish", |name| wish(visit, name), "visit-choose") else {
        return Ok(render(&page, &site.letterhead, Some(&planned), site.now(), &answers, None).into_response());
    };
    let (id, now) = (visit.id, site.moment());
    let key = format!("visit-{id}-{}-{}", answers.get("wish"), answers.get("version"));
    let body = answers.get("wish").to_owned();
    let deed = |intent| Deed { actor: consumer.actor(), person: consumer.person, intent, key, body, notes: vec![] };
    let events = match wish {
        Wish::Come(slot) => site.act(deed("visit.choose"), move |person| visit::choose(person, id, slot, &now)).await?,
        Wish::Stay(because) => site.act(deed("visit.decline"), move |person| visit::decline(person, id, because)).await?,
    };
    let done = match events.first() {
        Some(Event::AppointmentChosen { .. }) => "chosen",
        Some(Event::AppointmentMoved { .. }) => "moved",
        Some(_) => "declined",
        None => "same",
    };
    Ok(Redirect::to(&format!("/me/visit?done={done}")).into_response())
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
        return Ok(render(&page, &site.letterhead, Some(&planned), site.now(), &answers, None).into_response());
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
    let planned =
        find(&site, &consumer).await?.filter(|planned| planned.visit.is_open() && !planned.visit.has_passed(site.now()));
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
