//! Complaints, disputes and pleas of hardship, for those who answer them: a list by deadline, and a case with what the
//! person says beside what the log says.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use domain::complaint::{self, Answer, Complaint, Matter};
use domain::day::Day;
use domain::event::{Event, Recorded};
use domain::hardship::{self, Relief};
use domain::id::ComplaintId;
use domain::person::Person;
use maud::{Markup, html};
use store::{ComplaintRow, HandedIn, Thing};

use super::layout;
use super::parts::form::{self, Choice};
use super::parts::lists::{Happened, Tone, chip, timeline};
use super::parts::{self, papers};
use crate::texts::{Reader, value};
use crate::web::act::{Deed, new_note};
use crate::web::session::Officers;
use crate::web::{Answers, Failure, Page, Site, Staff};

/// `/complaints`, `/complaints/{id}`.
pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new().route("/complaints", get(list)).route("/complaints/{id}", get(show).post(answer))
}

/// Rows on the list.
const LIMIT: u32 = 200;

async fn list(page: Page, uri: Uri, State(site): State<Arc<Site>>, staff: Staff<Officers>) -> Result<Markup, Failure> {
    let are_open = uri.query() != Some("answered");
    let asker = staff.asker();
    let rows = site.look(move |reader| reader.complaints(asker, are_open, LIMIT)).await?;
    let (reader, today) = (&page.reader, site.today());
    let title = reader.text("complaints-title");
    let body = html! {
        h1 { (title) }
        nav.views aria-label=(title) {
            a href="/complaints" aria-current=[are_open.then_some("page")] { (reader.text("complaints-open")) }
            a href="/complaints?answered" aria-current=[(!are_open).then_some("page")] { (reader.text("complaints-answered")) }
        }
        @if rows.is_empty() { p.empty { (reader.text("complaints-none")) } } @else { (table(reader, today, &rows)) }
    };
    Ok(layout::desk(&page, &title, "/complaints", body))
}

fn table(reader: &Reader, today: Day, rows: &[ComplaintRow]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(reader.text("complaints-title")) {
            table.cells {
                thead { tr {
                    th scope="col" { (reader.text("complaints-person")) }
                    th scope="col" { (reader.text("complaints-kind")) }
                    th scope="col" { (reader.text("complaints-opened")) }
                    th scope="col" { (reader.text("complaints-due")) }
                    th scope="col" { (reader.text("complaints-state")) }
                } }
                tbody { @for row in rows { tr {
                    th scope="row" { a href={ "/complaints/" (row.complaint) } { (row.identity.as_ref().map_or_else(|| row.person.to_string(), |it| it.name.clone())) } }
                    td data-name=(reader.text("complaints-kind")) { (kind_of(reader, &row.kind)) }
                    td data-name=(reader.text("complaints-opened")) { (reader.day(row.opened_on)) }
                    td data-name=(reader.text("complaints-due")) { (reader.day(row.due_on)) }
                    td data-name=(reader.text("complaints-state")) { (state(reader, today, row.due_on, row.answer.as_deref())) }
                } } }
            }
        }
    }
}

/// How it stands: answered how, late, or with so many days left.
fn state(reader: &Reader, today: Day, due_on: Day, answer: Option<&str>) -> Markup {
    match answer {
        Some("upheld") => chip(Tone::Good, &reader.text("answer-upheld")),
        Some("partly_upheld") => chip(Tone::Good, &reader.text("answer-partly-upheld")),
        Some(_) => chip(Tone::Plain, &reader.text("answer-not-upheld")),
        None => match today.days_until(due_on) {
            days if days < 0 => chip(Tone::Stop, &reader.fill("complaints-late", [("days", value(reader.count(-days)))])),
            days if days <= 3 => chip(Tone::Warn, &reader.fill("complaints-left", [("days", value(reader.count(days)))])),
            days => chip(Tone::Plain, &reader.fill("complaints-left", [("days", value(reader.count(days)))])),
        },
    }
}

fn kind_of(reader: &Reader, kind: &str) -> String {
    match kind {
        "dispute" => reader.text("matter-dispute"),
        "hardship" => reader.text("matter-hardship"),
        "appeal" => reader.text("matter-appeal"),
        _ => reader.text("matter-complaint"),
    }
}

/// A complaint with the file it is about.
struct Case {
    id: ComplaintId,
    person: Person,
    name: String,
    words: Option<String>,
    answer_words: Option<String>,
    events: Vec<Recorded>,
    /// What the person handed in, for whatever it was.
    papers: Vec<HandedIn>,
}

impl Case {
    fn complaint(&self) -> Option<&Complaint> {
        self.person.complaints.get(&self.id)
    }
}

async fn find(site: &Arc<Site>, staff: &Staff<Officers>, id: &str) -> Result<Case, Failure> {
    let id = ComplaintId::parse(id).ok_or(Failure::NotFound)?;
    let asker = staff.asker();
    let found = site.look(move |reader| {
        let Some(owner) = reader.owner(asker, Thing::Complaint(id))? else { return Ok(None) };
        let (Some(person), Some(events)) = (reader.person(asker, owner)?, reader.timeline(asker, owner)?) else {
            return Ok(None);
        };
        let words_of = |note: Option<&domain::event::NoteRef>| {
            let note = note.map(|note| reader.note(asker, note.id)).transpose()?.flatten();
            Ok::<_, store::Error>(note.and_then(|note| note.body))
        };
        let complaint = person.complaints.get(&id);
        let words = words_of(complaint.and_then(|it| it.words.as_ref()))?;
        let answered = complaint.and_then(|it| it.answered.as_ref());
        let answer_words = words_of(answered.and_then(|it| it.words.as_ref()))?;
        let name = reader.identity(asker, &person)?.map_or_else(|| owner.to_string(), |identity| identity.name);
        let papers = reader.papers(asker, owner)?;
        Ok(Some(Case { id, person, name, words, answer_words, events, papers }))
    });
    found.await?.ok_or(Failure::NotFound)
}

async fn show(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Officers>,
    Path(id): Path<String>,
) -> Result<Markup, Failure> {
    let case = find(&site, &staff, &id).await?;
    Ok(case_page(&page, &site, &case, &Answers::default()))
}

async fn answer(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Officers>,
    Path(id): Path<String>,
    mut answers: Answers,
) -> Result<Response, Failure> {
    let case = find(&site, &staff, &id).await?;
    if case.complaint().is_some_and(|complaint| hardship::is_of_hardship(&case.person, &complaint.matter)) {
        return answer_plea(page, &site, staff, case, answers).await;
    }
    let outcome = answers.choice("answer", answer_named, "complaint-choose-answer");
    let words = answers.words("words", 2_000, "complaint-give-reasons");
    let (Some(outcome), Some(words)) = (outcome, words) else {
        return Ok(case_page(&page, &site, &case, &answers).into_response());
    };
    let (complaint, today) = (case.id, site.today());
    let note = new_note("words", &words)?;
    let reference = note.reference();
    let deed = Deed {
        actor: staff.actor(),
        person: case.person.id,
        intent: "complaint.answer",
        key: answers.get("key").to_owned(),
        body: format!("{complaint} {} {words}", answer_name(outcome)),
        notes: vec![note],
    };
    let by = staff.actor();
    site.act(deed, move |person| complaint::answer(person, complaint, outcome, Some(reference), by, today)).await?;
    Ok(Redirect::to(&format!("/complaints/{complaint}")).into_response())
}

/// A plea of hardship is granted, with time or with a plan, or refused; with reasons in any case.
async fn answer_plea(
    page: Page,
    site: &Arc<Site>,
    staff: Staff<Officers>,
    case: Case,
    mut answers: Answers,
) -> Result<Response, Failure> {
    let is_known = |name: &str| ["respite", "plan", "not_upheld"].contains(&name).then(|| name.to_owned());
    let outcome = answers.choice("answer", is_known, "complaint-choose-answer");
    let words = answers.words("words", 2_000, "complaint-give-reasons");
    let until = if outcome.as_deref() == Some("respite") { answers.day("until", "say-give-day") } else { None };
    let (Some(outcome), Some(words), true) = (outcome, words, answers.faults().is_empty()) else {
        return Ok(case_page(&page, site, &case, &answers).into_response());
    };
    let (id, by, today, at, book) = (case.id, staff.actor(), site.today(), site.now(), site.book());
    let told = answers.get("told").split([',', '，', '、']).map(str::trim).filter(|name| !name.is_empty());
    let told: Vec<String> = told.map(str::to_owned).collect();
    let note = new_note("words", &words)?;
    let reference = note.reference();
    let deed = Deed {
        actor: by,
        person: case.person.id,
        intent: "hardship.answer",
        key: answers.get("key").to_owned(),
        body: format!("{id} {outcome} {until:?} {words}"),
        notes: vec![note],
    };
    site.act(deed, move |person| match (outcome.as_str(), until) {
        ("respite", Some(until)) => {
            hardship::grant(person, &book, id, Relief::Respite { until }, told, Some(reference), by, today, at)
        }
        ("plan", _) => hardship::grant(person, &book, id, Relief::Plan, told, Some(reference), by, today, at),
        _ => hardship::refuse(person, id, reference, by, today),
    })
    .await?;
    Ok(Redirect::to(&format!("/complaints/{id}")).into_response())
}

fn case_page(page: &Page, site: &Site, case: &Case, answers: &Answers) -> Markup {
    let reader = &page.reader;
    let Some(complaint) = case.complaint() else { return html! {} };
    let title = reader.fill("complaint-title", [("name", value(case.name.clone()))]);
    let body = html! {
        p { a.back href="/complaints" { (reader.text("back")) } }
        h1 { (title) }
        p { (what(reader, &complaint.matter)) " · " (reader.fill("complaint-clock", [
            ("opened", value(reader.day(complaint.opened_on))), ("due", value(reader.day(complaint.due_on))),
        ])) @if complaint.is_open() { " " (state(reader, site.today(), complaint.due_on, None)) } }
        @if complaint.is_open() { p.notice { (stopped(reader, &complaint.matter)) } }
        (form::summary(reader, answers))
        div.columns {
            section {
                h2 { (reader.text("complaint-their-words")) }
                @match &case.words {
                    Some(words) => { blockquote { (words) } }
                    None => { p.dim { (reader.text("complaint-no-words")) } }
                }
                @if papers::of(&case.papers, &complaint.evidence).next().is_some() {
                    h2 { (reader.text("evidence-title")) }
                    (papers::list(reader, papers::of(&case.papers, &complaint.evidence), &format!("/people/{}/papers", case.person.id)))
                }
                @match &complaint.answered {
                    Some(answered) => {
                        h2 { (reader.text("complaint-answer")) }
                        p { (state(reader, site.today(), complaint.due_on, Some(answer_name(answered.answer)))) " " (reader.day(answered.on)) }
                        @if let Some(words) = &case.answer_words { blockquote { (words) } }
                    }
                    None => { (answer_form(reader, case, answers)) }
                }
            }
            section {
                h2 { (reader.text("complaint-log")) }
                p { a href={ "/people/" (case.person.id) } { (reader.text("complaint-open-file")) } }
                (timeline(&log(reader, &case.events)))
            }
        }
    };
    layout::desk(page, &title, "/complaints", body)
}

fn answer_form(reader: &Reader, case: &Case, answers: &Answers) -> Markup {
    let is_plea = case.complaint().is_some_and(|complaint| hardship::is_of_hardship(&case.person, &complaint.matter));
    let choices = match is_plea {
        true => [
            Choice::new("respite", reader.text("hardship-answer-respite")),
            Choice::new("plan", reader.text("hardship-answer-plan")),
            Choice::new("not_upheld", reader.text("hardship-answer-no")),
        ],
        false => [
            Choice::new("upheld", reader.text("answer-upheld")),
            Choice::new("partly_upheld", reader.text("answer-partly-upheld")),
            Choice::new("not_upheld", reader.text("answer-not-upheld")),
        ],
    };
    html! {
        form.stack method="post" action={ "/complaints/" (case.id) } {
            // The same answer sent twice is one answer: the key is the complaint's own.
            input type="hidden" name="key" value={ "answer-" (case.id) };
            (form::radios(reader, answers, "answer", "complaint-decide", &choices))
            @if is_plea {
                (form::day(reader, answers, "until", "hardship-until").hint("respite-last-day-hint").optional().render())
                (form::text(reader, answers, "told", "respite-told").hint("respite-told-hint").optional().render())
            }
            (form::words(reader, answers, "words", "complaint-reasons").hint("complaint-reasons-hint").render())
            button.primary { (reader.text("complaint-send")) }
        }
    }
}

/// What sort of thing was said.
pub(crate) fn what(reader: &Reader, matter: &Matter) -> String {
    match matter {
        Matter::Complaint { about: None, .. } => reader.text("matter-complaint"),
        Matter::Complaint { about: Some(channel), .. } => {
            reader.fill("matter-complaint-about", [("channel", value(reader.text(channel_key(channel.name()))))])
        }
        Matter::Dispute { .. } => reader.text("matter-dispute"),
        Matter::Appeal { .. } => reader.text("matter-appeal"),
        Matter::Hardship { reason } => {
            format!("{} · {}", reader.text("matter-hardship"), parts::hardship::listed(reader, *reason))
        }
    }
}

/// What has stopped because of it.
pub(crate) fn stopped(reader: &Reader, matter: &Matter) -> String {
    match matter {
        Matter::Complaint { about: Some(channel), .. } => {
            reader.fill("complaint-stopped-channel", [("channel", value(reader.text(channel_key(channel.name()))))])
        }
        Matter::Complaint { about: None, .. } | Matter::Dispute { .. } | Matter::Hardship { .. } | Matter::Appeal { .. } => {
            reader.text("complaint-stopped-all")
        }
    }
}

/// The text of a channel.
pub(crate) fn channel_key(channel: &str) -> &'static str {
    match channel {
        "visit" => "channel-visit",
        "call" => "channel-call",
        "sms" => "channel-sms",
        "letter" => "channel-letter",
        "email" => "channel-email",
        "portal" => "channel-portal",
        "social_private" => "channel-chat",
        _ => "channel-other",
    }
}

/// What reached the person, and what was refused, newest first.
fn log(reader: &Reader, events: &[Recorded]) -> Vec<Happened> {
    let happened = events.iter().rev().filter_map(|recorded| {
        let (what, tone) = match &recorded.event {
            Event::Contacted { channel, breaches, .. } if breaches.is_empty() => {
                (reader.fill("log-contacted", [("channel", value(reader.text(channel_key(channel.name()))))]), Tone::Plain)
            }
            Event::Contacted { channel, breaches, .. } => {
                let says = reader.fill(
                    "log-breach",
                    [("channel", value(reader.text(channel_key(channel.name())))), ("rules", value(breaches.join(", ")))],
                );
                (says, Tone::Stop)
            }
            Event::Refused { refusal, .. } => (reader.fill("log-refused", [("rules", value(refusal.by.join(", ")))]), Tone::Good),
            Event::VisitProposed { .. } => (reader.text("log-visit-proposed"), Tone::Plain),
            Event::VisitStarted { .. } => (reader.text("log-visit-started"), Tone::Plain),
            Event::VisitClosed { .. } => (reader.text("log-visit-closed"), Tone::Plain),
            Event::VisitLapsed { .. } => (reader.text("log-visit-lapsed"), Tone::Plain),
            Event::ComplaintOpened { matter, .. } => (what(reader, matter), Tone::Warn),
            Event::ComplaintAnswered { .. } => (reader.text("log-answered"), Tone::Good),
            _ => return None,
        };
        Some(Happened { at: reader.moment(recorded.recorded_at), by: None, what: html! { (what) }, tone })
    });
    happened.take(40).collect()
}

fn answer_named(name: &str) -> Option<Answer> {
    [Answer::Upheld, Answer::PartlyUpheld, Answer::NotUpheld].into_iter().find(|answer| answer_name(*answer) == name)
}

fn answer_name(answer: Answer) -> &'static str {
    match answer {
        Answer::Upheld => "upheld",
        Answer::PartlyUpheld => "partly_upheld",
        Answer::NotUpheld => "not_upheld",
    }
}
