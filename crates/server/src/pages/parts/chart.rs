//! Charts as SVG, made here: no script, they print, they translate. Axes begin at nothing; lines bear their own names.

use maud::{Markup, html};

use crate::texts::Reader;

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
    const LABEL: i64 = 96;
    const WIDTH: i64 = 560;
    const VALUE: i64 = 120;
    let longest = bars.iter().map(|bar| bar.value).max().unwrap_or(0).max(1);
    let height = ROW * bars.len() as i64 + 4;
    html! {
        figure.chart {
            figcaption { (title) }
            svg viewBox={ "0 0 " (WIDTH) " " (height) } role="img" aria-label={ (title) ": " (list(bars.iter().map(|bar| (&bar.name, &bar.says)))) } {
                @for (at, bar) in bars.iter().enumerate() {
                    @let y = at as i64 * ROW + 4;
                    @let length = bar.value.max(0) * (WIDTH - LABEL - VALUE) / longest;
                    text.name x=(LABEL - 8) y=(y + 15) text-anchor="end" { (bar.name) }
                    rect.bar x=(LABEL) y=(y) width=(length.max(1)) height=(ROW - 8) rx="2" {}
                    text.value x=(LABEL + length.max(1) + 6) y=(y + 15) { (bar.says) }
                }
            }
            @if bars.iter().any(|bar| bar.href.is_some()) {
                ul.inline { @for bar in bars { @if let Some(href) = &bar.href { li { a href=(href) { (bar.name) } } } } }
            }
        }
    }
}

/// One line of a chart.
pub(crate) struct Line {
    /// Its name, written at its end.
    pub(crate) name: String,
    /// Its values from left to right, in thousandths.
    pub(crate) values: Vec<i64>,
}

/// Lines over the same steps, from nothing upwards, with their names at their ends.
pub(crate) fn lines(title: &str, steps: &[String], lines: &[Line], says: impl Fn(i64) -> String) -> Markup {
    const WIDTH: i64 = 560;
    const HEIGHT: i64 = 200;
    const LEFT: i64 = 48;
    const RIGHT: i64 = 96;
    const BOTTOM: i64 = 24;
    const TOP: i64 = 8;
    let highest = lines.iter().flat_map(|line| line.values.iter().copied()).max().unwrap_or(0).max(1);
    let x = |at: usize| LEFT + (WIDTH - LEFT - RIGHT) * at as i64 / (steps.len().max(2) - 1) as i64;
    let y = |value: i64| HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value.max(0) / highest;
    let label = list(lines.iter().filter_map(|line| Some((&line.name, says(*line.values.last()?)))));
    // At most about eight names under the axis, or they run into each other.
    let every = steps.len().div_ceil(8).max(1);
    html! {
        figure.chart {
            figcaption { (title) }
            svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-label={ (title) ": " (label) } {
                @for part in 0..=4_i64 {
                    @let value = highest * part / 4;
                    line.grid x1=(LEFT) x2=(WIDTH - RIGHT) y1=(y(value)) y2=(y(value)) {}
                    text.axis x=(LEFT - 6) y=(y(value) + 4) text-anchor="end" { (says(value)) }
                }
                @for (at, step) in steps.iter().enumerate().filter(|(at, _)| at % every == 0) {
                    text.axis x=(x(at)) y=(HEIGHT - 6) text-anchor="middle" { (step) }
                }
                @for (number, line) in lines.iter().enumerate() {
                    polyline.{ "line line-" (number % 4) } points=(points(line.values.iter().enumerate().map(|(at, value)| (x(at), y(*value))))) {}
                }
                @for (number, (place, line)) in label_places(lines, &y).into_iter().zip(lines).enumerate() {
                    @if let Some(last) = line.values.len().checked_sub(1) {
                        text.{ "name line-" (number % 4) } x=(x(last) + 6) y=(place + 4) { (line.name) }
                    }
                }
            }
        }
    }
}

/// Names at line ends, moved apart so that none lies on another.
fn label_places(lines: &[Line], y: &impl Fn(i64) -> i64) -> Vec<i64> {
    const APART: i64 = 14;
    let mut places: Vec<(usize, i64)> =
        lines.iter().map(|line| y(line.values.last().copied().unwrap_or(0))).enumerate().collect();
    places.sort_by_key(|(_, place)| *place);
    let mut last = i64::MIN / 2;
    for (_, place) in &mut places {
        *place = (*place).max(last + APART);
        last = *place;
    }
    places.sort_by_key(|(at, _)| *at);
    places.into_iter().map(|(_, place)| place).collect()
}

/// A line the height of a word, for a table's cell. `says` is read in its place.
pub(crate) fn sparkline(values: &[i64], says: &str) -> Markup {
    const WIDTH: i64 = 80;
    const HEIGHT: i64 = 20;
    let highest = values.iter().copied().max().unwrap_or(0).max(1);
    let steps = (values.len().max(2) - 1) as i64;
    let at = |(index, value): (usize, &i64)| {
        (1 + index as i64 * (WIDTH - 2) / steps, HEIGHT - 2 - (HEIGHT - 4) * value.clamp(&0, &highest) / highest)
    };
    html! {
        svg.spark viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } width=(WIDTH) height=(HEIGHT) role="img" aria-label=(says) {
            polyline.line.line-0 points=(points(values.iter().enumerate().map(at))) {}
        }
    }
}

/// A share as a filled bar, with the share beside it.
pub(crate) fn meter(reader: &Reader, part: i64, whole: i64) -> Markup {
    const WIDTH: i64 = 80;
    let length = if whole <= 0 { 0 } else { part.clamp(0, whole) * WIDTH / whole };
    html! {
        span.meter {
            svg viewBox={ "0 0 " (WIDTH) " 8" } width=(WIDTH) height="8" aria-hidden="true" {
                rect.track x="0" y="0" width=(WIDTH) height="8" rx="2" {}
                rect.bar x="0" y="0" width=(length) height="8" rx="2" {}
            }
            " " (reader.share(part, whole))
        }
    }
}

fn points(points: impl Iterator<Item = (i64, i64)>) -> String {
    points.map(|(x, y)| format!("{x},{y}")).collect::<Vec<_>>().join(" ")
}

fn list<A: AsRef<str>, B: AsRef<str>>(pairs: impl Iterator<Item = (A, B)>) -> String {
    pairs.map(|(name, says)| format!("{} {}", name.as_ref(), says.as_ref())).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_lines_that_end_together_do_not_lie_on_each_other() {
        let line = |name: &str, end: i64| Line { name: name.to_owned(), values: vec![0, end] };
        let places = label_places(&[line("a", 10), line("b", 10), line("c", 11)], &|value| 100 - value);
        assert_eq!(places, [103, 117, 89]);
    }
}
