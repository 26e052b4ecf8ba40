//! What the strategy plans to write leaves by itself, once, and is taken back by what the person pays or says.

use domain::complaint::{self, Matter};
use domain::event::Event;
use domain::id::{AccountId, ComplaintId, EntryId};
use domain::loan::Terms;
use domain::message::State;
use domain::money::Money;
use domain::payment;
use domain::refusal::Refusal;
use store::Asker;

use super::*;
use crate::books;
use crate::night;
use crate::web::Site;
use crate::web::testing;

const PERSON: PersonId = testing::CONSUMER;

fn tells(site: &Site, key: &str, decide: impl FnOnce(&Person) -> Result<Vec<Event>, Refusal> + Send + 'static) {
    let command = Command {
        person: PERSON,
        actor: Actor::Import,
        key: key.to_owned(),
        body_hash: [0; 32],
        intent: "test",
        recorded_at: site.now(),
        night: None,
        notes: vec![],
        decide: Box::new(decide),
    };
    site.store.run(command).unwrap();
}

fn ends(site: &Site, day: Day) -> u64 {
    let store::Place::File(path) = site.store.place() else { panic!("a book in a file") };
    let key = books::seal_key(path.parent().unwrap()).unwrap();
    night::run(&site.store, &key, "诚信消费金融", day, &mut |_, _| {}).unwrap().written
}

fn stored(site: &Site) -> Person {
    site.store.reader().person(Asker::Night, PERSON).unwrap().unwrap()
}

/// Somebody whose first instalment has been overdue for days, and the night that finds it.
fn overdue() -> (std::sync::Arc<Site>, Day) {
    let site = testing::site();
    testing::consumer(&site);
    let today = site.today();
    let terms = Terms::interest_free(Money::from_minor(120_000), today.plus_days(-40), 2);
    tells(&site, "open", move |_| {
        Ok(vec![Event::AccountOpened { account: AccountId(1), number: "B-1".into(), terms, annual_cost_percent: None }])
    });
    (site, today.plus_days(-1))
}

#[test]
fn the_night_writes_what_it_planned_once_for_a_lawful_hour() {
    let (site, yesterday) = overdue();
    assert_eq!(ends(&site, yesterday), 1);
    let person = stored(&site);
    let queued: Vec<_> = person.messages.values().collect();
    assert_eq!((queued.len(), queued[0].template.as_str(), &queued[0].state), (1, "owed-and-ways-out", &State::Queued));
    let hour = site.book().moment(queued[0].due_at);
    let situation = contact::ask(&person, &site.book(), &queued[0].act(), &hour);
    assert!(situation.is_ok(), "it leaves when the law says yes");
    let words = site.store.reader().messages_due(queued[0].due_at, Timestamp::MIN, [queued[0].channel.name(), "", "", "", ""], 1);
    let words = words.unwrap().remove(0).words.unwrap();
    assert!(words.contains("诚信消费金融"), "it names the lender: {words}");
    assert_eq!(ends(&site, yesterday), 0, "the night ran twice");
    assert_eq!(ends(&site, yesterday.plus_days(1)), 0, "it waits already");
    assert_eq!(stored(&site).messages.len(), 1);
}

#[test]
fn a_payment_or_a_complaint_takes_it_back_and_nothing_is_written_in_its_place() {
    let pays = |site: &Site| {
        let (today, now) = (site.today(), site.now());
        tells(site, "pay", move |person| {
            payment::receive(person, AccountId(1), EntryId(9), Money::from_minor(10_000), today, today, now)
        });
    };
    let complains = |site: &Site| {
        let (book, today) = (site.book(), site.today());
        let matter = Matter::Complaint { about: None, visit: None };
        tells(site, "complain", move |person| Ok(complaint::open(person, &book, ComplaintId(9), matter, None, today)));
    };
    for stop in [&pays as &dyn Fn(&Site), &complains] {
        let (site, yesterday) = overdue();
        assert_eq!(ends(&site, yesterday), 1);
        stop(&site);
        let person = stored(&site);
        assert!(person.messages.values().all(|message| matches!(message.state, State::Withdrawn { .. })));
        assert_eq!(stored(&site).messages.len(), 1);
    }
}

#[test]
fn of_missed_nights_only_the_last_one_writes() {
    let (site, yesterday) = overdue();
    assert_eq!(ends(&site, yesterday.plus_days(-3)), 1);
    assert_eq!(ends(&site, yesterday.plus_days(-4)), 0, "an old night is over");
}
