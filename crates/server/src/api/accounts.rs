//! Accounts: how they stand, their schedule, and money that comes in.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use domain::day::Day;
use domain::id::EntryId;
use domain::loan::Parts;
use domain::money::Money;
use domain::payment;
use domain::person::{Account, Person};
use serde::{Deserialize, Serialize};
use store::{Asker, Thing};
use utoipa::ToSchema;

use super::form::{Key, Recorded, Sent};
use super::people::day;
use crate::web::act::{Deed, new_id};
use crate::web::session::{Cashiers, Readers};
use crate::web::{Answers, Failure, Site, Staff};

/// What is owed, by its parts.
#[derive(Serialize, ToSchema)]
pub(super) struct Owed {
    principal_minor: i64,
    interest_minor: i64,
    fee_minor: i64,
    penalty_minor: i64,
    total_minor: i64,
}

impl Owed {
    fn of(parts: Parts) -> Owed {
        Owed {
            principal_minor: parts.principal.minor(),
            interest_minor: parts.interest.minor(),
            fee_minor: parts.fee.minor(),
            penalty_minor: parts.penalty.minor(),
            total_minor: parts.total().minor(),
        }
    }
}

/// One account on a day.
#[derive(Serialize, ToSchema)]
pub(super) struct AccountStands {
    number: String,
    person: String,
    as_of: String,
    /// All that is still owed: the whole unpaid principal, and the cost that has fallen due.
    outstanding: Owed,
    /// What fell due before that day and is not paid.
    overdue: Owed,
    days_past_due: u32,
    /// 0 current, 1 for 1–30 days past due, … 7 over 180.
    bucket: u8,
    oldest_unpaid_due_on: Option<String>,
    /// Money received that no instalment needed yet.
    unapplied_minor: i64,
    /// What would settle the account on that day.
    settlement_minor: i64,
}

impl AccountStands {
    pub(super) fn of(person: &Person, account: &Account, as_of: Day) -> AccountStands {
        let position = account.loan.position(as_of);
        AccountStands {
            number: account.number.clone(),
            person: person.id.to_string(),
            as_of: as_of.to_string(),
            outstanding: Owed::of(position.outstanding),
            overdue: Owed::of(position.overdue),
            days_past_due: position.days_past_due,
            bucket: position.bucket(),
            oldest_unpaid_due_on: position.oldest_unpaid_due_on.map(|day| day.to_string()),
            unapplied_minor: position.unapplied.minor(),
            settlement_minor: position.settlement.minor(),
        }
    }
}

/// The person of an account, for someone.
async fn seen(site: &Arc<Site>, asker: Asker, number: String) -> Result<(Person, Account), Failure> {
    let found = site.look(move |reader| {
        let Some(id) = reader.owner(asker, Thing::AccountNumber(&number))? else { return Ok(None) };
        let person = reader.person(asker, id)?;
        Ok(person.and_then(|person| {
            let account = person.accounts.values().find(|account| account.number == number).cloned()?;
            Some((person, account))
        }))
    });
    found.await?.ok_or(Failure::NotFound)
}

/// The day asked for, or today.
fn as_of(site: &Site, answers: &Answers) -> Result<Day, Failure> {
    match answers.get("as_of") {
        "" => Ok(site.today()),
        text => day(text, "as_of"),
    }
}

/// How an account stands on a day: past, today or to come.
#[utoipa::path(get, path = "/api/accounts/{number}", tag = "accounts", responses((status = 200, body = AccountStands)), params(
    ("number" = String, Path, description = "What the person and the lender call it"),
    ("as_of" = Option<String>, Query, description = "A day; today if not said"),
))]
pub(super) async fn show(
    State(site): State<Arc<Site>>,
    staff: Staff<Readers>,
    Path(number): Path<String>,
    answers: Answers,
) -> Result<Json<AccountStands>, Failure> {
    let as_of = as_of(&site, &answers)?;
    let (person, account) = seen(&site, staff.asker(), number).await?;
    Ok(Json(AccountStands::of(&person, &account, as_of)))
}

/// A schedule on a day.
#[derive(Serialize, ToSchema)]
pub(super) struct Schedule {
    schema: &'static str,
    number: String,
    as_of: String,
    instalments: Vec<Instalment>,
}

/// One instalment of it.
#[derive(Serialize, ToSchema)]
struct Instalment {
    number: u32,
    due_on: String,
    due: Owed,
    paid: Owed,
    /// When its scheduled parts were all settled.
    paid_on: Option<String>,
}

/// The schedule of an account, with what of it is paid.
#[utoipa::path(get, path = "/api/accounts/{number}/schedule", tag = "accounts", responses((status = 200, body = Schedule)), params(
    ("number" = String, Path, description = "What the person and the lender call it"),
    ("as_of" = Option<String>, Query, description = "A day; today if not said"),
))]
pub(super) async fn schedule(
    State(site): State<Arc<Site>>,
    staff: Staff<Readers>,
    Path(number): Path<String>,
    answers: Answers,
) -> Result<Json<Schedule>, Failure> {
    let as_of = as_of(&site, &answers)?;
    let (_, account) = seen(&site, staff.asker(), number).await?;
    let position = account.loan.position(as_of);
    let instalments = position.instalments.iter().map(|instalment| Instalment {
        number: instalment.number,
        due_on: instalment.due_on.to_string(),
        due: Owed::of(instalment.due),
        paid: Owed::of(instalment.paid),
        paid_on: instalment.paid_on.map(|day| day.to_string()),
    });
    let instalments = instalments.collect();
    Ok(Json(Schedule { schema: "forbear.schedule/1", number: account.number, as_of: as_of.to_string(), instalments }))
}

/// Money that came in.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PaymentReceived {
    /// More than nothing.
    amount_minor: i64,
    /// The day from which it counts, not before the loan and not after today; today if not said.
    #[serde(default)]
    effective_on: Option<String>,
}

/// Posts a payment to an account. What follows from it follows at once.
#[utoipa::path(post, path = "/api/accounts/{number}/payments", tag = "accounts", request_body = PaymentReceived,
    responses((status = 200, body = Recorded)), params(("number" = String, Path, description = "What the person and the lender call it")))]
pub(super) async fn pay(
    State(site): State<Arc<Site>>,
    staff: Staff<Cashiers>,
    key: Key,
    Path(number): Path<String>,
    sent: Sent<PaymentReceived>,
) -> Result<Json<Recorded>, Failure> {
    let (today, at) = (site.today(), site.now());
    let effective_on = sent.it.effective_on.as_deref().map_or(Ok(today), |text| day(text, "effective_on"))?;
    let (person, account) = seen(&site, staff.asker(), number).await?;
    let (entry, amount, account) = (EntryId(new_id()?), Money::from_minor(sent.it.amount_minor), account.id);
    let body = format!("{account} {}", sent.body);
    let deed = Deed { actor: staff.actor(), person: person.id, intent: "payment", key: key.0, body, notes: vec![] };
    let events = site.act(deed, move |person| payment::receive(person, account, entry, amount, effective_on, today, at)).await?;
    Ok(Json(Recorded::of(person.id, &events)?))
}
