//! What a person handed in, or showed at their door, for their means: on their file at the desk.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use domain::id::PersonId;
use domain::means::Taken;
use maud::{Markup, html};

use super::File;
use crate::pages::parts::{papers, shown};
use crate::texts::{Reader, number};
use crate::web::session::Readers;
use crate::web::{Failure, Site, Staff};

/// All papers, the latest first; nothing where there are none, or none that the reader may see.
pub(super) fn card(reader: &Reader, file: &File) -> Markup {
    html! {
        @if !file.papers.is_empty() || !file.shown.is_empty() {
            section.card {
                h2 { (reader.text("evidence-title")) }
                @if !file.papers.is_empty() { (papers::list(reader, file.papers.iter(), &under(file))) }
                @if !file.shown.is_empty() { (shown::list(reader, file.shown.iter(), &under(file))) }
            }
        }
    }
}

/// Whether the means on file were stated only, or also shown, and by what.
pub(super) fn shown_for_means(reader: &Reader, file: &File) -> Markup {
    let named = file.person.means.as_ref().map_or(&[][..], |on_file| &on_file.evidence);
    html! {
        @if named.is_empty() { (reader.text("evidence-stated-only")) } @else {
            (reader.fill("evidence-stated-shown", [("count", number(named.len()))]))
            (papers::list(reader, papers::of(&file.papers, named), &under(file)))
        }
        @if let Some(Taken::Door(visit)) = file.person.means.as_ref().and_then(|on_file| on_file.taken) {
            " " a href={ "/visits/" (visit) "/records" } { (reader.text("evidence-of-visit")) }
        }
    }
}

fn under(file: &File) -> String {
    format!("/people/{}/papers", file.person.id)
}

/// One of them, as a file.
pub(super) async fn file(
    State(site): State<Arc<Site>>,
    staff: Staff<Readers>,
    Path((person, note)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let person = PersonId::parse(&person).ok_or(Failure::NotFound)?;
    papers::file(&site, staff.asker(), person, &note).await
}

/// A photo of one that was shown at the door, as a file.
pub(super) async fn shown(
    State(site): State<Arc<Site>>,
    staff: Staff<Readers>,
    Path((person, visit, sent)): Path<(String, String, String)>,
) -> Result<Response, Failure> {
    let person = PersonId::parse(&person).ok_or(Failure::NotFound)?;
    shown::file(&site, staff.asker(), person, &visit, sent).await
}
