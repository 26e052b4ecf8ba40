//! Every request has an id that its page, its log lines and its error reference share.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

use super::{Site, redaction};

/// Names one request, in lower-case letters and digits that can be read out.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(pub(crate) String);

/// Gives the request its id, logs it and counts its answer.
pub(crate) async fn mark(State(site): State<Arc<Site>>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = random_id();
    let span = tracing::info_span!("request", id, method = %request.method(), path = redaction::path(request.uri().path()));
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = next.run(request).instrument(span.clone()).await;
    let took = began.elapsed();
    site.metrics.count(response.status(), took);
    span.in_scope(|| tracing::info!(status = response.status().as_u16(), us = took.as_micros() as u64, "answered"));
    if let Ok(value) = HeaderValue::try_from(id) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}

fn random_id() -> String {
    let mut bytes = [0_u8; 5];
    // An id only has to be told apart from its neighbours; without entropy it is all zeros and the page still comes.
    let _ = getrandom::fill(&mut bytes);
    data_encoding::BASE32_NOPAD.encode(&bytes).to_ascii_lowercase()
}
