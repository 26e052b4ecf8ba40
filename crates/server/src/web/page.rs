//! What every page needs to know of its request: who reads, in which language, in which light, and where.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri, header};
use axum::middleware::Next;
use axum::response::Response;

use domain::day::Day;

use super::request_id::RequestId;
use super::{Site, Viewer, cookies, session};
use crate::texts::{Lang, Reader};

/// The request as a page sees it.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    /// The language and forms to write in.
    pub(crate) reader: Reader,
    /// `light`, `dark`, or as the device has it.
    pub(crate) theme: Theme,
    /// Who is signed in.
    pub(crate) viewer: Option<Viewer>,
    /// Where we are: path and query.
    pub(crate) uri: Uri,
    /// The reference printed at the foot.
    pub(crate) request_id: String,
    /// Whether this is a demonstration.
    pub(crate) demo: bool,
    /// The nights that should have ended and did not.
    pub(crate) nights: Nights,
    /// How much of the book is made, in percent.
    pub(crate) made: u32,
}

/// Whether every night has ended that should have. Without its nights a book shows no dues, no cases and no work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nights {
    /// All of them.
    Ended,
    /// None since this one.
    MissingSince(Day),
    /// There was none at all.
    Never,
}

impl Nights {
    /// The day to which figures are true: the last night's where some are missing.
    pub(crate) fn true_on(self, today: Day) -> Day {
        match self {
            Nights::MissingSince(last) => last,
            Nights::Ended | Nights::Never => today,
        }
    }
}

fn nights(site: &Site) -> Nights {
    match site.store.last_night() {
        None => Nights::Never,
        Some(last) if last.plus_days(1) < site.today() => Nights::MissingSince(last),
        Some(_) => Nights::Ended,
    }
}

/// Light or dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Theme {
    /// As the device is set.
    Device,
    /// Dark on white.
    Light,
    /// Light on black.
    Dark,
}

impl Theme {
    /// All of them, in the order of the switch.
    pub(crate) const ALL: [Theme; 3] = [Theme::Device, Theme::Light, Theme::Dark];

    /// The name in cookies, queries and `data-theme`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Theme::Device => "device",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    fn from_name(name: &str) -> Option<Theme> {
        Theme::ALL.into_iter().find(|theme| theme.name() == name)
    }
}

impl Page {
    /// This page's address with `name` set to `value` in the query and all else kept: the language and theme links.
    pub(crate) fn with_query(&self, name: &str, value: &str) -> String {
        with_query(&self.uri, name, value)
    }
}

/// The path and query of `uri` with `name` set to `value`; an empty value removes it.
pub(crate) fn with_query(uri: &Uri, name: &str, value: &str) -> String {
    let pairs = form_urlencoded::parse(uri.query().unwrap_or("").as_bytes());
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs.filter(|(key, _)| key != name));
    if !value.is_empty() {
        query.append_pair(name, value);
    }
    let query = query.finish();
    if query.is_empty() { uri.path().to_owned() } else { format!("{}?{query}", uri.path()) }
}

fn asked(uri: &Uri, name: &str) -> Option<String> {
    form_urlencoded::parse(uri.query()?.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// The language: asked for in the query, else as chosen before, else as the browser says, else simplified Chinese.
fn language(uri: &Uri, headers: &HeaderMap) -> Lang {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    asked(uri, "lang")
        .and_then(|tag| Lang::from_tag(&tag))
        .or_else(|| cookies::read(headers, "lang").and_then(Lang::from_tag))
        .or_else(|| accepted.and_then(Lang::from_header))
        .unwrap_or(Lang::Hans)
}

fn theme(uri: &Uri, headers: &HeaderMap) -> Theme {
    asked(uri, "theme")
        .and_then(|name| Theme::from_name(&name))
        .or_else(|| cookies::read(headers, "theme").and_then(Theme::from_name))
        .unwrap_or(Theme::Device)
}

impl FromRequestParts<Arc<Site>> for Page {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Page, Infallible> {
        Ok(Page {
            reader: Reader {
                lang: language(&parts.uri, &parts.headers),
                currency: site.currency.clone(),
                zone: site.zone.clone(),
            },
            theme: theme(&parts.uri, &parts.headers),
            viewer: session::viewer(parts),
            uri: parts.uri.clone(),
            request_id: parts.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default(),
            demo: site.demo,
            nights: nights(site),
            made: site.making.load(std::sync::atomic::Ordering::Relaxed),
        })
    }
}

/// Keeps a language or theme that was asked for in the query for a year.
pub(crate) async fn keep_choices(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    const YEAR_S: u32 = 365 * 24 * 3600;
    let uri = request.uri().clone();
    let lang = asked(&uri, "lang").and_then(|tag| Lang::from_tag(&tag)).map(Lang::tag);
    let theme = asked(&uri, "theme").and_then(|name| Theme::from_name(&name)).map(Theme::name);
    let mut response = next.run(request).await;
    for (name, chosen) in [("lang", lang), ("theme", theme)] {
        if let Some(chosen) = chosen {
            response.headers_mut().append(header::SET_COOKIE, cookies::set(name, Some(chosen), YEAR_S, site.https));
        }
    }
    response
}
