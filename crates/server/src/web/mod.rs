//! The pages and the API over HTTP: what every request passes through before a page is made.
//!
//! From the outside in: a request id and a count, security headers, compression, who it is, one place that renders failures,
//! a catch for panics, the check that a write comes from our own pages, and then the routes.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::{Method, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};

use crate::{api, pages, phone};

pub(crate) mod act;
pub(crate) mod answers;
pub(crate) mod assets;
pub(crate) mod attempts;
pub(crate) mod clock;
pub(crate) mod cookies;
pub(crate) mod failure;
pub(crate) mod health;
mod limit;
pub(crate) mod page;
pub(crate) mod password;
pub(crate) mod redaction;
pub(crate) mod request_id;
pub(crate) mod session;
pub(crate) mod site;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
pub(crate) mod upload;

pub(crate) use answers::Answers;
pub(crate) use failure::Failure;
pub(crate) use page::Page;
pub(crate) use session::{Consumer, Staff, Viewer};
pub(crate) use site::Site;
pub(crate) use store::Role;
pub(crate) use upload::Posted;

/// Every route there is.
pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new()
        .merge(pages::routes())
        .merge(api::routes())
        .merge(phone::routes())
        .route("/assets/{name}", get(assets::serve))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
}

/// Everything that answers under `/`.
pub(crate) fn router(site: Arc<Site>) -> Router {
    routes()
        .fallback(async || Failure::NotFound)
        .method_not_allowed_fallback(not_allowed)
        .layer(CsrfLayer::new())
        .layer(from_fn_with_state(Arc::clone(&site), page::keep_choices))
        .layer(CatchPanicLayer::custom(|panic: Box<dyn std::any::Any + Send>| failure::panicked(panic.as_ref()).into_response()))
        .layer(from_fn_with_state(Arc::clone(&site), failure::show))
        .layer(from_fn_with_state(Arc::clone(&site), session::recognise))
        // A little more work than the usual level makes the page of somebody on a slow line a tenth lighter.
        .layer(CompressionLayer::new().quality(CompressionLevel::Precise(6)))
        .layer(from_fn(security_headers))
        .layer(from_fn_with_state(Arc::clone(&site), request_id::mark))
        .with_state(site)
}

/// What only takes a form was opened as a page: another language was chosen under an answer that asked for a correction, or the
/// address was kept. The page that the form stands on is one step up.
async fn not_allowed(request: Request) -> Response {
    let is_page = request.method() == Method::GET
        && request.headers().get(header::ACCEPT).and_then(|it| it.to_str().ok()).is_some_and(|it| it.contains("text/html"));
    let folder = request.uri().path().rsplit_once('/').map(|(folder, _)| if folder.is_empty() { "/" } else { folder });
    match folder {
        Some(folder) if is_page => {
            let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
            Redirect::to(&format!("{folder}{query}")).into_response()
        }
        _ => Failure::MethodNotAllowed.into_response(),
    }
}

/// Scripts, styles and forms only from ourselves, nothing inline, never in a frame.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

async fn security_headers(request: Request, next: Next) -> Response {
    // The collectors' app shows pictures from its own memory, runs a service worker and may be asked to record sound.
    let (policy, features) = match request.uri().path() {
        path if path.starts_with("/field") => {
            (phone::CONTENT_SECURITY_POLICY, "camera=(), microphone=(self), geolocation=(self)")
        }
        _ => (CONTENT_SECURITY_POLICY, "camera=(), microphone=(), geolocation=(self), interest-cohort=()"),
    };
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let fixed = [
        ("content-security-policy", policy),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", features),
    ];
    for (name, value) in fixed {
        headers.insert(name, axum::http::HeaderValue::from_static(value));
    }
    // Pages show personal data: a shared computer's back button must not. Assets set their own.
    headers.entry("cache-control").or_insert(axum::http::HeaderValue::from_static("no-store"));
    response
}

/// Whether the layer that guards against forged requests turned this one away.
fn is_forged(response: &Response) -> bool {
    response.extensions().get::<ProtectionError>().is_some()
}
