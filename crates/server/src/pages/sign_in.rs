//! Signing in and out. In a demonstration one button a role; otherwise by name and password.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::id::StaffId;
use maud::{Markup, html};

use super::layout;
use super::parts::form;
use crate::web::{Answers, Failure, Page, Role, Site, Viewer, session};

/// `/`, `/sign-in`, `/sign-out`.
pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new()
        .route("/", get(start))
        .route("/sign-in", get(ask))
        .route("/sign-in/demo", post(as_role))
        .route("/sign-out", post(leave))
}

/// Leads everybody to where they begin.
async fn start(page: Page) -> Redirect {
    Redirect::to(page.viewer.as_ref().map_or("/sign-in", Viewer::home))
}

async fn ask(page: Page, answers: Answers) -> Markup {
    let reader = &page.reader;
    let title = reader.text("sign-in");
    let body = html! {
        article.narrow {
            h1 { (title) }
            @if page.demo {
                p { (reader.text("sign-in-demo")) }
                form.stack method="post" action="/sign-in/demo" {
                    @for role in Role::ALL {
                        button name="role" value=(role.name()) { (layout::role_name(reader, role)) }
                    }
                    button name="role" value="consumer" { (reader.text("role-consumer")) }
                }
            } @else {
                form.stack method="post" action="/sign-in" {
                    (form::text(reader, &answers, "login", "sign-in-name").autocomplete("username").render())
                    (form::text(reader, &answers, "password", "sign-in-password").kind("password").autocomplete("current-password").render())
                    input type="hidden" name="next" value=(answers.get("next"));
                    button.primary { (reader.text("sign-in")) }
                }
            }
        }
    };
    layout::desk(&page, &title, "", body)
}

async fn as_role(State(site): State<Arc<Site>>, headers: HeaderMap, answers: Answers) -> Result<Response, Failure> {
    if !site.demo {
        return Err(Failure::NotFound);
    }
    let role = Role::from_name(answers.get("role")).ok_or(Failure::NotFound)?;
    let viewer = Viewer::Staff { id: StaffId(role as u64 + 1), role, name: role.name().to_owned() };
    let home = viewer.home();
    let cookie = session::sign_in(&site, &headers, viewer)?;
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(home)).into_response())
}

async fn leave(State(site): State<Arc<Site>>, headers: HeaderMap) -> Response {
    ([(header::SET_COOKIE, session::sign_out(&site, &headers))], Redirect::to("/sign-in")).into_response()
}
