//! `/me/papers`: what I stated of my means, what I asked help for, and what I handed in with either.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use domain::complaint::Matter;
use domain::event::{Event, NoteRef};
use domain::means::Taken;
use maud::{Markup, html};

use super::{Me, me};
use crate::pages::layout;
use crate::pages::parts::{lists, papers, shown};
use crate::texts::{Reader, value};
use crate::web::{Consumer, Failure, Page, Site};

pub(super) async fn show(page: Page, State(site): State<Arc<Site>>, consumer: Consumer) -> Result<Markup, Failure> {
    let me = me(&site, &consumer).await?;
    Ok(layout::portal(&page, &page.reader.text("evidence-mine"), body(&page.reader, &me)))
}

fn body(reader: &Reader, me: &Me) -> Markup {
    let cards: Vec<Markup> = me.events.iter().rev().filter_map(|recorded| card(reader, me, &recorded.event)).collect();
    html! {
        a.back href="/me" { (reader.text("me-back")) }
        h1 { (reader.text("evidence-mine")) }
        p { (reader.text("evidence-mine-say")) }
        @if cards.is_empty() { p.empty { (reader.text("evidence-mine-none")) } }
        @for card in cards { section.card { (card) } }
        @if me.person.owed(me.today).is_positive() { p { a href="/me/plan" { (reader.text("plan-begin")) } } }
    }
}

/// A statement of means or a plea of hardship with what was handed in with it, or what was shown at a door.
fn card(reader: &Reader, me: &Me, event: &Event) -> Option<Markup> {
    let with_it = |evidence: &[NoteRef]| {
        html! {
            @if evidence.is_empty() { p.dim { (reader.text("evidence-none-with-it")) } } @else {
                (papers::list(reader, papers::of(&me.papers, evidence), papers::MINE))
            }
        }
    };
    match event {
        Event::MeansStated { means, on, taken, evidence } => Some(html! {
            h2 { (reader.fill(taken_key(*taken), [("day", value(reader.long_day(*on)))])) }
            (lists::pairs(&[
                (reader.text("evidence-income"), html! { (reader.money(means.income_total())) }),
                (reader.text("evidence-living"), html! { (reader.money(means.outgoings_total())) }),
            ]))
            (with_it(evidence))
        }),
        Event::ComplaintOpened { matter: Matter::Hardship { .. }, on, evidence, .. } => Some(html! {
            h2 { (reader.fill("evidence-with-a-plea", [("day", value(reader.long_day(*on)))])) }
            (with_it(evidence))
        }),
        Event::VisitRecorded { visit, .. } if me.shown.iter().any(|it| it.visit == *visit) => {
            let of_visit = || me.shown.iter().filter(|it| it.visit == *visit);
            let on = of_visit().next().map_or_else(String::new, |it| reader.long_day(reader.day_of(it.at)));
            Some(html! {
                h2 { (reader.fill("evidence-door-on", [("day", value(on))])) }
                p.dim { (reader.text("evidence-door-says")) }
                (shown::list(reader, of_visit(), papers::MINE))
            })
        }
        _ => None,
    }
}

const fn taken_key(taken: Option<Taken>) -> &'static str {
    match taken {
        Some(Taken::Door(_)) => "evidence-at-the-door",
        Some(Taken::Desk) => "evidence-at-the-desk",
        Some(Taken::Portal) | None => "evidence-on-the-page",
    }
}

/// One paper, as a file.
pub(super) async fn file(
    State(site): State<Arc<Site>>,
    consumer: Consumer,
    Path(note): Path<String>,
) -> Result<Response, Failure> {
    papers::file(&site, consumer.asker(), consumer.person, &note).await
}

/// A photo of one that I showed at my door, as a file.
pub(super) async fn shown(
    State(site): State<Arc<Site>>,
    consumer: Consumer,
    Path((visit, sent)): Path<(String, String)>,
) -> Result<Response, Failure> {
    shown::file(&site, consumer.asker(), consumer.person, &visit, sent).await
}
