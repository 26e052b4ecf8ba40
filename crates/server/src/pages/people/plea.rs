//! A plea of hardship that somebody makes by telephone or at the counter, as the desk takes it in: the same plea as on the
//! person's own page, with the same papers if they hand some in.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::complaint::Matter;
use domain::hardship;
use domain::id::ComplaintId;
use domain::person::Person;
use maud::{Markup, html};
use store::Note;

use super::{File, find};
use crate::pages::parts::hardship::{reason, told_reasons};
use crate::pages::parts::{form, papers};
use crate::pages::{complaints, layout};
use crate::texts::{Reader, value};
use crate::web::act::{Deed, new_id, new_note};
use crate::web::session::Collectors;
use crate::web::{Answers, Failure, Page, Posted, Site, Staff};

/// The longest words that are taken in.
const LONGEST: usize = 4_000;

/// On the person's file: the plea that waits for its answer, or the way to take one in.
pub(super) fn part(reader: &Reader, person: &Person) -> Markup {
    let open = person.complaints.values().find(|it| it.is_open() && matches!(it.matter, Matter::Hardship { .. }));
    html! {
        @match open {
            Some(plea) => {
                p.gate.good { (complaints::what(reader, &plea.matter)) " · " (reader.fill("complaint-clock", [
                    ("opened", value(reader.day(plea.opened_on))), ("due", value(reader.day(plea.due_on))),
                ])) }
            }
            None => { p { a href={ "/people/" (person.id) "/plea" } { (reader.text("plea-take")) } } }
        }
    }
}

pub(super) async fn show(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Collectors>,
    Path(id): Path<String>,
) -> Result<Markup, Failure> {
    let file = find(&site, staff.asker(), &id).await?;
    Ok(render(&page, &file, &Answers::default()))
}

fn render(page: &Page, file: &File, answers: &Answers) -> Markup {
    let (reader, person) = (&page.reader, &file.person);
    let title = reader.fill("plea-title", [("name", value(file.name()))]);
    // What was sent back keeps its key: sent again, it is the same plea.
    let key = match answers.get("key") {
        "" => format!("plea-{}-{}", person.id, person.version),
        key => key.to_owned(),
    };
    let body = html! {
        p { a.back href={ "/people/" (person.id) } { (reader.text("back")) } }
        h1 { (title) }
        p.dim { (reader.text("plea-says")) }
        (form::summary(reader, answers))
        form.stack method="post" action={ "/people/" (person.id) "/plea" } enctype="multipart/form-data" {
            input type="hidden" name="key" value=(key);
            (form::radios(reader, answers, "reason", "plea-reason", &told_reasons(reader)))
            (form::words(reader, answers, "words", "complaint-their-words").optional().render())
            (papers::question(reader, answers, "evidence-voluntary-plea"))
            button.primary { (reader.text("plea-save")) }
        }
    };
    layout::desk(page, &form::title(reader, answers, &title), "/queue", body)
}

/// Takes the plea in; contact about the debt stops with it.
pub(super) async fn take(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Collectors>,
    Path(id): Path<String>,
    Posted { mut answers, files }: Posted,
) -> Result<Response, Failure> {
    let file = find(&site, staff.asker(), &id).await?;
    let reason = answers.choice("reason", reason, "say-choose");
    let words = answers.get("words").to_owned();
    if words.chars().count() > LONGEST {
        answers.fault("words", "fault-too-long");
    }
    let papers = papers::take(&site, &mut answers, files).await?;
    let (Some(reason), Some(papers)) = (reason, papers) else {
        return Ok(render(&page, &file, &answers).into_response());
    };
    let note = if words.is_empty() { None } else { Some(new_note("words", &words)?) };
    let reference = note.as_ref().map(Note::reference);
    let shown = papers.iter().map(Note::reference).collect();
    let (plea, person, book, today) = (ComplaintId(new_id()?), file.person.id, site.book(), site.today());
    let deed = Deed {
        actor: staff.actor(),
        person,
        intent: "complaint.open",
        key: answers.get("key").to_owned(),
        body: format!("{reason:?} {words}{}", papers::told(&papers)),
        notes: note.into_iter().chain(papers).collect(),
    };
    site.act(deed, move |person| Ok(hardship::plead(person, &book, plea, reason, reference, shown, today))).await?;
    Ok(Redirect::to(&format!("/people/{person}")).into_response())
}
