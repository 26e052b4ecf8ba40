//! `/me/rights`: what I may do at any time, and what the law says to those who collect.

use domain::law::{Law, PackKind, Rule};
use maud::{Markup, html};

use crate::pages::parts::rule;
use crate::texts::Reader;

/// What the person may always do; each is a page of theirs.
const ALWAYS: [(&str, &str); 7] = [
    ("/me/visit", "right-no-visit"),
    ("/me/hardship", "right-time"),
    ("/me/dispute", "right-dispute"),
    ("/me/complain", "right-complain"),
    ("/me/contacts", "right-know"),
    ("/v", "right-verify"),
    ("/v/agreement", "paper-verify"),
];

/// The page's body.
pub(super) fn body(reader: &Reader, law: &Law) -> Markup {
    html! {
        a.back href="/me" { (reader.text("back")) }
        h1 { (reader.text("rights")) }
        h2 { (reader.text("rights-always")) }
        ul.ways { @for (path, key) in ALWAYS { li { a href=(path) { (reader.text(key)) } } } }
        h2 { (reader.text("rights-law")) }
        p { (reader.text("rights-law-says")) }
        @for rule in in_force(law) {
            p { (rule::said(reader, &rule.says)) br; span.dim { code { (rule.id) } " " (rule.cited()) } }
        }
    }
}

/// The rules that judge, of the law and not of a house.
fn in_force(law: &Law) -> impl Iterator<Item = &Rule> {
    law.packs().iter().filter(|pack| pack.kind == PackKind::Law).flat_map(|pack| pack.rules.iter().filter(|rule| rule.on))
}
