//! What providers call: the result of a message, what the person wrote back, or money that came in. A call that is not signed
//! with our key, was altered, is old, or was taken before, changes nothing.

mod payment;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use domain::event::Actor;
use domain::id::MessageId;
use domain::message::{self, Failure as NotArrived};
use post::signature;
use serde::Deserialize;
use serde_json::json;
use store::{Asker, Outcome, Thing};

use crate::web::act::{Deed, new_note};
use crate::web::{Failure, Site};

/// `/hooks/…`.
pub(crate) fn routes() -> Router<Arc<Site>> {
    let calls = Router::new().route("/hooks/messages", post(message)).route("/hooks/payments", post(payment::take));
    calls.layer(DefaultBodyLimit::max(64 * 1024))
}

/// A call about a message.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    /// The provider's own id of this call: the same id is the same call.
    id: String,
    /// The message, as it was handed over.
    message: String,
    /// What became of it.
    what: What,
    /// What was written back, for a reply.
    #[serde(default)]
    text: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum What {
    Delivered,
    Failed,
    Reply,
}

/// The longest reply that is kept.
const LONGEST_REPLY: usize = 4_000;

async fn message(State(site): State<Arc<Site>>, headers: HeaderMap, body: Bytes) -> Result<Response, Failure> {
    if let Some(no) = not_taken(&site, &headers, &body) {
        return Ok(no);
    }
    let told: Told = match serde_json::from_slice(&body) {
        Ok(told) => told,
        Err(error) => return Ok(no(StatusCode::BAD_REQUEST, &format!("the body is no call about a message: {error}"))),
    };
    if told.id.is_empty() || told.id.len() > 100 {
        return Ok(no(StatusCode::BAD_REQUEST, "`id` must be 1 to 100 characters"));
    }
    let unknown = || no(StatusCode::NOT_FOUND, "there is no such message");
    let Some(id) = MessageId::parse(&told.message) else { return Ok(unknown()) };
    // A provider sees nothing; the message tells whose stream it is.
    let Some(person) = site.look(move |reader| reader.owner(Asker::Night, Thing::Message(id))).await? else {
        return Ok(unknown());
    };
    let text: String = told.text.chars().take(LONGEST_REPLY).collect();
    let words = matches!(told.what, What::Reply).then(|| new_note("words", &text)).transpose()?;
    let reference = words.as_ref().map(|words| words.reference());
    let (book, now) = (site.book(), site.now());
    let deed = Deed {
        actor: Actor::Provider,
        person,
        intent: "message.told",
        key: format!("message-{}", told.id),
        body: String::from_utf8_lossy(&body).into_owned(),
        notes: words.into_iter().collect(),
    };
    let outcome = site.run(deed, move |person| {
        Ok(match (told.what, reference) {
            (What::Delivered, _) => message::delivered(person, id, now),
            (What::Failed, _) => message::failed(person, id, now, NotArrived::Undelivered),
            (What::Reply, Some(words)) => match person.messages.get(&id) {
                Some(answered) => message::reply(person, &book, Some(id), answered.channel, words, now),
                None => vec![],
            },
            (What::Reply, None) => vec![],
        })
    });
    Ok(match outcome.await? {
        Outcome::Done(_) => (StatusCode::OK, axum::Json(json!({ "schema": "forbear.taken/1", "id": told.id }))).into_response(),
        Outcome::AlreadyDone(_) | Outcome::Conflict => no(StatusCode::CONFLICT, "a call with this `id` was taken before"),
        Outcome::Refused(refusal) => no(StatusCode::CONFLICT, &refusal.by.join(", ")),
    })
}

/// The answer to a call that cannot be trusted; none for one that can.
pub(super) fn not_taken(site: &Site, headers: &HeaderMap, body: &[u8]) -> Option<Response> {
    let Some(key) = &site.callback_key else {
        return Some(no(StatusCode::NOT_FOUND, "no calls are awaited here"));
    };
    let signed = headers.get(signature::HEADER).and_then(|value| value.to_str().ok());
    let fault = signature::check(key, signed, site.now().as_second(), body).err()?;
    Some(no(StatusCode::UNAUTHORIZED, fault.says()))
}

/// Problem details (RFC 9457).
pub(super) fn no(status: StatusCode, says: &str) -> Response {
    let body = json!({ "type": "about:blank", "title": status.canonical_reason(), "status": status.as_u16(), "detail": says });
    (status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::{NOTE, Words};
    use crate::web::act;
    use crate::web::testing::{self, Answered};
    use axum::body::Body;
    use axum::http::Request;
    use domain::contact::{self, Channel};
    use domain::law::Purpose;
    use domain::message::{Draft, State as Stand};
    use domain::person::Person;

    const ID: MessageId = MessageId(10);

    /// A consumer with a notice in their portal that was handed over.
    async fn site() -> Arc<Site> {
        let site = testing::site();
        testing::consumer(&site);
        let words =
            serde_json::to_string(&Words { to: String::new(), subject: "s".into(), text: "t".into(), language: None }).unwrap();
        let note = act::new_note(NOTE, &words).unwrap();
        let (reference, book, now) = (note.reference(), site.book(), site.moment());
        let deed = Deed {
            actor: Actor::Outbox,
            person: testing::CONSUMER,
            intent: "test",
            key: "queue".into(),
            body: String::new(),
            notes: vec![note],
        };
        let queued = site.act(deed, move |person| {
            let permit = contact::ask(person, &book, &message::act(Channel::Portal, Purpose::ServiceNotice), &now)?;
            message::queue(person, permit, Draft { id: ID, template: "due-soon".into(), words: reference, due_at: now.at() })
        });
        queued.await.unwrap();
        let (book, now) = (site.book(), site.now());
        let deed = Deed {
            actor: Actor::Outbox,
            person: testing::CONSUMER,
            intent: "test",
            key: "go".into(),
            body: String::new(),
            notes: vec![],
        };
        site.act(deed, move |person| message::hand_over(person, &book, ID, None, now)).await.unwrap();
        site
    }

    async fn call(site: &Arc<Site>, signed: Option<String>, body: &str) -> Answered {
        let mut request = Request::post("/hooks/messages").header("content-type", "application/json");
        if let Some(signed) = signed {
            request = request.header(signature::HEADER, signed);
        }
        testing::send(site, request.body(Body::from(body.to_owned())).unwrap()).await
    }

    async fn signed(site: &Arc<Site>, body: &str) -> Answered {
        let header = signature::sign(testing::CALLBACK_KEY, site.now().as_second(), body.as_bytes());
        call(site, Some(header), body).await
    }

    fn stored(site: &Site) -> Person {
        site.store.reader().person(Asker::Night, testing::CONSUMER).unwrap().unwrap()
    }

    #[tokio::test]
    async fn a_result_comes_back_once() {
        let site = site().await;
        let body = format!(r#"{{"id":"e1","message":"{ID}","what":"delivered"}}"#);
        assert_eq!(signed(&site, &body).await.status, 200);
        assert!(matches!(stored(&site).messages[&ID].state, Stand::Delivered { .. }));
        let version = stored(&site).version;
        assert_eq!(signed(&site, &body).await.status, 409, "replayed");
        let altered = body.replace("delivered", "failed");
        assert_eq!(signed(&site, &altered).await.status, 409, "the same id for something else");
        assert_eq!(stored(&site).version, version);
    }

    #[tokio::test]
    async fn calls_that_cannot_be_trusted_change_nothing() {
        let site = site().await;
        let body = format!(r#"{{"id":"e1","message":"{ID}","what":"delivered"}}"#);
        let now = site.now().as_second();
        let cases = [
            (None, "unsigned"),
            (Some(signature::sign(b"another key of thirty-two letters", now, body.as_bytes())), "wrong key"),
            (Some(signature::sign(testing::CALLBACK_KEY, now - 301, body.as_bytes())), "stale"),
            (Some(signature::sign(testing::CALLBACK_KEY, now, b"{}")), "altered"),
            (Some("nonsense".into()), "unreadable"),
        ];
        for (header, case) in cases {
            let answered = call(&site, header, &body).await;
            assert_eq!(answered.status, 401, "{case}");
            assert!(answered.body.contains("\"detail\""), "{case}: {}", answered.body);
        }
        assert!(matches!(stored(&site).messages[&ID].state, Stand::Released { .. }));
    }

    #[tokio::test]
    async fn what_is_written_back_stands_in_the_timeline_and_its_words_outside_the_log() {
        let site = site().await;
        let body = format!(r#"{{"id":"e2","message":"{ID}","what":"reply","text":"我下周一还"}}"#);
        assert_eq!(signed(&site, &body).await.status, 200);
        let events = site.store.reader().timeline(Asker::Night, testing::CONSUMER).unwrap().unwrap();
        let log = format!("{events:?}");
        assert!(log.contains("ReplyReceived") && !log.contains("下周一"), "{log}");
    }

    #[tokio::test]
    async fn a_call_of_another_form_is_told_what_is_wrong() {
        let site = site().await;
        assert_eq!(signed(&site, "{").await.status, 400);
        assert_eq!(signed(&site, r#"{"id":"e3","message":"zzz","what":"delivered"}"#).await.status, 404);
        let answered = signed(&site, r#"{"id":"e3","message":"zzz","what":"eaten"}"#).await;
        assert_eq!(answered.status, 400);
        assert!(answered.body.contains("eaten"), "{}", answered.body);
    }
}
