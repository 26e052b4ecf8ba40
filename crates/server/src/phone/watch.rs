//! Watching over people at doors. The watch runs here, from the last contact, so that a silent phone ends in an alarm too. An
//! alarm climbs a ladder by itself: the team mate, the supervisor, everybody. The first who takes it owns it.

use std::sync::Arc;

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use axum::Json;
use axum::extract::State;
use domain::id::{DeviceId, StaffId, VisitId, WatchId};
use domain::moment::Timestamp;
pub(super) use domain::watch::MINUTES;
pub(crate) use domain::watch::Rung;
use domain::watch::Watched;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use store::Watch;
use utoipa::ToSchema;

use super::unreadable;
use crate::web::act::new_id;
use crate::web::session::Visitors;
use crate::web::{Failure, Site, Staff};

/// How far an alarm has climbed at `now`; none while there is no alarm.
pub(crate) fn rung(watch: &Watch, now: Timestamp) -> Option<Rung> {
    Watched { due_at: watch.due_at, raised_at: watch.raised_at, is_over: watch.ended_at.is_some() }.rung(now)
}

/// Begins a watch over somebody who stands at a door.
pub(super) async fn begin(site: &Arc<Site>, staff: StaffId, visit: VisitId, arrived_at: Timestamp) -> Result<(), Failure> {
    let now = site.now();
    let open = site.look(move |reader| reader.open_watches()).await?;
    if open.iter().any(|watch| watch.staff == staff && watch.visit == Some(visit)) {
        return Ok(());
    }
    let due_at = Watched::from(arrived_at).due_at;
    // A record that comes in hours later tells of a door that was left long ago.
    if due_at + SignedDuration::from_hours(1) < now {
        return Ok(());
    }
    let id = WatchId(new_id()?);
    keep(site, blank(id, staff, Some(visit), arrived_at, due_at)).await
}

/// Ends the watches over somebody at a visit, or all of theirs: they are safe. A call for help stays until it was taken.
pub(super) async fn end(site: &Arc<Site>, staff: StaffId, visit: Option<VisitId>) -> Result<(), Failure> {
    let open = site.look(move |reader| reader.open_watches()).await?;
    let theirs = open.into_iter().filter(|watch| watch.staff == staff && watch.raised.is_none());
    for watch in theirs.filter(|watch| visit.is_none() || watch.visit == visit) {
        let (store, now) = (Arc::clone(&site.store), site.now());
        let ended = tokio::task::spawn_blocking(move || store.end_watch(watch.id, now)).await;
        ended.map_err(|error| anyhow::anyhow!("ending a watch broke off: {error}"))??;
    }
    Ok(())
}

/// A call for help.
#[derive(Deserialize, ToSchema)]
pub(super) struct Help {
    visit: Option<String>,
    place: Option<Place>,
}

/// Where somebody was when they called, in degrees (WGS-84).
#[derive(Deserialize, ToSchema)]
struct Place {
    latitude: f64,
    longitude: f64,
}

/// Something that was taken down.
#[derive(Serialize, ToSchema)]
pub(super) struct TakenDown {
    schema: &'static str,
    /// Whether it was.
    done: bool,
}

/// A call for help. Nothing is asked for but that it came.
#[utoipa::path(post, path = "/phone/help", tag = "phone", request_body = Help, responses((status = 200, body = TakenDown)))]
pub(super) async fn help(
    State(site): State<Arc<Site>>,
    staff: Staff<Visitors>,
    Json(help): Json<Help>,
) -> Result<Json<TakenDown>, Failure> {
    let visit = help.visit.as_deref().and_then(VisitId::parse);
    let place = help.place.map(|place| format!("{:.5},{:.5}", place.latitude, place.longitude));
    raise(&site, staff.id, visit, "help", place).await?;
    Ok(Json(TakenDown { schema: "forbear.help/1", done: true }))
}

async fn raise(
    site: &Arc<Site>,
    staff: StaffId,
    visit: Option<VisitId>,
    cause: &str,
    place: Option<String>,
) -> Result<(), Failure> {
    let now = site.now();
    let open = site.look(move |reader| reader.open_watches()).await?;
    let mut theirs = open.into_iter().filter(|watch| watch.staff == staff);
    let watch = match theirs.next() {
        Some(watch) => watch,
        None => blank(WatchId(new_id()?), staff, visit, now, now),
    };
    keep(site, Watch { raised: Some(cause.to_owned()), raised_at: Some(now), place, ..watch }).await
}

fn blank(id: WatchId, staff: StaffId, visit: Option<VisitId>, began_at: Timestamp, due_at: Timestamp) -> Watch {
    Watch {
        id,
        staff,
        visit,
        began_at,
        due_at,
        raised: None,
        raised_at: None,
        place: None,
        owner: None,
        owned_at: None,
        ended_at: None,
    }
}

async fn keep(site: &Arc<Site>, watch: Watch) -> Result<(), Failure> {
    let store = Arc::clone(&site.store);
    let kept = tokio::task::spawn_blocking(move || store.keep_watch(watch)).await;
    Ok(kept.map_err(|error| anyhow::anyhow!("keeping a watch broke off: {error}"))??)
}

/// Two PINs for a phone, of 4 to 8 digits each.
#[derive(Deserialize, ToSchema)]
pub(super) struct Pins {
    device: String,
    pin: String,
    duress: String,
}

/// Sets the two PINs of a phone. Kept as hashes; nobody can tell one from the other by looking.
#[utoipa::path(post, path = "/phone/pins", tag = "phone", request_body = Pins, responses((status = 200, body = TakenDown)))]
pub(super) async fn set_pins(
    State(site): State<Arc<Site>>,
    staff: Staff<Visitors>,
    Json(pins): Json<Pins>,
) -> Result<Json<TakenDown>, Failure> {
    let device = DeviceId::parse(&pins.device).ok_or(Failure::NotFound)?;
    let is_pin = |pin: &str| (4..=8).contains(&pin.len()) && pin.bytes().all(|digit| digit.is_ascii_digit());
    if !is_pin(&pins.pin) || !is_pin(&pins.duress) || pins.pin == pins.duress {
        return Err(unreadable("both PINs must have 4 to 8 digits and differ"));
    }
    let (store, me) = (Arc::clone(&site.store), staff.id);
    let set = tokio::task::spawn_blocking(move || -> anyhow::Result<bool> {
        let hash = |pin: &str| {
            let hashed = Argon2::default().hash_password(pin.as_bytes());
            hashed.map(|hash| hash.to_string()).map_err(|error| anyhow::anyhow!("hashing a PIN failed: {error}"))
        };
        Ok(store.set_pins(device, me, hash(&pins.pin)?, hash(&pins.duress)?)?)
    });
    let is_set = set.await.map_err(|error| anyhow::anyhow!("setting PINs broke off: {error}"))??;
    if is_set { Ok(Json(TakenDown { schema: "forbear.pins/1", done: true })) } else { Err(Failure::NotFound) }
}

/// A PIN, either of the two.
#[derive(Deserialize, ToSchema)]
pub(super) struct Safe {
    device: String,
    pin: String,
}

/// The answer to a PIN.
#[derive(Serialize, ToSchema)]
pub(super) struct SaidSafe {
    schema: &'static str,
    /// Whether it was one of theirs.
    safe: bool,
}

/// "I am safe." The answer to the duress PIN is the same to the letter; the alarm is raised unseen.
#[utoipa::path(post, path = "/phone/safe", tag = "phone", request_body = Safe, responses((status = 200, body = SaidSafe)))]
pub(super) async fn safe(
    State(site): State<Arc<Site>>,
    staff: Staff<Visitors>,
    Json(safe): Json<Safe>,
) -> Result<Json<SaidSafe>, Failure> {
    let device = DeviceId::parse(&safe.device).ok_or(Failure::NotFound)?;
    let me = staff.id;
    let pins = site.look(move |reader| reader.pins(device, me)).await?;
    let checked = tokio::task::spawn_blocking(move || {
        let is = |hash: &Option<String>| {
            hash.as_deref().is_some_and(|hash| Argon2::default().verify_password(safe.pin.as_bytes(), hash).is_ok())
        };
        pins.map(|(pin, duress)| (is(&pin), is(&duress)))
    });
    let checked = checked.await.map_err(|error| anyhow::anyhow!("checking a PIN broke off: {error}"))?;
    match checked.ok_or(Failure::NotFound)? {
        (true, _) => end(&site, me, None).await?,
        (_, true) => raise(&site, me, None, "duress", None).await?,
        _ => return Ok(Json(SaidSafe { schema: "forbear.safe/1", safe: false })),
    }
    Ok(Json(SaidSafe { schema: "forbear.safe/1", safe: true }))
}

/// The shift ends: nothing is watched any more.
#[utoipa::path(post, path = "/phone/shift/end", tag = "phone", responses((status = 200, body = TakenDown)))]
pub(super) async fn end_shift(State(site): State<Arc<Site>>, staff: Staff<Visitors>) -> Result<Json<TakenDown>, Failure> {
    end(&site, staff.id, None).await?;
    Ok(Json(TakenDown { schema: "forbear.shift/1", done: true }))
}
