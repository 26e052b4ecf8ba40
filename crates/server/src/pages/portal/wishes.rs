//! `/me/wishes`: when and how I want to be reached, and that it shall stop. Said once, it holds everywhere.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::circumstance::{self, Known};
use domain::law::{Channel, Fact, Hours, Words, minute_of};
use domain::refusal::Invalid;
use domain::wish::{self, Wishes};
use maud::{Markup, html};

use super::{Me, me};
use crate::pages::layout;
use crate::pages::parts::form::{self, Choice};
use crate::texts::Reader;
use crate::web::act::{Deed, new_id};
use crate::web::{Answers, Consumer, Failure, Page, Site};

/// What a person can close with one tick, and the channels it means.
const WAYS: [(&str, &str, &[Channel]); 5] = [
    ("call", "channel-call", &[Channel::Call, Channel::AiVoiceInteractive, Channel::AiVoiceNotification, Channel::Voicemail]),
    ("sms", "channel-sms", &[Channel::Sms, Channel::SocialPrivate]),
    ("email", "channel-email", &[Channel::Email]),
    ("letter", "channel-letter", &[Channel::Letter]),
    ("visit", "channel-visit", &[Channel::Visit]),
];

/// The form, with what was said last.
pub(super) async fn show(page: Page, State(site): State<Arc<Site>>, consumer: Consumer) -> Result<Markup, Failure> {
    let me = me(&site, &consumer).await?;
    let answers = said(&me);
    render(&page, &answers)
}

/// Takes in what the person wishes.
pub(super) async fn state(
    page: Page,
    State(site): State<Arc<Site>>,
    consumer: Consumer,
    mut answers: Answers,
) -> Result<Response, Failure> {
    let Some(wishes) = read(&mut answers) else { return Ok(render(&page, &answers)?.into_response()) };
    let stop = answers.has("stop", "yes");
    let today = site.today();
    let deed = Deed {
        actor: consumer.actor(),
        person: consumer.person,
        intent: "wishes",
        key: answers.get("key").to_owned(),
        body: format!("{wishes:?} {stop}"),
        notes: vec![],
    };
    let unreadable = |invalid: Invalid| Failure::Unreadable(format!("{}: {}", invalid.field, invalid.fix));
    let stated = wish::state(wishes, None, today).map_err(unreadable)?;
    let known = Known::Fact { fact: Fact::CeaseWritten, is_so: stop };
    let noted = circumstance::note(known, today, None, None).map_err(unreadable)?;
    site.act(deed, move |person| {
        let asked_before = circumstance::is_so(person, Fact::CeaseWritten, today).unwrap_or(false);
        Ok(stated.into_iter().chain(noted.into_iter().filter(|_| asked_before != stop)).collect())
    })
    .await?;
    Ok(Redirect::to("/me/wishes?kept=yes").into_response())
}

fn read(answers: &mut Answers) -> Option<Wishes> {
    let closed = hours(answers, "closed_from", "closed_to")?;
    let agreed = hours(answers, "agreed_from", "agreed_to")?;
    let channels = WAYS.iter().filter(|(name, ..)| answers.has("ways", name)).flat_map(|(.., channels)| *channels);
    let closed_channels = channels.fold(Words::NONE, |all, channel| all.with(*channel));
    Some(Wishes { agreed, closed, closed_channels })
}

/// The hours in two fields; none where both are empty.
fn hours(answers: &mut Answers, from: &str, to: &str) -> Option<Vec<Hours>> {
    let (begins, ends) = (answers.get(from).to_owned(), answers.get(to).to_owned());
    if begins.is_empty() && ends.is_empty() {
        return Some(vec![]);
    }
    match (minute_of(&begins), minute_of(&ends)) {
        (Some(begins), Some(ends)) => Some(vec![Hours::daily(begins, ends)]),
        (begins, _) => {
            answers.fault(if begins.is_none() { from } else { to }, "wishes-hours-fault");
            None
        }
    }
}

/// What was said last, as the form holds it.
fn said(me: &Me) -> Answers {
    let mut answers = Answers::default();
    if let Some(on_file) = &me.person.wishes {
        let clock = |minute: u16| format!("{:02}:{:02}", minute / 60 % 24, minute % 60);
        for (name, _, channels) in WAYS {
            if channels.iter().all(|channel| on_file.wishes.closed_channels.has(*channel)) {
                answers.add("ways", name);
            }
        }
        for (hours, from, to) in
            [(&on_file.wishes.closed, "closed_from", "closed_to"), (&on_file.wishes.agreed, "agreed_from", "agreed_to")]
        {
            if let Some(hours) = hours.first() {
                answers.add(from, clock(hours.from()));
                answers.add(to, clock(hours.until()));
            }
        }
    }
    if circumstance::is_so(&me.person, Fact::CeaseWritten, me.today) == Some(true) {
        answers.add("stop", "yes");
    }
    answers
}

fn render(page: &Page, answers: &Answers) -> Result<Markup, Failure> {
    let reader = &page.reader;
    let was_kept = page.uri.query().is_some_and(|query| query.contains("kept=yes"));
    let title = reader.text("wishes-title");
    let key = format!("wishes-{:016x}", new_id()?);
    let ways: Vec<Choice> = WAYS.iter().map(|(name, text, _)| Choice::new(*name, reader.text(text))).collect();
    let stop = [Choice::new("yes", reader.text("wishes-stop")).hint(reader.text("wishes-stop-hint"))];
    let body = html! {
        a.back href="/me" { (reader.text("back")) }
        (form::summary(reader, answers))
        h1 { (title) }
        @if was_kept { p.good role="status" { (reader.text("wishes-kept")) } }
        p { (reader.text("wishes-says")) }
        form method="post" action="/me/wishes" {
            input type="hidden" name="key" value=(key);
            (form::boxes(reader, answers, "ways", "wishes-ways", &ways))
            fieldset.question {
                legend { (reader.text("wishes-closed")) }
                (span(reader, answers, "closed_from", "closed_to"))
            }
            fieldset.question {
                legend { (reader.text("wishes-agreed")) }
                p.hint { (reader.text("wishes-agreed-hint")) }
                (span(reader, answers, "agreed_from", "agreed_to"))
            }
            (form::boxes(reader, answers, "stop", "wishes-stop-question", &stop))
            div.actions { button.primary { (reader.text("wishes-send")) } }
        }
    };
    Ok(layout::portal(page, &form::title(reader, answers, &title), body))
}

fn span(reader: &Reader, answers: &Answers, from: &str, to: &str) -> Markup {
    html! {
        (form::text(reader, answers, from, "wishes-from").kind("time").optional().render())
        (form::text(reader, answers, to, "wishes-to").kind("time").optional().render())
    }
}
