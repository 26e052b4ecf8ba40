//! What can go wrong, in five sorts, and the one place where it becomes a page or problem details (RFC 9457).

use std::any::Any;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use domain::refusal::Refusal;
use serde_json::json;

use super::answers::Fault;
use super::{Page, Role, Site, is_forged};
use crate::pages;

/// Why there is no page.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    /// Nobody is signed in, or the session has ended.
    SignIn,
    /// The page is for other roles.
    Forbidden(&'static [Role]),
    /// There is no such thing, or it is not the asker's: the answer is the same.
    NotFound,
    /// The address knows no such verb.
    MethodNotAllowed,
    /// The write did not come from our own pages.
    Forged,
    /// What was sent cannot be read.
    Unreadable(String),
    /// Fields of it do not make sense.
    Invalid(Vec<Fault>),
    /// It has changed meanwhile.
    Conflict,
    /// A rule did not allow it.
    Refused(Refusal),
    /// Too much is waiting to be written; nothing was.
    Busy,
    /// There is no room left on the disk; nothing was written.
    Full,
    /// Ours; what happened is for the log.
    Fault(Arc<anyhow::Error>),
}

impl Failure {
    /// The HTTP status.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Failure::SignIn => StatusCode::UNAUTHORIZED,
            Failure::Forbidden(_) | Failure::Forged => StatusCode::FORBIDDEN,
            Failure::NotFound => StatusCode::NOT_FOUND,
            Failure::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Failure::Unreadable(_) => StatusCode::BAD_REQUEST,
            Failure::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Failure::Conflict | Failure::Refused(_) => StatusCode::CONFLICT,
            Failure::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Failure::Full => StatusCode::INSUFFICIENT_STORAGE,
            Failure::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The last part of the problem's type, and the stem of its texts.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Failure::SignIn => "sign-in",
            Failure::Forbidden(_) => "forbidden",
            Failure::NotFound => "not-found",
            Failure::MethodNotAllowed => "method-not-allowed",
            Failure::Forged => "forged",
            Failure::Unreadable(_) => "unreadable",
            Failure::Invalid(_) => "invalid",
            Failure::Conflict => "conflict",
            Failure::Refused(_) => "refused",
            Failure::Busy => "busy",
            Failure::Full => "full",
            Failure::Fault(_) => "fault",
        }
    }

    fn detail(&self) -> Option<String> {
        match self {
            Failure::Unreadable(what) => Some(what.clone()),
            Failure::Refused(refusal) => Some(refusal.by.join(", ")),
            Failure::Conflict => Some(String::from("the key was used before for something else, or it has changed meanwhile")),
            Failure::Forbidden(roles) => Some(roles.iter().map(|role| role.name()).collect::<Vec<_>>().join(", ")),
            _ => None,
        }
    }
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Failure {
        let error: anyhow::Error = error.into();
        match error.downcast_ref::<store::Error>() {
            Some(store::Error::Locked) => Failure::Busy,
            Some(store::Error::Full) => Failure::Full,
            _ => Failure::Fault(Arc::new(error)),
        }
    }
}

/// Carries the failure outwards; [`show`] makes the body, because only it knows the reader.
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// What a panic said, as a fault. The panic itself has been reported with its place by the panic hook.
pub(crate) fn panicked(panic: &(dyn Any + Send)) -> Failure {
    let says = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    Failure::Fault(Arc::new(anyhow::anyhow!("broken invariant: {}", says.unwrap_or("a panic without words"))))
}

/// Renders a failure as a page for people and as problem details for programs.
pub(crate) async fn show(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_api = path.starts_with("/api/") || path.starts_with("/phone/");
    let back = pages::failure::back(request.headers()).filter(|back| back != request.uri().path());
    let (mut parts, body) = request.into_parts();
    let Ok(page) = Page::from_request_parts(&mut parts, &site).await;
    let response = next.run(Request::from_parts(parts, body)).await;
    let failure = if is_forged(&response) { Some(Failure::Forged) } else { response.extensions().get::<Failure>().cloned() };
    let Some(failure) = failure else { return response };
    if let Failure::Fault(error) = &failure {
        tracing::error!(reference = page.request_id, "{error:#}");
    }
    if matches!(failure, Failure::Full) {
        tracing::error!("{}", store::Error::Full);
    }
    if is_api {
        return problem(&failure, &page);
    }
    if matches!(failure, Failure::SignIn) && page.uri.path() != "/sign-in" {
        let query: String = form_urlencoded::Serializer::new(String::new()).append_pair("next", &page.uri.to_string()).finish();
        return Redirect::to(&format!("/sign-in?{query}")).into_response();
    }
    (failure.status(), pages::failure::page(&page, &failure, &site.book().law, back.as_deref())).into_response()
}

fn problem(failure: &Failure, page: &Page) -> Response {
    let status = failure.status();
    let mut body = json!({
        "type": format!("/api/problems/{}", failure.kind()),
        "title": status.canonical_reason(),
        "status": status.as_u16(),
        "detail": failure.detail(),
        "instance": page.request_id,
    });
    if let Failure::Invalid(faults) = failure {
        body["errors"] = faults.iter().map(|it| json!({ "field": it.field, "message": page.reader.text(it.text) })).collect();
    }
    let mut response = (status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response();
    let asks = matches!(failure, Failure::SignIn).then_some((header::WWW_AUTHENTICATE, "Bearer"));
    let wait = matches!(failure, Failure::Busy).then_some((header::RETRY_AFTER, "1"));
    for (name, value) in asks.into_iter().chain(wait) {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
