//! The law in force, as everybody may read it: every rule with its sentence, how binding it is, and where it is written.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use domain::law::{Cite, Force, Pack, Says};
use maud::{Markup, html};

use super::layout;
use super::parts::form;
use super::parts::lists::{Tone, chip};
use super::parts::rule;
use crate::texts::{Reader, value};
use crate::web::session::Anyone;
use crate::web::{Answers, Page, Site, Staff};

/// `/law`.
pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new().route("/law", get(show))
}

async fn show(page: Page, State(site): State<Arc<Site>>, _: Staff<Anyone>, answers: Answers) -> Markup {
    let reader = &page.reader;
    let title = reader.text("law-title");
    let wanted = answers.get("q").to_lowercase();
    let body = html! {
        h1 { (title) }
        p { (reader.text("law-says")) }
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
            div.head {
                h2 { (rule::said(reader, &pack.title)) }
                span.dim { (reader.fill("law-version", [("version", value(pack.version.as_str())), ("from", value(reader.day(pack.in_force_from)))])) }
            }
            p.dim data-announce { (reader.fill("law-count", [("count", value(reader.count(shown.len() as i64)))])) }
            dl.pairs { @for rule in &shown {
                div #(rule.id) {
                    dt { code { (rule.id) } br; (chip(Tone::Plain, &reader.text(force_key(rule.force)))) }
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
