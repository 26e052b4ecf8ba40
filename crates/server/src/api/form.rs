//! How a request of a program is read: its key and its body.

use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header;
use axum::http::request::Parts;
use domain::event::Event;
use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

use crate::web::{Failure, Site};

/// The key of a write, without which nothing is written.
pub(super) struct Key(pub(super) String);

impl FromRequestParts<Arc<Site>> for Key {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Site>) -> Result<Key, Failure> {
        let sent = parts.headers.get("idempotency-key").and_then(|value| value.to_str().ok()).unwrap_or("").trim();
        if sent.is_empty() || sent.len() > 200 {
            return Err(Failure::Unreadable(String::from(
                "send a header `Idempotency-Key` of 1 to 200 characters, a new one for each act",
            )));
        }
        Ok(Key(sent.to_owned()))
    }
}

/// A body of JSON. A field that we do not know is an error, because somebody meant something by it.
pub(super) struct Sent<T> {
    /// As read.
    pub(super) it: T,
    /// As written, for the comparison of what is sent twice.
    pub(super) body: String,
}

impl<T: DeserializeOwned + Serialize> FromRequest<Arc<Site>> for Sent<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &Arc<Site>) -> Result<Sent<T>, Failure> {
        const LONGEST: usize = 64 * 1024;
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
        if !kind.starts_with("application/json") {
            return Err(Failure::Unreadable(String::from("send `Content-Type: application/json`")));
        }
        let body = axum::body::to_bytes(request.into_body(), LONGEST).await;
        let body = body.map_err(|_| Failure::Unreadable(String::from("the body is longer than 64 KiB")))?;
        let mut read = serde_json::Deserializer::from_slice(&body);
        let it: T = serde_path_to_error::deserialize(&mut read).map_err(|error| Failure::Unreadable(unreadable(&error)))?;
        read.end().map_err(|error| Failure::Unreadable(error.to_string()))?;
        let body = serde_json::to_string(&it)?;
        Ok(Sent { it, body })
    }
}

fn unreadable(error: &serde_path_to_error::Error<serde_json::Error>) -> String {
    match error.path().to_string().as_str() {
        "." => error.inner().to_string(),
        field => format!("`{field}`: {}", error.inner()),
    }
}

/// What a write recorded, now or when it was first sent.
#[derive(Serialize, ToSchema)]
pub(super) struct Recorded {
    schema: &'static str,
    /// The person in whose stream it stands.
    person: String,
    /// What happened, by the names of the log; what followed at once is among it.
    recorded: Vec<String>,
}

impl Recorded {
    pub(super) fn of(person: impl ToString, events: &[Event]) -> Result<Recorded, Failure> {
        let mut recorded = Vec::with_capacity(events.len());
        for event in events {
            recorded.push(serde_json::to_value(event)?["event"].as_str().unwrap_or_default().to_owned());
        }
        Ok(Recorded { schema: "forbear.recorded/1", person: person.to_string(), recorded })
    }
}
