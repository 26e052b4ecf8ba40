//! The ways out of one person at the desk: what they state, how that compares with when credit was granted, and every lawful
//! way side by side. One that takes too much, or gives something up, is agreed by somebody else than who asked for it.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::means::{self, Form};
use domain::options::{self, Fit, Offer, Way};
use domain::person::Person;
use domain::plan::{self, Accepted, Override, Signed};
use maud::{Markup, html};

use super::{File, find, papers};
use crate::pages::layout;
use crate::pages::parts::form;
use crate::pages::parts::lists;
use crate::pages::parts::rule;
use crate::pages::parts::ways;
use crate::texts::{Reader, value};
use crate::web::act::{Deed, code, new_note};
use crate::web::session::{Collectors, Workers};
use crate::web::{Answers, Failure, Page, Site, Staff};

pub(super) async fn show(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Workers>,
    Path(id): Path<String>,
) -> Result<Markup, Failure> {
    let file = find(&site, staff.asker(), &id).await?;
    Ok(render(&page, &site, &file, &Answers::default()))
}

fn render(page: &Page, site: &Site, file: &File, answers: &Answers) -> Markup {
    let (reader, person, today) = (&page.reader, &file.person, site.today());
    let offers = options::lay_out(person, &site.book(), today);
    let title = reader.fill("options-title", [("name", value(file.name()))]);
    let key = format!("{}-{}", person.id, person.version);
    let body = html! {
        p { a.back href={ "/people/" (person.id) } { (reader.text("back")) } }
        h1 { (title) }
        (form::summary(reader, answers))
        (stated(reader, &site.book().house.means, file, site))
        @if offers.is_empty() { p.empty { (reader.text("options-none")) } } @else {
            h2 { (reader.text("out-title")) }
            (ways::cards(reader, &offers, |offer| agree_form(reader, person, offer, &key)))
        }
    };
    layout::desk(page, &title, "/queue", body)
}

/// The statement on file: what is left, our share of it, what changed since credit was granted, what is assumed and what is
/// asked about.
fn stated(reader: &Reader, form: &Form, file: &File, site: &Site) -> Markup {
    let person = &file.person;
    let Some(on_file) = &person.means else { return html! { p.notice { (reader.text("act-means-unknown")) } } };
    let means = &on_file.means;
    let money = |amount| html! { (reader.money(amount)) };
    let name_of = |category| {
        let line = form.lines.iter().find(|line| line.category == category);
        line.map_or_else(String::new, |line| rule::said(reader, &line.says).to_owned())
    };
    let mut rows = vec![
        (reader.text("stated-on"), html! { (reader.day(on_file.stated_on)) }),
        (reader.text("evidence-shown"), papers::shown_for_means(reader, file)),
        (reader.text("stated-income"), money(means.income_total())),
        (reader.text("stated-outgoings"), money(means.outgoings_total())),
        (reader.text("stated-arrangements"), money(means.arrangements())),
        (reader.text("stated-left"), money(means.disposable())),
    ];
    if let Some(capacity) = person.capacity(site.today()) {
        rows.push((reader.text("stated-capacity"), html! { strong { (reader.money(capacity)) } }));
    }
    html! {
        section.card {
            h2 { (reader.text("stated-title")) }
            (lists::pairs(&rows))
            @if let Some(change) = means::change(person) {
                p { (reader.fill("stated-change", [
                    ("then", value(reader.money(change.income_then))),
                    ("now", value(reader.money(change.income_now))),
                    ("percent", value(reader.count(change.income_fell_percent()))),
                ])) }
            }
            @let assumed: Vec<String> = means.assumed.iter().map(|line| name_of(line.category)).collect();
            @if !assumed.is_empty() { p.dim { (reader.fill("stated-assumed", [("lines", value(assumed.join(" · ")))])) } }
            @for line in form.above(means) {
                p.dim { (reader.fill("stated-above", [
                    ("line", value(name_of(line.category))),
                    ("stated", value(reader.money(line.stated))),
                    ("guideline", value(reader.money(line.guideline))),
                ])) }
            }
        }
    }
}

/// What stands under a way: agreeing it as the person accepted it, or asking somebody else.
fn agree_form(reader: &Reader, person: &Person, offer: &Offer, key: &str) -> Markup {
    if matches!(offer.way, Way::Respite { .. }) || offer.fit == Fit::MeansUnknown {
        return html! {};
    }
    let needs_second = offer.needs_second || offer.fit == Fit::AboveCapacity;
    let way = serde_json::to_string(&offer.way).unwrap_or_default();
    let name = |field: &str| format!("{field}-{}", way.len() * 31 + way.bytes().map(usize::from).sum::<usize>());
    let (accepted, reason) = (name("accepted"), name("reason"));
    html! {
        details {
            summary { (reader.text(if needs_second { "options-ask-second" } else { "options-agree" })) }
            form.stack method="post" action={ "/people/" (person.id) "/options" } {
                input type="hidden" name="key" value={ "plan-" (key) };
                input type="hidden" name="way" value=(way);
                label for=(accepted) { (reader.text("options-accepted")) }
                input #(accepted) name="accepted" required maxlength="200";
                @if needs_second {
                    label for=(reason) { (reader.text("options-reason")) }
                    input #(reason) name="reason" required maxlength="500";
                    p.hint { (reader.text("options-second-says")) }
                }
                button { (reader.text(if needs_second { "options-send-second" } else { "act-agree" })) }
            }
        }
        @if let Some(asked) = &person.exception && asked.way == offer.way {
            form.stack method="post" action={ "/people/" (person.id) "/options" } {
                input type="hidden" name="key" value={ "second-" (key) };
                input type="hidden" name="way" value=(way);
                p.notice { (reader.text("options-asked")) }
                button.primary name="second" value="yes" { (reader.text("options-say-yes")) }
                button name="second" value="no" { (reader.text("options-say-no")) }
            }
        }
    }
}

/// Agrees a way, asks for a second person's yes, or gives it.
pub(super) async fn agree(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Collectors>,
    Path(id): Path<String>,
    mut answers: Answers,
) -> Result<Response, Failure> {
    let file = find(&site, staff.asker(), &id).await?;
    let person = file.person.id;
    let back = format!("/people/{person}");
    let (book, today, at, actor) = (site.book(), site.today(), site.now(), staff.actor());
    let key = answers.get("key").to_owned();
    match answers.get("second") {
        "yes" => {
            let deed = Deed { actor, person, intent: "plan.second", key, body: String::from("yes"), notes: vec![] };
            let staff = staff.id;
            site.act(deed, move |person| plan::allow_exception(person, &book, staff, today, at)).await?;
            return Ok(Redirect::to(&back).into_response());
        }
        "no" => {
            let deed = Deed { actor, person, intent: "plan.second", key, body: String::from("no"), notes: vec![] };
            let staff = staff.id;
            site.act(deed, move |person| plan::decline_exception(person, staff, today)).await?;
            return Ok(Redirect::to(&back).into_response());
        }
        _ => {}
    }
    let way: Option<Way> = answers.choice("way", |text| serde_json::from_str(text).ok(), "say-choose");
    let accepted = answers.words("accepted", 200, "options-give-accepted");
    let (Some(way), Some(accepted)) = (way, accepted) else {
        return Ok(render(&page, &site, &file, &answers).into_response());
    };
    let recording = new_note("words", &accepted)?;
    let signed = Signed { code: code()?, accepted: Accepted::Recording { recording: recording.reference() } };
    let body = format!("{way:?} {accepted} {}", answers.get("reason"));
    if answers.get("reason").is_empty() {
        let deed = Deed { actor, person, intent: "plan", key, body, notes: vec![recording] };
        site.act(deed, move |person| plan::agree(person, &book, &way, signed, None::<Override>, today, at)).await?;
    } else {
        let why = new_note("words", answers.get("reason"))?;
        let reason = why.reference();
        let deed = Deed { actor, person, intent: "plan.ask_second", key, body, notes: vec![recording, why] };
        let staff = staff.id;
        site.act(deed, move |person| plan::ask_exception(person, &book, way, signed, staff, reason, today)).await?;
    }
    Ok(Redirect::to(&back).into_response())
}
