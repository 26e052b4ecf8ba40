//! The day as a phone downloads it: the stops of one collector, what must be known at each door, and a lease for each visit
//! that may be opened.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use domain::book::Book;
use domain::contact::{self, Act};
use domain::day::Day;
use domain::id::{DeviceId, VisitId};
use domain::identity::Address;
use domain::law::Situation;
use domain::means::{CreditorKind, Form, Side};
use domain::moment::{Moment, Timestamp};
use domain::options;
use domain::person::Person;
use domain::promise::PromiseEnd;
use domain::record;
use domain::visit::{Slot, Visit};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::{Device, Reader, VisitRow};

use super::{clock, told, unreadable, watch};
use crate::door_code::DoorCode;
use crate::lease;
use crate::pages::parts::ways;
use crate::pages::people::debt_key;
use crate::pages::visits::permits;
use crate::texts::{Lang, Reader as Texts};
use crate::web::session::{Visitors, token};
use crate::web::{Failure, Page, Site, Staff};

/// The number that a phone calls when there is no network for anything else: the police, in the mainland and in Taiwan.
const EMERGENCY: &str = "110";

#[derive(Deserialize)]
pub(super) struct Asked {
    device: String,
}

/// One stop, as the phone keeps it.
#[derive(Serialize)]
struct Stop {
    visit: String,
    state: String,
    name: String,
    area: Option<String>,
    address: Option<Address>,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    arrive_at: Option<Timestamp>,
    team: Vec<String>,
    overdue_minor: i64,
    owed_minor: i64,
    days_past_due: u32,
    /// Keys of texts: what to bear in mind at this door.
    brief: Vec<&'static str>,
    /// What the collector says first, in each language.
    code: Option<BTreeMap<&'static str, String>>,
    lease: Option<String>,
    /// Why there is none.
    refused: Vec<Value>,
    may_take_money: bool,
    wants_audio: bool,
    /// What may be agreed there, worked out today: the same as on the pages of the person and the desk.
    options: Vec<Value>,
    /// The means on file.
    means: Option<MeansOnFile>,
}

/// When means were stated last, and what a plan may take a month by them.
#[derive(Serialize)]
struct MeansOnFile {
    stated_on: String,
    capacity_minor: i64,
}

/// What is found of one stop.
struct Found {
    row: VisitRow,
    person: Person,
    visit: Visit,
    address: Option<Address>,
    team: Vec<String>,
}

/// The day of whoever is signed in, for a phone of theirs. Permits are asked for first: there is no lease without one.
#[utoipa::path(post, path = "/phone/day", tag = "phone",
    params(("device" = String, Query, description = "The phone's id")),
    responses((status = 200, body = Value, description = "`forbear.day/1`: stops with leases and ways out, the key of the day; docs/phone.md")))]
pub(super) async fn download(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Visitors>,
    Query(asked): Query<Asked>,
) -> Result<Json<Value>, Failure> {
    let device = DeviceId::parse(&asked.device).ok_or_else(|| unreadable("`device` must be an id of 13 letters and digits"))?;
    let (asker, me, from) = (staff.asker(), staff.id, site.book().start_of(site.today()));
    let until = from + SignedDuration::from_hours(24);
    let rows = site.look(move |reader| reader.visits_between(asker, from, until)).await?;
    permits::issue(&site, staff.actor(), &rows, &page.request_id).await?;
    let found = site.look(move |reader| {
        let Some(device) = reader.device(device)?.filter(|device| device.staff == me && device.revoked_at.is_none()) else {
            return Ok(None);
        };
        let Some(own) = reader.staff(me)? else { return Ok(None) };
        let rows = reader.visits_between(asker, from, until)?;
        let stops: Result<Vec<_>, _> = rows.into_iter().map(|row| find(reader, asker, row)).collect();
        let has_pins = reader.pins(device.id, me)?.is_some_and(|(pin, _)| pin.is_some());
        Ok(Some((device, own, stops?, has_pins)))
    });
    let (device, own, stops, has_pins) = found.await?.ok_or(Failure::NotFound)?;
    let now = site.moment();
    let stops: Vec<Stop> = stops.into_iter().flatten().map(|found| tell(&site, &page.reader, &device, found, &now)).collect();
    let packs = site.book().law.packs_on(now.day());
    let packs: Vec<String> = packs.iter().map(|pack| format!("{}@{}", pack.id, pack.version)).collect();
    Ok(Json(json!({
        "schema": "forbear.day/1",
        "day": site.today().to_string(),
        "zone": site.store.record().zone,
        "currency": site.store.record().currency,
        "staff": { "id": me.to_string(), "name": own.name, "badge": own.badge, "registration": own.registration, "company": site.letterhead.name },
        "pack": packs.join(" "),
        "means_form": form_of_means(&site.book().house.means),
        "creditors": creditors(&page.reader),
        "watch_minutes": watch::MINUTES,
        "emergency": EMERGENCY,
        "office_phone": Some(&site.letterhead.office_line).filter(|line| !line.is_empty()),
        "has_pins": has_pins,
        "key": data_encoding::BASE64.encode(site.key.verifying_key().as_bytes()),
        "stops": stops,
        "day_key": data_encoding::BASE64.encode(&data_encoding::BASE64URL_NOPAD.decode(token()?.as_bytes())?),
        "time": clock::tell(&site.key, device.id, now.at()),
    })))
}

fn find(reader: &Reader, asker: store::Asker, row: VisitRow) -> Result<Option<Found>, store::Error> {
    let Some(person) = reader.person(asker, row.person)? else { return Ok(None) };
    let Some(visit) = person.visits.get(&row.visit).cloned() else { return Ok(None) };
    let address = reader.address(asker, &person)?;
    let names = row.team.iter().map(|id| Ok(reader.staff(*id)?.map(|staff| staff.name)));
    let team: Result<Vec<_>, store::Error> = names.collect();
    Ok(Some(Found { address, team: team?.into_iter().flatten().collect(), row, person, visit }))
}

fn tell(site: &Site, texts: &Texts, device: &Device, found: Found, now: &Moment) -> Stop {
    let Found { row, person, visit, address, team } = found;
    let book = site.book();
    let permit = visit.standing_permit(now.at()).filter(|_| visit.started_at.is_none() && visit.is_open());
    let book_name = &site.store.record().name;
    let key = sha256(&device.public_key);
    let lease = permit.and_then(|it| lease::give(&it.permit, book_name, device.staff, key, now.at(), &site.key));
    let refused = if lease.is_none() { why_closed(&person, &visit, now) } else { vec![] };
    let said = |slot: Slot| Lang::ALL.map(|lang| (lang.tag(), DoorCode::of(visit.id, &slot, &site.key).said_in(lang)));
    let at = book.moment(visit.agreed.map_or(now.at(), |slot| slot.from).max(now.at()));
    let today = now.day();
    Stop {
        visit: visit.id.to_string(),
        state: row.state,
        name: row.identity.map_or_else(String::new, |identity| identity.name),
        area: row.area,
        address,
        from: row.agreed_from,
        until: row.agreed_until,
        arrive_at: row.arrive_at,
        team,
        overdue_minor: person.overdue(today).minor(),
        owed_minor: person.owed(today).minor(),
        days_past_due: person.days_past_due(today),
        brief: brief(&person, visit.id),
        code: visit.agreed.map(|slot| said(slot).into_iter().collect()),
        lease,
        refused: told(site, texts, &refused),
        may_take_money: record::what_forbids_money(&person, &book, &at).is_empty(),
        wants_audio: wants_audio(&person, &book, &at),
        options: take_along(texts, &person, &book, today),
        means: person.means.as_ref().zip(person.capacity(today)).map(|(on_file, capacity)| MeansOnFile {
            stated_on: on_file.stated_on.to_string(),
            capacity_minor: capacity.minor(),
        }),
    }
}

/// The ways out that may be agreed at this door; none in a respite, which ends by itself.
fn take_along(texts: &Texts, person: &Person, book: &Book, today: Day) -> Vec<Value> {
    if person.open_respite().is_some() {
        return vec![];
    }
    options::lay_out_to_take_along(person, book, today).iter().map(|offer| ways::told(texts, offer)).collect()
}

/// The lines of the form of means, with what is counted for what somebody does not know.
fn form_of_means(form: &Form) -> Vec<Value> {
    let line = |line: &domain::means::FormLine| {
        let side = match line.side {
            Side::Income => "income",
            Side::Fixed | Side::Flexible => "outgoings",
        };
        let guideline = line.guideline.as_ref();
        json!({
            "category": line.category.name(),
            "side": side,
            "says": line.says,
            "first_minor": guideline.map(|it| it.first_minor.minor()),
            "further_minor": guideline.map(|it| it.further_minor.minor()),
        })
    };
    form.lines.iter().map(line).collect()
}

/// The sorts of other creditors that are asked for. Of those that come first it is asked what is paid a month, of the others what
/// is owed in all.
fn creditors(texts: &Texts) -> Vec<Value> {
    let sort = |kind: CreditorKind| {
        let says = Lang::ALL.map(|lang| (lang.tag(), Texts { lang, ..texts.clone() }.text(debt_key(kind))));
        json!({ "kind": kind, "comes_first": kind.is_priority(), "says": BTreeMap::from(says) })
    };
    CreditorKind::ALL.map(sort).into()
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// The rules for which there is no lease. The first look is at the visit itself, then at what the law and the file said when a
/// permit was last asked for.
fn why_closed(person: &Person, visit: &Visit, now: &Moment) -> Vec<String> {
    let own = match visit {
        visit if visit.agreed.is_none() => "VISIT-NOT-AGREED",
        visit if visit.assigned.is_none() => "VISIT-NO-TEAM",
        visit if visit.started_at.is_some() => "VISIT-STARTED",
        visit if !visit.is_open() => "VISIT-ENDED",
        visit if visit.agreed.is_some_and(|slot| now.at() > slot.until) => "VISIT-OUTSIDE-SLOT",
        _ => {
            let asked = person.refusals.iter().rev().find(|refused| refused.intent == "visit.permit");
            return asked.map_or_else(|| vec!["PERMIT-NONE".to_owned()], |refused| refused.refusal.by.clone());
        }
    };
    vec![own.to_owned()]
}

/// Whether the law wants the talk recorded: it would forbid the same visit without a recorder.
fn wants_audio(person: &Person, book: &Book, at: &Moment) -> bool {
    let ask = |is_recorded: bool| -> Situation {
        contact::situation(person, book, &Act { is_recorded: Some(is_recorded), ..Act::visit(2) }, at)
    };
    book.law.rule(&ask(true)).permit().is_ok() && book.law.rule(&ask(false)).permit().is_err()
}

/// What to bear in mind at this door, as keys of texts.
fn brief(person: &Person, this: VisitId) -> Vec<&'static str> {
    let mut keys = vec![];
    let earlier: Vec<&Visit> = person.visits.values().filter(|visit| visit.id != this && visit.doorstep.is_some()).collect();
    if earlier.is_empty() {
        keys.push("brief-first-visit");
    }
    let seen = |is_it: fn(&domain::visit::Doorstep) -> bool| earlier.iter().any(|it| it.doorstep.as_ref().is_some_and(is_it));
    if seen(|doorstep| doorstep.distress) {
        keys.push("brief-distress");
    }
    if seen(|doorstep| doorstep.asked_to_leave) {
        keys.push("brief-asked-to-leave");
    }
    if person.plans.values().any(|plan| plan.end.is_none()) {
        keys.push("brief-plan-runs");
    }
    let broken = |end: &PromiseEnd| matches!(end, PromiseEnd::Judged { .. });
    if person.promises.values().any(|promise| promise.end.as_ref().is_some_and(broken)) {
        keys.push("brief-promise-before");
    }
    if !person.complaints.is_empty() {
        keys.push("brief-complained");
    }
    keys
}
