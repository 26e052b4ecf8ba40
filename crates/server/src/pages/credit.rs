//! Credit: an application is decided with reasons, and a purchase is signed only after its schedule and all-in annual cost
//! were shown.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use domain::credit::{self, Applicant, Reason};
use domain::event::Event;
use domain::id::{AccountId, PersonId};
use domain::identity::{self, Identity};
use domain::law::Says;
use domain::loan::{Schedule, Terms};
use domain::money::Money;
use domain::person::Person;
use maud::{Markup, html};
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};

use super::layout;
use super::parts::form::{self, Choice};
use super::parts::lists::{Tone, chip, figures};
use super::parts::rule;
use crate::texts::{Reader, value};
use crate::web::act::{Deed, new_id, new_note};
use crate::web::session::Lenders;
use crate::web::{Answers, Failure, Page, Site, Staff};

/// `/credit`, `/credit/{person}`.
pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new().route("/credit", get(ask).post(decide)).route("/credit/{person}", get(offer).post(sign))
}

async fn ask(page: Page, _: Staff<Lenders>) -> Result<Markup, Failure> {
    Ok(application(&page, &Answers::of([("key", fresh_key()?)])))
}

/// The key of a form, from which the ids of what it makes follow: sent twice, it makes one thing.
fn fresh_key() -> anyhow::Result<String> {
    Ok(format!("{:016x}{:016x}", new_id()?, new_id()?))
}

fn id_of(key: &str, what: &str) -> u64 {
    Sha256::digest(format!("{what}/{key}")).iter().take(8).fold(0, |bits, byte| bits << 8 | u64::from(*byte))
}

fn application(page: &Page, answers: &Answers) -> Markup {
    let reader = &page.reader;
    let title = reader.text("credit-title");
    let body = html! {
        h1 { (title) }
        (form::summary(reader, answers))
        form.card method="post" action="/credit" {
            input type="hidden" name="key" value=(answers.get("key"));
            (form::text(reader, answers, "name", "credit-name").autocomplete("name").render())
            (form::text(reader, answers, "resident_id", "credit-resident-id").hint("credit-resident-id-hint").render())
            (form::text(reader, answers, "phone", "credit-phone").digits().render())
            (form::money(reader, answers, "income", "credit-income").render())
            (form::money(reader, answers, "other_debts", "credit-other-debts").hint("credit-zero-if-none").render())
            (form::text(reader, answers, "months_employed", "credit-months").digits().render())
            (form::text(reader, answers, "worst_days_past_due", "credit-worst").hint("credit-zero-if-none").digits().render())
            (form::text(reader, answers, "inquiries", "credit-inquiries").hint("credit-zero-if-none").digits().render())
            (form::text(reader, answers, "active_months", "credit-active").digits().render())
            button.primary { (reader.text("credit-apply")) }
        }
    };
    layout::desk(page, &form::title(reader, answers, &title), "/credit", body)
}

/// Decides an application and keeps it with its reasons, granted or not.
async fn decide(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Lenders>,
    mut answers: Answers,
) -> Result<Response, Failure> {
    let today = site.today();
    let name = answers.words("name", 60, "credit-give-name");
    let born_on = identity::read_resident_id(answers.get("resident_id"), today).map(|read| read.born_on).ok();
    if born_on.is_none() {
        answers.fault("resident_id", "credit-give-resident-id");
    }
    if !identity::is_mobile(answers.get("phone")) {
        answers.fault("phone", "credit-give-phone");
    }
    let income = answers.amount("income", "fault-money");
    let other_debts = answers.amount("other_debts", "fault-money");
    let months_employed = answers.number("months_employed", 0..=720, "credit-give-number");
    let worst_days_past_due = answers.number("worst_days_past_due", 0..=3_650, "credit-give-number");
    let inquiries = answers.number("inquiries", 0..=1_000, "credit-give-number");
    let active_months = answers.number("active_months", 0..=12, "credit-give-twelve");
    let facts = (name, born_on, income, other_debts, months_employed, worst_days_past_due, inquiries, active_months);
    let (
        Some(name),
        Some(born_on),
        Some(income),
        Some(other_debts),
        Some(months_employed),
        Some(worst),
        Some(inquiries),
        Some(active_months),
    ) = facts
    else {
        return Ok(application(&page, &answers).into_response());
    };
    let age = (born_on.days_until(today) / 365).clamp(0, 120).unsigned_abs();
    let applicant = Applicant { age, income, other_debts, months_employed, worst_days_past_due: worst, inquiries, active_months };
    let decided = credit::apply_for(applicant).map_err(|invalid| Failure::Unreadable(invalid.fix))?;
    let identity = Identity {
        name,
        resident_id: Some(answers.get("resident_id").to_owned()),
        phone: Some(answers.get("phone").to_owned()),
        ..Identity::default()
    };
    let note = new_note("identity", &serde_json::to_string(&identity)?)?;
    let (reference, zone) = (note.reference(), site.book().zone.iana_name().unwrap_or("UTC").to_owned());
    let person = PersonId(id_of(answers.get("key"), "person"));
    let body = format!("{applicant:?}");
    let deed = Deed {
        actor: staff.actor(),
        person,
        intent: "credit.apply",
        key: answers.get("key").to_owned(),
        body,
        notes: vec![note],
    };
    site.act(deed, move |_| {
        let mut events = vec![Event::PersonRegistered { identity: reference, zone }];
        events.extend(decided);
        Ok(events)
    })
    .await?;
    Ok(Redirect::to(&format!("/credit/{person}")).into_response())
}

async fn find(site: &Arc<Site>, staff: &Staff<Lenders>, id: &str) -> Result<Person, Failure> {
    let (asker, id) = (staff.asker(), PersonId::parse(id).ok_or(Failure::NotFound)?);
    site.look(move |reader| reader.person(asker, id)).await?.ok_or(Failure::NotFound)
}

/// What is to be bought, once it is said what.
struct Purchase {
    product: String,
    amount: Money,
    terms: Terms,
    schedule: Schedule,
    cost_percent: Decimal,
    /// In which order payments will settle, where the product names one.
    order: Option<Says>,
}

fn purchase(site: &Site, answers: &mut Answers) -> Option<Purchase> {
    let book = site.book();
    let house = &book.house;
    let product = answers.choice("product", |id| house.product(id), "credit-choose-product")?;
    let amount = answers.money("amount", "fault-money")?;
    let terms = product.terms(&house.orders, amount, site.today());
    let schedule = terms.schedule().ok()?;
    let cost_percent = credit::annual_cost_percent(&terms);
    let order = house.order_of(product).map(|order| order.says.clone());
    Some(Purchase { order, product: product.id.clone(), amount, terms, schedule, cost_percent })
}

/// The decision with its reasons, and the purchase as it would be.
async fn offer(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Lenders>,
    Path(id): Path<String>,
    mut answers: Answers,
) -> Result<Markup, Failure> {
    let person = find(&site, &staff, &id).await?;
    let decision = person.credit.as_ref().ok_or(Failure::NotFound)?;
    let (reader, available) = (&page.reader, credit::available(&person, site.today()));
    let was_asked = !answers.get("product").is_empty() || !answers.get("amount").is_empty();
    let wanted = if was_asked { purchase(&site, &mut answers) } else { None };
    // What could not be signed is not offered for signing.
    if wanted.as_ref().is_some_and(|it| it.amount > available) {
        answers.fault("amount", "rule-credit-limit");
    }
    let wanted = wanted.filter(|it| it.amount <= available);
    let sold: Vec<Choice> =
        site.book().house.products.iter().map(|it| Choice::new(it.id.clone(), rule::said(reader, &it.says).to_owned())).collect();
    let title = reader.text("credit-decision");
    let body = html! {
        h1 { (title) }
        (form::summary(reader, &answers))
        section.card {
            @match decision.limit {
                Some(_) => { p { (chip(Tone::Good, &reader.text("credit-granted"))) } }
                None => { p { (chip(Tone::Warn, &reader.text("credit-refused"))) } }
            }
            (figures(&[
                (reader.text("credit-limit"), decision.limit.map_or_else(|| String::from("–"), |limit| reader.money(limit))),
                (reader.text("credit-available"), decision.limit.map_or_else(|| String::from("–"), |_| reader.money(available))),
                (reader.text("credit-score"), reader.count(decision.score)),
            ]))
            h3 { (reader.text("credit-reasons")) }
            ul { @for reason in &decision.reasons { li { (reader.text(reason_key(*reason))) } } }
            p { a href={ "/people/" (person.id) } { (reader.text("credit-file")) } }
        }
        @if available.is_positive() {
            form.card method="get" action={ "/credit/" (person.id) } {
                h2 { (reader.text("credit-purchase")) }
                (form::radios(reader, &answers, "product", "credit-product", &sold))
                (form::money(reader, &answers, "amount", "credit-amount").render())
                button { (reader.text("credit-preview")) }
            }
        }
        @if let Some(wanted) = &wanted { (preview(&page, &person, wanted, &fresh_key()?)) }
    };
    Ok(layout::desk(&page, &form::title(reader, &answers, &title), "/credit", body))
}

/// What would be signed: every instalment, and what it costs a year all in all.
fn preview(page: &Page, person: &Person, wanted: &Purchase, key: &str) -> Markup {
    let reader: &Reader = &page.reader;
    html! {
        section.card {
            h2 { (reader.text("credit-before-signing")) }
            (figures(&[
                (reader.text("credit-total"), reader.money(wanted.schedule.total())),
                (reader.text("credit-cost"), reader.money(wanted.schedule.cost())),
                (reader.text("credit-annual-cost"), format!("{:.2}%", wanted.cost_percent)),
            ]))
            div.scroll tabindex="0" role="region" aria-label=(reader.text("credit-before-signing")) {
                table {
                    thead { tr {
                        th.num scope="col" { (reader.text("credit-number")) }
                        th scope="col" { (reader.text("credit-due")) }
                        th.num scope="col" { (reader.text("credit-instalment")) }
                        th.num scope="col" { (reader.text("credit-of-cost")) }
                    } }
                    tbody { @for line in &wanted.schedule.instalments { tr {
                        td.num { (line.number) }
                        td { (reader.day(line.due_on)) }
                        td.num { (reader.amount(line.total())) }
                        td.num { (reader.amount(line.interest + line.fee)) }
                    } } }
                }
            }
            @if let Some(says) = &wanted.order { h3 { (reader.text("credit-order")) } p { (rule::said(reader, says)) } }
            form method="post" action={ "/credit/" (person.id) } {
                input type="hidden" name="key" value=(key);
                input type="hidden" name="product" value=(wanted.product);
                input type="hidden" name="amount" value=(wanted.amount);
                button.primary { (reader.fill("credit-sign", [("amount", value(reader.money(wanted.amount)))])) }
            }
        }
    }
}

/// Signs what was shown.
async fn sign(
    State(site): State<Arc<Site>>,
    staff: Staff<Lenders>,
    Path(id): Path<String>,
    mut answers: Answers,
) -> Result<Response, Failure> {
    let person = find(&site, &staff, &id).await?.id;
    let Some(wanted) = purchase(&site, &mut answers) else {
        return Err(Failure::Unreadable(String::from("the purchase is not complete")));
    };
    let (account, today) = (AccountId(id_of(answers.get("key"), "account")), site.today());
    let number = format!("F{:08}", account.0 % 100_000_000);
    let body = format!("{} {}", wanted.product, wanted.amount);
    let deed =
        Deed { actor: staff.actor(), person, intent: "credit.sign", key: answers.get("key").to_owned(), body, notes: vec![] };
    let book = site.book();
    let sign = move |person: &_| credit::sign(person, &book, account, number, wanted.terms, wanted.cost_percent, today);
    site.act(deed, sign).await?;
    Ok(Redirect::to(&format!("/people/{person}")).into_response())
}

fn reason_key(reason: Reason) -> &'static str {
    match reason {
        Reason::UnderAge => "reason-under-age",
        Reason::PastArrears => "reason-past-arrears",
        Reason::OtherDebts => "reason-other-debts",
        Reason::LowIncome => "reason-low-income",
        Reason::ShortEmployment => "reason-short-employment",
        Reason::ManyInquiries => "reason-many-inquiries",
        Reason::ThinHistory => "reason-thin-history",
        Reason::AllInOrder => "reason-all-in-order",
    }
}
