//! A day's routes before anybody is sent: what is proposed, what it changes, and the button that accepts just that.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::day::Day;
use domain::id::StaffId;
use domain::visit;
use maud::{Markup, html};
use store::Staff as Member;

use super::map::{self, Spot};
use super::routes::{self, Change, Proposal, Stop, TeamRoute};
use super::{permits, wanted_day};
use crate::pages::layout;
use crate::pages::parts::lists::{Tone, chip};
use crate::texts::{Reader, number, value};
use crate::web::act::Deed;
use crate::web::session::Collectors;
use crate::web::{Answers, Failure, Page, Site, Staff};

/// What would be.
pub(super) async fn show(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Collectors>,
    mut answers: Answers,
) -> Result<Markup, Failure> {
    let day = wanted_day(&site, &mut answers);
    let seen = propose(&site, &staff, day).await?;
    Ok(proposed(&page, day, &seen, false))
}

/// Sends the teams as proposed. If the day is another than was seen, it is shown again and nothing is changed.
pub(super) async fn accept(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Collectors>,
    mut answers: Answers,
) -> Result<Response, Failure> {
    let day = wanted_day(&site, &mut answers);
    let seen = propose(&site, &staff, day).await?;
    if seen.proposal.digest != answers.get("seen") {
        return Ok(proposed(&page, day, &seen, true).into_response());
    }
    for route in &seen.proposal.routes {
        let team = permits::team(&seen.members, &route.team);
        for stop in route.stops.iter().filter(|stop| stop.change != Change::None) {
            let (book, now, team, stop) = (site.book(), site.moment(), team.clone(), stop.clone());
            let deed = Deed {
                actor: staff.actor(),
                person: stop.person.id,
                intent: "visit.assign",
                key: format!("{}-{}", answers.get("key"), stop.visit),
                body: format!("{} {}", stop.visit, stop.arrive_at),
                notes: vec![],
            };
            let decide = move |person: &_| visit::assign(person, &book, stop.visit, &team, stop.arrive_at, &now);
            match site.act(deed, decide).await {
                // A visit that was declined or moved in the meantime is no longer ours to send to; its file says why.
                Ok(_) | Err(Failure::Refused(_)) => {}
                Err(failure) => return Err(failure),
            }
        }
    }
    Ok(Redirect::to(&format!("/visits?day={day}")).into_response())
}

/// A day as it would be, and as it stands.
struct Seen {
    proposal: Proposal,
    members: Vec<Member>,
    spots: Vec<Spot>,
}

async fn propose(site: &Arc<Site>, staff: &Staff<Collectors>, day: Day) -> Result<Seen, Failure> {
    let span = [site.book().start_of(day), site.book().start_of(day.plus_days(1))];
    let (asker, now) = (staff.asker(), site.now());
    let looked = site.look(move |reader| {
        let work = routes::gather(reader, asker, day, span, now)?;
        Ok((work, reader.all_staff()?, map::gather(reader, asker, span)?))
    });
    let (work, members, spots) = looked.await?;
    let shared = Arc::clone(site);
    let proposal = tokio::task::spawn_blocking(move || routes::propose(&work, shared.travel_times.as_ref())).await??;
    Ok(Seen { proposal, members, spots })
}

fn proposed(page: &Page, day: Day, seen: &Seen, has_changed: bool) -> Markup {
    let Seen { proposal, members, spots } = seen;
    let reader = &page.reader;
    let title = reader.fill("routes-title", [("day", value(reader.long_day(day)))]);
    let changes = proposal.routes.iter().flat_map(|route| &route.stops).filter(|stop| stop.change != Change::None).count();
    let body = html! {
        p { a href={ "/visits?day=" (day) } { (reader.text("routes-back")) } }
        h1 { (title) }
        @if has_changed { p.notice role="alert" { (reader.text("routes-changed-meanwhile")) } }
        p { (reader.fill("routes-changes", [("count", number(changes))])) }
        @for route in &proposal.routes { (team(reader, route, members)) }
        @if !proposal.left.is_empty() {
            section.card {
                h2 { (reader.text("routes-left")) }
                ul { @for (person, reason) in &proposal.left {
                    li { a href={ "/people/" (person.id) } { (person.name) } " " span.dim { (reader.text(left_key(reason))) } }
                } }
            }
        }
        @if changes > 0 {
            form.actions method="post" action="/visits/plan" {
                input type="hidden" name="key" value=(page.request_id);
                input type="hidden" name="day" value=(day);
                input type="hidden" name="seen" value=(proposal.digest);
                button.primary { (reader.text("routes-accept")) }
            }
            p.dim { (reader.text("routes-accept-says")) }
        }
        (map::show(reader, spots))
    };
    layout::desk(page, &title, "/visits", body)
}

fn team(reader: &Reader, route: &TeamRoute, members: &[Member]) -> Markup {
    let called =
        |id: &StaffId| members.iter().find(|member| member.id == *id).map_or_else(|| id.to_string(), |it| it.name.clone());
    let names = route.team.iter().map(called).collect::<Vec<_>>().join(" · ");
    let travel = [
        ("count", number(route.stops.len())),
        ("minutes", value(reader.count((route.travel_s + 59) / 60))),
        ("km", value(reader.count((route.travel_m + 500) / 1000))),
    ];
    html! {
        section.card {
            div.head { h2 { (names) } span.dim { (reader.fill("routes-travel", travel)) } }
            div.scroll tabindex="0" role="region" aria-label=(names) {
                table.cells {
                    thead { tr {
                        th scope="col" { (reader.text("visits-arrival")) }
                        th scope="col" { (reader.text("visits-person")) }
                        th scope="col" { (reader.text("visits-hour")) }
                        th scope="col" { (reader.text("routes-change")) }
                    } }
                    tbody { @for stop in &route.stops { (line(reader, stop)) } }
                }
            }
        }
    }
}

fn line(reader: &Reader, stop: &Stop) -> Markup {
    let hour = [("from", value(reader.clock(stop.from))), ("until", value(reader.clock(stop.until)))];
    html! {
        tr {
            th scope="row" { (reader.clock(stop.arrive_at)) }
            td data-name=(reader.text("visits-person")) { a href={ "/people/" (stop.person.id) } { (stop.person.name) } }
            td data-name=(reader.text("visits-hour")) { (reader.fill("visits-from-until", hour)) }
            td data-name=(reader.text("routes-change")) { (change(reader, stop.change)) }
        }
    }
}

fn change(reader: &Reader, change: Change) -> Markup {
    match change {
        Change::None => html! { span.dim { (reader.text("routes-stays")) } },
        Change::New => chip(Tone::Good, &reader.text("routes-new")),
        Change::Team => chip(Tone::Warn, &reader.text("routes-other-team")),
        Change::Time { before } => chip(Tone::Warn, &reader.fill("routes-other-time", [("before", value(reader.clock(before)))])),
    }
}

fn left_key(reason: &str) -> &'static str {
    match reason {
        "crew" | "skills" => "routes-left-team",
        "unreachable" => "routes-left-unreachable",
        _ => "routes-left-full",
    }
}
