//! `/cash`: cash is taken against a numbered receipt, paid in at the bank by one person, and found on a statement by another.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::event::Actor;
use domain::money::Money;
use maud::{Markup, html};
use store::{CashCheck, CashDeposit, CashReceipt, Decided, LineState, PaidIn};

use super::layout;
use super::parts::form::{self, Choice};
use super::parts::lists::{Tone, chip};
use crate::documents::receipt::{self, Facts};
use crate::payments::cash::{self, Taken};
use crate::texts::{Lang, Reader, value};
use crate::web::act::code;
use crate::web::session::Collectors;
use crate::web::{Answers, Failure, Page, Site, Staff};

/// `/cash` and what lies under it.
pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new()
        .route("/cash", get(show).post(take))
        .route("/cash/deposits", post(pay_in))
        .route("/cash/deposits/{deposit}", post(check))
        .route("/cash/{line}/receipt", get(paper))
}

/// Deposits on the page, and lines that a deposit is looked for among.
const LIMIT: u32 = 200;

/// What the page shows.
struct Till {
    in_hand: Vec<CashReceipt>,
    deposits: Vec<CashDeposit>,
    open: Vec<Decided>,
}

async fn till(site: &Arc<Site>) -> Result<Till, Failure> {
    site.look(|reader| {
        let (in_hand, deposits) = (reader.cash_in_hand()?, reader.cash_deposits(LIMIT)?);
        Ok(Till { in_hand, deposits, open: reader.bank_lines(LineState::Open, LIMIT)? })
    })
    .await
}

async fn show(page: Page, State(site): State<Arc<Site>>, staff: Staff<Collectors>) -> Result<Markup, Failure> {
    let till = till(&site).await?;
    render(&page, &till, staff.actor(), &Answers::default())
}

fn render(page: &Page, till: &Till, me: Actor, answers: &Answers) -> Result<Markup, Failure> {
    let reader = &page.reader;
    let title = form::title(reader, answers, &reader.text("cash-title"));
    let sum: Money = till.in_hand.iter().map(|receipt| receipt.amount).sum();
    let key = |name: &str| match answers.get(name) {
        "" => code(),
        sent => Ok(sent.to_owned()),
    };
    let body = html! {
        p { a.back href="/payments" { (reader.text("back")) } }
        h1 { (reader.text("cash-title")) }
        p.dim { (reader.text("cash-says")) }
        (form::summary(reader, answers))
        div.columns.even {
            section.card {
                h2 { (reader.text("cash-take")) }
                form.stack method="post" action="/cash" {
                    input type="hidden" name="key" value=(key("key")?);
                    (form::text(reader, answers, "number", "payments-number").render())
                    (form::money(reader, answers, "amount", "cash-amount").render())
                    button.primary { (reader.text("cash-take-now")) }
                }
            }
            section.card {
                h2 { (reader.text("cash-in-hand")) }
                @if till.in_hand.is_empty() { p.empty { (reader.text("cash-none")) } } @else {
                    (receipts(reader, &till.in_hand))
                    p { strong { (reader.fill("cash-sum", [("amount", value(reader.money(sum)))])) } }
                    form.stack method="post" action="/cash/deposits" {
                        input type="hidden" name="deposit" value=(key("deposit")?);
                        (form::money(reader, answers, "counted", "cash-counted").hint("cash-counted-hint").render())
                        button { (reader.text("cash-pay-in")) }
                    }
                }
            }
        }
        @for deposit in &till.deposits { (deposit_card(reader, deposit, &till.open, me, answers)) }
    };
    Ok(layout::desk(page, &title, "/payments", body))
}

fn receipts(reader: &Reader, receipts: &[CashReceipt]) -> Markup {
    html! {
        ul { @for receipt in receipts { li {
            (reader.fill("cash-receipt", [
                ("number", value(format!("{:06}", receipt.number))),
                ("day", value(reader.day(receipt.on))),
                ("amount", value(reader.money(receipt.amount))),
            ]))
            @for lang in Lang::ALL {
                " " a href={ "/cash/" (receipt.line) "/receipt?in=" (lang.tag()) } lang=(lang.tag()) { (lang.own_name()) }
            }
        } } }
    }
}

fn deposit_card(reader: &Reader, deposit: &CashDeposit, open: &[Decided], me: Actor, answers: &Answers) -> Markup {
    let fits = |line: &&Decided| line.line.is_credit && !line.line.is_reversal && line.line.amount == deposit.amount;
    let choice = |found: &Decided| {
        let says = [
            ("day", value(reader.day(found.line.on))),
            ("amount", value(reader.money(found.line.amount))),
            ("account", value(found.line.account.clone())),
            ("reference", value(found.line.reference.clone())),
        ];
        Choice::new(found.line.line.clone(), reader.fill("cash-line", says))
    };
    let lines: Vec<Choice> = open.iter().filter(fits).filter(|found| found.line.account != store::CASH).map(choice).collect();
    html! {
        section.card {
            h2 { (reader.fill("cash-deposit", [
                ("deposit", value(deposit.deposit.as_str())),
                ("amount", value(reader.money(deposit.amount))),
                ("at", value(reader.moment(deposit.made_at))),
            ])) }
            @match deposit.checked {
                Some((_, at)) => { p { (chip(Tone::Good, &reader.fill("cash-found", [("at", value(reader.moment(at)))]))) } }
                None if deposit.made_by == me => { p.dim { (reader.text("cash-somebody-else")) } }
                None if lines.is_empty() => { p.notice { (reader.text("cash-no-line")) } }
                None => {
                    form.stack method="post" action={ "/cash/deposits/" (deposit.deposit) } {
                        (form::radios(reader, answers, "line", "cash-which-line", &lines))
                        button { (reader.text("cash-find")) }
                    }
                }
            }
        }
    }
}

/// The key of a form: eight letters and digits of our own.
fn own_key(answers: &Answers, name: &str) -> Result<String, Failure> {
    let key = answers.get(name);
    match key.len() == 8 && key.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        true => Ok(key.to_owned()),
        false => Err(Failure::Unreadable("the key of the form is missing".into())),
    }
}

async fn take(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Collectors>,
    mut answers: Answers,
) -> Result<Response, Failure> {
    let key = own_key(&answers, "key")?;
    let (number, amount) = (answers.words("number", 64, "payments-no-account"), answers.money("amount", "act-give-amount"));
    if let (Some(number), Some(amount)) = (number, amount) {
        let (of, by, now) = (Arc::clone(&site), staff.actor(), site.now());
        let taken = tokio::task::spawn_blocking(move || cash::take(&of.store, &key, &number, amount, by, now)).await;
        match taken.map_err(|error| anyhow::anyhow!("taking cash broke off: {error}"))?? {
            Taken::Done(_) => return Ok(Redirect::to("/cash").into_response()),
            Taken::Conflict => return Err(Failure::Conflict),
            Taken::Refused(refusal) => return Err(Failure::Refused(refusal)),
            Taken::NoAccount => answers.fault("number", "payments-no-account"),
        }
    }
    Ok(render(&page, &till(&site).await?, staff.actor(), &answers)?.into_response())
}

async fn pay_in(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Collectors>,
    mut answers: Answers,
) -> Result<Response, Failure> {
    let deposit = own_key(&answers, "deposit")?;
    if let Some(counted) = answers.money("counted", "act-give-amount") {
        let (of, by, now) = (Arc::clone(&site), staff.actor(), site.now());
        let paid_in = tokio::task::spawn_blocking(move || of.store.pay_cash_in(&deposit, counted, by, now)).await;
        match paid_in.map_err(|error| anyhow::anyhow!("paying in broke off: {error}"))?? {
            PaidIn::Done | PaidIn::Nothing => return Ok(Redirect::to("/cash").into_response()),
            PaidIn::Differs(_) => answers.fault("counted", "cash-differs"),
        }
    }
    Ok(render(&page, &till(&site).await?, staff.actor(), &answers)?.into_response())
}

async fn check(
    State(site): State<Arc<Site>>,
    staff: Staff<Collectors>,
    Path(deposit): Path<String>,
    answers: Answers,
) -> Result<Response, Failure> {
    let (line, of, by, now) = (answers.get("line").to_owned(), Arc::clone(&site), staff.actor(), site.now());
    let checked = tokio::task::spawn_blocking(move || of.store.check_cash(&deposit, &line, by, now)).await;
    match checked.map_err(|error| anyhow::anyhow!("checking a deposit broke off: {error}"))?? {
        CashCheck::Done => Ok(Redirect::to("/cash").into_response()),
        CashCheck::OwnDeposit => Err(Failure::Refused(domain::refusal::Refusal::by("CASH-ALONE"))),
        CashCheck::NoMatch => Err(Failure::Conflict),
    }
}

/// The receipt, in the language of whoever paid.
async fn paper(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Collectors>,
    Path(line): Path<String>,
    answers: Answers,
) -> Result<Response, Failure> {
    let asker = staff.asker();
    let found = site.look(move |reader| {
        let (Some(receipt), Some(found)) = (reader.cash_receipt(&line)?, reader.bank_line(&line)?) else { return Ok(None) };
        let person = found.assigned.map(|to| reader.person(asker, to.person)).transpose()?.flatten();
        let identity = person.as_ref().map(|person| reader.identity(asker, person)).transpose()?.flatten();
        let staff = match found.by {
            Some(Actor::Staff(id)) => reader.all_staff()?.into_iter().find(|staff| staff.id == id),
            _ => None,
        };
        Ok(Some((receipt, found, identity, staff)))
    });
    let (receipt, found, identity, staff) = found.await?.ok_or(Failure::NotFound)?;
    let lang = Lang::from_tag(answers.get("in")).unwrap_or(page.reader.lang);
    let facts = Facts {
        lender: &site.letterhead,
        number: receipt.number,
        name: identity.as_ref().map_or("", |identity| identity.name.as_str()),
        account: found.line.known_as.first().map_or("", String::as_str),
        amount: receipt.amount,
        on: receipt.on,
        taken_by: staff.as_ref().map_or("", |staff| staff.name.as_str()),
    };
    let pdf = receipt::pdf(&Reader { lang, ..page.reader.clone() }, &facts);
    let name = format!("inline; filename=\"receipt-{:06}.pdf\"", receipt.number);
    Ok(([(header::CONTENT_TYPE, "application/pdf".to_owned()), (header::CONTENT_DISPOSITION, name)], pdf).into_response())
}

#[cfg(test)]
mod tests;
