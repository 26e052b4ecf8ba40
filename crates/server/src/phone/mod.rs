//! The collector's phone: the app it runs, the day it downloads, and the contract by which it sends what happened at doors.
//!
//! Nothing that a phone says decides who it is: that is the session's and the enrolled key's to say. Every record that can be
//! read gets a receipt, also one that cannot be taken; only a receipt lets the phone forget.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use domain::id::DeviceId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::evidence::Vault;
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
    pub(crate) vault: Vault,
    /// One phone's records are taken one after the other.
    turns: Mutex<HashMap<DeviceId, Arc<tokio::sync::Mutex<()>>>>,
}

impl Phones {
    /// With the keys of the book in `data_dir`, made if they are not there yet.
    pub(crate) fn open(data_dir: &Path) -> anyhow::Result<Phones> {
        let vault = Vault::open(&data_dir.join("evidence.key"))?;
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
        .route("/visits/{id}/records", get(of_visit::page))
        .route("/alarms", get(alarms::page))
        .route("/alarms/{id}/own", post(alarms::own))
        .route("/alarms/{id}/end", post(alarms::end))
        .route("/evidence/{visit}/{sent}", get(evidence::show))
        .merge(documented().split_for_parts().0)
}

/// The operations of the app that answer JSON, each with its description. They come in by the session's cookie.
pub(crate) fn documented() -> OpenApiRouter<Arc<Site>> {
    OpenApiRouter::new()
        .routes(routes!(me))
        .routes(routes!(enrol))
        .routes(routes!(day::download))
        .routes(routes!(sync::receive))
        .routes(routes!(evidence::receive))
        .routes(routes!(watch::help))
        .routes(routes!(watch::safe))
        .routes(routes!(watch::set_pins))
        .routes(routes!(watch::end_shift))
        .routes(routes!(of_visit::told))
}

/// Whose session it is.
#[derive(Serialize, ToSchema)]
struct Me {
    schema: &'static str,
    staff: String,
}

/// Says whose session it is.
#[utoipa::path(get, path = "/phone/me", tag = "phone", responses((status = 200, body = Me)))]
async fn me(staff: Staff<Visitors>) -> Json<Me> {
    Json(Me { schema: "forbear.me/1", staff: staff.id.to_string() })
}

/// A phone that wants to be enrolled, with the public half of a key that it made itself.
#[derive(Deserialize, ToSchema)]
struct Enrolling {
    /// An id of 13 letters and digits that the phone gave itself.
    device: String,
    /// 32 bytes of an Ed25519 key in base 64.
    public_key: String,
}

/// A phone as it stands.
#[derive(Serialize, ToSchema)]
struct Enrolled {
    schema: &'static str,
    device: String,
    /// How many of its records came in.
    sequence: u64,
    /// SHA-256 of the header of the last one.
    head: String,
}

/// Enrols a phone; doing it again changes nothing. An id that is somebody else's is a conflict.
#[utoipa::path(post, path = "/phone/devices", tag = "phone", request_body = Enrolling, responses((status = 200, body = Enrolled)))]
async fn enrol(
    State(site): State<Arc<Site>>,
    staff: Staff<Visitors>,
    Json(asked): Json<Enrolling>,
) -> Result<Json<Enrolled>, Failure> {
    let device = DeviceId::parse(&asked.device).ok_or_else(|| unreadable("`device` must be an id of 13 letters and digits"))?;
    let key = data_encoding::BASE64.decode(asked.public_key.as_bytes()).ok().and_then(|key| <[u8; 32]>::try_from(key).ok());
    let key = key.ok_or_else(|| unreadable("`public_key` must be the 32 bytes of an Ed25519 key in base 64"))?;
    let (store, at) = (Arc::clone(&site.store), site.now());
    let enrolled = tokio::task::spawn_blocking(move || store.enrol_device(device, staff.id, key, at)).await;
    let enrolled = enrolled.map_err(|error| anyhow::anyhow!("enrolling broke off: {error}"))??;
    // An id that is somebody else's: the phone makes another one.
    let enrolled = enrolled.ok_or(Failure::Conflict)?;
    let (device, sequence, head) = (enrolled.id.to_string(), enrolled.sequence, enrolled.head);
    Ok(Json(Enrolled { schema: "forbear.device/1", device, sequence, head }))
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
