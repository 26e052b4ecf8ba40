//! What waits for a second person is found by whoever may decide it, with who asked and since when.

use domain::event::{Actor, Event};
use domain::id::{AccountId, EntryId};
use domain::loan::Part;
use domain::money::Money;
use domain::options::Way;
use domain::plan::{self, Accepted, Signed};
use domain::waiver;
use store::Role;

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
