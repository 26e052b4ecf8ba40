//! `/outbox/letters`: letters are printed in batches, handed to the post, and come back.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::id::MessageId;
use domain::message;
use maud::{Markup, html};
use store::{Batch, Letter};

use super::layout;
use super::parts::lists::{Tone, chip};
use crate::messages::letters;
use crate::texts::{Reader, number, value};
use crate::web::act::{Deed, code};
use crate::web::session::Collectors;
use crate::web::{Answers, Failure, Page, Site, Staff};

/// `/outbox/letters` and what lies under it.
pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new()
        .route("/outbox/letters", get(list).post(print))
        .route("/outbox/letters/{batch}", get(show))
        .route("/outbox/letters/{batch}/pdf", get(pdf))
        .route("/outbox/letters/{batch}/posted", post(posted))
        .route("/outbox/letters/{batch}/{message}/returned", post(returned))
}

/// Batches on the list.
const LIMIT: u32 = 100;

async fn list(page: Page, State(site): State<Arc<Site>>, _: Staff<Collectors>) -> Result<Markup, Failure> {
    let now = site.now();
    let (due, batches) = site.look(move |reader| Ok((reader.count_letters_due(now)?, reader.batches(LIMIT)?))).await?;
    let reader = &page.reader;
    let title = reader.text("letters-title");
    let body = html! {
        p { a.back href="/outbox" { (reader.text("back")) } }
        h1 { (title) }
        p.dim { (reader.text("letters-says")) }
        form.stack method="post" action="/outbox/letters" {
            input type="hidden" name="key" value=(code()?);
            p { (reader.fill("letters-due", [("count", number(due as i64))])) }
            @if due > 0 { button.primary { (reader.text("letters-print")) } }
        }
        @if !batches.is_empty() {
            div.scroll tabindex="0" role="region" aria-label=(title) { table {
                thead { tr {
                    th scope="col" { (reader.text("letters-column-batch")) }
                    th.num scope="col" { (reader.text("letters-printed")) }
                    th.num scope="col" { (reader.text("letters-posted")) }
                    th.num scope="col" { (reader.text("letters-failed")) }
                    th.num scope="col" { (reader.text("letters-withdrawn")) }
                } }
                tbody { @for batch in &batches { (row(reader, batch)) } }
            } }
        }
    };
    Ok(layout::desk(&page, &title, "/outbox", body))
}

fn row(reader: &Reader, batch: &Batch) -> Markup {
    html! { tr {
        th scope="row" { a href={ "/outbox/letters/" (batch.name) } { (batch.name) } }
        @for count in [batch.printed, batch.posted, batch.failed, batch.withdrawn] { td.num { (reader.count(count as i64)) } }
    } }
}

/// Makes one batch of all letters that are due and lawful now. The form's key is part of its name: sent twice, it is one batch.
async fn print(State(site): State<Arc<Site>>, staff: Staff<Collectors>, answers: Answers) -> Result<Response, Failure> {
    let batch = format!("{}-{}", site.today(), answers.get("key"));
    if letters::day_of(&batch).is_none() {
        return Err(Failure::Unreadable("the key of the form is missing".into()));
    }
    let (actor, now, of) = (staff.actor(), site.now(), Arc::clone(&site));
    let name = batch.clone();
    let filled = tokio::task::spawn_blocking(move || letters::fill(&of.store, actor, &name, now)).await;
    filled.map_err(|error| anyhow::anyhow!("printing letters broke off: {error}"))??;
    Ok(Redirect::to(&format!("/outbox/letters/{batch}")).into_response())
}

async fn find(site: &Arc<Site>, staff: &Staff<Collectors>, batch: &str) -> Result<Vec<Letter>, Failure> {
    let (asker, name) = (staff.asker(), batch.to_owned());
    site.look(move |reader| reader.batch(asker, &name)).await
}

async fn show(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Collectors>,
    Path(batch): Path<String>,
) -> Result<Markup, Failure> {
    let letters = find(&site, &staff, &batch).await?;
    let reader = &page.reader;
    let title = reader.fill("letters-batch", [("batch", value(batch.as_str()))]);
    let to = |what: &str| format!("/outbox/letters/{batch}/{what}");
    let is_printed = letters.iter().any(|letter| letter.state == "released");
    let taken_out = letters.iter().filter(|letter| letter.state == "withdrawn").count();
    let body = html! {
        p { a.back href="/outbox/letters" { (reader.text("back")) } }
        h1 { (title) }
        @if letters.is_empty() { p.empty { (reader.text("letters-none")) } } @else {
            p.actions {
                a.button href=(to("pdf")) { (reader.text("letters-pdf")) }
            }
            @if taken_out > 0 { p.notice { (reader.fill("letters-take-out", [("count", number(taken_out as i64))])) } }
            @if is_printed {
                form.actions method="post" action=(to("posted")) { button.primary { (reader.text("letters-hand-over")) } }
            }
            div.scroll tabindex="0" role="region" aria-label=(title) { table {
                thead { tr {
                    th scope="col" { (reader.text("letters-column-to")) }
                    th scope="col" { (reader.text("letters-column-id")) }
                    th scope="col" { (reader.text("outbox-state")) }
                    th scope="col" { span.unseen { (reader.text("letters-returned")) } }
                } }
                tbody { @for letter in &letters { tr {
                    th scope="row" { a href={ "/people/" (letter.person) } { (letters::name(letter)) } }
                    td { code { (letter.message.to_string().to_uppercase()) } }
                    td { (state(reader, letter)) }
                    td { @if letter.state == "sent" {
                        form method="post" action=(to(&format!("{}/returned", letter.message))) {
                            button.link aria-label=(reader.fill("letters-returned-from", [("name", value(letters::name(letter)))])) { (reader.text("letters-returned")) }
                        }
                    } }
                } } }
            } }
        }
    };
    Ok(layout::desk(&page, &title, "/outbox", body))
}

fn state(reader: &Reader, letter: &Letter) -> Markup {
    let (tone, key) = match letter.state.as_str() {
        "released" => (Tone::Plain, "letters-is-printed"),
        "sent" | "delivered" => (Tone::Good, "letters-is-posted"),
        "failed" => (Tone::Stop, "letters-is-returned"),
        _ => (Tone::Warn, "letters-is-withdrawn"),
    };
    html! { (chip(tone, &reader.text(key))) " " span.dim { (reader.moment(letter.moved_at)) } }
}

/// The batch as one file, without what was taken back since. Made from the log each time, and the same each time.
async fn pdf(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Collectors>,
    Path(batch): Path<String>,
) -> Result<Response, Failure> {
    let found = find(&site, &staff, &batch).await?;
    let (reader, of, name) = (page.reader.clone(), Arc::clone(&site), batch.clone());
    let made = tokio::task::spawn_blocking(move || letters::pdf(&reader, &of.letterhead, &name, &found)).await;
    let made = made.map_err(|error| anyhow::anyhow!("setting letters broke off: {error}"))?.ok_or(Failure::NotFound)?;
    let name = format!("inline; filename=\"letters-{batch}.pdf\"");
    Ok(([(header::CONTENT_TYPE, "application/pdf".to_owned()), (header::CONTENT_DISPOSITION, name)], made).into_response())
}

async fn posted(
    State(site): State<Arc<Site>>,
    staff: Staff<Collectors>,
    Path(batch): Path<String>,
    _: Answers,
) -> Result<Response, Failure> {
    let (actor, asker, now, of, name) = (staff.actor(), staff.asker(), site.now(), Arc::clone(&site), batch.clone());
    let done = tokio::task::spawn_blocking(move || letters::posted(&of.store, actor, asker, &name, now)).await;
    let count = done.map_err(|error| anyhow::anyhow!("handing letters over broke off: {error}"))??;
    let is_known = count > 0 || !find(&site, &staff, &batch).await?.is_empty();
    if is_known { Ok(Redirect::to(&format!("/outbox/letters/{batch}")).into_response()) } else { Err(Failure::NotFound) }
}

async fn returned(
    State(site): State<Arc<Site>>,
    staff: Staff<Collectors>,
    Path((batch, message)): Path<(String, String)>,
    _: Answers,
) -> Result<Response, Failure> {
    let message = MessageId::parse(&message).ok_or(Failure::NotFound)?;
    let now = site.now();
    let letters = find(&site, &staff, &batch).await?;
    let letter = letters.iter().find(|letter| letter.message == message).ok_or(Failure::NotFound)?;
    // A refusal would stand under this key for good; that the post has it is asked first.
    if letter.state != "sent" && letter.state != "failed" {
        return Err(Failure::Conflict);
    }
    let person = letter.person;
    let deed = Deed {
        actor: staff.actor(),
        person,
        intent: "letter.returned",
        key: format!("returned-{message}"),
        body: String::new(),
        notes: vec![],
    };
    site.act(deed, move |person| message::returned(person, message, now)).await?;
    Ok(Redirect::to(&format!("/outbox/letters/{batch}")).into_response())
}

#[cfg(test)]
mod tests;
