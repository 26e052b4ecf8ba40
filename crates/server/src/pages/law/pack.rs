//! One pack, as a lawyer reads it: every rule with its force, its sources and how sure they are, its examples, and what changed since
//! the version before.

use std::sync::Arc;

use axum::extract::{Path, State};
use domain::law::{Neutral, Pack, Provenance, Rule, Seen, Sure, Told};
use maud::{Markup, html};

use super::super::complaints::channel_key;
use super::super::layout;
use super::super::parts::lists::{Tone, chip};
use super::super::parts::rule;
use super::{diff, force_key, version};
use crate::packs;
use crate::texts::{Reader, value};
use crate::web::session::Anyone;
use crate::web::{Answers, Failure, Page, Site, Staff};

/// `/law/{pack}`; `?v=` for another version than the one in force today. A pack that ships and is not the book's can be read too.
pub(super) async fn show(
    page: Page,
    State(site): State<Arc<Site>>,
    _: Staff<Anyone>,
    Path(id): Path<String>,
    answers: Answers,
) -> Result<Markup, Failure> {
    let reader = &page.reader;
    let today = site.today();
    let mut versions: Vec<Pack> =
        site.book().law.packs().iter().filter(|pack| pack.id == id).map(|pack| Pack::clone(pack)).collect();
    let is_in_force = !versions.is_empty();
    if !is_in_force {
        let is_shipped = packs::SHIPPED.iter().any(|(shipped, _)| *shipped == id);
        versions.push(if is_shipped { packs::pack(&id)? } else { return Err(Failure::NotFound) });
    }
    versions.sort_by_key(|pack| pack.in_force_from);
    let wanted = answers.get("v");
    let at = versions.iter().position(|pack| pack.version == wanted);
    let at = at.or_else(|| versions.iter().rposition(|pack| pack.in_force_from <= today)).unwrap_or(0);
    let pack = &versions[at];
    let title = rule::said(reader, &pack.title).to_owned();
    let body = html! {
        a.back href="/law" { (reader.text("law-title")) }
        h1 { (title) }
        p.dim { (version(reader, pack)) " " @if !is_in_force { (chip(Tone::Warn, &reader.text("law-not-ours"))) } }
        p { (reader.text("law-lawyer")) }
        @if versions.len() > 1 {
            nav aria-label=(reader.text("law-versions")) { p { (reader.text("law-versions")) " "
                @for other in &versions { a href={ "/law/" (id) "?v=" (other.version) } aria-current=[(other.version == pack.version).then_some("true")] { (other.version) } " " }
            } }
        }
        @if at > 0 {
            section.card { h2 { (reader.fill("diff-title", [("version", value(versions[at - 1].version.as_str()))])) } (diff::list(reader, &versions[at - 1], pack)) }
        }
        @for rule in &pack.rules { (one(reader, rule)) }
        (money(reader, pack))
    };
    Ok(layout::desk(&page, &title, "/law", body))
}

fn one(reader: &Reader, rule: &Rule) -> Markup {
    let examples = [
        ("law-allowed", Tone::Good, &rule.allowed),
        ("law-forbidden", Tone::Stop, &rule.forbidden),
        ("law-held", Tone::Warn, &rule.held),
    ];
    html! {
        section.card #(rule.id) {
            div.head {
                h2 { code { (rule.id) } }
                (chip(Tone::Plain, &reader.text(force_key(rule.force))))
                @if !rule.on { " " (chip(Tone::Warn, &reader.text("law-off"))) }
                (sure(reader, &rule.provenance))
            }
            p { (rule::said(reader, &rule.says)) }
            @if let Some(note) = &rule.note { p.dim { (rule::said(reader, note)) } }
            ul { @for cite in &rule.cites { li { (cite.text) @if let Some(since) = cite.since { " " span.dim { (reader.fill("law-since", [("day", value(reader.day(since)))])) } } } } }
            @if let Some(since) = rule.since { p.dim { (reader.fill("law-judges-since", [("day", value(reader.day(since)))])) } }
            @if let Some(until) = rule.until { p.dim { (reader.fill("law-judges-until", [("day", value(reader.day(until)))])) } }
            p.dim { (reader.text(seen_key(rule.provenance.seen))) @if !rule.provenance.at.is_empty() { " " (rule.provenance.at) } }
            details { summary { (reader.fill("law-examples", [("count", value(reader.count((rule.allowed.len() + rule.forbidden.len() + rule.held.len()) as i64)))])) }
                @for (key, tone, examples) in examples { @if !examples.is_empty() {
                    p { (chip(tone, &reader.text(key))) }
                    ul { @for example in examples { li { (told(reader, example)) } } }
                } }
            }
        }
    }
}

/// How sure it is that a rule says this.
pub(crate) fn sure(reader: &Reader, provenance: &Provenance) -> Markup {
    let (tone, key) = match provenance.sure {
        Sure::High => (Tone::Good, "law-sure-high"),
        Sure::Medium => (Tone::Warn, "law-sure-medium"),
        Sure::Low => (Tone::Stop, "law-sure-low"),
    };
    html! { " " (chip(tone, &reader.text(key))) }
}

fn seen_key(seen: Seen) -> &'static str {
    match seen {
        Seen::Text => "law-seen-text",
        Seen::Press => "law-seen-press",
        Seen::Memory => "law-seen-memory",
        Seen::Derived => "law-seen-derived",
    }
}

/// An example in one line: the act in words, and what else is said of it as the pack's author wrote it.
fn told(reader: &Reader, example: &Neutral) -> Markup {
    let channel = example.channel.map(|channel| reader.text(channel_key(channel.name())));
    let at = example.contact_time_local.as_deref().unwrap_or_default().replace('T', " ");
    let words = [
        example.recipient_role.map(|word| word.name()),
        example.purpose.map(|word| word.name()),
        example.actor.map(|word| word.name()),
        example.institution_type.map(|word| word.name()),
        example.product.map(|word| word.name()),
    ];
    html! {
        @if let Some(channel) = channel { (channel) " " } (at)
        @for word in words.into_iter().flatten() { " · " code { (word) } }
        @for (name, told) in example.facts.iter().chain(&example.history) { " · " code { (name) " = " (plain(told)) } }
        @for (name, count) in &example.counts { " · " code { (name) " = " (count) } }
    }
}

fn plain(told: &Told) -> String {
    match told {
        Told::Bool(is_so) => is_so.to_string(),
        Told::Number(number) => number.to_string(),
        Told::Text(text) => text.clone(),
        Told::List(list) => list.iter().map(plain).collect::<Vec<_>>().join(", "),
        Told::Map(map) => map.iter().map(|(name, told)| format!("{name} {}", plain(told))).collect::<Vec<_>>().join(" "),
    }
}

/// Cost caps, limitation, complaint and retention clocks.
fn money(reader: &Reader, pack: &Pack) -> Markup {
    let money = &pack.money;
    let caps = money.cost_caps.iter().map(|cap| (cap.id.as_str(), &cap.says, &cap.cites, &cap.provenance));
    let rules = money.rules.iter().map(|rule| (rule.id.as_str(), &rule.says, &rule.cites, &rule.provenance));
    let limitation = money.limitation.iter().map(|it| ("law-limitation", &it.says, &it.cites, &it.provenance));
    let complaints = money.complaints.iter().map(|it| ("law-complaints", &it.says, &it.cites, &it.provenance));
    let retention = money.retention.iter().map(|it| ("law-retention", &it.says, &it.cites, &it.provenance));
    let lines: Vec<_> = caps.chain(rules).chain(limitation).chain(complaints).chain(retention).collect();
    html! {
        @if !lines.is_empty() {
            section.card {
                h2 { (reader.text("law-money")) }
                dl.pairs { @for (id, says, cites, provenance) in &lines {
                    div {
                        dt { @if id.starts_with("law-") { (reader.text(id)) } @else { code { (id) } } (sure(reader, provenance)) }
                        dd { (rule::said(reader, says)) @for cite in cites.iter() { br; span.dim { (cite.text) } } }
                    }
                } }
                @if !money.reference_rates.is_empty() {
                    details { summary { (reader.text("law-rates")) }
                        ul { @for rate in &money.reference_rates { li { (reader.day(rate.from)) " " ((rate.rate * rust_decimal::Decimal::ONE_HUNDRED).normalize()) "%" } } }
                    }
                }
            }
        }
    }
}
