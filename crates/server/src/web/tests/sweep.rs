//! Every page of a book with lives in it: it parses, in three languages; what is one person's is not there for another; and
//! looking changes nothing.

use std::sync::Arc;

use domain::id::PersonId;
use store::{Asker, Role};

use super::who_may::{state, table};
use crate::demo;
use crate::pages::set_up::SetUp;
use crate::pages::tests::faults;
use crate::web::testing::{Answered, cookie_of, get, send, site, site_with};
use crate::web::{Site, Viewer, session};

const SEED: u64 = 20_261_123;

/// A demonstration with the told stories and hardly anybody else.
fn told() -> Arc<Site> {
    let site = site_with(true, SetUp::default());
    let staff = demo::hire(&site.store).unwrap();
    let plan = demo::Plan { accounts: 20, seed: SEED, until: site.today().plus_days(-1) };
    demo::make(&site.store, staff, site.seal_key.clone().unwrap(), plan, |_| {}).unwrap();
    site
}

/// Everything of a person's that an address could name.
fn things(site: &Site, person: PersonId) -> Vec<String> {
    let person = site.store.reader().person(Asker::Night, person).unwrap().unwrap();
    let mut things = vec![person.id.to_string()];
    things.extend(person.accounts.values().flat_map(|it| [it.id.to_string(), it.number.clone()]));
    things.extend(person.visits.keys().map(ToString::to_string));
    things.extend(person.promises.keys().map(ToString::to_string));
    things.extend(person.plans.keys().map(ToString::to_string));
    things.extend(person.complaints.keys().map(ToString::to_string));
    things.extend(person.cases.iter().map(|case| case.id.to_string()));
    things
}

/// A route with each `{}` filled by `thing`.
fn address(path: &str, thing: &str) -> String {
    let parts = path.split('/').map(|part| if part.starts_with('{') { thing } else { part });
    parts.collect::<Vec<_>>().join("/")
}

fn consumer(site: &Site, person: PersonId) -> String {
    let cookie = session::sign_in(site, &Default::default(), Viewer::Consumer { person }).unwrap();
    cookie.to_str().unwrap().split(';').next().unwrap().to_owned()
}

fn told_apart(answer: &Answered, thing: &str) -> (u16, String) {
    let reference = answer.headers["x-request-id"].to_str().unwrap();
    (answer.status.as_u16(), answer.body.replace(reference, "").replace(thing, ""))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_a_told_book_parses_and_nothing_of_anothers_is_there() {
    let site = told();
    let before = state(&site);
    let people: Vec<PersonId> = demo::cast(SEED).into_iter().map(|(_, person)| person).collect();
    let all_things: Vec<String> = people.iter().flat_map(|person| things(&site, *person)).collect();
    let (mut wrong, mut seen) = (vec![], 0);

    let pages = table()
        .into_iter()
        .filter(|((method, path), _)| method == "GET" && !path.starts_with("/api/") && !path.starts_with("/assets/"));
    for ((_, path), who) in pages {
        for role in Role::ALL.into_iter().filter(|role| who.contains(&role.name())) {
            let cookie = cookie_of(&site, role);
            let mut address_found = (!path.contains('{')).then(|| path.clone());
            for thing in all_things.iter().filter(|_| path.contains('{')) {
                let candidate = address(&path, thing);
                if send(&site, get(&candidate, &[("cookie", &cookie)])).await.status != 404 {
                    address_found = Some(candidate);
                    break;
                }
            }
            let Some(found) = address_found else { continue };
            for lang in ["zh-Hans", "zh-Hant", "en"] {
                let page = send(&site, get(&found, &[("cookie", &cookie), ("accept-language", lang)])).await;
                let is_page = page.headers.get("content-type").is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
                if page.status.is_server_error() {
                    wrong.push(format!("{found} for {role:?}: {}", page.status));
                }
                if !is_page {
                    continue;
                }
                seen += 1;
                wrong.extend(faults(&page.body).into_iter().map(|fault| format!("{found} for {role:?} in {lang}: {fault}")));
                if page.body.contains('⟨') {
                    wrong.push(format!("{found} for {role:?} in {lang}: a text is missing"));
                }
            }
        }
    }
    assert!(seen > 60, "{seen} pages");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));

    // One consumer tries everything of the others'.
    let consumers =
        table().into_iter().filter(|((method, path), who)| method == "GET" && who.contains(&"consumer") && path.contains('{'));
    let (me, unknown) = (consumer(&site, people[0]), "0000000000zzz");
    let others: Vec<String> = people[1..].iter().flat_map(|person| things(&site, *person)).collect();
    for ((_, path), _) in consumers {
        let nothing = send(&site, get(&address(&path, unknown), &[("cookie", &me)])).await;
        let expected = told_apart(&nothing, unknown);
        assert_eq!(expected.0, 404, "{path}");
        for thing in &others {
            let answer = send(&site, get(&address(&path, thing), &[("cookie", &me)])).await;
            assert_eq!(told_apart(&answer, thing), expected, "{path} of another's {thing}");
        }
    }
    assert!(state(&site) == before, "looking changed what is on disk");
}

#[tokio::test]
async fn what_only_takes_a_form_leads_to_the_page_that_the_form_stands_on() {
    let site = site();
    let page = send(&site, get("/people/0000000000001/promise?lang=en", &[("accept", "text/html")])).await;
    assert_eq!((page.status.as_u16(), page.headers["location"].to_str().unwrap()), (303, "/people/0000000000001?lang=en"));
    let script = send(&site, get("/people/0000000000001/promise", &[("accept", "application/json")])).await;
    assert_eq!(script.status, 405);
}
