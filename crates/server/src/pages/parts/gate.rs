//! The answer of the law on a page: whether something may be done now, by which rule not, from when on, and what may be
//! done instead. One component wherever it stands.

use domain::moment::Timestamp;
use maud::{Markup, html};

use super::lists::{Tone, chip};
use crate::texts::{Reader, value};

/// How the answer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stand {
    /// It may be done.
    Allowed,
    /// Not now, or not at all.
    Forbidden,
    /// When a second person agrees.
    NeedsApproval,
    /// A fact is missing; until it is known, it may not be done.
    Unsettled,
}

/// A rule that decided.
pub(crate) struct Deciding {
    /// Its id.
    pub(crate) rule: String,
    /// Its sentence, in the reader's language.
    pub(crate) says: String,
    /// Where the law stands.
    pub(crate) cite: String,
}

/// The answer as a page shows it.
pub(crate) struct Gate {
    /// What was asked about, as printed: "a visit", "a call".
    pub(crate) act: String,
    /// How it stands.
    pub(crate) stand: Stand,
    /// The rules that decided.
    pub(crate) by: Vec<Deciding>,
    /// The facts that are missing.
    pub(crate) missing: Vec<String>,
    /// From when on all rules agree.
    pub(crate) next: Option<Timestamp>,
    /// What may be done instead, as printed.
    pub(crate) instead: Vec<String>,
    /// Where the whole reasoning stands.
    pub(crate) explain: Option<String>,
}

impl Gate {
    /// For a table's cell: a mark and a few words.
    pub(crate) fn chip(&self, reader: &Reader) -> Markup {
        match (self.stand, self.next) {
            (Stand::Allowed, _) => chip(Tone::Good, &reader.text("gate-chip-allowed")),
            (Stand::Forbidden, Some(next)) => {
                chip(Tone::Stop, &reader.fill("gate-chip-until", [("next", value(reader.moment(next)))]))
            }
            (Stand::Forbidden, None) => chip(Tone::Stop, &reader.text("gate-chip-never")),
            (Stand::NeedsApproval, _) => chip(Tone::Warn, &reader.text("gate-chip-approval")),
            (Stand::Unsettled, _) => chip(Tone::Warn, &reader.text("gate-chip-unsettled")),
        }
    }

    /// For the head of an account: the answer, its rules with their sources, the next time, and the ways that are open.
    pub(crate) fn panel(&self, reader: &Reader) -> Markup {
        let act = || value(self.act.as_str());
        let (tone, says) = match self.stand {
            Stand::Allowed => (Tone::Good, reader.fill("gate-allowed", [("act", act())])),
            Stand::Forbidden => (Tone::Stop, reader.fill("gate-forbidden", [("act", act())])),
            Stand::NeedsApproval => (Tone::Warn, reader.fill("gate-approval", [("act", act())])),
            Stand::Unsettled => (Tone::Warn, reader.fill("gate-unsettled", [("act", act())])),
        };
        html! {
            section.gate.(tone.class()) aria-label=(reader.text("gate-label")) {
                p.answer { strong { (says) } }
                @if !self.by.is_empty() {
                    ul.by { @for rule in &self.by {
                        li { (rule.says) " " span.dim { code { (rule.rule) } " " (rule.cite) } }
                    } }
                }
                @if !self.missing.is_empty() {
                    p { (reader.text("gate-missing")) }
                    ul { @for fact in &self.missing { li { (fact) } } }
                }
                @if self.stand == Stand::Forbidden {
                    p { @match self.next {
                        Some(next) => { (reader.fill("gate-next", [("next", value(reader.long_moment(next)))])) }
                        None => { (reader.text("gate-no-next")) }
                    } }
                }
                @if !self.instead.is_empty() {
                    p.instead { (reader.text("gate-instead")) " " @for way in &self.instead { (chip(Tone::Plain, way)) " " } }
                }
                @if let Some(explain) = &self.explain { p { a href=(explain) data-key="w" { (reader.text("gate-why")) } } }
            }
        }
    }
}
