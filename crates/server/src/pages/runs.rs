//! Nights, imports and other long work: when it ran and what it counted.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};
use store::runs::Run;

use super::layout;
use super::parts::lists::{Tone, chip};
use crate::texts::{Reader, value};
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
            table.cells {
                thead { tr {
                    th scope="col" { (reader.text("runs-kind")) }
                    th scope="col" { (reader.text("runs-day")) }
                    th scope="col" { (reader.text("runs-began")) }
                    th scope="col" { (reader.text("runs-ended")) }
                    th scope="col" { (reader.text("runs-counted")) }
                } }
                tbody { @for run in runs { tr {
                    th scope="row" { (kind(reader, &run.kind)) }
                    td data-name=(reader.text("runs-day")) { (reader.day(run.as_of)) }
                    td data-name=(reader.text("runs-began")) { (reader.moment(run.started_at)) }
                    td data-name=(reader.text("runs-ended")) { @match run.finished_at {
                        Some(at) => { (chip(Tone::Good, &reader.moment(at))) }
                        None => { (chip(Tone::Warn, &reader.text("runs-not-ended"))) }
                    } }
                    td data-name=(reader.text("runs-counted")) { (counts(reader, &run.counts)) }
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

/// What a run counted; a name that has no words here stands as it was written.
fn counts(reader: &Reader, json: &str) -> Markup {
    let counts: serde_json::Map<String, serde_json::Value> = serde_json::from_str(json).unwrap_or_default();
    html! {
        @if counts.is_empty() { "–" }
        @for (at, (name, count)) in counts.iter().enumerate() {
            @if at > 0 { " · " }
            @match words(name) {
                Some(key) => { (reader.fill(key, [("count", value(said(reader, count)))])) }
                None => { code { (name) " " (count) } }
            }
        }
    }
}

fn words(count: &str) -> Option<&'static str> {
    match count {
        "woken" => Some("runs-count-woken"),
        "changed" => Some("runs-count-changed"),
        "events" => Some("runs-count-events"),
        "taken_over_from" => Some("runs-count-taken-over"),
        _ => None,
    }
}

/// A number in the reader's form, a name as it stands.
fn said(reader: &Reader, count: &serde_json::Value) -> String {
    match (count.as_i64(), count.as_str()) {
        (Some(number), _) => reader.count(number),
        (None, Some(name)) => name.to_owned(),
        (None, None) => count.to_string(),
    }
}
