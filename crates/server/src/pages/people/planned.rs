//! Planned contacts: the desk takes a place among the day's contacts for a time to come, uses it, or gives it back.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::contact::{Act, Channel};
use domain::id::ReservationId;
use domain::moment::{Moment, Timestamp};
use domain::person::Person;
use domain::reservation::{self, Release, Reservation};
use maud::{Markup, html};

use super::{find, show};
use crate::pages::complaints::channel_key;
use crate::pages::parts::form::{self, Choice};
use crate::texts::{Reader, value};
use crate::web::act::{Deed, new_id};
use crate::web::session::Collectors;
use crate::web::{Answers, Failure, Page, Site, Staff};

/// Ways that can be planned from a desk. A visit has an appointment of its own.
const WAYS: [Channel; 3] = [Channel::Call, Channel::Sms, Channel::Letter];

/// Takes a place.
pub(super) async fn plan(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Collectors>,
    Path(id): Path<String>,
    mut answers: Answers,
) -> Result<Response, Failure> {
    let file = find(&site, staff.asker(), &id).await?;
    let channel = answers.choice("way", |name| WAYS.into_iter().find(|way| way.name() == name), "planned-way-fault");
    let now = site.moment();
    let at = if answers.get("at").is_empty() { Some(now.at()) } else { instant(&site, answers.get("at")) };
    if at.is_none() {
        answers.fault("at", "planned-at-fault");
    }
    let (Some(channel), Some(at)) = (channel, at) else {
        return Ok(show::render(&page, &site, &file, &answers).into_response());
    };
    let (reservation, book) = (ReservationId(new_id()?), site.book());
    let deed = Deed {
        actor: staff.actor(),
        person: file.person.id,
        intent: "contact.reserve",
        key: answers.get("key").to_owned(),
        body: format!("{} {}", channel.name(), answers.get("at")),
        notes: vec![],
    };
    let back = format!("/people/{}", file.person.id);
    site.act(deed, move |person| reservation::reserve(person, &book, reservation, &Act::demand(channel), at, &now)).await?;
    Ok(Redirect::to(&back).into_response())
}

/// Gives a place back.
pub(super) async fn release(
    State(site): State<Arc<Site>>,
    staff: Staff<Collectors>,
    Path(id): Path<String>,
    answers: Answers,
) -> Result<Response, Failure> {
    let file = find(&site, staff.asker(), &id).await?;
    let reservation = ReservationId::parse(answers.get("reservation")).ok_or(Failure::NotFound)?;
    let deed = Deed {
        actor: staff.actor(),
        person: file.person.id,
        intent: "contact.release",
        key: answers.get("key").to_owned(),
        body: reservation.to_string(),
        notes: vec![],
    };
    let back = format!("/people/{}", file.person.id);
    site.act(deed, move |person| reservation::release(person, reservation, Release::NotNeeded)).await?;
    Ok(Redirect::to(&back).into_response())
}

/// What is planned, and the form that plans.
pub(super) fn card(reader: &Reader, person: &Person, answers: &Answers, key: &str, now: &Moment) -> Markup {
    let to = |what: &str| format!("/people/{}/{what}", person.id);
    let held: Vec<&Reservation> = person.reservations.values().filter(|held| held.is_held_at(now.at())).collect();
    let ways = WAYS.map(|way| Choice::new(way.name(), reader.text(channel_key(way.name()))));
    html! {
        section.card {
            h2 { (reader.text("planned-title")) }
            p.dim { (reader.text("planned-says")) }
            @for held in held {
                form.stack method="post" action=(to("planned/release")) {
                    input type="hidden" name="key" value={ "release-" (held.id) };
                    input type="hidden" name="reservation" value=(held.id);
                    p { (reader.fill("planned-held", [
                        ("way", value(reader.text(channel_key(held.channel.name())))),
                        ("at", value(reader.long_moment(held.at))),
                        ("until", value(reader.moment(held.until))),
                    ])) }
                    button { (reader.text("planned-release")) }
                }
            }
            form.stack method="post" action=(to("planned")) {
                input type="hidden" name="key" value={ "planned-" (key) };
                (form::select(reader, answers, "way", "planned-way", &ways))
                (form::text(reader, answers, "at", "planned-at").kind("datetime-local").hint("planned-at-hint").optional().render())
                button { (reader.text("planned-take")) }
            }
        }
    }
}

/// A time as a browser sends it, by the book's clocks.
fn instant(site: &Site, text: &str) -> Option<Timestamp> {
    let local: jiff::civil::DateTime = text.parse().ok()?;
    site.zone.to_timestamp(local).ok()
}
