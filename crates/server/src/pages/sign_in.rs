//! Signing in and out. In a demonstration one button a role; otherwise by name and password.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::event::Actor;
use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};
use store::{Asker, Store};

use super::layout;
use super::parts::form;
use crate::demo;
use crate::web::{Answers, Failure, Page, Role, Site, Viewer, session};

/// `/`, `/sign-in`, `/sign-out`.
pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new()
        .route("/", get(start))
        .route("/sign-in", get(ask))
        .route("/sign-in/demo", post(as_role))
        .route("/in/{token}", get(by_link))
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
    let viewer = match answers.get("role") {
        "consumer" => consumer(&site, answers.get("story"))?,
        name => {
            let role = Role::parse(name).ok_or(Failure::NotFound)?;
            let staff = site.look(move |reader| reader.all_staff()).await?;
            let staff = staff.into_iter().find(|staff| staff.role == role && staff.left_on.is_none());
            staff.map(|staff| Viewer::Staff { id: staff.id, role, name: staff.name }).ok_or(Failure::NotFound)?
        }
    };
    enter(&site, &headers, viewer)
}

/// The person of a told story, or of the first one.
fn consumer(site: &Site, story: &str) -> Result<Viewer, Failure> {
    let told = site.stories.iter().find(|(key, _)| *key == story).or(site.stories.first());
    told.map(|(_, person)| Viewer::Consumer { person: *person }).ok_or(Failure::NotFound)
}

/// Signs in whoever holds a link.
async fn by_link(State(site): State<Arc<Site>>, headers: HeaderMap, Path(token): Path<String>) -> Result<Response, Failure> {
    let (digest, now) = (session::digest(&token), site.now());
    let viewer = site.look(move |reader| {
        Ok(match reader.link(digest, SIGN_IN, now)? {
            Some(Asker::Staff(id, role)) => reader.staff(id)?.map(|staff| Viewer::Staff { id, role, name: staff.name }),
            Some(Asker::Consumer(person)) => Some(Viewer::Consumer { person }),
            Some(Asker::Night) | None => None,
        })
    });
    enter(&site, &headers, viewer.await?.ok_or(Failure::NotFound)?)
}

fn enter(site: &Site, headers: &HeaderMap, viewer: Viewer) -> Result<Response, Failure> {
    let home = viewer.home();
    let cookie = session::sign_in(site, headers, viewer)?;
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(home)).into_response())
}

/// What a link that signs somebody in is kept for.
const SIGN_IN: &str = "sign_in";

/// New links for a demonstration: one for each role and one for the first told story. They live for a day.
pub(crate) fn links(store: &Store, seed: u64) -> anyhow::Result<Vec<(&'static str, String)>> {
    let staff = store.reader().all_staff()?;
    let roles = Role::ALL.into_iter().filter_map(|role| {
        let first = staff.iter().find(|staff| staff.role == role && staff.left_on.is_none())?;
        Some((role.name(), Actor::Staff(first.id)))
    });
    let cast = demo::cast(seed);
    let consumer = cast.first().map(|(_, person)| ("consumer", Actor::Consumer(*person)));
    let expires_at = Timestamp::now() + SignedDuration::from_hours(24);
    let mut links = vec![];
    for (name, actor) in roles.chain(consumer) {
        let token = session::token()?;
        store.keep_link(session::digest(&token), actor, SIGN_IN, expires_at)?;
        links.push((name, token));
    }
    Ok(links)
}

async fn leave(State(site): State<Arc<Site>>, headers: HeaderMap) -> Response {
    ([(header::SET_COOKIE, session::sign_out(&site, &headers))], Redirect::to("/sign-in")).into_response()
}
