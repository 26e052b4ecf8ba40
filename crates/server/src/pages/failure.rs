//! The page for what went wrong: what happened, whether anything was saved, and what to do.

use axum::http::HeaderMap;
use domain::law::Law;
use maud::{Markup, html};

use super::layout;
use super::parts::rule;
use crate::texts::value;
use crate::web::{Failure, Page, Viewer};

/// The page that was looked at before, as far as the browser says it: a path of ours.
pub(crate) fn back(headers: &HeaderMap) -> Option<String> {
    let (_, rest) = headers.get("referer")?.to_str().ok()?.split_once("://")?;
    let path = &rest[rest.find('/')?..];
    super::sign_in::is_ours(path).then(|| path.to_owned())
}

/// The page of a failure. `back` is where its reader came from.
pub(crate) fn page(page: &Page, failure: &Failure, law: &Law, back: Option<&str>) -> Markup {
    let reader = &page.reader;
    let (title, says) = match failure {
        Failure::SignIn => ("failure-sign-in", "failure-sign-in-says"),
        Failure::Forbidden(_) => ("failure-forbidden", "failure-forbidden-says"),
        Failure::NotFound => ("failure-not-found", "failure-not-found-says"),
        Failure::MethodNotAllowed => ("failure-method", "failure-method-says"),
        Failure::Forged => ("failure-forged", "failure-forged-says"),
        Failure::Unreadable(_) | Failure::Invalid(_) => ("failure-unreadable", "failure-unreadable-says"),
        Failure::Conflict => ("failure-conflict", "failure-conflict-says"),
        Failure::Refused(_) => ("failure-refused", "failure-refused-says"),
        Failure::Busy => ("failure-busy", "failure-busy-says"),
        Failure::Full => ("failure-full", "failure-full-says"),
        Failure::Fault(_) => ("failure-fault", "failure-fault-says"),
    };
    let title = reader.text(title);
    let body = html! {
        article.notice {
            h1 { (title) }
            p { (reader.text(says)) }
            @match failure {
                Failure::Forbidden(roles) => {
                    p { (reader.text("failure-forbidden-roles")) }
                    ul { @for role in *roles { li { (layout::role_name(reader, *role)) } } }
                }
                Failure::Refused(refusal) => {
                    (rule::list(reader, law, &refusal.by))
                }
                Failure::Fault(_) => { p { (reader.fill("failure-reference", [("id", value(page.request_id.as_str()))])) } }
                _ => {}
            }
            p.actions {
                @if let Some(back) = back { a.button href=(back) { (reader.text("back")) } }
                a href="/" { (reader.text("to-start")) }
            }
        }
    };
    match page.viewer {
        Some(Viewer::Consumer { .. }) => layout::portal(page, &title, body),
        Some(Viewer::Staff { .. }) | None => layout::desk(page, &title, "", body),
    }
}
