//! The work queue: who should be looked at next, with views that are addresses, search, and one line a person.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::Uri;
use axum::routing::get;
use domain::day::Day;
use maud::{Markup, html};
use store::{Queue, QueueRow, QueueView, Sorting, Wanted};

use super::layout;
use super::parts::lists::{Pages, Tone, chip, sortable};
use crate::texts::{Reader, value};
use crate::web::session::Readers;
use crate::web::{Answers, Failure, Page, Site, Staff};

/// `/queue`.
pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new().route("/queue", get(show))
}

/// Lines on a page.
const PER_PAGE: u32 = 50;

async fn show(page: Page, uri: Uri, State(site): State<Arc<Site>>, staff: Staff<Readers>) -> Result<Markup, Failure> {
    let asked = Answers::parse(uri.query().unwrap_or_default().as_bytes());
    let view = QueueView::ALL.into_iter().find(|view| view.name() == asked.get("view")).unwrap_or(QueueView::Due);
    let search = Some(asked.get("q").to_owned()).filter(|search| !search.is_empty());
    let number: u32 = asked.get("page").parse().unwrap_or(1);
    let wanted = Wanted {
        view: if search.is_some() { QueueView::All } else { view },
        search,
        buckets: asked.all("bucket").filter_map(|bucket| bucket.parse().ok()).filter(|bucket| *bucket <= 7).collect(),
        sorting: sorting(asked.get("sort")),
        skip: number.saturating_sub(1).min(100_000) * PER_PAGE,
        limit: PER_PAGE,
        today: site.today(),
    };
    let (asker, sent) = (staff.asker(), wanted.clone());
    let queue = site.look(move |reader| reader.queue(asker, &sent)).await?;
    // Bucket and amount are the last night's: days counted to today beside them would not belong to them.
    let late_on = page.nights.true_on(wanted.today);
    let title = page.reader.text("queue-title");
    Ok(layout::desk(&page, &title, "/queue", body(&page.reader, &uri, &asked, &wanted, &queue, (number, late_on))))
}

fn sorting(name: &str) -> Sorting {
    match name {
        "-overdue" => Sorting::MostOverdue,
        "overdue" => Sorting::LeastOverdue,
        "-late" => Sorting::OldestDue,
        "late" => Sorting::NewestDue,
        _ => Sorting::StepDue,
    }
}

fn body(reader: &Reader, uri: &Uri, asked: &Answers, wanted: &Wanted, queue: &Queue, (number, late_on): (u32, Day)) -> Markup {
    let pages = Pages::of(queue.count, PER_PAGE, number);
    html! {
        h1 { (reader.text("queue-title")) }
        ul.views {
            @for (view, count) in QueueView::ALL.into_iter().zip(queue.views) {
                li { a href={ "/queue?view=" (view.name()) } aria-current=[(view == wanted.view).then_some("page")] {
                    (reader.text(view_key(view))) " " (reader.count(count.cast_signed()))
                } }
            }
        }
        (filter(reader, asked, wanted))
        div #rows {
            p data-announce {
                (reader.fill("queue-sum", [("count", value(reader.count(queue.count.cast_signed()))), ("overdue", value(reader.money(queue.overdue)))]))
            }
            @if queue.rows.is_empty() {
                p.empty { (reader.text("queue-empty")) " " a href="/queue?view=all" { (reader.text("queue-clear")) } }
            } @else {
                (table(reader, uri, asked.get("sort"), (wanted.today, late_on), &queue.rows))
            }
            (pages.links(reader, uri))
        }
    }
}

fn filter(reader: &Reader, asked: &Answers, wanted: &Wanted) -> Markup {
    html! {
        form.filter method="get" action="/queue" data-live="#rows" {
            input type="hidden" name="view" value=(wanted.view.name());
            label for="queue-q" { (reader.text("queue-search")) }
            input #queue-q type="search" name="q" value=(asked.get("q")) maxlength="80";
            fieldset { legend { (reader.text("queue-bucket")) }
                @for bucket in 0_u8..=7 {
                    label { input type="checkbox" name="bucket" value=(bucket) checked[wanted.buckets.contains(&bucket)]; (bucket_name(bucket)) }
                }
            }
            button { (reader.text("queue-find")) }
            a href="/queue" { (reader.text("queue-reset")) }
        }
    }
}

fn table(reader: &Reader, uri: &Uri, sort: &str, days: (Day, Day), rows: &[QueueRow]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(reader.text("queue-title")) {
            table.cells {
                thead { tr {
                    th scope="col" { (reader.text("queue-person")) }
                    th scope="col" { (reader.text("queue-area")) }
                    (sortable(uri, sort, "late", &reader.text("queue-late")))
                    (sortable(uri, sort, "overdue", &reader.text("queue-overdue")))
                    th scope="col" { (reader.text("queue-step")) }
                    th scope="col" { (reader.text("queue-by")) }
                    th scope="col" { (reader.text("queue-last")) }
                } }
                tbody data-rows { @for row in rows { (line(reader, days, row)) } }
            }
        }
    }
}

/// A person; `today` tells which steps are late, `late_on` to which day days past due are counted.
fn line(reader: &Reader, (today, late_on): (Day, Day), row: &QueueRow) -> Markup {
    let name = row.identity.as_ref().map_or_else(|| row.person.to_string(), |identity| identity.name.clone());
    html! {
        tr {
            th scope="row" {
                a href={ "/people/" (row.person) } { (name) }
                @if let Some(number) = &row.number { " " span.dim { (number) } }
            }
            td data-name=(reader.text("queue-area")) { (row.area.as_deref().unwrap_or("–")) }
            td.num data-name=(reader.text("queue-late")) { @match row.past_due {
                Some(late) => { (reader.fill("queue-days", [("days", value(reader.count(late.days(late_on))))])) " " span.dim { (bucket_name(row.bucket)) } }
                None => { "–" }
            } }
            td.num data-name=(reader.text("queue-overdue")) { @if row.overdue.is_zero() { "–" } @else { (reader.money(row.overdue)) } }
            td data-name=(reader.text("queue-step")) { @if row.is_stopped { (chip(Tone::Care, &reader.text("queue-stopped"))) } @else if let Some(step) = &row.step { (reader.text(step_key(step))) } @else { "–" } }
            td data-name=(reader.text("queue-by")) { @if let Some(by) = row.step_due_on { (reader.day(by)) @if by < today && row.step.as_deref() != Some("wait") { " " (chip(Tone::Warn, &reader.text("queue-overtime"))) } } @else { "–" } }
            td data-name=(reader.text("queue-last")) { @if let Some(last) = row.last_contact_on { (reader.day(last)) } @else { "–" } }
        }
    }
}

/// M0 to M6, and M6+.
pub(crate) fn bucket_name(bucket: u8) -> String {
    if bucket >= 7 { "M6+".to_owned() } else { format!("M{bucket}") }
}

fn view_key(view: QueueView) -> &'static str {
    match view {
        QueueView::Due => "queue-view-due",
        QueueView::InCase => "queue-view-case",
        QueueView::Promises => "queue-view-promises",
        QueueView::Visits => "queue-view-visits",
        QueueView::Stopped => "queue-view-stopped",
        QueueView::All => "queue-view-all",
    }
}

/// The text of a step of the strategy.
pub(crate) fn step_key(step: &str) -> &'static str {
    match step {
        "wait" => "step-wait",
        "message" => "step-message",
        "letter" => "step-letter",
        "call" => "step-call",
        "visit" => "step-visit",
        "mediation" => "step-mediation",
        "payment_order" => "step-payment-order",
        "suit" => "step-suit",
        "write_off" => "step-write-off",
        "sale" => "step-sale",
        _ => "step-review",
    }
}
