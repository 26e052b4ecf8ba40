//! The consumer's own pages, by link: what I owe and why, who contacted me, my rights, and what I can say about it.
//! Every page works without script; nothing here is red, counts down or blames.

mod contacts;
mod owed;
mod papers;
mod plan;
mod rights;
mod say;
mod schedule;
mod wishes;

pub(super) use contacts::doorstep_says;
pub(super) use owed::part_word;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use domain::complaint::Answer;
use domain::day::Day;
use domain::event::{Event, NoteRef, Recorded};
use domain::id::NoteId;
use domain::person::Person;
use maud::{Markup, html};
use store::{Error, HandedIn};

use super::layout;
use super::parts::shown::{self, Shown};
use super::parts::why;
use crate::texts::Reader;
use crate::web::{Answers, Consumer, Failure, Page, Site};

/// `/me` and what lies under it, but for the appointment.
pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new()
        .route("/me", get(home))
        .route("/me/schedule", get(schedule))
        .route("/me/statement", get(statement))
        .route("/me/accounts/{number}/{figure}", get(figure))
        .route("/me/contacts", get(contacts))
        .route("/me/rights", get(rights))
        .route("/me/kept", get(kept))
        .route("/me/papers", get(papers::show))
        .route("/me/papers/{note}", get(papers::file))
        .route("/me/papers/{visit}/{sent}", get(papers::shown))
        .route("/me/wishes", get(wishes::show).post(wishes::state))
        .merge(say::routes())
        .merge(plan::routes())
}

/// The consumer as the log knows them, with the words that were kept outside it.
pub(super) struct Me {
    pub(super) person: Person,
    pub(super) events: Vec<Recorded>,
    pub(super) words: BTreeMap<NoteId, String>,
    /// What they handed in.
    pub(super) papers: Vec<HandedIn>,
    /// What they showed at their door and let us photograph.
    pub(super) shown: Vec<Shown>,
    pub(super) today: Day,
}

/// Finds the consumer, for themselves.
pub(super) async fn me(site: &Arc<Site>, consumer: &Consumer) -> Result<Me, Failure> {
    let (asker, id, today) = (consumer.asker(), consumer.person, site.today());
    let found = site.look(move |reader| {
        let (Some(person), Some(events)) = (reader.person(asker, id)?, reader.timeline(asker, id)?) else { return Ok(None) };
        let mut words = BTreeMap::new();
        for note in events.iter().filter_map(|recorded| words_of(&recorded.event)) {
            if let Some(body) = reader.note(asker, note.id)?.and_then(|note| note.body) {
                words.insert(note.id, body);
            }
        }
        let papers = reader.papers(asker, id)?;
        let shown = shown::at_doors(reader, asker, &events)?;
        Ok::<_, Error>(Some(Me { person, events, words, papers, shown, today }))
    });
    found.await?.ok_or(Failure::NotFound)
}

/// The words that an event refers to, where it has some.
fn words_of(event: &Event) -> Option<&NoteRef> {
    match event {
        Event::Contacted { words, .. } | Event::ComplaintOpened { words, .. } | Event::ComplaintAnswered { words, .. } => {
            words.as_ref()
        }
        Event::WishesStated { words, .. } | Event::CircumstanceNoted { words, .. } => words.as_ref(),
        Event::MessageQueued { words, .. } | Event::ReplyReceived { words, .. } => Some(words),
        Event::VisitRecorded { doorstep, .. } => doorstep.words.as_ref(),
        Event::VisitRemarked { words, .. } => Some(words),
        Event::VisitRated { words, .. } | Event::VisitAlertAnswered { words, .. } => words.as_ref(),
        _ => None,
    }
}

async fn home(page: Page, State(site): State<Arc<Site>>, consumer: Consumer) -> Result<Markup, Failure> {
    let me = me(&site, &consumer).await?;
    Ok(layout::portal(&page, &page.reader.text("me-owed"), owed::body(&page.reader, &me)))
}

async fn schedule(page: Page, State(site): State<Arc<Site>>, consumer: Consumer) -> Result<Markup, Failure> {
    let me = me(&site, &consumer).await?;
    Ok(layout::portal(&page, &page.reader.text("schedule"), schedule::body(&page.reader, &me)))
}

async fn statement(page: Page, State(site): State<Arc<Site>>, consumer: Consumer) -> Result<Markup, Failure> {
    let (me, reader) = (me(&site, &consumer).await?, &page.reader);
    let body = html! { a.back href="/me" { (reader.text("back")) } (why::statement(reader, &me.person, me.today)) };
    Ok(layout::portal(&page, &reader.text("statement-title"), body))
}

async fn figure(
    page: Page,
    State(site): State<Arc<Site>>,
    consumer: Consumer,
    Path((number, figure)): Path<(String, String)>,
    mut answers: Answers,
) -> Result<Markup, Failure> {
    let (me, reader) = (me(&site, &consumer).await?, &page.reader);
    let place = ("/me/accounts", number.as_str(), figure.as_str());
    let (title, body) = why::explained(reader, &site, (&me.person, &me.events), place, &mut answers)?;
    Ok(layout::portal(&page, &title, html! { a.back href="/me" { (reader.text("back")) } (body) }))
}

async fn contacts(page: Page, State(site): State<Arc<Site>>, consumer: Consumer) -> Result<Markup, Failure> {
    let me = me(&site, &consumer).await?;
    Ok(layout::portal(&page, &page.reader.text("contacts"), contacts::body(&page.reader, &site.book().law, &me)))
}

async fn rights(page: Page, State(site): State<Arc<Site>>, _: Consumer) -> Markup {
    layout::portal(&page, &page.reader.text("rights"), rights::body(&page.reader, &site.book().law, site.today()))
}

async fn kept(page: Page, State(site): State<Arc<Site>>, consumer: Consumer) -> Result<Markup, Failure> {
    let me = me(&site, &consumer).await?;
    Ok(layout::portal(&page, &page.reader.text("kept-title"), rights::kept_body(&page.reader, &site.book(), &me)))
}

/// How an answer is called.
pub(super) fn answer_word(reader: &Reader, answer: Answer) -> String {
    reader.text(match answer {
        Answer::Upheld => "answer-upheld",
        Answer::PartlyUpheld => "answer-partly-upheld",
        Answer::NotUpheld => "answer-not-upheld",
    })
}
