//! The app itself: the files that were built into the program, or a page that says how to get them.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use std::sync::Arc;

use crate::pages::layout;
use crate::web::{Failure, Page, Site};

/// Path below `/field/` and content.
static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/phone_app.rs"));

/// What the app may load and reach: ourselves, and pictures and sound that it holds in its own memory.
pub(crate) const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
     media-src 'self' blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; \
     base-uri 'none'";

pub(super) async fn root() -> Redirect {
    Redirect::permanent("/field/")
}

pub(super) async fn index(page: Page, State(_): State<Arc<Site>>) -> Response {
    if let Some(file) = find("index.html") {
        return file;
    }
    let reader = &page.reader;
    let title = reader.text("phone-title");
    let body = html! {
        h1 { (title) }
        p { (reader.text("phone-missing")) }
        p { code { "npm --prefix web ci && npm --prefix web run build" } }
        p { (reader.text("phone-missing-then")) }
        p { a.button href="/today" { (reader.text("nav-today")) } }
    };
    layout::field(&page, &title, Some("/today"), body).into_response()
}

pub(super) async fn file(Path(path): Path<String>) -> Result<Response, Failure> {
    find(&path).ok_or(Failure::NotFound)
}

fn find(path: &str) -> Option<Response> {
    let (name, body) = FILES.iter().find(|(name, _)| *name == path)?;
    // Names under `assets/` carry the hash of their content; the rest is asked for anew each time.
    let cache = if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers =
        [(header::CONTENT_TYPE, HeaderValue::from_static(kind(name))), (header::CACHE_CONTROL, HeaderValue::from_static(cache))];
    Some((headers, *body).into_response())
}

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or("") {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}
