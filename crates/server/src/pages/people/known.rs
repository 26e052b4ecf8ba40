//! What is on a person's file that the law asks about: their wishes, and circumstances with a day and an end.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::circumstance::{self, Known};
use domain::law::{Fact, Hours, Word};
use domain::refusal::Invalid;
use maud::{Markup, html};

use super::show::is_one_of;
use super::{File, find, kept};
use crate::pages::complaints::channel_key;
use crate::pages::layout;
use crate::pages::parts::form::{self, Choice};
use crate::texts::{Reader, value};
use crate::web::act::{Deed, new_id, new_note};
use crate::web::session::{Officers, Workers};
use crate::web::{Answers, Failure, Page, Site, Staff};

/// What a desk learns, from letters, calls and courts. Everything else on file follows from what was recorded, or comes by import.
const TOLD: [Fact; 18] = [
    Fact::CeaseWritten,
    Fact::AttorneyKnown,
    Fact::AttorneyConsented,
    Fact::RepresentativeConsented,
    Fact::VulnerabilitySuspected,
    Fact::SensitiveOccasion,
    Fact::MentalCapacityNotice,
    Fact::DebtorIncapacitated,
    Fact::DebtorDead,
    Fact::NoContactOrder,
    Fact::InsolvencyOrder,
    Fact::MoratoriumActive,
    Fact::DebtAssigned,
    Fact::AssignmentNoticeGiven,
    Fact::DebtorUnreachable,
    Fact::DebtorAgreedFrequency,
    Fact::EmployerProhibits,
    Fact::MarketingConsent,
];

/// `/people/{id}/known`.
pub(super) async fn show(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Workers>,
    Path(id): Path<String>,
    answers: Answers,
) -> Result<Markup, Failure> {
    let file = find(&site, staff.asker(), &id).await?;
    render(&page, &site, &file, &answers)
}

/// Notes what became known.
pub(super) async fn note(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Workers>,
    Path(id): Path<String>,
    mut answers: Answers,
) -> Result<Response, Failure> {
    let file = find(&site, staff.asker(), &id).await?;
    let fact = answers.choice("fact", |name| Fact::parse(name).filter(|fact| TOLD.contains(fact)), "known-choose");
    let words = answers.words("words", 2_000, "known-say-how");
    let until = if answers.get("until").is_empty() { None } else { answers.day("until", "known-until-fault") };
    let today = site.today();
    if until.is_some_and(|until| until < today) {
        answers.fault("until", "known-until-fault");
    }
    let (Some(fact), Some(words), true) = (fact, words, answers.faults().is_empty()) else {
        return Ok(render(&page, &site, &file, &answers)?.into_response());
    };
    let is_so = !answers.has("ends", "yes");
    let kept = new_note("words", &words)?;
    let known = Known::Fact { fact, is_so };
    let wrong = |Invalid { field, fix }: Invalid| Failure::Unreadable(format!("{field}: {fix}"));
    let mut noted = circumstance::note(known, today, until, Some(kept.reference())).map_err(wrong)?;
    if fact == Fact::DebtorUnreachable {
        // A number that is no longer valid is a ground that the law accepts.
        let ground = Known::Fact { fact: Fact::UnreachableBasisAccepted, is_so };
        noted.extend(circumstance::note(ground, today, until, None).map_err(wrong)?);
    }
    let deed = Deed {
        actor: staff.actor(),
        person: file.person.id,
        intent: "circumstance",
        key: answers.get("key").to_owned(),
        body: format!("{} {is_so} {until:?} {words}", fact.name()),
        notes: vec![kept],
    };
    site.act(deed, move |_| Ok(noted)).await?;
    Ok(Redirect::to(&format!("/people/{}/known", file.person.id)).into_response())
}

pub(super) fn render(page: &Page, site: &Site, file: &File, answers: &Answers) -> Result<Markup, Failure> {
    let (reader, person) = (&page.reader, &file.person);
    let title = reader.text("known-title");
    let key = format!("known-{:016x}", new_id()?);
    let facts: Vec<Choice> = std::iter::once(Choice::new("", reader.text("known-choose-one")))
        .chain(TOLD.iter().map(|fact| Choice::new(fact.name(), fact_says(reader, *fact))))
        .collect();
    let ends = [Choice::new("yes", reader.text("known-ends"))];
    let body = html! {
        a.back href={ "/people/" (person.id) } { (file.name()) }
        (form::summary(reader, answers))
        h1 { (title) }
        p { (reader.text("known-says")) }
        section.card { h2 { (reader.text("known-wishes")) } (wishes(reader, file)) }
        section.card {
            h2 { (reader.text("known-circumstances")) }
            @if person.circumstances.is_empty() { p.empty { (reader.text("known-none")) } } @else {
                ul { @for noted in person.circumstances.iter().rev() { li {
                    (known_says(reader, &noted.known)) " "
                    span.dim {
                        (reader.day(noted.on)) @if let Some(until) = noted.until { " – " (reader.day(until)) }
                        @if !noted.holds_on(site.today()) { " · " (reader.text("known-over")) }
                    }
                } } }
            }
        }
        section.card {
            h2 { (reader.text("known-note")) }
            form method="post" action={ "/people/" (person.id) "/known" } {
                input type="hidden" name="key" value=(key);
                (form::select(reader, answers, "fact", "known-fact", &facts))
                (form::boxes(reader, answers, "ends", "known-ends-question", &ends))
                (form::day(reader, answers, "until", "known-until").optional().render())
                (form::words(reader, answers, "words", "known-words").hint("known-words-hint").render())
                div.actions { button.primary { (reader.text("known-keep")) } }
            }
        }
        (kept::card(reader, site, file, answers, is_one_of::<Officers>(page)))
    };
    Ok(layout::desk(page, &form::title(reader, answers, &title), "/queue", body))
}

fn wishes(reader: &Reader, file: &File) -> Markup {
    let Some(on_file) = &file.person.wishes else { return html! { p.empty { (reader.text("known-no-wishes")) } } };
    let wishes = &on_file.wishes;
    html! {
        ul {
            @for hours in &wishes.closed { li { (span(reader, "known-closed-hours", *hours)) } }
            @for hours in &wishes.agreed { li { (span(reader, "known-agreed-hours", *hours)) } }
            @for channel in wishes.closed_channels.iter() { li { (reader.fill("known-closed-way", [("way", value(reader.text(channel_key(channel.name()))))])) } }
        }
        p.dim { (reader.fill("known-said-on", [("day", value(reader.day(on_file.said_on)))])) }
    }
}

fn span(reader: &Reader, key: &str, hours: Hours) -> String {
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    reader.fill(key, [("from", value(clock(hours.from()))), ("to", value(clock(hours.until())))])
}

fn known_says(reader: &Reader, known: &Known) -> Markup {
    match known {
        Known::Fact { fact, is_so } => html! { (fact_says(reader, *fact)) @if !is_so { " · " (reader.text("known-not-so")) } },
        Known::Day { of } => html! { code { (of.name()) } },
        Known::Refused { recipient } => html! { (reader.text("known-refused")) " " code { (recipient.name()) } },
        Known::MayBeIn { zone } => html! { (reader.text("known-zone")) " " code { (zone) } },
    }
}

/// A fact in the reader's words; one that no desk notes by its name in the packs.
fn fact_says(reader: &Reader, fact: Fact) -> String {
    let key = match fact {
        Fact::CeaseWritten => "fact-cease",
        Fact::AttorneyKnown => "fact-attorney",
        Fact::AttorneyConsented => "fact-attorney-consented",
        Fact::RepresentativeConsented => "fact-representative",
        Fact::VulnerabilitySuspected => "fact-vulnerable",
        Fact::SensitiveOccasion => "fact-occasion",
        Fact::MentalCapacityNotice => "fact-capacity",
        Fact::DebtorIncapacitated => "fact-incapacitated",
        Fact::DebtorDead => "fact-dead",
        Fact::NoContactOrder => "fact-order",
        Fact::InsolvencyOrder => "fact-insolvency",
        Fact::MoratoriumActive => "fact-moratorium",
        Fact::DebtAssigned => "fact-assigned",
        Fact::AssignmentNoticeGiven => "fact-assignment-notice",
        Fact::DebtorUnreachable => "fact-unreachable",
        Fact::DebtorAgreedFrequency => "fact-frequency",
        Fact::EmployerProhibits => "fact-employer",
        Fact::MarketingConsent => "fact-marketing",
        other => return other.name().to_owned(),
    };
    reader.text(key)
}
