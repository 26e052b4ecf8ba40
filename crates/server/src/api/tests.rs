//! The API as a program meets it.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use store::Role;

use crate::web::testing::{self, Answered, get, send, site, token_of};
use crate::web::{Site, routes};

async fn ask(site: &Arc<Site>, token: &str, path: &str) -> (StatusCode, Value) {
    let answer = send(site, get(path, &[("authorization", &format!("Bearer {token}"))])).await;
    (answer.status, serde_json::from_str(&answer.body).unwrap())
}

async fn write(site: &Arc<Site>, token: &str, path: &str, key: Option<&str>, body: &Value) -> Answered {
    let request =
        Request::post(path).header("authorization", format!("Bearer {token}")).header("content-type", "application/json");
    let request = key.into_iter().fold(request, |request, key| request.header("idempotency-key", key));
    send(site, request.body(Body::from(body.to_string())).unwrap()).await
}

#[test]
fn every_route_of_the_api_is_described_and_nothing_else_is() {
    let described: BTreeSet<(String, String)> = super::openapi()["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| item.as_object().unwrap().keys().map(|method| (method.to_uppercase(), path.clone())))
        .collect();
    let routed: BTreeSet<(String, String)> = testing::routes_of(&routes())
        .into_iter()
        .filter(|(_, path)| path.starts_with("/api/") || path.starts_with("/phone/"))
        .filter(|(_, path)| path != "/api/openapi.json" && path != "/api/problems/{kind}")
        .collect();
    assert_eq!(described, routed);
}

#[test]
fn the_description_names_the_problems_and_every_write_its_key() {
    let api = super::openapi();
    assert_eq!(api["openapi"], "3.1.0");
    for (path, item) in api["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let says = format!("{method} {path}");
            assert!(operation["operationId"].is_string() && operation["summary"].is_string(), "{says} is told in words");
            assert!(
                operation["responses"]["200"]["content"]["application/json"]["schema"].is_object(),
                "{says} says what it answers"
            );
            assert!(
                operation["responses"].as_object().unwrap().values().all(|it| it["description"].is_string()),
                "{says} says what each answer means"
            );
            for status in ["400", "401", "403", "404", "422"] {
                assert!(operation["responses"][status]["content"]["application/problem+json"].is_object(), "{says} {status}");
            }
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let keyed = parameters.clone().any(|it| it["name"] == "Idempotency-Key");
            let is_phones = path.starts_with("/phone/");
            assert_eq!(keyed, method != "get" && !is_phones, "{says}");
            let comes_in = if is_phones { json!([{ "session": [] }]) } else { Value::Null };
            assert_eq!(operation["security"], comes_in, "{says} says by what it comes in");
        }
    }
}

#[tokio::test]
async fn the_type_of_a_problem_leads_to_what_it_means() {
    let site = site();
    let problem: Value = serde_json::from_str(&send(&site, get("/api/people", &[])).await.body).unwrap();
    let told = send(&site, get(problem["type"].as_str().unwrap(), &[("accept-language", "en")])).await;
    assert!(told.status == 200 && told.body.contains("forbear user token"), "{}", told.body);
    assert_eq!(send(&site, get("/api/problems/none", &[])).await.status, 404);
}

#[tokio::test]
async fn nobody_comes_in_without_a_token_and_a_page_session_is_none() {
    let site = site();
    let signed_in = send(&site, testing::post("/sign-in/demo", &[], "role=manager")).await;
    let cookie = signed_in.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    for headers in [vec![], vec![("authorization", "Bearer nothing")], vec![("cookie", cookie.as_str())]] {
        let answer = send(&site, get("/api/people", &headers)).await;
        assert_eq!(answer.status, 401, "{headers:?}");
        assert_eq!(answer.headers["content-type"], "application/problem+json");
        assert_eq!(answer.headers["www-authenticate"], "Bearer");
    }
}

#[tokio::test]
async fn a_token_ends_with_the_work_of_its_owner() {
    let site = site();
    let token = token_of(&site, Role::Desk);
    assert_eq!(ask(&site, &token, "/api/people").await.0, 200);
    let staff = site.store.reader().all_staff().unwrap().into_iter().find(|staff| staff.role == Role::Desk).unwrap();
    site.store.keep_staff(store::Staff { left_on: Some(site.today()), ..staff }).unwrap();
    assert_eq!(ask(&site, &token, "/api/people").await.0, 401);
}

#[tokio::test]
async fn a_write_without_a_key_is_refused_for_everything_that_writes() {
    let site = site();
    let token = token_of(&site, Role::Manager);
    let mut tried = 0;
    let api = super::openapi();
    for (path, item) in api["paths"].as_object().unwrap().iter().filter(|(path, _)| path.starts_with("/api/")) {
        for method in item.as_object().unwrap().keys().filter(|method| *method != "get") {
            assert_eq!(method, "post", "teach this test {method} {path}");
            let path = path.replace("{person}", "0000000000005").replace("{number}", "A-1");
            let answer = write(&site, &token, &path, None, &json!({})).await;
            let problem: Value = serde_json::from_str(&answer.body).unwrap();
            assert_eq!(answer.status, 400, "{path}");
            assert_eq!(answer.headers["content-type"], "application/problem+json", "{path}");
            assert!(problem["detail"].as_str().unwrap().contains("Idempotency-Key"), "{path}: {problem}");
            tried += 1;
        }
    }
    assert!(tried >= 2);
}

#[tokio::test]
async fn what_the_app_of_the_phone_uses_is_closed_to_tokens_as_the_description_says() {
    let site = site();
    let token = token_of(&site, Role::Field);
    let api = super::openapi();
    let phones = api["paths"].as_object().unwrap().iter().filter(|(path, _)| path.starts_with("/phone/"));
    for (path, item) in phones {
        for method in item.as_object().unwrap().keys() {
            let path = path.replace("{id}", "0000000000005").replace("{sent}", "00");
            let request = Request::builder().method(method.to_uppercase().as_str()).uri(&path);
            let request = request.header("authorization", format!("Bearer {token}")).header("content-type", "application/json");
            let answer = send(&site, request.body(Body::from("{}")).unwrap()).await;
            assert_eq!(answer.status, 401, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn what_is_not_there_and_what_is_not_ours_to_see_are_answered_alike() {
    let site = site();
    testing::consumer(&site);
    let (manager, field) = (token_of(&site, Role::Manager), token_of(&site, Role::Field));
    let there = format!("/api/people/{}", domain::id::PersonId(77));
    assert_eq!(ask(&site, &manager, &there).await.0, 200);
    for path in ["/api/people/0000000000005", "/api/people/x", "/api/accounts/none", "/api/accounts/none/schedule"] {
        let (status, problem) = ask(&site, &manager, path).await;
        assert_eq!((status.as_u16(), &problem["type"]), (404, &json!("/api/problems/not-found")), "{path}");
    }
    assert_eq!(ask(&site, &field, &there).await.0, 403, "the field has no business with lists");
}

#[tokio::test]
async fn a_person_is_found_looked_at_and_the_law_is_asked() {
    let site = site();
    testing::consumer(&site);
    let token = token_of(&site, Role::Desk);
    let (_, found) = ask(&site, &token, "/api/people?q=%E6%9E%97").await;
    assert_eq!((&found["count"], &found["people"][0]["name"]), (&json!(1), &json!("林浩然")));
    let person = found["people"][0]["person"].as_str().unwrap();
    let (_, stands) = ask(&site, &token, &format!("/api/people/{person}")).await;
    assert_eq!((&stands["owed_minor"], &stands["accounts"]), (&json!(0), &json!([])));
    let (_, night) =
        ask(&site, &token, &format!("/api/people/{person}/ruling?channel=call&at=2026-11-26T23:00:00%2B08:00")).await;
    assert_ne!(night["ruling"], "permit", "nobody is called at eleven at night: {night}");
    assert!(!night["by"].as_array().unwrap().is_empty() || !night["missing"].as_array().unwrap().is_empty(), "{night}");
    let (status, problem) = ask(&site, &token, &format!("/api/people/{person}/ruling?channel=owl")).await;
    assert_eq!((status.as_u16(), &problem["errors"][0]["field"]), (422, &json!("channel")));
}

#[tokio::test]
async fn a_refusal_names_its_rule_and_the_same_key_never_does_two_things() {
    let site = site();
    testing::consumer(&site);
    let token = token_of(&site, Role::Desk);
    let path = format!("/api/people/{}/promises", domain::id::PersonId(77));
    let body = json!({ "amount_minor": 5_000, "due_on": "2999-01-01" });
    let first = write(&site, &token, &path, Some("a"), &body).await;
    let again = write(&site, &token, &path, Some("a"), &body).await;
    let problem: Value = serde_json::from_str(&first.body).unwrap();
    assert_eq!((first.status.as_u16(), &problem["type"]), (409, &json!("/api/problems/refused")), "{problem}");
    assert!(problem["detail"].as_str().unwrap().contains("PROMISE-"), "{problem}");
    assert_eq!(
        (again.status, problem["detail"].clone()),
        (first.status, serde_json::from_str::<Value>(&again.body).unwrap()["detail"].clone())
    );
    let other = json!({ "amount_minor": 6_000, "due_on": "2999-01-01" });
    let conflict: Value = serde_json::from_str(&write(&site, &token, &path, Some("a"), &other).await.body).unwrap();
    assert_eq!(conflict["type"], "/api/problems/conflict");
    let unknown = write(&site, &token, &path, Some("b"), &json!({ "amount_minor": 1, "due_on": "2999-01-01", "by": "me" })).await;
    assert!(unknown.status == 400 && unknown.body.contains("by"), "{}", unknown.body);
    let day = write(&site, &token, &path, Some("c"), &json!({ "amount_minor": 1, "due_on": "2026-02-30" })).await;
    assert!(day.status == 422 && day.body.contains("due_on"), "{}", day.body);
}
