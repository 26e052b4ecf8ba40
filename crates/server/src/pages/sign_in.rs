//! Signing in and out. In a demonstration one button a role; otherwise by name and password.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::event::Actor;
use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};
use store::{Asker, Store};

use super::layout;
use super::parts::form;
use crate::demo;
use crate::web::session::home;
use crate::web::{Answers, Failure, Page, Role, Site, Viewer, password, session};

/// `/`, `/sign-in`, `/sign-out`, and the links that sign in.
pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new()
        .route("/", get(start))
        .route("/sign-in", get(ask).post(by_password))
        .route("/sign-in/demo", post(as_role))
        .route("/in/{token}", get(by_link))
        .route("/sign-out", post(leave))
}

/// Leads everybody to where they begin.
async fn start(page: Page) -> Redirect {
    Redirect::to(page.viewer.as_ref().map_or("/sign-in", Viewer::home))
}

async fn ask(page: Page, answers: Answers) -> Markup {
    form_page(&page, &answers, None)
}

/// The page that asks. `wait` is how many seconds to wait before another attempt.
fn form_page(page: &Page, answers: &Answers, wait: Option<i64>) -> Markup {
    let reader = &page.reader;
    let title = reader.text("sign-in");
    let body = html! {
        article.narrow {
            h1 { (title) }
            @if page.demo {
                p { (reader.text("sign-in-demo")) }
                form.stack method="post" action="/sign-in/demo" {
                    @for role in Role::ALL {
                        button name="role" value=(role.name()) { (layout::role_name(reader, role)) span.dim { (reader.text(role_says(role))) } }
                    }
                    button name="role" value="consumer" { (reader.text("role-consumer")) span.dim { (reader.text("role-consumer-says")) } }
                }
            } @else {
                (form::summary(reader, answers))
                @if let Some(seconds) = wait { p { (reader.fill("sign-in-wait-for", [("seconds", crate::texts::number(seconds))])) } }
                form.stack method="post" action="/sign-in" {
                    (form::text(reader, answers, "login", "sign-in-name").autocomplete("username").render())
                    (form::text(reader, answers, "password", "sign-in-password").kind("password").autocomplete("current-password").render())
                    input type="hidden" name="next" value=(answers.get("next"));
                    button.primary { (reader.text("sign-in")) }
                }
                p.dim { (reader.text("sign-in-help")) }
            }
        }
    };
    layout::desk(page, &title, "", body)
}

/// Name and password. What comes back does not tell whether there is such a name: not by its words, not by its time.
async fn by_password(
    page: Page,
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
    mut answers: Answers,
) -> Result<Response, Failure> {
    let name = answers.get("login").to_lowercase();
    let typed = answers.get("password").to_owned();
    if name.is_empty() || typed.is_empty() {
        answers.fault(if name.is_empty() { "login" } else { "password" }, "sign-in-both");
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, form_page(&page, &answers, None)).into_response());
    }
    if let Err(wait) = site.attempts.begin(&name, Timestamp::now()) {
        answers.fault("password", "sign-in-wait");
        let seconds = wait.as_secs().max(1);
        let shown = form_page(&page, &answers, Some(seconds));
        return Ok((StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, HeaderValue::from(seconds))], shown).into_response());
    }
    let wanted = name.clone();
    let staff = site.look(move |reader| reader.staff_by_sign_in(&wanted)).await?.filter(|staff| staff.left_on.is_none());
    let kept = staff.as_ref().and_then(|staff| staff.password.clone());
    let is_right = site.attempts.look(move || password::is(&typed, kept.as_deref())).await?;
    let Some(staff) = staff.filter(|_| is_right) else {
        answers.fault("password", "sign-in-wrong");
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, form_page(&page, &answers, None)).into_response());
    };
    site.attempts.succeeded(&name);
    let to = Some(answers.get("next")).filter(|next| is_ours(next)).unwrap_or(home(staff.role));
    let cookie = session::sign_in_staff(&site, &headers, &staff)?;
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(to)).into_response())
}

/// Whether an address stays with us: a path, and not one that a browser reads as another host.
pub(super) fn is_ours(next: &str) -> bool {
    let rest = next.strip_prefix('/');
    rest.is_some_and(|rest| !rest.starts_with(['/', '\\']) && !next.chars().any(char::is_control))
}

async fn as_role(State(site): State<Arc<Site>>, headers: HeaderMap, answers: Answers) -> Result<Response, Failure> {
    if !site.demo {
        return Err(Failure::NotFound);
    }
    if answers.get("role") == "consumer" {
        return enter(&site, &headers, consumer(&site, answers.get("story"))?);
    }
    let role = Role::parse(answers.get("role")).ok_or(Failure::NotFound)?;
    let staff = site.look(move |reader| reader.all_staff()).await?;
    let staff = staff.into_iter().find(|staff| staff.role == role && staff.left_on.is_none()).ok_or(Failure::NotFound)?;
    enter_staff(&site, &headers, &staff)
}

/// The story that shows most of the consumer's side: something is owed, and a visit is agreed.
const MAIN_STORY: &str = "visit-moved";

/// The person of a told story.
fn consumer(site: &Site, story: &str) -> Result<Viewer, Failure> {
    let wanted = if story.is_empty() { MAIN_STORY } else { story };
    let told = site.stories.iter().find(|(key, _)| *key == wanted);
    told.map(|(_, person)| Viewer::Consumer { person: *person }).ok_or(Failure::NotFound)
}

/// Signs in whoever holds a link.
async fn by_link(State(site): State<Arc<Site>>, headers: HeaderMap, Path(token): Path<String>) -> Result<Response, Failure> {
    let (digest, now) = (session::digest(&token), Timestamp::now());
    let (asker, staff) = site
        .look(move |reader| {
            let asker = reader.link(digest, SIGN_IN, now)?;
            let staff = match asker {
                Some(Asker::Staff(id, _)) => reader.staff(id)?,
                Some(Asker::Consumer(_) | Asker::Night) | None => None,
            };
            Ok((asker, staff))
        })
        .await?;
    match (asker, staff) {
        (Some(Asker::Consumer(person)), _) => enter(&site, &headers, Viewer::Consumer { person }),
        (_, Some(staff)) => enter_staff(&site, &headers, &staff),
        _ => Err(Failure::NotFound),
    }
}

fn enter(site: &Site, headers: &HeaderMap, viewer: Viewer) -> Result<Response, Failure> {
    let home = viewer.home();
    let cookie = session::sign_in(site, headers, viewer)?;
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(home)).into_response())
}

fn enter_staff(site: &Site, headers: &HeaderMap, staff: &store::Staff) -> Result<Response, Failure> {
    let cookie = session::sign_in_staff(site, headers, staff)?;
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(home(staff.role))).into_response())
}

/// What a link that signs somebody in is kept for.
const SIGN_IN: &str = "sign_in";

/// New links for a demonstration: one for each role and one for a told story. They live for a day.
pub(crate) fn links(store: &Store, seed: u64) -> anyhow::Result<Vec<(&'static str, String)>> {
    let staff = store.reader().all_staff()?;
    let roles = Role::ALL.into_iter().filter_map(|role| {
        let first = staff.iter().find(|staff| staff.role == role && staff.left_on.is_none())?;
        Some((role.name(), Actor::Staff(first.id)))
    });
    let cast = demo::cast(seed);
    let consumer = cast.iter().find(|(key, _)| *key == MAIN_STORY).map(|(_, person)| ("consumer", Actor::Consumer(*person)));
    let expires_at = Timestamp::now() + SignedDuration::from_hours(24);
    let mut links = vec![];
    for (name, actor) in roles.chain(consumer) {
        let token = session::token()?;
        store.keep_link(session::digest(&token), actor, SIGN_IN, expires_at)?;
        links.push((name, token));
    }
    Ok(links)
}

/// What a role does, in a few words.
fn role_says(role: Role) -> &'static str {
    match role {
        Role::Manager => "role-manager-says",
        Role::Desk => "role-desk-says",
        Role::Field => "role-field-says",
        Role::Compliance => "role-compliance-says",
        Role::Credit => "role-credit-says",
        Role::Data => "role-data-says",
        Role::Auditor => "role-auditor-says",
    }
}

async fn leave(State(site): State<Arc<Site>>, headers: HeaderMap) -> Response {
    ([(header::SET_COOKIE, session::sign_out(&site, &headers))], Redirect::to("/sign-in")).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_signing_in_nobody_is_led_elsewhere() {
        for (next, expected) in [
            ("/queue?view=case", true),
            ("/people/7", true),
            ("", false),
            ("queue", false),
            ("//evil.example", false),
            ("/\\evil.example", false),
            ("https://evil.example", false),
            ("/\r\nset-cookie: a=b", false),
        ] {
            assert_eq!(is_ours(next), expected, "{next:?}");
        }
    }
}
