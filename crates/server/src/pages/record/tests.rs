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

/// A consumer who agreed to an hour that ended so many minutes ago, and to whom hours a day later were offered as well.
fn expected(site: &Arc<Site>, ended: i64) -> (String, [Slot; 3]) {
    let cookie = consumer(site);
    let until = site.now() - SignedDuration::from_mins(ended);
    let slot = Slot { from: until - SignedDuration::from_hours(1), until };
    let later =
        |hours| Slot { from: until + SignedDuration::from_hours(hours), until: until + SignedDuration::from_hours(hours + 1) };
    let slots = [slot, later(24), later(48)];
    let finding = finding(site);
    let proposed = Event::VisitProposed { visit: VISIT, case: CaseId(4), place: Place::Home, slots: slots.to_vec(), finding };
    write(site, "agreed", vec![proposed, Event::AppointmentChosen { visit: VISIT, slot }]);
    (cookie, slots)
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

#[tokio::test]
async fn after_the_agreed_hour_nobody_is_announced_and_no_code_is_shown() {
    let site = site();
    let (cookie, [slot, ..]) = expected(&site, 31);
    let code = DoorCode::of(VISIT, &slot, &site.key).said_in(Lang::En);
    let shown = page(&site, "/me/visit?lang=en", &cookie).await;
    assert!(!shown.contains(&code) && !shown.contains("The visit you agreed to"), "{shown}");
    assert!(shown.contains("The agreed hour has passed") && shown.contains("You need to do nothing"), "{shown}");
    for way in ["/me/wishes", "/me/hardship", "/me/complain"] {
        assert!(shown.contains(&format!("href=\"{way}\"")), "{way}");
    }
    assert!(shown.contains("action=\"/me/visit/stop\""), "whoever stands there now can be told of");
    assert!(shown.contains("other hours") && shown.contains("value=\"slot-"), "hours to come can still be chosen");
    for lang in ["zh-Hans", "zh-Hant"] {
        page(&site, &format!("/me/visit?lang={lang}"), &cookie).await;
    }
    let place = send(&site, get("/me/visit/place", &[("cookie", &cookie)])).await;
    assert_eq!(place.status, 303, "there is no visit to come whose place could be another");
}

#[tokio::test]
async fn within_half_an_hour_after_the_agreed_hour_the_code_still_stands_there() {
    let site = site();
    let (cookie, [slot, ..]) = expected(&site, 20);
    let code = DoorCode::of(VISIT, &slot, &site.key).said_in(Lang::En);
    assert!(page(&site, "/me/visit?lang=en", &cookie).await.contains(&code));
}

#[tokio::test]
async fn who_moves_or_declines_a_visit_reads_that_it_was_done() {
    let site = site();
    let (cookie, [_, next, last]) = expected(&site, 20);
    let answer = async |wish: String, version: &str| {
        let sent = send(&site, post("/me/visit", &[("cookie", &cookie)], &format!("wish={wish}&version={version}"))).await;
        assert_eq!(sent.status, 303);
        let location = sent.headers["location"].to_str().unwrap().to_owned();
        page(&site, &format!("{location}&lang=en"), &cookie).await
    };
    let of = |slot: Slot| format!("slot-{}", slot.from.as_second());
    let clock = |slot: Slot| site.zone.to_datetime(slot.from).strftime("%H:%M").to_string();
    let moved = answer(of(next), "1").await;
    assert!(moved.contains("Done: the visit was moved to") && moved.contains(&clock(next)), "{moved}");
    assert!(answer(of(next), "2").await.contains("Nothing was changed: it stays at"));
    assert!(answer(of(last), "3").await.contains("Done: the visit was moved to"));
    let declined = answer("no-visit".into(), "4").await;
    assert!(declined.contains("Done: you said no") && declined.contains("Nobody will come"), "{declined}");
    let opened_again = page(&site, "/me/visit?done=moved&lang=en", &cookie).await;
    assert!(!opened_again.contains("Done:"), "an old address claims nothing that is no longer so");
}
