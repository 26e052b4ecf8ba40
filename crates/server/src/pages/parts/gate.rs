//! The answer of the law on a page: whether something may be done now, by which rule not, from when on, and what may be
//! done instead. One component wherever it stands.

use domain::book::Book;
use domain::contact::{self, Act};
use domain::law::{Ruling, Stands};
use domain::moment::{Moment, Timestamp};
use domain::person::Person;
use maud::{Markup, html};

use super::lists::{Tone, chip};
use super::rule;
use crate::pages::complaints::channel_key;
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

/// A rule that was asked, whether it decided or not.
pub(crate) struct Asked {
    /// Its id.
    pub(crate) rule: String,
    /// Its sentence, in the reader's language.
    pub(crate) says: String,
    /// How the act stands to it.
    pub(crate) stands: Stands,
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
    /// Until when a yes holds.
    pub(crate) until: Option<Timestamp>,
    /// Every rule that was asked.
    pub(crate) checked: Vec<Asked>,
    /// What may be done instead, as printed.
    pub(crate) instead: Vec<String>,
    /// Where the whole reasoning stands.
    pub(crate) explain: Option<String>,
}

/// How far ahead the next permitted instant is looked for.
const HORIZON_DAYS: u16 = 30;

impl Gate {
    /// What the person's own word and the law say to `act` now; `act_says` is the act as printed.
    pub(crate) fn of(reader: &Reader, book: &Book, person: &Person, act: &Act, act_says: String, now: &Moment) -> Gate {
        let law = &book.law;
        let situation = contact::situation(person, book, act, now);
        let ruling = law.rule(&situation);
        // What the law does not know of: a complaint that stops the channel, a reservation that does not hold.
        let ours = contact::ask(person, book, act, now).err().map(|refusal| refusal.by).unwrap_or_default();
        let ours: Vec<String> = ours
            .into_iter()
            .filter(|id| law.packs().iter().all(|pack| pack.rule(id).is_none()) && id != domain::law::NO_PACK)
            .collect();
        let is_stopped = !ours.is_empty();
        let stand = match &ruling {
            _ if is_stopped => Stand::Forbidden,
            Ruling::Allowed(_) => Stand::Allowed,
            Ruling::Forbidden { .. } => Stand::Forbidden,
            Ruling::NeedsApproval { .. } => Stand::NeedsApproval,
            Ruling::Unsettled { .. } => Stand::Unsettled,
        };
        let deciding = |id: String| Deciding {
            says: rule::says(reader, law, &id),
            cite: rule::cite(law, &id).unwrap_or_default(),
            rule: id,
        };
        let asked = |checked: &domain::law::Checked| Asked {
            rule: checked.rule.id.clone(),
            says: rule::said(reader, &checked.rule.says).to_owned(),
            stands: checked.stands,
        };
        let instead = if is_stopped { vec![] } else { law.alternatives(&situation) };
        Gate {
            act: act_says,
            stand,
            by: if is_stopped { ours } else { ruling.rules() }.into_iter().map(deciding).collect(),
            missing: if is_stopped { vec![] } else { ruling.missing().into_iter().map(str::to_owned).collect() },
            next: if is_stopped { None } else { law.next_permitted(&situation, HORIZON_DAYS) },
            until: if let (false, Ruling::Allowed(permit)) = (is_stopped, &ruling) { Some(permit.not_after()) } else { None },
            checked: law.examine(&situation).iter().map(asked).collect(),
            instead: instead.into_iter().map(|channel| reader.text(channel_key(channel.name()))).collect(),
            explain: None,
        }
    }

    /// For a table's cell: a mark and a few words.
    pub(crate) fn chip(&self, reader: &Reader) -> Markup {
        match (self.stand, self.next) {
            (Stand::Allowed, _) if self.until.is_some() => {
                let until = self.until.map(|until| reader.moment(until)).unwrap_or_default();
                chip(Tone::Good, &reader.fill("gate-chip-allowed-until", [("until", value(until))]))
            }
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
                @if let (Stand::Allowed, Some(until)) = (self.stand, self.until) {
                    p { (reader.fill("gate-until", [("until", value(reader.long_moment(until)))])) }
                }
                @if !self.checked.is_empty() {
                    details {
                        summary { (reader.fill("gate-checked", [("count", value(reader.count(self.checked.len() as i64)))])) }
                        ul.by { @for asked in &self.checked { li { (stands(reader, asked.stands)) " " (asked.says) " " span.dim { code { (asked.rule) } } } } }
                    }
                }
                @if let Some(explain) = &self.explain { p { a href=(explain) data-key="w" { (reader.text("gate-why")) } } }
            }
        }
    }
}

fn stands(reader: &Reader, stands: Stands) -> Markup {
    match stands {
        Stands::Kept => chip(Tone::Good, &reader.text("gate-kept")),
        Stands::NeedsApproval => chip(Tone::Warn, &reader.text("gate-asks")),
        Stands::Unknown => chip(Tone::Warn, &reader.text("gate-unknown")),
        Stands::Forbids => chip(Tone::Stop, &reader.text("gate-stops")),
    }
}
