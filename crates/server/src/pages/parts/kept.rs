//! What a law wants kept of somebody and until when, as the desk and the person themselves read it.

use domain::day::Day;
use domain::law::RecordKind;
use domain::retention::Kept;
use maud::{Markup, html};

use super::rule;
use crate::texts::{Reader, value};

/// One line for each rule that asks for something on file; one sentence where none does.
pub(crate) fn list(reader: &Reader, kept: &[Kept<'_>], today: Day) -> Markup {
    html! {
        p { (reader.text("kept-says")) }
        @if kept.is_empty() { p.empty { (reader.text("kept-none")) } } @else {
            ul { @for kept in kept { li {
                b { (reader.text(kind_key(kept.rule.of))) } ": "
                (reader.fill(if kept.until < today { "kept-over" } else { "kept-until" }, [
                    ("since", value(reader.day(kept.since))),
                    ("until", value(reader.day(kept.until))),
                ]))
                " " (rule::said(reader, &kept.rule.says)) br;
                span.dim { @for cite in &kept.rule.cites { (cite.text) " " } }
            } } }
        }
    }
}

fn kind_key(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::CollectionRecordings => "kept-recordings",
        RecordKind::CollectionRecords => "kept-records",
        RecordKind::Complaints => "kept-complaints",
        RecordKind::ProcessingRecords => "kept-processing",
    }
}
