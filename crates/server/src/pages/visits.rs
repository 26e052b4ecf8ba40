//! Visits: what is under way, and the day's routes. Nobody is sent who was not said yes to, and never before the agreed hour.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::day::Day;
use domain::id::StaffId;
use jiff::Timestamp;
use maud::{Markup, html};
use store::{Staff as Member, VisitRow};

use super::layout;
use super::parts::form;
use super::parts::lists::{Tone, chip};
use crate::texts::{Reader, number, value};
use crate::web::session::{Collectors, Readers};
use crate::web::{Answers, Failure, Page, Role, Site, Staff};

mod map;
pub(crate) mod permits;
mod plan;
mod routes;

/// `/visits`, `/visits/plan`, `/visits/permits`.
pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new()
        .route("/visits", get(show))
        .route("/visits/plan", get(plan::show).post(plan::accept))
        .route("/visits/permits", post(permit))
}

/// Visits on the list.
const LIMIT: u32 = 200;

async fn show(page: Page, State(site): State<Arc<Site>>, staff: Staff<Readers>, answers: Answers) -> Result<Markup, Failure> {
    let (asker, book, today) = (staff.asker(), site.book(), site.today());
    let asked = Day::parse(answers.get("day"));
    let seen = site.look(move |reader| {
        let of = |day: Day| reader.visits_between(asker, book.start_of(day), book.start_of(day.plus_days(1)));
        // Today as long as somebody is on the way; in the evening tomorrow is planned.
        let is_on_the_way = |rows: &[VisitRow]| rows.iter().any(|row| matches!(row.state.as_str(), "assigned" | "started"));
        let (day, of_day) = match asked {
            Some(day) => (day, of(day)?),
            None => match of(today)? {
                rows if is_on_the_way(&rows) => (today, rows),
                _ => (today.plus_days(1), of(today.plus_days(1))?),
            },
        };
        Ok((day, of_day, reader.visits_under_way(asker, LIMIT)?, reader.all_staff()?))
    });
    let (day, of_day, under_way, members) = seen.await?;
    let reader = &page.reader;
    let title = reader.text("visits-title");
    let filled = Answers::of([("day", day.to_string())]);
    let has_records = matches!(staff.role, Role::Manager | Role::Desk | Role::Compliance);
    let may_plan = matches!(staff.role, Role::Manager | Role::Desk);
    let count = |state: &str| of_day.iter().filter(|row| row.state == state).count();
    let (waits, assigned) = (count("agreed"), count("assigned"));
    let now = site.now();
    let without = of_day.iter().filter(|row| row.state == "assigned" && row.permit_until.is_none_or(|until| until < now)).count();
    let body = html! {
        h1 { (title) }
        form.filter.card method="get" action="/visits" {
            (form::day(reader, &filled, "day", "visits-day").render())
            button { (reader.text("visits-show")) }
        }
        section.card {
            div.head { h2 { (reader.long_day(day)) } span.dim { (reader.fill("visits-waiting", [("count", value(reader.count(waits as i64)))])) } }
            @if of_day.is_empty() { p.empty { (reader.text("visits-none-that-day")) } } @else { (table(reader, &of_day, &members, has_records, now)) }
            @if may_plan && !of_day.is_empty() {
                p.actions { a.button.primary[waits > 0] href={ "/visits/plan?day=" (day) } { (reader.text("visits-plan")) } }
                p.dim { (reader.text("visits-plan-says")) }
            }
            @if assigned > 0 {
                p { (reader.fill("permits-standing", [("count", number(assigned - without))])) }
            }
            @if may_plan && without > 0 {
                form.actions method="post" action="/visits/permits" {
                    input type="hidden" name="key" value=(page.request_id);
                    input type="hidden" name="day" value=(day);
                    button { (reader.text("permits-issue")) }
                }
                p.dim { (reader.text("permits-says")) }
            }
        }
        section.card {
            h2 { (reader.text("visits-under-way")) }
            @if under_way.is_empty() { p.empty { (reader.text("visits-none")) } } @else { (table(reader, &under_way, &members, has_records, now)) }
        }
    };
    Ok(layout::desk(&page, &title, "/visits", body))
}

/// The day that is planned: the one asked for, or tomorrow, for today's teams are on their way.
fn wanted_day(site: &Site, answers: &mut Answers) -> Day {
    Day::parse(answers.get("day")).unwrap_or_else(|| site.today().plus_days(1))
}

fn table(reader: &Reader, rows: &[VisitRow], members: &[Member], has_records: bool, now: Timestamp) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(reader.text("visits-title")) {
            table.cells {
                thead { tr {
                    th scope="col" { (reader.text("visits-person")) }
                    th scope="col" { (reader.text("visits-area")) }
                    th scope="col" { (reader.text("visits-state")) }
                    th scope="col" { (reader.text("visits-hour")) }
                    th scope="col" { (reader.text("visits-arrival")) }
                    th scope="col" { (reader.text("visits-team")) }
                    th scope="col" { (reader.text("permit")) }
                } }
                tbody data-rows { @for row in rows { (line(reader, row, members, has_records, now)) } }
            }
        }
    }
}

/// `has_records` if the reader may see what phones recorded.
fn line(reader: &Reader, row: &VisitRow, members: &[Member], has_records: bool, now: Timestamp) -> Markup {
    let name = row.identity.as_ref().map_or_else(|| row.person.to_string(), |identity| identity.name.clone());
    let dash = || String::from("–");
    let called =
        |id: &StaffId| members.iter().find(|member| member.id == *id).map_or_else(|| id.to_string(), |it| it.name.clone());
    let hour = match (row.agreed_from, row.agreed_until) {
        (Some(from), Some(until)) => {
            reader.fill("visits-from-until", [("from", value(reader.moment(from))), ("until", value(reader.clock(until)))])
        }
        _ => dash(),
    };
    html! {
        tr {
            th scope="row" {
                a href={ "/people/" (row.person) } { (name) }
                @if has_records && matches!(row.state.as_str(), "started" | "closed" | "stopped") { " " a href={ "/visits/" (row.visit) "/records" } { (reader.text("phone-records")) } }
            }
            td data-name=(reader.text("visits-area")) { (row.area.clone().unwrap_or_else(dash)) }
            td data-name=(reader.text("visits-state")) { (state(reader, &row.state)) }
            td data-name=(reader.text("visits-hour")) { (hour) }
            td data-name=(reader.text("visits-arrival")) { (row.arrive_at.map_or_else(dash, |at| reader.clock(at))) }
            td data-name=(reader.text("visits-team")) { (row.team.iter().map(called).collect::<Vec<_>>().join(" · ")) }
            td data-name=(reader.text("permit")) { @match row.permit_until {
                Some(until) if row.state == "assigned" && until < now => { (reader.text("permit-expired")) }
                Some(until) => { (reader.fill("permit-until", [("until", value(reader.clock(until)))])) }
                None => { "–" }
            } }
        }
    }
}

fn state(reader: &Reader, state: &str) -> Markup {
    let (tone, key) = match state {
        "proposed" => (Tone::Plain, "visit-proposed"),
        "agreed" => (Tone::Warn, "visit-is-agreed"),
        "assigned" => (Tone::Good, "visit-assigned"),
        "started" => (Tone::Good, "visit-started"),
        "closed" => (Tone::Plain, "visit-closed"),
        "declined" => (Tone::Care, "visit-is-declined"),
        "stopped" => (Tone::Stop, "visit-stopped"),
        _ => (Tone::Plain, "visit-is-lapsed"),
    };
    chip(tone, &reader.text(key))
}

/// Asks for the permits of a day's assigned visits. What is refused stays assigned, and its file says why.
async fn permit(State(site): State<Arc<Site>>, staff: Staff<Collectors>, mut answers: Answers) -> Result<Response, Failure> {
    let day = wanted_day(&site, &mut answers);
    let (from, until) = (site.book().start_of(day), site.book().start_of(day.plus_days(1)));
    let asker = staff.asker();
    let rows = site.look(move |reader| reader.visits_between(asker, from, until)).await?;
    permits::issue(&site, staff.actor(), &rows, answers.get("key")).await?;
    Ok(Redirect::to(&format!("/visits?day={day}")).into_response())
}
