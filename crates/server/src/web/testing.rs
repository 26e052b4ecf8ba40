//! A site without a book, for tests of what every page shares.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::Instant;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use store::Asker;
use tower::ServiceExt;

use domain::event::{Actor, Event};
use domain::id::{AccountId, CaseId, PersonId};
use domain::loan::Terms;
use domain::money::Money;

use super::clock::Clock;
use super::{Site, Viewer, act, router, session};
use crate::books::{self, NewBook};
use crate::demo;
use crate::letterhead::Letterhead;
use crate::pages::set_up::SetUp;
use crate::phone::Phones;
use crate::texts::Currency;

/// An answer, read to its end.
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// Whom [`consumer`] signs in.
pub(crate) const CONSUMER: PersonId = PersonId(77);

/// What calls of providers are signed with.
pub(crate) const CALLBACK_KEY: &[u8] = b"a key of thirty-two characters..";

/// A demonstration site with an empty book, in a new folder that is left behind.
pub(crate) fn site() -> Arc<Site> {
    site_with(true, SetUp::default())
}

/// The same at ten in the morning, when the law lets people be reached.
pub(crate) fn morning_site() -> Arc<Site> {
    site_at(10)
}

/// The same at this hour of the day.
pub(crate) fn site_at(hour: i64) -> Arc<Site> {
    let mut site = site();
    if let Some(site) = Arc::get_mut(&mut site) {
        site.clock = Clock::from_hour(hour);
    }
    site
}

/// The same, as a demonstration or in earnest, where nobody works before the first is set up.
pub(crate) fn site_with(demo: bool, set_up: SetUp) -> Arc<Site> {
    let dir = tempfile::Builder::new().prefix("forbear-pages-").tempdir().unwrap().keep();
    let new = NewBook { name: "test", currency: "CNY", zone: "Asia/Shanghai", packs: "cn" };
    books::create(&dir, &new).unwrap();
    let store = books::open(&dir).unwrap();
    if demo {
        demo::hire(&store).unwrap();
    }
    Arc::new(site_over(&dir, store, demo, set_up))
}

/// A site over an open book in `dir`.
pub(crate) fn site_over(dir: &Path, store: Arc<store::Store>, demo: bool, set_up: SetUp) -> Site {
    Site {
        zone: store.book().zone.clone(),
        store,
        demo,
        clock: Default::default(),
        seal_key: demo.then(|| books::seal_key(dir).unwrap()),
        making: Arc::new(AtomicU32::new(100)),
        stories: vec![],
        https: false,
        currency: Currency::new("CNY"),
        travel_times: None,
        letterhead: Letterhead::read(dir, "test").unwrap(),
        key: books::seal_key(dir).unwrap(),
        strategy: crate::packs::strategy(dir).unwrap(),
        badge_checks: Default::default(),
        callback_key: Some(CALLBACK_KEY.to_vec()),
        sessions: Default::default(),
        attempts: Default::default(),
        set_up,
        phones: Phones::open(dir).unwrap(),
        metrics: Default::default(),
        started: Instant::now(),
    }
}

/// Sends one request through everything.
pub(crate) async fn send(site: &Arc<Site>, request: Request<Body>) -> Answered {
    let response = router(Arc::clone(site)).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    Answered { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&bytes).into_owned() }
}

/// A GET with these headers.
pub(crate) fn get(path: &str, headers: &[(&str, &str)]) -> Request<Body> {
    with(Request::get(path), headers).body(Body::empty()).unwrap()
}

/// A form, sent as a browser sends it from our own page.
pub(crate) fn post(path: &str, headers: &[(&str, &str)], form: &str) -> Request<Body> {
    let own = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
    with(with(Request::post(path), &own), headers).body(Body::from(form.to_owned())).unwrap()
}

fn with(mut builder: axum::http::request::Builder, headers: &[(&str, &str)]) -> axum::http::request::Builder {
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    builder
}

/// A consumer of whom the book knows no more than that they exist, signed in: their cookie.
pub(crate) fn consumer(site: &Arc<Site>) -> String {
    consumer_called(site, CONSUMER)
}

/// A site with [`CONSUMER`], who has an account `B-0009` of two instalments of 600.
pub(crate) async fn site_with_an_account() -> Arc<Site> {
    let site = site();
    consumer(&site);
    let terms = Terms::interest_free(Money::from_minor(120_000), site.today().plus_days(-40), 2);
    let opened = Event::AccountOpened { account: AccountId(9), number: "B-0009".into(), terms, annual_cost_percent: None };
    let (actor, person) = (Actor::Import, CONSUMER);
    let deed = act::Deed { actor, person, intent: "t", key: "open".into(), body: String::new(), notes: vec![] };
    site.act(deed, move |_| Ok(vec![opened])).await.unwrap();
    site
}

/// Makes [`CONSUMER`] somebody in collections, both of whose instalments of account `B-0009` are late.
pub(crate) async fn in_arrears(site: &Arc<Site>) {
    consumer(site);
    let terms = Terms::interest_free(Money::from_minor(120_000), site.today().plus_days(-70), 2);
    let events = vec![
        Event::AccountOpened { account: AccountId(9), number: "B-0009".into(), terms, annual_cost_percent: None },
        Event::CaseOpened { case: CaseId(4), on: site.today().plus_days(-8), first_payment_default: true },
    ];
    let (actor, person) = (Actor::Import, CONSUMER);
    let deed = act::Deed { actor, person, intent: "t", key: "open".into(), body: String::new(), notes: vec![] };
    site.act(deed, move |_| Ok(events)).await.unwrap();
}

/// What [`CONSUMER`] has paid.
pub(crate) fn paid(site: &Site) -> Money {
    let person = site.store.reader().person(Asker::Night, CONSUMER).unwrap().unwrap();
    person.payments().iter().map(|payment| payment.amount).sum()
}

/// The same for this person.
pub(crate) fn consumer_called(site: &Arc<Site>, person: PersonId) -> String {
    let identity = act::new_note("identity", r#"{"name":"林浩然","resident_id":null,"phone":null}"#).unwrap();
    let registered = Event::PersonRegistered { identity: identity.reference(), zone: "Asia/Shanghai".to_owned() };
    let command = store::Command {
        person,
        actor: Actor::Import,
        key: "register".to_owned(),
        body_hash: [0; 32],
        intent: "register",
        recorded_at: site.now(),
        night: None,
        notes: vec![identity],
        decide: Box::new(move |_| Ok(vec![registered])),
    };
    site.store.run(command).unwrap();
    signed_in_consumer(site, person)
}

/// The cookie of a consumer whom the book knows.
pub(crate) fn signed_in_consumer(site: &Arc<Site>, person: PersonId) -> String {
    let cookie = session::sign_in(site, &HeaderMap::new(), Viewer::Consumer { person }).unwrap();
    cookie.to_str().unwrap().split(';').next().unwrap().to_owned()
}

/// Every route of a router, as method and path. The router tells it in no other way than by its debug form.
pub(crate) fn routes_of(router: &axum::Router<Arc<Site>>) -> Vec<(String, String)> {
    let told = format!("{router:?}");
    let paths = told.split_once("paths: {").map_or("", |(_, rest)| rest);
    let mut routes = vec![];
    for part in told.split("RouteId(").skip(1) {
        let Some((id, rest)) = part.split_once("): ").filter(|(_, rest)| rest.starts_with("MethodRouter")) else { continue };
        let Some(allowed) = rest.split("allow_header: ").nth(1).and_then(|rest| rest.split('"').nth(1)) else { continue };
        let Some(path) = paths.split(&format!("RouteId({id}): \"")).nth(1).and_then(|rest| rest.split('"').next()) else {
            continue;
        };
        routes.extend(allowed.split(',').filter(|method| *method != "HEAD").map(|method| (method.to_owned(), path.to_owned())));
    }
    routes.sort();
    routes
}

/// The cookie of somebody in this role of a demonstration.
pub(crate) fn cookie_of(site: &Arc<Site>, role: store::Role) -> String {
    let staff = site.store.reader().all_staff().unwrap().into_iter().find(|staff| staff.role == role).unwrap();
    let cookie = session::sign_in_staff(site, &HeaderMap::new(), &staff).unwrap();
    cookie.to_str().unwrap().split(';').next().unwrap().to_owned()
}

/// A bearer token of somebody in this role of a demonstration.
pub(crate) fn token_of(site: &Arc<Site>, role: store::Role) -> String {
    let staff = site.store.reader().all_staff().unwrap().into_iter().find(|staff| staff.role == role).unwrap();
    let token = session::token().unwrap();
    let until = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(1);
    site.store.keep_link(session::digest(&token), Actor::Staff(staff.id), session::API, until).unwrap();
    token
}
