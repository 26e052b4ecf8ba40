//! A matrix of shares as a plain table with tinted cells: it can be read aloud, copied and printed.

use maud::{Markup, html};

use crate::texts::Reader;

/// A table of shares, each row out of its own total.
pub(crate) struct Matrix {
    /// What it shows.
    pub(crate) caption: String,
    /// What the rows are.
    pub(crate) corner: String,
    /// What a row's name is called where no heading stands over it.
    pub(crate) from: String,
    /// What its cells are called there, in the order of the columns.
    pub(crate) to: Vec<String>,
    /// Names of the columns.
    pub(crate) columns: Vec<String>,
    /// Name, total and parts of each row.
    pub(crate) rows: Vec<(String, i64, Vec<i64>)>,
}

impl Matrix {
    /// The HTML; empty cells stay empty, so that the diagonal shows. On a phone each row is a card of the cells that are not
    /// empty, and every cell bears the name of its column.
    pub(crate) fn render(&self, reader: &Reader) -> Markup {
        html! {
            div.scroll tabindex="0" role="region" aria-label=(self.caption) {
                table.matrix.cells {
                    caption { (self.caption) }
                    thead { tr { th scope="col" { (self.corner) } @for column in &self.columns { th.num scope="col" { (column) } } th.num scope="col" { (reader.text("total")) } } }
                    tbody {
                        @for (name, total, parts) in &self.rows {
                            tr {
                                th scope="row" data-name=(self.from) { (name) }
                                @for (column, part) in self.to.iter().zip(parts) {
                                    @if *part == 0 { td {} } @else {
                                        td.num.{ "tint-" (tint(*part, *total)) } data-name=(column) { (reader.share(*part, *total)) }
                                    }
                                }
                                td.num.dim data-name=(reader.text("total")) { (reader.count(*total)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Nine steps of tint, 1 to 9, by the share.
fn tint(part: i64, total: i64) -> i64 {
    if total <= 0 { 1 } else { ((part.clamp(0, total) * 9 + total - 1) / total).clamp(1, 9) }
}
