//! More time or instalments: what comes in, what goes out, which day, the ways out side by side, all answers once more, and
//! then an agreement that can be taken back for a day.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::book::Book;
use domain::complaint;
use domain::day::Day;
use domain::event::{Actor, Event, Recorded};
use domain::id::{ComplaintId, PlanId};
use domain::means::{self, Means, Side, Taken};
use domain::moment::Timestamp;
use domain::options::{self, Fit, Offer, Way};
use domain::person::Person;
use domain::plan::{self, Accepted, Signed};
use domain::promise::PromiseEnd;
use domain::refusal::Refusal;
use maud::{Markup, html};
use store::Note;

use super::{Me, me};
use crate::documents::agreement::{instalments, rest};
use crate::pages::layout;
use crate::pages::parts::form::{self, Choice};
use crate::pages::parts::lists;
use crate::pages::parts::papers;
use crate::pages::parts::rule;
use crate::pages::parts::ways;
use crate::pages::parts::wizard::{self, Step, Turn};
use crate::pages::people::{BESIDE, debts, means_labels, stated_means};
use crate::texts::{Reader, value};
use crate::web::act::{Deed, code, new_id, new_note};
use crate::web::{Answers, Consumer, Failure, Page, Posted, Site};

/// `/me/options`, `/me/plan` and what comes after, `/me/appeal/{id}`.
pub(super) fn routes() -> Router<Arc<Site>> {
    Router::new()
        .route("/me/options", get(laid_out))
        .route("/me/plan", get(travel).post(travel))
        .route("/me/plan/{id}", get(agreed))
        .route("/me/plan/{id}/undo", post(undo))
        .route("/me/appeal/{id}", get(appeal).post(appeal))
}

const INCOME: &[&str] = &["wages", "self_employment", "pension", "benefits", "support", "other_income"];
const LIVING: &[&str] = &[
    "rent",
    "food",
    "utilities",
    "transport",
    "health",
    "school",
    "care",
    "other",
    "tax",
    "insurance",
    "communication",
    "personal",
    "work",
    "savings",
    "maintenance",
    "household_goods",
];
const STEPS: [Step; 5] = [
    Step { name: "income", fields: INCOME, check: |answers| amounts(answers, INCOME) },
    Step { name: "living", fields: LIVING, check: |answers| amounts(answers, LIVING) },
    Step {
        name: "rest",
        fields: &BESIDE,
        check: |answers| {
            answers.number("household", 1..=30, "means-say-household");
            amounts(answers, &BESIDE[1..]);
        },
    },
    Step { name: "day", fields: &["day"], check: |answers| _ = answers.choice("day", pay_day, "say-choose") },
    Step { name: "way", fields: &["way"], check: |answers| _ = answers.choice("way", way_of, "say-choose") },
];

/// Empty is "I do not know"; anything else is an amount.
fn amounts(answers: &mut Answers, names: &[&str]) {
    for name in names {
        if !answers.get(name).is_empty() {
            answers.amount(name, "fault-money");
        }
    }
}

/// Days of the month on which people can pay: all of them exist in every month.
const PAY_DAYS: [&str; 4] = ["1", "10", "20", "28"];

fn pay_day(name: &str) -> Option<u32> {
    PAY_DAYS.iter().find(|day| **day == name).and_then(|day| day.parse().ok())
}

fn way_of(text: &str) -> Option<Way> {
    serde_json::from_str(text).ok()
}

/// The next such day that is at least a week off.
fn first_on(today: Day, day_of_month: u32) -> Day {
    let earliest = today.plus_days(7);
    let this_month = earliest.plus_months_on(0, day_of_month);
    if this_month >= earliest { this_month } else { earliest.plus_months_on(1, day_of_month) }
}

/// The person as they are once these means are stated.
fn with_means(person: &Person, means: &Means, today: Day, at: Timestamp) -> Person {
    let mut then = person.clone();
    let event = Event::MeansStated { means: means.clone(), on: today, taken: Some(Taken::Portal), evidence: vec![] };
    then.apply(&Recorded { version: person.version + 1, recorded_at: at, actor: Actor::Consumer(person.id), event });
    then
}

/// Whether the person may choose it by themselves.
fn is_open_to_them(offer: &Offer) -> bool {
    !offer.needs_second && matches!(offer.fit, Fit::Fits | Fit::NotAsked) && !matches!(offer.way, Way::Respite { .. })
}

fn offers(person: &Person, book: &Book, means: &Means, day_of_month: u32, today: Day, at: Timestamp) -> Vec<Offer> {
    let then = with_means(person, means, today, at);
    options::lay_out_from(&then, book, first_on(today, day_of_month), today)
}

async fn travel(page: Page, State(site): State<Arc<Site>>, consumer: Consumer, posted: Posted) -> Result<Response, Failure> {
    let me = me(&site, &consumer).await?;
    let Posted { mut answers, files } = posted;
    let reader = &page.reader;
    if !me.person.owed(me.today).is_positive() || me.person.open_respite().is_some() {
        return Ok(Redirect::to("/me").into_response());
    }
    if answers.get("key").is_empty() {
        answers.add("key", format!("{:016x}", new_id()?));
    }
    let turn = wizard::turn(&STEPS, &mut answers);
    if turn == Turn::Send
        && let Some(papers) = papers::take(&site, &mut answers, files).await?
    {
        return send(&site, &consumer, &me, &mut answers, papers).await;
    }
    let body = match turn {
        // To be sent, but for a paper that is not fit: what was answered stays.
        Turn::Send | Turn::Check => {
            let given: Vec<(String, String)> = STEPS.iter().map(|step| given(reader, &site, step, &answers)).collect();
            let (send, papers) = (reader.text("plan-send"), papers::question(reader, &answers, "evidence-voluntary"));
            html! {
                h1 { (reader.text("check-answers")) }
                (wizard::check(reader, "/me/plan", &STEPS, &answers, &given, &send, Some(papers)))
                p.dim { (reader.text("plan-undo-says")) }
            }
        }
        Turn::Ask(at) => {
            let question = question(reader, &site, &me, &STEPS[at], &answers);
            html! {
                a.back href="/me" { (reader.text("me-back")) }
                h1 { (reader.text("plan-title")) }
                @if at == 0 { p { (reader.text("plan-says")) } }
                (wizard::ask(reader, "/me/plan", &STEPS, at, &answers, &means_labels(reader, &site.book().house.means), question))
            }
        }
    };
    let title = form::title(reader, &answers, &reader.text("plan-title"));
    Ok(layout::portal(&page, &title, body).into_response())
}

fn question(reader: &Reader, site: &Site, me: &Me, step: &Step, answers: &Answers) -> Markup {
    let book = site.book();
    let form = &book.house.means;
    let lines = |sides: &[Side], legend: &str| {
        let asked = sides.iter().flat_map(|side| form.of(*side));
        html! {
            fieldset.question {
                legend { (reader.text(legend)) }
                p.hint { (reader.text("plan-not-sure")) }
                @for line in asked {
                    (form::money_said(reader, answers, line.category.name(), rule::said(reader, &line.says).to_owned()).optional().render())
                }
            }
        }
    };
    match step.name {
        "income" => lines(&[Side::Income], "plan-income"),
        "living" => lines(&[Side::Fixed, Side::Flexible], "plan-living"),
        "rest" => html! {
            (form::text(reader, answers, "household", "means-household").digits().render())
            (form::money(reader, answers, "other_debts", "means-other-debts").hint("plan-other-debts-hint").optional().render())
            (debts(reader, answers))
        },
        "day" => {
            let choice = |day: &str| Choice::new(day, reader.fill("plan-day-of-month", [("day", value(day.to_owned()))]));
            form::radios(reader, answers, "day", "plan-day", &PAY_DAYS.map(choice))
        }
        _ => which(reader, site, me, answers),
    }
}

/// The ways out by what was answered so far, to choose one; and all others below, with why they need somebody else.
fn which(reader: &Reader, site: &Site, me: &Me, answers: &Answers) -> Markup {
    let mut given = answers.clone();
    let means = stated_means(&site.book().house.means, &mut given);
    let day = given.choice("day", pay_day, "say-choose");
    let (Some(means), Some(day)) = (means, day) else { return html! {} };
    let capacity = with_means(&me.person, &means, me.today, site.now()).capacity(me.today).unwrap_or_default();
    let offers = offers(&me.person, &site.book(), &means, day, me.today, site.now());
    let (open, other): (Vec<Offer>, Vec<Offer>) = offers.into_iter().partition(is_open_to_them);
    let choices: Vec<Choice> = open
        .iter()
        .map(|offer| {
            let says = ways::title(reader, &offer.way);
            let hint = reader.fill(
                "plan-choice",
                [
                    ("a-month", value(reader.money(offer.a_month))),
                    ("total", value(reader.money(offer.total))),
                    ("extra", value(ways::extra(reader, offer.extra))),
                    ("ends", value(reader.long_day(offer.ends_on))),
                ],
            );
            Choice::new(serde_json::to_string(&offer.way).unwrap_or_default(), says).hint(hint)
        })
        .collect();
    html! {
        p { (reader.fill("plan-capacity", [("capacity", value(reader.money(capacity)))])) }
        @if means.owed_elsewhere().is_positive() {
            p { (reader.fill("plan-share", [
                ("others", value(reader.money(means.owed_elsewhere()))), ("left", value(reader.money(means.capacity()))),
            ])) }
        }
        (form::radios(reader, answers, "way", "plan-choose", &choices))
        details { summary { (reader.text("plan-what-follows")) }
            @for offer in &open { h3 { (ways::title(reader, &offer.way)) } (ways::consequences(reader, offer)) }
        }
        @if !other.is_empty() {
            details { summary { (reader.text("plan-others")) }
                p { (reader.text("plan-others-say")) " " a href="/me/hardship" { (reader.text("way-hardship")) } }
                ul { @for offer in &other { li { (ways::title(reader, &offer.way)) " " (ways::fit(reader, offer)) } } }
            }
        }
    }
}

fn given(reader: &Reader, site: &Site, step: &Step, answers: &Answers) -> (String, String) {
    let mut read = answers.clone();
    let means = stated_means(&site.book().house.means, &mut read);
    let said = match step.name {
        "income" => means.map_or_else(String::new, |means| reader.money(means.income_total())),
        "living" => means.map_or_else(String::new, |means| reader.money(means.outgoings_total())),
        "rest" => means.map_or_else(String::new, |means| {
            let of =
                [("count", value(reader.count(i64::from(means.household)))), ("debts", value(reader.money(means.other_debts)))];
            reader.fill("plan-rest-given", of)
        }),
        "day" => reader.fill("plan-day-of-month", [("day", value(answers.get("day").to_owned()))]),
        _ => way_of(answers.get("way")).map_or_else(String::new, |way| ways::title(reader, &way)),
    };
    let key = match step.name {
        "income" => "plan-income",
        "living" => "plan-living",
        "rest" => "plan-rest",
        "day" => "plan-day",
        _ => "plan-choose",
    };
    (reader.text(key), said)
}

/// States the means with what was handed in for them, and agrees to the way, in one append.
async fn send(
    site: &Arc<Site>,
    consumer: &Consumer,
    me: &Me,
    answers: &mut Answers,
    papers: Vec<Note>,
) -> Result<Response, Failure> {
    let means = stated_means(&site.book().house.means, answers);
    let way = answers.choice("way", way_of, "say-choose");
    let (Some(means), Some(way)) = (means, way) else {
        return Err(Failure::Unreadable(String::from("means and a way out are needed")));
    };
    let (book, today, at) = (site.book(), site.today(), site.now());
    let body = format!("{means:?} {way:?}{}", papers::told(&papers));
    let shown: Vec<_> = papers.iter().map(Note::reference).collect();
    let key = format!("plan-{}", answers.get("key"));
    let signed = Signed { code: code()?, accepted: Accepted::Page };
    let deed = Deed { actor: consumer.actor(), person: me.person.id, intent: "plan", key, body, notes: papers };
    let events = site
        .act(deed, move |person| {
            let mut events =
                means::state(means.clone(), Some(Taken::Portal), shown, today).map_err(|_| Refusal::by("PLAN-MEANS-UNKNOWN"))?;
            let then = with_means(person, &means, today, at);
            events.extend(plan::agree(&then, &book, &way, signed, None, today, at)?);
            Ok(events)
        })
        .await?;
    let plan = events.iter().find_map(|event| match event {
        Event::PlanAgreed { plan, .. } => Some(*plan),
        _ => None,
    });
    let plan = plan.ok_or_else(|| Failure::Unreadable(String::from("nothing was agreed")))?;
    Ok(Redirect::to(&format!("/me/plan/{plan}")).into_response())
}

/// All ways out by the means on file, to read.
async fn laid_out(page: Page, State(site): State<Arc<Site>>, consumer: Consumer) -> Result<Markup, Failure> {
    let me = me(&site, &consumer).await?;
    let reader = &page.reader;
    let offers = options::lay_out(&me.person, &site.book(), me.today);
    let body = html! {
        a.back href="/me" { (reader.text("me-back")) }
        h1 { (reader.text("out-title")) }
        p { (reader.text("out-says")) }
        @if offers.is_empty() { p.empty { (reader.text("me-nothing")) } } @else {
            p.actions { a.button.primary href="/me/plan" { (reader.text("plan-begin")) } }
            (ways::cards(reader, &offers, |_| html! {}))
        }
    };
    Ok(layout::portal(&page, &reader.text("out-title"), body))
}

/// The agreement: number, code, instalments, what it costs, and how to take it back.
async fn agreed(
    page: Page,
    State(site): State<Arc<Site>>,
    consumer: Consumer,
    Path(id): Path<String>,
) -> Result<Markup, Failure> {
    let me = me(&site, &consumer).await?;
    let id = PlanId::parse(&id).ok_or(Failure::NotFound)?;
    let plan = me.person.plans.get(&id).ok_or(Failure::NotFound)?;
    let agreement = plan.agreement.as_ref().ok_or(Failure::NotFound)?;
    let reader = &page.reader;
    let is_off = plan.end.is_some();
    let instalments = instalments(&me.person, id);
    let mut sums = vec![
        (reader.text("agreed-number"), html! { code { (agreement.number) } }),
        (reader.text("agreed-code"), html! { code { (agreement.code) } }),
        (reader.text("agreed-on"), html! { (reader.moment(plan.agreed_at)) }),
        (reader.text("out-a-month"), html! { (reader.money(agreement.a_month)) }),
        (reader.text("out-total"), html! { strong { (reader.money(agreement.total)) } }),
    ];
    let rest = rest(agreement, &instalments);
    if rest.is_positive() {
        sums.push((reader.text("paper-rest"), html! { (reader.money(rest)) }));
    }
    sums.extend([
        (reader.text("out-extra"), html! { (ways::extra(reader, agreement.extra)) }),
        (reader.text("out-ends"), html! { (reader.long_day(agreement.ends_on)) }),
    ]);
    let body = html! {
        a.back href="/me" { (reader.text("me-back")) }
        h1 { (reader.text("agreed-title")) }
        @if is_off { p.notice { (reader.text(end_key(plan))) } }
        p.big { (ways::title(reader, &agreement.way)) }
        (lists::pairs(&sums))
        p.actions { a.button href={ "/me/plan/" (id) "/agreement" } { (reader.text("papers-get")) } }
        h2 { (reader.text("out-instalments-when")) }
        (ways::schedule(reader, &instalments))
        @if !is_off {
            h2 { (reader.text("agreed-next")) }
            p { (reader.text("agreed-next-says")) }
        }
        @if !is_off && plan.may_be_undone(site.now()) {
            form.stack method="post" action={ "/me/plan/" (id) "/undo" } {
                p { (reader.text("plan-undo-says")) }
                button { (reader.text("plan-undo")) }
            }
        }
        p { a href="/me/rights" { (reader.text("way-rights")) } " · " a href="/me/complain" { (reader.text("way-complain")) } }
    };
    Ok(layout::portal(&page, &reader.text("agreed-title"), body))
}

/// How a plan ended.
fn end_key(plan: &plan::Plan) -> &'static str {
    match plan.end {
        Some(plan::PlanEnd::Kept { .. }) => "plan-is-kept",
        Some(plan::PlanEnd::Broken { .. }) => "plan-is-broken",
        Some(plan::PlanEnd::Withdrawn { .. }) => "plan-is-withdrawn",
        Some(plan::PlanEnd::Superseded) | None => "plan-is-superseded",
    }
}

async fn undo(State(site): State<Arc<Site>>, consumer: Consumer, Path(id): Path<String>) -> Result<Response, Failure> {
    let id = PlanId::parse(&id).ok_or(Failure::NotFound)?;
    let (today, at) = (site.today(), site.now());
    let deed = Deed {
        actor: consumer.actor(),
        person: consumer.person,
        intent: "plan.undo",
        key: format!("undo-{id}"),
        body: String::new(),
        notes: vec![],
    };
    site.act(deed, move |person| plan::withdraw(person, id, today, at)).await?;
    Ok(Redirect::to(&format!("/me/plan/{id}")).into_response())
}

/// The answer to something that was said is not accepted: somebody else looks.
async fn appeal(
    page: Page,
    State(site): State<Arc<Site>>,
    consumer: Consumer,
    Path(id): Path<String>,
    mut answers: Answers,
) -> Result<Response, Failure> {
    let me = me(&site, &consumer).await?;
    let reader = &page.reader;
    let of = ComplaintId::parse(&id).ok_or(Failure::NotFound)?;
    let first = me.person.complaints.get(&of).ok_or(Failure::NotFound)?;
    if !complaint::may_be_appealed(&me.person, first, me.today) {
        return Ok(Redirect::to("/me").into_response());
    }
    if answers.has("send", "1")
        && let Some(words) = answers.words("words", 4_000, "say-give-words")
    {
        let (note, new) = (new_note("words", &words)?, ComplaintId(new_id()?));
        let (reference, book, today) = (note.reference(), site.book(), site.today());
        let deed = Deed {
            actor: consumer.actor(),
            person: me.person.id,
            intent: "appeal",
            key: format!("appeal-{of}"),
            body: words,
            notes: vec![note],
        };
        site.act(deed, move |person| complaint::appeal(person, &book, new, of, Some(reference), today)).await?;
        return Ok(Redirect::to("/me").into_response());
    }
    let answer = first.answered.as_ref().and_then(|answered| answered.words.as_ref()).and_then(|note| me.words.get(&note.id));
    let body = html! {
        a.back href="/me" { (reader.text("me-back")) }
        h1 { (reader.text("appeal-title")) }
        p { (reader.text("appeal-says")) }
        @if let Some(answer) = answer { h2 { (reader.text("complaint-answer")) } blockquote { (answer) } }
        form.stack method="post" action={ "/me/appeal/" (of) } novalidate {
            (form::summary(reader, &answers))
            input type="hidden" name="send" value="1";
            (form::words(reader, &answers, "words", "appeal-why").hint("say-words-hint").render())
            button.primary { (reader.text("appeal-send")) }
        }
    };
    let title = form::title(reader, &answers, &reader.text("appeal-title"));
    Ok(layout::portal(&page, &title, body).into_response())
}

/// The plan that runs, and the respite that rests on everything, at the top of what is owed.
pub(super) fn at_the_top(reader: &Reader, me: &Me) -> Markup {
    let running = me.person.plans.values().filter(|plan| plan.end.is_none() && plan.agreement.is_some());
    let next = |plan: PlanId| {
        let open = plan::promises_of(&me.person, plan).filter(|promise| !matches!(promise.end, Some(PromiseEnd::Judged { .. })));
        open.min_by_key(|promise| promise.due_on).map(|promise| (promise.amount, promise.due_on))
    };
    html! {
        @if let Some(respite) = me.person.open_respite() {
            p.gate.good {
                @match respite.until {
                    Some(until) => { (reader.fill("me-respite", [("day", value(reader.long_day(until)))])) }
                    None => { (reader.text("me-respite-open")) }
                }
            }
        }
        @for plan in running {
            section.card {
                h2 { (reader.text("me-plan")) }
                @if let Some(agreement) = &plan.agreement { p { (ways::title(reader, &agreement.way)) } }
                @if let Some((amount, due_on)) = next(plan.id) {
                    p { (reader.fill("me-plan-next", [("amount", value(reader.money(amount))), ("day", value(reader.long_day(due_on)))])) }
                }
                p { a href={ "/me/plan/" (plan.id) } { (reader.text("me-plan-show")) } }
            }
        }
    }
}
