//! What waits for a second person is found by whoever may decide it, with who asked and since when.

use domain::complaint::{self, Answer, HardshipReason, Matter};
use domain::event::{Actor, Event};
use domain::hardship;
use domain::id::{AccountId, ComplaintId, EntryId, VisitId};
use domain::loan::Part;
use domain::money::Money;
use domain::options::Way;
use domain::person::Person;
use domain::plan::{self, Accepted, Signed};
use domain::{visit, waiver};
use store::{Decide, Role};

use crate::pages::tests::faults;
use crate::web::act::{Deed, new_note};
use crate::web::testing::{self, cookie_of, get, send};

#[tokio::test]
async fn what_waits_is_listed_with_who_asked_until_it_is_decided() {
    let site = testing::site();
    testing::consumer(&site);
    let all = site.store.reader().all_staff().unwrap();
    let staff_of = |role| all.iter().find(|staff| staff.role == role).unwrap().id;
    let (today, desk) = (site.today(), staff_of(Role::Desk));
    let deed = |key: &str| Deed {
        actor: Actor::Staff(desk),
        person: testing::CONSUMER,
        intent: "t",
        key: key.to_owned(),
        body: String::new(),
        notes: vec![],
    };
    let page = async |role: Role| {
        send(&site, get("/approvals", &[("cookie", &cookie_of(&site, role)), ("accept-language", "en")])).await.body
    };
    assert!(page(Role::Manager).await.contains("Nothing waits"));

    let account = AccountId(9);
    let terms = domain::loan::Terms::interest_free(Money::from_minor(240_000), today.plus_days(-100), 6);
    let charge = domain::loan::EntryKind::Fee { amount: Money::from_minor(5_000), is_penalty: true, due_on: None };
    let entry = domain::loan::Entry { id: EntryId(3), effective_on: today.plus_days(-20), kind: charge };
    let opened = vec![
        Event::AccountOpened { account, number: "B-9".into(), terms, annual_cost_percent: None },
        Event::EntryPosted { account, entry },
    ];
    site.act(deed("open"), move |_| Ok(opened)).await.unwrap();
    let note = new_note("words", "lost their work").unwrap();
    let (reason, way) = (note.reference(), Way::Instalments { months: 12, first_on: today.plus_months(1) });
    let asked = Deed { notes: vec![note], ..deed("ask") };
    let book = site.book();
    site.act(asked, move |person| {
        let mut events = waiver::ask(person, account, Part::Penalty, Money::from_minor(3_000), reason.clone(), today)?;
        let signed = Signed { code: "K7QW2X9M".into(), accepted: Accepted::Recording { recording: reason.clone() } };
        events.extend(plan::ask_exception(person, &book, way.clone(), signed, desk, reason.clone(), today)?);
        Ok(events)
    })
    .await
    .unwrap();
    for role in [Role::Manager, Role::Desk, Role::Compliance] {
        let body = page(role).await;
        assert_eq!(faults(&body), [""; 0]);
        assert!(body.contains("Waiver") && body.contains("30.00") && body.contains("0 days"), "{role:?}: {body}");
        assert!(body.contains("above what is left") && body.contains(&format!("/people/{}", testing::CONSUMER)), "{body}");
        let asked_by_me = body.contains("you asked");
        assert_eq!(asked_by_me, role == Role::Desk, "{role:?}");
    }
    assert!(site.store.verify(&mut |_, _| {}).unwrap().is_empty());

    let manager = staff_of(Role::Manager);
    let decided = Deed { actor: Actor::Staff(manager), ..deed("decide") };
    site.act(decided, move |person| {
        let id = *person.waivers.keys().next().unwrap();
        let mut events = waiver::decline(person, id, Actor::Staff(manager), None, today)?;
        events.extend(plan::decline_exception(person, manager, today)?);
        Ok(events)
    })
    .await
    .unwrap();
    assert!(page(Role::Manager).await.contains("Nothing waits"));
}

#[tokio::test]
async fn an_appeal_waits_for_somebody_else_and_a_named_place_for_whoever_looks_at_it() {
    let site = testing::site();
    testing::consumer(&site);
    let all = site.store.reader().all_staff().unwrap();
    let staff_of = |role| all.iter().find(|staff| staff.role == role).unwrap().id;
    let (today, now) = (site.today(), site.now());
    let act = async |actor: Actor, key: &str, notes: Vec<store::Note>, decide: Decide| {
        let deed = Deed { actor, person: testing::CONSUMER, intent: "t", key: key.to_owned(), body: String::new(), notes };
        site.act(deed, decide).await.unwrap();
    };
    let page = async |role: Role| {
        send(&site, get("/approvals", &[("cookie", &cookie_of(&site, role)), ("accept-language", "en")])).await.body
    };
    let (plea, appeal, officer) = (ComplaintId(1), ComplaintId(2), Actor::Staff(staff_of(Role::Compliance)));
    let person = Actor::Consumer(testing::CONSUMER);
    let book = site.book();
    let opens = move |person: &Person| {
        let matter = Matter::Hardship { reason: HardshipReason::Illness };
        Ok(complaint::open(person, &book, plea, matter, None, today))
    };
    act(person, "plea", vec![], Box::new(opens)).await;
    let note = new_note("words", "no proof of it").unwrap();
    let reasons = note.reference();
    act(officer, "no", vec![note], Box::new(move |person| hardship::refuse(person, plea, reasons, officer, today))).await;
    let book = site.book();
    act(person, "appeal", vec![], Box::new(move |person| complaint::appeal(person, &book, appeal, plea, None, today))).await;

    let id = VisitId(7);
    let finding = r#"{"ruling":"permit","channel":"visit","purpose":"discuss_solution","recipient":"debtor",
        "at":"2026-03-02T02:00:00Z","not_after":"2026-03-02T03:00:00Z","rules":["CN-TIME-1"],"packs":[{"id":"cn","version":"1"}]}"#;
    let slot = format!(r#"{{"from":"{now}","until":"{}"}}"#, now + jiff::SignedDuration::from_hours(48));
    let proposed = format!(
        r#"{{"event":"visit_proposed","visit":"{id}","case":"{id}","place":{{"at":"home"}},"slots":[{slot}],"finding":{finding}}}"#
    );
    let proposed: Event = serde_json::from_str(&proposed).unwrap();
    act(Actor::Import, "visit", vec![], Box::new(move |_| Ok(vec![proposed]))).await;
    let note = new_note("address", "{}").unwrap();
    let address = note.reference();
    act(person, "place", vec![note], Box::new(move |person| visit::name_place(person, id, address, now))).await;

    let (appealed, named) = (format!("/complaints/{appeal}"), "Another place for a visit");
    for (role, sees_appeal, sees_place) in
        [(Role::Manager, true, true), (Role::Compliance, true, false), (Role::Desk, false, true)]
    {
        let body = page(role).await;
        assert_eq!(faults(&body), [""; 0]);
        assert_eq!((body.contains(&appealed), body.contains(named)), (sees_appeal, sees_place), "{role:?}: {body}");
        assert_eq!(body.contains("you answered"), role == Role::Compliance, "{role:?}");
        assert_eq!(body.contains("first answered by"), sees_appeal, "{role:?}");
    }
    assert!(site.store.verify(&mut |_, _| {}).unwrap().is_empty());

    let manager = Actor::Staff(staff_of(Role::Manager));
    let answers = move |person: &Person| complaint::answer(person, appeal, Answer::Upheld, None, manager, today);
    act(manager, "yes", vec![], Box::new(answers)).await;
    act(manager, "looked", vec![], Box::new(move |person| visit::accept_place(person, id, now))).await;
    assert!(page(Role::Manager).await.contains("Nothing waits"));
    assert!(site.store.verify(&mut |_, _| {}).unwrap().is_empty());
}
