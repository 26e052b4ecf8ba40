//! The record of a visit, the same for everybody who may read it: what the team wrote, what the person added, how it was, and
//! the file that proves it.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::id::{PersonId, VisitId};
use domain::visit::{self, Rating, Treated, Visit};
use maud::{Markup, html};
use store::Asker;

use super::layout;
use super::parts::form::{self, Choice};
use super::portal::{Me, doorstep_says, me};
use crate::texts::{Reader, value};
use crate::web::act::{Deed, new_note};
use crate::web::session::Readers;
use crate::web::{Answers, Consumer, Failure, Page, Site, Staff};

/// `/me/visits/{id}` and its receipt; the receipt for staff.
pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new()
        .route("/me/visits/{id}", get(show))
        .route("/me/visits/{id}/remark", post(remark))
        .route("/me/visits/{id}/rating", post(rate))
        .route("/me/visits/{id}/receipt", get(own_receipt))
        .route("/people/{id}/visits/{visit}/receipt", get(receipt_for_staff))
}

/// The longest word of their own, in characters.
const LONGEST: usize = 4_000;

struct Found {
    me: Me,
    visit: Visit,
    /// Whether the day is sealed on which it was proposed: before, there is nothing to be proven.
    is_sealed: bool,
}

async fn find(site: &Arc<Site>, consumer: &Consumer, id: &str) -> Result<Found, Failure> {
    let id = VisitId::parse(id).ok_or(Failure::NotFound)?;
    let me = me(site, consumer).await?;
    let visit = me.person.visits.get(&id).cloned().ok_or(Failure::NotFound)?;
    let is_sealed = site.store.last_night() >= Some(site.book().day_of(visit.proposed_at));
    Ok(Found { me, visit, is_sealed })
}

async fn show(page: Page, State(site): State<Arc<Site>>, consumer: Consumer, Path(id): Path<String>) -> Result<Markup, Failure> {
    let found = find(&site, &consumer, &id).await?;
    Ok(render(&page, &found, &Answers::default()))
}

fn render(page: &Page, found: &Found, answers: &Answers) -> Markup {
    let (reader, visit) = (&page.reader, &found.visit);
    let to = |what: &str| format!("/me/visits/{}/{what}", visit.id);
    let words = |note: &domain::event::NoteRef| found.me.words.get(&note.id).cloned();
    let was_made = visit.started_at.is_some() || visit.doorstep.is_some() || visit.alert.is_some();
    let body = html! {
        a.back href="/me/visit" { (reader.text("visit")) }
        h1 { (reader.text("record")) }
        (form::summary(reader, answers))
        @if let Some(at) = visit.started_at { p { (reader.fill("record-began", [("at", value(reader.long_moment(at)))])) } }
        @match &visit.doorstep {
            None => { p { (reader.text("record-nothing")) } }
            Some(doorstep) => {
                (doorstep_says(reader, doorstep))
                @if let Some(words) = doorstep.words.as_ref().and_then(words) { blockquote { (words) } }
            }
        }
        @if !visit.remarks.is_empty() {
            h2 { (reader.text("record-your-words")) }
            @for (at, note) in &visit.remarks {
                p.dim { (reader.moment(*at)) }
                @if let Some(words) = words(note) { blockquote { (words) } }
            }
        }
        @if was_made {
            section.card {
                h2 { (reader.text("record-add")) }
                form.stack method="post" action=(to("remark")) {
                    input type="hidden" name="key" value={ "remark-" (visit.id) "-" (visit.remarks.len()) };
                    (form::words(reader, answers, "words", "record-add-words").hint("record-add-hint").render())
                    button { (reader.text("record-add-send")) }
                }
            }
            section.card {
                h2 { (reader.text("rating")) }
                @match &visit.rated {
                    Some(_) => { p { (reader.text("rating-thanks")) } }
                    None => { (rating_form(reader, visit, answers, &to("rating"))) }
                }
            }
        }
        section.card {
            h2 { (reader.text("receipt")) }
            p { (reader.text("receipt-says")) }
            @if found.is_sealed { p { a.button href=(to("receipt")) download { (reader.text("receipt-get")) } } }
            @else { p { (reader.text("receipt-not-yet")) } }
        }
    };
    layout::portal(page, &form::title(reader, answers, &reader.text("record")), body)
}

fn rating_form(reader: &Reader, visit: &Visit, answers: &Answers, action: &str) -> Markup {
    let identified = [("yes", "rating-yes"), ("no", "rating-no"), ("unsure", "rating-unsure")];
    let treated = [("well", "rating-well"), ("so_so", "rating-so-so"), ("badly", "rating-badly")];
    let choices = |all: [(&'static str, &'static str); 3]| all.map(|(name, key)| Choice::new(name, reader.text(key)));
    html! {
        p { (reader.text("rating-says")) }
        form.stack method="post" action=(action) {
            input type="hidden" name="key" value={ "rating-" (visit.id) };
            (form::radios(reader, answers, "identified", "rating-identified", &choices(identified)))
            (form::radios(reader, answers, "treated", "rating-treated", &choices(treated)))
            (form::words(reader, answers, "more", "rating-more").optional().render())
            button { (reader.text("rating-send")) }
        }
    }
}

async fn remark(
    page: Page,
    State(site): State<Arc<Site>>,
    consumer: Consumer,
    Path(id): Path<String>,
    mut answers: Answers,
) -> Result<Response, Failure> {
    let found = find(&site, &consumer, &id).await?;
    let Some(words) = answers.words("words", LONGEST, "say-give-words") else {
        return Ok(render(&page, &found, &answers).into_response());
    };
    let note = new_note("words", &words)?;
    let (reference, id, now, key) = (note.reference(), found.visit.id, site.now(), answers.get("key").to_owned());
    let (actor, person, intent) = (consumer.actor(), consumer.person, "visit.remark");
    let deed = Deed { actor, person, intent, key, body: words, notes: vec![note] };
    site.act(deed, move |person| visit::remark(person, id, reference, now)).await?;
    Ok(Redirect::to(&format!("/me/visits/{id}")).into_response())
}

async fn rate(
    page: Page,
    State(site): State<Arc<Site>>,
    consumer: Consumer,
    Path(id): Path<String>,
    mut answers: Answers,
) -> Result<Response, Failure> {
    let found = find(&site, &consumer, &id).await?;
    let identified =
        answers.choice("identified", |name| ["yes", "no", "unsure"].into_iter().find(|it| *it == name), "rating-choose");
    let treated = answers.choice("treated", treated, "rating-choose");
    let (Some(identified), Some(treated)) = (identified, treated) else {
        return Ok(render(&page, &found, &answers).into_response());
    };
    let identified = match identified {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    let more: String = answers.get("more").chars().take(LONGEST).collect();
    let note = if more.is_empty() { None } else { Some(new_note("words", &more)?) };
    let (reference, id, now, key) =
        (note.as_ref().map(|note| note.reference()), found.visit.id, site.now(), answers.get("key").to_owned());
    let body = format!("{identified:?} {treated:?} {more}");
    let (actor, person, intent) = (consumer.actor(), consumer.person, "visit.rate");
    let deed = Deed { actor, person, intent, key, body, notes: note.into_iter().collect() };
    site.act(deed, move |person| visit::rate(person, id, Rating { identified, treated }, reference, now)).await?;
    Ok(Redirect::to(&format!("/me/visits/{id}")).into_response())
}

fn treated(name: &str) -> Option<Treated> {
    [Treated::Well, Treated::SoSo, Treated::Badly].into_iter().find(|it| it.name() == name)
}

async fn own_receipt(State(site): State<Arc<Site>>, consumer: Consumer, Path(id): Path<String>) -> Result<Response, Failure> {
    let visit = VisitId::parse(&id).ok_or(Failure::NotFound)?;
    receipt(&site, consumer.asker(), consumer.person, visit).await
}

async fn receipt_for_staff(
    State(site): State<Arc<Site>>,
    staff: Staff<Readers>,
    Path((person, visit)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let (person, visit) = PersonId::parse(&person).zip(VisitId::parse(&visit)).ok_or(Failure::NotFound)?;
    receipt(&site, staff.asker(), person, visit).await
}

/// The file. What is not sealed yet has no proof: it comes with the receipt of the next day.
async fn receipt(site: &Arc<Site>, asker: Asker, person: PersonId, visit: VisitId) -> Result<Response, Failure> {
    let key = site.key.clone();
    let found = site.look(move |reader| reader.receipt(asker, person, visit, &key)).await?.ok_or(Failure::NotFound)?;
    let name = format!("attachment; filename=\"forbear-receipt-{visit}.json\"");
    let headers = [(header::CONTENT_TYPE, "application/json; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, found.text()).into_response())
}

#[cfg(test)]
mod tests;
