//! An agreement as PDF, for whoever it binds and for the desk; and `/v/agreement`, where anybody who holds one can see whether
//! it is ours.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::id::{PersonId, PlanId};
use domain::person::Person;
use domain::plan::{self, PlanEnd};
use maud::{Markup, html};
use store::Asker;

use super::layout;
use super::parts::form;
use super::verify::asker;
use crate::documents::agreement::{self, Facts};
use crate::texts::{Lang, Reader, number, value};
use crate::web::session::Readers;
use crate::web::{Answers, Consumer, Failure, Page, Site, Staff};

/// `/me/plan/{id}/agreement`, `/people/{id}/plans/{plan}/agreement`, `/v/agreement`.
pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new()
        .route("/me/plan/{id}/agreement", get(mine))
        .route("/people/{id}/plans/{plan}/agreement", get(at_the_desk))
        .route("/v/agreement", get(check))
}

async fn mine(
    page: Page,
    State(site): State<Arc<Site>>,
    consumer: Consumer,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let plan = PlanId::parse(&id).ok_or(Failure::NotFound)?;
    paper(&page.reader, &site, consumer.asker(), consumer.person, plan).await
}

/// In the language that is asked for, because the person's may be another than the desk's.
async fn at_the_desk(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Readers>,
    Path((id, plan)): Path<(String, String)>,
    answers: Answers,
) -> Result<Response, Failure> {
    let person = PersonId::parse(&id).ok_or(Failure::NotFound)?;
    let plan = PlanId::parse(&plan).ok_or(Failure::NotFound)?;
    let lang = Lang::from_tag(answers.get("in")).unwrap_or(page.reader.lang);
    let reader = Reader { lang, ..page.reader.clone() };
    paper(&reader, &site, staff.asker(), person, plan).await
}

/// The paper, found for who asks and set on a thread that may take its time.
async fn paper(reader: &Reader, site: &Arc<Site>, asker: Asker, person: PersonId, plan: PlanId) -> Result<Response, Failure> {
    let found = site.look(move |reader| {
        let Some(person) = reader.person(asker, person)? else { return Ok(None) };
        let identity = reader.identity(asker, &person)?;
        Ok(Some((person, identity.map_or_else(String::new, |identity| identity.name))))
    });
    let (person, name) = found.await?.ok_or(Failure::NotFound)?;
    let (reader, of) = (reader.clone(), Arc::clone(site));
    let made = tokio::task::spawn_blocking(move || {
        let facts = Facts::of(&of.letterhead, &person, &name, &of.book(), plan)?;
        Some((facts.agreement.number.to_uppercase(), agreement::pdf(&reader, &facts)))
    });
    let made = made.await.map_err(|error| anyhow::anyhow!("making a document broke off: {error}"))?;
    let (number, pdf) = made.ok_or(Failure::NotFound)?;
    let name = format!("inline; filename=\"{number}.pdf\"");
    Ok(([(header::CONTENT_TYPE, "application/pdf".to_owned()), (header::CONTENT_DISPOSITION, name)], pdf).into_response())
}

/// The plans of a person that were agreed in writing, each with its paper in three languages.
pub(super) fn papers(reader: &Reader, person: &Person) -> Markup {
    let mut plans: Vec<_> = person.plans.values().filter(|plan| plan.agreement.is_some()).collect();
    plans.sort_by_key(|plan| std::cmp::Reverse(plan.agreed_at));
    html! {
        @if !plans.is_empty() {
            section.card {
                h2 { (reader.text("papers-title")) }
                ul { @for plan in plans { li {
                    (reader.fill("papers-of", [("day", value(reader.day(plan.agreed_on)))]))
                    @for lang in Lang::ALL {
                        " " a href={ "/people/" (person.id) "/plans/" (plan.id) "/agreement?in=" (lang.tag()) } lang=(lang.tag()) { (lang.own_name()) }
                    }
                } } }
            }
        }
    }
}

/// Whether an agreement with this number and code is ours: what it says and whether it stands, and never of whom.
async fn check(page: Page, State(site): State<Arc<Site>>, headers: HeaderMap, answers: Answers) -> Result<Response, Failure> {
    let reader = &page.reader;
    let typed = |name: &str| answers.get(name).chars().take(40).filter(|c| !c.is_whitespace()).collect::<String>();
    let (number_typed, code) = (typed("number"), typed("code"));
    let is_asked = !number_typed.is_empty();
    let title = reader.text("paper-verify");
    if is_asked && !site.badge_checks.may(&asker(&site, &headers), site.now()) {
        let body = html! { h1 { (title) } p { (reader.text("verify-too-often")) } };
        return Ok((StatusCode::TOO_MANY_REQUESTS, layout::portal(&page, &title, body)).into_response());
    }
    let found = if is_asked { site.look(move |reader| reader.agreement(&number_typed, &code)).await? } else { None };
    let body = html! {
        h1 { (title) }
        p { (reader.text("paper-verify-says")) }
        @if is_asked {
            @match &found {
                Some((person, plan)) => { (genuine(reader, person, *plan)) },
                None => section.gate.warn role="status" {
                    p.answer { strong { (reader.text("paper-verify-no")) } }
                    p { (reader.text("paper-verify-no-says")) }
                },
            }
        }
        form method="get" action="/v/agreement" {
            (form::text(reader, &answers, "number", "paper-verify-number").render())
            (form::text(reader, &answers, "code", "paper-verify-code").render())
            div.actions { button.primary { (reader.text("paper-verify-ask")) } }
        }
    };
    Ok(layout::portal(&page, &title, body).into_response())
}

fn genuine(reader: &Reader, person: &Person, id: PlanId) -> Markup {
    let plan = person.plans.get(&id);
    let agreement = plan.and_then(|plan| plan.agreement.as_ref().map(|agreement| (plan, agreement)));
    let Some((plan, agreement)) = agreement else { return html! {} };
    let stands = match plan.end {
        None => "paper-stands",
        Some(PlanEnd::Kept { .. }) => "paper-was-kept",
        Some(PlanEnd::Broken { .. }) => "paper-was-broken",
        Some(PlanEnd::Superseded) => "paper-was-superseded",
        Some(PlanEnd::Withdrawn { .. }) => "paper-was-withdrawn",
    };
    let says = [
        ("day", value(reader.long_day(plan.agreed_on))),
        ("total", value(reader.money(agreement.total))),
        ("count", number(plan::promises_of(person, id).count() as i64)),
        ("ends", value(reader.long_day(agreement.ends_on))),
    ];
    html! {
        section.gate.good role="status" {
            p.answer { strong { (reader.text("paper-verify-yes")) } }
            p { (reader.fill("paper-verify-yes-says", says)) }
            p { (reader.text(stands)) }
        }
    }
}

#[cfg(test)]
mod tests;
