//! What a consumer can say: complain, dispute, plead hardship, promise. One question a page, the answers once more before
//! they are sent, and then a page with the reference, the deadline and what has stopped.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use domain::complaint::{self, Matter};
use domain::contact::Channel;
use domain::hardship;
use domain::id::{AccountId, ComplaintId, PromiseId};
use domain::promise::{self, Origin};
use maud::{Markup, html};
use store::Note;

use super::{Me, me};
use crate::pages::parts::form::{self, Choice};
use crate::pages::parts::hardship::{own_reasons, reason};
use crate::pages::parts::papers;
use crate::pages::parts::wizard::{self, Step, Turn};
use crate::pages::{complaints, layout};
use crate::texts::{Reader, value};
use crate::web::act::{Deed, new_id, new_note};
use crate::web::{Answers, Consumer, Failure, Page, Posted, Site};

/// `/me/complain`, `/me/dispute`, `/me/hardship`, `/me/promise` and what comes after.
pub(super) fn routes() -> Router<Arc<Site>> {
    let journey = |what: &'static Journey| {
        get(move |page: Page, site: State<Arc<Site>>, consumer: Consumer, answers: Answers| {
            travel(what, page, site, consumer, Posted { answers, files: vec![] })
        })
        .post(move |page: Page, site: State<Arc<Site>>, consumer: Consumer, answers: Answers| {
            travel(what, page, site, consumer, Posted { answers, files: vec![] })
        })
    };
    // A plea may come with papers; nothing else that is said here asks for files, and none is taken.
    let plea =
        |page: Page, site: State<Arc<Site>>, consumer: Consumer, posted: Posted| travel(&HARDSHIP, page, site, consumer, posted);
    Router::new()
        .route("/me/complain", journey(&COMPLAIN))
        .route("/me/dispute", journey(&DISPUTE))
        .route("/me/hardship", get(plea).post(plea))
        .route("/me/promise", journey(&PROMISE))
        .route("/me/said/{id}", get(said))
        .route("/me/promised", get(promised))
}

/// A way through some questions.
struct Journey {
    path: &'static str,
    title: &'static str,
    says: &'static str,
    send: &'static str,
    steps: &'static [Step],
}

/// The longest words that are taken in.
const LONGEST: usize = 4_000;

const ABOUT: Step = Step { name: "about", fields: &["about"], check: |answers| _ = answers.choice("about", about, "say-choose") };
const ACCOUNT: Step =
    Step { name: "account", fields: &["account"], check: |answers| _ = answers.choice("account", account, "say-choose") };
const REASON: Step =
    Step { name: "reason", fields: &["reason"], check: |answers| _ = answers.choice("reason", reason, "say-choose") };
const WORDS: Step =
    Step { name: "words", fields: &["words"], check: |answers| _ = answers.words("words", LONGEST, "say-give-words") };
const MAYBE_WORDS: Step = Step {
    name: "more",
    fields: &["words"],
    check: |answers| {
        if answers.get("words").chars().count() > LONGEST {
            answers.fault("words", "fault-too-long");
        }
    },
};
const AMOUNT: Step =
    Step { name: "amount", fields: &["amount"], check: |answers| _ = answers.money("amount", "say-give-amount") };
const DUE: Step = Step { name: "due_on", fields: &["due_on"], check: |answers| _ = answers.day("due_on", "say-give-day") };

static COMPLAIN: Journey =
    Journey { path: "/me/complain", title: "complain", says: "complain-says", send: "complain-send", steps: &[ABOUT, WORDS] };
static DISPUTE: Journey =
    Journey { path: "/me/dispute", title: "dispute", says: "dispute-says", send: "dispute-send", steps: &[ACCOUNT, MAYBE_WORDS] };
static HARDSHIP: Journey = Journey {
    path: "/me/hardship",
    title: "hardship",
    says: "hardship-says",
    send: "hardship-send",
    steps: &[REASON, MAYBE_WORDS],
};
static PROMISE: Journey =
    Journey { path: "/me/promise", title: "promise", says: "promise-says", send: "promise-send", steps: &[AMOUNT, DUE] };

async fn travel(
    what: &'static Journey,
    page: Page,
    State(site): State<Arc<Site>>,
    consumer: Consumer,
    posted: Posted,
) -> Result<Response, Failure> {
    let me = me(&site, &consumer).await?;
    let Posted { mut answers, files } = posted;
    if answers.get("key").is_empty() {
        answers.add("key", format!("{:016x}", new_id()?));
    }
    let mut turn = wizard::turn(what.steps, &mut answers);
    if what.path == PROMISE.path && matches!(turn, Turn::Check | Turn::Send) {
        promise_makes_sense(&me, &mut answers, &mut turn);
    }
    let reader = &page.reader;
    if turn == Turn::Send
        && let Some(papers) = papers::take(&site, &mut answers, files).await?
    {
        return send(what, &site, &consumer, &answers, papers).await;
    }
    let body = match turn {
        // To be sent, but for a paper that is not fit: what was answered stays.
        Turn::Send | Turn::Check => {
            let given: Vec<(String, String)> = what.steps.iter().map(|step| given(reader, &me, step, &answers)).collect();
            let papers = (what.path == HARDSHIP.path).then(|| papers::question(reader, &answers, "evidence-voluntary-plea"));
            html! {
                h1 { (reader.text("check-answers")) }
                (wizard::check(reader, what.path, what.steps, &answers, &given, &reader.text(what.send), papers))
            }
        }
        Turn::Ask(at) => html! {
            a.back href="/me" { (reader.text("me-back")) }
            h1 { (reader.text(what.title)) }
            @if at == 0 { p { (reader.text(what.says)) } }
            (wizard::ask(reader, what.path, what.steps, at, &answers, &[], question(reader, &me, &what.steps[at], &answers)))
        },
    };
    let title = form::title(reader, &answers, &reader.text(what.title));
    Ok(layout::portal(&page, &title, body).into_response())
}

/// What the promise itself would refuse is said beside its field, before it is sent.
fn promise_makes_sense(me: &Me, answers: &mut Answers, turn: &mut Turn) {
    let (Some(amount), Some(due_on)) = (answers.money("amount", "say-give-amount"), answers.day("due_on", "say-give-day")) else {
        return;
    };
    match promise::make(&me.person, PromiseId(me.person.next_id()), amount, due_on, Origin::Portal, me.today) {
        Err(refusal) if refusal.by.iter().any(|rule| rule == "PROMISE-DAY") => {
            answers.fault("due_on", "rule-promise-day");
            *turn = Turn::Ask(1);
        }
        Err(_) => {
            answers.fault("amount", "rule-promise-above-owed");
            *turn = Turn::Ask(0);
        }
        Ok(_) => {}
    }
}

fn question(reader: &Reader, me: &Me, step: &Step, answers: &Answers) -> Markup {
    match step.name {
        "about" => form::radios(reader, answers, "about", "complain-about", &abouts(reader)),
        "account" => form::radios(reader, answers, "account", "dispute-account", &accounts(reader, me)),
        "reason" => form::radios(reader, answers, "reason", "hardship-reason", &own_reasons(reader)),
        "amount" => form::money(reader, answers, "amount", "promise-amount").hint("promise-amount-hint").render(),
        "due_on" => form::day(reader, answers, "due_on", "promise-day").hint("promise-day-hint").render(),
        "words" => form::words(reader, answers, "words", "say-words").hint("say-words-hint").render(),
        _ => form::words(reader, answers, "words", "say-words").hint("say-words-hint").optional().render(),
    }
}

/// A question and its answer as they are read back.
fn given(reader: &Reader, me: &Me, step: &Step, answers: &Answers) -> (String, String) {
    let chosen = |choices: Vec<Choice>| {
        choices.into_iter().find(|choice| answers.has(step.name, &choice.value)).map_or_else(String::new, |it| it.says)
    };
    match step.name {
        "about" => (reader.text("complain-about"), chosen(abouts(reader))),
        "account" => (reader.text("dispute-account"), chosen(accounts(reader, me))),
        "reason" => (reader.text("hardship-reason"), chosen(own_reasons(reader))),
        "amount" => (
            reader.text("promise-amount"),
            answers.clone().money("amount", "say-give-amount").map_or_else(String::new, |amount| reader.money(amount)),
        ),
        "due_on" => (
            reader.text("promise-day"),
            answers.clone().day("due_on", "say-give-day").map_or_else(String::new, |day| reader.long_day(day)),
        ),
        _ => (reader.text("say-words"), answers.get("words").to_owned()),
    }
}

fn abouts(reader: &Reader) -> Vec<Choice> {
    [("visit", "about-visit"), ("call", "about-call"), ("sms", "about-sms"), ("letter", "about-letter"), ("other", "about-other")]
        .map(|(name, key)| Choice::new(name, reader.text(key)))
        .into()
}

fn about(name: &str) -> Option<Option<Channel>> {
    match name {
        "visit" => Some(Some(Channel::Visit)),
        "call" => Some(Some(Channel::Call)),
        "sms" => Some(Some(Channel::Sms)),
        "letter" => Some(Some(Channel::Letter)),
        "other" => Some(None),
        _ => None,
    }
}

fn accounts(reader: &Reader, me: &Me) -> Vec<Choice> {
    let open = me.person.accounts.values().filter(|account| account.settled_on.is_none());
    let each =
        open.map(|it| Choice::new(it.id.to_string(), reader.fill("dispute-amount-of", [("number", value(it.number.as_str()))])));
    each.chain([Choice::new("all", reader.text("dispute-not-mine"))]).collect()
}

fn account(name: &str) -> Option<Option<AccountId>> {
    if name == "all" { Some(None) } else { AccountId::parse(name).map(Some) }
}

/// Sends what was said, once, and leads to the page that says what happens next.
async fn send(
    what: &Journey,
    site: &Arc<Site>,
    consumer: &Consumer,
    answers: &Answers,
    papers: Vec<Note>,
) -> Result<Response, Failure> {
    let words = answers.get("words");
    let note = if words.is_empty() { None } else { Some(new_note("words", words)?) };
    let reference = note.as_ref().map(Note::reference);
    let shown: Vec<_> = papers.iter().map(Note::reference).collect();
    let key = format!("{}-{}", what.title, answers.get("key"));
    let said = what.steps.iter().map(|step| answers.get(step.fields[0])).collect::<Vec<_>>().join("\n");
    let body = format!("{said}{}", papers::told(&papers));
    let notes = note.into_iter().chain(papers).collect();
    let deed = |intent| Deed { actor: consumer.actor(), person: consumer.person, intent, key, body, notes };
    let (book, today) = (site.book(), site.today());
    let mut answers = answers.clone();
    if what.path == PROMISE.path {
        let (Some(amount), Some(due_on)) = (answers.money("amount", "say-give-amount"), answers.day("due_on", "say-give-day"))
        else {
            return Err(Failure::Unreadable(String::from("a promise needs an amount and a day")));
        };
        let id = PromiseId(new_id()?);
        site.act(deed("promise"), move |person| promise::make(person, id, amount, due_on, Origin::Portal, today)).await?;
        return Ok(Redirect::to("/me/promised").into_response());
    }
    let matter = match what.steps[0].name {
        "about" => answers.choice("about", about, "say-choose").map(|about| Matter::Complaint { about, visit: None }),
        "account" => answers.choice("account", account, "say-choose").map(|account| Matter::Dispute { account }),
        _ => answers.choice("reason", reason, "say-choose").map(|reason| Matter::Hardship { reason }),
    };
    let matter = matter.ok_or_else(|| Failure::Unreadable(String::from("nothing was chosen")))?;
    let id = ComplaintId(new_id()?);
    let open = move |person: &_| match matter {
        Matter::Hardship { reason } => hardship::plead(person, &book, id, reason, reference, shown, today),
        matter => complaint::open(person, &book, id, matter, reference, today),
    };
    let events = site.act(deed("complaint.open"), move |person| Ok(open(person))).await?;
    // Sent twice, it is the first one that stands.
    let opened = events.iter().find_map(|event| match event {
        domain::event::Event::ComplaintOpened { complaint, .. } => Some(*complaint),
        _ => None,
    });
    Ok(Redirect::to(&format!("/me/said/{}", opened.unwrap_or(id))).into_response())
}

async fn said(page: Page, State(site): State<Arc<Site>>, consumer: Consumer, Path(id): Path<String>) -> Result<Markup, Failure> {
    let me = me(&site, &consumer).await?;
    let id = ComplaintId::parse(&id).ok_or(Failure::NotFound)?;
    let complaint = me.person.complaints.get(&id).ok_or(Failure::NotFound)?;
    let reader = &page.reader;
    let body = html! {
        h1 { (reader.text("said")) }
        p { (reader.fill("said-reference", [("id", value(id.to_string()))])) }
        p.big { (reader.fill("said-due", [("day", value(reader.long_day(complaint.due_on)))])) }
        @if complaint.is_open() { p.gate.good { (complaints::stopped(reader, &complaint.matter)) } }
        @if papers::of(&me.papers, &complaint.evidence).next().is_some() {
            h2 { (reader.text("evidence-title")) }
            (papers::list(reader, papers::of(&me.papers, &complaint.evidence), papers::MINE))
        }
        p { (reader.text("said-next")) }
        p { a.button href="/me" { (reader.text("me-back")) } }
    };
    Ok(layout::portal(&page, &reader.text("said"), body))
}

async fn promised(page: Page, _: Consumer) -> Markup {
    let reader = &page.reader;
    let body = html! {
        h1 { (reader.text("promised")) }
        p { (reader.text("promised-says")) }
        p { a.button href="/me" { (reader.text("me-back")) } }
    };
    layout::portal(&page, &reader.text("promised"), body)
}
