//! The law in force, as everybody may read it: every rule with its sentence, how binding it is, and where it is written; a page for
//! each pack; and how another version comes into force.

mod change;
mod diff;
mod pack;
#[cfg(test)]
mod tests;

pub(super) use pack::sure;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use domain::law::{Cite, Force, Pack, PackKind, Says};
use maud::{Markup, html};

use super::layout;
use super::parts::form;
use super::parts::lists::{Tone, chip};
use super::parts::rule;
use crate::texts::{Reader, value};
use crate::web::session::{Anyone, Officers};
use crate::web::{Answers, Page, Site, Staff};

/// `/law` and what is below it.
pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new()
        .route("/law", get(show))
        .route("/law/change", get(change::show))
        .route("/law/change/try", post(change::what_if))
        .route("/law/change/propose", post(change::propose))
        .route("/law/change/activate", post(change::activate))
        .route("/law/{pack}", get(pack::show))
}

async fn show(page: Page, State(site): State<Arc<Site>>, staff: Staff<Anyone>, answers: Answers) -> Markup {
    let reader = &page.reader;
    let title = reader.text("law-title");
    let wanted = answers.get("q").to_lowercase();
    let may_change = <Officers as crate::web::session::Roles>::ALLOWED.contains(&staff.role);
    let body = html! {
        h1 { (title) }
        p { (reader.text("law-says")) }
        @if may_change { p { a href="/law/change" { (reader.text("law-change-title")) } } }
        form.filter.card method="get" action="/law" data-live="#rules" {
            (form::text(reader, &answers, "q", "law-search").kind("search").render())
            div.actions { button.primary { (reader.text("find")) } }
        }
        div #rules { @for pack in site.book().law.packs() { (rules(reader, pack, &wanted)) } }
    };
    layout::desk(&page, &title, "/law", body)
}

/// One rule of either sort, as far as a reader cares.
struct Shown<'a> {
    id: &'a str,
    force: Force,
    says: &'a Says,
    cites: &'a [Cite],
    is_on: bool,
}

impl Shown<'_> {
    fn holds(&self, reader: &Reader, wanted: &str) -> bool {
        let is_in = |text: &str| text.to_lowercase().contains(wanted);
        is_in(self.id) || is_in(rule::said(reader, self.says)) || self.cites.iter().any(|cite| is_in(&cite.text))
    }
}

fn rules(reader: &Reader, pack: &Pack, wanted: &str) -> Markup {
    let conduct = pack.rules.iter().map(|rule| Shown {
        id: &rule.id,
        force: rule.force,
        says: &rule.says,
        cites: &rule.cites,
        is_on: rule.on,
    });
    let money = pack.money.rules.iter().map(|rule| Shown {
        id: &rule.id,
        force: rule.force,
        says: &rule.says,
        cites: &rule.cites,
        is_on: true,
    });
    let shown: Vec<Shown<'_>> = conduct.chain(money).filter(|rule| rule.holds(reader, wanted)).collect();
    html! {
        section.card {
            (head(reader, pack))
            p.dim data-announce { (reader.fill("law-count", [("count", value(reader.count(shown.len() as i64)))])) }
            dl.pairs { @for rule in &shown {
                div {
                    dt { a href={ "/law/" (pack.id) "#" (rule.id) } { code { (rule.id) } } br; (chip(Tone::Plain, &reader.text(force_key(rule.force)))) }
                    dd {
                        (rule::said(reader, rule.says))
                        @if !rule.is_on { " " (chip(Tone::Warn, &reader.text("law-off"))) }
                        @for cite in rule.cites { br; span.dim { (cite.text) } }
                    }
                }
            } }
        }
    }
}

/// The pack's name, as a link to its page, its version, and since when it judges.
fn head(reader: &Reader, pack: &Pack) -> Markup {
    html! {
        div.head {
            h2 { a href={ "/law/" (pack.id) } { (rule::said(reader, &pack.title)) } }
            span.dim { (version(reader, pack)) }
            @if pack.kind == PackKind::House { " " (chip(Tone::Plain, &reader.text("law-house"))) }
        }
    }
}

/// "version 2026-01-30, in force from 2021-01-01".
fn version(reader: &Reader, pack: &Pack) -> String {
    reader.fill("law-version", [("version", value(pack.version.as_str())), ("from", value(reader.day(pack.in_force_from)))])
}

fn force_key(force: Force) -> &'static str {
    match force {
        Force::Statute => "force-statute",
        Force::Regulation => "force-regulation",
        Force::RegulatorRule => "force-regulator-rule",
        Force::NationalStandard => "force-national-standard",
        Force::SelfRegulatory => "force-self-regulatory",
        Force::HouseDefault => "force-house-default",
    }
}
