//! Nights, imports and other long work: when it ran and what it counted.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};
use store::runs::Run;

use super::layout;
use super::parts::lists::{Tone, chip};
use crate::texts::Reader;
use crate::web::session::Operators;
use crate::web::{Failure, Page, Site, Staff};

/// `/runs`.
pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new().route("/runs", get(show))
}

/// Runs on the list.
const LIMIT: u32 = 60;

async fn show(page: Page, State(site): State<Arc<Site>>, _: Staff<Operators>) -> Result<Markup, Failure> {
    let runs = site.look(|reader| reader.runs(LIMIT)).await?;
    let reader = &page.reader;
    let title = reader.text("runs-title");
    let body = html! {
        h1 { (title) }
        @if runs.is_empty() { p.empty { (reader.text("runs-none")) } } @else { (table(reader, &title, &runs)) }
        p.dim { (reader.text("runs-says")) }
    };
    Ok(layout::desk(&page, &title, "/runs", body))
}

fn table(reader: &Reader, title: &str, runs: &[Run]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(title) {
            table {
                thead { tr {
                    th scope="col" { (reader.text("runs-kind")) }
                    th scope="col" { (reader.text("runs-day")) }
                    th scope="col" { (reader.text("runs-began")) }
                    th scope="col" { (reader.text("runs-ended")) }
                    th scope="col" { (reader.text("runs-counted")) }
                } }
                tbody { @for run in runs { tr {
                    th scope="row" { (kind(reader, &run.kind)) }
                    td { (reader.day(run.as_of)) }
                    td { (reader.moment(run.started_at)) }
                    td { @match run.finished_at {
                        Some(at) => { (chip(Tone::Good, &reader.moment(at))) }
                        None => { (chip(Tone::Warn, &reader.text("runs-not-ended"))) }
                    } }
                    td { (counts(&run.counts)) }
                } } }
            }
        }
    }
}

fn kind(reader: &Reader, kind: &str) -> String {
    match kind {
        store::runs::NIGHT => reader.text("runs-night"),
        "import" => reader.text("runs-import"),
        other => other.to_owned(),
    }
}

/// The counts as they were written, a name and a number each.
fn counts(json: &str) -> Markup {
    let counts: serde_json::Map<String, serde_json::Value> = serde_json::from_str(json).unwrap_or_default();
    html! { @for (name, count) in &counts { code { (name) " " (count) } "  " } }
}
