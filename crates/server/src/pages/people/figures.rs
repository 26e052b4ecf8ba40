//! Why the figures of an account are what they are, the statement of all accounts, and the journal behind one.

use std::sync::Arc;

use axum::extract::{Path, State};
use domain::person::Account;
use maud::{Markup, html};

use super::find;
use crate::pages::layout;
use crate::pages::parts::why;
use crate::texts::{in_language, value};
use crate::web::session::Readers;
use crate::web::{Answers, Failure, Page, Site, Staff};

pub(super) async fn figure(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Readers>,
    Path((id, number, figure)): Path<(String, String, String)>,
    mut answers: Answers,
) -> Result<Markup, Failure> {
    let file = find(&site, staff.asker(), &id).await?;
    let folder = format!("/people/{}/accounts", file.person.id);
    let of = (&file.person, file.events.as_slice());
    let (title, body) = why::explained(&page.reader, &site, of, (&folder, &number, &figure), &mut answers)?;
    let back = html! { a.back href={ "/people/" (file.person.id) } { (page.reader.text("back")) } (body) };
    Ok(layout::desk(&page, &title, "/queue", back))
}

pub(super) async fn statement(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Readers>,
    Path(id): Path<String>,
) -> Result<Markup, Failure> {
    let file = find(&site, staff.asker(), &id).await?;
    let body = html! {
        a.back href={ "/people/" (file.person.id) } { (page.reader.text("back")) }
        (why::statement(&page.reader, &file.person, site.today()))
    };
    Ok(layout::desk(&page, &page.reader.text("statement-title"), "/queue", body))
}

pub(super) async fn journal(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Readers>,
    Path((id, number)): Path<(String, String)>,
) -> Result<Markup, Failure> {
    let file = find(&site, staff.asker(), &id).await?;
    let account = file.person.accounts.values().find(|account| account.number == number).ok_or(Failure::NotFound)?;
    let title = page.reader.fill("journal-title", [("number", value(number))]);
    let body = html! {
        a.back href={ "/people/" (file.person.id) } { (page.reader.text("back")) }
        h1 { (title) }
        (postings(&page, &site, account))
    };
    Ok(layout::desk(&page, &title, "/queue", body))
}

/// Every posting of an account up to today, by the codes and names of the lender's chart.
fn postings(page: &Page, site: &Site, account: &Account) -> Markup {
    let (reader, book) = (&page.reader, site.book());
    let columns = ["why-col-day", "journal-ledger", "journal-debit", "journal-credit"].map(|key| reader.text(key));
    html! {
        div.scroll tabindex="0" role="region" aria-label=(columns[1]) { table.cells {
            thead { tr {
                th scope="col" { (columns[0]) } th scope="col" { (columns[1]) }
                th.num scope="col" { (columns[2]) } th.num scope="col" { (columns[3]) }
            } }
            tbody { @for posting in account.loan.postings(site.today()) { tr {
                td data-name=(columns[0]) { (reader.day(posting.on)) }
                th scope="row" { @if let Some(line) = book.house.accounts.line(posting.account) {
                    (line.code) " " (in_language(reader.lang, &line.says))
                } }
                td.num data-name=(columns[2]) { @if posting.amount.is_positive() { (reader.amount(posting.amount)) } }
                td.num data-name=(columns[3]) { @if !posting.amount.is_positive() { (reader.amount(-posting.amount)) } }
            } } }
        } }
    }
}
