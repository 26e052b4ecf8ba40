//! What was intended and not done, by the rule that stopped it: a high number here is a good one. And what was done although a rule
//! forbade it, which is recorded as it happened.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use domain::law::Law;
use maud::{Markup, html};
use store::RefusalCount;

use super::complaints::channel_key;
use super::layout;
use super::parts::rule;
use crate::texts::Reader;
use crate::web::session::Watchers;
use crate::web::{Failure, Page, Site, Staff};

/// `/refusals`.
pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new().route("/refusals", get(show))
}

/// Days that are counted.
const DAYS: i32 = 90;

/// How many of the latest breaches are listed.
const LATEST: u32 = 50;

async fn show(page: Page, State(site): State<Arc<Site>>, _: Staff<Watchers>) -> Result<Markup, Failure> {
    let from = site.today().plus_days(-DAYS);
    let look = move |reader: &store::Reader| {
        Ok((reader.refusals_by_rule(from)?, reader.breaches_by_rule(from)?, reader.latest_breaches(from, LATEST)?))
    };
    let (refused, broken, latest) = site.look(look).await?;
    let book = site.book();
    let (reader, law) = (&page.reader, &book.law);
    let title = reader.text("refusals-title");
    let body = html! {
        h1 { (title) }
        p { (reader.text("refusals-says")) }
        @if refused.is_empty() { p.empty { (reader.text("refusals-none")) } } @else { (table(reader, law, &title, &refused)) }
        h2 { (reader.text("breaches-title")) }
        p { (reader.text("breaches-says")) }
        @if broken.is_empty() { p.empty { (reader.text("breaches-none")) } } @else {
            (table(reader, law, &reader.text("breaches-title"), &broken))
            h3 { (reader.text("breaches-latest")) }
            ul { @for breach in &latest { li {
                (reader.moment(breach.at)) " " (reader.text(channel_key(&breach.channel))) " "
                a href={ "/people/" (breach.person) } { (breach.person) } " "
                (rule::says(reader, law, &breach.rule)) " " span.dim { code { (breach.rule) } }
            } } }
        }
    };
    Ok(layout::desk(&page, &title, "/refusals", body))
}

fn table(reader: &Reader, law: &Law, label: &str, counts: &[RefusalCount]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(label) {
            table.cells {
                thead { tr {
                    th scope="col" { (reader.text("refusals-rule")) }
                    th scope="col" { (reader.text("refusals-sentence")) }
                    th.num scope="col" { (reader.text("refusals-times")) }
                    th.num scope="col" { (reader.text("refusals-people")) }
                } }
                tbody { @for count in counts { tr {
                    th scope="row" { code { (count.rule) } }
                    td.wrap { (rule::says(reader, law, &count.rule)) }
                    td.num data-name=(reader.text("refusals-times")) { (reader.count(count.count)) }
                    td.num data-name=(reader.text("refusals-people")) { (reader.count(count.people)) }
                } } }
            }
        }
    }
}
