//! What was intended and not done, by the rule that stopped it. A high number here is a good one.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};

use super::layout;
use super::parts::rule;
use crate::web::session::Watchers;
use crate::web::{Failure, Page, Site, Staff};

/// `/refusals`.
pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new().route("/refusals", get(show))
}

/// Days that are counted.
const DAYS: i32 = 90;

async fn show(page: Page, State(site): State<Arc<Site>>, _: Staff<Watchers>) -> Result<Markup, Failure> {
    let from = site.today().plus_days(-DAYS);
    let counts = site.look(move |reader| reader.refusals_by_rule(from)).await?;
    let (reader, law) = (&page.reader, &site.book().law);
    let title = reader.text("refusals-title");
    let body = html! {
        h1 { (title) }
        p { (reader.text("refusals-says")) }
        @if counts.is_empty() { p.empty { (reader.text("refusals-none")) } } @else {
            div.scroll tabindex="0" role="region" aria-label=(title) {
                table {
                    thead { tr {
                        th scope="col" { (reader.text("refusals-rule")) }
                        th scope="col" { (reader.text("refusals-sentence")) }
                        th.num scope="col" { (reader.text("refusals-times")) }
                        th.num scope="col" { (reader.text("refusals-people")) }
                    } }
                    tbody { @for count in &counts { tr {
                        th scope="row" { code { (count.rule) } }
                        td.wrap { (rule::says(reader, law, &count.rule)) }
                        td.num { (reader.count(count.count)) }
                        td.num { (reader.count(count.people)) }
                    } } }
                }
            }
        }
    };
    Ok(layout::desk(&page, &title, "/refusals", body))
}
