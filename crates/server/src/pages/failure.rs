//! The page for what went wrong: what happened, whether anything was saved, and what to do.

use maud::{Markup, html};

use super::layout;
use crate::texts::value;
use crate::web::{Failure, Page, Viewer};

/// The page of a failure.
pub(crate) fn page(page: &Page, failure: &Failure) -> Markup {
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
                    ul { @for rule in &refusal.by { li { code { (rule) } } } }
                }
                Failure::Fault(_) => { p { (reader.fill("failure-reference", [("id", value(page.request_id.as_str()))])) } }
                _ => {}
            }
            p { a href="/" { (reader.text("to-start")) } }
        }
    };
    match page.viewer {
        Some(Viewer::Consumer { .. }) => layout::portal(page, &title, body),
        Some(Viewer::Staff { .. }) | None => layout::desk(page, &title, "", body),
    }
}
