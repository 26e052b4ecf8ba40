//! Charts as SVG, made here: no script, they print, they translate. Axes begin at nothing.

use maud::{Markup, html};

/// One bar.
pub(crate) struct Bar {
    /// What it is.
    pub(crate) name: String,
    /// How long.
    pub(crate) value: i64,
    /// The value as printed.
    pub(crate) says: String,
    /// Where a click leads.
    pub(crate) href: Option<String>,
}

/// Lying bars with their names and values: the form that Chinese and English labels both fit.
pub(crate) fn bars(title: &str, bars: &[Bar]) -> Markup {
    const ROW: i64 = 28;
    const WIDTH: i64 = 420;
    const VALUE: i64 = 140;
    let label = bars.iter().map(|bar| width_of(&bar.name) + 12).max().unwrap_or(0).clamp(84, 180);
    let longest = bars.iter().map(|bar| bar.value).max().unwrap_or(0).max(1);
    let height = ROW * bars.len() as i64 + 4;
    html! {
        figure.chart {
            figcaption { (title) }
            svg viewBox={ "0 0 " (WIDTH) " " (height) } role="img" aria-label={ (title) ": " (list(bars.iter().map(|bar| (&bar.name, &bar.says)))) } {
                @for (at, bar) in bars.iter().enumerate() {
                    @let y = at as i64 * ROW + 4;
                    @let length = bar.value.max(0) * (WIDTH - label - VALUE) / longest;
                    text.name x=(label - 8) y=(y + 15) text-anchor="end" { (bar.name) }
                    rect.bar x=(label) y=(y) width=(length.max(1)) height=(ROW - 8) rx="2" {}
                    text.value x=(label + length.max(1) + 6) y=(y + 15) { (bar.says) }
                }
            }
            @if bars.iter().any(|bar| bar.href.is_some()) {
                ul.inline { @for bar in bars { @if let Some(href) = &bar.href { li { a href=(href) { (bar.name) } } } } }
            }
        }
    }
}

/// About how wide a name is printed: Latin letters take half the room of Chinese ones.
fn width_of(name: &str) -> i64 {
    name.chars().map(|letter| if letter.is_ascii() { 8 } else { 16 }).sum()
}

fn list<A: AsRef<str>, B: AsRef<str>>(pairs: impl Iterator<Item = (A, B)>) -> String {
    pairs.map(|(name, says)| format!("{} {}", name.as_ref(), says.as_ref())).collect::<Vec<_>>().join(", ")
}
