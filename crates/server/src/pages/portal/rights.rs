//! `/me/rights`: what I may do at any time, and what the law says to those who collect.

use std::sync::Arc;

use domain::book::Book;
use domain::day::Day;
use domain::law::{Law, Pack, PackKind, PackVersion, Rule};
use domain::retention;
use maud::{Markup, html};

use super::Me;
use crate::pages::parts::{kept, rule};
use crate::texts::Reader;

/// What the person may always do; each is a page of theirs.
const ALWAYS: [(&str, &str); 8] = [
    ("/me/visit", "right-no-visit"),
    ("/me/hardship", "right-time"),
    ("/me/dispute", "right-dispute"),
    ("/me/complain", "right-complain"),
    ("/me/contacts", "right-know"),
    ("/me/kept", "kept-title"),
    ("/v", "right-verify"),
    ("/v/agreement", "paper-verify"),
];

/// The page's body.
pub(super) fn body(reader: &Reader, law: &Law, today: Day) -> Markup {
    html! {
        a.back href="/me" { (reader.text("back")) }
        h1 { (reader.text("rights")) }
        h2 { (reader.text("rights-always")) }
        ul.ways { @for (path, key) in ALWAYS { li { a href=(path) { (reader.text(key)) } } } }
        h2 { (reader.text("rights-law")) }
        p { (reader.text("rights-law-says")) }
        @for rule in in_force(law, today) {
            p { (rule::said(reader, &rule.says)) br; span.dim { code { (rule.id) } " " (rule.cited()) } }
        }
    }
}

/// `/me/kept`: how long what is on my file is kept.
pub(super) fn kept_body(reader: &Reader, book: &Book, me: &Me) -> Markup {
    html! {
        a.back href="/me/rights" { (reader.text("rights")) }
        h1 { (reader.text("kept-title")) }
        (kept::list(reader, &retention::kept(&me.person, book, me.today), me.today))
        p { a href="/me/papers" { (reader.text("evidence-mine")) } }
    }
}

/// The rules that judge today, of the law and not of a house.
fn in_force(law: &Law, today: Day) -> impl Iterator<Item = &Rule> {
    let versions = law.packs_on(today);
    let judges = move |pack: &&Arc<Pack>| {
        let is_it = |it: &PackVersion| it.id == pack.id && it.version == pack.version;
        pack.kind == PackKind::Law && versions.iter().any(is_it)
    };
    law.packs().iter().filter(judges).flat_map(|pack| pack.rules.iter().filter(|rule| rule.on))
}
