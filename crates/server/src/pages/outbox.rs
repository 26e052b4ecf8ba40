//! `/outbox`: what waits, what was sent, what did not arrive, what was taken back, and why; and the texts.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::id::MessageId;
use domain::law::Law;
use domain::message;
use maud::{Markup, html};
use store::{MessageRow, Thing, Tray};

use super::complaints::channel_key;
use super::layout;
use super::parts::lists::{Tone, chip};
use super::parts::rule;
use crate::messages::Template;
use crate::texts::{Lang, Reader, value};
use crate::web::act::Deed;
use crate::web::session::{Collectors, Workers};
use crate::web::{Answers, Failure, Page, Role, Site, Staff};

/// `/outbox` and what lies under it.
pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new().route("/outbox", get(show)).route("/outbox/texts", get(texts)).route("/outbox/{id}/withdraw", post(withdraw))
}

/// Rows on the list.
const LIMIT: u32 = 200;

async fn show(page: Page, uri: Uri, State(site): State<Arc<Site>>, staff: Staff<Workers>) -> Result<Markup, Failure> {
    let tray = Tray::ALL.into_iter().find(|tray| uri.query() == Some(tray.name())).unwrap_or(Tray::Queued);
    let asker = staff.asker();
    let (rows, trays) = site.look(move |reader| Ok((reader.messages(asker, tray, LIMIT)?, reader.trays()?))).await?;
    let book = site.book();
    let (reader, law) = (&page.reader, &book.law);
    let title = reader.text("outbox-title");
    let may_withdraw = tray == Tray::Queued && matches!(staff.role, Role::Manager | Role::Desk);
    let body = html! {
        h1 { (title) }
        p.dim { (reader.text(if site.demo { "outbox-demo" } else { "outbox-says" })) }
        nav.views aria-label=(title) {
            @for (lies, count) in trays {
                a href={ "/outbox?" (lies.name()) } aria-current=[(lies == tray).then_some("page")] {
                    (reader.fill(tray_key(lies), [("count", value(reader.count(i64::try_from(count).unwrap_or(i64::MAX))))]))
                }
            }
            @if matches!(staff.role, Role::Manager | Role::Desk) { a href="/outbox/letters" { (reader.text("letters-title")) } }
            a href="/outbox/texts" { (reader.text("outbox-texts")) }
        }
        @if rows.is_empty() { p.empty { (reader.text("outbox-none")) } } @else { (table(reader, law, &rows, may_withdraw)) }
    };
    Ok(layout::desk(&page, &title, "/outbox", body))
}

fn table(reader: &Reader, law: &Law, rows: &[MessageRow], may_withdraw: bool) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(reader.text("outbox-title")) {
            table.cells {
                thead { tr {
                    th scope="col" { (reader.text("outbox-person")) }
                    th scope="col" { (reader.text("outbox-text")) }
                    th scope="col" { (reader.text("outbox-way")) }
                    th scope="col" { (reader.text("outbox-when")) }
                    th scope="col" { (reader.text("outbox-state")) }
                    @if may_withdraw { th scope="col" { span.unseen { (reader.text("outbox-withdraw")) } } }
                } }
                tbody { @for row in rows { tr {
                    th scope="row" { a href={ "/people/" (row.person) } { (name(row)) } }
                    td data-name=(reader.text("outbox-text")) { (template_title(reader, &row.template)) }
                    td data-name=(reader.text("outbox-way")) { (reader.text(channel_key(&row.channel))) }
                    td data-name=(reader.text("outbox-when")) { (reader.moment(if row.state == "queued" { row.due_at } else { row.moved_at })) }
                    td data-name=(reader.text("outbox-state")) { (state(reader, law, row)) }
                    @if may_withdraw { td {
                        form method="post" action={ "/outbox/" (row.message) "/withdraw" } {
                            button.link aria-label=(reader.fill("outbox-withdraw-from", [("name", value(name(row)))])) { (reader.text("outbox-withdraw")) }
                        }
                    } }
                } } }
            }
        }
    }
}

fn name(row: &MessageRow) -> String {
    row.identity.as_ref().map_or_else(|| row.person.to_string(), |identity| identity.name.clone())
}

/// What a text is called; a text of an older program by its name.
pub(crate) fn template_title(reader: &Reader, name: &str) -> String {
    Template::parse(name).map_or_else(|| name.to_owned(), |template| reader.text(template.title()))
}

fn tray_key(tray: Tray) -> &'static str {
    match tray {
        Tray::Queued => "outbox-queued",
        Tray::Sent => "outbox-sent",
        Tray::Failed => "outbox-failed",
        Tray::Withdrawn => "outbox-withdrawn",
    }
}

fn state(reader: &Reader, law: &Law, row: &MessageRow) -> Markup {
    let because = row.because.as_deref().unwrap_or("");
    match row.state.as_str() {
        "queued" => chip(Tone::Plain, &reader.text("message-state-queued")),
        "released" => chip(Tone::Warn, &reader.text("message-state-released")),
        "sent" => chip(Tone::Good, &reader.text("message-state-sent")),
        "delivered" => chip(Tone::Good, &reader.text("message-state-delivered")),
        "failed" => chip(Tone::Stop, &reader.text(failure_key(because))),
        _ => match withdrawal_key(because) {
            Some(key) => chip(Tone::Good, &reader.text(key)),
            None => {
                let rules: Vec<String> = because.split(',').map(str::to_owned).collect();
                html! { (chip(Tone::Good, &reader.text("message-withdrawn-law"))) (rule::list(reader, law, &rules)) }
            }
        },
    }
}

/// The text of why a message failed.
pub(crate) fn failure_key(because: &str) -> &'static str {
    match because {
        "no_address" => "message-failed-no-address",
        "refused" => "message-failed-refused",
        "undelivered" => "message-failed-undelivered",
        _ => "message-failed-unsure",
    }
}

/// The text of why a message was taken back; none where rules of the law did it.
pub(crate) fn withdrawal_key(because: &str) -> Option<&'static str> {
    match because {
        "paid" => Some("message-withdrawn-paid"),
        "complaint" => Some("message-withdrawn-complaint"),
        "agreed" => Some("message-withdrawn-agreed"),
        "respite" => Some("message-withdrawn-respite"),
        "wish" => Some("message-withdrawn-wish"),
        "staff" => Some("message-withdrawn-staff"),
        _ => None,
    }
}

async fn withdraw(
    State(site): State<Arc<Site>>,
    staff: Staff<Collectors>,
    Path(id): Path<String>,
    _: Answers,
) -> Result<Response, Failure> {
    let message = MessageId::parse(&id).ok_or(Failure::NotFound)?;
    let asker = staff.asker();
    let owner = site.look(move |reader| reader.owner(asker, Thing::Message(message))).await?;
    let person = owner.ok_or(Failure::NotFound)?;
    let deed = Deed {
        actor: staff.actor(),
        person,
        intent: "message.withdraw",
        key: format!("withdraw-{message}"),
        body: String::new(),
        notes: vec![],
    };
    site.act(deed, move |person| message::withdraw(person, message)).await?;
    Ok(Redirect::to("/outbox").into_response())
}

/// The texts in all three languages, with somebody's facts who does not exist.
async fn texts(page: Page, State(site): State<Arc<Site>>, _: Staff<Workers>) -> Markup {
    let reader = &page.reader;
    let title = reader.text("outbox-texts");
    let person = example::person(site.today());
    let body = html! {
        p { a.back href="/outbox" { (reader.text("back")) } }
        h1 { (title) }
        p.dim { (reader.text("outbox-texts-says")) }
        @for template in Template::ALL {
            section.card {
                h2 { (reader.text(template.title())) " " span.dim { code { (template.name()) } } }
                div.columns.three {
                    @for lang in Lang::ALL {
                        @let read = Reader { lang, ..reader.clone() };
                        @let name = read.text("message-example-name");
                        @if let Some(written) = template.write(&read, &site.book(), (&site.letterhead.name, &name), &person, site.today()) {
                            div lang=(lang.tag()) {
                                h3 { (written.subject) }
                                blockquote.text { (written.text) }
                            }
                        }
                    }
                }
            }
        }
    };
    layout::desk(&page, &title, "/outbox", body)
}

/// Somebody whose file holds the ground for every text.
mod example {
    use domain::complaint::Matter;
    use domain::contact::Channel;
    use domain::day::Day;
    use domain::enforcement::Claim;
    use domain::event::{Actor, Event, NoteRef, Recorded};
    use domain::id::{AccountId, CaseId, ComplaintId, EntryId, NoteId, PersonId, PromiseId};
    use domain::loan::{Entry, EntryKind, PaymentSource, Terms};
    use domain::moment::Timestamp;
    use domain::money::Money;
    use domain::person::Person;
    use domain::promise::Origin;

    pub(super) fn person(today: Day) -> Person {
        let mut person = Person::new(PersonId(1));
        let account = AccountId(1);
        let terms = Terms::interest_free(Money::from_minor(240_000), today.plus_days(-80), 6);
        let payment = EntryKind::Payment { amount: Money::from_minor(40_000), source: PaymentSource::Borrower };
        let matter = Matter::Complaint { about: Some(Channel::Call), visit: None };
        let (amount, due_on) = (Money::from_minor(40_000), today.plus_days(7));
        let reason = NoteRef { id: NoteId(1), digest: String::new() };
        let events = [
            Event::AccountOpened { account, number: "B-20260906".into(), terms, annual_cost_percent: None },
            Event::EntryPosted { account, entry: Entry { id: EntryId(1), effective_on: today.plus_days(-45), kind: payment } },
            Event::PromiseMade { promise: PromiseId(1), amount, due_on, origin: Origin::Call, made_on: today },
            Event::CaseOpened { case: CaseId(1), on: today.plus_days(-18), first_payment_default: false },
            Event::EnforcementDecided { case: CaseId(1), claim: Claim::Suit, reason, on: today },
            Event::ComplaintOpened {
                complaint: ComplaintId(1),
                matter,
                words: None,
                on: today,
                due_on: today.plus_days(15),
                evidence: vec![],
            },
        ];
        for (version, event) in (1..).zip(events) {
            person.apply(&Recorded { version, recorded_at: Timestamp::UNIX_EPOCH, actor: Actor::Import, event });
        }
        for account in person.accounts.values_mut() {
            account.standing = account.standing_on(today);
        }
        person
    }
}
