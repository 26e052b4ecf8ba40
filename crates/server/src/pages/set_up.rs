//! The first member of staff of a book: by a link that the program prints while there is nobody yet, good once and for half
//! an hour.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use domain::id::StaffId;
use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};
use store::Role;

use super::layout;
use super::parts::form;
use crate::web::session::home;
use crate::web::{Answers, Failure, Page, Site, act, password, session};

/// `/set-up/{token}`.
pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new().route("/set-up/{token}", get(ask).post(first))
}

/// The link that is open, if one is: a digest of its token and when it closes.
#[derive(Default)]
pub(crate) struct SetUp(Mutex<Option<([u8; 32], Timestamp)>>);

/// How long the link is good.
const GOOD_FOR: SignedDuration = SignedDuration::from_mins(30);

impl SetUp {
    /// Opens a new link and tells its token, which exists nowhere else.
    pub(crate) fn open(now: Timestamp) -> anyhow::Result<(SetUp, String)> {
        let token = session::token()?;
        Ok((SetUp(Mutex::new(Some((session::digest(&token), now + GOOD_FOR)))), token))
    }

    fn is_open(&self, token: &str, now: Timestamp) -> bool {
        let open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.is_some_and(|(digest, until)| digest == session::digest(token) && now < until)
    }

    /// Closes the link, for the one who used it.
    fn close(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take().is_some()
    }
}

async fn ask(page: Page, State(site): State<Arc<Site>>, Path(token): Path<String>) -> Result<Markup, Failure> {
    if !site.set_up.is_open(&token, Timestamp::now()) {
        return Err(Failure::NotFound);
    }
    Ok(form_page(&page, &token, &Answers::default()))
}

fn form_page(page: &Page, token: &str, answers: &Answers) -> Markup {
    let reader = &page.reader;
    let title = reader.text("set-up");
    let body = html! {
        article.narrow {
            h1 { (title) }
            (form::summary(reader, answers))
            p { (reader.text("set-up-says")) }
            form.stack method="post" action={ "/set-up/" (token) } {
                (form::text(reader, answers, "name", "set-up-name").hint("set-up-name-hint").autocomplete("name").render())
                (form::text(reader, answers, "login", "sign-in-name").hint("set-up-login-hint").autocomplete("username").render())
                (form::text(reader, answers, "password", "sign-in-password").hint("set-up-password-hint").kind("password").autocomplete("new-password").render())
                button.primary { (reader.text("set-up-do")) }
            }
        }
    };
    layout::desk(page, &title, "", body)
}

async fn first(
    page: Page,
    State(site): State<Arc<Site>>,
    Path(token): Path<String>,
    headers: HeaderMap,
    mut answers: Answers,
) -> Result<Response, Failure> {
    if !site.set_up.is_open(&token, Timestamp::now()) {
        return Err(Failure::NotFound);
    }
    let name = answers.words("name", 80, "set-up-name-missing");
    let login = answers.words("login", 80, "set-up-login-missing").map(|login| login.to_lowercase());
    let typed = answers.get("password").to_owned();
    let known = [name.clone().unwrap_or_default(), login.clone().unwrap_or_default()];
    if let Err(weak) = password::check(&typed, &[&known[0], &known[1]]) {
        answers.fault("password", weak.text());
    }
    let (Some(name), Some(login), true) = (name, login, answers.faults().is_empty()) else {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, form_page(&page, &token, &answers)).into_response());
    };
    let hash = site.attempts.look(move || password::hash(&typed)).await??;
    let is_somebody_there = !site.look(store::Reader::all_staff).await?.is_empty();
    // Whoever closes the link used it; nobody uses it a second time.
    if !site.set_up.close() || is_somebody_there {
        return Err(Failure::NotFound);
    }
    let staff = store::Staff {
        id: StaffId(act::new_id()?),
        name,
        sign_in: login,
        role: Role::Manager,
        badge: "1".to_owned(),
        registration: None,
        certificate_until: None,
        password: Some(hash),
        left_on: None,
    };
    let (kept, store) = (staff.clone(), Arc::clone(&site.store));
    tokio::task::spawn_blocking(move || store.keep_staff(kept)).await??;
    let cookie = session::sign_in_staff(&site, &headers, &staff)?;
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(home(staff.role))).into_response())
}
