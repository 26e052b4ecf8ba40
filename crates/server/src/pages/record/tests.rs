//! At the door and after it, as the person's own pages show it.

use std::sync::Arc;

use domain::event::{Actor, Event};
use domain::id::{CaseId, PersonId, VisitId};
use domain::law::{Channel, Finding, Purpose, Recipient};
use domain::visit::{Place, Slot};
use jiff::SignedDuration;
use store::{Role, receipt};

use crate::books;
use crate::door_code::DoorCode;
use crate::pages::tests::faults;
use crate::texts::Lang;
use crate::web::Site;
use crate::web::testing::{consumer, cookie_of, get, post, send, site};

const VISIT: VisitId = VisitId(5);

/// A consumer at whose door somebody may stand now: their cookie, and the hour that was agreed.
fn expecting(site: &Arc<Site>) -> (String, Slot) {
    let cookie = consumer(site);
    let now = site.now();
    let slot = Slot { from: now - SignedDuration::from_mins(10), until: now + SignedDuration::from_mins(50) };
    let finding = finding(site);
    let proposed = Event::VisitProposed { visit: VISIT, case: CaseId(4), place: Place::Home, slots: vec![slot], finding };
    write(site, "agreed", vec![proposed, Event::AppointmentChosen { visit: VISIT, slot }]);
    (cookie, slot)
}

/// The law's yes to a visit now.
fn finding(site: &Arc<Site>) -> Finding {
    serde_json::from_value(serde_json::json!({
        "ruling": "permit", "channel": Channel::Visit, "purpose": Purpose::DiscussSolution, "recipient": Recipient::Debtor,
        "at": site.now(), "rules": [], "packs": [],
    }))
    .unwrap()
}

fn write(site: &Arc<Site>, key: &str, events: Vec<Event>) {
    let command = store::Command {
        person: PersonId(77),
        actor: Actor::Import,
        key: key.to_owned(),
        body_hash: [0; 32],
        intent: "tell",
        recorded_at: site.now(),
        night: None,
        notes: vec![],
        decide: Box::new(move |_| Ok(events)),
    };
    site.store.run(command).unwrap();
}

async fn page(site: &Arc<Site>, path: &str, cookie: &str) -> String {
    let answered = send(site, get(path, &[("cookie", cookie)])).await;
    assert_eq!(answered.status, 200, "{path}: {}", answered.body);
    assert_eq!(faults(&answered.body), [""; 0], "{path}");
    assert!(!answered.body.contains('⟨'), "a text is missing on {path}");
    answered.body
}

#[tokio::test]
async fn the_right_code_is_told_from_a_wrong_one_and_the_third_wrong_one_stops_the_visit() {
    let site = site();
    let (cookie, slot) = expecting(&site);
    let code = DoorCode::of(VISIT, &slot, &site.key).said_in(Lang::En);
    let shown = page(&site, "/me/visit?lang=en", &cookie).await;
    assert!(shown.contains(&code), "the person knows the code beforehand");

    let say = async |said: &str, key: &str| {
        let form = format!("key={key}&said={}", said.replace(' ', "+"));
        send(&site, post("/me/visit/code", &[("cookie", &cookie)], &form)).await.status
    };
    assert_eq!(say(&code.to_lowercase(), "a").await, 303);
    for key in ["b", "c", "d"] {
        assert_eq!(say("PINE CRANE 47", key).await, 303, "{key}");
    }
    let person = site.store.reader().person(store::Asker::Consumer(PersonId(77)), PersonId(77)).unwrap().unwrap();
    let visit = &person.visits[&VISIT];
    assert!(visit.right_code && visit.alert.is_some() && !visit.is_open());
    assert_eq!(say(&code, "e").await, 409, "what was stopped stays stopped");
    page(&site, &format!("/me/visits/{VISIT}"), &cookie).await;
}

#[tokio::test]
async fn the_receipt_that_is_downloaded_holds_and_nobody_else_gets_it() {
    let site = site();
    let (cookie, _) = expecting(&site);
    let stopped = send(&site, post("/me/visit/stop", &[("cookie", &cookie)], "key=stop")).await;
    assert_eq!(stopped.status, 303);
    let path = format!("/me/visits/{VISIT}/receipt");
    assert_eq!(send(&site, get(&path, &[("cookie", &cookie)])).await.status, 404, "nothing is sealed yet");
    let offered = format!("href=\"{path}\"");
    assert!(!page(&site, &format!("/me/visits/{VISIT}"), &cookie).await.contains(&offered), "what is not there is not offered");
    let words = "words=%E4%BB%96%E6%B2%A1%E6%9C%89%E8%AF%81%E4%BB%B6&key=r";
    let remarked = send(&site, post(&format!("/me/visits/{VISIT}/remark"), &[("cookie", &cookie)], words)).await;
    assert_eq!(remarked.status, 303);
    let store::Place::File(file) = site.store.place() else { panic!("a test's book is a file") };
    let key = books::seal_key(file.parent().unwrap()).unwrap();
    site.store.begin_run("tonight", store::runs::NIGHT, site.today(), site.now()).unwrap();
    site.store.seal(site.today(), &key).unwrap();
    site.store.finish_run("tonight", &serde_json::json!({}), site.now()).unwrap();
    assert!(page(&site, &format!("/me/visits/{VISIT}"), &cookie).await.contains(&offered));

    let answered = send(&site, get(&path, &[("cookie", &cookie)])).await;
    assert_eq!(answered.status, 200);
    let checked = receipt::check(&answered.body).unwrap();
    assert_eq!(checked.receipt.events.len(), 4, "proposed, chosen, stopped, remarked");
    assert_eq!(checked.receipt.events[3].notes[0].text, "他没有证件");
    assert_eq!(checked.receipt.not_sealed_yet, 0);
    assert_eq!(send(&site, get(&path, &[])).await.status, 303, "who is not signed in is asked to");
    let other = format!("/me/visits/{}/receipt", VisitId(6));
    assert_eq!(send(&site, get(&other, &[("cookie", &cookie)])).await.status, 404);
}

#[tokio::test]
async fn another_place_and_how_it_was_are_said_without_script() {
    let site = site();
    let (cookie, _) = expecting(&site);
    for lang in ["zh-Hans", "zh-Hant", "en"] {
        page(&site, &format!("/me/visit/place?lang={lang}"), &cookie).await;
        page(&site, &format!("/me/visits/{VISIT}?lang={lang}"), &cookie).await;
    }
    let empty = send(&site, post("/me/visit/place", &[("cookie", &cookie)], "city=&line=&key=p")).await;
    assert_eq!(empty.status, 200, "what is missing is asked for");
    let named = send(&site, post("/me/visit/place", &[("cookie", &cookie)], "city=Hefei&line=Tea+house&key=p")).await;
    assert_eq!(named.status, 303);
    let rated =
        send(&site, post(&format!("/me/visits/{VISIT}/rating"), &[("cookie", &cookie)], "identified=yes&treated=well&key=q"));
    assert_eq!(rated.await.status, 409, "a visit that was not made cannot be judged");
}

#[tokio::test]
async fn whoever_checks_a_badge_is_told_the_number_in_the_register_where_there_is_one() {
    let site = site();
    let staff = site.store.reader().staff_by_badge("FV-2205").unwrap().unwrap();
    let shown = async || send(&site, get("/v?badge=FV-2205&lang=en", &[])).await.body;
    assert!(shown().await.contains("Number in the register: R-480105"));
    let data = cookie_of(&site, Role::Data);
    let path = format!("/staff/{}/certificate", staff.id);
    let save = async |form: &str| send(&site, post(&path, &[("cookie", &data)], form)).await.status;
    assert_eq!(save("until=2099-12-31&registration=+R-9+").await, 303);
    assert!(shown().await.contains("Number in the register: R-9<"), "changed where staff are kept");
    assert_eq!(save("until=2099-12-31").await, 303);
    assert!(shown().await.contains("R-9"), "a form without the field says nothing about it");
    assert_eq!(save("until=2099-12-31&registration=").await, 303);
    let shown = shown().await;
    assert!(shown.contains("works for us") && !shown.contains("in the register"), "where no law wants one nothing is missing");
}

#[tokio::test]
async fn who_asks_about_badges_too_often_has_to_wait() {
    let site = site();
    for _ in 0..20 {
        assert_eq!(send(&site, get("/v?badge=FV-2205", &[])).await.status, 200);
    }
    assert_eq!(send(&site, get("/v?badge=FV-2206", &[])).await.status, 429);
    assert_eq!(send(&site, get("/v", &[])).await.status, 200, "the page itself can always be read");
}

#[tokio::test]
async fn a_record_that_is_sent_again_is_answered_as_before() {
    let site = site();
    expecting(&site);
    let collector = site.store.reader().all_staff().unwrap().into_iter().find(|member| member.role == Role::Field).unwrap().id;
    let assigned = Event::VisitAssigned { visit: VISIT, team: vec![collector], arrive_at: site.now() };
    write(&site, "at the door", vec![assigned, Event::VisitStarted { visit: VISIT, at: site.now(), finding: finding(&site) }]);
    let cookie = cookie_of(&site, Role::Field);
    let send_record = async |words: &str| {
        let form = format!("at=check&met=nobody&words={words}");
        send(&site, post(&format!("/today/{VISIT}/record"), &[("cookie", &cookie)], &form)).await.status
    };
    assert_eq!(send_record("Nobody+opened").await, 303);
    assert_eq!(send_record("Nobody+opened").await, 303, "the answer was lost, and the phone sends again");
    assert_eq!(send_record("Somebody+did").await, 409, "another record is not the same");
}
