//! Lists of what is known: pairs, answers to check, what happened, chips, and the way through long lists.

use axum::http::Uri;
use maud::{Markup, html};

use crate::texts::{Reader, value};
use crate::web::page::with_query;

/// What a chip is about; colour never says it alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Nothing special.
    Plain,
    /// Allowed, paid, done.
    Good,
    /// Due, in dispute.
    Warn,
    /// Stopped by a rule; for staff only.
    Stop,
    /// Hardship, care.
    Care,
}

impl Tone {
    /// Its class.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Tone::Plain => "plain",
            Tone::Good => "good",
            Tone::Warn => "warn",
            Tone::Stop => "stop",
            Tone::Care => "care",
        }
    }
}

/// A word in a coloured ground.
pub(crate) fn chip(tone: Tone, says: &str) -> Markup {
    html! { span.chip.(tone.class()) { (says) } }
}

/// Large figures with their names.
pub(crate) fn figures(figures: &[(String, String)]) -> Markup {
    html! { dl.figures { @for (name, figure) in figures { div { dt { (name) } dd { (figure) } } } } }
}

/// Names and what they are.
pub(crate) fn pairs(pairs: &[(String, Markup)]) -> Markup {
    html! { dl.pairs { @for (name, what) in pairs { div { dt { (name) } dd { (what) } } } } }
}

/// One thing that happened.
pub(crate) struct Happened {
    /// When, as printed.
    pub(crate) at: String,
    /// By whom, as printed.
    pub(crate) by: Option<String>,
    /// What.
    pub(crate) what: Markup,
    /// How it stands out.
    pub(crate) tone: Tone,
}

/// What happened, newest first.
pub(crate) fn timeline(events: &[Happened]) -> Markup {
    html! {
        ol.timeline {
            @for event in events {
                li.(event.tone.class()) {
                    time { (event.at) }
                    div { (event.what) @if let Some(by) = &event.by { " " span.dim { (by) } } }
                }
            }
        }
    }
}

/// The same for a file with a long life: what is older than the newest is folded, and found by the browser all the same.
pub(crate) fn long_timeline(reader: &Reader, events: &[Happened]) -> Markup {
    const NEWEST: usize = 25;
    let (newest, older) = events.split_at(events.len().min(NEWEST));
    html! {
        (timeline(newest))
        @if !older.is_empty() {
            details.older {
                summary { (reader.fill("timeline-older", [("count", value(reader.count(older.len() as i64)))])) }
                (timeline(older))
            }
        }
    }
}

/// Where we are in a long list.
pub(crate) struct Pages {
    /// This page, from 1.
    pub(crate) page: u32,
    /// How many there are.
    pub(crate) pages: u32,
}

impl Pages {
    /// The page `asked` of a list of `total` at `per_page` each, held within what there is.
    pub(crate) fn of(total: u64, per_page: u32, asked: u32) -> Pages {
        let pages = u32::try_from(total.div_ceil(u64::from(per_page.max(1)))).unwrap_or(u32::MAX).max(1);
        Pages { page: asked.clamp(1, pages), pages }
    }

    /// The way to the neighbours.
    pub(crate) fn links(&self, reader: &Reader, uri: &Uri) -> Markup {
        let to = |page: u32| with_query(uri, "page", &page.to_string());
        html! {
            @if self.pages > 1 {
                nav.pages aria-label=(reader.text("pages")) {
                    @if self.page > 1 { a href=(to(self.page - 1)) rel="prev" data-key="[" { (reader.text("page-prev")) } }
                    span { (reader.fill("page-of", [("page", value(reader.count(self.page))), ("pages", value(reader.count(self.pages)))])) }
                    @if self.page < self.pages { a href=(to(self.page + 1)) rel="next" data-key="]" { (reader.text("page-next")) } }
                }
            }
        }
    }
}

/// The heading of a column of numbers that can be sorted by. `sort` is the sort in force, `-name` for falling.
pub(crate) fn sortable(uri: &Uri, sort: &str, name: &str, says: &str) -> Markup {
    let order = match sort.strip_prefix('-') {
        Some(falling) if falling == name => Some("descending"),
        None if sort == name => Some("ascending"),
        _ => None,
    };
    let next = if order == Some("descending") { name.to_owned() } else { format!("-{name}") };
    html! {
        th.num scope="col" aria-sort=[order] { a href=(with_query(uri, "sort", &next)) id={ "sort-" (name) } { (says) } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_does_not_exist_is_the_nearest_one_that_does() {
        for (total, asked, page, pages) in [(0, 0, 1, 1), (1, 9, 1, 1), (50, 1, 1, 1), (51, 2, 2, 2), (5000, 7, 7, 100)] {
            let found = Pages::of(total, 50, asked);
            assert_eq!((found.page, found.pages), (page, pages), "{total} {asked}");
        }
    }
}
