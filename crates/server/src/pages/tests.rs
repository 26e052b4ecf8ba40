//! What every page has in common: it parses, it is guarded, it speaks three languages.

use std::cell::RefCell;
use std::collections::BTreeSet;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

use crate::web::testing::{get, post, send, site};

/// Reads a page token by token and collects what is wrong with it: parse errors (a doubled attribute is one) and ids that
/// stand twice.
#[derive(Default)]
struct Reading {
    ids: RefCell<BTreeSet<String>>,
    faults: RefCell<Vec<String>>,
}

impl TokenSink for Reading {
    type Handle = ();

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<()> {
        match token {
            Token::ParseError(error) => self.faults.borrow_mut().push(format!("line {line}: {error}")),
            Token::TagToken(tag) => {
                for attribute in tag.attrs.iter().filter(|attribute| &*attribute.name.local == "id") {
                    if !self.ids.borrow_mut().insert(attribute.value.to_string()) {
                        self.faults.borrow_mut().push(format!("the id `{}` stands twice", attribute.value));
                    }
                }
                if tag.attrs.iter().any(|attribute| &*attribute.name.local == "style") {
                    self.faults.borrow_mut().push(format!("<{}> has a style, which the policy forbids", tag.name));
                }
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// What is wrong with a page, as HTML.
pub(crate) fn faults(html: &str) -> Vec<String> {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let tokenizer = Tokenizer::new(Reading::default(), TokenizerOpts { exact_errors: true, ..Default::default() });
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.faults.into_inner()
}

#[test]
fn a_doubled_attribute_or_id_is_found() {
    assert_eq!(faults("<!DOCTYPE html><p id=a class=b>x</p>"), [""; 0]);
    assert_eq!(faults("<p class=a class=b>x</p>").len(), 1);
    assert_eq!(faults("<p id=a>x</p><p id=a>y</p>").len(), 1);
    assert_eq!(faults("<p style='color:red'>x</p>").len(), 1);
}

#[tokio::test]
async fn every_page_without_a_book_parses_in_every_language() {
    let site = site();
    for lang in ["zh-Hans", "zh-Hant", "en"] {
        for path in ["/sign-in", "/nowhere"] {
            let page = send(&site, get(&format!("{path}?lang={lang}"), &[])).await;
            assert_eq!(faults(&page.body), [""; 0], "{path} in {lang}");
            assert!(page.body.contains(&format!("<html lang=\"{lang}\"")), "{path} in {lang}");
            assert!(!page.body.contains('⟨'), "a text is missing on {path} in {lang}");
        }
    }
}

#[tokio::test]
async fn a_language_that_was_chosen_is_kept() {
    let site = site();
    let chosen = send(&site, get("/sign-in?lang=zh-Hant", &[])).await;
    let cookie = chosen.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("lang=zh-Hant;") && cookie.contains("HttpOnly"), "{cookie}");
    let later = send(&site, get("/sign-in", &[("cookie", "lang=zh-Hant"), ("accept-language", "en")])).await;
    assert!(later.body.contains("<html lang=\"zh-Hant\""));
}

#[tokio::test]
async fn every_answer_carries_the_policy_and_a_reference() {
    let site = site();
    for path in ["/sign-in", "/nowhere", "/healthz", "/api/nothing"] {
        let answer = send(&site, get(path, &[])).await;
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{path}");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(answer.headers["cache-control"], "no-store", "{path}");
        assert_eq!(answer.headers["x-request-id"].len(), 8, "{path}");
    }
}

#[tokio::test]
async fn assets_are_cached_for_ever_under_a_name_of_their_content() {
    let site = site();
    let page = send(&site, get("/sign-in", &[])).await;
    let from = page.body.find("/assets/forbear.").unwrap();
    let path = page.body[from..].split('"').next().unwrap();
    let style = send(&site, get(path, &[])).await;
    assert_eq!(style.status, 200);
    assert_eq!(style.headers["cache-control"], "public, max-age=31536000, immutable");
    assert_eq!(send(&site, get("/assets/forbear.00000000.css", &[])).await.status, 404);
}

#[tokio::test]
async fn what_goes_wrong_is_problem_details_for_programs() {
    let answer = send(&site(), get("/api/nothing", &[])).await;
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    let problem: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!((&problem["status"], &problem["type"]), (&404.into(), &"/api/problems/not-found".into()));
}

#[tokio::test]
async fn a_write_from_elsewhere_is_not_carried_out() {
    let site = site();
    let cases: [(&[(&str, &str)], u16); 5] = [
        (&[("sec-fetch-site", "cross-site")], 403),
        (&[("sec-fetch-site", "same-site")], 403),
        (&[("sec-fetch-site", ""), ("origin", "https://evil.example"), ("host", "forbear.example")], 403),
        (&[("sec-fetch-site", "same-origin")], 303),
        (&[("sec-fetch-site", "none")], 303),
    ];
    for (headers, status) in cases {
        let mut request = post("/sign-in/demo", &[], "role=desk");
        request.headers_mut().remove("sec-fetch-site");
        for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let answer = send(&site, request).await;
        assert_eq!(answer.status.as_u16(), status, "{headers:?}");
        assert_eq!(answer.headers.contains_key("set-cookie"), status == 303, "{headers:?}");
    }
}

#[tokio::test]
async fn signing_in_and_out_takes_effect_at_once() {
    let site = site();
    let signed_in = send(&site, post("/sign-in/demo", &[], "role=manager")).await;
    assert_eq!(signed_in.headers["location"], "/overview");
    let cookie = signed_in.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap();
    assert_eq!(send(&site, get("/", &[("cookie", cookie)])).await.headers["location"], "/overview");
    send(&site, post("/sign-out", &[("cookie", cookie)], "")).await;
    assert_eq!(send(&site, get("/", &[("cookie", cookie)])).await.headers["location"], "/sign-in");
}

/// Everything the consumer can open, in three languages, and what they can say, sent twice.
#[tokio::test]
async fn a_consumer_sees_what_they_owe_and_is_heard() {
    let site = site();
    let me = crate::web::testing::consumer(&site);
    let cookie = [("cookie", me.as_str())];
    for lang in ["zh-Hans", "zh-Hant", "en"] {
        for path in [
            "/me",
            "/me/schedule",
            "/me/contacts",
            "/me/rights",
            "/me/visit",
            "/me/complain",
            "/me/dispute",
            "/me/hardship",
            "/me/promise",
            "/v?badge=fv-2205",
            "/v?badge=0",
        ] {
            let to = if path.contains('?') { format!("{path}&lang={lang}") } else { format!("{path}?lang={lang}") };
            let page = send(&site, get(&to, &cookie)).await;
            assert_eq!(page.status, 200, "{path} in {lang}");
            assert_eq!(faults(&page.body), [""; 0], "{path} in {lang}");
            assert!(!page.body.contains('⟨'), "a text is missing on {path} in {lang}");
        }
    }
    let asked = send(&site, post("/me/hardship", &cookie, "at=reason&key=7")).await;
    assert!(asked.body.contains("reason-fault"), "an answer is missing and the page says so");
    let sent = "at=check&key=7&reason=illness&done=reason&done=more";
    let first = send(&site, post("/me/hardship", &cookie, sent)).await;
    let again = send(&site, post("/me/hardship", &cookie, sent)).await;
    assert_eq!(first.status, 303);
    assert_eq!(first.headers["location"], again.headers["location"], "sent twice, it is one plea");
    let said = send(&site, get(first.headers["location"].to_str().unwrap(), &cookie)).await;
    assert_eq!((said.status.as_u16(), faults(&said.body)), (200, vec![]));
}

#[tokio::test]
async fn nobody_sees_the_consumers_pages_but_the_consumer() {
    let site = site();
    let signed_in = send(&site, post("/sign-in/demo", &[], "role=manager")).await;
    let cookie = signed_in.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap();
    for path in ["/me", "/me/contacts", "/me/visit"] {
        assert_eq!(send(&site, get(path, &[("cookie", cookie)])).await.status, 404, "{path}");
        assert_eq!(send(&site, get(path, &[])).await.status, 303, "{path}");
    }
}
