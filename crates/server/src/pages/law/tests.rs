//! The law's pages as officers use them.

use std::sync::Arc;

use domain::book::Book;
use domain::day::Day;
use store::Place;

use crate::books;
use crate::packs;
use crate::pages::tests::faults;
use crate::web::Site;
use crate::web::testing::{Answered, consumer, get, post, send, site};

async fn sign_in(site: &Arc<Site>, role: &str) -> String {
    let signed_in = send(site, post("/sign-in/demo", &[], &format!("role={role}"))).await;
    signed_in.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned()
}

fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

async fn sent(site: &Arc<Site>, cookie: &str, path: &str, fields: &[(&str, &str)]) -> Answered {
    send(site, post(path, &[("cookie", cookie)], &form(fields))).await
}

/// The house's pack as a version of its own that begins on `day`.
fn house(version: &str, day: &str) -> String {
    let (_, text) = packs::SHIPPED.iter().find(|(id, _)| *id == "house").unwrap();
    let text = text.replacen("version = \"2026-11-26\"", &format!("version = \"{version}\""), 1);
    text.replacen("in_force_from = \"2021-01-01\"", &format!("in_force_from = \"{day}\""), 1)
}

#[tokio::test]
async fn everybody_can_read_every_pack_in_every_language() {
    let site = site();
    let cookie = sign_in(&site, "compliance").await;
    let ids = packs::SHIPPED.iter().map(|(id, _)| format!("/law/{id}"));
    for path in ids.chain(["/law".to_owned(), "/law/change".to_owned()]) {
        for lang in ["zh-Hans", "zh-Hant", "en"] {
            let page = send(&site, get(&format!("{path}?lang={lang}"), &[("cookie", &cookie)])).await;
            assert_eq!(page.status, 200, "{path} in {lang}");
            assert_eq!(faults(&page.body), [""; 0], "{path} in {lang}");
            assert!(!page.body.contains('⟨'), "a text is missing on {path} in {lang}");
        }
    }
    assert_eq!(send(&site, get("/law/atlantis", &[("cookie", &cookie)])).await.status, 404);
    let desk = sign_in(&site, "desk").await;
    assert_eq!(send(&site, get("/law/cn", &[("cookie", &desk)])).await.status, 200);
    assert_eq!(send(&site, get("/law/change", &[("cookie", &desk)])).await.status, 403);
}

#[tokio::test]
async fn a_version_comes_into_force_by_two_people_and_not_by_one() {
    let site = site();
    let (manager, officer) = (sign_in(&site, "manager").await, sign_in(&site, "compliance").await);
    let text = house("2027-01-01", "2027-01-01");
    let tried = sent(&site, &manager, "/law/change/try", &[("text", &text)]).await;
    assert!(tried.status == 200 && tried.body.contains("id=\"found\""), "{}", tried.body);
    assert_eq!(faults(&tried.body), [""; 0]);
    assert_eq!(sent(&site, &manager, "/law/change/propose", &[("text", &text)]).await.status, 303);
    assert_eq!(sent(&site, &manager, "/law/change/propose", &[("text", &text)]).await.status, 409, "it is there already");
    let record = site.look(|reader| reader.packs()).await.unwrap().remove(0);
    let digest = data_encoding::HEXLOWER.encode(&record.digest);
    let yes = [("pack", "house"), ("version", "2027-01-01"), ("digest", digest.as_str())];
    let alone = sent(&site, &manager, "/law/change/activate", &yes).await;
    assert_eq!((alone.status.as_u16(), alone.body.contains("PACK-ALONE")), (409, true));
    let other = [yes[0], yes[1], ("digest", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff")];
    assert_eq!(sent(&site, &officer, "/law/change/activate", &other).await.status, 409, "a yes is to this very text");
    let on = |book: &Book, day: &str| {
        let packs = book.law.packs_on(Day::parse(day).unwrap());
        packs.into_iter().find(|pack| pack.id == "house").unwrap().version
    };
    let Place::File(path) = site.store.place() else { panic!("a file") };
    let another = books::open(path.parent().unwrap()).unwrap();
    let versions = |day: &str| on(&site.book(), day);
    assert_eq!(versions("2027-01-01"), "2026-11-26", "nobody else has agreed yet");
    assert_eq!(sent(&site, &officer, "/law/change/activate", &yes).await.status, 303);
    assert_eq!(sent(&site, &officer, "/law/change/activate", &yes).await.status, 409, "it is active already");
    assert_eq!((versions("2026-12-31").as_str(), versions("2027-01-01").as_str()), ("2026-11-26", "2027-01-01"), "at once");
    assert_eq!(on(&another.book(), "2027-01-01"), "2026-11-26", "another process does not know it yet");
    books::take_up(&another).unwrap();
    assert_eq!(on(&another.book(), "2027-01-01"), "2027-01-01");
    let opened = books::open(path.parent().unwrap()).unwrap();
    assert_eq!(on(&opened.book(), "2027-01-01"), "2027-01-01", "and it is there after the next start");
}

#[tokio::test]
async fn a_yes_after_the_first_day_has_begun_comes_too_late() {
    let site = site();
    let (manager, officer) = (sign_in(&site, "manager").await, sign_in(&site, "compliance").await);
    let tomorrow = site.today().plus_days(1).to_string();
    assert_eq!(sent(&site, &manager, "/law/change/propose", &[("text", &house(&tomorrow, &tomorrow))]).await.status, 303);
    let record = site.look(|reader| reader.packs()).await.unwrap().remove(0);
    let agree = |today| {
        let (pack, version) = (record.pack.clone(), record.version.clone());
        let by = domain::id::StaffId(record.proposed_by.0 ^ 1);
        site.store.activate_pack(pack, version, record.digest, by, site.now(), today).unwrap()
    };
    assert_eq!(agree(site.today().plus_days(1)).unwrap_err().by, ["PACK-LATE"]);
    let yes = [("pack", "house"), ("version", tomorrow.as_str()), ("digest", &data_encoding::HEXLOWER.encode(&record.digest))];
    assert_eq!(sent(&site, &officer, "/law/change/activate", &yes).await.status, 303);
}

#[tokio::test]
async fn a_text_that_does_not_hold_is_named_and_kept_in_the_form() {
    let site = site();
    let cookie = sign_in(&site, "compliance").await;
    let try_text = async |text: &str| sent(&site, &cookie, "/law/change/try", &[("text", text)]).await.body;
    assert!(try_text("id = 7").await.contains("text-fault"));
    let broken = house("2027-01-01", "2027-01-01").replace("deny = \"closed_channels\"", "deny = \"always\"");
    let page = try_text(&broken).await;
    assert!(page.contains("HOUSE-WISH-1: allowed example 1"), "{page}");
    let elsewhere = packs::SHIPPED.iter().find(|(id, _)| *id == "uk").unwrap().1;
    assert!(try_text(elsewhere).await.contains("text-fault"), "the law of another place is not this book's");
    let past = sent(&site, &cookie, "/law/change/propose", &[("text", &house("2026-11-27", "2026-01-01"))]).await;
    assert!(past.status == 200 && past.body.contains("text-fault"), "a law of yesterday cannot be made today");
    assert_eq!(site.look(|reader| reader.packs()).await.unwrap(), []);
}

#[tokio::test]
async fn a_consumer_says_how_they_want_to_be_reached_and_the_desk_reads_it() {
    let site = site();
    let me = consumer(&site);
    for lang in ["zh-Hans", "zh-Hant", "en"] {
        let page = send(&site, get(&format!("/me/wishes?lang={lang}"), &[("cookie", &me)])).await;
        assert_eq!((page.status.as_u16(), faults(&page.body)), (200, vec![]), "{lang}");
        assert!(!page.body.contains('⟨'), "a text is missing in {lang}");
    }
    let half = sent(&site, &me, "/me/wishes", &[("key", "w0"), ("closed_from", "09:00")]).await;
    assert!(half.body.contains("closed_to-fault"));
    let wishes = [("key", "w1"), ("ways", "visit"), ("closed_from", "09:00"), ("closed_to", "17:00"), ("stop", "yes")];
    assert_eq!(sent(&site, &me, "/me/wishes", &wishes).await.status, 303);
    assert_eq!(sent(&site, &me, "/me/wishes", &wishes).await.status, 303, "sent twice, it is said once");
    let desk = sign_in(&site, "desk").await;
    let path = format!("/people/{}/known", domain::id::PersonId(77));
    for lang in ["zh-Hans", "zh-Hant", "en"] {
        let page = send(&site, get(&format!("{path}?lang={lang}"), &[("cookie", &desk)])).await;
        assert_eq!((page.status.as_u16(), faults(&page.body)), (200, vec![]), "{lang}");
        assert!(page.body.contains("09:00") && !page.body.contains('⟨'), "{lang}");
    }
    let noted = [("key", "n1"), ("fact", "attorney_known"), ("words", "来函")];
    assert_eq!(sent(&site, &desk, &path, &noted).await.status, 303);
    let nothing = sent(&site, &desk, &path, &[("key", "n2"), ("fact", "id_badge_shown"), ("words", "x")]).await;
    assert!(nothing.body.contains("fact-fault"), "how an act is done is not noted on a file");
    let person = site.look(|reader| reader.person(store::Asker::Night, domain::id::PersonId(77))).await.unwrap().unwrap();
    assert_eq!(person.circumstances.len(), 2, "the wish to stop, once, and the lawyer");
    assert!(person.wishes.unwrap().wishes.closed_channels.has(domain::law::Channel::Visit));
}
