//! What only a demonstration has: the told stories, and a clock that can be set ahead.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Redirect;
use axum::routing::{get, post};
use domain::id::PersonId;
use maud::{Markup, html};

use super::{failure, layout};
use crate::night;
use crate::texts::Reader;
use crate::web::session::{Readers, Roles};
use crate::web::{Failure, Page, Site, Viewer};

/// `/demo` and its clock.
pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new().route("/demo", get(stories)).route("/demo/day", post(next_day))
}

/// Each told story, from both sides.
async fn stories(page: Page, State(site): State<Arc<Site>>) -> Result<Markup, Failure> {
    if !site.demo {
        return Err(Failure::NotFound);
    }
    let reader = &page.reader;
    let title = reader.text("demo-stories");
    let opens_files = matches!(&page.viewer, Some(Viewer::Staff { role, .. }) if Readers::ALLOWED.contains(role));
    let body = html! {
        h1 { (title) }
        p { (reader.text("demo-stories-says")) }
        ul.stories { @for (key, person) in &site.stories { li.card { (story(reader, key, *person, opens_files)) } } }
    };
    Ok(layout::desk(&page, &title, "/demo", body))
}

fn story(reader: &Reader, key: &str, person: PersonId, opens_files: bool) -> Markup {
    let (title, says) = texts(key);
    html! {
        h2 { (reader.text(title)) }
        p { (reader.text(says)) }
        div.actions {
            @if opens_files { a.button href={ "/people/" (person) } { (reader.text("demo-open-file")) span.unseen { " " (reader.text(title)) } } }
            form method="post" action="/sign-in/demo" {
                input type="hidden" name="story" value=(key);
                button name="role" value="consumer" { (reader.text("demo-be-them")) span.unseen { " " (reader.text(title)) } }
            }
        }
    }
}

/// Title and one sentence of a story.
fn texts(key: &str) -> (&'static str, &'static str) {
    match key {
        "hardship-accepted" => ("story-hardship-accepted", "story-hardship-accepted-says"),
        "broken-promise-cured" => ("story-broken-promise-cured", "story-broken-promise-cured-says"),
        "wrong-number" => ("story-wrong-number", "story-wrong-number-says"),
        "relative-blocked" => ("story-relative-blocked", "story-relative-blocked-says"),
        "late-call-blocked" => ("story-late-call-blocked", "story-late-call-blocked-says"),
        "dispute-upheld" => ("story-dispute-upheld", "story-dispute-upheld-says"),
        "visit-refused" => ("story-visit-refused", "story-visit-refused-says"),
        "visit-moved" => ("story-visit-moved", "story-visit-moved-says"),
        "impostor-at-the-door" => ("story-impostor-at-the-door", "story-impostor-at-the-door-says"),
        "complaint-upheld" => ("story-complaint-upheld", "story-complaint-upheld-says"),
        "overpaid" => ("story-overpaid", "story-overpaid-says"),
        "visit-ended-in-distress" => ("story-visit-ended-in-distress", "story-visit-ended-in-distress-says"),
        "visit-today" => ("story-visit-today", "story-visit-today-says"),
        "hardship-refused" => ("story-hardship-refused", "story-hardship-refused-says"),
        "all-in-order" => ("story-all-in-order", "story-all-in-order-says"),
        _ => ("story-other", "story-other-says"),
    }
}

/// Ends today with a night, and goes on to tomorrow.
async fn next_day(State(site): State<Arc<Site>>, headers: HeaderMap) -> Result<Redirect, Failure> {
    let Some(key) = site.seal_key.clone().filter(|_| site.demo) else { return Err(Failure::NotFound) };
    if site.making.load(std::sync::atomic::Ordering::Relaxed) < 100 {
        return Err(Failure::Busy);
    }
    let running = Arc::clone(&site);
    let today = site.today();
    tokio::task::spawn_blocking(move || night::run(&running.store, &key, &running.letterhead.name, today, &mut |_, _| {}))
        .await??;
    site.clock.next_day();
    Ok(Redirect::to(&failure::back(&headers).unwrap_or_else(|| String::from("/"))))
}
