//! Papers for a statement of means or a plea of hardship: handed in on the person's page or at the desk, found by them and by who
//! works for them, and never in the way of a plan or of an answer.

use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use domain::event::{Actor, Event};
use domain::id::{CaseId, PersonId};
use store::{Asker, Role};

use super::FIELD;
use crate::evidence::tests::camera_photo;
use crate::pages::tests::faults;
use crate::web::Site;
use crate::web::act::Deed;
use crate::web::testing::{
    Answered, CONSUMER, consumer_called, cookie_of, get, post, send, signed_in_consumer, site_with_an_account,
};
use crate::web::upload::{LONGEST_FILE, MOST_FILES};

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\nendobj\nstartxref\n9\n%%EOF\n";

/// A form with files, sent as a browser sends it from our own page: fields first, then the files under their field's name.
fn with_files(path: &str, cookie: &str, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Request<Body> {
    let mut body = vec![];
    for (name, value) in fields {
        body.extend(format!("--b0\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
    }
    for (name, bytes) in files {
        let head = format!("content-disposition: form-data; name=\"{FIELD}{name}\"; filename=\"C:\\Wang.exe\"");
        body.extend(format!("--b0\r\n{head}\r\ncontent-type: text/html\r\n\r\n").bytes());
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    // A field in which nothing was chosen.
    body.extend(
        format!("--b0\r\ncontent-disposition: form-data; name=\"{FIELD}other\"; filename=\"\"\r\n\r\n\r\n--b0--\r\n").bytes(),
    );
    let request = Request::post(path).header("content-type", "multipart/form-data; boundary=b0");
    request.header("sec-fetch-site", "same-origin").header("cookie", cookie).body(Body::from(body)).unwrap()
}

/// What somebody answers who has 5,000 a month and lives from 3,000; `way` is the first that their page offers.
async fn answered(site: &Arc<Site>, cookie: &str, key: &str) -> Vec<(String, String)> {
    let said = [("wages", "5000"), ("rent", "1500"), ("food", "1500"), ("household", "2"), ("day", "10"), ("key", key)];
    let done = ["income", "living", "rest", "day"].map(|step| ("done", step));
    let mut fields: Vec<(String, String)> =
        said.iter().chain(&done).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let form: String = fields.iter().map(|(name, value)| format!("{name}={value}&")).collect();
    let asked = send(site, post("/me/plan", &[("cookie", cookie)], &format!("{form}at=day"))).await;
    let way = asked.body.split("name=\"way\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let way = way.unwrap_or_else(|| panic!("no way is offered: {}", asked.body)).replace("&quot;", "\"");
    fields.extend([("way".to_owned(), way), ("at".to_owned(), "check".to_owned())]);
    fields
}

fn of(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

async fn page(site: &Arc<Site>, path: &str, cookie: &str) -> Answered {
    send(site, get(path, &[("cookie", cookie)])).await
}

/// How many papers each statement of means was shown with.
fn shown(site: &Site) -> Vec<usize> {
    let timeline = site.store.reader().timeline(Asker::Night, CONSUMER).unwrap().unwrap();
    let stated = timeline.into_iter().filter_map(|recorded| match recorded.event {
        Event::MeansStated { evidence, .. } => Some(evidence.len()),
        _ => None,
    });
    stated.collect()
}

/// How many papers each plea of hardship came with.
fn pleaded(site: &Site) -> Vec<usize> {
    let timeline = site.store.reader().timeline(Asker::Night, CONSUMER).unwrap().unwrap();
    let pleas = timeline.into_iter().filter_map(|recorded| match recorded.event {
        Event::ComplaintOpened { evidence, .. } => Some(evidence.len()),
        _ => None,
    });
    pleas.collect()
}

/// The addresses of papers on a page.
fn papers(html: &str) -> Vec<String> {
    let links = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    links.filter(|link| link.contains("/papers/")).map(str::to_owned).collect()
}

#[tokio::test]
async fn a_payslip_that_goes_with_a_plan_is_found_by_its_person_and_by_who_works_for_them() {
    let site = site_with_an_account().await;
    let (mine, stranger) = (signed_in_consumer(&site, CONSUMER), consumer_called(&site, PersonId(78)));
    let fields = answered(&site, &mine, "a").await;
    let photo = camera_photo();
    let files = [("payslip", &photo[..]), ("bank_statement", PDF), ("payslip", &photo[..])];
    let sent = send(&site, with_files("/me/plan", &mine, &of(&fields), &files)).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    let again = send(&site, with_files("/me/plan", &mine, &of(&fields), &files)).await;
    assert_eq!((again.status.as_u16(), &again.headers["location"]), (303, &sent.headers["location"]), "sent again");
    let other = send(&site, with_files("/me/plan", &mine, &of(&fields), &[("payslip", PDF)])).await;
    assert_eq!(other.status, 409, "the same form with another paper is not the same");
    assert_eq!(shown(&site), [2], "once, and the payslip that was chosen twice once");

    for lang in ["zh-Hans", "zh-Hant", "en"] {
        let shown = page(&site, &format!("/me/papers?lang={lang}"), &mine).await.body;
        assert_eq!(faults(&shown), [""; 0], "{lang}");
        assert!(!shown.contains('⟨'), "a text is missing in {lang}: {shown}");
        assert_eq!(papers(&shown).len(), 2, "{lang}");
    }
    let shown = page(&site, "/me/papers?lang=en", &mine).await.body;
    assert!(shown.contains("Payslip") && shown.contains("Bank statement") && !shown.contains("Wang"), "{shown}");
    for path in papers(&shown) {
        let file = page(&site, &path, &mine).await;
        let told = |name: &str| file.headers[name].to_str().unwrap().to_owned();
        assert_eq!(file.status, 200);
        assert!(told("content-disposition").starts_with("attachment; filename=\"forbear-"), "{path}");
        assert_eq!((told("x-content-type-options"), told("cache-control")), ("nosniff".into(), "no-store".into()), "{path}");
        assert!(["image/jpeg", "application/pdf"].contains(&told("content-type").as_str()), "{path}");
        assert!(!file.body.contains("GPS") && !file.body.contains("Secret"), "what the camera wrote into it is gone");
        assert_eq!(page(&site, &path, &stranger).await.status, 404, "somebody else's is not there");
        assert_eq!(send(&site, get(&path, &[])).await.status, 303, "who is not signed in is asked to");

        let note = path.rsplit('/').next().unwrap();
        for (role, status) in [(Role::Desk, 200), (Role::Compliance, 200), (Role::Field, 403), (Role::Auditor, 404)] {
            let cookie = cookie_of(&site, role);
            let under = |person: PersonId| format!("/people/{person}/papers/{note}");
            assert_eq!(page(&site, &under(CONSUMER), &cookie).await.status, status, "{role:?}");
            assert_ne!(page(&site, &under(PersonId(78)), &cookie).await.status, 200, "{role:?} under somebody else");
        }
    }
    assert_eq!(site.store.verify(&mut |_, _| {}).unwrap(), []);

    site.store.erase_notes(CONSUMER, site.now()).unwrap();
    assert_eq!(page(&site, &papers(&shown)[0], &mine).await.status, 404, "erased with the name");
    assert_eq!(papers(&page(&site, "/me/papers", &mine).await.body), [""; 0]);
    assert_eq!(site.store.verify(&mut |_, _| {}).unwrap(), []);
}

#[tokio::test]
async fn a_doctors_note_may_go_with_a_plea_and_a_plea_without_one_is_the_same() {
    let site = site_with_an_account().await;
    let mine = signed_in_consumer(&site, CONSUMER);
    let said = [("reason", "illness"), ("words", "手术之后不能上班"), ("done", "reason"), ("done", "more"), ("at", "check")];
    let plea = |key: &'static str| [&[("key", key)], &said[..]].concat();
    let asked =
        send(&site, post("/me/hardship?lang=en", &[("cookie", &mine)], "reason=illness&done=reason&at=more&words=")).await;
    assert!(asked.body.contains("A PDF is kept as it is"), "what is not taken out of a file is said: {}", asked.body);
    assert!(asked.body.contains("name=\"paper-medical\" type=\"file\"") && !asked.body.contains("required"), "{}", asked.body);
    let unfit = send(&site, with_files("/me/hardship?lang=en", &mine, &plea("a"), &[("medical", b"MZ")])).await;
    assert!(unfit.status == 200 && unfit.body.contains("id=\"paper-medical-fault\""), "{}", unfit.body);
    assert!(unfit.body.contains("手术之后不能上班"), "what was written is kept");
    assert_eq!(pleaded(&site), [0; 0], "nothing was sent");

    let photo = camera_photo();
    let (sent, again) = (
        send(&site, with_files("/me/hardship", &mine, &plea("a"), &[("medical", &photo), ("other", PDF)])).await,
        send(&site, with_files("/me/hardship", &mine, &plea("a"), &[("medical", &photo), ("other", PDF)])).await,
    );
    assert_eq!((sent.status.as_u16(), &sent.headers["location"]), (303, &again.headers["location"]), "once, and sent again");
    assert_eq!(send(&site, with_files("/me/hardship", &mine, &plea("a"), &[])).await.status, 409, "another plea");
    assert_eq!(send(&site, with_files("/me/hardship", &mine, &plea("b"), &[])).await.status, 303, "none is needed");
    assert_eq!(pleaded(&site), [2, 0]);

    let said = sent.headers["location"].to_str().unwrap().to_owned();
    for path in ["/me/papers".to_owned(), said.clone()] {
        for lang in ["zh-Hans", "zh-Hant", "en"] {
            let shown = page(&site, &format!("{path}?lang={lang}"), &mine).await.body;
            assert_eq!((faults(&shown), papers(&shown).len()), (vec![], 2), "{path} {lang}");
            assert!(!shown.contains('⟨'), "a text is missing in {lang}: {shown}");
        }
    }
    let case = said.replace("/me/said/", "/complaints/");
    let officer = cookie_of(&site, Role::Compliance);
    let shown = page(&site, &case, &officer).await.body;
    assert_eq!(papers(&shown).len(), 2, "who answers the plea sees them beside the words: {shown}");
    let file = page(&site, &papers(&shown)[0], &officer).await;
    assert!(file.status == 200 && !file.body.contains("GPS"));
    assert_eq!(site.store.verify(&mut |_, _| {}).unwrap(), []);
    site.store.erase_notes(CONSUMER, site.now()).unwrap();
    assert_eq!(papers(&page(&site, &said, &mine).await.body), [""; 0], "erased with the words");
    assert_eq!(site.store.verify(&mut |_, _| {}).unwrap(), []);
}

#[tokio::test]
async fn the_desk_takes_in_a_plea_by_telephone_with_what_it_was_sent() {
    let site = site_with_an_account().await;
    let desk = cookie_of(&site, Role::Desk);
    let (form, file) = (format!("/people/{CONSUMER}/plea"), format!("/people/{CONSUMER}?lang=en"));
    for lang in ["zh-Hans", "zh-Hant", "en"] {
        let asked = page(&site, &format!("{form}?lang={lang}"), &desk).await.body;
        assert_eq!(faults(&asked), [""; 0], "{lang}");
        assert!(!asked.contains('⟨'), "a text is missing in {lang}: {asked}");
    }
    assert!(page(&site, &file, &desk).await.body.contains(&form), "the file leads to it");
    let fields = [("reason", "less-income"), ("words", "工厂停工"), ("key", "a")];
    let unsaid = send(&site, with_files(&form, &desk, &fields[1..], &[("payslip", PDF)])).await;
    assert!(unsaid.status == 200 && unsaid.body.contains("工厂停工"), "a reason is asked for: {}", unsaid.body);
    for _ in 0..2 {
        assert_eq!(send(&site, with_files(&form, &desk, &fields, &[("payslip", PDF)])).await.status, 303, "once, and again");
    }
    assert_eq!(pleaded(&site), [1]);
    let shown = page(&site, &file, &desk).await.body;
    assert!(papers(&shown).len() == 1 && !shown.contains(&form), "it waits for its answer: {shown}");
    assert!(shown.contains("Hardship · less income") || shown.contains("less income"), "{shown}");
}

/// The field that is at fault, the files under their fields, and a part of the sentence in each language.
type Unfit<'a> = (&'a str, Vec<(&'a str, &'a [u8])>, [&'a str; 3]);

#[tokio::test]
async fn a_paper_that_is_not_fit_is_named_beside_its_field_and_nothing_typed_is_lost() {
    let site = site_with_an_account().await;
    let mine = signed_in_consumer(&site, CONSUMER);
    let fields = answered(&site, &mine, "a").await;
    let photo = camera_photo();
    let huge = vec![7; LONGEST_FILE + 1];
    let many = vec![("other", PDF); MOST_FILES + 1];
    let cases: [Unfit; 5] = [
        ("payslip", vec![("payslip", &huge), ("other", PDF)], ["too large", "这个文件太大", "這個檔案太大"]),
        ("other", many, ["too many", "文件太多", "檔案太多"]),
        ("medical", vec![("medical", b"GIF89a")], ["no JPEG, PNG or PDF", "不是 JPEG、PNG 或 PDF", "不是 JPEG、PNG 或 PDF"]),
        ("rent_contract", vec![("rent_contract", &photo[..200])], ["cannot be read", "读不出来", "讀不出來"]),
        ("bank_statement", vec![("bank_statement", &PDF[..20])], ["cannot be read", "读不出来", "讀不出來"]),
    ];
    for (field, files, says) in &cases {
        for (lang, says) in ["en", "zh-Hans", "zh-Hant"].into_iter().zip(says) {
            let answer = send(&site, with_files(&format!("/me/plan?lang={lang}"), &mine, &of(&fields), files)).await;
            assert_eq!(answer.status, 200, "{field} {lang}");
            assert_eq!(faults(&answer.body), [""; 0], "{field} {lang}");
            let beside = answer.body.split(&format!("id=\"paper-{field}-fault\"")).nth(1).unwrap_or_default();
            assert!(beside.split("</p>").next().unwrap().contains(says), "{field} {lang}: {}", answer.body);
            for (name, value) in [("wages", "5000"), ("rent", "1500"), ("household", "2"), ("key", "a")] {
                assert!(answer.body.contains(&format!("name=\"{name}\" value=\"{value}\"")), "{name} is kept: {}", answer.body);
            }
        }
    }
    assert_eq!(shown(&site), [0; 0], "nothing was stated");
    let sent = send(&site, with_files("/me/plan", &mine, &of(&fields), &[])).await;
    assert_eq!(sent.status, 303, "the same form goes through without a paper");
    assert_eq!(shown(&site), [0]);
    assert_eq!(site.store.verify(&mut |_, _| {}).unwrap(), []);
}

#[tokio::test]
async fn the_desk_hands_in_what_it_was_shown_and_sees_what_was_only_stated() {
    let site = site_with_an_account().await;
    let desk = cookie_of(&site, Role::Desk);
    let opened = Event::CaseOpened { case: CaseId(4), on: site.today(), first_payment_default: true };
    let (actor, person) = (Actor::Import, CONSUMER);
    let deed = Deed { actor, person, intent: "t", key: "case".into(), body: String::new(), notes: vec![] };
    site.act(deed, move |_| Ok(vec![opened])).await.unwrap();
    let (means, options) = (format!("/people/{CONSUMER}/means"), format!("/people/{CONSUMER}/options?lang=en"));
    let fields = [("wages", "5000"), ("rent", "3000"), ("household", "2"), ("key", "a")];
    let plain = send(&site, post(&means, &[("cookie", &desk)], "wages=4000&household=1&key=plain")).await;
    assert_eq!(plain.status, 303, "a form without files is taken as ever");
    assert!(page(&site, &options, &desk).await.body.contains("nothing, as stated"));

    let files: [(&str, &[u8]); 1] = [("benefit_letter", PDF)];
    let unfit = send(&site, with_files(&format!("{means}?lang=en"), &desk, &fields, &[("benefit_letter", b"MZ")])).await;
    assert!(unfit.status == 200 && unfit.body.contains("id=\"paper-benefit_letter-fault\""), "{}", unfit.body);
    assert!(unfit.body.contains("name=\"wages\" type=\"text\" value=\"5000\""), "the figures are kept: {}", unfit.body);
    for _ in 0..2 {
        assert_eq!(send(&site, with_files(&means, &desk, &fields, &files)).await.status, 303, "once, and sent again");
    }
    assert_eq!(shown(&site), [0, 1]);
    let shown = page(&site, &options, &desk).await.body;
    assert!(shown.contains("stated with evidence: one paper") && papers(&shown).len() == 1, "{shown}");
    let file = format!("/people/{CONSUMER}?lang=en");
    assert_eq!(papers(&page(&site, &file, &desk).await.body).len(), 1);
    let audited = page(&site, &file, &cookie_of(&site, Role::Auditor)).await.body;
    assert!(papers(&audited).is_empty() && audited.contains("Means stated, with one paper"), "{audited}");
}

#[tokio::test]
async fn files_come_with_forms_that_ask_for_them_and_only_from_our_own_pages() {
    let site = site_with_an_account().await;
    let mine = signed_in_consumer(&site, CONSUMER);
    let fields = answered(&site, &mine, "a").await;
    let mut forged = with_files("/me/plan", &mine, &of(&fields), &[("payslip", PDF)]);
    forged.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(send(&site, forged).await.status, 403);
    let unknown = send(&site, with_files("/me/plan", "", &of(&fields), &[("payslip", PDF)])).await;
    assert!(unknown.headers["location"].to_str().unwrap().starts_with("/sign-in"), "who is unknown is asked in");
    for path in ["/me/complain", "/me/dispute", "/me/wishes"] {
        assert_eq!(send(&site, with_files(path, &mine, &[("key", "a")], &[])).await.status, 400, "{path} asks for no files");
    }
    let long = "a".repeat(300 << 10);
    let words = send(&site, with_files("/me/plan", &mine, &[("wages", &long)], &[])).await;
    assert_eq!(words.status, 400, "what is typed has the limit that it has in any form");
    assert_eq!(send(&site, post("/me/plan", &[("cookie", &mine)], &format!("wages={long}"))).await.status, 400);
    assert_eq!(shown(&site), [0; 0]);
}
