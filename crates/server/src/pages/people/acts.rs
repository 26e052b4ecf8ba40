//! What is done from the desk: each is one use case for one person.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::contact::{self, Act, Channel, ContactOutcome};
use domain::event::Event;
use domain::file;
use domain::follow_up::Step;
use domain::id::{EntryId, PromiseId, VisitId};
use domain::law::Window;
use domain::means::{self, Creditor, CreditorKind, Form, Line, Means, Side, Taken};
use domain::moment::Moment;
use domain::money::Money;
use domain::options::{self, Fit, Way};
use domain::payment;
use domain::person::Person;
use domain::plan::{self, Accepted, Signed};
use domain::promise::{self, Origin};
use domain::refusal::Refusal;
use domain::strategy::Figures;
use domain::visit::{self, Slot};
use jiff::SignedDuration;
use store::{Asker, Note};

use super::file::DEBTS;
use super::{find, refused, show};
use crate::pages::complaints::channel_key;
use crate::pages::parts::papers;
use crate::web::act::{Deed, code, new_id, new_note};
use crate::web::session::{Collectors, Workers};
use crate::web::{Answers, Failure, Page, Posted, Site, Staff};

/// Who acts from which page, and the way of reaching the person that they want, with the key of what it is called.
struct Asks<'a> {
    page: &'a Page,
    asker: Asker,
    way: Option<(Act, &'static str)>,
}

/// Runs a use case on a file and leads back to it; a refusal says about whom it was and how to go on.
async fn act(
    site: &Arc<Site>,
    asks: Asks<'_>,
    deed: Deed,
    decide: impl FnOnce(&Person) -> Result<Vec<Event>, Refusal> + Send + 'static,
) -> Result<Response, Failure> {
    let person = deed.person;
    match site.act(deed, decide).await {
        Ok(_) => Ok(Redirect::to(&format!("/people/{person}")).into_response()),
        Err(Failure::Refused(refusal)) => refused::page(asks.page, site, asks.asker, person, asks.way, &refusal).await,
        Err(failure) => Err(failure),
    }
}

/// A message, a letter or a call, under the law's yes.
pub(super) async fn contact(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Collectors>,
    Path(id): Path<String>,
    answers: Answers,
) -> Result<Response, Failure> {
    let (channel, outcome) = match answers.get("what") {
        "call-reached" => (Channel::Call, ContactOutcome::Reached),
        "call-not-reached" => (Channel::Call, ContactOutcome::NotReached),
        "sms" => (Channel::Sms, ContactOutcome::Sent),
        "letter" => (Channel::Letter, ContactOutcome::Sent),
        other => return Err(Failure::Unreadable(format!("`{other}` is not a way to reach somebody"))),
    };
    let person = find(&site, staff.asker(), &id).await?.person.id;
    let words: String = answers.get("words").chars().take(2_000).collect();
    let note = if words.is_empty() { None } else { Some(new_note("words", &words)?) };
    let (reference, template) =
        (note.as_ref().map(|note| note.reference()), (channel != Channel::Call).then(|| "owed-and-ways-out".to_owned()));
    let body = format!("{} {} {words}", answers.get("what"), answers.get("by"));
    let deed = Deed {
        actor: staff.actor(),
        person,
        intent: "contact",
        key: answers.get("key").to_owned(),
        body,
        notes: note.into_iter().collect(),
    };
    let (book, now) = (site.book(), site.moment());
    let agency = answers.get("by").parse::<u16>().ok().filter(|number| book.house.agency(*number).is_some());
    let wanted = agency.map_or(Act::demand(channel), |agency| Act::demand(channel).through(agency));
    let way = Some((wanted, channel_key(channel.name())));
    act(&site, Asks { page: &page, asker: staff.asker(), way }, deed, move |person| {
        if channel == Channel::Call {
            // It has happened already: it is written down as it was, not refused.
            return Ok(contact::called(person, &book, &wanted, outcome, reference, &now));
        }
        let permit = contact::ask(person, &book, &wanted, &now)?;
        contact::reach(person, permit, &wanted, template, outcome, reference, &now)
    })
    .await
}

/// A promise given on the telephone.
pub(super) async fn promise(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Collectors>,
    Path(id): Path<String>,
    mut answers: Answers,
) -> Result<Response, Failure> {
    let file = find(&site, staff.asker(), &id).await?;
    let (Some(amount), Some(due_on)) = (answers.money("amount", "act-give-amount"), answers.day("due_on", "act-give-day")) else {
        return Ok(show::render(&page, &site, &file, &answers).into_response());
    };
    let (promise, today) = (PromiseId(new_id()?), site.today());
    let body = format!("{amount} {due_on}");
    let deed = Deed {
        actor: staff.actor(),
        person: file.person.id,
        intent: "promise",
        key: answers.get("key").to_owned(),
        body,
        notes: vec![],
    };
    act(&site, Asks { page: &page, asker: staff.asker(), way: None }, deed, move |person| {
        promise::make(person, promise, amount, due_on, Origin::Call, today)
    })
    .await
}

/// Checks the file.
pub(super) async fn audit(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Workers>,
    Path(id): Path<String>,
    answers: Answers,
) -> Result<Response, Failure> {
    let file = find(&site, staff.asker(), &id).await?;
    let (identity, today, book) = (file.identity, site.today(), site.book());
    let key = answers.get("key").to_owned();
    let deed =
        Deed { actor: staff.actor(), person: file.person.id, intent: "file.audit", key, body: String::new(), notes: vec![] };
    act(&site, Asks { page: &page, asker: staff.asker(), way: None }, deed, move |person| {
        file::audit(person, &book, identity.as_ref(), today)
    })
    .await
}

/// Proposes a visit in lawful slots of the coming week.
pub(super) async fn propose_visit(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Collectors>,
    Path(id): Path<String>,
    answers: Answers,
) -> Result<Response, Failure> {
    let person = find(&site, staff.asker(), &id).await?.person.id;
    let (visit, book, now) = (VisitId(new_id()?), site.book(), site.moment());
    let key = answers.get("key").to_owned();
    let deed = Deed { actor: staff.actor(), person, intent: "visit.propose", key, body: String::new(), notes: vec![] };
    let strategy = site.strategy.clone();
    act(&site, Asks { page: &page, asker: staff.asker(), way: Some((Act::visit(2), "gate-act-visit")) }, deed, move |person| {
        let advice = Figures::of(person, now.day()).and_then(|figures| strategy.decide(&figures).map(|row| row.step));
        if advice.is_some_and(|step| step != Step::Visit) {
            return Err(Refusal::by("STRATEGY-LIGHTER"));
        }
        let act = Act::visit(2);
        let situation = contact::situation(person, &book, &act, &now);
        let windows = book.law.windows(&situation, now.at(), 7);
        let permit = contact::ask(person, &book, &act, &now)?;
        visit::propose(person, &book, permit, visit, slots(&book, &windows, &now), &now)
    })
    .await
}

/// One hour each in the morning, the afternoon and the evening of the days after tomorrow, as far as they lie inside a
/// lawful window; six at most.
fn slots(book: &domain::book::Book, windows: &[Window], now: &Moment) -> Vec<Slot> {
    let starts = (2..=6).flat_map(|days| [10, 14, 19].map(|hour| (now.day().plus_days(days), hour)));
    let slots = starts.map(|(day, hour)| {
        let from = book.start_of(day) + SignedDuration::from_hours(hour);
        Slot { from, until: from + SignedDuration::from_hours(1) }
    });
    let is_lawful = |slot: &Slot| windows.iter().any(|window| window.from <= slot.from && slot.until <= window.until);
    slots.filter(is_lawful).take(6).collect()
}

/// The place that the person named was looked at.
pub(super) async fn accept_place(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Collectors>,
    Path(id): Path<String>,
    answers: Answers,
) -> Result<Response, Failure> {
    let person = find(&site, staff.asker(), &id).await?.person.id;
    let (now, key) = (site.now(), answers.get("key").to_owned());
    let deed = Deed { actor: staff.actor(), person, intent: "visit.place.accept", key, body: String::new(), notes: vec![] };
    act(&site, Asks { page: &page, asker: staff.asker(), way: None }, deed, move |person| {
        let visit = person.open_visit().ok_or_else(|| Refusal::by("VISIT-UNKNOWN"))?;
        visit::accept_place(person, visit.id, now)
    })
    .await
}

/// Income and outgoings as the person states them.
pub(super) async fn means(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Collectors>,
    Path(id): Path<String>,
    Posted { mut answers, files }: Posted,
) -> Result<Response, Failure> {
    let file = find(&site, staff.asker(), &id).await?;
    let book = site.book();
    let form = &book.house.means;
    let stated = stated_means(form, &mut answers);
    let papers = papers::take(&site, &mut answers, files).await?;
    let (Some(stated), Some(papers)) = (stated, papers) else {
        return Ok(show::render(&page, &site, &file, &answers).into_response());
    };
    let body = format!("{stated:?}{}", papers::told(&papers));
    let shown = papers.iter().map(Note::reference).collect();
    let Ok(events) = means::state(stated, Some(Taken::Desk), shown, site.today()) else {
        return Ok(show::render(&page, &site, &file, &answers).into_response());
    };
    let deed = Deed {
        actor: staff.actor(),
        person: file.person.id,
        intent: "means",
        key: answers.get("key").to_owned(),
        body,
        notes: papers,
    };
    act(&site, Asks { page: &page, asker: staff.asker(), way: None }, deed, move |_| Ok(events)).await
}

/// The means in a form; an empty line is "I do not know", and is counted as the house assumes.
pub(crate) fn stated_means(form: &Form, answers: &mut Answers) -> Option<Means> {
    let mut lines = |sides: &[Side]| -> Option<Vec<Line>> {
        let asked = sides.iter().flat_map(|side| form.of(*side));
        let line = asked.map(|line| {
            let name = line.category.name();
            let amount = if answers.get(name).is_empty() { None } else { Some(answers.amount(name, "fault-money")?) };
            Some(Line { category: line.category, amount })
        });
        line.collect()
    };
    let (income, outgoings) = (lines(&[Side::Income]), lines(&[Side::Fixed, Side::Flexible]));
    let other_debts =
        if answers.get("other_debts").is_empty() { Some(Money::ZERO) } else { answers.amount("other_debts", "fault-money") };
    let creditors = stated_creditors(answers);
    let household = answers.number("household", 1..=30, "means-say-household");
    let means = Means {
        income: income?,
        outgoings: outgoings?,
        other_debts: other_debts?,
        household: household?,
        creditors: creditors?,
        ..Means::default()
    };
    Some(form.complete(means))
}

/// Other creditors in the fields of [`file::debts`]; none where an amount cannot be read.
fn stated_creditors(answers: &mut Answers) -> Option<Vec<Creditor>> {
    let mut creditors = vec![];
    for (name, kind) in DEBTS.iter().zip(CreditorKind::ALL) {
        if !answers.get(name).is_empty() {
            let amount = answers.amount(name, "fault-money")?;
            let (owed, a_month) = if kind.is_priority() { (Money::ZERO, amount) } else { (amount, Money::ZERO) };
            creditors.push(Creditor { kind, owed, a_month });
        }
    }
    Some(creditors)
}

/// Agrees the plan that was offered: the fewest instalments that fit the means.
pub(super) async fn plan(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Collectors>,
    Path(id): Path<String>,
    answers: Answers,
) -> Result<Response, Failure> {
    let person = find(&site, staff.asker(), &id).await?.person.id;
    let (book, today, at) = (site.book(), site.today(), site.now());
    let recording = new_note("words", answers.get("recording"))?;
    let signed = Signed { code: code()?, accepted: Accepted::Recording { recording: recording.reference() } };
    let key = answers.get("key").to_owned();
    let deed = Deed { actor: staff.actor(), person, intent: "plan", key, body: String::new(), notes: vec![recording] };
    act(&site, Asks { page: &page, asker: staff.asker(), way: None }, deed, move |person| {
        let way = first_that_fits(person, &book, today).ok_or_else(|| Refusal::by("PLAN-ABOVE-CAPACITY"))?;
        plan::agree(person, &book, &way, signed, None, today, at)
    })
    .await
}

/// The plan with the fewest instalments that fit.
pub(super) fn first_that_fits(person: &Person, book: &domain::book::Book, today: domain::day::Day) -> Option<Way> {
    let offers = options::lay_out(person, book, today);
    let mut plans = offers.into_iter().filter(|offer| matches!(offer.way, Way::Instalments { .. }) && offer.fit == Fit::Fits);
    plans.next().map(|offer| offer.way)
}

/// Money that came in, on the account that is latest.
pub(super) async fn payment(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Collectors>,
    Path(id): Path<String>,
    mut answers: Answers,
) -> Result<Response, Failure> {
    let file = find(&site, staff.asker(), &id).await?;
    let Some(amount) = answers.money("paid", "act-give-amount") else {
        return Ok(show::render(&page, &site, &file, &answers).into_response());
    };
    let (entry, today, at) = (EntryId(new_id()?), site.today(), site.now());
    let key = answers.get("key").to_owned();
    let deed =
        Deed { actor: staff.actor(), person: file.person.id, intent: "payment", key, body: amount.to_string(), notes: vec![] };
    act(&site, Asks { page: &page, asker: staff.asker(), way: None }, deed, move |person| {
        let due = person.accounts.values().map(|account| (account.loan.position(today).due.total(), account.id)).max();
        let (_, account) = due.ok_or_else(|| Refusal::by("ACCOUNT-UNKNOWN"))?;
        payment::receive(person, account, entry, amount, today, today, at)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debts_that_come_first_are_taken_off_and_the_others_share_what_is_left() {
        let form: domain::house::House = toml::from_str(include_str!("../../../../../house/means/cn.toml")).unwrap();
        let mut answers = Answers::default();
        for (name, given) in
            [("wages", "6000"), ("rent", "4500"), ("household", "1"), ("debt_home", "500"), ("debt_credit", "3000")]
        {
            answers.add(name, given.to_owned());
        }
        for line in form.means.lines.iter().filter(|line| !["wages", "rent"].contains(&line.category.name())) {
            answers.add(line.category.name(), "0".to_owned());
        }
        let means = stated_means(&form.means, &mut answers).unwrap();
        assert_eq!(means.capacity(), Money::from_minor(90_000), "1,000 are left after the rent in arrears, less a tenth");
        assert_eq!(means.capacity_toward(Money::from_minor(100_000)), Money::from_minor(22_500), "a quarter is owed to us");
        answers.add("debt_private", "much".to_owned());
        assert_eq!(stated_means(&form.means, &mut answers), None);
        assert!(answers.fault_of("debt_private").is_some());
    }
}
