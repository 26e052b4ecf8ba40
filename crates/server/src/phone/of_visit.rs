//! What phones recorded of a visit: for whoever may see the person, as a page and as JSON.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use domain::event::{Event, Recorded};
use domain::id::VisitId;
use domain::record::{Evidence, Record};
use maud::{Markup, html};
use serde_json::{Value, json};
use store::{Asker, PhoneReceipt, Thing};

use crate::pages::layout;
use crate::pages::parts::lists::{Tone, chip};
use crate::pages::parts::{rule, shown};
use crate::texts::{Reader, value};
use crate::web::session::{Anyone, Workers};
use crate::web::{Failure, Page, Site, Staff};

/// What there is of a visit.
struct Found {
    records: Vec<(Recorded, Record)>,
    /// Each with whether a record says that it is a paper that the person showed.
    evidence: Vec<(Evidence, bool)>,
    aside: Vec<PhoneReceipt>,
}

async fn find(site: &Arc<Site>, asker: Asker, id: &str) -> Result<Found, Failure> {
    let visit = VisitId::parse(id).ok_or(Failure::NotFound)?;
    let found = site.look(move |reader| {
        let Some(owner) = reader.owner(asker, Thing::Visit(visit))? else { return Ok(None) };
        let Some(timeline) = reader.timeline(asker, owner)? else { return Ok(None) };
        let aside = reader.phone_receipts_of(visit)?.into_iter().filter(|receipt| receipt.state == "quarantined").collect();
        let (mut records, mut evidence) = (vec![], vec![]);
        for recorded in &timeline {
            match recorded.event.clone() {
                Event::RecordReceived { visit: of, record } if of == visit => records.push((recorded.clone(), record)),
                Event::EvidenceKept { visit: of, evidence: kept } if of == visit => {
                    let is_paper = shown::is_paper(&timeline, visit, &kept.sent);
                    evidence.push((kept, is_paper));
                }
                _ => {}
            }
        }
        Ok(Some(Found { records, evidence, aside }))
    });
    found.await?.ok_or(Failure::NotFound)
}

/// The records as JSON, in the order they were taken.
#[utoipa::path(get, path = "/phone/visits/{id}/records", tag = "phone",
    params(("id" = String, Path, description = "The visit's id")),
    responses((status = 200, body = Value, description = "`forbear.visit-records/1`: records with header, signature and key; evidence; what was put aside")))]
pub(super) async fn told(
    State(site): State<Arc<Site>>,
    staff: Staff<Anyone>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Failure> {
    let found = find(&site, staff.asker(), &id).await?;
    let records: Vec<Value> = found.records.iter().map(|(recorded, record)| tell(recorded, record)).collect();
    let evidence: Vec<Value> =
        found.evidence.iter().map(|(it, _)| json!({ "sha256": it.sent, "kept": it.kept, "kind": it.kind })).collect();
    let aside = found.aside.iter().map(|it| json!({ "record": it.record.to_string(), "hash": it.hash, "reasons": it.reasons }));
    Ok(Json(json!({
        "schema": "forbear.visit-records/1",
        "records": records,
        "evidence": evidence,
        "aside": aside.collect::<Vec<_>>(),
    })))
}

fn tell(recorded: &Recorded, record: &Record) -> Value {
    json!({
        "record": record.id.to_string(),
        "device": record.device.to_string(),
        "sequence": record.sequence,
        "kind": kind(record),
        "state": if record.beside.is_empty() { "recorded" } else { "beside" },
        "made_at": record.made_at.to_string(),
        "received_at": recorded.recorded_at.to_string(),
        "doubts": record.doubts,
        "breaches": record.breaches,
        "beside": record.beside,
        "header": record.header,
        "signature": record.signature,
        "device_key": record.device_key,
    })
}

/// What a record says it is.
fn kind(record: &Record) -> String {
    let header: Option<Value> = serde_json::from_str(&record.header).ok();
    header.and_then(|header| header["kind"].as_str().map(str::to_owned)).unwrap_or_default()
}

/// The records as a page.
pub(super) async fn page(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Workers>,
    Path(id): Path<String>,
) -> Result<Markup, Failure> {
    let found = find(&site, staff.asker(), &id).await?;
    let reader = &page.reader;
    let title = reader.text("phone-records");
    let body = html! {
        h1 { (title) }
        @if found.records.is_empty() { p.empty { (reader.text("phone-records-none")) } }
        @for (recorded, record) in &found.records { (line(reader, &site, recorded, record)) }
        @if !found.evidence.is_empty() {
            h2 { (reader.text("phone-records-evidence")) }
            ul.pictures { @for (it, is_paper) in &found.evidence {
                @let name = reader.text(if *is_paper { "phone-kind-paper" } else { kind_key(&it.kind) });
                li { @if it.kind == "audio" { a href={ "/evidence/" (id) "/" (it.sent) } { (name) } }
                @else { a href={ "/evidence/" (id) "/" (it.sent) } { img src={ "/evidence/" (id) "/" (it.sent) } alt=(name) width="160"; } @if *is_paper { br; (name) } } }
            } }
        }
        @if !found.aside.is_empty() {
            h2 { (reader.text("phone-records-aside")) }
            @for it in &found.aside { section.card { p { (reader.text(kind_key(&it.kind))) " " (reader.moment(it.received_at)) } (rule::list(reader, &site.book().law, &it.reasons)) } }
        }
    };
    Ok(layout::desk(&page, &title, "/visits", body))
}

fn line(reader: &Reader, site: &Site, recorded: &Recorded, record: &Record) -> Markup {
    let book = site.book();
    let law = &book.law;
    html! {
        section.card {
            h2 { (reader.text(kind_key(&kind(record)))) }
            p {
                (reader.fill("phone-records-made", [("at", value(reader.moment(record.made_at)))])) " "
                span.dim { (reader.fill("phone-records-received", [("at", value(reader.moment(recorded.recorded_at)))])) }
            }
            @if record.breaches.is_empty() && record.beside.is_empty() { p { (chip(Tone::Good, &reader.text("phone-recorded"))) } }
            @if !record.breaches.is_empty() { p { (chip(Tone::Stop, &reader.text("phone-records-breaches"))) } (rule::list(reader, law, &record.breaches)) }
            @if !record.beside.is_empty() { p { (chip(Tone::Warn, &reader.text("phone-records-beside"))) } (rule::list(reader, law, &record.beside)) }
            @if !record.doubts.is_empty() {
                p.dim { (reader.text("phone-records-doubts")) }
                ul { @for doubt in &record.doubts { li { (doubt_says(reader, doubt)) } } }
            }
        }
    }
}

fn kind_key(kind: &str) -> &'static str {
    match kind {
        "arrival" => "phone-kind-arrival",
        "doorstep" => "phone-kind-doorstep",
        "promise" => "phone-kind-promise",
        "means" => "phone-kind-means",
        "plan" => "phone-kind-plan",
        "money" => "phone-kind-money",
        "departure" => "phone-kind-departure",
        "photo" => "phone-kind-photo",
        "signature" => "phone-kind-signature",
        "audio" => "phone-kind-audio",
        _ => "phone-kind-other",
    }
}

/// What speaks against believing a record's time or place.
fn doubt_says(reader: &Reader, doubt: &str) -> String {
    let key = match doubt {
        "clock-jumped" | "clock-went-back" => "doubt-clock-jumped",
        "clock-wrong" => "doubt-clock-wrong",
        "time-by-wall-clock" => "doubt-wall-clock",
        "time-after-receipt" => "doubt-after-receipt",
        "time-unbounded" | "no-server-time" => "doubt-unbounded",
        "no-place" => "doubt-no-place",
        "place-looks-made-up" => "doubt-place",
        "speed-impossible" => "doubt-speed",
        "chain-broken" => "doubt-chain",
        other => return other.to_owned(),
    };
    reader.text(key)
}
