//! Who may open what: one table of roles and routes, tried in every cell. Every route that the router knows must have its
//! line, so that none is forgotten.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use axum::http::Request;
use store::{Place, Role};

use crate::web::testing::{self, Answered, consumer, cookie_of, post, routes_of, send, site, token_of};
use crate::web::{Site, routes};

/// One line a route: method, path, and who may, by the names of roles; `consumer` for a consumer about themselves, `all`
/// for everybody, signed in or not.
const TABLE: &str = include_str!("who_may.txt");

pub(super) fn table() -> BTreeMap<(String, String), Vec<&'static str>> {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    let rows = lines.map(|line| {
        let mut words = line.split_whitespace();
        let route = (words.next().unwrap().to_owned(), words.next().unwrap_or_else(|| panic!("a path in `{line}`")).to_owned());
        (route, words.collect::<Vec<_>>())
    });
    rows.collect()
}

#[test]
fn every_route_has_its_line_in_the_table_and_every_line_its_route() {
    let routed = routes_of(&routes());
    assert!(routed.len() > 50, "the router tells its routes: {routed:?}");
    let table = table();
    let missing: Vec<String> =
        routed.iter().filter(|route| !table.contains_key(route)).map(|(method, path)| format!("{method} {path}")).collect();
    assert!(missing.is_empty(), "say in who_may.txt who may open these:\n{}", missing.join("\n"));
    let gone: Vec<_> = table.keys().filter(|route| !routed.contains(route)).collect();
    assert!(gone.is_empty(), "who_may.txt has lines of routes that are gone: {gone:?}");
    for (route, who) in &table {
        let known = |word: &&str| Role::parse(word).is_some() || ["all", "consumer", "signed"].contains(word);
        assert!(!who.is_empty() && who.iter().all(known), "{route:?} names somebody unknown: {who:?}");
    }
}

/// One who tries.
struct Somebody {
    name: &'static str,
    cookie: Option<String>,
    token: Option<String>,
}

fn everybody(site: &Arc<Site>) -> Vec<Somebody> {
    let staff = Role::ALL.into_iter().map(|role| Somebody {
        name: role.name(),
        cookie: Some(cookie_of(site, role)),
        token: Some(token_of(site, role)),
    });
    let me = Somebody { name: "consumer", cookie: Some(consumer(site)), token: None };
    staff.chain([me, Somebody { name: "nobody", cookie: None, token: None }]).collect()
}

/// An address of the route, with an id that nothing has.
fn address(path: &str) -> String {
    let mut address = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        address.push_str(before);
        address.push_str("0000000000zzz");
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    address + rest
}

async fn tries(site: &Arc<Site>, who: &Somebody, method: &str, path: &str) -> Answered {
    let bearer = who.token.as_ref().map(|token| format!("Bearer {token}"));
    let mut headers = vec![];
    headers.extend(who.cookie.as_deref().map(|cookie| ("cookie", cookie)));
    headers.extend(bearer.as_deref().map(|bearer| ("authorization", bearer)));
    let request = match method {
        "GET" => testing::get(&address(path), &headers),
        "POST" if path.starts_with("/api/") => {
            headers.extend([("content-type", "application/json"), ("idempotency-key", "k")]);
            let request =
                headers.iter().fold(Request::post(address(path)), |request, (name, value)| request.header(*name, *value));
            request.body("{}".into()).unwrap()
        }
        "POST" => post(&address(path), &headers, "key=k"),
        "PUT" => {
            headers.push(("sec-fetch-site", "same-origin"));
            let request =
                headers.iter().fold(Request::put(address(path)), |request, (name, value)| request.header(*name, *value));
            request.body("{}".into()).unwrap()
        }
        other => panic!("teach this test how to send {other}"),
    };
    send(site, request).await
}

/// What the table and what the answer say is not the same, in words.
fn differs(who: &Somebody, allowed: &[&str], method: &str, path: &str, answer: &Answered) -> Option<String> {
    let status = answer.status.as_u16();
    let to = answer.headers.get("location").and_then(|to| to.to_str().ok()).unwrap_or_default();
    let is_asked_in = status == 401 || (status == 303 && to.starts_with("/sign-in?next="));
    let may = allowed.contains(&"all") || allowed.contains(&who.name);
    let is_consumers = allowed == ["consumer"];
    let is_right = match (may, who.name) {
        // No session helps: the call itself must be signed.
        _ if allowed == ["signed"] => status == 401,
        // What a form or an address names may not be there; the page itself is.
        (true, _) => !is_asked_in && status != 403 && (status != 404 || method == "POST" || path.contains('{')) && status < 500,
        (false, "nobody") => is_asked_in,
        (false, "consumer") => status == if path.starts_with("/api/") { 401 } else { 403 },
        (false, _) if is_consumers => status == 404,
        (false, _) => status == 403,
    };
    (!is_right)
        .then(|| format!("{} {}: {status} {to}", who.name, if may { "may, and is answered" } else { "may not, and is answered" }))
}

/// What is on disk: reading leaves it as it was, byte for byte.
pub(super) fn state(site: &Site) -> Vec<Vec<u8>> {
    let Place::File(path) = site.store.place() else { panic!("a book in a file") };
    [path.clone(), path.with_extension("db-wal")].map(|path| fs::read(path).unwrap_or_default()).to_vec()
}

#[tokio::test]
async fn each_role_opens_what_the_table_says_and_nothing_else_and_looking_changes_nothing() {
    let site = site();
    let everybody = everybody(&site);
    let before = state(&site);
    let mut wrong = vec![];
    // All reading first, so that any change is a reader's.
    let (reading, writing): (Vec<_>, Vec<_>) = table().into_iter().partition(|((method, _), _)| method == "GET");
    for ((method, path), allowed) in reading {
        for who in &everybody {
            let answer = tries(&site, who, &method, &path).await;
            wrong.extend(differs(who, &allowed, &method, &path, &answer).map(|says| format!("{method} {path}: {says}")));
        }
    }
    assert!(state(&site) == before, "a GET changed what is on disk");
    for ((method, path), allowed) in writing.into_iter().filter(|((_, path), _)| path != "/sign-out") {
        for who in &everybody {
            let answer = tries(&site, who, &method, &path).await;
            wrong.extend(differs(who, &allowed, &method, &path, &answer).map(|says| format!("{method} {path}: {says}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
