//! The alarms of people at doors: who is overdue or called for help, how far each alarm has climbed, and who takes care of it.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::{StaffId, WatchId};
use maud::{Markup, html};
use store::Watch;

use super::watch::{Rung, rung};
use crate::pages::layout;
use crate::pages::parts::lists::{Tone, chip};
use crate::texts::{Reader, value};
use crate::web::session::Workers;
use crate::web::{Failure, Page, Site, Staff};

/// Everybody who is at a door now, those in alarm first.
pub(super) async fn page(page: Page, State(site): State<Arc<Site>>, _: Staff<Workers>) -> Result<Markup, Failure> {
    let found = site.look(|reader| {
        let mut watches = vec![];
        for watch in reader.open_watches()? {
            let name = |id: StaffId| Ok::<_, store::Error>(reader.staff(id)?.map_or_else(String::new, |staff| staff.name));
            let (who, owner) = (name(watch.staff)?, watch.owner.map(name).transpose()?);
            watches.push((watch, who, owner));
        }
        Ok(watches)
    });
    let (mut watches, now) = (found.await?, site.now());
    watches.sort_by_key(|(watch, ..)| (std::cmp::Reverse(rung(watch, now)), watch.due_at));
    let reader = &page.reader;
    let title = reader.text("alarms-title");
    let body = html! {
        h1 { (title) }
        p { (reader.text("alarms-says")) }
        @if watches.is_empty() { p.empty { (reader.text("alarms-none")) } }
        @for (watch, who, owner) in &watches { (line(reader, watch, who, owner.as_deref(), rung(watch, now))) }
    };
    Ok(layout::desk(&page, &title, "/alarms", body))
}

fn line(reader: &Reader, watch: &Watch, who: &str, owner: Option<&str>, rung: Option<Rung>) -> Markup {
    let call = |key: &str| format!("/alarms/{}/{key}", watch.id);
    html! {
        section.card {
            h2 { (who) }
            p {
                @match (&watch.raised, rung) {
                    (Some(_), _) => { (chip(Tone::Stop, &reader.text("alarms-help"))) }
                    (None, Some(_)) => { (chip(Tone::Stop, &reader.text("alarms-overdue"))) }
                    (None, None) => { (chip(Tone::Good, &reader.text("alarms-waiting"))) }
                }
                " " (reader.fill("alarms-since", [("at", value(reader.moment(watch.began_at)))]))
                " " (reader.fill("alarms-due", [("at", value(reader.moment(watch.due_at)))]))
            }
            @if let Some(rung) = rung {
                p { (reader.text(match rung {
                    Rung::Peer => "alarms-rung-peer",
                    Rung::Supervisor => "alarms-rung-supervisor",
                    Rung::Everybody => "alarms-rung-everybody",
                })) }
            }
            @if let Some(place) = &watch.place { p { (reader.fill("alarms-place", [("place", value(place.clone()))])) } }
            @match (owner, rung) {
                (Some(owner), _) => {
                    p { (reader.fill("alarms-owner", [("name", value(owner.to_owned()))])) }
                    form method="post" action=(call("end")) { button { (reader.text("alarms-end")) } }
                }
                (None, Some(_)) => { form method="post" action=(call("own")) { button.primary { (reader.text("alarms-own")) } } }
                (None, None) => {}
            }
        }
    }
}

/// Takes an alarm. Whoever was first owns it.
pub(super) async fn own(
    State(site): State<Arc<Site>>,
    staff: Staff<Workers>,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let id = WatchId::parse(&id).ok_or(Failure::NotFound)?;
    let (store, now) = (Arc::clone(&site.store), site.now());
    let owned = tokio::task::spawn_blocking(move || store.own_watch(id, staff.id, now)).await;
    owned.map_err(|error| anyhow::anyhow!("taking an alarm broke off: {error}"))??.ok_or(Failure::NotFound)?;
    Ok(Redirect::to("/alarms").into_response())
}

/// Whoever owns an alarm says that the person is safe.
pub(super) async fn end(
    State(site): State<Arc<Site>>,
    staff: Staff<Workers>,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let id = WatchId::parse(&id).ok_or(Failure::NotFound)?;
    let open = site.look(|reader| reader.open_watches()).await?;
    if !open.iter().any(|watch| watch.id == id && watch.owner == Some(staff.id)) {
        return Err(Failure::NotFound);
    }
    let (store, now) = (Arc::clone(&site.store), site.now());
    let ended = tokio::task::spawn_blocking(move || store.end_watch(id, now)).await;
    ended.map_err(|error| anyhow::anyhow!("ending an alarm broke off: {error}"))??;
    Ok(Redirect::to("/alarms").into_response())
}
