//! How long what is kept about a person must be kept, and erasing it afterwards.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::retention;
use maud::{Markup, html};

use super::{File, find, known};
use crate::pages::parts::form::{self, Choice};
use crate::pages::parts::kept;
use crate::texts::Reader;
use crate::web::act::Deed;
use crate::web::session::Officers;
use crate::web::{Answers, Failure, Page, Site, Staff};

/// What must be kept, and the form that erases it once nothing must.
pub(super) fn card(reader: &Reader, site: &Site, file: &File, answers: &Answers, may_erase: bool) -> Markup {
    let (book, today) = (site.book(), site.today());
    // All is erased at once: where the name is left, everything is.
    let is_due = file.identity.is_some() && retention::erase(&file.person, &book, today).is_ok();
    let sure = [Choice::new("yes", reader.text("erase-sure"))];
    html! {
        section.card #kept {
            h2 { (reader.text("kept-title")) }
            (kept::list(reader, &retention::kept(&file.person, &book, today), today))
            @if may_erase && is_due {
                form method="post" action={ "/people/" (file.person.id) "/erase" } {
                    input type="hidden" name="key" value={ "erase-" (file.person.id) "-" (file.person.version) };
                    (form::boxes(reader, answers, "sure", "erase-question", &sure))
                    div.actions { button.danger { (reader.text("erase-now")) } }
                }
            }
        }
    }
}

/// Erases names, addresses, words, pictures and recordings. The log keeps that it was done, when, and by whom.
pub(super) async fn erase(
    page: Page,
    State(site): State<Arc<Site>>,
    staff: Staff<Officers>,
    Path(id): Path<String>,
    mut answers: Answers,
) -> Result<Response, Failure> {
    let file = find(&site, staff.asker(), &id).await?;
    if !answers.has("sure", "yes") {
        answers.fault("sure", "erase-say-sure");
        return Ok(known::render(&page, &site, &file, &answers)?.into_response());
    }
    let (person, book, today, at) = (file.person.id, site.book(), site.today(), site.now());
    let deed = Deed {
        actor: staff.actor(),
        person,
        intent: "erase",
        key: answers.get("key").to_owned(),
        body: "erase".to_owned(),
        notes: vec![],
    };
    site.act(deed, move |person| retention::erase(person, &book, today)).await?;
    // The decision is on disk first: should the program end here, the page offers the form again.
    let store = Arc::clone(&site.store);
    let erased = tokio::task::spawn_blocking(move || store.erase_notes(person, at)).await;
    erased.map_err(|error| anyhow::anyhow!("erasing broke off: {error}"))??;
    Ok(Redirect::to(&format!("/people/{person}/known")).into_response())
}

#[cfg(test)]
mod tests {
    use domain::event::{Actor, Event};
    use domain::id::PersonId;
    use domain::person::Person;
    use store::Role;

    use crate::web::act::Deed;
    use crate::web::testing::{consumer_called, cookie_of, get, post, send, site};

    #[tokio::test]
    async fn a_file_is_erased_by_an_officer_once_no_law_asks_for_it_and_not_before() {
        let (site, person) = (site(), PersonId(0x77));
        consumer_called(&site, person);
        let known = async || {
            let cookie = cookie_of(&site, Role::Compliance);
            send(&site, get(&format!("/people/{person}/known?lang=en"), &[("cookie", &cookie)])).await.body
        };
        let erase = async |form: &str| {
            let cookie = cookie_of(&site, Role::Compliance);
            send(&site, post(&format!("/people/{person}/erase"), &[("cookie", &cookie)], form)).await
        };
        let before = known().await;
        assert!(before.contains("林浩然") && before.contains("Records of how data were used"), "{before}");
        assert!(!before.contains("/erase"), "what cannot be done is not offered");
        let early = erase("key=1&sure=yes").await;
        assert!(early.status == 409 && early.body.contains("ERASE-KEPT"), "{}", early.body);
        (0..3 * 366 + 1).for_each(|_| site.clock.next_day());
        assert!(known().await.contains("/erase"));
        let unsure = erase("key=2").await;
        assert!(unsure.status == 200 && unsure.body.contains("sure-fault"), "{}", unsure.body);
        assert!(known().await.contains("林浩然"));
        let today = site.today();
        let decided = move |_: &Person| Ok(vec![Event::Erased { on: today }]);
        let deed = Deed { actor: Actor::Import, person, intent: "erase", key: "cut".into(), body: String::new(), notes: vec![] };
        site.act(deed, decided).await.unwrap();
        assert!(known().await.contains("/erase"), "the power went between the decision and the erasing");
        for _ in 0..2 {
            assert_eq!(erase("key=3&sure=yes").await.status, 303, "once, and sent again");
        }
        let after = known().await;
        assert!(!after.contains("林浩然") && !after.contains("/erase"), "{after}");
        assert_eq!(site.store.verify(&mut |_, _| {}).unwrap(), []);
    }
}
