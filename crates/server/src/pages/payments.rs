//! `/payments`: money that came in by the bank and names no account, or more than one. A person says where it belongs, with
//! a reason; nothing is guessed.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use domain::law::Law;
use maud::{Markup, html};
use store::{Decided, LineState};

use super::layout;
use super::parts::form;
use super::parts::lists::{Tone, chip, pairs};
use super::parts::rule;
use crate::payments;
use crate::texts::{Reader, value};
use crate::web::session::Collectors;
use crate::web::{Answers, Failure, Page, Site, Staff};

/// `/payments` and one line of a statement.
pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new().route("/payments", get(list)).route("/payments/{line}", get(show).post(decide))
}

/// Rows on the list.
const LIMIT: u32 = 200;

const VIEWS: [(LineState, &str); 3] =
    [(LineState::Open, "payments-open"), (LineState::Posted, "payments-posted"), (LineState::SetAside, "payments-set-aside")];

async fn list(page: Page, uri: Uri, State(site): State<Arc<Site>>, _: Staff<Collectors>) -> Result<Markup, Failure> {
    let state = VIEWS.iter().map(|(state, _)| *state).find(|state| uri.query() == Some(state.name())).unwrap_or(LineState::Open);
    let (rows, counts) = site
        .look(move |reader| {
            let mut counts = [0; VIEWS.len()];
            for ((state, _), count) in VIEWS.iter().zip(&mut counts) {
                *count = reader.count_bank_lines(*state)?;
            }
            Ok((reader.bank_lines(state, LIMIT)?, counts))
        })
        .await?;
    let reader = &page.reader;
    let title = reader.text("payments-title");
    let body = html! {
        h1 { (title) }
        p.dim { (reader.text("payments-says")) }
        nav.views aria-label=(title) {
            @for ((view, key), count) in VIEWS.iter().zip(counts) {
                a href={ "/payments?" (view.name()) } aria-current=[(*view == state).then_some("page")] {
                    (reader.fill(key, [("count", value(reader.count(i64::try_from(count).unwrap_or(i64::MAX))))]))
                }
            }
            a href="/cash" { (reader.text("cash-title")) }
        }
        @if rows.is_empty() { p.empty { (reader.text("payments-none")) } } @else { (table(reader, &site.book().law, &rows)) }
    };
    Ok(layout::desk(&page, &title, "/payments", body))
}

fn table(reader: &Reader, law: &Law, rows: &[Decided]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(reader.text("payments-title")) {
            table.cells {
                thead { tr {
                    th scope="col" { (reader.text("payments-day")) }
                    th scope="col" { (reader.text("payments-amount")) }
                    th scope="col" { (reader.text("payments-payer")) }
                    th scope="col" { (reader.text("payments-words")) }
                    th scope="col" { (reader.text("payments-state")) }
                } }
                tbody { @for row in rows { tr {
                    th scope="row" { a href={ "/payments/" (row.line.line) } { (reader.day(row.line.on)) } }
                    td.figure data-name=(reader.text("payments-amount")) { (amount(reader, row)) }
                    td data-name=(reader.text("payments-payer")) { (row.line.payer.as_deref().unwrap_or("–")) }
                    td data-name=(reader.text("payments-words")) { (row.line.words.as_deref().unwrap_or("–")) }
                    td data-name=(reader.text("payments-state")) { (state(reader, law, row)) }
                } } }
            }
        }
    }
}

fn amount(reader: &Reader, row: &Decided) -> String {
    let sign = if row.line.is_credit { "" } else { "-" };
    format!("{sign}{} {}", reader.amount(row.line.amount), row.line.currency)
}

fn state(reader: &Reader, law: &Law, row: &Decided) -> Markup {
    let says = match row.because.as_str() {
        payments::NEW => "payments-new",
        payments::MATCHED => "payments-matched",
        payments::WENT_OUT => "payments-went-out",
        payments::NAMES_NONE => "payments-names-none",
        payments::NAMES_SEVERAL => "payments-names-several",
        payments::CURRENCY => "payments-currency",
        payments::REVERSES_NOTHING => "payments-reverses-nothing",
        store::CASH => "payments-cash",
        deposit if deposit.starts_with("cash ") => "payments-cash-deposit",
        // Rules that refused it, or the reason that a person gave.
        rules if row.state == LineState::Open => {
            let rules: Vec<String> = rules.split(',').map(str::to_owned).collect();
            return rule::list(reader, law, &rules);
        }
        reason => return html! { (reason) },
    };
    chip(if row.state == LineState::Open { Tone::Warn } else { Tone::Good }, &reader.text(says))
}

async fn find(site: &Arc<Site>, line: String) -> Result<Decided, Failure> {
    site.look(move |reader| reader.bank_line(&line)).await?.ok_or(Failure::NotFound)
}

async fn show(
    page: Page,
    State(site): State<Arc<Site>>,
    _: Staff<Collectors>,
    Path(line): Path<String>,
) -> Result<Markup, Failure> {
    let found = find(&site, line).await?;
    Ok(render(&page, &site, &found, &Answers::default()))
}

fn render(page: &Page, site: &Site, found: &Decided, answers: &Answers) -> Markup {
    let (reader, line) = (&page.reader, &found.line);
    let title = reader.fill("payments-line", [("amount", value(amount(reader, found)))]);
    let words = |text: Option<&str>| html! { (text.unwrap_or("–")) };
    let body = html! {
        p { a.back href="/payments" { (reader.text("back")) } }
        h1 { (title) }
        (form::summary(reader, answers))
        (pairs(&[
            (reader.text("payments-day"), html! { (reader.day(line.on)) }),
            (reader.text("payments-payer"), words(line.payer.as_deref())),
            (reader.text("payments-words"), words(line.words.as_deref())),
            (reader.text("payments-known-as"), html! { @for known in &line.known_as { code { (known) } " " } }),
            (reader.text("payments-statement"), html! { code { (line.statement) } " " code { (line.reference) } }),
            (reader.text("payments-state"), state(reader, &site.book().law, found)),
        ]))
        @if found.state == LineState::Open {
            form.stack method="post" action={ "/payments/" (line.line) } {
                @if line.is_credit && !line.is_reversal {
                    (form::text(reader, answers, "number", "payments-number").hint("payments-number-hint").optional().render())
                }
                (form::words(reader, answers, "reason", "payments-reason").hint("payments-reason-hint").render())
                div.actions {
                    @if line.is_credit && !line.is_reversal {
                        button.primary name="what" value="assign" { (reader.text("payments-assign")) }
                    }
                    button name="what" value="aside" { (reader.text("payments-aside")) }
                }
            }
        } @else if let Some(assigned) = found.assigned {
            p { a href={ "/people/" (assigned.person) } { (reader.text("payments-open-file")) } }
        }
    };
    layout::desk(page, &title, "/payments", body)
}

async fn decide(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Collectors>,
    Path(line): Path<String>,
    mut answers: Answers,
) -> Result<Response, Failure> {
    let found = find(&site, line).await?;
    let is_aside = answers.get("what") == "aside";
    let reason = answers.words("reason", 500, "payments-give-reason");
    let number: String = answers.get("number").chars().take(64).collect();
    let account = match is_aside {
        true => None,
        false => site.look(move |reader| reader.account_by_number(&number)).await?,
    };
    if !is_aside && account.is_none() {
        answers.fault("number", "payments-no-account");
    }
    let may =
        is_aside || (found.line.is_credit && !found.line.is_reversal && found.line.currency == site.store.record().currency);
    let (Some(reason), true) = (reason, may && answers.faults().is_empty()) else {
        return Ok(render(&page, &site, &found, &answers).into_response());
    };
    let (store, by, now) = (Arc::clone(&site.store), staff.actor(), site.now());
    let done = tokio::task::spawn_blocking(move || match account {
        None => store.set_bank_line_aside(&found.line.line, &reason, by, now),
        Some(to) => payments::assign(&store, &found.line, to, &reason, by, now),
    });
    match done.await.map_err(|error| anyhow::anyhow!("assigning a payment broke off: {error}"))?? {
        true => Ok(Redirect::to("/payments").into_response()),
        // Somebody else was quicker.
        false => Err(Failure::Conflict),
    }
}
