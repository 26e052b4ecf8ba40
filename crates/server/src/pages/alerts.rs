//! Alerts from the door and how visits were, for those who watch conduct. Neither goes to the collector's own line.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::id::VisitId;
use domain::visit;
use maud::{Markup, html};
use store::{AlertRow, RatingRow, Thing};

use super::layout;
use super::parts::lists::{Tone, chip};
use crate::texts::Reader;
use crate::web::act::{Deed, new_note};
use crate::web::session::Officers;
use crate::web::{Answers, Failure, Page, Site, Staff};

/// `/alerts`.
pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new().route("/alerts", get(show)).route("/alerts/{visit}", post(answer))
}

/// Rows of each list.
const LIMIT: u32 = 200;

async fn show(page: Page, State(site): State<Arc<Site>>, staff: Staff<Officers>) -> Result<Markup, Failure> {
    let asker = staff.asker();
    let (alerts, ratings) = site.look(move |reader| Ok((reader.alerts(asker, LIMIT)?, reader.ratings(asker, LIMIT)?))).await?;
    let reader = &page.reader;
    let title = reader.text("alerts-title");
    let body = html! {
        h1 { (title) }
        p { (reader.text("alerts-says")) }
        @if alerts.is_empty() { p.empty { (reader.text("alerts-none")) } }
        @for row in &alerts { (alert(reader, row)) }
        h2 { (reader.text("ratings-title")) }
        @if ratings.is_empty() { p.empty { (reader.text("ratings-none")) } } @else { (table(reader, &ratings)) }
    };
    Ok(layout::desk(&page, &title, "/alerts", body))
}

fn alert(reader: &Reader, row: &AlertRow) -> Markup {
    let name = row.identity.as_ref().map_or_else(|| row.person.to_string(), |identity| identity.name.clone());
    let because = if row.because == "wrong_codes" { "event-stopped-codes" } else { "event-stopped-wrong" };
    html! {
        section.card {
            div.head {
                h2 { a href={ "/people/" (row.person) } { (name) } }
                @match row.answered_at {
                    Some(at) => { (chip(Tone::Good, &reader.text("alerts-answered"))) span.dim { (reader.moment(at)) } }
                    None => { (chip(Tone::Stop, &reader.text("alerts-open"))) }
                }
            }
            p { (reader.text(because)) " " span.dim { (reader.moment(row.at)) } }
            @if row.answered_at.is_none() {
                form.stack method="post" action={ "/alerts/" (row.visit) } {
                    input type="hidden" name="key" value={ "alert-" (row.visit) };
                    div.question {
                        label for={ "words-" (row.visit) } { (reader.text("alerts-found")) }
                        textarea #{ "words-" (row.visit) } name="words" rows="3" {}
                    }
                    button { (reader.text("alerts-close")) }
                    p.hint { (reader.text("alerts-close-says")) }
                }
            }
        }
    }
}

fn table(reader: &Reader, rows: &[RatingRow]) -> Markup {
    let identified = |row: &RatingRow| match row.identified {
        Some(true) => reader.text("rating-yes"),
        Some(false) => reader.text("rating-no"),
        None => reader.text("rating-unsure"),
    };
    let treated = |row: &RatingRow| match row.treated.as_str() {
        "well" => (Tone::Good, "rating-well"),
        "badly" => (Tone::Stop, "rating-badly"),
        _ => (Tone::Plain, "rating-so-so"),
    };
    html! {
        div.scroll tabindex="0" role="region" aria-label=(reader.text("ratings-title")) {
            table.cells {
                thead { tr {
                    th scope="col" { (reader.text("visits-person")) }
                    th scope="col" { (reader.text("ratings-at")) }
                    th scope="col" { (reader.text("rating-identified")) }
                    th scope="col" { (reader.text("rating-treated")) }
                } }
                tbody { @for row in rows { tr {
                    th scope="row" { a href={ "/people/" (row.person) } { (row.identity.as_ref().map_or_else(|| row.person.to_string(), |it| it.name.clone())) } }
                    td data-name=(reader.text("ratings-at")) { (reader.moment(row.at)) }
                    td data-name=(reader.text("rating-identified")) { (identified(row)) }
                    td data-name=(reader.text("rating-treated")) { (chip(treated(row).0, &reader.text(treated(row).1))) }
                } } }
            }
        }
    }
}

/// The officer has looked into it.
async fn answer(
    State(site): State<Arc<Site>>,
    staff: Staff<Officers>,
    Path(visit): Path<String>,
    answers: Answers,
) -> Result<Response, Failure> {
    let id = VisitId::parse(&visit).ok_or(Failure::NotFound)?;
    let asker = staff.asker();
    let person = site.look(move |reader| reader.owner(asker, Thing::Visit(id))).await?.ok_or(Failure::NotFound)?;
    let words: String = answers.get("words").chars().take(4_000).collect();
    let note = if words.is_empty() { None } else { Some(new_note("words", &words)?) };
    let (reference, now, key) = (note.as_ref().map(|note| note.reference()), site.now(), answers.get("key").to_owned());
    let deed = Deed { actor: staff.actor(), person, intent: "visit.alert", key, body: words, notes: note.into_iter().collect() };
    site.act(deed, move |person| visit::answer_alert(person, id, reference, now)).await?;
    Ok(Redirect::to("/alerts").into_response())
}
