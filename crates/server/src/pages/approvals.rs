//! `/approvals`: everything that waits for a second person, the longest first, with who asked and where it is decided.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use domain::day::Day;
use domain::event::Actor;
use domain::id::StaffId;
use domain::money::Money;
use maud::{Markup, html};
use store::{Asker, Error};

use super::layout;
use super::parts::lists::{Tone, chip};
use crate::texts::{Reader, number};
use crate::web::session::Workers;
use crate::web::{Failure, Page, Role, Site, Staff};

/// `/approvals`.
pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new().route("/approvals", get(show))
}

/// Things about people on the list.
const LIMIT: u32 = 500;

/// Something that waits.
struct Waits {
    /// The key of what it is called.
    what: &'static str,
    /// Of whom or of what.
    of: String,
    /// Where it is decided.
    at: String,
    amount: Option<Money>,
    asked_by: Option<StaffId>,
    asked_on: Day,
}

async fn show(page: Page, State(site): State<Arc<Site>>, staff: Staff<Workers>) -> Result<Markup, Failure> {
    let (asker, role, zone) = (staff.asker(), staff.role, site.zone.clone());
    let day_of = move |at| domain::moment::Moment::new(at, zone.clone()).day();
    let gather = move |reader: &store::Reader| {
        let names: BTreeMap<StaffId, String> = reader.all_staff()?.into_iter().map(|it| (it.id, it.name)).collect();
        Ok((waiting(reader, asker, role, &day_of)?, names))
    };
    let (waiting, names) = site.look(gather).await?;
    let (reader, today) = (&page.reader, site.today());
    let title = reader.text("approvals-title");
    let me = if let Actor::Staff(id) = staff.actor() { Some(id) } else { None };
    let body = html! {
        h1 { (title) }
        p.dim { (reader.text("approvals-says")) }
        @if waiting.is_empty() { p.empty { (reader.text("approvals-none")) } } @else {
            div.scroll tabindex="0" role="region" aria-label=(title) { table.cells {
                thead { tr {
                    th scope="col" { (reader.text("approvals-of")) }
                    th scope="col" { (reader.text("approvals-what")) }
                    th.num scope="col" { (reader.text("approvals-amount")) }
                    th scope="col" { (reader.text("approvals-asked-by")) }
                    th scope="col" { (reader.text("approvals-since")) }
                } }
                tbody { @for it in &waiting { (row(reader, it, &names, me, today)) } }
            } }
        }
    };
    Ok(layout::desk(&page, &title, "/approvals", body))
}

fn row(reader: &Reader, it: &Waits, names: &BTreeMap<StaffId, String>, me: Option<StaffId>, today: Day) -> Markup {
    let by = it.asked_by.and_then(|id| names.get(&id));
    html! { tr {
        th scope="row" { a href=(it.at) { (it.of) } }
        td data-name=(reader.text("approvals-what")) { (reader.text(it.what)) }
        td.num data-name=(reader.text("approvals-amount")) { @match it.amount { Some(amount) => { (reader.money(amount)) } None => { "–" } } }
        td data-name=(reader.text("approvals-asked-by")) {
            (by.map_or("–", String::as_str))
            @if it.asked_by.is_some() && it.asked_by == me { " " (chip(Tone::Plain, &reader.text("approvals-own"))) }
        }
        td data-name=(reader.text("approvals-since")) {
            (reader.day(it.asked_on)) " "
            span.dim { (reader.fill("approvals-days", [("count", number(i64::from(it.asked_on.days_until(today))))])) }
        }
    } }
}

/// What waits and this role may look at where it is decided: cash is the desk's, packs are compliance's, and a manager sees all.
fn waiting(
    reader: &store::Reader,
    asker: Asker,
    role: Role,
    day_of: &impl Fn(jiff::Timestamp) -> Day,
) -> Result<Vec<Waits>, Error> {
    let mut waiting: Vec<Waits> = vec![];
    for row in reader.approvals(asker, LIMIT)? {
        waiting.push(Waits {
            what: if row.what == "waiver" { "approvals-waiver" } else { "approvals-exception" },
            of: row.identity.map_or_else(|| row.person.to_string(), |identity| identity.name),
            at: format!("/people/{}", row.person),
            amount: row.amount,
            asked_by: row.asked_by,
            asked_on: row.asked_on,
        });
    }
    let staff = |actor| if let Actor::Staff(id) = actor { Some(id) } else { None };
    if matches!(role, Role::Manager | Role::Desk) {
        for deposit in reader.cash_unchecked()? {
            waiting.push(Waits {
                what: "approvals-deposit",
                of: deposit.deposit,
                at: "/cash".to_owned(),
                amount: Some(deposit.amount),
                asked_by: staff(deposit.made_by),
                asked_on: day_of(deposit.made_at),
            });
        }
    }
    if matches!(role, Role::Manager | Role::Compliance) {
        for pack in reader.packs()?.into_iter().filter(|pack| pack.activated.is_none()) {
            waiting.push(Waits {
                what: "approvals-pack",
                of: format!("{} {}", pack.pack, pack.version),
                at: "/law/change".to_owned(),
                amount: None,
                asked_by: Some(pack.proposed_by),
                asked_on: day_of(pack.proposed_at),
            });
        }
    }
    waiting.sort_by_key(|it| it.asked_on);
    Ok(waiting)
}

#[cfg(test)]
mod tests;
