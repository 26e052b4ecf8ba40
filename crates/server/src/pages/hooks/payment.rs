//! `/hooks/payments`: a provider says that money came in, or that it was taken back. It goes the way of a line of a bank's
//! statement: it pays the one account that it names, and waits for a person if it names none or several.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use bank::{Booking, Direction, Line, Statement};
use data_encoding::HEXLOWER;
use domain::day::Day;
use domain::event::Actor;
use domain::money::Money;
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use store::BankFile;

use super::{no, not_taken};
use crate::payments;
use crate::web::{Failure, Site};

/// A call about money.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    /// The provider's own id of what happened: the same id is the same money.
    id: String,
    /// Whether it came in or was taken back.
    what: What,
    /// As in `1234.50`; text, so that no program rounds it on the way.
    amount: String,
    /// ISO 4217.
    currency: String,
    /// The day it counts from.
    on: String,
    /// What it pays, and under what it is known: numbers of accounts, references; of what is taken back, the `id` of the payment.
    #[serde(default)]
    references: Vec<String>,
    /// What the payer wrote.
    #[serde(default)]
    text: String,
    /// Who paid.
    #[serde(default)]
    name: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum What {
    Paid,
    TakenBack,
}

/// The name under which what providers tell is kept beside the statements of banks.
const PROVIDER: &str = "provider";
/// The longest text or name that is taken.
const LONGEST: usize = 500;

/// Takes one call.
pub(super) async fn take(State(site): State<Arc<Site>>, headers: HeaderMap, body: Bytes) -> Result<Response, Failure> {
    if let Some(no) = not_taken(&site, &headers, &body) {
        return Ok(no);
    }
    let (id, statement) = match read(&body) {
        Ok(read) => read,
        Err(says) => return Ok(no(StatusCode::BAD_REQUEST, &says)),
    };
    let file = HEXLOWER.encode(&Sha256::digest(&body));
    let file = BankFile { file, name: id.clone(), kind: PROVIDER, by: Actor::Provider };
    let (of, now) = (Arc::clone(&site), site.now());
    let taken = tokio::task::spawn_blocking(move || payments::take(&of.store, file, &[statement], now)).await;
    let report = taken.map_err(|error| anyhow::anyhow!("taking a payment broke off: {error}"))??;
    if report.new == 0 {
        return Ok(no(StatusCode::CONFLICT, "a call with this `id` was taken before"));
    }
    Ok((StatusCode::OK, axum::Json(json!({ "schema": "forbear.taken/1", "id": id }))).into_response())
}

/// Reads a call as a statement of one line; what is wrong is named by its field.
fn read(body: &[u8]) -> Result<(String, Statement), String> {
    let told: Told = serde_json::from_slice(body).map_err(|error| format!("the body is no call about a payment: {error}"))?;
    if told.id.is_empty() || told.id.len() > 100 {
        return Err("`id` must be 1 to 100 characters".into());
    }
    let is_currency = told.currency.len() == 3 && told.currency.bytes().all(|byte| byte.is_ascii_uppercase());
    if !is_currency {
        return Err(format!("`currency` is `{}`; it must be three capital letters", told.currency));
    }
    let amount = Money::parse(&told.amount).filter(|amount| amount.is_positive() && *amount <= Money::LIMIT);
    let amount =
        amount.ok_or_else(|| format!("`amount` is `{}`; it must be more than nothing, such as `1234.50`", told.amount))?;
    let on = Day::parse(&told.on).ok_or_else(|| format!("`on` is `{}`; it must be a day such as `2026-11-23`", told.on))?;
    if told.references.len() > 20 || told.references.iter().any(|reference| reference.len() > 100) {
        return Err("`references` must be at most 20 of at most 100 characters".into());
    }
    let is_reversal = told.what == What::TakenBack;
    let cut = |text: String| text.chars().take(LONGEST).collect::<String>();
    let mut references = told.references;
    references.insert(0, told.id.clone());
    let line = Line {
        reference: told.id.clone(),
        booked_on: Some(on),
        value_on: Some(on),
        amount,
        currency: told.currency,
        direction: if is_reversal { Direction::Debit } else { Direction::Credit },
        is_reversal,
        booking: Booking::Booked,
        references,
        text: cut(told.text),
        name: told.name.map(cut),
    };
    Ok((told.id, Statement { id: PROVIDER.to_owned(), account: PROVIDER.to_owned(), lines: vec![line] }))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use post::signature;
    use store::LineState;

    use super::*;
    use crate::web::testing::{self, Answered};

    async fn call(site: &Arc<Site>, key: &[u8], body: &str) -> Answered {
        let signed = signature::sign(key, site.now().as_second(), body.as_bytes());
        let request = Request::post("/hooks/payments").header("content-type", "application/json");
        testing::send(site, request.header(signature::HEADER, signed).body(Body::from(body.to_owned())).unwrap()).await
    }

    fn body(site: &Site, id: &str, what: &str, references: &str) -> String {
        let on = site.today();
        format!(r#"{{"id":"{id}","what":"{what}","amount":"600.00","currency":"CNY","on":"{on}","references":["{references}"]}}"#)
    }

    #[tokio::test]
    async fn a_payment_counts_once_and_can_be_taken_back() {
        let site = testing::site_with_an_account().await;
        let told = body(&site, "P-1", "paid", "B-0009");
        assert_eq!(call(&site, testing::CALLBACK_KEY, &told).await.status, 200);
        assert_eq!(testing::paid(&site), Money::from_minor(60_000));
        assert_eq!(call(&site, testing::CALLBACK_KEY, &told).await.status, 409, "sent again");
        let more = told.replace("600.00", "900.00");
        assert_eq!(call(&site, testing::CALLBACK_KEY, &more).await.status, 409, "the same id for other money");
        assert_eq!(testing::paid(&site), Money::from_minor(60_000));
        let back = body(&site, "P-2", "taken_back", "P-1");
        assert_eq!(call(&site, testing::CALLBACK_KEY, &back).await.status, 200);
        assert_eq!(testing::paid(&site), Money::ZERO);
    }

    #[tokio::test]
    async fn money_that_names_no_account_waits_for_a_person() {
        let site = testing::site_with_an_account().await;
        assert_eq!(call(&site, testing::CALLBACK_KEY, &body(&site, "P-1", "paid", "B-1234")).await.status, 200);
        assert_eq!(testing::paid(&site), Money::ZERO);
        assert_eq!(site.store.reader().count_bank_lines(LineState::Open).unwrap(), 1);
    }

    #[tokio::test]
    async fn a_call_that_is_not_ours_or_makes_no_sense_moves_nothing() {
        let site = testing::site_with_an_account().await;
        let told = body(&site, "P-1", "paid", "B-0009");
        assert_eq!(call(&site, b"another key of thirty-two letters", &told).await.status, 401);
        for (from, to, says) in [
            ("600.00", "-600.00", "`amount`"),
            ("600.00", "0", "`amount`"),
            ("600.00", "six", "`amount`"),
            ("CNY", "yuan", "`currency`"),
            ("\"on\":\"20", "\"on\":\"x0", "`on`"),
            ("\"P-1\"", "\"\"", "`id`"),
            ("paid", "lent", "lent"),
            ("\"amount\"", "\"sum\"", "sum"),
        ] {
            let answered = call(&site, testing::CALLBACK_KEY, &told.replace(from, to)).await;
            assert_eq!(answered.status, 400, "{to}");
            assert!(answered.body.contains(says), "{to}: {}", answered.body);
        }
        assert_eq!(testing::paid(&site), Money::ZERO);
    }
}
