//! How another version of a pack comes into force: somebody brings its text, sees what it would have stopped in all that ever happened,
//! proposes it, and a second person says yes.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::law::{Pack, PackKind};
use domain::refusal::Refusal;
use maud::{Markup, html};
use sha2::{Digest, Sha256};
use store::{PackRecord, Staff as Member};

use super::super::layout;
use super::super::parts::form;
use super::super::parts::lists::{Tone, chip};
use super::super::parts::rule;
use super::diff;
use crate::replay::{self, Told};
use crate::texts::{Reader, value};
use crate::web::session::Officers;
use crate::web::{Answers, Failure, Page, Site, Staff};
use crate::{books, packs};

/// `/law/change`.
pub(super) async fn show(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Officers>,
    answers: Answers,
) -> Result<Markup, Failure> {
    render(&page, &site, &staff, &answers, None).await
}

/// What the text would have stopped.
pub(super) async fn what_if(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Officers>,
    mut answers: Answers,
) -> Result<Markup, Failure> {
    let Some(pack) = read(&site, &mut answers) else { return render(&page, &site, &staff, &answers, None).await };
    let (store, tried) = (Arc::clone(&site.store), pack.clone());
    let told = tokio::task::spawn_blocking(move || {
        let law = replay::law_with(&store.book(), vec![tried])?;
        replay::replay(store.reader(), &store.book(), &law, &mut |_| {})
    });
    let told = told.await.map_err(|error| anyhow::anyhow!("the replay broke off: {error}"))??;
    let reader = &page.reader;
    let before = site.book().law.packs().iter().rfind(|old| old.id == pack.id).map(Arc::clone);
    let found = html! {
        section.card #found {
            h2 { (reader.text("try-found")) }
            (sums(reader, &pack, &told))
            @if let Some(before) = before {
                h3 { (reader.fill("diff-title", [("version", value(before.version.as_str()))])) }
                (diff::list(reader, &before, &pack))
            }
        }
    };
    render(&page, &site, &staff, &answers, Some(found)).await
}

/// Keeps the text for a second person to look at.
pub(super) async fn propose(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Officers>,
    mut answers: Answers,
) -> Result<Response, Failure> {
    let pack = read(&site, &mut answers);
    let pack = pack.filter(|pack| {
        // A law of yesterday cannot be made today.
        let is_to_come = pack.in_force_from > site.today();
        if !is_to_come {
            answers.fault("text", "change-in-past");
        }
        is_to_come
    });
    let Some(pack) = pack else { return Ok(render(&page, &site, &staff, &answers, None).await?.into_response()) };
    let body = answers.get("text").to_owned();
    let record = PackRecord {
        pack: pack.id,
        version: pack.version,
        in_force_from: pack.in_force_from,
        digest: Sha256::digest(body.as_bytes()).into(),
        body,
        proposed_by: staff.id,
        proposed_at: site.now(),
        activated: None,
    };
    keep(&site, move |store| Ok(store.propose_pack(record)?)).await
}

/// The second person's yes.
pub(super) async fn activate(
    State(site): State<Arc<Site>>,
    staff: Staff<Officers>,
    answers: Answers,
) -> Result<Response, Failure> {
    let unreadable = || Failure::Unreadable(String::from("which version it is about cannot be read"));
    let digest = data_encoding::HEXLOWER.decode(answers.get("digest").as_bytes()).map_err(|_| unreadable())?;
    let digest = <[u8; 32]>::try_from(digest).map_err(|_| unreadable())?;
    let (pack, version) = (answers.get("pack").to_owned(), answers.get("version").to_owned());
    let (by, at, today) = (staff.id, site.now(), site.today());
    keep(&site, move |store| {
        let kept = store.activate_pack(pack, version, digest, by, at, today)?;
        books::take_up(store)?;
        Ok(kept)
    })
    .await
}

async fn keep(
    site: &Arc<Site>,
    write: impl FnOnce(&store::Store) -> anyhow::Result<Result<(), Refusal>> + Send + 'static,
) -> Result<Response, Failure> {
    let store = Arc::clone(&site.store);
    let kept = tokio::task::spawn_blocking(move || write(&store)).await;
    let kept = kept.map_err(|error| anyhow::anyhow!("keeping a pack broke off: {error}"))??;
    kept.map_err(Failure::Refused)?;
    Ok(Redirect::to("/law/change").into_response())
}

/// The pack in the form, if it can be read, is one of the book's own or of a house, and its examples hold.
fn read(site: &Site, answers: &mut Answers) -> Option<Pack> {
    let text = answers.get("text").to_owned();
    let told = packs::read_text(&text).and_then(|pack| {
        replay::law_with(&site.book(), vec![pack.clone()])?;
        Ok(pack)
    });
    match told {
        Ok(pack) if pack.kind == PackKind::House || site.book().law.packs().iter().any(|ours| ours.id == pack.id) => Some(pack),
        Ok(_) => {
            answers.fault("text", "change-not-ours");
            None
        }
        Err(error) => {
            answers.add("said", format!("{error:#}"));
            answers.fault("text", "change-unreadable");
            None
        }
    }
}

async fn render(
    page: &Page,
    site: &Arc<Site>,
    staff: &Staff<Officers>,
    answers: &Answers,
    found: Option<Markup>,
) -> Result<Markup, Failure> {
    let (records, people) = site.look(|reader| Ok((reader.packs()?, reader.all_staff()?))).await?;
    let reader = &page.reader;
    let title = reader.text("law-change-title");
    let body = html! {
        a.back href="/law" { (reader.text("law-title")) }
        h1 { (title) }
        p { (reader.text("law-change-says")) }
        @if let Some(found) = found { (found) }
        section.card {
            h2 { (reader.text("change-text-title")) }
            form method="post" action="/law/change/try" {
                (form::words(reader, answers, "text", "change-text").hint("change-text-hint").render())
                @if !answers.get("said").is_empty() { pre { (answers.get("said")) } }
                div.actions {
                    button.primary { (reader.text("change-try")) } " "
                    button formaction="/law/change/propose" { (reader.text("change-propose")) }
                }
            }
        }
        section.card {
            h2 { (reader.text("change-waiting")) }
            @if records.is_empty() { p.empty { (reader.text("change-none")) } }
            @for record in &records { (waiting(reader, record, &people, staff)) }
        }
    };
    Ok(layout::desk(page, &title, "/law", body))
}

fn waiting(reader: &Reader, record: &PackRecord, people: &[Member], staff: &Staff<Officers>) -> Markup {
    let name = |id| people.iter().find(|member| member.id == id).map_or_else(|| format!("{id}"), |member| member.name.clone());
    let proposed = reader
        .fill("change-proposed", [("who", value(name(record.proposed_by))), ("at", value(reader.moment(record.proposed_at)))]);
    let digest = data_encoding::HEXLOWER.encode(&record.digest);
    html! {
        article {
            h3 { code { (record.pack) } " " (record.version) " " @if record.activated.is_some() { (chip(Tone::Good, &reader.text("change-active"))) } @else { (chip(Tone::Warn, &reader.text("change-open"))) } }
            p { (reader.fill("change-from", [("day", value(reader.day(record.in_force_from)))])) " " (proposed)
                @if let Some((by, at)) = record.activated { " " (reader.fill("change-activated", [("who", value(name(by))), ("at", value(reader.moment(at)))])) }
            }
            p.dim { "SHA-256 " code { (&digest[..16]) "…" } }
            details { summary { (reader.text("change-read")) } pre { (record.body) } }
            @if record.activated.is_none() {
                @if record.proposed_by == staff.id { p.dim { (reader.text("change-by-another")) } } @else {
                    form method="post" action="/law/change/activate" {
                        input type="hidden" name="pack" value=(record.pack);
                        input type="hidden" name="version" value=(record.version);
                        input type="hidden" name="digest" value=(digest);
                        button.primary { (reader.text("change-activate")) }
                    }
                }
            }
        }
    }
}

/// What the replay says, and the rules that would have stopped something, the most active first.
fn sums(reader: &Reader, pack: &Pack, told: &Told) -> Markup {
    let count = |number: u64| value(reader.count(i64::try_from(number).unwrap_or(i64::MAX)));
    let mut rules: Vec<_> = told.by_rule.iter().collect();
    rules.sort_by_key(|(_, stopped)| std::cmp::Reverse(stopped.contacts));
    let sentence = |id: &str| pack.rule(id).map(|rule| rule::said(reader, &rule.says).to_owned());
    html! {
        p { (reader.fill("try-sum", [("contacts", count(told.contacts)), ("blocked", count(told.blocked)), ("newly", count(told.newly)), ("freed", count(told.freed))])) }
        @if !rules.is_empty() {
            div.scroll tabindex="0" role="region" aria-label=(reader.text("try-found")) { table {
                thead { tr {
                    th scope="col" { (reader.text("refusals-rule")) }
                    th scope="col" { (reader.text("refusals-sentence")) }
                    th.num scope="col" { (reader.text("refusals-times")) }
                    th.num scope="col" { (reader.text("refusals-people")) }
                } }
                tbody { @for (rule, stopped) in rules { tr {
                    th scope="row" { code { (rule) } }
                    td.wrap { (sentence(rule).unwrap_or_default()) }
                    td.num { (reader.count(stopped.contacts as i64)) }
                    td.num { (reader.count(stopped.people.len() as i64)) }
                } } }
            } }
        }
    }
}
