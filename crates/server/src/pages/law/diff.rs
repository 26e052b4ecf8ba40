//! What changed from one version of a pack to another, rule by rule.

use domain::law::{Pack, Rule};
use maud::{Markup, html};

use super::super::parts::lists::{Tone, chip};
use super::super::parts::rule;
use crate::texts::Reader;

/// What became of one rule.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Change {
    Added,
    Removed,
    /// The keys of the names of what changed.
    Changed(Vec<&'static str>),
}

/// Every rule that is not the same in `newer` as in `older`, by id.
pub(super) fn changes<'a>(older: &'a Pack, newer: &'a Pack) -> Vec<(&'a Rule, Change)> {
    let removed = older.rules.iter().filter(|rule| newer.rule(&rule.id).is_none()).map(|rule| (rule, Change::Removed));
    let kept = newer.rules.iter().filter_map(|rule| match older.rule(&rule.id) {
        None => Some((rule, Change::Added)),
        Some(before) => {
            let what = changed(before, rule);
            (!what.is_empty()).then_some((rule, Change::Changed(what)))
        }
    });
    let mut changes: Vec<(&Rule, Change)> = kept.chain(removed).collect();
    changes.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
    changes
}

fn changed(before: &Rule, after: &Rule) -> Vec<&'static str> {
    // Packs are data and have no order of their own but the written one, so that what is printed the same is the same.
    let is_other = |a: String, b: String| a != b;
    let parts = [
        ("diff-sentence", before.says != after.says),
        ("diff-force", before.force != after.force),
        ("diff-source", before.cites != after.cites || before.provenance != after.provenance),
        ("diff-note", before.note != after.note),
        ("diff-on", before.on != after.on),
        ("diff-days", (before.since, before.until) != (after.since, after.until)),
        ("diff-checks", is_other(format!("{:?}", before.checks), format!("{:?}", after.checks))),
        ("diff-exceptions", is_other(format!("{:?}", before.lifts), format!("{:?}", after.lifts))),
        (
            "diff-examples",
            is_other(
                format!("{:?}{:?}{:?}", before.allowed, before.forbidden, before.held),
                format!("{:?}{:?}{:?}", after.allowed, after.forbidden, after.held),
            ),
        ),
    ];
    parts.into_iter().filter(|(_, is_changed)| *is_changed).map(|(key, _)| key).collect()
}

/// The changes as a list, with both sentences where the sentence changed.
pub(super) fn list(reader: &Reader, older: &Pack, newer: &Pack) -> Markup {
    let changes = changes(older, newer);
    html! {
        @if changes.is_empty() { p.empty { (reader.text("diff-none")) } } @else {
            dl.pairs { @for (rule, change) in &changes {
                div {
                    dt { code { (rule.id) } br; @match change {
                        Change::Added => { (chip(Tone::Good, &reader.text("diff-added"))) }
                        Change::Removed => { (chip(Tone::Stop, &reader.text("diff-removed"))) }
                        Change::Changed(_) => { (chip(Tone::Warn, &reader.text("diff-changed"))) }
                    } }
                    dd {
                        @if let (Change::Changed(what), Some(before)) = (change, older.rule(&rule.id)) {
                            @if before.says != rule.says { p { del { (rule::said(reader, &before.says)) } } }
                            p { (rule::said(reader, &rule.says)) }
                            p.dim { @for (at, part) in what.iter().enumerate() { @if at > 0 { " · " } (reader.text(part)) } }
                            @if what.contains(&"diff-checks") {
                                details { summary { (reader.text("diff-checks-open")) }
                                    pre { (format!("− {:#?}\n+ {:#?}", before.checks, rule.checks)) }
                                }
                            }
                        } @else { p { (rule::said(reader, &rule.says)) } }
                    }
                }
            } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packs;

    #[test]
    fn a_version_is_told_apart_from_the_one_before_by_what_changed() {
        let older = packs::pack("cn").unwrap();
        assert!(changes(&older, &older).is_empty());
        let mut newer = older.clone();
        newer.rules.retain(|rule| rule.id != "CN-HOL-1");
        newer.rules[0].force = domain::law::Force::Statute;
        newer.rules[1].checks.clear();
        let told: Vec<(&str, Change)> =
            changes(&older, &newer).into_iter().map(|(rule, change)| (rule.id.as_str(), change)).collect();
        let (first, second) = (older.rules[0].id.as_str(), older.rules[1].id.as_str());
        let mut expected = vec![
            (first, Change::Changed(vec!["diff-force"])),
            (second, Change::Changed(vec!["diff-checks"])),
            ("CN-HOL-1", Change::Removed),
        ];
        expected.sort_by_key(|(id, _)| *id);
        assert_eq!(told, expected);
    }
}
