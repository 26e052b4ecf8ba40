//! People: found, looked at, asked about, and what they promise.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use domain::contact::{self, Act, Channel};
use domain::day::Day;
use domain::id::{PersonId, PromiseId};
use domain::law::{Ruling, Word};
use domain::money::Money;
use domain::person::Person;
use domain::promise::{self, Origin, PromiseEnd};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Asker, QueueView, Sorting, Wanted};
use utoipa::ToSchema;

use super::accounts::AccountStands;
use super::form::{Key, Recorded, Sent};
use crate::web::act::{Deed, new_id};
use crate::web::session::{Collectors, Readers};
use crate::web::{Answers, Failure, Site, Staff};

/// Some of the people that the token's owner may see.
#[derive(Serialize, ToSchema)]
pub(super) struct PeopleFound {
    schema: &'static str,
    /// How many there are in all.
    count: u64,
    /// What they are overdue with in all.
    overdue_minor: i64,
    people: Vec<PersonFound>,
}

/// One of them.
#[derive(Serialize, ToSchema)]
struct PersonFound {
    person: String,
    /// For those who may read names.
    name: Option<String>,
    /// Of their first account.
    account_number: Option<String>,
    area: Option<String>,
    overdue_minor: i64,
    /// The day before the first that counts as late: grace and pauses that are over are taken off.
    past_due_since: Option<String>,
    days_past_due: u32,
    /// 0 current, 1 for 1–30 days past due, … 7 over 180.
    bucket: u8,
    next_step: Option<String>,
    next_step_due_on: Option<String>,
    /// Whether a complaint, dispute or plea of hardship awaits its answer.
    is_stopped: bool,
}

/// Finds people, in the order in which somebody should look at them.
#[utoipa::path(get, path = "/api/people", tag = "people", responses((status = 200, body = PeopleFound)), params(
    ("q" = Option<String>, Query, description = "A part of a name, a phone number or an account number"),
    ("view" = Option<String>, Query, description = "due, case, promises, visits, stopped or all; all if not said"),
    ("page" = Option<u32>, Query, description = "From 1; 100 people each"),
))]
pub(super) async fn find(
    State(site): State<Arc<Site>>,
    staff: Staff<Readers>,
    mut answers: Answers,
) -> Result<Json<PeopleFound>, Failure> {
    const PER_PAGE: u32 = 100;
    let view = match answers.get("view") {
        "" => Some(QueueView::All),
        _ => answers.choice("view", |name| QueueView::ALL.into_iter().find(|view| view.name() == name), "fault-choice"),
    };
    let page = match answers.get("page") {
        "" => Some(1),
        _ => answers.number("page", 1..=100_000, "fault-number"),
    };
    let (Some(view), Some(page)) = (view, page) else { return Err(Failure::Invalid(answers.faults().to_vec())) };
    let wanted = Wanted {
        view,
        search: Some(answers.get("q").to_owned()).filter(|search| !search.is_empty()),
        buckets: vec![],
        sorting: Sorting::StepDue,
        skip: (page - 1) * PER_PAGE,
        limit: PER_PAGE,
        today: site.today(),
    };
    let (asker, today) = (staff.asker(), site.today());
    let queue = site.look(move |reader| reader.queue(asker, &wanted)).await?;
    let day = |day: Option<Day>| day.map(|day| day.to_string());
    let people = queue.rows.into_iter().map(|row| PersonFound {
        person: row.person.to_string(),
        name: row.identity.map(|identity| identity.name),
        account_number: row.number,
        area: row.area,
        overdue_minor: row.overdue.minor(),
        past_due_since: day(row.past_due.map(|late| late.since)),
        days_past_due: row.past_due.map_or(0, |late| late.days(today)),
        bucket: row.bucket,
        next_step: row.step,
        next_step_due_on: day(row.step_due_on),
        is_stopped: row.is_stopped,
    });
    let people = people.collect();
    Ok(Json(PeopleFound { schema: "forbear.people/1", count: queue.count, overdue_minor: queue.overdue.minor(), people }))
}

/// A person, for someone; what is not theirs is not there.
pub(super) async fn seen(site: &Arc<Site>, asker: Asker, id: &str) -> Result<Person, Failure> {
    let id = PersonId::parse(id).ok_or(Failure::NotFound)?;
    site.look(move |reader| reader.person(asker, id)).await?.ok_or(Failure::NotFound)
}

/// A person today.
#[derive(Serialize, ToSchema)]
pub(super) struct PersonStands {
    schema: &'static str,
    person: String,
    as_of: String,
    /// All that is still owed.
    owed_minor: i64,
    /// What fell due before today and is not paid.
    overdue_minor: i64,
    days_past_due: u32,
    is_in_case: bool,
    next_step: Option<String>,
    accounts: Vec<AccountStands>,
}

/// How a person stands today.
#[utoipa::path(get, path = "/api/people/{person}", tag = "people", responses((status = 200, body = PersonStands)), params(
    ("person" = String, Path, description = "The person's id"),
))]
pub(super) async fn show(
    State(site): State<Arc<Site>>,
    staff: Staff<Readers>,
    Path(id): Path<String>,
) -> Result<Json<PersonStands>, Failure> {
    let person = seen(&site, staff.asker(), &id).await?;
    let today = site.today();
    Ok(Json(PersonStands {
        schema: "forbear.person/1",
        person: person.id.to_string(),
        as_of: today.to_string(),
        owed_minor: person.owed(today).minor(),
        overdue_minor: person.overdue(today).minor(),
        days_past_due: person.days_past_due(today),
        is_in_case: person.open_case().is_some(),
        next_step: person.open_case().and_then(|case| case.follow_up.as_ref()).map(|step| step.step.name().to_owned()),
        accounts: person.accounts.values().map(|account| AccountStands::of(&person, account, today)).collect(),
    }))
}

/// What the law says.
#[derive(Serialize, ToSchema)]
pub(super) struct RulingGiven {
    schema: &'static str,
    person: String,
    channel: String,
    at: String,
    /// permit, deny, needs_approval or unsettled.
    ruling: String,
    by: Vec<RuleNamed>,
    /// Facts that are not known; until they are, nothing may be done.
    missing: Vec<String>,
    /// The first moment in the next 30 days at which all rules agree.
    next_permitted: Option<String>,
    /// Other ways that are open at that moment.
    alternatives: Vec<String>,
}

/// A rule that decided.
#[derive(Serialize, ToSchema)]
struct RuleNamed {
    rule: String,
    cite: String,
    says: String,
}

/// Whether a person may be reached, by which rule not, and from when on.
#[utoipa::path(get, path = "/api/people/{person}/ruling", tag = "people", responses((status = 200, body = RulingGiven)), params(
    ("person" = String, Path, description = "The person's id"),
    ("channel" = String, Query, description = "visit, call, sms, letter, …"),
    ("at" = Option<String>, Query, description = "An instant such as 2026-11-26T14:00:00+08:00; now if not said"),
))]
pub(super) async fn ruling(
    State(site): State<Arc<Site>>,
    staff: Staff<Readers>,
    Path(id): Path<String>,
    mut answers: Answers,
) -> Result<Json<RulingGiven>, Failure> {
    let channel = answers.choice("channel", Channel::parse, "fault-choice");
    let at = match answers.get("at") {
        "" => Some(site.now()),
        _ => answers.choice("at", |text| text.parse::<Timestamp>().ok(), "fault-instant"),
    };
    let (Some(channel), Some(at)) = (channel, at) else { return Err(Failure::Invalid(answers.faults().to_vec())) };
    let person = seen(&site, staff.asker(), &id).await?;
    let act = if channel == Channel::Visit { Act::visit(2) } else { Act::demand(channel) };
    let (book, moment) = (site.book(), site.book().moment(at));
    let situation = contact::situation(&person, &book, &act, &moment);
    let ruling = book.law.rule(&situation);
    let is_stopped = person.complaints.values().any(|complaint| complaint.stops(channel));
    let local = |at: Timestamp| at.display_with_offset(moment.zone().to_offset(at)).to_string();
    let named = |rule: &domain::law::Rule| RuleNamed {
        rule: rule.id.clone(),
        cite: rule.cites.iter().map(|cite| cite.text.as_str()).collect::<Vec<_>>().join("; "),
        says: rule.says.en.clone(),
    };
    let missing = match &ruling {
        Ruling::Unsettled { missing } => missing.iter().map(|missing| missing.what.to_owned()).collect(),
        _ => vec![],
    };
    let by = match is_stopped {
        true => vec![RuleNamed {
            rule: String::from("COMPLAINT-STOPS"),
            cite: String::new(),
            says: String::from("A complaint about this channel waits for its answer."),
        }],
        false => ruling.grounds().iter().map(|ground| named(&ground.rule)).collect(),
    };
    Ok(Json(RulingGiven {
        schema: "forbear.ruling/1",
        person: person.id.to_string(),
        channel: channel.name().to_owned(),
        at: local(at),
        ruling: if is_stopped { "deny" } else { ruling.word() }.to_owned(),
        by,
        missing,
        next_permitted: if is_stopped { None } else { book.law.next_permitted(&situation, 30).map(local) },
        alternatives: if is_stopped {
            vec![]
        } else {
            book.law.alternatives(&situation).iter().map(|it| it.name().to_owned()).collect()
        },
    }))
}

/// What a person promised.
#[derive(Serialize, ToSchema)]
pub(super) struct Promises {
    schema: &'static str,
    person: String,
    promises: Vec<PromiseStands>,
}

/// One promise.
#[derive(Serialize, ToSchema)]
struct PromiseStands {
    promise: String,
    amount_minor: i64,
    due_on: String,
    /// open, kept, partial, broken, superseded or cancelled: by the ledger alone.
    state: &'static str,
}

/// What a person promised, and what became of it.
#[utoipa::path(get, path = "/api/people/{person}/promises", tag = "people", responses((status = 200, body = Promises)), params(
    ("person" = String, Path, description = "The person's id"),
))]
pub(super) async fn promises(
    State(site): State<Arc<Site>>,
    staff: Staff<Readers>,
    Path(id): Path<String>,
) -> Result<Json<Promises>, Failure> {
    let person = seen(&site, staff.asker(), &id).await?;
    let promises = person.promises.iter().map(|(id, promise)| PromiseStands {
        promise: id.to_string(),
        amount_minor: promise.amount.minor(),
        due_on: promise.due_on.to_string(),
        state: match promise.end {
            None => "open",
            Some(PromiseEnd::Superseded { .. }) => "superseded",
            Some(PromiseEnd::Cancelled { .. }) => "cancelled",
            Some(PromiseEnd::Judged { outcome: promise::Outcome::Kept, .. }) => "kept",
            Some(PromiseEnd::Judged { outcome: promise::Outcome::Partial, .. }) => "partial",
            Some(PromiseEnd::Judged { outcome: promise::Outcome::Broken, .. }) => "broken",
        },
    });
    let promises = promises.collect();
    Ok(Json(Promises { schema: "forbear.promises/1", person: person.id.to_string(), promises }))
}

/// A promise as it was given.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PromiseGiven {
    /// More than nothing, and no more than is owed.
    amount_minor: i64,
    /// The day by which.
    due_on: String,
}

/// Records a promise that was given on the telephone.
#[utoipa::path(post, path = "/api/people/{person}/promises", tag = "people", request_body = PromiseGiven,
    responses((status = 200, body = Recorded)), params(("person" = String, Path, description = "The person's id")))]
pub(super) async fn promise(
    State(site): State<Arc<Site>>,
    staff: Staff<Collectors>,
    key: Key,
    Path(id): Path<String>,
    sent: Sent<PromiseGiven>,
) -> Result<Json<Recorded>, Failure> {
    let person = seen(&site, staff.asker(), &id).await?.id;
    let due_on = day(&sent.it.due_on, "due_on")?;
    let (amount, promise, today) = (Money::from_minor(sent.it.amount_minor), PromiseId(new_id()?), site.today());
    let deed = Deed { actor: staff.actor(), person, intent: "promise", key: key.0, body: sent.body, notes: vec![] };
    let events = site.act(deed, move |person| promise::make(person, promise, amount, due_on, Origin::Call, today)).await?;
    Ok(Json(Recorded::of(person, &events)?))
}

/// A day as it was sent.
pub(super) fn day(text: &str, field: &str) -> Result<Day, Failure> {
    let mut answers = Answers::of([(field, text.to_owned())]);
    answers.day(field, "fault-day").ok_or_else(|| Failure::Invalid(answers.faults().to_vec()))
}
