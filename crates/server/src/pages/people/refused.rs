//! What a rule did not let the desk do: about whom it was, which rule and where it is written, from when on it would be lawful,
//! and where to go on from here.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::contact::Act;
use domain::id::PersonId;
use domain::person::Person;
use domain::refusal::Refusal;
use maud::{Markup, html};
use store::Asker;

use super::show::{gate, is_one_of};
use super::{File, find};
use crate::pages::layout;
use crate::pages::parts::gate::{Gate, Stand};
use crate::pages::parts::rule;
use crate::texts::{Reader, value};
use crate::web::session::{Officers, Workers};
use crate::web::{Failure, Page, Site};

/// The page of a refusal; `asked` is the way of reaching the person that was wanted, with the key of what it is called.
pub(super) async fn page(
    page: &Page,
    site: &Arc<Site>,
    asker: Asker,
    person: PersonId,
    asked: Option<(Act, &'static str)>,
    refusal: &Refusal,
) -> Result<Response, Failure> {
    let file = find(site, asker, &person.to_string()).await?;
    let reader = &page.reader;
    // When the law would agree is no answer to a rule of our own: that one waits for somebody, not for an hour.
    let law = site.book();
    let is_of_law = refusal.by.iter().all(|id| law.law.packs().iter().any(|pack| pack.rule(id).is_some()));
    let gate = asked.filter(|_| is_of_law).map(|(act, says)| gate(reader, site, &file.person, &act, says, &site.moment()));
    let title = reader.text("failure-refused");
    let body = html! {
        article.notice {
            h1 { (title) }
            p { (about(reader, &file)) }
            p { (reader.text("failure-refused-says")) }
            (rule::list(reader, &law.law, &refusal.by))
            @if let Some(gate) = &gate { (outlook(reader, gate)) }
            p.actions {
                a.button.primary href={ "/people/" (person) } { (reader.text("refused-to-file")) }
                @for (at, says) in remedies(page, &file.person, refusal, gate.as_ref()) { a.button href=(at) { (reader.text(says)) } }
            }
        }
    };
    Ok((StatusCode::CONFLICT, layout::desk(page, &title, "/queue", body)).into_response())
}

/// The person and their accounts.
fn about(reader: &Reader, file: &File) -> Markup {
    let numbers: Vec<&str> = file.person.accounts.values().map(|account| account.number.as_str()).collect();
    html! {
        strong { a href={ "/people/" (file.person.id) } { (file.name()) } }
        @if !numbers.is_empty() {
            " · " (reader.fill("refused-accounts", [("numbers", value(numbers.join(", ")))]))
        }
    }
}

/// What is missing, from when on it would be lawful, and what may be done now in its place.
fn outlook(reader: &Reader, gate: &Gate) -> Markup {
    let act = || [("act", value(gate.act.as_str()))];
    html! {
        @match (gate.stand, gate.next) {
            (Stand::Forbidden, Some(next)) => { p { strong { (reader.fill("gate-next", [("next", value(reader.long_moment(next)))])) } } }
            (Stand::Forbidden, None) => { p { (reader.text("gate-no-next")) } }
            (Stand::NeedsApproval, _) => { p { (reader.fill("gate-approval", act())) } }
            (Stand::Unsettled, _) => { p { (reader.fill("gate-unsettled", act())) } }
            (Stand::Allowed, _) => { p { (reader.fill("gate-allowed", act())) } }
        }
        @if !gate.missing.is_empty() {
            p { (reader.text("gate-missing")) }
            ul { @for fact in &gate.missing { li { (fact) } } }
        }
        @if !gate.instead.is_empty() { p { (reader.text("gate-instead")) " " (gate.instead.join(" · ")) } }
    }
}

/// Where what stopped it is put right, each place once, as far as the reader may go there.
fn remedies(page: &Page, person: &Person, refusal: &Refusal, gate: Option<&Gate>) -> Vec<(String, &'static str)> {
    let file = format!("/people/{}", person.id);
    let complaint = person.complaints.values().find(|complaint| complaint.is_open()).map(|complaint| complaint.id);
    let mut ways: Vec<(String, &'static str)> = vec![];
    for rule in &refusal.by {
        let way = match rule.as_str() {
            "FILE-NOT-AUDITED" | "FILE-INCOMPLETE" | "FILE-STALE" | "FILE-CHANGED" => Some((format!("{file}#audit"), "audit-do")),
            "PLAN-ABOVE-CAPACITY" | "PLAN-MEANS-UNKNOWN" | "PLAN-NEEDS-SECOND" if is_one_of::<Workers>(page) => {
                Some((format!("{file}/options"), "refused-to-second"))
            }
            "COMPLAINT-STOPS" if is_one_of::<Officers>(page) => {
                complaint.map(|id| (format!("/complaints/{id}"), "refused-to-complaint"))
            }
            "VISIT-ALERT-OPEN" if is_one_of::<Officers>(page) => Some(("/alerts".to_owned(), "nav-alerts")),
            _ => None,
        };
        ways.extend(way.filter(|way| !ways.contains(way)));
    }
    // What the law holds for somebody's judgement, or cannot tell, rests on a fact that somebody puts on file.
    if gate.is_some_and(|gate| matches!(gate.stand, Stand::NeedsApproval | Stand::Unsettled)) && is_one_of::<Workers>(page) {
        ways.push((format!("{file}/known"), "known-title"));
    }
    ways
}

#[cfg(test)]
mod tests {
    use store::Role;

    use crate::pages::tests::faults;
    use crate::web::testing::{CONSUMER, cookie_of, get, in_arrears, post, send, site_at};

    /// What the desk reads that asks for this of somebody in arrears at this hour of the day.
    async fn refused_at(hour: i64, lang: &str, path: &str, form: &str) -> String {
        let site = site_at(hour);
        in_arrears(&site).await;
        let desk = cookie_of(&site, Role::Desk);
        let path = format!("/people/{CONSUMER}/{path}?lang={lang}");
        let answered = send(&site, post(&path, &[("cookie", &desk)], form)).await;
        assert_eq!(answered.status, 409, "{}", answered.body);
        assert_eq!(faults(&answered.body), [""; 0], "{path}");
        assert!(!answered.body.contains('⟨'), "a text is missing: {}", answered.body);
        let file = format!("href=\"/people/{CONSUMER}\"");
        assert!(answered.body.contains("林浩然") && answered.body.contains("B-0009") && answered.body.contains(&file));
        let opened = send(&site, get(&format!("/people/{CONSUMER}"), &[("cookie", &desk)])).await;
        assert_eq!(opened.status, 200);
        answered.body
    }

    #[tokio::test]
    async fn a_message_at_night_is_refused_with_the_person_the_rule_and_the_next_lawful_hour() {
        for (lang, next) in [("en", "Earliest permitted time"), ("zh-Hans", "最早可以的时间"), ("zh-Hant", "最早可以的時間")]
        {
            let body = refused_at(23, lang, "contact", "what=sms&key=1").await;
            assert!(body.contains(next), "{body}");
        }
    }

    #[tokio::test]
    async fn what_a_rule_of_our_own_stops_waits_for_no_hour() {
        let body = refused_at(11, "en", "visit", "key=1").await;
        assert!(body.contains("By the strategy something lighter comes first"), "{body}");
        assert!(!body.contains("Earliest permitted time"), "{body}");
    }

    #[tokio::test]
    async fn a_plan_that_only_a_second_person_can_allow_leads_to_where_they_are_asked() {
        let body = refused_at(11, "zh-Hant", "plan", "key=1").await;
        assert!(body.contains(&format!("href=\"/people/{CONSUMER}/options\"")), "{body}");
    }
}
