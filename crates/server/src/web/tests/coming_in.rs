//! Signing in by name and password, and everything that ends it.

use std::sync::Arc;

use domain::id::StaffId;
use jiff::{SignedDuration, Timestamp};
use store::{Role, Staff};

use crate::pages::set_up::SetUp;
use crate::web::testing::{Answered, get, post, send, site_with};
use crate::web::{Site, password};

const PASSWORD: &str = "four or five words";

/// A site in earnest, with one collector at a desk.
fn office() -> Arc<Site> {
    let site = site_with(false, SetUp::default());
    site.store.keep_staff(chen()).unwrap();
    site
}

fn chen() -> Staff {
    Staff {
        id: StaffId(7),
        name: "陈思远".to_owned(),
        sign_in: "chen".to_owned(),
        role: Role::Desk,
        badge: "D-7".to_owned(),
        registration: None,
        certificate_until: None,
        password: Some(password::hash(PASSWORD).unwrap()),
        left_on: None,
    }
}

async fn try_password(site: &Arc<Site>, name: &str, password: &str) -> Answered {
    let form: String =
        form_urlencoded::Serializer::new(String::new()).append_pair("login", name).append_pair("password", password).finish();
    send(site, post("/sign-in", &[("accept-language", "en")], &form)).await
}

fn cookie(answer: &Answered) -> String {
    answer.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned()
}

async fn is_in(site: &Arc<Site>, cookie: &str) -> bool {
    send(site, get("/queue", &[("cookie", cookie)])).await.status == 200
}

/// A page without what differs from request to request, and without what was typed.
fn told(answer: &Answered, typed: &str) -> String {
    let reference = answer.headers["x-request-id"].to_str().unwrap();
    answer.body.replace(reference, "").replace(typed, "")
}

#[tokio::test]
async fn name_and_password_open_the_desk_and_the_way_back() {
    let site = office();
    let asked = send(&site, get("/queue?view=case", &[])).await;
    assert_eq!(
        (asked.status.as_u16(), asked.headers["location"].to_str().unwrap()),
        (303, "/sign-in?next=%2Fqueue%3Fview%3Dcase")
    );
    let signed_in =
        send(&site, post("/sign-in", &[], "login=Chen&password=four+or+five+words&next=%2Fqueue%3Fview%3Dcase")).await;
    assert_eq!((signed_in.status.as_u16(), signed_in.headers["location"].to_str().unwrap()), (303, "/queue?view=case"));
    assert!(is_in(&site, &cookie(&signed_in)).await);
    let elsewhere = send(&site, post("/sign-in", &[], "login=chen&password=four+or+five+words&next=https://evil.example/")).await;
    assert_eq!(elsewhere.headers["location"], "/queue");
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_are_told_alike() {
    let site = office();
    let mut gone = chen();
    (gone.id, gone.sign_in, gone.left_on) = (StaffId(8), "gone".to_owned(), Some(site.today()));
    site.store.keep_staff(gone).unwrap();
    let mut without = chen();
    (without.id, without.sign_in, without.password) = (StaffId(9), "without".to_owned(), None);
    site.store.keep_staff(without).unwrap();
    let wrong = try_password(&site, "chen", "not the right one").await;
    assert_eq!(wrong.status, 422);
    for (name, password) in [("nobody", PASSWORD), ("gone", PASSWORD), ("without", PASSWORD)] {
        let answer = try_password(&site, name, password).await;
        assert_eq!((answer.status, told(&answer, name)), (wrong.status, told(&wrong, "chen")), "{name}");
        assert!(!answer.headers.contains_key("set-cookie"), "{name}");
    }
}

#[tokio::test]
async fn guessing_waits_for_known_and_unknown_names_alike() {
    let site = office();
    for name in ["chen", "nobody"] {
        for _ in 0..3 {
            assert_eq!(try_password(&site, name, "a guess of some length").await.status, 422, "{name}");
        }
        let answer = try_password(&site, name, PASSWORD).await;
        assert_eq!(answer.status, 429, "{name}: not even the right one is looked at");
        assert_eq!(answer.headers["retry-after"], "1", "{name}");
    }
}

#[tokio::test]
async fn who_leaves_or_gets_a_new_password_or_role_is_treated_so_at_the_next_request() {
    let site = office();
    let session = cookie(&try_password(&site, "chen", PASSWORD).await);
    assert!(is_in(&site, &session).await);

    let same = site.store.reader().staff(StaffId(7)).unwrap().unwrap();
    site.store.keep_staff(Staff { role: Role::Data, ..same.clone() }).unwrap();
    assert_eq!(send(&site, get("/queue", &[("cookie", &session)])).await.status, 403, "works as something else now");
    site.store.keep_staff(Staff { password: Some(password::hash("another five good words").unwrap()), ..same.clone() }).unwrap();
    assert!(!is_in(&site, &session).await, "the old password opened it");

    let session = cookie(&try_password(&site, "chen", "another five good words").await);
    assert!(is_in(&site, &session).await);
    site.store.keep_staff(Staff { left_on: Some(site.today()), ..same }).unwrap();
    assert!(!is_in(&site, &session).await, "does not work here any more");
}

#[tokio::test]
async fn the_first_manager_comes_in_by_a_link_that_is_good_once() {
    let (set_up, token) = SetUp::open(Timestamp::now()).unwrap();
    let site = site_with(false, set_up);
    let path = format!("/set-up/{token}");
    assert_eq!(send(&site, get("/set-up/guess", &[])).await.status, 404);
    assert_eq!(send(&site, get(&path, &[])).await.status, 200);
    let weak = send(&site, post(&path, &[], "name=Fang+Min&login=fang&password=short")).await;
    assert!(weak.status == 422 && weak.body.contains("password-fault"), "{}", weak.status);
    let first = send(&site, post(&path, &[], "name=Fang+Min&login=Fang&password=four+or+five+words")).await;
    assert_eq!((first.status.as_u16(), first.headers["location"].to_str().unwrap()), (303, "/overview"));
    let second = send(&site, post(&path, &[], "name=Evil&login=evil&password=four+or+five+words")).await;
    assert_eq!(second.status, 404);
    let staff = site.store.reader().all_staff().unwrap();
    assert_eq!(staff.iter().map(|staff| (staff.sign_in.as_str(), staff.role)).collect::<Vec<_>>(), [("fang", Role::Manager)]);
    assert_eq!(try_password(&site, "fang", PASSWORD).await.status, 303);
}

#[tokio::test]
async fn the_link_of_the_first_manager_closes_after_half_an_hour() {
    let (set_up, token) = SetUp::open(Timestamp::now() - SignedDuration::from_mins(30)).unwrap();
    let site = site_with(false, set_up);
    assert_eq!(send(&site, get(&format!("/set-up/{token}"), &[])).await.status, 404);
}

#[tokio::test]
async fn in_earnest_nobody_comes_in_by_choosing_a_role() {
    assert_eq!(send(&office(), post("/sign-in/demo", &[], "role=manager")).await.status, 404);
}
