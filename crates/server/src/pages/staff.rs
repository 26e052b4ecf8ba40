//! Who works here, as what, and whether their certificate is good: nobody visits without one.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::day::Day;
use domain::id::StaffId;
use domain::visit::{self, Revocation};
use maud::{Markup, html};
use store::Staff as Member;

use super::layout;
use super::parts::form;
use super::parts::lists::{Tone, chip};
use crate::texts::{Reader, value};
use crate::web::act::Deed;
use crate::web::session::Engineers;
use crate::web::{Answers, Failure, Page, Site, Staff};

/// `/staff` and the certificates kept there.
pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new().route("/staff", get(show)).route("/staff/{id}/certificate", post(certify))
}

async fn show(page: Page, State(site): State<Arc<Site>>, _: Staff<Engineers>) -> Result<Markup, Failure> {
    render(&page, &site, &Answers::default()).await
}

async fn render(page: &Page, site: &Arc<Site>, answers: &Answers) -> Result<Markup, Failure> {
    let members = site.look(store::Reader::all_staff).await?;
    let (reader, today) = (&page.reader, site.today());
    let title = reader.text("staff-title");
    let body = html! {
        h1 { (title) }
        (form::summary(reader, answers))
        div.scroll tabindex="0" role="region" aria-label=(title) {
            table.cells {
                thead { tr {
                    th scope="col" { (reader.text("staff-name")) }
                    th scope="col" { (reader.text("staff-role")) }
                    th scope="col" { (reader.text("staff-badge")) }
                    th scope="col" { (reader.text("staff-certificate")) }
                } }
                tbody { @for member in &members { tr {
                    th scope="row" { (member.name) }
                    td data-name=(reader.text("staff-role")) { (layout::role_name(reader, member.role)) }
                    td data-name=(reader.text("staff-badge")) { code { (member.badge) } @if let Some(number) = &member.registration { br; span.dim { (reader.fill("verify-registration", [("number", value(number.as_str()))])) } } }
                    td data-name=(reader.text("staff-certificate")) {
                        (certificate(reader, member, today))
                        @if member.role == store::Role::Field && member.left_on.is_none() { (certificate_form(reader, member)) }
                    }
                } } }
            }
        }
    };
    Ok(layout::desk(page, &title, "/staff", body))
}

/// The longest number of a register.
const LONGEST_NUMBER: usize = 60;

/// Until when the certificate is good, and under which number a register keeps them. An empty day takes the certificate away, at
/// once.
fn certificate_form(reader: &Reader, member: &Member) -> Markup {
    let (id, number) = (format!("until-{}", member.id), format!("registration-{}", member.id));
    let until = member.certificate_until.map(|day| day.to_string()).unwrap_or_default();
    html! {
        details {
            summary { (reader.text("certificate-change")) }
            form.stack method="post" action={ "/staff/" (member.id) "/certificate" } {
                div.question {
                    label for=(id) { (reader.text("certificate-until")) }
                    input #(id) type="date" name="until" value=(until);
                    p.hint { (reader.text("certificate-until-hint")) }
                }
                div.question {
                    label for=(number) { (reader.text("staff-registration")) " " span.dim { (reader.text("optional")) } }
                    input #(number) name="registration" maxlength=(LONGEST_NUMBER) value=(member.registration.as_deref().unwrap_or_default());
                    p.hint { (reader.text("staff-registration-hint")) }
                }
                button { (reader.text("act-save")) }
            }
        }
    }
}

/// Keeps what the training record says now. Whoever has no certificate for today is sent nowhere from this minute: permits in
/// which they stand fall.
async fn certify(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Engineers>,
    Path(id): Path<String>,
    mut answers: Answers,
) -> Result<Response, Failure> {
    let id = StaffId::parse(&id).ok_or(Failure::NotFound)?;
    let mut member = site.look(move |reader| reader.staff(id)).await?.ok_or(Failure::NotFound)?;
    let until = match answers.get("until") {
        "" => None,
        _ => answers.day("until", "fault-day"),
    };
    if !answers.faults().is_empty() {
        return Ok(render(&page, &site, &answers).await?.into_response());
    }
    member.certificate_until = until;
    // A form without the field says nothing about it.
    if let Some((_, number)) = answers.pairs().find(|(name, _)| *name == "registration") {
        let number: String = number.trim().chars().take(LONGEST_NUMBER).collect();
        member.registration = Some(number).filter(|number| !number.is_empty());
    }
    let store = Arc::clone(&site.store);
    tokio::task::spawn_blocking(move || store.keep_staff(member)).await??;
    let asker = staff.asker();
    let rows = site.look(move |reader| reader.visits_under_way(asker, 10_000)).await?;
    let concerned = rows.into_iter().filter(|row| row.permit_until.is_some() && row.team.contains(&id));
    for row in concerned.filter(|row| until.is_none_or(|until| row.agreed_from.is_some_and(|at| site.book().day_of(at) > until)))
    {
        let (visit, now) = (row.visit, site.now());
        let deed = Deed {
            actor: staff.actor(),
            person: row.person,
            intent: "visit.revoke",
            key: format!("certificate-{visit}-{}", page.request_id),
            body: String::new(),
            notes: vec![],
        };
        match site.act(deed, move |person| visit::revoke(person, visit, Revocation::CertificateLapsed, now)).await {
            // A permit that fell meanwhile needs no revoking.
            Ok(_) | Err(Failure::Refused(_)) => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(Redirect::to("/staff").into_response())
}

fn certificate(reader: &Reader, member: &Member, today: Day) -> Markup {
    match (member.left_on, member.certificate_until) {
        (Some(left_on), _) => chip(Tone::Plain, &reader.fill("staff-left", [("day", value(reader.day(left_on)))])),
        (None, Some(until)) if until >= today => chip(Tone::Good, &reader.day(until)),
        (None, Some(until)) => chip(Tone::Stop, &reader.fill("staff-expired", [("day", value(reader.day(until)))])),
        (None, None) => html! { "–" },
    }
}
