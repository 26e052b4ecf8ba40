//! Letters at the desk: a batch is printed once, by the law of that moment; the post takes it; what comes back is recorded.

use std::process::Command as Program;
use std::sync::Arc;

use domain::contact::{self, Channel};
use domain::event::{Actor, Event, NoteRef};
use domain::id::{AccountId, EntryId, MessageId, NoteId, PersonId};
use domain::law::Purpose;
use domain::loan::{Entry, EntryKind, PaymentSource, Terms};
use domain::message::{self, Draft, State as Stand};
use domain::money::Money;
use domain::person::Person;
use store::{Asker, Role};

use crate::messages::{NOTE, Words};
use crate::web::Site;
use crate::web::act::{self, Deed};
use crate::web::testing::{self, Answered, cookie_of, get, post, send};

const KEY: &str = "7K2M9P4Q";

async fn writes(site: &Arc<Site>, person: PersonId, events: Vec<Event>, key: &str) {
    let deed = Deed { actor: Actor::Import, person, intent: "t", key: key.into(), body: String::new(), notes: vec![] };
    site.act(deed, move |_| Ok(events)).await.unwrap();
}

/// Somebody to whom a letter about their account waits.
async fn waits(site: &Arc<Site>, number: u64, to: &str) -> PersonId {
    let person = PersonId(number);
    testing::consumer_called(site, person);
    let terms = Terms::interest_free(Money::from_minor(60_000), site.today().plus_days(-20), 2);
    let opened =
        Event::AccountOpened { account: AccountId(number), number: format!("B-{number}"), terms, annual_cost_percent: None };
    writes(site, person, vec![opened], &format!("open-{number}")).await;
    let words = Words {
        to: to.into(),
        subject: "您的下一期".into(),
        text: "下一期将于下月到期。".into(),
        language: Some("zh-Hans".into()),
    };
    let note = act::new_note(NOTE, &serde_json::to_string(&words).unwrap()).unwrap();
    let (reference, book, now) = (note.reference(), site.book(), site.now());
    let deed = Deed {
        actor: Actor::Import,
        person,
        intent: "t",
        key: format!("queue-{number}"),
        body: String::new(),
        notes: vec![note],
    };
    site.act(deed, move |person| {
        let due = message::first_lawful(person, &book, Channel::Letter, Purpose::ServiceNotice, now)?;
        let permit = contact::ask(person, &book, &message::act(Channel::Letter, Purpose::ServiceNotice), &due)?;
        let draft = Draft { id: MessageId(number), template: "due-soon".into(), words: reference, due_at: due.at() };
        message::queue(person, permit, draft)
    })
    .await
    .unwrap();
    person
}

fn stored(site: &Site, person: PersonId) -> Person {
    site.store.reader().person(Asker::Night, person).unwrap().unwrap()
}

fn state(site: &Site, person: PersonId) -> Stand {
    stored(site, person).messages[&MessageId(person.0)].state.clone()
}

async fn desk(site: &Arc<Site>, method: &str, path: &str, form: &str) -> Answered {
    let cookie = cookie_of(site, Role::Desk);
    let headers = [("cookie", cookie.as_str()), ("accept-language", "en")];
    send(site, if method == "GET" { get(path, &headers) } else { post(path, &headers, form) }).await
}

async fn prints(site: &Arc<Site>) -> String {
    let printed = desk(site, "POST", "/outbox/letters", &format!("key={KEY}")).await;
    assert_eq!(printed.status, 303, "{}", printed.body);
    printed.headers["location"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_batch_is_one_file_however_often_it_is_asked_for_and_does_not_grow() {
    let site = testing::morning_site();
    let (first, second) = (waits(&site, 81, "浙江省杭州市西湖区一号").await, waits(&site, 82, "上海市黄浦区二号").await);
    assert!(desk(&site, "GET", "/outbox/letters", "").await.body.contains("2 letters"));
    let batch = prints(&site).await;
    assert!(matches!((state(&site, first), state(&site, second)), (Stand::Released { .. }, Stand::Released { .. })));
    assert_eq!(stored(&site, first).contacts.len(), 1, "it counts once it is printed");
    let file = desk(&site, "GET", &format!("{batch}/pdf"), "").await;
    assert!(file.body.starts_with("%PDF") && file.headers["content-type"] == "application/pdf");
    waits(&site, 83, "北京市东城区三号").await;
    assert_eq!(prints(&site).await, batch, "sent twice");
    assert_eq!(desk(&site, "GET", &format!("{batch}/pdf"), "").await.body, file.body);
    assert_eq!(stored(&site, first).contacts.len(), 1);
    assert_eq!(state(&site, PersonId(83)), Stand::Queued, "the next batch has it");
}

#[tokio::test]
async fn the_post_takes_a_batch_and_what_comes_back_stops_the_next_letter_to_that_address() {
    let site = testing::morning_site();
    let person = waits(&site, 81, "浙江省杭州市西湖区一号").await;
    let batch = prints(&site).await;
    let returned = format!("{batch}/{}/returned", MessageId(81));
    assert_eq!(desk(&site, "POST", &returned, "").await.status, 409, "the post does not have it yet");
    for _ in 0..2 {
        assert_eq!(desk(&site, "POST", &format!("{batch}/posted"), "").await.status, 303);
    }
    assert!(matches!(state(&site, person), Stand::Sent { .. }));
    assert_eq!(desk(&site, "POST", &returned, "").await.status, 303);
    assert!(matches!(state(&site, person), Stand::Failed { .. }));
    assert_eq!(stored(&site, person).messages.len(), 1);
    assert!(desk(&site, "GET", &batch, "").await.body.contains("came back"));
}

#[tokio::test]
async fn a_letter_without_an_address_is_not_printed() {
    let site = testing::morning_site();
    let person = waits(&site, 81, "").await;
    let batch = prints(&site).await;
    assert!(matches!(state(&site, person), Stand::Failed { .. }));
    assert_eq!(stored(&site, person).contacts.len(), 0);
    assert_eq!(desk(&site, "GET", &format!("{batch}/pdf"), "").await.status, 404);
}

#[tokio::test]
async fn the_address_stands_where_the_window_of_an_envelope_is() {
    let site = testing::morning_site();
    waits(&site, 81, "浙江省杭州市西湖区一号").await;
    let batch = prints(&site).await;
    // The body that a test reads is text; the file itself comes from the same letters.
    let words = Words {
        to: "浙江省杭州市西湖区一号".into(),
        subject: "您的下一期".into(),
        text: "下一期将于下月到期。".into(),
        language: Some("zh-Hans".into()),
    };
    let letter = crate::documents::letter::Printed { id: "x".into(), name: "林浩然".into(), words };
    let reader =
        crate::texts::Reader { lang: crate::texts::Lang::Hans, currency: site.currency.clone(), zone: site.zone.clone() };
    let pdf = crate::documents::letter::batch(&reader, &site.letterhead, &batch, site.today(), &[letter]);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("letters.pdf");
    std::fs::write(&path, pdf).unwrap();
    let Ok(output) = Program::new("pdftotext").args(["-bbox", "-f", "2", "-l", "2"]).arg(&path).arg("-").output() else { return };
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = told.lines().find(|line| line.contains("西湖区一号")).unwrap_or_else(|| panic!("no address in {told}"));
    let edge = |name: &str| {
        let value = line.split(&format!("{name}=\"")).nth(1).and_then(|rest| rest.split('"').next());
        value.and_then(|value| value.parse::<f64>().ok()).unwrap_or_else(|| panic!("no {name} in {line}"))
    };
    let mm = 72.0 / 25.4;
    assert!(edge("xMin") >= 20.0 * mm && edge("xMax") <= 105.0 * mm, "{line}");
    assert!(edge("yMin") >= 45.0 * mm && edge("yMax") <= 90.0 * mm, "{line}");
}

#[tokio::test]
async fn what_is_paid_before_the_post_comes_takes_the_printed_demand_out() {
    let site = testing::morning_site();
    let person = waits(&site, 81, "浙江省杭州市西湖区一号").await;
    // The same letter as a demand: the law is another matter and stands in the stories of the domain.
    let finding = match site.store.reader().timeline(Asker::Night, person).unwrap().unwrap().pop().unwrap().event {
        Event::MessageQueued { finding, .. } => finding,
        other => panic!("{other:?}"),
    };
    let (id, now, on) = (MessageId(9), site.now(), site.today());
    let words = NoteRef { id: NoteId(1), digest: "00".repeat(32) };
    let queued = Event::MessageQueued {
        message: id,
        channel: Channel::Letter,
        purpose: Purpose::DemandPayment,
        template: "owed-and-ways-out".into(),
        words,
        due_at: now,
        finding: finding.clone(),
    };
    let released = Event::MessageReleased { message: id, at: now, on, finding, batch: Some("2026-11-26-ABCDEFGH".into()) };
    writes(&site, person, vec![queued, released], "demand").await;
    let kind = EntryKind::Payment { amount: Money::from_minor(100), source: PaymentSource::Borrower };
    let paid = Event::EntryPosted { account: AccountId(81), entry: Entry { id: EntryId(1), effective_on: on, kind } };
    writes(&site, person, vec![paid], "pay").await;
    assert!(matches!(stored(&site, person).messages[&id].state, Stand::Withdrawn { .. }));
    let page = desk(&site, "GET", "/outbox/letters/2026-11-26-ABCDEFGH", "").await.body;
    assert!(page.contains("Take 1 letter out"), "{page}");
}
