//! Who works here, as what, and whether their certificate is good: nobody visits without one.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use domain::day::Day;
use maud::{Markup, html};
use store::Staff as Member;

use super::layout;
use super::parts::lists::{Tone, chip};
use crate::texts::{Reader, value};
use crate::web::session::Engineers;
use crate::web::{Failure, Page, Site, Staff};

/// `/staff`.
pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new().route("/staff", get(show))
}

async fn show(page: Page, State(site): State<Arc<Site>>, _: Staff<Engineers>) -> Result<Markup, Failure> {
    let members = site.look(store::Reader::all_staff).await?;
    let (reader, today) = (&page.reader, site.today());
    let title = reader.text("staff-title");
    let body = html! {
        h1 { (title) }
        div.scroll tabindex="0" role="region" aria-label=(title) {
            table {
                thead { tr {
                    th scope="col" { (reader.text("staff-name")) }
                    th scope="col" { (reader.text("staff-role")) }
                    th scope="col" { (reader.text("staff-badge")) }
                    th scope="col" { (reader.text("staff-certificate")) }
                } }
                tbody { @for member in &members { tr {
                    th scope="row" { (member.name) }
                    td { (layout::role_name(reader, member.role)) }
                    td { code { (member.badge) } }
                    td { (certificate(reader, member, today)) }
                } } }
            }
        }
    };
    Ok(layout::desk(&page, &title, "/staff", body))
}

fn certificate(reader: &Reader, member: &Member, today: Day) -> Markup {
    match (member.left_on, member.certificate_until) {
        (Some(left_on), _) => chip(Tone::Plain, &reader.fill("staff-left", [("day", value(reader.day(left_on)))])),
        (None, Some(until)) if until >= today => chip(Tone::Good, &reader.day(until)),
        (None, Some(until)) => chip(Tone::Stop, &reader.fill("staff-expired", [("day", value(reader.day(until)))])),
        (None, None) => html! { "–" },
    }
}
