//! `/v`: whether somebody with this badge works for us today. For everybody; it never says whom they visit.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};

use super::layout;
use super::parts::form;
use crate::texts::{Reader, value};
use crate::web::{Answers, Failure, Page, Site};

/// `/v`.
pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new().route("/v", get(show))
}

async fn show(page: Page, State(site): State<Arc<Site>>, headers: HeaderMap, answers: Answers) -> Result<Response, Failure> {
    let badge: String = answers.get("badge").chars().take(40).collect::<String>().to_uppercase();
    let today = site.today();
    if !badge.is_empty() && !site.badge_checks.may(&asker(&site, &headers), site.now()) {
        let reader = &page.reader;
        let body = html! { h1 { (reader.text("verify")) } p { (reader.text("verify-too-often")) } };
        return Ok((StatusCode::TOO_MANY_REQUESTS, layout::portal(&page, &reader.text("verify"), body)).into_response());
    }
    let wanted = badge.clone();
    let staff = if badge.is_empty() { None } else { site.look(move |reader| reader.staff_by_badge(&wanted)).await? };
    let genuine = staff.filter(|staff| {
        staff.left_on.is_none_or(|left| left > today) && staff.certificate_until.is_some_and(|until| until >= today)
    });
    let reader = &page.reader;
    let body = html! {
        h1 { (reader.text("verify")) }
        p { (reader.text("verify-says")) }
        @if !badge.is_empty() {
            @match &genuine {
                Some(staff) => section.gate.good role="status" {
                    p.answer { strong { (reader.fill("verify-yes", [("badge", value(badge.as_str())), ("name", value(staff.name.as_str()))])) } }
                    @if let Some(number) = &staff.registration { p { (reader.fill("verify-registration", [("number", value(number.as_str()))])) } }
                    p { (reader.fill("verify-company", [("company", value(site.letterhead.name.as_str()))])) }
                    p { (reader.text("verify-yes-says")) }
                },
                None => section.gate.warn role="status" {
                    p.answer { strong { (reader.fill("verify-no", [("badge", value(badge.as_str()))])) } }
                    p { (reader.text("verify-no-says")) }
                    @if !site.letterhead.check_line.is_empty() { (check_line(reader, &site.letterhead.check_line)) }
                },
            }
        }
        form method="get" action="/v" {
            (form::text(reader, &answers, "badge", "verify-badge").hint("verify-badge-hint").render())
            div.actions { button.primary { (reader.text("verify-ask")) } }
        }
    };
    Ok(layout::portal(&page, &reader.text("verify"), body).into_response())
}

/// The number at which anybody can check who stands at the door, as a link that dials it.
pub(crate) fn check_line(reader: &Reader, number: &str) -> Markup {
    html! {
        p { a.button href={ "tel:" (number) } { (reader.fill("verify-call", [("number", value(number))])) } }
        p { (reader.text("verify-call-says")) }
    }
}

/// Who asks, as far as it is known: behind a proxy, the address that the proxy saw. All others are one.
pub(super) fn asker(site: &Site, headers: &HeaderMap) -> String {
    let forwarded = headers.get("x-forwarded-for").filter(|_| site.https).and_then(|value| value.to_str().ok());
    forwarded.and_then(|addresses| addresses.rsplit(',').next()).map(|address| address.trim().to_owned()).unwrap_or_default()
}
