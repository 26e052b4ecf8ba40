//! The collector's phone: the app it runs, the day it downloads, and the contract by which it sends what happened at doors.
//!
//! Nothing that a phone says decides who it is: that is the session's and the enrolled key's to say. Every record that can be
//! read gets a receipt, also one that cannot be taken; only a receipt lets the phone forget.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post, put};
use axum::{Json, http::StatusCode};
use domain::id::DeviceId;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::pages::parts::rule;
use crate::texts::{Lang, Reader};
use crate::web::session::Visitors;
use crate::web::{Failure, Site, Staff};

mod alarms;
mod app;
mod clock;
mod day;
mod envelope;
mod evidence;
mod of_visit;
mod sync;
#[cfg(test)]
mod tests;
pub(crate) mod watch;

pub(crate) use app::CONTENT_SECURITY_POLICY;

/// What the server keeps in hand for phones.
pub(crate) struct Phones {
    /// Encrypts evidence and what was put aside.
    pub(crate) vault: evidence::Vault,
    /// One phone's records are taken one after the other.
    turns: Mutex<HashMap<DeviceId, Arc<tokio::sync::Mutex<()>>>>,
}

impl Phones {
    /// With the keys of the book in `data_dir`, made if they are not there yet.
    pub(crate) fn open(data_dir: &Path) -> anyhow::Result<Phones> {
        let vault = evidence::Vault::open(&data_dir.join("evidence.key"))?;
        Ok(Phones { vault, turns: Mutex::default() })
    }

    /// Whoever holds it has the turn of this phone.
    fn turn(&self, device: DeviceId) -> Arc<tokio::sync::Mutex<()>> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        if turns.len() > 10_000 {
            turns.retain(|_, turn| Arc::strong_count(turn) > 1);
        }
        Arc::clone(turns.entry(device).or_default())
    }
}

/// The app under `/field/` and its contract under `/phone/`.
pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new()
        .route("/field", get(app::root))
        .route("/field/", get(app::index))
        .route("/field/{*path}", get(app::file))
        .route("/phone/me", get(me))
        .route("/phone/devices", post(enrol))
        .route("/phone/day", post(day::download))
        .route("/phone/records", post(sync::receive))
        .route("/phone/evidence/{sent}", put(evidence::receive))
        .route("/phone/help", post(watch::help))
        .route("/phone/safe", post(watch::safe))
        .route("/phone/pins", post(watch::set_pins))
        .route("/phone/shift/end", post(watch::end_shift))
        .route("/phone/visits/{id}/records", get(of_visit::told))
        .route("/visits/{id}/records", get(of_visit::page))
        .route("/alarms", get(alarms::page))
        .route("/alarms/{id}/own", post(alarms::own))
        .route("/alarms/{id}/end", post(alarms::end))
        .route("/evidence/{visit}/{sent}", get(evidence::show))
}

async fn me(staff: Staff<Visitors>) -> Json<Value> {
    Json(json!({ "schema": "forbear.me/1", "staff": staff.id.to_string() }))
}

/// A phone that wants to be enrolled, with the public half of a key that it made itself.
#[derive(Deserialize)]
struct Enrolling {
    device: String,
    public_key: String,
}

async fn enrol(
    State(site): State<Arc<Site>>,
    staff: Staff<Visitors>,
    Json(asked): Json<Enrolling>,
) -> Result<(StatusCode, Json<Value>), Failure> {
    let device = DeviceId::parse(&asked.device).ok_or_else(|| unreadable("`device` must be an id of 13 letters and digits"))?;
    let key = data_encoding::BASE64.decode(asked.public_key.as_bytes()).ok().and_then(|key| <[u8; 32]>::try_from(key).ok());
    let key = key.ok_or_else(|| unreadable("`public_key` must be the 32 bytes of an Ed25519 key in base 64"))?;
    let (store, at) = (Arc::clone(&site.store), site.now());
    let enrolled = tokio::task::spawn_blocking(move || store.enrol_device(device, staff.id, key, at)).await;
    let enrolled = enrolled.map_err(|error| anyhow::anyhow!("enrolling broke off: {error}"))??;
    // An id that is somebody else's: the phone makes another one.
    let enrolled = enrolled.ok_or(Failure::Conflict)?;
    let body = json!({ "schema": "forbear.device/1", "device": enrolled.id.to_string(), "sequence": enrolled.sequence, "head": enrolled.head });
    Ok((StatusCode::OK, Json(body)))
}

/// Rules with their sentences in each language: a phone must be able to say them without a network.
fn told(site: &Site, reader: &Reader, rules: &[String]) -> Vec<Value> {
    let say = |id: &String| {
        let says = Lang::ALL.map(|lang| (lang.tag(), rule::says(&Reader { lang, ..reader.clone() }, &site.book().law, id)));
        json!({ "rule": id, "says": says.into_iter().collect::<BTreeMap<_, _>>() })
    };
    rules.iter().map(say).collect()
}

fn unreadable(what: &str) -> Failure {
    Failure::Unreadable(what.to_owned())
}
