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
use crate::texts::{Reader, number, value};
use crate::web::session::{Collectors, Officers, Roles, Workers};
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
    by: By,
    asked_on: Day,
}

/// Whose word it waits behind.
#[derive(Clone, Copy)]
enum By {
    /// Somebody on the staff asked, or a program did; they do not decide it.
    Staff(Option<StaffId>),
    /// The person appeals an answer; who gave it does not decide again.
    Appeal(Option<StaffId>),
    /// The person asked.
    Person,
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
    let name = |id: Option<StaffId>| id.and_then(|id| names.get(&id)).map_or("–", String::as_str);
    let is_mine = |id: Option<StaffId>| id.is_some() && id == me;
    html! { tr {
        th scope="row" { a href=(it.at) { (it.of) } }
        td data-name=(reader.text("approvals-what")) { (reader.text(it.what)) }
        td.num data-name=(reader.text("approvals-amount")) { @match it.amount { Some(amount) => { (reader.money(amount)) } None => { "–" } } }
        td data-name=(reader.text("approvals-asked-by")) {
            @match it.by {
                By::Staff(id) => { (name(id)) @if is_mine(id) { " " (chip(Tone::Plain, &reader.text("approvals-own"))) } }
                By::Appeal(id) => {
                    (reader.text("approvals-by-person"))
                    span.dim { " " (reader.fill("approvals-first-answer", [("name", value(name(id).to_owned()))])) }
                    @if is_mine(id) { " " (chip(Tone::Plain, &reader.text("approvals-answered"))) }
                }
                By::Person => { (reader.text("approvals-by-person")) }
            }
        }
        td data-name=(reader.text("approvals-since")) {
            (reader.day(it.asked_on)) " "
            span.dim { (reader.fill("approvals-days", [("count", number(i64::from(it.asked_on.days_until(today))))])) }
        }
    } }
}

/// Whether this role answers appeals, or looks at places that people named.
fn decides(role: Role, what: &str) -> bool {
    let allowed = if what == "place" { Collectors::ALLOWED } else { Officers::ALLOWED };
    allowed.contains(&role)
}

/// What waits and this role may look at where it is decided: cash and places are the desk's, packs and appeals are
/// compliance's, and a manager sees all.
fn waiting(
    reader: &store::Reader,
    asker: Asker,
    role: Role,
    day_of: &impl Fn(jiff::Timestamp) -> Day,
) -> Result<Vec<Waits>, Error> {
    let mut waiting: Vec<Waits> = vec![];
    for row in reader.approvals(asker, LIMIT)? {
        let file = format!("/people/{}", row.person);
        let (what, by, at) = match row.what.as_str() {
            "waiver" => ("approvals-waiver", By::Staff(row.asked_by), file),
            // The desk names no answers to appeals, and compliance looks at no places.
            "appeal" | "appeal_hardship" | "place" if !decides(role, &row.what) => continue,
            "appeal" => ("approvals-appeal", By::Appeal(row.asked_by), format!("/complaints/{}", row.id)),
            "appeal_hardship" => ("approvals-appeal-hardship", By::Appeal(row.asked_by), format!("/complaints/{}", row.id)),
            "place" => ("approvals-place", By::Person, file),
            _ => ("approvals-exception", By::Staff(row.asked_by), file),
        };
        waiting.push(Waits {
            what,
            of: row.identity.map_or_else(|| row.person.to_string(), |identity| identity.name),
            at,
            amount: row.amount,
            by,
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
                by: By::Staff(staff(deposit.made_by)),
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
                by: By::Staff(Some(pack.proposed_by)),
                asked_on: day_of(pack.proposed_at),
            });
        }
    }
    waiting.sort_by_key(|it| it.asked_on);
    Ok(waiting)
}

#[cfg(test)]
mod tests;
