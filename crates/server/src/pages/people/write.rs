//! `/people/{id}/write`: the words of a message before it is queued, and whether and when the law lets it leave.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::contact::{self, Channel};
use domain::id::MessageId;
use domain::law::Word;
use domain::message::{self, Draft};
use domain::moment::Moment;
use domain::person::Person;
use maud::{Markup, html};

use super::{File, find};
use crate::messages::{self, Template, Words};
use crate::pages::complaints::channel_key;
use crate::pages::layout;
use crate::pages::parts::form::{self, Choice};
use crate::pages::parts::rule;
use crate::texts::{Lang, Reader, value};
use crate::web::act::{Deed, new_id, new_note};
use crate::web::session::Collectors;
use crate::web::{Answers, Failure, Page, Site, Staff};

/// What is to be written, as far as it is chosen.
struct Choosing {
    template: Template,
    channel: Channel,
    lang: Lang,
}

impl Choosing {
    fn read(answers: &Answers, file: &File) -> Choosing {
        let known = file.identity.as_ref().and_then(|identity| identity.language.as_deref());
        Choosing {
            template: Template::parse(answers.get("template")).unwrap_or(Template::ALL[0]),
            channel: Channel::parse(answers.get("channel")).filter(|it| message::CHANNELS.contains(it)).unwrap_or(Channel::Sms),
            lang: Lang::from_tag(answers.get("language")).or_else(|| known.and_then(Lang::from_tag)).unwrap_or(Lang::Hans),
        }
    }

    fn words(&self, page: &Page, site: &Site, file: &File) -> Option<Words> {
        let reader = Reader { lang: self.lang, ..page.reader.clone() };
        let lender = &site.letterhead.name;
        let written = self.template.write(&reader, &site.book(), (lender, &file.name()), &file.person, site.today())?;
        let to = messages::address_of(self.channel, file.identity.as_ref(), file.address.as_ref())?;
        Some(Words { to, subject: written.subject, text: written.text, language: Some(self.lang.tag().to_owned()) })
    }
}

/// The page.
pub(super) async fn show(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Collectors>,
    Path(id): Path<String>,
    answers: Answers,
) -> Result<Markup, Failure> {
    let file = find(&site, staff.asker(), &id).await?;
    let choosing = Choosing::read(&answers, &file);
    let reader = &page.reader;
    let title = reader.fill("write-title", [("name", value(file.name()))]);
    let key = format!("write-{}-{}", file.person.id, file.person.version);
    let chosen = Answers::of([
        ("template", choosing.template.name().to_owned()),
        ("channel", choosing.channel.name().to_owned()),
        ("language", choosing.lang.tag().to_owned()),
    ]);
    let body = html! {
        p { a.back href={ "/people/" (file.person.id) } { (reader.text("back")) } }
        h1 { (title) }
        div.columns {
            form.stack method="get" action={ "/people/" (file.person.id) "/write" } {
                (form::select(reader, &chosen, "template", "write-text", &Template::ALL.map(|it| Choice::new(it.name(), reader.text(it.title())))))
                (form::select(reader, &chosen, "channel", "write-way", &message::CHANNELS.map(|it| Choice::new(it.name(), reader.text(channel_key(it.name()))))))
                (form::select(reader, &chosen, "language", "write-language", &Lang::ALL.map(|it| Choice::new(it.tag(), it.own_name().to_owned()))))
                button { (reader.text("write-show")) }
            }
            section.card {
                @match choosing.words(&page, &site, &file) {
                    Some(words) => {
                        h2 lang=(choosing.lang.tag()) { (words.subject) }
                        blockquote.text lang=(choosing.lang.tag()) { (words.text) }
                        (leaves(reader, &site, &file.person, &choosing, &key))
                    }
                    None => { p.notice { (reader.text("write-no-ground")) } }
                }
            }
        }
    };
    Ok(layout::desk(&page, &title, "/outbox", body))
}

/// When it would leave, with the button; or the rules that hold it.
fn leaves(reader: &Reader, site: &Site, person: &Person, choosing: &Choosing, key: &str) -> Markup {
    let book = site.book();
    let law = &book.law;
    match due(site, person, choosing) {
        Ok(due) => html! {
            p { (reader.fill("write-leaves", [("at", value(reader.long_moment(due.at())))])) }
            form method="post" action={ "/people/" (person.id) "/write" } {
                input type="hidden" name="key" value=(key);
                input type="hidden" name="template" value=(choosing.template.name());
                input type="hidden" name="channel" value=(choosing.channel.name());
                input type="hidden" name="language" value=(choosing.lang.tag());
                button.primary { (reader.text("write-queue")) }
            }
        },
        Err(refusal) => html! { p { strong { (reader.text("write-held")) } } (rule::list(reader, law, &refusal.by)) },
    }
}

/// The first moment from now on at which the law says yes, within three days.
fn due(site: &Site, person: &Person, choosing: &Choosing) -> Result<Moment, domain::refusal::Refusal> {
    message::first_lawful(person, &site.book(), choosing.channel, choosing.template.purpose(), site.now())
}

/// Queues it.
pub(super) async fn queue(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Collectors>,
    Path(id): Path<String>,
    answers: Answers,
) -> Result<Response, Failure> {
    let file = find(&site, staff.asker(), &id).await?;
    let choosing = Choosing::read(&answers, &file);
    let words = choosing.words(&page, &site, &file).ok_or(Failure::Conflict)?;
    let note = new_note(messages::NOTE, &serde_json::to_string(&words)?)?;
    let (message, reference, now) = (MessageId(new_id()?), note.reference(), site.now());
    let (channel, template) = (choosing.channel, choosing.template);
    let deed = Deed {
        actor: staff.actor(),
        person: file.person.id,
        intent: "message.queue",
        key: answers.get("key").to_owned(),
        body: format!("{} {} {}", template.name(), channel.name(), choosing.lang.tag()),
        notes: vec![note],
    };
    let book = site.book();
    site.act(deed, move |person| {
        let due = message::first_lawful(person, &book, channel, template.purpose(), now)?;
        let permit = contact::ask(person, &book, &message::act(channel, template.purpose()), &due)?;
        message::queue(
            person,
            permit,
            Draft { id: message, template: template.name().to_owned(), words: reference, due_at: due.at() },
        )
    })
    .await?;
    Ok(Redirect::to("/outbox").into_response())
}
